"""What a crawl returns. Text and addresses of the crawled site are marked `untrusted`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.pages.crawl.identity import Scope
from ag2_marketing_tools.pages.crawl.state import Phase, StopReason
from ag2_marketing_tools.pages.crawl.visit import Outcome, Remark
from ag2_marketing_tools.tool import Result

Text = Annotated[str, untrusted()]
Bytes = Annotated[int | None, unit("byte")]
Milliseconds = Annotated[float | None, unit("ms")]
Addresses = Annotated[int, unit("address")]
Pages = Annotated[int, unit("page")]
Links = Annotated[int, unit("link")]
Requests = Annotated[int, unit("request")]
Clicks = Annotated[int | None, unit("click")]
Status = Annotated[int | None, unit("status")]


class CrawledPage(Result):
    """What one address answered; what an answer of its kind does not have is null."""

    number: int = Field(description="The address's number within the crawl.")
    url: Text
    outcome: Outcome
    status: Status
    reason: Text | None = Field(description="Why there is no page, where there is none.")
    media_type: Text | None
    in_sitemap: bool | None = Field(
        description="Whether a sitemap lists it; null for what was read before the sitemaps were."
    )
    redirects_to: Text | None = Field(description="Where a redirect points.")
    title: Text | None
    description: Text | None
    h1: Text | None
    canonical_url: Text | None
    noindex: bool | None = Field(description="Whether it asks search engines to leave it out.")
    nofollow: bool | None = Field(description="Whether it asks crawlers not to follow its links.")
    words: Annotated[int | None, unit("word")] = Field(description="Visible words, without any script run.")
    html_bytes: Bytes = Field(description="Size of the document after decompression.")
    wire_bytes: Bytes = Field(description="Size of the document as sent.")
    time_to_first_byte_ms: Milliseconds
    total_ms: Milliseconds
    internal_links: Annotated[int | None, unit("link")] = Field(
        description="Different addresses of the site that it links to and lets be followed."
    )
    external_links: Annotated[int | None, unit("link")]
    needs_javascript: bool | None = Field(
        description="It shows its content by a script: what was read of it says little about it."
    )
    javascript_signs: list[Text]
    fetched_at: datetime
    remark: Annotated[Remark | None, untrusted()] = Field(
        default=None, description="What the crawl's caller noted of the page."
    )


class Broken(Result):
    """An address that answers with an error, or not at all, and who links to it."""

    url: Text
    status: Status
    reason: Text | None
    sources: list[Text] = Field(description="Pages that link to it, directly or through a redirect.")
    source_count: Pages


class Hop(Result):
    """One redirect of a chain."""

    url: Text
    status: Status


class RedirectChain(Result):
    """Redirects in a row, from the first to where they end."""

    hops: list[Hop]
    ends_at: Text | None = Field(description="Where the chain ends; null for a loop.")
    end_status: Status = Field(description="What is answered there; null where it was not asked for.")
    loop: bool
    source_count: Pages = Field(description="Pages that link to the first address.")


class Duplicates(Result):
    """Pages that are the same, or nearly."""

    kind: Literal["canonical", "content", "near"] = Field(
        description="They name the same canonical address, have the same visible text, or nearly the same."
    )
    urls: list[Text]
    page_count: Pages
    similarity: Annotated[float | None, unit("ratio")] = Field(
        description="Near duplicates: the least estimated Jaccard similarity of a page's runs of three words "
        "to those of the page that it was found alike."
    )


class Linked(Result):
    """A page, and how well it is linked within the site."""

    url: Text
    in_degree: Pages = Field(description="Other pages that link to it, directly or through a redirect.")
    depth: Clicks = Field(description="Fewest clicks from the start page; null where no links lead there.")


class SitemapRead(Result):
    """One sitemap, and what it gave."""

    url: Text
    entries: Addresses
    left_out: Addresses = Field(description="Entries of another site, or of an endless address space.")
    problem: Text | None
    guessed: bool = Field(description="Looked for at the usual place; robots.txt does not name it.")


class CrawlFacts(Result):
    """What a crawl found. Lists are cut at the asked-for length; the counts beside them are complete."""

    start_url: Text
    site_url: Text = Field(description="Where the start page was found, after its redirects.")
    scope: Scope
    state: Phase
    stop_reason: StopReason | None = Field(description="Why it ended; null while it may go on.")
    requests: Requests
    page_count: Pages = Field(description="Addresses that answered with anything but a redirect.")
    html_page_count: Pages
    waiting_count: Addresses = Field(description="Addresses that are known and were not asked for.")
    outcomes: Annotated[dict[str, int], unit("address")]
    statuses: Annotated[dict[str, int], unit("address")]
    skipped: Annotated[dict[str, int], unit("address")] = Field(
        description="Links left out as traps or unreadable, by reason."
    )
    depths: Annotated[dict[str, int], unit("page")] = Field(
        description="HTML pages by clicks from the start page; `none` for those that no links lead to."
    )
    link_count: Links
    broken: list[Broken] = Field(description="Those that most pages link to come first.")
    broken_count: Addresses = Field(
        description="Addresses without a usable answer; those that ask for a login or for patience are none."
    )
    broken_linked_count: Addresses = Field(description="Those of them that a page of the site links to.")
    broken_source_count: Pages = Field(description="Pages that link to a broken address.")
    redirect_chains: list[RedirectChain]
    redirect_chain_count: Annotated[int, unit("chain")]
    duplicates: list[Duplicates]
    duplicate_count: Annotated[int, unit("group")]
    orphans: list[Text] | None = Field(description="Listed in a sitemap, linked by no page of the site.")
    orphan_count: Annotated[int | None, unit("page")]
    orphans_reason: str | None = Field(description="Why orphans cannot be told.")
    dead_ends: list[Text] = Field(description="HTML pages that link to no other page of the site.")
    dead_end_count: Pages
    needs_javascript: list[Text]
    needs_javascript_count: Pages
    not_html: list[Text]
    not_html_count: Addresses
    forbidden_count: Addresses = Field(description="Addresses that robots.txt forbids.")
    most_linked: list[Linked]
    sitemaps: list[SitemapRead]


class CrawlReport(CrawlFacts):
    """What a crawl found, and which crawl it was."""

    crawl_id: str
