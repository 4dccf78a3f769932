"""From an analysed page to a campaign that can be stored: the page's own sentences, one post per keyword."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from ag2_marketing_tools.campaigns.model import Post
from ag2_marketing_tools.campaigns.platforms import Platform, find_platform
from ag2_marketing_tools.campaigns.preview import preview_of
from ag2_marketing_tools.campaigns.results import LengthCheck
from ag2_marketing_tools.campaigns.text_length import weighted_length
from ag2_marketing_tools.campaigns.tracking import utm_parameters
from ag2_marketing_tools.marks import untrusted
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.fetch import fetch_page
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.text.words import sentences
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import Workspace

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_POSTS = 5  # the specification's workflow takes the first five keywords
MOST_CHARACTERS = 160  # a longer sentence is one to read on the page, not in passing
FEWEST_CHARACTERS = 40  # a shorter "sentence" is a caption or a button


class PlanCampaign(Params):
    """What a plan is made from."""

    target_url: str = Field(description="The page that the posts link to.")
    keywords: list[str] = Field(
        description="Keywords, most important first; a part of a longer one gives way to it."
    )
    platforms: list[str] = Field(min_length=1, description="Where to post, such as facebook and twitter.")
    name: str = Field(default="Data-Driven Campaign", description="The campaign's name.")


class PlannedPost(Result):
    """One post, with where its words come from."""

    keyword: Annotated[str, untrusted()]
    text: Annotated[str, untrusted()]
    taken_from: str = Field(description="`sentence`, `description` or `title` of the page.")
    link: str
    schedule: str = Field(description="ISO 8601 with the offset of the time zone.")


class PlatformLeftOut(Result):
    """A platform that takes none of the posts."""

    platform: str
    reason: str


class CampaignPlan(Result):
    """A campaign that `schedule_campaign` can store; without posts, there is nothing to store."""

    name: str
    platforms: list[str] = Field(description="Those that take the posts.")
    platforms_left_out: list[PlatformLeftOut] = Field(default_factory=list)
    timezone: str
    posts: list[PlannedPost]
    posts_reason: str | None = Field(default=None, description="Why there are no posts.")
    keywords_without_post: Annotated[list[str], untrusted()]
    timing: str = Field(description="How the times were chosen.")


@tool(family="operations")
async def plan_campaign(params: PlanCampaign, ws: Workspace) -> CampaignPlan:
    """Plan posts for a page: for each keyword a sentence of the page itself, spread over the coming weekdays.

    Nothing is invented: a post's words stand on the page. Nothing is stored; `schedule_campaign` does that.
    """
    page = await fetch_page(params.target_url, ws)
    places = [_Place(find_platform(name), name, page.url, params.name) for name in params.platforms]
    left_out = [
        PlatformLeftOut(platform=place.name, reason=why) for place in places if (why := place.fault())
    ]
    unusable = {one.platform for one in left_out}
    taking = [place for place in places if place.name not in unusable]
    posts, without = _posts(params.keywords, page, taking, ws) if taking else ([], [])
    return CampaignPlan(
        name=params.name,
        platforms=[place.name for place in taking],
        platforms_left_out=left_out,
        timezone=ws.settings.timezone,
        posts=posts,
        posts_reason=None if posts else _no_posts(params.keywords, taking, left_out),
        keywords_without_post=without,
        timing=say(
            "House defaults (weekdays at a fixed time of day): no engagement of earlier posts is stored."
        ),
    )


def _no_posts(keywords: Sequence[str], taking: Sequence[_Place], left_out: Sequence[PlatformLeftOut]) -> str:
    """Say why a plan has no posts."""
    if not taking:
        return " ".join(one.reason for one in left_out)
    if not keywords:
        return say("No keywords were given to post about; a page with hardly any text of its own has none.")
    return say("No sentence of the page speaks of its keywords and is short enough to be posted.")


def _posts(
    keywords: Sequence[str], page: Page, places: Sequence[_Place], ws: Workspace
) -> tuple[list[PlannedPost], list[str]]:
    """Return a post for each keyword that the page has words for, and the keywords left over."""
    times = _posting_times(ws.clock.now().astimezone(ZoneInfo(ws.settings.timezone)))
    posts: list[PlannedPost] = []
    without: list[str] = []
    for keyword in _without_parts(keywords)[:MOST_POSTS]:
        words = _words_for(keyword, page, places, taken={post.text for post in posts})
        if words is None:
            without.append(keyword)
            continue
        text, taken_from = words
        posts.append(
            PlannedPost(
                keyword=keyword,
                text=text,
                taken_from=taken_from,
                link=page.url,
                schedule=next(times).isoformat(),
            )
        )
    return posts, without


@dataclass(frozen=True)
class _Place:
    """A platform with the link that every post there carries."""

    platform: Platform
    name: str
    link: str
    campaign: str

    def takes(self, text: str) -> bool:
        """Tell whether a post of this text and the link is short enough for the platform."""
        length = self._length(text)
        return length is None or length.limit is None or length.length <= length.limit

    def fault(self) -> str | None:
        """Say that the link alone leaves no room for words, or return None."""
        if self.takes("x" * FEWEST_CHARACTERS):
            return None
        length = self._length("")
        return say(
            "{platform} takes at most {limit} characters, and the link alone has {length}: "
            "there is no room for words beside it.",
            platform=self.platform.title,
            limit=length.limit if length else None,
            length=length.length if length else None,
        )

    def _length(self, text: str) -> LengthCheck | None:
        utm = utm_parameters(self.platform, self.campaign, None)
        post = Post(text=text, link=self.link)
        return preview_of(post, self.platform, utm=utm, tokens={}, media_root=None).preview.length


def _without_parts(keywords: Sequence[str]) -> list[str]:
    """Leave out each keyword that a longer one holds as words: two posts on one subject are one too many."""
    padded = {keyword: f" {' '.join(keyword.casefold().split())} " for keyword in keywords}
    return [
        keyword
        for keyword, text in padded.items()
        if not any(text in other for name, other in padded.items() if name != keyword and other != text)
    ]


def _words_for(
    keyword: str, page: Page, places: Sequence[_Place], *, taken: set[str]
) -> tuple[str, str] | None:
    """Return the page's words for a keyword and where they stand, or None where it has none that fit.

    Whole sentences come first; one that leaves too little room for the link is cut at a word.
    """
    needle = keyword.casefold()
    fitting = [
        (text, place)
        for text, place in _candidates(page)
        if needle in text.casefold() and FEWEST_CHARACTERS <= weighted_length(text) <= MOST_CHARACTERS
    ]
    for text, place in fitting:
        if text not in taken and all(one.takes(text) for one in places):
            return text, place
    for text, place in fitting:
        cut = _shortened(text, places)
        if cut is not None and cut not in taken and needle in cut.casefold():
            return cut, place
    return None


def _candidates(page: Page) -> Iterator[tuple[str, str]]:
    for sentence in sentences(page.main_text):
        yield sentence.strip(), "sentence"
    yield page.description.strip(), "description"
    yield page.title.strip(), "title"


def _shortened(text: str, places: Sequence[_Place]) -> str | None:
    """Return as many words of a text as fit everywhere beside the link, or None where that is hardly any."""
    words = text.split()
    for count in range(len(words) - 1, 0, -1):
        cut = " ".join(words[:count]).rstrip(",;:–—-") + "…"
        if weighted_length(cut) < FEWEST_CHARACTERS:
            return None
        if all(place.takes(cut) for place in places):
            return cut
    return None


class _Defaults(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str
    weekdays: Sequence[str]
    local_time: time


@cache
def _defaults() -> _Defaults:
    text = resources.files("ag2_marketing_tools.operations").joinpath("plan_defaults.json").read_text("utf-8")
    return _Defaults.model_validate(json.loads(text))


def _posting_times(now: datetime) -> Iterator[datetime]:
    """Yield the posting times after now, one a day, at the same wall-clock time."""
    defaults = _defaults()
    day: date = now.date()
    while True:
        at = datetime.combine(day, defaults.local_time, tzinfo=now.tzinfo)
        if at > now and WEEKDAYS[day.weekday()] in defaults.weekdays:
            yield at
        day += timedelta(days=1)
