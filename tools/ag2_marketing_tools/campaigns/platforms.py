"""What each platform takes: its names, limits, media and credentials, read from `platforms.json`."""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.workspace.workspace import Credential

Kind = Literal["post", "email", "meta", "heading", "template"]


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LengthRule(_Fact):
    """How long which part may be; `limit` is None where the platform states none."""

    part: str
    limit: Annotated[int, Field(gt=0)] | None
    counting: Literal["characters", "weighted"]
    source: str


class HashtagRule(_Fact):
    """How many hashtags a text may hold, and how many it should."""

    advised: int
    most: int
    source: str


class MediaRule(_Fact):
    """How many files, of which kinds, and whether the platform fetches them itself from a public URL."""

    most: int
    fewest: int
    public_url: bool
    extensions: tuple[str, ...]
    source: str


class Utm(_Fact):
    """The fixed part of a platform's UTM parameters."""

    source: str
    medium: str


class Price(_Fact):
    """What one post costs through the platform's interface, in US dollars."""

    post_usd: Decimal
    post_with_link_usd: Decimal
    source: str


class Platform(_Fact):
    """One platform. `link` says where a link goes: a field of its own, the text, or nowhere."""

    name: str
    title: str
    names: tuple[str, ...]
    tokens: tuple[str, ...]
    takes: tuple[Kind, ...]
    length: LengthRule
    hashtags: HashtagRule | None = None
    media: MediaRule
    link: Literal["field", "text", "none"]
    utm: Utm | None
    credentials: Annotated[tuple[str, ...], Field(min_length=1)]
    token_field: str | None = None
    refuses_repeated_text: bool = False
    price: Price | None = None
    template_parts: dict[str, tuple[str, ...]]

    def missing_credentials(self, tokens: Mapping[str, Credential]) -> list[str]:
        """Name what publishing here still needs; a lone token stands for the field of the secret."""
        found = next((tokens[name] for name in (*self.tokens, *self.names) if name in tokens), None)
        if found is None:
            return list(self.credentials)
        if isinstance(found, Mapping):
            return [
                name for name in self.credentials if not (name in found and found[name].get_secret_value())
            ]
        secret = self.token_field or self.credentials[0]
        return [name for name in self.credentials if name != secret]


class _Catalogue(_Fact):
    about: str
    platforms: tuple[Platform, ...]


@cache
def all_platforms() -> tuple[Platform, ...]:
    """Return every platform of the data file."""
    text = resources.files("ag2_marketing_tools.campaigns").joinpath("platforms.json").read_text("utf-8")
    return _Catalogue.model_validate(json.loads(text)).platforms


@cache
def _by_name() -> dict[str, Platform]:
    return {name: platform for platform in all_platforms() for name in platform.names}


def find_platform(name: str) -> Platform:
    """Return the platform that a name or an alias (`x`, `email_platform`, `wordpress`) stands for.

    Raises:
        InvalidInput: No platform is called so; the nearest names are in the message.
    """
    key = name.strip().casefold().replace("-", "_").replace(" ", "_")
    found = _by_name().get(key)
    if found is not None:
        return found
    near = difflib.get_close_matches(key, _by_name(), n=3, cutoff=0.7)
    known = ", ".join(platform.name for platform in all_platforms())
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    raise InvalidInput(f"platform {name!r} is unknown ({hint}known: {known})")
