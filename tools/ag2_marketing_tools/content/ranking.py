"""The order of opportunities: by demand where it is measured, else by what the pages say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar, get_args

from ag2_marketing_tools.content.compare import Comparison, missing_from
from ag2_marketing_tools.content.demand import demand_of
from ag2_marketing_tools.content.model_demand import OwnQueries, SearchDemand
from ag2_marketing_tools.content.model_terms import ContentGap, Demand, KeywordOpportunity, OpportunityKind
from ag2_marketing_tools.messages import say

D = TypeVar("D", KeywordOpportunity, ContentGap)
_KINDS: tuple[OpportunityKind, ...] = get_args(OpportunityKind)


def with_demand(items: Iterable[D], demand: SearchDemand) -> list[D]:
    """Return items with what is known of their terms' demand."""
    return [item.model_copy(update=demand_of(item.term, demand).model_dump()) for item in items]


def striking(queries: OwnQueries, comparison: Comparison) -> list[KeywordOpportunity]:
    """Return the queries within striking distance as opportunities."""
    target = comparison.target
    found = []
    for one in queries.queries:
        uses = target.placement(one.query)
        found.append(
            KeywordOpportunity(
                term=one.query,
                kind="striking_distance",
                uses=uses,
                missing_from=missing_from(uses),
                covered_by_count=sum(each.placement(one.query).prominent for each in comparison.competitors),
                competitors_compared=len(comparison.competitors),
                score=None,
                own_search=one.search,
            )
        )
    return found


def merged(
    within_reach: Sequence[KeywordOpportunity], others: Sequence[KeywordOpportunity], comparison: Comparison
) -> list[KeywordOpportunity]:
    """Return both lists; a term that is within reach is not told of twice."""
    keys = {comparison.target.index.key(one.term) for one in within_reach}
    return [*within_reach, *(one for one in others if comparison.target.index.key(one.term) not in keys)]


def potential(one: Demand) -> float | None:
    """Return a month's searches, made the less of the harder the term is: volume * (100 - difficulty) / 100."""
    if one.search_volume is None:
        return None
    return one.search_volume * (100 - min(100, one.difficulty or 0)) / 100


def ranked(
    opportunities: Iterable[KeywordOpportunity], demand: SearchDemand
) -> tuple[list[KeywordOpportunity], str]:
    """Return opportunities, best first, and by what they were ranked."""
    if demand.terms_measured:
        ordered = sorted(opportunities, key=_by_demand)
        by = say(
            "Queries within striking distance first; then search demand ({vendor}, {country}): "
            "volume * (100 - difficulty) / 100; terms without a measured volume last, by what the pages say.",
            vendor=demand.vendor,
            country=demand.country,
        )
        return ordered, by
    by = say(
        "Queries within striking distance first, most impressions first; then what the pages say: focus keywords that "
        "are absent, terms that competitors place better, terms placed weakly, competitors' terms; within each, "
        "by the number of competitors and the keyword score. Search demand is not measured."
    )
    return sorted(opportunities, key=_by_pages), by


def _by_demand(one: KeywordOpportunity) -> tuple[object, ...]:
    worth = potential(one)
    return (one.own_search is None, worth is None, -(worth or 0), *_by_pages(one))


def _by_pages(one: KeywordOpportunity) -> tuple[object, ...]:
    shown = one.own_search.impressions if one.own_search else 0
    return (_KINDS.index(one.kind), -shown, -one.covered_by_count, -(one.score or 0), one.term)
