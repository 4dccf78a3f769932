"""The review of a location as one HTML page that needs nothing else; a function of the report alone."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment
from markupsafe import Markup

from ag2_marketing.report.model import Report
from ag2_marketing.report.page import page_environment, page_style
from ag2_marketing.report.review.view import view_of_review
from ag2_marketing.report.standings.fragment import filters
from ag2_marketing.report.standings.fragment import style as standings_style
from ag2_marketing.report.templating import embedded, hash_of
from ag2_marketing_tools.messages import known_language, speaking


def review_page(report: Report) -> str:
    """Return the review as one HTML page; its data are embedded.

    Raises:
        GroundingError: A text holds a figure that no evidence supports.
    """
    style = page_style() + standings_style()
    with speaking(known_language(report.language)):
        text = (
            _environment()
            .get_template("review/report.html.j2")
            .render(
                **view_of_review(report),
                data=embedded(report.as_json()),
                style=Markup(style),  # noqa: S704 (our own files)
                style_hash=hash_of(style),
            )
        )
    return text.rstrip() + "\n"


@cache
def _environment() -> Environment:
    made = page_environment("html")
    made.filters.update(filters())
    return made
