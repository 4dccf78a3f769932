"""What a comparison of two content analyses of one page returns."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ag2_marketing_tools.content.model_terms import Text
from ag2_marketing_tools.history.model import Change, NotComparable, RunReference
from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.tool import Result

Terms = Annotated[list[str], untrusted()]
TermCount = Annotated[int, unit("term")]


class AdviceFollowed(Result):
    """A text that was recommended then, and what stands on the page now."""

    field: Literal["title", "description", "h1"]
    recommended: Text | None
    before: Text | None
    now: Text | None
    followed: bool | None = Field(description="Null where nothing was recommended.")
    changed: bool


class ContentCounts(Result):
    """How many terms went which way."""

    keywords_gained: TermCount
    keywords_lost: TermCount
    gaps_closed: TermCount
    gaps_new: TermCount
    gaps_open: TermCount
    not_comparable: Annotated[int, unit("subject")]


class ContentComparison(Result):
    """Two content analyses of one page."""

    url: str
    compared: bool
    reason: str | None = Field(default=None, description="Why there is nothing to compare.")
    latest: RunReference | None
    earlier: RunReference | None
    words: Change | None = None
    readability: list[Change] = Field(description="Reading ease, and the grade where there is one.")
    keywords_gained: Terms = Field(description="Primary keywords that were none then.")
    keywords_lost: Terms
    keywords_kept: Terms
    gaps_closed: Terms = Field(description="Competitors' terms that the page lacked then and has now.")
    gaps_new: Terms
    gaps_open: Terms
    advice: list[AdviceFollowed]
    counts: ContentCounts
    not_comparable: list[NotComparable]
    notes: list[str]
