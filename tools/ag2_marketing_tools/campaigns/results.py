"""What the campaign tools return."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, JsonValue

from ag2_marketing_tools.campaigns.states import State
from ag2_marketing_tools.marks import personal, unit
from ag2_marketing_tools.tool import Result

CampaignStatus = Literal["scheduled", "awaiting_approval", "cancelled"]


class MediaCheck(Result):
    """One file of a post; `found` is null with a reason where it was not looked for."""

    media: str
    found: bool | None
    reason: str | None = None
    size_bytes: Annotated[int | None, unit("byte")] = None


class LinkPreview(Result):
    """One link of a post: as given, and as it will be published."""

    place: Literal["link", "cta", "text"]
    given: str
    published: str
    reason: str | None = None


class LengthCheck(Result):
    """How long the platform counts the part that it limits."""

    part: str
    length: Annotated[int, unit("character")]
    limit: Annotated[int | None, unit("character")]
    counting: Literal["characters", "weighted"]


class Preview(Result):
    """A post as it would be published on its platform."""

    text: str = Field(description="The final text, as a reader would see it.")
    parts: dict[str, str] = Field(description="The same by part, such as subject and body.")
    length: LengthCheck | None = None
    media: list[MediaCheck] = Field(default=[])
    links: list[LinkPreview] = Field(default=[])
    placeholders: list[str] = Field(
        default=[], description="Placeholders that are filled for each recipient."
    )
    credentials_present: bool
    missing_credentials: list[str] = Field(description="What is still needed before this can be published.")
    cost_usd: Annotated[float | None, unit("USD")] = None
    cost_reason: str | None = None
    warnings: list[str] = Field(default=[])


class PlannedPost(Result):
    """One post on one platform at one time."""

    post_id: str
    platform: str
    item: int = Field(description="Place of its item in the campaign's content, from 1.")
    type: str
    occurrence: int = Field(description="Place in the recurrence, from 1.")
    state: State
    reason: str | None = None
    run_at: str = Field(description="When it is due, ISO 8601 in UTC.")
    local_time: str = Field(description="The same moment in `timezone`.")
    timezone: str
    preview: Preview


class PostCounts(Result):
    """How many posts there are, in all and by state."""

    posts: Annotated[int, unit("post")]
    draft: Annotated[int, unit("post")] = 0
    awaiting_approval: Annotated[int, unit("post")] = 0
    scheduled: Annotated[int, unit("post")] = 0
    publishing: Annotated[int, unit("post")] = 0
    published: Annotated[int, unit("post")] = 0
    failed: Annotated[int, unit("post")] = 0
    missed: Annotated[int, unit("post")] = 0
    cancelled: Annotated[int, unit("post")] = 0


class TrackingMetadata(Result):
    """What every event of the campaign carries."""

    campaign_id: str
    variant_id: str | None
    test_id: str | None
    timestamp: str


class TrackingSetup(Result):
    """How the campaign's effect can be told apart later."""

    utm: dict[str, dict[str, str]] = Field(description="UTM parameters of its links, by platform.")
    variant_id: str | None
    endpoints: dict[str, str] = Field(
        description="Paths that events are sent to, on the host of the collector."
    )
    events: dict[str, list[str]] = Field(description="Which metrics an event counts for.")
    metadata: TrackingMetadata


class Campaign(Result):
    """A stored campaign. Nothing of it has been published by storing it."""

    campaign_id: str
    name: str
    status: CampaignStatus
    timestamp: str = Field(description="When this answer was made, ISO 8601 in UTC.")
    platforms: list[str]
    scheduled_posts: list[PlannedPost]
    tracking_setup: TrackingSetup
    counts: PostCounts
    warnings: list[str] = Field(default=[])


class Change(Result):
    """One change of a post's state."""

    post_id: str
    from_state: State | None
    to_state: State
    at: str
    actor: Annotated[str | None, personal()] = None
    reason: str | None = None


class StoredCampaign(Result):
    """A campaign as the store holds it now."""

    campaign_id: str
    name: str
    status: CampaignStatus
    timestamp: str
    created_at: str
    approved_at: str | None
    approved_by: Annotated[str | None, personal()]
    targeting: dict[str, JsonValue] | None
    scheduled_posts: list[PlannedPost]
    tracking_setup: TrackingSetup
    counts: PostCounts
    history: list[Change]
    warnings: list[str] = Field(default=[])


class CampaignSummary(Result):
    """One line of the list of campaigns."""

    campaign_id: str
    name: str
    status: CampaignStatus
    created_at: str
    next_run_at: str | None = Field(description="When its next scheduled post is due, ISO 8601 in UTC.")
    counts: PostCounts


class CampaignList(Result):
    """Campaigns, newest first."""

    campaigns: list[CampaignSummary]
    total: Annotated[int, unit("count")] = Field(description="How many there are in all.")
