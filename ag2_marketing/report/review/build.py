"""From the answer of a location's review to its report, and to the conversation that the store keeps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ag2_marketing.grounding import Evidence, Ledger
from ag2_marketing.report.build import drafted, kept, passages, spoken_result
from ag2_marketing.report.evidence import entries_of, ledger_from
from ag2_marketing.report.labels import labels_in
from ag2_marketing.report.model import Passage, Report, ReviewSections, Sections
from ag2_marketing.report.privacy import withheld_entries
from ag2_marketing_prompts import spoken
from ag2_marketing_tools.messages import known_language
from ag2_marketing_tools.workspace import Workspace

_TOOLS = {
    "course": "show_course",
    "caregivers": "location_caregivers",
    "outcomes": "location_outcomes",
    "actions": "order_actions",
}
_POSITION = "compare_with_benchmarks"


async def build_review(answer: Mapping[str, Any], ws: Workspace) -> Report:
    """Make the report of a finished review, and keep its conversation in the store.

    Args:
        answer: What `run_location_review` returned.
        ws: The open workspace; where its store fails, the report says that it was not kept.

    Raises:
        GroundingError: A text holds a figure that no evidence supports; then there is no report.
        LedgerTampered: The evidence was changed since it was recorded.
    """
    ledger: Ledger = answer["evidence"]
    ledger.verify()
    withheld = withheld_entries(ledger, ws)
    evidence = entries_of(ledger, withheld=withheld)
    shown = ledger_from(evidence) if withheld else ledger  # reading one anew costs as much as checking it
    sections = review_sections_of(ledger)
    language = known_language(ws.settings.language)
    task = ledger.get(sections.task) if sections.task else None
    report = drafted(
        answer,
        ws,
        title=f"{labels_in(language).review.heading} {answer['location']}",
        location=answer["location"],
        organisation=answer.get("company") or ws.settings.organisation,
        task=task.text if task is not None else "",
        parts=[],
        sections=Sections(),
        review=sections,
        summary=_summary(shown, sections, language),
        evidence=evidence,
    )
    return await kept(report.sealed(), ledger, ws)


def review_sections_of(ledger: Ledger) -> ReviewSections:
    """Return which evidence each section is drawn from: the workflow's own calls, of each tool the last."""
    own = [entry for entry in ledger.entries if not entry.chosen_by_model or entry.erased]
    last = {name: [entry.id for entry in own if entry.tool == tool][-1:] for name, tool in _TOOLS.items()}
    return ReviewSections(
        task=next((entry.id for entry in own if entry.is_user), None),
        positions=[entry.id for entry in own if entry.tool == _POSITION],
        **{name: found[0] for name, found in last.items() if found},
    )


def _summary(ledger: Ledger, sections: ReviewSections, language: str) -> list[Passage]:
    """Speak the review in short, every figure a reference."""
    single = {name: _known(ledger, [getattr(sections, name) or ""]) for name in _TOOLS}
    results: dict[str, Any] = {
        "positions": [spoken_result(entry) for entry in _known(ledger, sections.positions)],
        **{name: spoken_result(entry) for name, found in single.items() for entry in found},
    }
    return passages(spoken("report", "review", language=language, results=results), ledger, language)


def _known(ledger: Ledger, ids: list[str]) -> Iterator[Evidence]:
    return (entry for one in ids if (entry := ledger.get(one)) is not None and not entry.erased)
