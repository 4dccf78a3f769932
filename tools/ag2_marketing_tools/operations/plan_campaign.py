"""From an analysed page to a campaign that can be stored: the page's own sentences, one post per keyword."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from ag2_marketing_tools.campaigns.text_length import weighted_length
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.marks import untrusted
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.fetch import fetch_page
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.text.words import sentences
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import Workspace

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_POSTS = 5  # the specification's workflow takes the first five keywords
# X allows 280 weighted characters, and its link weighs 23; what is left over is for links that it does not
# shorten, as on a development server.
MOST_CHARACTERS = 160
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


class CampaignPlan(Result):
    """A campaign that `schedule_campaign` can store."""

    name: str
    platforms: list[str]
    timezone: str
    posts: list[PlannedPost]
    keywords_without_post: Annotated[list[str], untrusted()]
    timing: str = Field(description="How the times were chosen.")


@tool(family="operations")
async def plan_campaign(params: PlanCampaign, ws: Workspace) -> CampaignPlan:
    """Plan posts for a page: for each keyword a sentence of the page itself, spread over the coming weekdays.

    Nothing is invented: a post's words stand on the page. Nothing is stored; `schedule_campaign` does that.
    """
    if not params.keywords:
        raise InvalidInput(
            say("There are no keywords to plan posts for."),
            remedy=say("Analyse a page that has text of its own."),
        )
    page = await fetch_page(params.target_url, ws)
    zone = ZoneInfo(ws.settings.timezone)
    times = _posting_times(ws.clock.now().astimezone(zone))
    posts: list[PlannedPost] = []
    without: list[str] = []
    for keyword in _without_parts(params.keywords)[:MOST_POSTS]:
        words = _words_for(keyword, page, taken={post.text for post in posts})
        if words is None:
            without.append(keyword)
            continue
        text, place = words
        posts.append(
            PlannedPost(
                keyword=keyword, text=text, taken_from=place, link=page.url, schedule=next(times).isoformat()
            )
        )
    return CampaignPlan(
        name=params.name,
        platforms=params.platforms,
        timezone=ws.settings.timezone,
        posts=posts,
        keywords_without_post=without,
        timing=say(
            "House defaults (weekdays at a fixed time of day): no engagement of earlier posts is stored."
        ),
    )


def _without_parts(keywords: Sequence[str]) -> list[str]:
    """Leave out each keyword that a longer one holds as words: two posts on one subject are one too many."""
    padded = {keyword: f" {' '.join(keyword.casefold().split())} " for keyword in keywords}
    return [
        keyword
        for keyword, text in padded.items()
        if not any(text in other for name, other in padded.items() if name != keyword and other != text)
    ]


def _words_for(keyword: str, page: Page, *, taken: set[str]) -> tuple[str, str] | None:
    """Return the page's words for a keyword and where they stand, or None where it has none that fit."""
    candidates = [
        *((sentence, "sentence") for sentence in sentences(page.main_text)),
        (page.description, "description"),
        (page.title, "title"),
    ]
    needle = keyword.casefold()
    fitting = (
        (text.strip(), place)
        for text, place in candidates
        if needle in text.casefold() and FEWEST_CHARACTERS <= weighted_length(text.strip()) <= MOST_CHARACTERS
    )
    return next(((text, place) for text, place in fitting if text not in taken), None)


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
