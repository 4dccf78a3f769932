"""The pages that a content analysis compared, each with its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from ag2_marketing.report.cited import Cited, raw
from ag2_marketing.report.reaching import host_of, listed, part

Words = Callable[[Cited], str]
Link = Callable[[Cited, str], Any]


@dataclass(frozen=True)
class Site:
    """One page that was compared.

    Attributes:
        url: Its address, as coverage names it.
        name: What a chart calls it.
        shown: What a table calls it: evidence, so that it shows its source.
    """

    url: str
    name: str
    shown: Any


def compared_sites(content: Cited | None, words: Words, link: Link, this_page: Any) -> list[Site]:
    """Return the analysed page, under a name of its own, and the competitors that were compared with it.

    Args:
        content: The content analysis.
        words: Formats a value of evidence.
        link: Shows words of ours as a link to a value of evidence.
        this_page: What the analysed page is called.
    """
    if part(content, "page", "url") is None or content is None:
        return []
    return [Site(str(raw(content.page.url)), str(this_page), this_page), *_rivals(content, words, link)]


def _rivals(content: Cited, words: Words, link: Link) -> Iterator[Site]:
    for rival in listed(content, "competitor_analysis"):
        url, name = part(rival, "url"), part(rival, "content", "site_name")
        if rival.status != "compared" or url is None:
            continue
        if name is not None and raw(name):
            yield Site(str(raw(url)), words(name), name)
        else:
            yield Site(str(raw(url)), host_of(url), link(url, host_of(url)))
