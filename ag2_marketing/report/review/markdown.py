"""The review of a location as Markdown; a function of the report alone."""

from __future__ import annotations

from functools import cache

from jinja2 import Environment

from ag2_marketing.report.model import Report
from ag2_marketing.report.page import page_environment
from ag2_marketing.report.review.view import view_of_review
from ag2_marketing_tools.messages import known_language, speaking


def review_markdown(report: Report) -> str:
    """Return the review as Markdown.

    Raises:
        GroundingError: A text holds a figure that no evidence supports.
    """
    with speaking(known_language(report.language)):
        text = _environment().get_template("review/report.md.j2").render(**view_of_review(report, "markdown"))
    return text.rstrip() + "\n"


@cache
def _environment() -> Environment:
    return page_environment("markdown")
