"""What a content analysis tells of links between the site's own pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from ag2_marketing_tools.content.model_terms import Count, Text
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.tool import Result


class LinkSuggestion(Result):
    """A link that could be set in a sentence which stands already."""

    from_url: Text
    from_title: Text
    to_url: Text
    to_title: Text
    anchor_text: Text = Field(description="The words of the sentence to link.")
    sentence: Text = Field(description="Where they stand; cut at the ends where it is long.")
    term: Text = Field(description="The term of the linked page that they speak of.")
    own_pages_with_term: Annotated[int, unit("page")] = Field(
        description="Pages read that use it; the fewer, the more it says."
    )


class SiteRead(Result):
    """Which pages of the own site were read besides the analysed one."""

    source: Literal["stored_crawl", "crawl", "none"]
    crawl_id: str | None = None
    crawled_at: datetime | None = None
    pages_read: Annotated[int, unit("page")]
    pages_known: Annotated[int | None, unit("page")] = Field(
        default=None, description="HTML pages that the crawl found; null where none was made."
    )
    max_pages: Annotated[int, unit("page")]
    reason: str | None = Field(default=None, description="Why no page, or not every page, was read.")


class InternalLinks(Result):
    """Links to set, from the site's own pages."""

    to_this_page: list[LinkSuggestion] = Field(
        description="Pages that speak of what this page is about and do not link to it."
    )
    to_this_page_count: Count
    from_this_page: list[LinkSuggestion] = Field(
        description="Pages whose subject this page mentions without a link."
    )
    from_this_page_count: Count
    linked_from_pages: Annotated[int | None, unit("page")] = Field(
        description="Pages read that link to it already; null where none was read."
    )
    site: SiteRead
