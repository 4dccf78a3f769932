"""The tracking set-up of a campaign: UTM parameters, the variant, and what its events count for."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict

from ag2_marketing_tools.campaigns.links import slug
from ag2_marketing_tools.campaigns.model import Targeting
from ag2_marketing_tools.campaigns.platforms import Platform
from ag2_marketing_tools.campaigns.results import TrackingMetadata, TrackingSetup


class _Facts(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str
    endpoints: dict[str, str]
    events: dict[str, list[str]]


@cache
def _facts() -> _Facts:
    text = resources.files("ag2_marketing_tools.campaigns").joinpath("tracking.json").read_text("utf-8")
    return _Facts.model_validate(json.loads(text))


def utm_parameters(platform: Platform, name: str, variant_id: str | None) -> dict[str, str]:
    """Return a platform's UTM parameters; none for the own website, whose visits they would split."""
    if platform.utm is None:
        return {}
    parameters = {
        "utm_source": platform.utm.source,
        "utm_medium": platform.utm.medium,
        "utm_campaign": slug(name),
    }
    return parameters | ({"utm_content": variant_id} if variant_id else {})


def tracking_setup(
    campaign_id: str, name: str, platforms: Iterable[Platform], targeting: Targeting | None, now: datetime
) -> TrackingSetup:
    """Return the tracking set-up of a campaign."""
    variant_id = targeting.variant_id if targeting else None
    return TrackingSetup(
        utm={platform.name: utm_parameters(platform, name, variant_id) for platform in platforms},
        variant_id=variant_id,
        endpoints=_facts().endpoints,
        events=_facts().events,
        metadata=TrackingMetadata(
            campaign_id=campaign_id,
            variant_id=variant_id,
            test_id=targeting.test_id if targeting else None,
            timestamp=now.isoformat(),
        ),
    )
