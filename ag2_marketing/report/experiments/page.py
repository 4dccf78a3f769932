"""Results of an experiment as files: a page for reading, JSON for programs."""

from __future__ import annotations

import json
from pathlib import Path

from markupsafe import Markup

from ag2_marketing.report.experiments.fragment import (
    analysis_fragment,
    plan_fragment,
    rendered,
    style,
)
from ag2_marketing.report.files import encoded, write_together
from ag2_marketing.report.templating import embedded, hash_of
from ag2_marketing_tools.experiments.analysis.model import Analysis, ExperimentPlan, ExperimentStatus

DATA_ID = "ag2-marketing-experiment"
NAMES = {"html": "experiment.html", "json": "experiment.json"}
PLAN_NAMES = {"html": "plan.html", "json": "plan.json"}


def analysis_page(analysis: Analysis, status: ExperimentStatus | None = None) -> str:
    """Return an analysis as one HTML page that needs nothing else and runs no script; its data are embedded."""
    return _page(analysis_fragment(analysis, status), analysis, title=analysis.name)


def plan_page(plan: ExperimentPlan) -> str:
    """Return a plan as one HTML page."""
    return _page(plan_fragment(plan), plan, title="ag2-marketing")


def write_analysis(
    analysis: Analysis, folder: Path | str, status: ExperimentStatus | None = None
) -> dict[str, Path]:
    """Write an analysis as `experiment.html` and `experiment.json`, both or none.

    Returns:
        The paths by kind.

    Raises:
        InvalidInput: The folder cannot be written to.
    """
    return _written(analysis_page(analysis, status), analysis, folder, NAMES)


def write_plan(plan: ExperimentPlan, folder: Path | str) -> dict[str, Path]:
    """Write a plan as `plan.html` and `plan.json`, both or none.

    Returns:
        The paths by kind.

    Raises:
        InvalidInput: The folder cannot be written to.
    """
    return _written(plan_page(plan), plan, folder, PLAN_NAMES)


def _page(body: Markup, result: Analysis | ExperimentPlan, *, title: str) -> str:
    sheet = style()
    return str(
        rendered(
            "page",
            body=body,
            title=title,
            style=Markup(sheet),  # noqa: S704 (our own file)
            style_hash=hash_of(sheet),
            data=embedded(result.model_dump(mode="json")),
            data_id=DATA_ID,
        )
    )


def _written(
    page: str, result: Analysis | ExperimentPlan, folder: Path | str, names: dict[str, str]
) -> dict[str, Path]:
    text = json.dumps(result.model_dump(mode="json"), ensure_ascii=False, indent=2) + "\n"
    return write_together(
        folder, {"html": (names["html"], encoded(page)), "json": (names["json"], encoded(text))}
    )
