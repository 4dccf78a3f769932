"""What the templates of a review reach: its evidence, its words, and the pictures made of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ag2_marketing.report.cited import Cited, raw
from ag2_marketing.report.figures import Figures, Format
from ag2_marketing.report.labels import Labels, labels_in
from ag2_marketing.report.model import Report, ReviewSections
from ag2_marketing.report.names import DATA_ID, NAMES
from ag2_marketing.report.reaching import listed, part
from ag2_marketing.report.review.caregivers import team_of
from ag2_marketing.report.review.courses import courses_of
from ag2_marketing.report.review.outcomes import outcomes_of
from ag2_marketing.report.review.standings import positions_of, trends_of
from ag2_marketing.report.standings.fragment import plot_words

# How much of a long list is shown; all of it lies in the file's data.
_BOUNDS = {"most_on_paper": 8, "most_actions": 12, "most_reasons": 4}


def view_of_review(report: Report, fmt: Format = "html") -> dict[str, Any]:
    """Return the names that a review's templates know."""
    sections = report.review or ReviewSections()
    labels = labels_in(report.language)
    figures = Figures(report.ledger, fmt, language=report.language, labels=labels)
    positions = [found for id in sections.positions if (found := figures.root(id)) is not None]
    measured = [one for one in positions if part(one, "metrics") is not None]
    team, outcomes = figures.root(sections.caregivers), figures.root(sections.outcomes)
    actions = figures.root(sections.actions)
    course = figures.root(sections.course)
    courses = courses_of(course, figures)
    drawn = {raw(one.title) for one in courses}
    untold = [one for one in _untold(course) if raw(one.title) not in drawn]
    view = {
        **_BOUNDS,
        "report": report,
        "labels": labels,
        "words": plot_words(),
        "figures": figures,
        "passage": figures.passage,
        "part": part,
        "listed": listed,
        "evidence": report.ledger.entries,
        "report_file": NAMES[fmt],
        "data_id": DATA_ID,
        "sections": sections,
        "actions": actions,
        "period": next((found for one in measured if (found := part(one, "over")) is not None), None),
        "as_of": next((found for one in measured if (found := part(one, "compared_at")) is not None), None),
        "positions": [positions_of(one, figures) for one in measured],
        "trends": [row for one in measured for row in trends_of(one, figures) if raw(row.title) not in drawn],
        "courses": courses,
        "team": team_of(team, figures),
        "outcomes": outcomes_of(outcomes, figures),
        "missing": list(_missing(report, sections, measured, untold, labels)),
    }
    return {**view, "contents": _contents(view, labels)}


def _contents(view: dict[str, Any], labels: Labels) -> list[tuple[str, Any]]:
    """Return the sections in order: the name of each, which is its template's and its anchor, and its title."""
    shown = {
        "actions": True,
        "positions": True,
        "courses": bool(view["courses"] or view["trends"]),
        "caregivers": True,
        "outcomes": True,
        "missing": bool(view["missing"]),
    }
    names = [name for name, is_shown in shown.items() if is_shown]
    found = [(name, getattr(labels.review, name)) for name in names]
    return [*found, ("conversation", labels.conversation.title), ("evidence", labels.evidence.title)]


def _untold(course: Cited | None) -> list[Cited]:
    """Return the metrics of which values rest on too few cases to be told."""
    return [one for one in listed(course, "metrics") if part(one, "withheld_reason") is not None]


def _missing(
    report: Report, sections: ReviewSections, positions: list[Cited], untold: list[Cited], labels: Labels
) -> Iterator[tuple[Any, list[Any]]]:
    """Yield what could not be told, with what it concerns: steps that failed, then metrics without a figure."""
    ids = [
        *sections.positions,
        *(one for one in (sections.caregivers, sections.outcomes, sections.actions) if one),
    ]
    for id in ids:
        entry = report.ledger.get(id)
        if entry is not None and entry.erased:
            yield labels.part_withheld, [labels.word("review_step", entry.tool)]
        elif entry is not None and isinstance(entry.result, dict) and entry.result.get("status") == "error":
            yield entry.result.get("error"), [labels.word("review_step", entry.tool)]
    for one in untold:
        yield one.withheld_reason, [one.title]
    known = {raw(one.title) for one in untold}
    for position in positions:
        metrics = listed(position, "metrics")
        without = [one.title for one in metrics if raw(one.value) is None and raw(one.title) not in known]
        if without:
            yield labels.review.no_figure, without
        for one in listed(position, "refused"):
            yield one.reason, [one.metric]
