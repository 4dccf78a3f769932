"""What a campaign is made of: content items, schedules and targeting, as people and models write them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Field, JsonValue, Tag

from ag2_marketing_tools.tool import Params

OnPast = Literal["hold", "publish_now", "error"]
Interval = Literal["hourly", "daily", "weekly", "monthly"]
MOST_OCCURRENCES = 1000
MOST_CHARACTERS = 100_000  # more than any platform takes


class Schedule(Params):
    """When something goes out, once or again and again."""

    start_time: str | None = Field(
        default=None,
        description="First time, ISO 8601, as in `2027-03-01T09:00:00+01:00`; without an offset only "
        "together with a time zone. Unset means now.",
    )
    frequency: Literal["one_time", "recurring"] | None = Field(
        default=None, description="Unset means `recurring` where an interval or a rule is given."
    )
    interval: Interval | None = Field(
        default=None,
        description="How often; the wall-clock time stays the same over a change of the clocks. `monthly` "
        "from the 29th to the 31st takes the last day of shorter months.",
    )
    rrule: str | None = Field(
        default=None,
        description="A recurrence rule of RFC 5545 in place of `interval`, as in `FREQ=WEEKLY;BYDAY=MO`.",
    )
    until: str | None = Field(
        default=None, description="Last time, ISO 8601, included; a date alone means its end."
    )
    count: int | None = Field(
        default=None, ge=1, le=MOST_OCCURRENCES, description="How many times, counted from the first time."
    )
    timezone: str | None = Field(default=None, description="IANA time zone, as in `Europe/Berlin`.")


When = str | Schedule
ItemSchedule = Annotated[
    When | None,
    Field(description="This item's own time (ISO 8601) or schedule; it comes before the campaign's."),
]


class Post(Params):
    """A post of text, media and a link."""

    type: Literal["post"] = "post"
    text: str = Field(default="", max_length=MOST_CHARACTERS, description="The words of the post.")
    media: list[str] = Field(
        default=[], description="Names of files in the media folder, or public http(s) URLs."
    )
    link: str | None = Field(default=None, description="The page that it leads to; UTM parameters are added.")
    schedule: ItemSchedule = None


class CallToAction(Params):
    """A button: its words and where it leads."""

    text: str = Field(description="The button's words.")
    url: str | None = Field(default=None, description="http(s) address; UTM parameters are added.")


class Email(Params):
    """An e-mail to a list."""

    type: Literal["email"] = "email"
    subject: str = Field(description="Subject line; it may hold placeholders such as {{first_name}}.")
    template: str | None = Field(default=None, description="Name of the template at the e-mail service.")
    preview_text: str = Field(default="", description="The line shown beside the subject.")
    body: str | None = Field(
        default=None, max_length=MOST_CHARACTERS, description="Text of the mail, where no template brings it."
    )
    cta: CallToAction | None = Field(default=None, description="The button.")
    personalization: dict[str, JsonValue] = Field(
        default={}, description="Switches of the template, such as {'role_based': true}."
    )
    schedule: ItemSchedule = None


class Meta(Params):
    """A page's meta description."""

    type: Literal["meta"] = "meta"
    value: str = Field(description="The meta description.")
    schedule: ItemSchedule = None


class Heading(Params):
    """A page's main heading."""

    type: Literal["heading"] = "heading"
    value: str = Field(description="The heading.")
    schedule: ItemSchedule = None


class Template(Params):
    """Content that was used before, a winning variant's say; each platform takes what it can show."""

    type: Literal["template"] = "template"
    value: dict[str, JsonValue] = Field(
        description="Earlier content by part, such as subject, preview_text, cta_text, meta_description, h1, "
        "title or text."
    )
    schedule: ItemSchedule = None


def _type_of(item: Any) -> Any:
    found = item.get("type", "post") if isinstance(item, Mapping) else getattr(item, "type", None)
    return found if isinstance(found, str) else str(found)


ContentItem = Annotated[
    Annotated[Post, Tag("post")]
    | Annotated[Email, Tag("email")]
    | Annotated[Meta, Tag("meta")]
    | Annotated[Heading, Tag("heading")]
    | Annotated[Template, Tag("template")],
    Discriminator(
        _type_of,
        custom_error_type="content_type",
        custom_error_message="Type must be post, email, meta, heading or template; no type means post",
    ),
]


class Targeting(Params):
    """Whom or which pages a campaign is for; every part is optional."""

    segment: str | None = Field(default=None, description="Name of a segment of the audience.")
    list: str | None = Field(default=None, description="Name of a mailing list.")
    pages: tuple[str, ...] | None = Field(default=None, description="Paths of pages, such as `/homepage`.")
    variant_id: str | None = Field(
        default=None, description="Variant of an A/B test; it is carried into tracking and UTM content."
    )
    test_id: str | None = Field(default=None, description="The A/B test that the variant belongs to.")


def _publish_alias(value: object) -> object:
    return "publish_now" if value == "publish" else value


class ScheduleCampaign(Params):
    """A campaign as it is asked for."""

    name: str = Field(description="The campaign's name; it becomes `utm_campaign`.")
    platforms: list[str] = Field(
        description="Where it goes: facebook, instagram, twitter (or x), linkedin, email, website."
    )
    content: list[ContentItem] = Field(
        description="What goes out; an item without `type` is a post. Each item goes to every platform "
        "that takes its type."
    )
    schedule: When | None = Field(
        default=None, description="When everything goes out that has no schedule of its own; unset means now."
    )
    scheduling: When | None = Field(default=None, description="Another name for `schedule`.")
    targeting: Targeting | None = Field(default=None, description="Whom or which pages it is for.")
    timezone: str | None = Field(
        default=None, description="IANA time zone of times without an offset and of recurring ones."
    )
    on_past: Annotated[OnPast, BeforeValidator(_publish_alias)] = Field(
        default="hold",
        description="What becomes of a time that has passed: `hold` keeps the post as missed, `publish_now` "
        "makes it due now, `error` stores nothing.",
    )
    require_approval: bool | None = Field(
        default=None, description="Whether a person must approve first; unset takes the setting."
    )


class CampaignId(Params):
    """Which campaign."""

    campaign_id: str = Field(description="The campaign's id, as `schedule_campaign` returned it.")
