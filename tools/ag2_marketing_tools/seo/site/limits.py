"""The figures and lists that the audit of a site goes by, from `data/site.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from ag2_marketing_tools.seo.catalogue import Check, Part

_Count = Annotated[int, Field(gt=0)]


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class CrawlFigures(_Fact):
    """When an interrupted crawl is gone on with."""

    resumed_for_s: _Count
    at_work_s: _Count


class ListLengths(_Fact):
    """How much is listed of each kind."""

    longest: _Count
    sources: _Count
    places: _Count
    excerpt_characters: _Count
    alternates: _Count


class AuditedPage(_Fact):
    """Checks that are made of the audited page alone."""

    parts: frozenset[Part]
    checks: frozenset[str]


class Scripted(_Fact):
    """Checks that say nothing of a page whose content is shown by a script."""

    parts: frozenset[Part]
    checks: frozenset[str]
    still_made: frozenset[str]


class SiteLimits(_Fact):
    """`site.toml`."""

    crawl: CrawlFigures
    lists: ListLengths
    audited_page: AuditedPage
    scripted: Scripted


@cache
def site_limits() -> SiteLimits:
    """Return the figures, read once."""
    text = files("ag2_marketing_tools.seo").joinpath("data", "site.toml").read_text("utf-8")
    return SiteLimits.model_validate(tomllib.loads(text))


def of_any_page(check: Check) -> bool:
    """Tell whether a check can be made of each page of a site."""
    alone = site_limits().audited_page
    return check.scope == "page" and check.part not in alone.parts and check.id not in alone.checks


def needs_shown_content(check: Check) -> bool:
    """Tell whether a check says nothing of a page whose content is shown by a script."""
    scripted = site_limits().scripted
    return check.id in scripted.checks or (
        check.part in scripted.parts and check.id not in scripted.still_made
    )
