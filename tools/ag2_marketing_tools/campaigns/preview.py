"""The preview of a post: its final text and length, media, links, credentials and cost."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ag2_marketing_tools.campaigns.media import check_media
from ag2_marketing_tools.campaigns.model import ContentItem
from ag2_marketing_tools.campaigns.platforms import Platform
from ag2_marketing_tools.campaigns.rendering import Rendered, render
from ag2_marketing_tools.campaigns.results import LengthCheck, Preview
from ag2_marketing_tools.campaigns.text_length import character_length, url_spans, weighted_length
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.workspace.workspace import Credential

HASHTAG = re.compile(r"(?<![\w&])#\w*[^\W\d_]\w*")


@dataclass(frozen=True)
class Previewed:
    """A preview, and the faults that forbid the post."""

    preview: Preview
    faults: list[str]


def preview_of(
    item: ContentItem,
    platform: Platform,
    *,
    utm: Mapping[str, str],
    tokens: Mapping[str, Credential],
    media_root: Path | None,
) -> Previewed:
    """Return how an item would look on a platform, and everything that stands against it."""
    rendered = render(item, platform, utm)
    media, media_faults = check_media(rendered.media, platform, media_root)
    length, length_faults = _check_length(rendered, platform)
    hashtag_warnings, hashtag_faults = _check_hashtags(rendered, platform)
    missing = platform.missing_credentials(tokens)
    cost, cost_reason = _cost(rendered, platform)
    unseen = [
        say("{file!r} was not looked for: {reason}.", file=check.media, reason=check.reason)
        for check in media
        if check.found is None
    ]
    preview = Preview(
        text=rendered.text,
        parts=rendered.parts,
        length=length,
        media=media,
        links=rendered.links,
        placeholders=rendered.placeholders,
        credentials_present=not missing,
        missing_credentials=missing,
        cost_usd=cost,
        cost_reason=cost_reason,
        warnings=[*rendered.warnings, *hashtag_warnings, *unseen],
    )
    return Previewed(preview, [*rendered.faults, *media_faults, *length_faults, *hashtag_faults])


def _check_length(rendered: Rendered, platform: Platform) -> tuple[LengthCheck | None, list[str]]:
    rule = platform.length
    words = rendered.text if rule.part == "text" else rendered.parts.get(rule.part)
    if words is None:
        return None, []
    count = weighted_length(words) if rule.counting == "weighted" else character_length(words)
    check = LengthCheck(part=rule.part, length=count, limit=rule.limit, counting=rule.counting)
    if rule.limit is None or count <= rule.limit:
        return check, []
    template = (
        "the {part} has {count:,} weighted characters; {platform} takes at most {limit:,}"
        if rule.counting == "weighted"
        else "the {part} has {count:,} characters; {platform} takes at most {limit:,}"
    )
    fault = say(template, part=rule.part, count=count, platform=platform.title, limit=rule.limit)
    return check, [fault]


def _check_hashtags(rendered: Rendered, platform: Platform) -> tuple[list[str], list[str]]:
    rule = platform.hashtags
    count = len(HASHTAG.findall(rendered.text))
    if rule is None or count <= rule.advised:
        return [], []
    if count > rule.most:
        fault = say(
            "the text has {count} hashtags, and {platform} takes at most {most}",
            count=count,
            platform=platform.title,
            most=rule.most,
        )
        return [], [fault]
    warning = say(
        "{platform} advises at most {advised} hashtags; the text has {count}.",
        platform=platform.title,
        advised=rule.advised,
        count=count,
    )
    return [warning], []


def _cost(rendered: Rendered, platform: Platform) -> tuple[float | None, str | None]:
    if platform.price is None:
        return None, say("{platform} states no price for a post.", platform=platform.title)
    price = platform.price
    if url_spans(rendered.text):
        return float(price.post_with_link_usd), say(
            "Price of a post with a link. {source}.", source=price.source
        )
    return float(price.post_usd), say("Price of a post without a link. {source}.", source=price.source)
