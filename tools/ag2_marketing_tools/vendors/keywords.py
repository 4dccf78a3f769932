"""What the vendors of search data tell, in one shape, so that who asks need not know whom.

Figures of two vendors are not comparable: each estimates volume, difficulty and traffic in a way of its own.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, TypeAlias

from pydantic import Field

from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.tool import Result

Text: TypeAlias = Annotated[str, untrusted()]
Domain = Annotated[str, Field(pattern=r"^[^\s/:?#]+\.[^\s/:?#]+$", max_length=253)]
Country = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
"""Two letters (ISO 3166-1), in lower case."""
Phrase = Annotated[str, Field(min_length=1, max_length=255, pattern=r"^[^\x00-\x1f]+$")]


class KeywordDemand(Result):
    """How a keyword is searched for; null where the vendor does not tell.

    `difficulty` runs from 0 (easy) to 100, `competition` (of advertisers) from 0 to 1.
    """

    keyword: Text
    monthly_searches: Annotated[int | float | None, unit("search")] = None
    difficulty: Annotated[int | float | None, unit("score")] = None
    cpc: Annotated[int | float | None, unit("USD")] = None
    competition: Annotated[int | float | None, unit("ratio")] = None
    results: Annotated[int | float | None, unit("count")] = None
    traffic_potential: Annotated[int | float | None, unit("visit")] = None
    parent_topic: Text | None = None
    intents: tuple[str, ...] | None = None
    serp_features: tuple[str, ...] | None = None


class KeywordDemands(Result):
    """The keywords that the vendor knows; who was asked for and is missing here is not known to it."""

    keywords: tuple[KeywordDemand, ...]


class RankedKeyword(Result):
    """A keyword for which a site is found; traffic is an estimate, of a month or a share of the whole."""

    keyword: Text
    position: Annotated[int | float | None, unit("count")] = None
    url: Text | None = None
    monthly_searches: Annotated[int | float | None, unit("search")] = None
    difficulty: Annotated[int | float | None, unit("score")] = None
    cpc: Annotated[int | float | None, unit("USD")] = None
    competition: Annotated[int | float | None, unit("ratio")] = None
    monthly_traffic: Annotated[int | float | None, unit("visit")] = None
    traffic_share: Annotated[int | float | None, unit("percent")] = None
    is_local: bool | None = None
    is_informational: bool | None = None


class RankedKeywords(Result):
    """A site's keywords, those with most traffic first, no more than were asked for."""

    target: Text
    keywords: tuple[RankedKeyword, ...]


class OrganicCompetitor(Result):
    """A site that is found for the same keywords; `similarity` is the vendor's own measure, from 0 to 1."""

    domain: Text
    common_keywords: Annotated[int | float | None, unit("count")] = None
    keywords: Annotated[int | float | None, unit("count")] = None
    monthly_traffic: Annotated[int | float | None, unit("visit")] = None
    traffic_cost: Annotated[int | float | None, unit("USD")] = None
    similarity: Annotated[int | float | None, unit("ratio")] = None
    domain_rating: Annotated[int | float | None, unit("score")] = None


class OrganicCompetitors(Result):
    """A site's competitors in search, nearest first, no more than were asked for."""

    target: Text
    competitors: tuple[OrganicCompetitor, ...]


class Allowance(Result):
    """What an account may still ask for; null where the vendor does not tell."""

    unit_name: str
    limit: int | None = None
    used: int | None = None
    left: int | None = None
    resets_on: date | None = None


def in_usd(cents: int | float | None) -> float | None:
    """Return US cents as dollars, exact to the cent; null stays null.

    >>> in_usd(810), in_usd(None)
    (8.1, None)
    """
    return None if cents is None else float(Decimal(str(cents)) / 100)
