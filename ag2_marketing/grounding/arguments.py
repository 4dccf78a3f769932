"""The check of a proposed tool call: no number in it may come from the model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from ag2_marketing.grounding.call_schema import Argument, leaves_in, schema_of
from ag2_marketing.grounding.check import TextCheck
from ag2_marketing.grounding.claims import Claim, Verdict
from ag2_marketing.grounding.clauses import Clause
from ag2_marketing.grounding.dates import Moment, moment_of
from ag2_marketing.grounding.errors import UnknownEvidence, UnknownPath
from ag2_marketing.grounding.exemptions import word_count
from ag2_marketing.grounding.implied_units import implied_unit
from ag2_marketing.grounding.index import EvidenceIndex
from ag2_marketing.grounding.judging import judge
from ag2_marketing.grounding.ledger import Ledger
from ag2_marketing.grounding.lexicon import Lexicon, detect, lexicon, supported_languages
from ag2_marketing.grounding.message import Message
from ag2_marketing.grounding.names import folded
from ag2_marketing.grounding.number import Number
from ag2_marketing.grounding.references import resolve
from ag2_marketing.grounding.report import GroundingReport, Reason, Violation, report_of
from ag2_marketing.grounding.terms import LOCAL, Term
from ag2_marketing.grounding.words import generic_lemmas, lemma, phrases_in, split_key, tokenise
from ag2_marketing_tools.metrics.units import Unit, unit_named

_REFERENCE = re.compile(r"\[\[[^\[\]\n]*\]\]")
_EXPRESSION = re.compile(r"[\s\d.,+*/()^%×·−-]*")
_SOURCE = (
    "It may come from a tool's result, as [[E1/path]], or from the person; dates from `resolve_time`, "
    "arithmetic from `calculate`."
)
_NAMELESS = frozenset(
    [
        "a",
        "b",
        "c",
        "x",
        "y",
        "z",
        "from",
        "to",
        "left",
        "right",
        "operand",
        "operands",
        "term",
        "terms",
        "base",
        "old",
        "new",
        "first",
        "second",
        "start",
        "end",
    ]
)


def check_arguments(tool: Any, args: Mapping[str, Any], ledger: Ledger) -> GroundingReport:
    """Check every leaf of a proposed tool call.

    Args:
        tool: A declared tool, a JSON schema of its parameters (or a mapping with one under `parameters`), or
            only its name; defaults, enumerations and units are known from the schema alone.
        args: The proposed arguments.
        ledger: The conversation's evidence.

    Returns:
        Whether the call may run; each violation names its argument and where such a value may come from.
    """
    schema = schema_of(tool)
    call = _Call(ledger, schema)
    for argument in leaves_in(args, schema, schema.get("$defs", {}), "", ()):
        call.look_at(argument)
    return report_of(call.violations, call.numbers)


class _Call:
    def __init__(self, ledger: Ledger, schema: Mapping[str, Any]) -> None:
        self.ledger = ledger
        self.schema = schema
        self.violations: list[Violation] = []
        self.numbers = 0
        self.indexes = [i for entry in ledger if (i := ledger.index(entry.id)) is not None]

    def look_at(self, argument: Argument) -> None:
        if isinstance(argument.value, str):
            self._string(argument, argument.value)
        elif isinstance(argument.value, int | float):
            self._named(argument, _number(argument.value), str(argument.value), 0)

    def _add(self, argument: Argument, text: str, start: int, reason: Reason, hint: str) -> None:
        full = f"{hint} {_SOURCE}".strip()
        self.violations.append(Violation(text, start, start + len(text), reason, full, argument.path))

    # ---- strings

    def _string(self, argument: Argument, value: str) -> None:
        language = _language(value)
        if self._told_verbatim(value) and not self._is_prose(value):
            return
        moment = moment_of(value) if value[:1].isdigit() else None
        if moment is not None:
            self._named(argument, _dated(moment, len(value)), value, 0)
            return
        self._references(argument, value)
        bare = _REFERENCE.sub(lambda m: " " * len(m.group()), value)
        if _REFERENCE.search(value) and _EXPRESSION.fullmatch(bare):
            self._expression(argument, bare, language)
        elif word_count(value) <= 3 and not _REFERENCE.search(value):
            self._expression(argument, value, language)
        else:
            self._prose(argument, value, language)

    def _is_prose(self, value: str) -> bool:
        return word_count(value) > 12

    def _told_verbatim(self, value: str) -> bool:
        """Tell whether a string stands in evidence as it is, or the person wrote it."""
        told = folded(value)
        if not told or not any(c.isalpha() for c in told):
            return False
        for entry in self.ledger:
            if entry.is_user and word_count(told) >= 1 and _contains(entry.text, told):
                return True
        return any(told in index.strings and not index.strings[told].quoted for index in self.indexes)

    def _references(self, argument: Argument, value: str) -> None:
        for match in _REFERENCE.finditer(value):
            try:
                leaf = resolve(match.group(), self.ledger)
            except (UnknownEvidence, UnknownPath) as error:
                reason: Reason = "unknown_evidence" if isinstance(error, UnknownEvidence) else "unknown_path"
                self._add(argument, match.group(), match.start(), reason, str(error))
                continue
            self.numbers += 1
            if leaf.echo or leaf.quoted:
                hint = "It only repeats an argument, or is quoted matter."
                self._add(argument, match.group(), match.start(), "not_in_evidence", hint)

    def _expression(self, argument: Argument, value: str, language: Lexicon) -> None:
        message = Message.of(value, language)
        for number in message.numbers:
            start, end = message.reading.span(number.start, number.end)
            self._named(argument, number, value[start:end], start)

    def _prose(self, argument: Argument, value: str, language: Lexicon) -> None:
        implied = [entry.id for entry in self.ledger]
        report = TextCheck(value, self.ledger, language, implied).report()
        self.numbers += report.numbers
        already = {(v.argument, v.start) for v in self.violations}
        for found in report.violations:
            if (argument.path, found.start) not in already:
                self._add(argument, found.text, found.start, found.reason, found.hint)

    # ---- numbers under a name

    def _named(self, argument: Argument, number: Number, text: str, start: int) -> None:
        self.numbers += 1
        verdict = self._judged(argument, number)
        if not verdict.supported and self._told_apart(number):
            return
        if not verdict.supported:
            self._add(argument, text, start, verdict.reason or "not_in_evidence", verdict.hint)

    def _told_apart(self, number: Number) -> bool:
        """Tell whether the person told a date and its time, one after the other."""
        for moment in number.moments:
            day = replace(moment, hour=None, minute=None, second=None, zone=None)
            time = replace(moment, year=None, month=None, day=None, second=moment.second or None)
            for index in self.indexes:
                told = index.is_user and day.day and time.hour is not None
                if told and index.matching_moment(day) and index.matching_moment(time):
                    return True
        return False

    def _judged(self, argument: Argument, number: Number) -> Verdict:
        terms, words = _name_terms(argument)
        verdicts = []
        for index in self.indexes:
            for unit in _units(argument, number, index):
                claim = _claim(number, words, terms, unit)
                if not claim.matching(index) & index.live:
                    continue
                if not terms or _nameless(claim, index):
                    return Verdict()
                verdicts.append(judge(claim, index))
        if any(verdict.supported for verdict in verdicts):
            return Verdict()
        return verdicts[0] if verdicts else Verdict("not_in_evidence")


def _language(value: str) -> Lexicon:
    told = detect(value)
    return lexicon(told if told in supported_languages() else "en")


def _contains(text: str, part: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(part)}(?!\w)", folded(text), re.IGNORECASE) is not None


def _number(value: int | float) -> Number:
    figure = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    return Number(0, 0, (figure,), Decimal(1), exact=True)


def _dated(moment: Moment, length: int) -> Number:
    return Number(0, length, kind="date", moments=(moment,))


def _nameless(claim: Claim, index: EvidenceIndex) -> bool:
    """Tell whether the value stands under a name that says nothing (`datetime`, `value`): any name fits it."""
    found = claim.matching(index) & index.live
    return any(index.words[at].telling == 0 and not index.words[at].own for at in _places(found))


def _places(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def _name_terms(argument: Argument) -> tuple[tuple[tuple[Term, int], ...], str]:
    """Return the words of the argument's name (and, weaker, of its description), and the name as text."""
    words = [word for key in argument.keys for word in split_key(key)]
    lemmas = [lemma(word) for word in words]
    named = {} if not lemmas else {(a, b): [] for a, b, _ in phrases_in(lemmas)}  # type: ignore[var-annotated]
    for a, b, concept in phrases_in(lemmas):
        named[a, b].append(concept)
    terms = [
        (Term(0, 0, (word,), tuple(named.get((at, at + 1), ()))), LOCAL)
        for at, word in enumerate(lemmas)
        if word not in generic_lemmas() and not word.isdigit()
    ]
    if all(term.lemmas[0] in _NAMELESS for term, _ in terms):
        return (), " ".join(words)
    terms += [
        (Term(0, 0, tuple(lemmas[a:b]), tuple(concepts)), LOCAL)
        for (a, b), concepts in named.items()
        if b - a > 1
    ]
    description = " ".join((str(argument.schema.get("description", "")), *argument.beside))
    stop = lexicon("en").stop
    terms += [
        (Term(0, 0, (token.lemma,), ()), -1)
        for token in tokenise(description)
        if terms and token.lemma not in stop and not token.text.isdigit()
    ]
    return tuple(terms), " ".join(words)


def _claim(number: Number, words: str, terms: tuple[tuple[Term, int], ...], unit: Unit | None) -> Claim:
    text = words + " "
    placed = Number(
        len(text), len(text), number.values, number.quantum, exact=number.exact, kind=number.kind,
        moments=number.moments, core_end=len(text),
    )  # fmt: skip
    clause = Clause(0, len(text), terms)
    return Claim(text, placed, clause, lexicon("en"), unit, header=words, must_fit=True)


def _units(argument: Argument, number: Number, index: EvidenceIndex) -> list[Unit | None]:
    """Return the units an argument may be in: its own if it has one, else whatever evidence has."""
    if number.unit is not None:
        return [number.unit]
    told = argument.schema.get("unit") or implied_unit(argument.keys, None, None, None)
    declared = unit_named(str(told)) if told else None
    held = [group.unit for group in index.groups if group.unit is not None]
    if declared is None or declared.is_count:
        return [None, *held, *_as_ratio(held)]
    return [declared, None]


def _as_ratio(held: list[Unit]) -> list[Unit]:
    ratio = unit_named("ratio")
    return [ratio] if ratio is not None and any(unit.dimension == "share" for unit in held) else []
