"""Results of experiments as HTML: a fragment for any page with our style, or a page of its own.

The fragment has no style and no script of its own. An interactive one carries plotly's data beside each drawing,
for the script of the page that takes it in.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from ag2_marketing.report.charts.interactive import interactive as as_figure
from ag2_marketing.report.charts.plot import Plot
from ag2_marketing.report.charts.plotted import plotted
from ag2_marketing.report.experiments.by_size import plan_plots
from ag2_marketing.report.experiments.view import headings, status_facts, view_of
from ag2_marketing.report.templating import embedded, environment
from ag2_marketing_tools.experiments.analysis.model import Analysis, ExperimentPlan, ExperimentStatus
from ag2_marketing_tools.messages import language


def analysis_fragment(
    analysis: Analysis, status: ExperimentStatus | None = None, *, interactive: bool = False
) -> Markup:
    """Return an analysis as HTML, from the verdict down to who was left out.

    Args:
        analysis: As `analyze_results` returns it.
        status: As `get_test_status` returns it, where the test's progress is to be shown.
        interactive: Whether the page has the script that draws the plots anew.
    """
    return rendered("results", view=view_of(analysis, status), interactive=interactive)


def status_fragment(status: ExperimentStatus, reason: str) -> Markup:
    """Return how far a test has come that cannot be analysed yet, and why it cannot."""
    return rendered("status", status=status, facts=list(status_facts(status)), reason=reason)


def plan_fragment(plan: ExperimentPlan, *, interactive: bool = False) -> Markup:
    """Return a plan's curves: smallest effect and power by size."""
    return rendered("plan", plots=list(plan_plots(plan)), interactive=interactive)


def rendered(template: str, **values: Any) -> Markup:
    """Render a template of this package."""
    known = {"words": headings(), "language": language()}
    text = _environment().get_template(f"experiments/{template}.html.j2").render(**known, **values)
    return Markup(text)  # noqa: S704 (its template escapes every value)


def style() -> str:
    """Return the style sheet of the fragments; everything in it stands below `.trial`."""
    folder = resources.files("ag2_marketing.report").joinpath("templates", "experiments")
    return folder.joinpath("style.css").read_text("utf-8")


@cache
def _environment() -> Environment:
    made = environment()
    made.filters.update(plotted=plotted, interactive=_figure)
    return made


def _figure(plot: Plot) -> Markup:
    return embedded(as_figure(plot))
