"""Competitors as they turned out: compared, or left out with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from ag2_marketing_tools.content.compare import is_related
from ag2_marketing_tools.content.model import CompetitorContent
from ag2_marketing_tools.content.profile import PageProfile
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.model import Page

Status = Literal["compared", "not_compared", "unreadable", "duplicate", "target"]


@dataclass(frozen=True)
class Reading:
    """A competitor as it was asked for: its page, or why it could not be read."""

    asked: str
    page: Page | None
    reason: str | None = None


@dataclass(frozen=True)
class Rival:
    """A competitor and what became of it."""

    reading: Reading
    status: Status
    reason: str | None = None
    profile: PageProfile | None = None

    def result(self, target: PageProfile) -> CompetitorContent:
        """Return what the result tells of it."""
        page = self.reading.page
        told = CompetitorContent(
            asked=self.reading.asked,
            status=self.status,
            reason=self.reason,
            url=page.url if page else None,
            redirected_to_other_host=moved_host(page) if page else None,
        )
        if self.profile is None:
            return told
        told = told.model_copy(update={"content": self.profile.summary()})
        if self.status != "compared":
            return told
        terms = [keyword.term for keyword in self.profile.keywords]
        used = {term: bool(target.placement(term).total) for term in terms}
        return told.model_copy(
            update={
                "related": is_related(target, self.profile),
                "similarity": round(target.cosine(self.profile), 3),
                "shared_terms": [term for term in terms if used[term]],
                "terms_missing_here": [term for term in terms if not used[term]],
            }
        )


def judge(readings: Iterable[Reading], target: PageProfile) -> list[Rival]:
    """Return each reading with its verdict; a page counts once, whatever names it was given under."""
    seen: dict[str, str] = {}
    return [_verdict(reading, target, seen) for reading in readings]


def _verdict(reading: Reading, target: PageProfile, seen: dict[str, str]) -> Rival:
    page = reading.page
    if page is None:
        return Rival(reading, "unreadable", reading.reason)
    identity = _identity(page.url)
    if identity == _identity(target.page.url):
        return Rival(reading, "target", say("This is the analysed page itself."))
    if identity in seen:
        reason = say("The same page was given as {name!r}.", name=seen[identity])
        return Rival(reading, "duplicate", reason)
    seen[identity] = reading.asked
    profile = PageProfile(page)
    if not profile.text:
        return Rival(reading, "not_compared", say("The page has no text."), profile)
    if target.code and profile.code and profile.code != target.code:
        reason = say(
            "Its language is {theirs}, the analysed page's is {own}: terms cannot be matched.",
            theirs=profile.code,
            own=target.code,
        )
        return Rival(reading, "not_compared", reason, profile)
    return Rival(reading, "compared", None, profile)


def profiles_of(rivals: Sequence[Rival]) -> list[PageProfile]:
    """Return the pages that are compared."""
    return [rival.profile for rival in rivals if rival.profile is not None and rival.status == "compared"]


def moved_host(page: Page) -> bool:
    """Tell whether the page was read from another host than it was asked for; `www.` makes no difference."""
    return _host(page.transfer.requested_url) != _host(page.url)


def _host(url: str) -> str:
    return (urlsplit(url).netloc or "").lower().removeprefix("www.")


def _identity(url: str) -> str:
    return f"{_host(url)}{urlsplit(url).path.rstrip('/')}?{urlsplit(url).query}"
