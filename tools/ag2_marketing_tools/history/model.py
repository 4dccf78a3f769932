"""What is told of stored audits and analyses. Every figure stands with its unit; a difference is latest − earlier."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.tool import Params, Result

Kind = Literal["audit", "content"]


class RunReference(Result):
    """One stored audit or content analysis."""

    id: str
    at: str = Field(description="When it was finished: ISO 8601, UTC.")
    product_version: str
    catalogue_version: str = Field(description="Names the state of the facts that it judged by.")


class Amount(Result):
    """A figure with its unit."""

    value: int | float
    unit: str


class Change(Result):
    """One figure then and now."""

    name: str
    earlier: int | float | None
    latest: int | float | None
    unit: str
    difference: Amount | None = Field(
        description="latest − earlier; that of two percentages is in percentage points."
    )
    reason: str | None = Field(default=None, description="Why there is no difference.")


class NotComparable(Result):
    """Something that only one of the two tells, or that they do not tell alike."""

    subject: str = Field(description="A check's id, or `score`, `pages`, …")
    title: str
    reason: str


class HistoryEntry(Result):
    """One stored run: its headline figures, null where it has none of that name."""

    id: str
    kind: Kind
    at: str = Field(description="ISO 8601, UTC.")
    product_version: str
    score: Annotated[float | None, unit("point")] = Field(description="The audit's score; null for content.")
    critical: Annotated[int | None, unit("finding")]
    warning: Annotated[int | None, unit("finding")]
    info: Annotated[int | None, unit("finding")]
    pages: Annotated[int | None, unit("page")] = Field(description="Pages that were looked at.")
    words: Annotated[int | None, unit("word")] = Field(description="Words of the analysed page.")
    gaps: Annotated[int | None, unit("term")] = Field(
        description="Terms that competitors cover and it lacks."
    )
    size: Annotated[int, unit("byte")] = Field(description="Of the stored result.")


class History(Result):
    """What is stored of one page, newest first."""

    url: str
    entries: list[HistoryEntry]
    stored: Annotated[int, unit("run")] = Field(description="All that is stored of this page and kind.")
    score: Change | None = Field(description="From the first audit that is listed to the last.")
    reason: str | None = Field(default=None, description="Why nothing is listed.")


class ListHistory(Params):
    """Whose history to list."""

    url: str = Field(description="The page; a bare host such as `example.com` will do.")
    kind: Kind | None = Field(default=None, description="`audit` or `content`; both when left out.")
    limit: Annotated[int, Field(ge=1, le=500, description="At most so many, the newest.")] = 50


class CompareRuns(Params):
    """Which two stored runs of one page to compare."""

    url: str = Field(description="The page; a bare host such as `example.com` will do.")
    run: str | None = Field(
        default=None, description="The id of the newer run; the latest of this page when left out."
    )
    against: str | None = Field(
        default=None,
        description="An id, or a date or time (ISO 8601) for the last run up to then; the run before the newer "
        "one when left out.",
    )
