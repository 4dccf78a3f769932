"""The check of a text: every number in it, against the evidence that its sentence cites."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from ag2_marketing.grounding import context, touching
from ag2_marketing.grounding.change import falls, is_change
from ag2_marketing.grounding.citing import fits_another_better, known_ids, nearest_citations, replace_claim
from ag2_marketing.grounding.claims import Claim, Verdict
from ag2_marketing.grounding.clauses import TermCache, clauses_of
from ag2_marketing.grounding.errors import UnknownEvidence, UnknownPath
from ag2_marketing.grounding.exemptions import word_count
from ag2_marketing.grounding.index import EvidenceIndex
from ag2_marketing.grounding.judging import judge
from ag2_marketing.grounding.leaves import Leaf
from ag2_marketing.grounding.ledger import Ledger
from ag2_marketing.grounding.lexicon import (
    Lexicon,
    base_code,
    detect,
    is_sure,
    lexicon,
    supported_languages,
)
from ag2_marketing.grounding.measures import unit_nearby
from ag2_marketing.grounding.message import Message
from ag2_marketing.grounding.names import folded, names_around, number_tokens, token_around
from ag2_marketing.grounding.number import Number
from ag2_marketing.grounding.quoted import quoted_support
from ag2_marketing.grounding.references import resolve
from ag2_marketing.grounding.report import GroundingReport, Reason, Violation, report_of
from ag2_marketing.grounding.scope import Reference, Sentence
from ag2_marketing_tools.metrics.units import Unit, unit_named

# A sentence of a reader holds fewer; each number is compared with the others of its sentence.
_MOST_NUMBERS = 60
_WORST_FIRST: tuple[Reason, ...] = ("misattributed", "wrong_unit", "derived", "not_in_evidence")


def check(text: str, ledger: Ledger, language: str | None = None) -> GroundingReport:
    """Check every number of a text.

    Args:
        text: A message or a report, in plain text, Markdown or HTML.
        ledger: The conversation's evidence.
        language: Code of its language; recognised when not given. In a language without a lexicon
            (see `supported_languages`) a text with any word of its own is refused: the template speaks.

    Returns:
        Whether each number is supported, and the violations with offsets into `text`.
    """
    code = _language(text, language)
    if code not in supported_languages():
        return _refused(text, code)
    sure = language is not None or is_sure(text, code)
    return TextCheck(text, ledger, lexicon(code), sure=sure).report()


def _language(text: str, language: str | None) -> str:
    if language is not None:
        return base_code(language)
    return detect(re.sub(r"\[\[[^\[\]]*\]\]|<[^<>]*>|https?://\S+", " ", text)) or "en"


def _refused(text: str, code: str) -> GroundingReport:
    if not any(c.isalnum() for c in re.sub(r"\[\[[^\[\]]*\]\]", "", text)):
        return report_of([], 0)
    known = ", ".join(supported_languages())
    hint = f"There is no lexicon for {code!r} (only {known}): the step's template speaks."
    return report_of([Violation(text, 0, len(text), "uncited", hint)], 0)


class TextCheck:
    """One text against one ledger.

    Args:
        text: The text.
        ledger: The evidence.
        language: The lexicon of the text's language.
        implied: Evidence that stands behind sentences which cite nothing (copy for a post, whose words must
            then fit).
    """

    def __init__(
        self, text: str, ledger: Ledger, language: Lexicon, implied: Sequence[str] = (), *, sure: bool = True
    ) -> None:
        self.text = text
        self.ledger = ledger
        self.language = language
        self.implied = tuple(implied)
        self.message = Message.of(text, language, sure=sure)
        self.violations: list[Violation] = []
        self.counted = 0
        self.terms: TermCache = {}

    def report(self) -> GroundingReport:
        """Check everything and report."""
        for sentence, numbers in self.message.by_sentence():
            references = [r for r in self.message.references if sentence.start <= r.start < sentence.end]
            self._sentence(sentence, numbers, references)
        for start, end, hint in touching.violations(self.message):
            self._add(start, end, "not_in_evidence", hint)
        for start, end in touching.broken_references(self.message):
            self._add(start, end, "unknown_path", "Write [[E1/path/to/value]].")
        return report_of(self._without_overlaps(), self.counted)

    def _add(self, start: int, end: int, reason: Reason, hint: str) -> None:
        first, last = self.message.reading.span(start, end)
        self.violations.append(Violation(self.text[first:last], first, last, reason, hint))

    def _without_overlaps(self) -> list[Violation]:
        kept: list[Violation] = []
        for violation in self.violations:
            if not any(v.start < violation.end and violation.start < v.end for v in kept):
                kept.append(violation)
        return kept

    # ---- one sentence

    def _sentence(self, sentence: Sentence, numbers: list[Number], references: list[Reference]) -> None:
        cited = [name for citation in sentence.citations for name in citation.ids]
        known = [index for name in dict.fromkeys(cited) if (index := self.ledger.index(name)) is not None]
        unknown = [name for name in cited if name not in self.ledger]
        if unknown and not numbers:
            for citation in sentence.citations:
                if sentence.start <= citation.start < sentence.end and set(citation.ids) & set(unknown):
                    self._add(citation.start, citation.end, "unknown_evidence", known_ids(self.ledger))
        numbers = [n for n in numbers if not self._is_exempt(n, known, sentence)]
        self.counted += len(numbers) + len(references)
        if not numbers and not references:
            return
        if not known and not references and not self.implied:
            self._without_evidence(numbers, unknown)
            return
        if len(numbers) + len(references) > _MOST_NUMBERS:
            for number in numbers:
                self._add(number.start, number.end, "not_in_evidence", "Too many numbers for one sentence.")
            return
        claims, leaves = self._claims(sentence, numbers, references)
        for claim in claims:
            self._claim(claim, leaves.get(claim.number.start), known, unknown, sentence)

    def _without_evidence(self, numbers: Sequence[Number], unknown: Sequence[str]) -> None:
        for number in numbers:
            if unknown and not number.noun:
                self._add(number.start, number.end, "unknown_evidence", known_ids(self.ledger))
            elif not number.noun:
                hint = "Cite the evidence, [E1] say, in the same sentence."
                self._add(number.start, number.end, "uncited", hint)

    def _claims(
        self, sentence: Sentence, numbers: list[Number], references: list[Reference]
    ) -> tuple[list[Claim], dict[int, Leaf | Violation]]:
        leaves = {r.start: self._resolve(r) for r in references}
        shown = [Number(r.start, r.end, kind="literal", core_end=r.end) for r in references]
        merged = sorted((*numbers, *shown), key=lambda number: number.start)
        clauses = clauses_of(self.message.words, sentence, merged, self.language, self.terms)
        text, claims = self.message.masked, []
        cued = self.language.is_cued(text[sentence.start : sentence.end])
        says = cued and self._says(sentence)
        for written in merged:
            number = written
            clause, header = clauses[number.start], self._header(sentence, number)
            leaf = leaves.get(number.start)
            number = self._with_later_unit(number, clause.end) if leaf is None else number
            claim = Claim(
                text, number, clause, self.language, self._unit(number, header), header,
                leaf=(leaf.evidence_id, leaf.path) if isinstance(leaf, Leaf) else None,
                says=says,
                sentence=(sentence.start, sentence.end),
            )  # fmt: skip
            if cued and number.kind != "date":
                claim.bound = context.bound_of(text, number, clause, self.language)
                claim.change = is_change(text, number, clause, self.language)
                claim.falls = falls(text, clause, self.language)
            claims.append(claim)
        for claim in claims:
            claim.others = [other for other in claims if other is not claim]
        return claims, leaves

    def _with_later_unit(self, number: Number, end: int) -> Number:
        """Give a number the unit that a noun after it names (`3.9 care hours`), should the evidence have it."""
        if number.kind != "literal" or number.unit is not None or number.shared_unit is not None:
            return number
        unit = unit_nearby(self.message.masked, number, end, self.language)
        return number if unit is None else replace(number, shared_unit=unit)

    def _says(self, sentence: Sentence) -> bool:
        return (
            self.language.says_pattern.search(self.message.masked, sentence.start, sentence.end) is not None
        )

    def _header(self, sentence: Sentence, number: Number) -> str:
        for at, (start, end) in enumerate(sentence.cells):
            if start <= number.start < end and at < len(sentence.headers):
                first, last = sentence.headers[at]
                return self.message.masked[first:last]
        return ""

    def _unit(self, number: Number, header: str) -> Unit | None:
        if number.unit is not None or not header or number.kind == "date":
            return number.unit
        inside = re.search(r"[(\[]\s*(?:in\s)?([^()\[\]]{1,20}?)\s*[)\]]", header) or re.search(
            r"(?:\bin|,)\s+(\S{1,20})\s*$", header
        )
        told = inside.group(1) if inside else next(iter(re.findall(r"[%€$£]", header)), "")
        return unit_named(told) if told else None

    def _resolve(self, reference: Reference) -> Leaf | Violation:
        first, last = self.message.reading.span(reference.start, reference.end)
        written = self.text[first:last]
        try:
            return resolve(reference.target, self.ledger)
        except (UnknownEvidence, UnknownPath) as error:
            reason: Reason = "unknown_evidence" if isinstance(error, UnknownEvidence) else "unknown_path"
            return Violation(written, first, last, reason, str(error))

    # ---- one number

    def _claim(
        self,
        claim: Claim,
        leaf: Leaf | Violation | None,
        known: list[EvidenceIndex],
        unknown: list[str],
        sentence: Sentence,
    ) -> None:
        if isinstance(leaf, Violation):
            self.violations.append(leaf)
        elif leaf is not None:
            self._reference(claim, leaf)
        else:
            self._literal(claim, known, unknown, sentence)

    def _reference(self, claim: Claim, leaf: Leaf) -> None:
        number = claim.number
        wrong = touching.unit_after(self.message, number.end, leaf)
        if wrong is not None:
            self._add(
                number.start, wrong, "wrong_unit", f"The value is rendered with its unit ({leaf.unit})."
            )
            return
        index = self.ledger.index(leaf.evidence_id)
        if index is None or index.place(leaf.path) is None:
            return  # a string or a flag: no number to attribute
        verdict = judge(claim, index)
        if not verdict.supported:
            self._add(number.start, number.end, verdict.reason or "misattributed", verdict.hint)

    def _literal(
        self, claim: Claim, known: list[EvidenceIndex], unknown: list[str], sentence: Sentence
    ) -> None:
        number = claim.number
        if not known and self.implied:
            claim.must_fit = True
            known = [index for name in self.implied if (index := self.ledger.index(name)) is not None]
        if not known:
            self._without_evidence([number], unknown)
            return
        verdict = self._judged(claim, known, nearest_citations(self.message.masked, number, sentence))
        if number.noun and not any(index.own(number.noun) for index in known):
            return
        if not verdict.supported and number.parts and self._parts_supported(claim, known):
            return
        if not verdict.supported and not quoted_support(claim, known, self.language):
            self._add(number.start, number.end, verdict.reason or "not_in_evidence", verdict.hint)

    def _judged(self, claim: Claim, known: Sequence[EvidenceIndex], nearest: Sequence[str] = ()) -> Verdict:
        verdicts = [(judge(claim, index), index) for index in known]
        supporting = [pair for pair in verdicts if pair[0].supported]
        for verdict, index in supporting:
            if nearest and index.evidence_id not in nearest:
                continue
            if not fits_another_better(claim, verdict, index, known):
                return verdict
        if supporting:
            return Verdict("misattributed", "The words fit another of the cited results better.")
        return min(verdicts, key=lambda pair: _WORST_FIRST.index(pair[0].reason or "not_in_evidence"))[0]

    def _parts_supported(self, claim: Claim, known: Sequence[EvidenceIndex]) -> bool:
        above, below = claim.number.parts
        if above.values[0] > below.values[0]:
            return False
        parts = [replace_claim(claim, part) for part in claim.number.parts]
        parts[0].others, parts[1].others = [parts[1], *claim.others], [parts[0], *claim.others]
        return all(self._judged(part, known).supported for part in parts)

    def _is_exempt(self, number: Number, known: Sequence[EvidenceIndex], sentence: Sentence) -> bool:
        """Tell whether a number belongs to a verbatim quotation, or to a name that stands in the evidence."""
        if number.kind == "none":
            return False
        return self._in_quotation(number, known, sentence) or self._in_name(number, known)

    def _in_name(self, number: Number, known: Sequence[EvidenceIndex]) -> bool:
        if number.kind not in {"literal", "word"}:
            return False
        text = self.message.masked
        digits = number_tokens(text[number.start : number.end])
        named = [index for index in known if digits & index.name_numbers]
        if not named:
            return False
        names = [token_around(text, number.start, number.end)]
        if any(digits & index.spaced_names for index in named):
            names += names_around(text, number.start, number.end)
        return any(self._is_name(name, named) for name in names)

    def _is_name(self, name: str, named: Sequence[EvidenceIndex]) -> bool:
        if any(name in index.names for index in named):
            return True
        return any(name in index.echoed_names for index in named) and self._user_wrote(name)

    def _user_wrote(self, name: str) -> bool:
        return any(name in folded(entry.text).casefold() for entry in self.ledger if entry.is_user)

    def _in_quotation(self, number: Number, known: Sequence[EvidenceIndex], sentence: Sentence) -> bool:
        for start, end, content in self.message.quotes:
            if start <= number.start and number.end <= end:
                told = folded(content)
                forms = {told, told.rstrip(".,!?;:")}
                if word_count(told) >= 2 and any(form in index.strings for form in forms for index in known):
                    return True
        return False
