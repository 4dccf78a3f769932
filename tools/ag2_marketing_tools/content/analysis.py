"""The analysis of pages that are fetched already: a function of its inputs, without network or clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from ag2_marketing_tools.content.advice import Findings, recommend
from ag2_marketing_tools.content.compare import Comparison, placements
from ag2_marketing_tools.content.compose import Composer
from ag2_marketing_tools.content.duplicates import Other, Runs, duplication
from ag2_marketing_tools.content.facts import measures, profile_named
from ag2_marketing_tools.content.freshness import freshness
from ag2_marketing_tools.content.internal_links import LinkFinder
from ag2_marketing_tools.content.model import AnalyzeContent, ContentAnalysis
from ag2_marketing_tools.content.model_demand import OwnQueries, SearchDemand
from ag2_marketing_tools.content.model_terms import KeywordOpportunity, Topic
from ag2_marketing_tools.content.notes import notes
from ag2_marketing_tools.content.outline import Outliner
from ag2_marketing_tools.content.own_page import addresses_of
from ag2_marketing_tools.content.own_site import OwnSite, no_site
from ag2_marketing_tools.content.profile import PageProfile
from ag2_marketing_tools.content.queries import no_queries
from ag2_marketing_tools.content.ranking import merged, ranked, striking, with_demand
from ag2_marketing_tools.content.rivals import Reading, Rival, judge, profiles_of
from ag2_marketing_tools.content.structure import structure, thinness
from ag2_marketing_tools.content.topics import Topics
from ag2_marketing_tools.content.wording import choose_lead
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.model import Page

MOST_PRIMARY_KEYWORDS = 10
MOST_GAPS = 30
MOST_OPPORTUNITIES = 30
MOST_TOPICS = 15


@dataclass(frozen=True)
class Sources:
    """What is known besides the pages: how the site's page is found, and what other pages the site has."""

    queries: OwnQueries = field(default_factory=no_queries)
    site: OwnSite = field(default_factory=lambda: no_site(say("No other page of the site was read.")))


@dataclass(frozen=True)
class Study:
    """A page beside its competitors. First it tells which terms to ask vendors about, then the result."""

    params: AnalyzeContent
    page: Page
    readings: Sequence[Reading]
    sources: Sources = field(default_factory=Sources)

    @cached_property
    def target(self) -> PageProfile:
        """The analysed page."""
        return PageProfile(self.page, tuple(page.title for page in self.sources.site.pages))

    @cached_property
    def rivals(self) -> list[Rival]:
        """The competitors as they turned out."""
        return judge(self.readings, self.target)

    @cached_property
    def comparison(self) -> Comparison:
        """The page beside those competitors that can be compared."""
        return Comparison(self.target, profiles_of(self.rivals))

    @cached_property
    def given(self) -> list[str]:
        """The focus keywords that were given."""
        return self.params.focus_keywords or []

    @cached_property
    def primary(self) -> list[str]:
        """The page's own first keywords."""
        subjects = self.target.subjects or [keyword.term for keyword in self.target.keywords]
        return subjects[:MOST_PRIMARY_KEYWORDS]

    @property
    def focus(self) -> list[str]:
        """The given focus keywords, else the primary ones."""
        return self.given or self.primary

    @cached_property
    def opportunities(self) -> list[KeywordOpportunity]:
        """All opportunities, in no order of worth."""
        within_reach = striking(self.sources.queries, self.comparison)
        return merged(within_reach, self.comparison.opportunities(self.given), self.comparison)

    @cached_property
    def topics(self) -> list[Topic]:
        """The topics of all pages."""
        return Topics(self.comparison).result()

    def terms_to_ask(self) -> list[str]:
        """Return the terms whose search demand is wanted, the most wanted first."""
        by_pages, _ = ranked(self.opportunities, _unmeasured())
        worth_covering = [gap.term for gap in self.comparison.gaps if gap.kind == "topic"]
        found = [one.term for one in by_pages]
        mixed = [term for pair in zip(found, self.primary, strict=False) for term in pair]
        return list(dict.fromkeys([*self.given, *mixed, *self.primary, *found, *worth_covering]))

    @cached_property
    def composer(self) -> Composer:
        """What writes the recommended texts."""
        name, known = profile_named(self.params.content_type)
        lead = choose_lead(
            self.page, self.given, self.primary, uses=lambda term: self.target.placement(term).total
        )
        return Composer(
            self.target,
            lead,
            supporting=[*self.focus[:4], *self.primary[:4]],
            profile_name=name,
            typed=self.params.content_type is not None and known,
        )

    @cached_property
    def others(self) -> list[Other]:
        """The texts that duplicates are looked for in."""
        own = addresses_of(self.page)
        rivals = [Other(one.page.url, "competitor", Runs.of(one.text)) for one in self.comparison.competitors]
        pages = [
            Other(one.url, "own", one.runs, same_canonical=one.canonical in own)
            for one in self.sources.site.pages
        ]
        return [*rivals, *pages]


def analyse(study: Study, *, timestamp: str, demand: SearchDemand) -> ContentAnalysis:
    """Return the analysis; equal inputs give equal results.

    Args:
        study: The page, its competitors, and what was asked.
        timestamp: ISO 8601, UTC.
        demand: What a vendor tells of the terms' search demand, or why nothing is known.
    """
    return _Result(study, timestamp, demand).result()


@dataclass(frozen=True)
class _Result:
    study: Study
    timestamp: str
    demand: SearchDemand

    @cached_property
    def findings(self) -> Findings:
        study, target = self.study, self.study.target
        lead = study.composer.lead
        return Findings(
            page=target.summary(),
            lead=lead,
            lead_uses=target.placement(lead) if lead else None,
            competitors=[one.summary() for one in study.comparison.competitors],
            gaps=study.comparison.gaps,
            opportunities=ranked(study.opportunities, self.demand)[0],
            focus=placements(target, study.focus),
            focus_given=bool(study.given),
            structure=structure(target),
            freshness=freshness(study.page, datetime.fromisoformat(self.timestamp).date()),
            duplication=duplication(target.text, study.others),
            links=LinkFinder(target, study.sources.site, study.given).result(),
        )

    def result(self) -> ContentAnalysis:
        """Return the whole of it."""
        study, findings = self.study, self.findings
        return ContentAnalysis(
            target_url=study.params.target_url,
            timestamp=self.timestamp,
            recommendations=recommend(findings),
            **self._texts(),
            **self._terms(),
            internal_links=findings.links,
            search_demand=self.demand,
            own_queries=study.sources.queries,
            competitor_analysis=[rival.result(study.target) for rival in study.rivals],
            page=findings.page,
            structure=findings.structure,
            freshness=findings.freshness,
            thin_content=thinness(study.target, study.comparison.competitors),
            duplicate_content=findings.duplication,
            notes=list(notes(study.target, study.comparison, study.params.content_type)),
        )

    def _texts(self) -> dict[str, Any]:
        """Return what is recommended to be written."""
        study, composer = self.study, self.study.composer
        title, description, h1 = composer.title(), composer.description(), composer.h1()
        outliner = Outliner(study.comparison, study.topics, study.given, composer)
        return {
            "recommended_title": title.text,
            "recommended_meta_description": description.text,
            "recommended_h1": h1.text,
            "recommendation_basis": [
                title.basis("recommended_title"),
                description.basis("recommended_meta_description"),
                h1.basis("recommended_h1"),
            ],
            "content_outline": outliner.outline(h1.text),
            "content_type": study.params.content_type,
            "content_type_profile": composer.profile_name,
        }

    def _terms(self) -> dict[str, Any]:
        """Return what is told of terms: where they stand, who uses them, how they are searched for."""
        study, gaps = self.study, self.study.comparison.gaps
        ordered, ranked_by = ranked(with_demand(study.opportunities, self.demand), self.demand)
        return {
            "primary_keywords": study.primary,
            "focus_keywords": study.focus,
            "focus_keywords_source": self._focus_source(),
            "focus_placement": list(self.findings.focus),
            "keyword_opportunities": ordered[:MOST_OPPORTUNITIES],
            "keyword_opportunity_count": len(ordered),
            "opportunities_ranked_by": ranked_by,
            "content_gaps": with_demand(gaps[:MOST_GAPS], self.demand),
            "content_gap_count": len(gaps),
            "content_gaps_reason": self._no_gaps(),
            "topics": study.topics[:MOST_TOPICS],
            "topic_count": len(study.topics),
            "topics_method": say(
                "Average linkage over shared sections and shared words. {source}",
                source=measures().topics.source,
            ),
        }

    def _focus_source(self) -> Literal["given", "primary_keywords", "none"]:
        if self.study.given:
            return "given"
        return "primary_keywords" if self.study.primary else "none"

    def _no_gaps(self) -> str | None:
        if self.study.comparison.competitors:
            return None
        if not self.study.readings:
            return say("No competitor was given.")
        return say("None of the competitors could be compared; competitor_analysis tells why.")


def _unmeasured() -> SearchDemand:
    """Return the demand of which nothing is known yet."""
    return SearchDemand(
        country="",
        country_source="setting",
        vendor=None,
        terms=[],
        terms_measured=0,
        vendors_asked=[],
        reason=None,
    )
