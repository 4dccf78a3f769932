"""The figures and lists that a crawl goes by, from `data/`."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

_Count = Annotated[int, Field(gt=0)]


def _compiles(pattern: str) -> str:
    re.compile(pattern)
    return pattern


_Pattern = Annotated[str, AfterValidator(_compiles)]


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class CrawlLimits(_Fact):
    """Limits of the crawl as a whole."""

    requests_per_page: _Count
    spare_requests: int = Field(ge=0)
    most_links_per_page: _Count
    deepest_level: _Count
    most_pages_cached: _Count
    most_rests: _Count


class TrapLimits(_Fact):
    """Limits beyond which an address is taken for one of an endless space."""

    longest_url_characters: _Count
    most_segments: _Count
    most_same_segments: _Count
    most_query_variants: _Count


class SitemapLimits(_Fact):
    """Limits of what is read of a site's sitemaps."""

    largest_bytes: _Count
    most_files: _Count
    most_entries: _Count
    deepest: _Count


class DuplicateLimits(_Fact):
    """When two texts are near duplicates."""

    least_similarity: float = Field(gt=0, le=1)
    fewest_words: _Count


class BrokenFacts(_Fact):
    """Which statuses leave open whether a page is there."""

    not_counted: frozenset[int]


class Limits(_Fact):
    """`limits.toml`."""

    crawl: CrawlLimits
    traps: TrapLimits
    sitemaps: SitemapLimits
    duplicates: DuplicateLimits
    broken: BrokenFacts


class AddressFacts(_Fact):
    """`addresses.toml`: what in an address does not decide which page it is."""

    tracking: tuple[str, ...]
    session: tuple[str, ...]
    session_if_random: frozenset[str]
    random_value: _Pattern
    session_in_path: _Pattern
    files: frozenset[str]


class JavaScriptSigns(_Fact):
    """Signs that a script would show more."""

    roots: tuple[str, ...]
    most_root_words: int = Field(ge=0)
    notice: tuple[str, ...]
    inline_script_bytes: _Count
    script_bytes_per_character: _Count


class JavaScriptFacts(_Fact):
    """`javascript.toml`: when a page needs JavaScript to show its content."""

    most_characters: _Count
    signs: JavaScriptSigns


_F = TypeVar("_F", bound=_Fact)


def _read(name: str, model: type[_F]) -> _F:
    text = files("ag2_marketing_tools.pages.crawl").joinpath("data", name).read_text("utf-8")
    values: dict[str, Any] = tomllib.loads(text)
    return model.model_validate(values)


@cache
def limits() -> Limits:
    """Return the limits of a crawl."""
    return _read("limits.toml", Limits)


@cache
def address_facts() -> AddressFacts:
    """Return what does not decide which page an address is."""
    return _read("addresses.toml", AddressFacts)


@cache
def javascript_facts() -> JavaScriptFacts:
    """Return when a page needs JavaScript."""
    return _read("javascript.toml", JavaScriptFacts)
