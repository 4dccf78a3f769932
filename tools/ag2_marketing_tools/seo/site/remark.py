"""What is noted of each page while the crawl runs: its verdicts, and where they show."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ag2_marketing_tools.pages.crawl.identity import key_of, plain
from ag2_marketing_tools.pages.crawl.visit import Remark
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.pages.urls import resolve
from ag2_marketing_tools.seo.catalogue import Check, Part, checks
from ag2_marketing_tools.seo.model import Verdict
from ag2_marketing_tools.seo.outcome import Outcome
from ag2_marketing_tools.seo.site.limits import of_any_page, site_limits
from ag2_marketing_tools.seo.site.model import SitePlace

_LETTERS: dict[Verdict, str] = {
    "pass": "p",
    "warn": "w",
    "fail": "f",
    "not_applicable": "n",
    "not_testable": "t",
}
PURPOSE = "audit "
"""What the purpose of every audit's crawl begins with."""
_VERDICTS = {letter: verdict for verdict, letter in _LETTERS.items()}


@dataclass(frozen=True)
class Noted:
    """One check of one page, as it was noted."""

    check: Check
    verdict: Verdict
    excerpt: str | None = None
    value: float | None = None
    unit: str | None = None

    def place(self, url: str) -> SitePlace:
        """Return where it shows."""
        return SitePlace(url=url, excerpt=self.excerpt, value=self.value, unit=self.unit)


def page_checks(parts: Sequence[Part]) -> tuple[Check, ...]:
    """Return the checks that each page of a site is judged by."""
    return tuple(check for check in checks().values() if check.part in parts and of_any_page(check))


def purpose_of(judged_by: Sequence[Check]) -> str:
    """Return what a crawl is for: judging by exactly these checks, so that no other audit goes on with it."""
    texts = "\n".join(check.model_dump_json() for check in judged_by)
    return f"{PURPOSE}{hashlib.blake2b(texts.encode(), digest_size=8).hexdigest()}"


def remark_of(judged: Iterable[tuple[Check, Outcome]], page: Page) -> Remark:
    """Return what is noted of a page, as JSON."""
    judged = list(judged)
    remark: Remark = {"verdicts": "".join(_LETTERS[outcome.verdict] for _, outcome in judged)}
    places = {check.id: _place(outcome) for check, outcome in judged if outcome.verdict in {"warn", "fail"}}
    versions = _versions(page)
    return remark | ({"places": places} if places else {}) | ({"versions": versions} if versions else {})


def _place(outcome: Outcome) -> list[Any]:
    first = outcome.evidence[0] if outcome.evidence else None
    excerpt = noted_excerpt(first.excerpt or first.url or first.element) if first else None
    figure = outcome.measured
    return [excerpt, figure.value if figure else None, figure.unit if figure else None]


def noted_excerpt(text: str) -> str:
    """Return a text cut to what is noted of it."""
    most = site_limits().lists.excerpt_characters
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _versions(page: Page) -> list[int]:
    """Return the keys of the addresses of this page in other languages."""
    alternates = page.alternates[: site_limits().lists.alternates]
    targets = (resolve(page.url, one.href) for one in alternates)
    return sorted({key_of(plain(url)) for url in targets if url is not None and url.startswith("http")})


def noted(remark: Remark, judged_by: Sequence[Check]) -> Iterator[Noted]:
    """Yield what was noted of a page, check by check."""
    places = remark.get("places", {})
    for check, letter in zip(judged_by, remark["verdicts"], strict=True):
        yield Noted(check, _VERDICTS[letter], *places.get(check.id, ()))


def versions_of(remark: Remark) -> list[int]:
    """Return the keys of the page's versions in other languages."""
    found: list[int] = remark.get("versions", [])
    return found
