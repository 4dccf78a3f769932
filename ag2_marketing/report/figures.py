"""References as a reader meets them: the value with its unit, linked to the place in the evidence."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any, Literal
from urllib.parse import quote

from markdown_it import MarkdownIt
from markupsafe import Markup, escape

from ag2_marketing.grounding import Leaf, Ledger, UnknownEvidence, render, resolve, supported_languages
from ag2_marketing.grounding.dates import moment_of
from ag2_marketing.grounding.lexicon import base_code
from ag2_marketing.grounding.render import shown_value
from ag2_marketing.report.cited import Cited
from ag2_marketing.report.escaping import markdown_prose, markdown_text
from ag2_marketing.report.labels import FALLBACK_LANGUAGE
from ag2_marketing_prompts import cite

Format = Literal["html", "markdown"]

REFERENCE = re.compile(r"\[\[([EU]\d+)((?:/[^\[\]]*)?)\]\]")
CITATION = re.compile(r"\[([EU]\d+)\]")
# Marks the place of a link while the words around it are turned into markup; no text keeps such characters.
_PLACE = re.compile("\ue000(\\d+)\ue001")
_VALUE = re.compile(r'<a class="evidence" href="#\w+" title="[^"]*">(.*?)</a>', re.DOTALL)
_PRIVATE = str.maketrans("", "", "\ue000\ue001")


class Figures:
    """Renders a report's references and remembers which values were shown.

    Args:
        ledger: The report's evidence.
        fmt: `html` or `markdown`.
        language: Of the separators and dates.
        withheld: What stands in place of a value whose evidence was erased or withheld.
    """

    def __init__(self, ledger: Ledger, fmt: Format, *, language: str, withheld: str) -> None:
        self._ledger = ledger
        self._fmt = fmt
        self._language = language
        self._withheld = withheld
        self.cited: dict[str, dict[str, Any]] = {}

    def root(self, evidence_id: str | None) -> Cited | None:
        """Return evidence for a template to reach into; None where there is none or it was erased."""
        entry = self._ledger.get(evidence_id) if evidence_id else None
        if entry is None or entry.erased:
            return None
        return Cited(entry.result, entry.id, self.figure)

    def figure(self, evidence_id: str, path: tuple[str | int, ...]) -> Markup:
        """Return the value at a path, formatted with its unit and linked to its evidence."""
        return self._reference(cite({"id": evidence_id}, *path), bare=True)

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
        rendered = render(source, self._ledger, fmt="html")
        return iter([html.unescape(found) for found in _VALUE.findall(rendered)])

    def quoted(self, text: str) -> Markup:
        """Return a text that is no reference, escaped for the format."""
        return escape(text) if self._fmt == "html" else Markup(markdown_text(text))  # noqa: S704

    def _reference(self, reference: str, value: str | None = None, *, bare: bool = False) -> Markup:
        """Link one reference.

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
            return self._link(evidence_id, "", self._withheld, title=entry.tool)
        leaf = resolve(reference, self._ledger)
        shown = value_of(leaf, language=self._language, bare=bare) if value is None else value
        self.cited.setdefault(evidence_id, {}).setdefault(path, leaf.value)
        title = f"{entry.tool} {path}".strip()
        return self._link(evidence_id, path, shown, title=title, figure=_is_figure(leaf))

    def evidence_link(self, evidence_id: str) -> Markup:
        """Return an evidence id as a link to its row; a name that no evidence has stays text."""
        entry = self._ledger.get(evidence_id)
        if entry is None:
            return self.quoted(f"[{evidence_id}]")
        return self._link(evidence_id, "", evidence_id, title=entry.tool)

    def _link(self, evidence_id: str, path: str, shown: str, *, title: str, figure: bool = False) -> Markup:
        if self._fmt == "markdown":
            return Markup(f"[{markdown_text(shown)}](#{evidence_id.lower()})")  # noqa: S704 (escaped)
        return Markup('<a class="{}" href="#{}" title="{}">{}</a>').format(
            "figure" if figure else "quote", anchor(evidence_id, path), title, shown
        )


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
    code = base_code(language)
    return shown_value(leaf, code if code in supported_languages() else FALLBACK_LANGUAGE, None)


def anchor(evidence_id: str, path: str) -> str:
    """Return the id of the row that shows a value of the evidence."""
    return evidence_id + quote(path, safe="/~")


def _is_figure(leaf: Leaf) -> bool:
    """Tell whether a reader should see at once that there is a source: a number or a time, not a sentence."""
    return not isinstance(leaf.value, str | bool | None) or moment_of(str(leaf.value)) is not None


def _to_html(text: str) -> str:
    return str(_markdown().render(text))


@cache
def _markdown() -> MarkdownIt:
    """The few things that a message may use; HTML, links and images are left out, so they stay text."""
    return MarkdownIt("zero", {"html": False, "breaks": False}).enable(["list", "emphasis", "backticks"])
