"""The analysis of pages that are fetched already: a function of its inputs, without network or clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ag2_marketing_tools.content.advice import Findings, recommend
from ag2_marketing_tools.content.compare import content_gaps, opportunities, placements
from ag2_marketing_tools.content.compose import Composer, choose_lead
from ag2_marketing_tools.content.facts import profile_named, profiles
from ag2_marketing_tools.content.model import (
    AnalyzeContent,
    ContentAnalysis,
    ContentGap,
    KeywordOpportunity,
)
from ag2_marketing_tools.content.outline import content_outline
from ag2_marketing_tools.content.profile import PageProfile
from ag2_marketing_tools.content.rivals import Reading, Rival, judge, moved_host, profiles_of
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.text.lexicon import known_languages, lexicon

MOST_PRIMARY_KEYWORDS = 10


def analyse(
    params: AnalyzeContent,
    page: Page,
    readings: Sequence[Reading],
    *,
    timestamp: str,
    no_volume: str,
) -> ContentAnalysis:
    """Analyse a page beside its competitors; equal inputs give equal results.

    Args:
        params: What was asked.
        page: The page.
        readings: The competitors, in the order in which they were given.
        timestamp: ISO 8601, UTC.
        no_volume: Why search volume and difficulty are null.
    """
    return _Analysis(params, PageProfile(page), tuple(readings), no_volume).result(timestamp)


@dataclass(frozen=True)
class _Analysis:
    params: AnalyzeContent
    target: PageProfile
    readings: tuple[Reading, ...]
    no_volume: str

    @cached_property
    def rivals(self) -> list[Rival]:
        return judge(self.readings, self.target)

    @cached_property
    def compared(self) -> list[PageProfile]:
        return profiles_of(self.rivals)

    @cached_property
    def given(self) -> list[str]:
        return self.params.focus_keywords or []

    @cached_property
    def primary(self) -> list[str]:
        subjects = self.target.subjects or [keyword.term for keyword in self.target.keywords]
        return subjects[:MOST_PRIMARY_KEYWORDS]

    @property
    def focus(self) -> list[str]:
        return self.given or self.primary

    @property
    def focus_source(self) -> Literal["given", "primary_keywords", "none"]:
        if self.given:
            return "given"
        return "primary_keywords" if self.primary else "none"

    @cached_property
    def gaps(self) -> list[ContentGap]:
        return content_gaps(self.target, self.compared)

    @cached_property
    def opportunities(self) -> list[KeywordOpportunity]:
        return opportunities(self.target, self.compared, self.gaps, self.given, reason=self.no_volume)

    @cached_property
    def composer(self) -> Composer:
        name, known = profile_named(self.params.content_type)
        return Composer(
            self.target,
            choose_lead(self.target.page, self.given, self.primary, uses=self._uses),
            supporting=[*self.focus[:4], *self.primary[:4]],
            profile_name=name,
            typed=self.params.content_type is not None and known,
        )

    def _uses(self, term: str) -> int:
        return self.target.placement(term).total

    def findings(self) -> Findings:
        lead = self.composer.lead
        return Findings(
            page=self.target.summary(),
            lead=lead,
            lead_uses=self.target.placement(lead) if lead else None,
            competitors=[one.summary() for one in self.compared],
            gaps=self.gaps,
            opportunities=self.opportunities,
            focus=placements(self.target, self.focus),
            focus_given=bool(self.given),
        )

    def result(self, timestamp: str) -> ContentAnalysis:
        findings, composer = self.findings(), self.composer
        title, description, h1 = composer.title(), composer.description(), composer.h1()
        return ContentAnalysis(
            target_url=self.params.target_url,
            timestamp=timestamp,
            page=findings.page,
            primary_keywords=self.primary,
            focus_keywords=self.focus,
            focus_keywords_source=self.focus_source,
            focus_placement=list(findings.focus),
            keyword_opportunities=self.opportunities,
            content_gaps=self.gaps,
            content_gaps_reason=self._no_gaps(),
            competitor_analysis=[rival.result(self.target) for rival in self.rivals],
            recommendations=recommend(findings),
            recommended_title=title.text,
            recommended_meta_description=description.text,
            recommended_h1=h1.text,
            recommendation_basis=[
                title.basis("recommended_title"),
                description.basis("recommended_meta_description"),
                h1.basis("recommended_h1"),
            ],
            content_outline=content_outline(self.target, self.gaps, self.given, composer, h1=h1.text),
            content_type=self.params.content_type,
            content_type_profile=composer.profile_name,
            notes=self._notes(),
        )

    def _no_gaps(self) -> str | None:
        if self.compared:
            return None
        if not self.readings:
            return "No competitor was given."
        return "None of the competitors could be compared; competitor_analysis tells why."

    def _notes(self) -> list[str]:
        return [*self._notes_on_words(), *self._notes_on_reading()]

    def _notes_on_words(self) -> Iterator[str]:
        target, asked = self.target, self.params.content_type
        if asked is not None and not profile_named(asked)[1]:
            known = ", ".join(profiles())
            yield f"There is no profile for content type {asked!r}; the default one is used. Known: {known}."
        if target.code is not None and lexicon(target.code) is None:
            known = ", ".join(known_languages())
            yield (
                f"There are no word lists for language {target.code!r}, only for {known}: its keywords are "
                "rougher, and recommendations use the page's own words only."
            )

    def _notes_on_reading(self) -> Iterator[str]:
        target = self.target
        if not target.text:
            yield "The page has no text that a visitor sees."
        elif target.code is None:
            yield "The text is too short or too mixed to tell its language, so its keywords are rougher."
        if target.words is None:
            yield "The text writes no spaces between words, so its keywords are runs of characters."
        if moved_host(target.page):
            yield f"The page was read from another host than asked for: {target.page.url}."
        if target.is_cut:
            yield "The text is very long; only its beginning was analysed."
