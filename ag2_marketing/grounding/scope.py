"""Where a citation reaches: sentences, list items, table rows, and the headings and headers over them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ag2_marketing.grounding.exemptions import Span
from ag2_marketing.grounding.lexicon import Lexicon

_ID = r"[A-Za-z]\s?\d+"
_CITATION = re.compile(rf"(?<!\[)\[\s*({_ID}(?:\s*(?:[,;&+–-]|and|und|et|y)?\s*{_ID})*)\s*\](?!\])")
_CITED = re.compile(r"([A-Za-z])\s?(\d+)")
_CODE = re.compile(r"`[^`\n]*`")
_ID_RANGE = re.compile(r"([A-Za-z])(\d+)\s*[–-]\s*\1?(\d+)")
_REFERENCE = re.compile(r"\[\[([^\[\]\n]*)\]\]")
_ITEM = re.compile(r"[ \t>]*(?:[-*+•–‣▪]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])[ \t]+\S")
_ROW = re.compile(r"[ \t>]*\|.*|[^|\n]*\|[^|\n]*\|.*")
_RULE = re.compile(r"[ \t>]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*")
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]+\S")
_STOP = re.compile(r"[.!?…]+[\"”’»)\]]*(?=\s|\[|$|\ue000)")
_LONGEST_WRAP = 55


@dataclass(frozen=True, slots=True)
class Citation:
    """A citation: the ids it names and where it stands."""

    ids: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference `[[E7/path]]`: its place and its target as written."""

    target: str
    start: int
    end: int


@dataclass
class Sentence:
    """A sentence with what it cites and what stands over it.

    Attributes:
        start: Where it begins in the reading.
        end: Where it ends.
        citations: The citations that cover it.
        over: Spans of headings and lead-ins, whose words are its context.
        cells: For a table row, the spans of its cells.
        headers: For a table row, the spans of the column headers.
    """

    start: int
    end: int
    citations: list[Citation] = field(default_factory=list)
    over: list[Span] = field(default_factory=list)
    cells: list[Span] = field(default_factory=list)
    headers: list[Span] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Block:
    kind: str
    start: int
    end: int


def citations_in(text: str) -> list[Citation]:
    """Return every citation of a reading."""
    found = []
    code = [m.span() for m in _CODE.finditer(text)] if "`" in text else []
    for match in _CITATION.finditer(text):
        if any(a < match.start() < b for a, b in code):
            continue
        ids: list[str] = []
        for part in _ID_RANGE.finditer(match.group(1)):
            first, last = int(part[2]), int(part[3])
            ids += [f"{part[1]}{number}" for number in range(first + 1, min(last, first + 50))]
        ids += [cited[1] + cited[2] for cited in _CITED.finditer(match.group(1))]
        found.append(Citation(tuple(dict.fromkeys(ids)), match.start(), match.end()))
    return found


def references_in(text: str) -> list[Reference]:
    """Return every reference of a reading."""
    return [Reference(m.group(1).strip(), m.start(), m.end()) for m in _REFERENCE.finditer(text)]


def sentences_of(
    text: str, citations: Sequence[Citation], unbreakable: Sequence[Span], language: Lexicon
) -> list[Sentence]:
    """Cut a reading into sentences, list items and table rows, and give each its citations and context."""
    cutter = _Cutter(text, citations, unbreakable, language)
    heading: Span | None = None
    lead_in: Span | None = None
    header: list[Span] = []
    previous = ""
    for block in _blocks(text):
        if block.kind == "row":
            header = cutter.row(block, header if previous in {"row", "rule"} else [], heading, lead_in)
        elif block.kind == "item":
            cutter.item(block, [span for span in (heading, lead_in) if span])
        elif block.kind == "heading":
            heading, lead_in = (block.start, block.end), None
            cutter.plain(block, [])
        elif block.kind == "text":
            cutter.plain(block, [heading] if heading else [])
            lead_in = cutter.lead_in(block)
        previous = block.kind
    return cutter.sentences


class _Cutter:
    def __init__(
        self, text: str, citations: Sequence[Citation], unbreakable: Sequence[Span], language: Lexicon
    ) -> None:
        self.text = text
        self.citations = citations
        self.starts = [citation.start for citation in citations]
        self.unbreakable = sorted(unbreakable)
        self.breaks = [start for start, _ in self.unbreakable]
        self.language = language
        self.sentences: list[Sentence] = []

    def cited(self, start: int, end: int) -> list[Citation]:
        first = bisect_right(self.starts, start - 1)
        return [c for c in self.citations[first : bisect_right(self.starts, end - 1)] if c.end <= end]

    def row(
        self, block: _Block, header: list[Span], heading: Span | None, lead_in: Span | None
    ) -> list[Span]:
        cells = [span for span in _cells(self.text, block) if span[0] < span[1] or header]
        over = [span for span in (heading, lead_in) if span]
        self.sentences.append(
            Sentence(block.start, block.end, self.cited(block.start, block.end), over, cells, header)
        )
        return header or cells

    def item(self, block: _Block, over: list[Span]) -> None:
        cited = self.cited(block.start, block.end)
        parts = list(self.cut(block.start, block.end))
        for start, end in parts:
            others = [part for part in parts if part != (start, end)] if len(parts) > 1 else []
            self.sentences.append(Sentence(start, end, cited, over + others[:1]))

    def plain(self, block: _Block, over: list[Span]) -> None:
        before: Span | None = None
        for start, end in self.cut(block.start, block.end):
            around = over + ([before] if before else [])
            self.sentences.append(Sentence(start, end, self.cited(start, end), around))
            before = (start, end)

    def lead_in(self, block: _Block) -> Span | None:
        *_, last = self.cut(block.start, block.end)
        return (
            last if re.search(r":\s*$", self.text[last[0] : last[1]].replace("\ue000", "")) or True else None
        )

    def cut(self, start: int, end: int) -> Iterator[Span]:
        at = start
        for stop in self.stops(start, end):
            if stop > at and self.text[at:stop].strip():
                yield at, stop
                at = stop
        if at < end:
            yield at, end

    def stops(self, start: int, end: int) -> Iterator[int]:
        candidates = [m.end() for m in _STOP.finditer(self.text, start, end) if self.ends_here(m)]
        candidates += [
            m.start()
            for m in re.compile(r"\n").finditer(self.text, start, end)
            if self.line_ends(m.start(), start)
        ]
        for stop in sorted(candidates):
            yield self.after_citations(stop, end)

    def ends_here(self, match: re.Match[str]) -> bool:
        if self.inside(match.start()):
            return False
        before = re.search(r"[^\s(]+$", self.text[max(0, match.start() - 20) : match.start()])
        word = before.group().casefold() if before else ""
        after = self.text[match.end() :].lstrip()[:1]
        if match.group()[0] == "." and word in self.language.abbreviations:
            return after.isupper() and word in {"etc", "p.m", "a.m"}
        return not after.islower()

    def line_ends(self, at: int, start: int) -> bool:
        """Tell whether a line break inside a paragraph is a wrap (False) or separates two statements."""
        line = self.text[self.text.rfind("\n", start, at) + 1 : at].rstrip()
        following = self.text[at + 1 :].lstrip(" \t>")[:1]
        if not line or self.inside(at):
            return False
        return line[-1] in ".!?:;]\ue000" or (len(line) <= _LONGEST_WRAP and not following.islower())

    def inside(self, at: int) -> bool:
        place = bisect_right(self.breaks, at) - 1
        return place >= 0 and self.unbreakable[place][0] <= at < self.unbreakable[place][1]

    def after_citations(self, stop: int, end: int) -> int:
        """A citation right after the full stop belongs to the sentence before it."""
        while True:
            at = stop
            while at < end and self.text[at] in " \t":
                at += 1
            found = next((c for c in self.cited(at, end) if c.start == at), None)
            if found is None:
                return stop
            stop = found.end
            if stop < end and self.text[stop] in ".;,":
                stop += 1


def _blocks(text: str) -> Iterator[_Block]:
    kind, start, at = "", 0, 0
    for line in text.splitlines(keepends=True) or [""]:
        own = _kind(line, kind)
        joins = (own == kind and own == "text") or own == "more"
        if not joins:
            if kind in {"text", "item", "heading", "row", "rule"}:
                yield _Block(kind, start, at)
            kind, start = own, at
        at += len(line)
    if kind in {"text", "item", "heading", "row", "rule"}:
        yield _Block(kind, start, at)


def _kind(line: str, before: str) -> str:
    bare = line.rstrip("\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029")
    if not bare.strip(" \t>|") and "|" not in bare:
        return "blank"
    if _RULE.fullmatch(bare) and "-" in bare:
        return "rule"
    if _ITEM.match(bare):
        return "item"
    if _HEADING.match(bare):
        return "heading"
    if _ROW.fullmatch(bare):
        return "row"
    return "more" if before == "item" and bare[:1] in " \t" else "text"


def _cells(text: str, block: _Block) -> Iterator[Span]:
    line = text[block.start : block.end]
    start = len(line) - len(line.lstrip(" \t>"))
    start += line[start : start + 1] == "|"
    at = start
    for match in re.compile(r"\|").finditer(line, start):
        yield _trimmed(line, at, match.start(), block.start)
        at = match.end()
    if line[at:].strip():
        yield _trimmed(line, at, len(line), block.start)


def _trimmed(line: str, start: int, end: int, offset: int) -> Span:
    cell = line[start:end]
    left, right = len(cell) - len(cell.lstrip()), len(cell) - len(cell.rstrip())
    return (offset + start + left, offset + max(start + left, end - right))
