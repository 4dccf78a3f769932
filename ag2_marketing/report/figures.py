"""References as a reader meets them: the value with its unit, linked to the place in the evidence."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, Literal

from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from ag2_marketing.grounding import (
    Evidence,
    Leaf,
    Ledger,
    UnknownEvidence,
    render,
    resolve,
    supported_languages,
)
from ag2_marketing.grounding.dates import moment_of
from ag2_marketing.grounding.lexicon import base_code, detect
from ag2_marketing.grounding.render import format_moment, shown_value
from ag2_marketing.report import wording
from ag2_marketing.report.cited import Cited, place_of
from ag2_marketing.report.escaping import markdown_prose, markdown_text
from ag2_marketing.report.labels import FALLBACK_LANGUAGE, Labels
from ag2_marketing.report.sources import LONGEST_RECORDED, Shown, Source, anchor, figure, has_figure, pieces
from ag2_marketing.report.standings.levels import amount, change
from ag2_marketing_prompts import cite

Format = Literal["html", "markdown"]

REFERENCE = re.compile(r"\[\[([EU]\d+)((?:/[^\[\]]*)?)\]\]")
CITATION = re.compile(r"\[([EU]\d+)\]")
# Marks the place of a link while the words around it are turned into markup; no text keeps such characters.
_PLACE = re.compile("\ue000(\\d+)\ue001")
_VALUE = re.compile(r'<a class="evidence" href="#\w+" title="[^"]*">(.*?)</a>', re.DOTALL)
_WHOLE_FLOATS = 2**53
_PRIVATE = str.maketrans("", "", "\ue000\ue001")


class Figures:
    """Renders a report's references and remembers which values were shown.

    Args:
        ledger: The report's evidence.
        fmt: `html` or `markdown`.
        language: Of the separators and dates.
        labels: The report's own words.
    """

    def __init__(self, ledger: Ledger, fmt: Format, *, language: str, labels: Labels) -> None:
        self._ledger = ledger
        self._fmt = fmt
        self._language = language
        self._labels = labels
        self._count = 0
        self._times: dict[str, str] = {}
        self.cited: dict[str, dict[str, Shown]] = {}

    def root(self, evidence_id: str | None) -> Cited | None:
        """Return evidence for a template to reach into; None where there is none or it was erased."""
        entry = self._ledger.get(evidence_id) if evidence_id else None
        if entry is None or entry.erased:
            return None
        return Cited(entry.result, entry.id, self.figure)

    def figure(self, evidence_id: str, path: tuple[str | int, ...]) -> Markup:
        """Return the value at a path, formatted with its unit; what is a figure in it shows its source."""
        return self._reference(cite({"id": evidence_id}, *path), bare=True)

    def words(self, value: Cited) -> str:
        """Return a value as it reads, for a chart: the table beside it shows the source."""
        evidence_id, path = place_of(value)
        leaf = resolve(cite({"id": evidence_id}, *path), self._ledger)
        return value_of(leaf, language=self._language, bare=True)

    def rounded(self, value: Cited, unit: str | None, *, signed: bool = False) -> Markup:
        """Return a figure to four significant digits (with a sign: three), with the unit that stands beside it.

        Its note shows it as it was recorded.
        """
        leaf, entry, path = self._placed(value)
        number = float(leaf.value)
        return self._figure(change(number, unit) if signed else amount(number, unit), leaf, entry, path)

    def rounded_link(self, value: Cited) -> Markup:
        """Return a figure to three significant digits as a link to its row, for a table of many."""
        leaf, entry, path = self._placed(value)
        self._cite(entry, path, leaf)
        return self._link(wording.number(float(leaf.value)), entry.id, path)

    def _placed(self, value: Cited) -> tuple[Leaf, Evidence, str]:
        evidence_id, steps = place_of(value)
        match = REFERENCE.fullmatch(cite({"id": evidence_id}, *steps))
        if match is None:
            raise UnknownEvidence(f"{evidence_id} has no place {steps!r}.")
        return resolve(match.group(), self._ledger), self._ledger[evidence_id], match.group(2)

    def moment(self, value: datetime | str | None) -> str:
        """Return a time that the report itself knows, as its language writes it; to the minute, in UTC."""
        text = str(value).replace(" ", "T") if value else ""
        moment = moment_of(text[:16] + "Z") if len(text) > 16 else moment_of(text)
        return format_moment(moment, code_of(self._language)) if moment is not None else text or "–"

    def passage(self, source: str) -> Markup:
        """Return a text with its references rendered; of its Markdown only lists, emphasis and code are kept.

        Raises:
            GroundingError: A number in it has no support.
        """
        links: list[Markup] = []

        def place(link: Markup) -> str:
            links.append(link)
            return f"\ue000{len(links) - 1}\ue001"

        source = source.translate(_PRIVATE)
        values = self._values_in(source)
        text = REFERENCE.sub(lambda match: place(self._reference(match.group(), next(values, None))), source)
        text = CITATION.sub(lambda match: place(self.evidence_link(match.group(1))), text)
        framed = _to_html(text) if self._fmt == "html" else markdown_prose(text)
        return Markup(_PLACE.sub(lambda match: links[int(match.group(1))], framed))  # noqa: S704 (escaped above)

    def _values_in(self, source: str) -> Iterator[str]:
        """Yield what each reference of a text reads as; nothing where evidence that it cites was erased."""
        cited = {match.group(1) for match in REFERENCE.finditer(source)}
        if any((entry := self._ledger.get(one)) is not None and entry.erased for one in cited):
            return iter(())
        rendered = render(source, self._ledger, fmt="html", language=detect(source) or self._language)
        return iter([html.unescape(found) for found in _VALUE.findall(rendered)])

    def quoted(self, text: str) -> Markup:
        """Return a text that is no reference, escaped for the format."""
        return escape(text) if self._fmt == "html" else Markup(markdown_text(text))  # noqa: S704

    def _reference(self, reference: str, value: str | None = None, *, bare: bool = False) -> Markup:
        """Show one reference.

        Args:
            reference: The reference.
            value: What it reads as, where the text around it has been rendered already.
            bare: Leave out the quotation marks that text of a page has in a sentence.
        """
        match = REFERENCE.fullmatch(reference)
        if match is None:
            raise UnknownEvidence(f"{reference!r} is not a reference.")
        evidence_id, path = match.groups()
        entry = self._ledger[evidence_id]
        if entry.erased:
            return self._link(str(self._labels.withheld), evidence_id, "")
        leaf = resolve(reference, self._ledger)
        shown = value_of(leaf, language=self._language, bare=bare) if value is None else value
        if isinstance(leaf.value, str) and not _is_moment(leaf.value):
            return self._text(shown, leaf, entry, path)
        if isinstance(leaf.value, bool) or leaf.value is None:
            return self.quoted(shown)
        return self._figure(shown, leaf, entry, path)

    def _text(self, shown: str, leaf: Leaf, entry: Evidence, path: str) -> Markup:
        """Show a text: plain where it holds no number, as a link where a page says it, else number by number."""
        if not has_figure(shown):
            return self.quoted(shown)
        if leaf.quoted or self._fmt == "markdown":
            self._cite(entry, path, leaf)
            return self._link(shown, entry.id, path)
        return Markup("").join(
            self._figure(part, leaf, entry, path) if is_figure else escape(part)
            for part, is_figure in pieces(shown)
        )

    def _figure(self, shown: str, leaf: Leaf, entry: Evidence, path: str) -> Markup:
        cited = self._cite(entry, path, leaf)
        if self._fmt == "markdown":
            return self._link(shown, entry.id, path)
        self._count += 1
        cited.figures.append(f"f{self._count}")
        source = Source(
            evidence_id=entry.id,
            path=path,
            tool=str(self._labels.evidence.user) if entry.is_user else entry.tool,
            time=self._time(entry),
            recorded=as_recorded(leaf.value, longest=LONGEST_RECORDED),
            link_words=f"{self._labels.evidence.row} {entry.id}",
        )
        return figure(shown, source, self._count)

    def _cite(self, entry: Evidence, path: str, leaf: Leaf) -> Shown:
        return self.cited.setdefault(entry.id, {}).setdefault(path, Shown(leaf.value))

    def _time(self, entry: Evidence) -> str:
        if entry.id not in self._times:
            self._times[entry.id] = self.moment(entry.at)
        return self._times[entry.id]

    def link(self, value: Cited, words: object) -> Markup:
        """Return words of ours as a link to the row of a value, whose place they name."""
        evidence_id, path = place_of(value)
        reference = REFERENCE.fullmatch(cite({"id": evidence_id}, *path))
        leaf = resolve(reference.group(), self._ledger) if reference else None
        if reference is None or leaf is None:
            return self.quoted(str(words))
        self._cite(self._ledger[evidence_id], reference.group(2), leaf)
        return self._link(str(words), evidence_id, reference.group(2))

    def evidence_link(self, evidence_id: str) -> Markup:
        """Return an evidence id as a link to its row; a name that no evidence has stays text."""
        if self._ledger.get(evidence_id) is None:
            return self.quoted(f"[{evidence_id}]")
        return self._link(evidence_id, evidence_id, "")

    def _link(self, shown: str, evidence_id: str, path: str) -> Markup:
        if self._fmt == "markdown":
            return Markup(f"[{markdown_text(shown)}](#{evidence_id.lower()})")  # noqa: S704 (escaped)
        return Markup('<a class="quote" href="#{}">{}</a>').format(anchor(evidence_id, path), shown)


def value_of(leaf: Leaf, *, language: str, bare: bool = False) -> str:
    """Return what a value reads as where it stands alone, in a table's cell say.

    There is no sentence to be checked there: its label and its place belong to the template.

    Args:
        leaf: The value, as `resolve` gives it.
        language: Of the separators and dates.
        bare: Leave out the quotation marks that text of a page has in a sentence.
    """
    if bare and isinstance(leaf.value, str):
        leaf = replace(leaf, quoted=False)
    if isinstance(leaf.value, float) and leaf.value.is_integer() and abs(leaf.value) < _WHOLE_FLOATS:
        leaf = replace(leaf, value=int(leaf.value))  # 2,500 ms, not 2,500.0 ms
    return shown_value(leaf, code_of(language), None)


def as_recorded(value: Any, *, longest: int) -> str:
    """Return a value as it was recorded, in one line that is cut where it is too long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= longest else text[: longest - 1] + "…"


def code_of(language: str) -> str:
    """Return the code of a language whose numbers and dates are known; of English for all others."""
    code = base_code(language)
    return code if code in supported_languages() else FALLBACK_LANGUAGE


def _is_moment(text: str) -> bool:
    return moment_of(text) is not None


def _to_html(text: str) -> str:
    return str(_markdown().render(text))


@cache
def _markdown() -> MarkdownIt:
    """The few things that a message may use; HTML, links and images are left out, so they stay text."""
    return MarkdownIt("zero", {"html": False, "breaks": False}).enable(["list", "emphasis", "backticks"])
