"""From a workflow's answer to its report, and to the conversation that the store keeps."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from ag2_marketing.adapters.transcript import Entry
from ag2_marketing.grounding import Evidence, Ledger, render
from ag2_marketing.report.evidence import entries_of, ledger_from
from ag2_marketing.report.labels import labels_in
from ag2_marketing.report.layout import layout_now
from ag2_marketing.report.model import ALL_PARTS, Passage, Report, Sections
from ag2_marketing.report.privacy import withheld_entries
from ag2_marketing.report.storing import keep
from ag2_marketing_prompts import spoken
from ag2_marketing_tools.errors import StoreError
from ag2_marketing_tools.messages import known_language
from ag2_marketing_tools.workspace import Workspace

# Which tools a section is drawn from.
_TOOLS = {
    "audit": ("run_audit",),
    "content": ("analyze_content",),
    "plan": ("plan_campaign",),
    "campaign": ("schedule_campaign",),
    "decision": ("approve_campaign", "cancel_campaign"),
    "audit_changes": ("compare_audits",),
    "content_changes": ("compare_content",),
    "history": ("list_history",),
    "lab": ("visit_in_browser",),
    "proposal": ("propose_experiment",),
}


async def build_report(answer: Mapping[str, Any], ws: Workspace) -> Report:
    """Make the report of a finished workflow, and keep its conversation in the store.

    Args:
        answer: What `run_marketing_workflow` returned; `parts` names what was asked for, where that was not all.
        ws: The open workspace; where its store fails, the report says that it was not kept.

    Raises:
        GroundingError: A text holds a figure that no evidence supports; then there is no report.
        LedgerTampered: The evidence was changed since it was recorded.
    """
    ledger: Ledger = answer["evidence"]
    ledger.verify()
    evidence = entries_of(ledger, withheld=withheld_entries(ledger, ws))
    sections = sections_of(ledger)
    language = known_language(ws.settings.language)
    report = drafted(
        answer,
        ws,
        title=f"{labels_in(language).page.heading}: {answer['target_url']}",
        target_url=answer["target_url"],
        organisation=ws.settings.organisation,
        task=_task(ledger, sections),
        parts=list(answer.get("parts", ALL_PARTS)),
        sections=sections,
        summary=_summary(ledger_from(evidence), sections, language, answer.get("parts", ALL_PARTS)),
        evidence=evidence,
    )
    return await kept(report.sealed(), ledger, ws)


def drafted(answer: Mapping[str, Any], ws: Workspace, **own: Any) -> Report:
    """Return a report, not sealed yet, with what every kind of workflow tells alike, and with fields of its own."""
    transcript = [Entry.model_validate(entry) for entry in answer["transcript"]]
    return Report(
        layout=layout_now(),
        id=ws.ids.new("report"),
        created_at=ws.clock.now(),
        language=known_language(ws.settings.language),
        status=answer["status"],
        speaking="model" if any(entry.by == "model" for entry in transcript) else "template",
        transcript=transcript,
        head=answer["evidence"].head,
        **own,
    )


async def kept(report: Report, ledger: Ledger, ws: Workspace) -> Report:
    """Keep a report's conversation in the store, and return the report; where the store fails, it says so."""
    try:
        await keep(report, ledger, ws)
    except StoreError as failure:
        not_kept = labels_in(report.language).page.not_kept
        note = f"{not_kept} {ws.gateway.redactor.text(str(failure))}"
        return report.model_copy(update={"notes": [*report.notes, note]}).sealed()
    return report


def sections_of(ledger: Ledger) -> Sections:
    """Return which evidence each section is drawn from: the last of the workflow's own calls of its tools."""
    own = [entry for entry in ledger.entries if not entry.chosen_by_model or entry.erased]
    found = {name: _last(own, tools) for name, tools in _TOOLS.items()}
    return Sections(task=_last(own, ("user",), first=True), **found)


def _last(entries: Iterable[Evidence], tools: tuple[str, ...], *, first: bool = False) -> str | None:
    ids = [entry.id for entry in entries if entry.tool in tools]
    return (ids[0] if first else ids[-1]) if ids else None


def _task(ledger: Ledger, sections: Sections) -> str:
    entry = ledger.get(sections.task) if sections.task else None
    return entry.text if entry is not None else ""


def _summary(ledger: Ledger, sections: Sections, language: str, parts: Collection[str]) -> list[Passage]:
    """Speak the report in short: one paragraph for each step, every figure a reference."""
    results = {}
    for name in _TOOLS:
        entry = ledger.get(getattr(sections, name) or "")
        if entry is not None and not entry.erased:
            results[name] = spoken_result(entry)
    text = spoken("report", "summary", language=language, results=results, parts=parts)
    return passages(text, ledger, language)


def spoken_result(entry: Evidence) -> dict[str, Any]:
    """Return a piece of evidence as the templates of a summary read it."""
    error = entry.result.get("error") if entry.result.get("status") == "error" else None
    return {"id": entry.id, "result": entry.result, "error": error}


def passages(text: str, ledger: Ledger, language: str) -> list[Passage]:
    """Return a text's paragraphs, as they are written and as they read.

    Raises:
        GroundingError: A number in it has no support.
    """
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return [Passage(source=part, text=render(part, ledger, language=language)) for part in paragraphs if part]
