"""A stored report, checked again: is everything in it what was said and measured at the time?"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, computed_field

from ag2_marketing.grounding import check, render
from ag2_marketing.report.figures import CITATION, REFERENCE
from ag2_marketing.report.layout import layout_now
from ag2_marketing.report.model import Passage, Report
from ag2_marketing.report.page_figures import MisreadFigure, figures_in
from ag2_marketing.report.reading import read_file, report_in
from ag2_marketing.report.storing import without_evidence
from ag2_marketing.report.write import html_bytes, json_bytes, markdown_bytes
from ag2_marketing_tools.errors import MarketingError, NotFound
from ag2_marketing_tools.workspace import Settings, SystemClock
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.conversations import StoredConversation, load

State = Literal["ok", "failed", "not checked"]
_MARKS = {"ok": "✓", "failed": "✗", "not checked": "–"}


class Check(BaseModel):
    """One question that was put to the report."""

    model_config = ConfigDict(frozen=True)

    name: str
    state: State
    explanation: str


class Verdict(BaseModel):
    """What became of all of them."""

    model_config = ConfigDict(frozen=True)

    file: str
    report_id: str
    checks: list[Check]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def genuine(self) -> bool:
        """Whether nothing was found wrong."""
        return all(check.state != "failed" for check in self.checks)

    def lines(self) -> Iterator[str]:
        """Yield the verdict for a terminal."""
        yield f"{self.file} ({self.report_id})"
        for one in self.checks:
            yield f"  {_MARKS[one.state]} {one.name}: {one.explanation}"
        yield "Genuine: every figure stands in its evidence." if self.genuine else "NOT genuine."


class _FailedError(Exception):
    """A check found something; the message says what."""


class _SkippedError(Exception):
    """A check cannot be made here; the message says why."""


def verify_report(path: Path | str, settings: Settings | None = None) -> Verdict:
    """Check a report's evidence, its texts, the file itself, and what the local store remembers.

    Args:
        path: The HTML or JSON file, or the Markdown with its JSON beside it.
        settings: Where the local store lies; read from the environment when not given.

    Raises:
        InvalidInput: The file cannot be read, or is no report.
    """
    path = Path(path)
    content = read_file(path)
    report = report_in(path, content)
    checks: list[tuple[str, Callable[[], str]]] = [
        ("Evidence", lambda: _chain(report)),
        ("Grounding", lambda: _grounding(report)),
        ("Texts", lambda: _texts(report)),
        ("File", lambda: _file(report, path, content)),
        ("Store", lambda: _store(report, settings or Settings())),
    ]
    return Verdict(file=str(path), report_id=report.id, checks=[_made(name, one) for name, one in checks])


def _made(name: str, question: Callable[[], str]) -> Check:
    try:
        return Check(name=name, state="ok", explanation=question())
    except _SkippedError as reason:
        return Check(name=name, state="not checked", explanation=str(reason))
    except (_FailedError, MarketingError) as fault:
        return Check(name=name, state="failed", explanation=str(fault))
    except Exception as fault:  # noqa: BLE001 (whatever a forged file upsets is a finding, not a crash)
        return Check(
            name=name, state="failed", explanation=f"The report cannot be read there: {fault!r:.200}"
        )


def _chain(report: Report) -> str:
    ledger = report.ledger
    ledger.verify()
    if ledger.head != report.head:
        raise _FailedError(
            f"The evidence ends in {ledger.head[:12]}… and the report in {report.head[:12]}…: "
            "entries were cut or added."
        )
    if report.seal != report.expected_seal():
        raise _FailedError("The seal does not fit: something was changed after the report was made.")
    hidden = sum(entry.erased for entry in ledger.entries)
    beside = f" The payloads of {hidden} were erased or withheld." if hidden else ""
    return f"All {len(ledger)} entries follow from each other up to the head, and the seal holds.{beside}"


def _passages(report: Report) -> Iterator[tuple[str, Passage, str | None]]:
    """Yield every text that may hold figures, with a name for the reader and, for ours, its language."""
    for number, part in enumerate(report.summary, start=1):
        yield f"paragraph {number} of the summary", part, report.language
    for number, entry in enumerate(report.transcript, start=1):
        if entry.kind == "message" and entry.by != "person":
            if entry.source is None:
                raise _FailedError(f"Entry {number} of the transcript has lost its source.")
            passage = Passage(source=entry.source, text=entry.text)
            language = report.language if entry.by == "template" else None
            yield f"entry {number} of the transcript", passage, language


def _is_whole(report: Report, source: str) -> bool:
    """Tell whether all evidence that a text cites is still there."""
    cited = {match.group(1) for pattern in (REFERENCE, CITATION) for match in pattern.finditer(source)}
    return not any((entry := report.ledger.get(one)) is not None and entry.erased for one in cited)


def _grounding(report: Report) -> str:
    checked = numbers = 0
    for name, passage, language in _passages(report):
        if not _is_whole(report, passage.source):
            continue
        found = check(passage.source, report.ledger, language=language)
        if not found.grounded:
            faults = "; ".join(f"{one.text!r} ({one.reason})" for one in found.violations[:3])
            raise _FailedError(f"In {name}, no evidence supports {faults}.")
        checked += 1
        numbers += found.numbers
    return f"All {numbers} figures of {checked} texts stand in the evidence that they cite."


def _texts(report: Report) -> str:
    passages = list(_passages(report))
    for name, passage, language in passages:
        if not _is_whole(report, passage.source):
            continue
        if render(passage.source, report.ledger, language=language) != passage.text:
            raise _FailedError(f"{name[0].upper()}{name[1:]} does not read as it was written.")
    _spoken_by_person(report)
    _calls(report)
    return f"All {len(passages)} texts read as they were written, and every call is on the ledger."


def _spoken_by_person(report: Report) -> None:
    words = {entry.text for entry in report.ledger.entries if entry.is_user and not entry.erased}
    hidden = any(entry.is_user and entry.erased for entry in report.ledger.entries)
    said = [entry.text for entry in report.transcript if entry.by == "person"] + [report.task]
    for text in said:
        if text and text not in words and not hidden:
            raise _FailedError(f"The person's words {text[:60]!r} are not on the ledger.")


def _calls(report: Report) -> None:
    recorded = {entry.id: entry.tool for entry in report.ledger.entries}
    for entry in report.transcript:
        if entry.kind == "call" and recorded.get(entry.evidence or "") != entry.speaker:
            raise _FailedError(
                f"{entry.evidence} is not the call of {entry.speaker} that the transcript tells of."
            )


def _file(report: Report, path: Path, content: bytes) -> str:
    suffix = path.suffix.lower()
    is_page = suffix in {".md", ".markdown"} or content.lstrip()[:1] == b"<"
    if is_page and report.layout != layout_now():
        return _another_layout(report, suffix, content)
    if suffix in {".md", ".markdown"}:
        expected = markdown_bytes(report)
    elif content.lstrip()[:1] == b"<":
        expected = html_bytes(report)
    else:
        expected = json_bytes(report)
    if content != expected:
        at = next(
            (n for n, (a, b) in enumerate(zip(content, expected, strict=False)) if a != b),
            min(len(content), len(expected)),
        )
        near = content[max(0, at - 40) : at + 40].decode("utf-8", "replace")
        raise _FailedError(f"The file is not what its data give; it differs near “{' '.join(near.split())}”.")
    return "Made again from its data, the file is the same byte for byte."


def _another_layout(report: Report, suffix: str, content: bytes) -> str:
    """Check a page that another version laid out: its bytes cannot be made again, its figures can be read."""
    if suffix in {".md", ".markdown"}:
        raise _SkippedError(
            "Another version laid it out, and Markdown does not name the places of its figures."
        )
    try:
        shown = figures_in(content, report)
    except MisreadFigure as fault:
        raise _FailedError(str(fault)) from fault
    return (
        f"Another version laid it out, so it cannot be made again; each of its {shown} figures reads as its "
        "evidence. Words between them were not compared."
    )


def _store(report: Report, settings: Settings) -> str:
    if settings.database_url is None and not settings.sqlite_path.is_file():
        raise _SkippedError("There is no local store.")
    try:
        # A command's event loop may be running in this thread already.
        with ThreadPoolExecutor(1) as pool:
            kept = pool.submit(asyncio.run, _kept(report.id, settings)).result()
    except NotFound:
        raise _SkippedError("The local store does not know this report.") from None
    except MarketingError as failure:
        raise _SkippedError(f"The local store cannot be asked: {failure}") from failure
    if kept.head != report.head:
        raise _FailedError("The local store remembers another head for this report.")
    if kept.report is not None and kept.report != without_evidence(report):
        raise _FailedError("The local store remembers other texts for this report.")
    return "The local store remembers the same head and the same texts."


async def _kept(report_id: str, settings: Settings) -> StoredConversation:
    store = await Store.open(settings, clock=SystemClock())
    try:
        return await load(store, report_id)
    finally:
        await store.aclose()
