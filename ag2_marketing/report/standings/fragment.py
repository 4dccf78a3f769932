"""Pictures of standings as HTML without style or script of its own, for any page with our style."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from ag2_marketing.report.charts.interactive import interactive as as_figure
from ag2_marketing.report.charts.plot import Plot
from ag2_marketing.report.charts.plotted import plotted
from ag2_marketing.report.standings.bullets import bullet_plot
from ag2_marketing.report.standings.levels import amount
from ag2_marketing.report.standings.positions import mark_of
from ag2_marketing.report.templating import embedded, environment
from ag2_marketing_tools.messages import language, say


def rendered(template: str, **values: Any) -> Markup:
    """Render a template of this package."""
    known = {"words": plot_words(), "language": language()}
    text = _environment().get_template(f"standings/{template}.html.j2").render(**known, **values)
    return Markup(text)  # noqa: S704 (its template escapes every value)


def style() -> str:
    """Return the style sheet of the pictures; it colours by class and brings its own colours along."""
    folder = resources.files("ag2_marketing.report").joinpath("templates", "standings")
    return folder.joinpath("style.css").read_text("utf-8")


def filters() -> Mapping[str, Any]:
    """Return what the templates of the pictures ask for."""
    return {
        "plotted": plotted,
        "interactive": _figure,
        "mark": mark_of,
        "bulleted": bullet_plot,
        "figure": amount,
    }


def plot_words() -> dict[str, str]:
    """Return the words that stand with every picture."""
    return {
        "figures": say("The figures"),
        "moved": say("Left and right arrow keys move through the points."),
        "chart": say("chart"),
        "signs": say("Signs"),
        "bullet": say(
            "How to read: the dot is the figure, the line through it its confidence interval; shaded on one side is "
            "where it would lag, on the other where it would lead. A hollow dot: the error does not allow to decide."
        ),
    }


@cache
def _environment() -> Environment:
    made = environment()
    made.filters.update(filters())
    return made


def _figure(plot: Plot) -> Markup:
    return embedded(as_figure(plot))
