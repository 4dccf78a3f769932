"""What is known of a site's pages together: a few small values of each, whatever the site's size."""

from __future__ import annotations

from array import array
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from ag2_marketing_tools.pages.crawl.identity import digest_64, key_of, plain
from ag2_marketing_tools.pages.crawl.model import CrawledPage
from ag2_marketing_tools.pages.crawl.visit import Outcome
from ag2_marketing_tools.seo.site.remark import versions_of
from ag2_marketing_tools.text.clean import clean


@dataclass(frozen=True, slots=True)
class Seen:
    """What is held of one address."""

    number: int
    url: str
    outcome: Outcome
    noindex: bool


@dataclass
class Survey:
    """The site at a glance.

    Attributes:
        by_key: What each address answered, by the key of the address.
        versions: For each page with hreflang references, the keys of the addresses that it names.
        indexable: The numbers of pages that ask to be found under their own address.
        titles: The numbers of these pages by their title, folded.
        descriptions: The same by their description.
        judged: How many pages were judged.
    """

    by_key: dict[int, Seen] = field(default_factory=dict)
    versions: dict[int, array[int]] = field(default_factory=dict)
    indexable: set[int] = field(default_factory=set)
    titles: dict[int, list[int]] = field(default_factory=dict)
    descriptions: dict[int, list[int]] = field(default_factory=dict)
    judged: int = 0

    def add(self, page: CrawledPage) -> None:
        """Take in what one address answered."""
        key = key_of(page.url)
        self.by_key[key] = Seen(page.number, page.url, page.outcome, bool(page.noindex))
        if page.remark is None:
            return
        self.judged += 1
        versions = versions_of(page.remark)
        if versions:
            self.versions[page.number] = array("q", versions)
        if _is_indexable(page, key):
            self.indexable.add(page.number)
            _note(self.titles, page.title, page.number, str.casefold)
            _note(self.descriptions, page.description, page.number)


async def surveyed(pages: AsyncIterator[CrawledPage]) -> Survey:
    """Return the survey of all pages of a crawl."""
    survey = Survey()
    async for page in pages:
        survey.add(page)
    return survey


def canonical_key(page: CrawledPage) -> int | None:
    """Return the key of the canonical address that a page names, or None."""
    url = page.canonical_url
    if url is None or not url.lower().startswith(("http://", "https://")):
        return None
    try:
        return key_of(plain(url))
    except ValueError:  # nothing that urllib can take apart
        return None


def _is_indexable(page: CrawledPage, key: int) -> bool:
    return not page.noindex and not page.needs_javascript and canonical_key(page) in {None, key}


def _note(
    found: dict[int, list[int]],
    text: str | None,
    number: int,
    fold: Callable[[str], str] = str,
) -> None:
    folded = fold(clean(text or ""))
    if folded:
        found.setdefault(digest_64(folded.encode(errors="surrogatepass")), []).append(number)
