"""Recommendations: the rules of `data/rules.toml`, judged on the figures of one analysis."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from ag2_marketing_tools.content.facts import rules
from ag2_marketing_tools.content.model import Figure, PageContent, Recommendation
from ag2_marketing_tools.content.model_links import InternalLinks
from ag2_marketing_tools.content.model_quality import Duplication, Freshness, SharedText, Structure
from ag2_marketing_tools.content.model_terms import (
    ContentGap,
    KeywordOpportunity,
    Placement,
    TermPlacement,
)
from ag2_marketing_tools.messages import say

_ORDER = ("high", "medium", "low")
_MOST_TERMS_NAMED = 5

UNITS: Mapping[str, str] = {
    "title_characters": "character",
    "description_characters": "character",
    "words": "word",
    "words_to_competitor_median_ratio": "ratio",
    "competitor_median_words": "word",
    "reading_ease": "score",
    "top_term_share_percent": "percent",
    "top_term_uses_alone": "use",
    "lead_uses_in_title": "use",
    "lead_uses_in_h1": "use",
    "age_days": "day",
    "long_sentence_percent": "percent",
    "long_paragraphs": "paragraph",
    "most_text_shared_with_competitor_percent": "percent",
    "most_text_shared_with_own_page_percent": "percent",
    "pages_to_link_from": "page",
    "pages_to_link_to": "page",
}
"""Units of the figures; those not named here are counts."""

_NAMED = re.compile(r"\{(\w+)\}")
_BESIDE = {"words_to_competitor_median_ratio": ("words", "competitor_median_words")}
_TERMS_OF = {
    "gaps.shared_by_competitors": "shared",
    "gaps.of_some_competitors": "missing",
    "placement.weak": "weak",
    "focus.absent": "focus",
    "demand.striking_distance": "striking",
    "duplicate.competitor": "copied_by",
    "duplicate.own_page": "copied_on",
}


@dataclass(frozen=True)
class Findings:
    """What the rules are judged on."""

    page: PageContent
    lead: str | None
    lead_uses: Placement | None
    competitors: Sequence[PageContent]
    gaps: Sequence[ContentGap]
    opportunities: Sequence[KeywordOpportunity]
    focus: Sequence[TermPlacement]
    focus_given: bool
    structure: Structure
    freshness: Freshness
    duplication: Duplication
    links: InternalLinks

    def terms(self) -> dict[str, list[str]]:
        """Return the terms that rules speak of."""
        return {
            "shared": [gap.term for gap in self.gaps if self._is_shared(gap)],
            "missing": [gap.term for gap in self.gaps if gap.kind == "topic"],
            "weak": [
                one.term for one in self.opportunities if one.kind in {"weak_placement", "behind_competitors"}
            ],
            "focus": [one.term for one in self.focus if not one.uses.total] if self.focus_given else [],
            "striking": [one.term for one in self.opportunities if one.kind == "striking_distance"],
            "copied_by": [one.url for one in self._sharing("competitor")],
            "copied_on": [one.url for one in self._sharing("own")],
        }

    def _is_shared(self, gap: ContentGap) -> bool:
        most = gap.competitors_compared > 1 and gap.covered_by_count * 2 > gap.competitors_compared
        return most and gap.kind == "topic"

    def _sharing(self, whose: str) -> list[SharedText]:
        return [one for one in self.duplication.pages if one.whose == whose]

    def _most_shared_percent(self, whose: str, compared: int) -> float | None:
        if not compared:
            return None
        return max((one.shared_percent for one in self._sharing(whose)), default=0.0)

    def figures(self) -> dict[str, int | float | None]:
        """Return every figure that rules compare; null where it was not measured."""
        terms, page = self.terms(), self.page
        median_words = _median([one.words for one in self.competitors])
        return {
            "title_characters": page.title_characters,
            "description_characters": page.description_characters,
            "h1_count": page.h1_count,
            "subheading_count": page.subheading_count,
            "words": page.words,
            "reading_ease": page.readability.reading_ease,
            "lead_uses_in_title": self.lead_uses.title if self.lead_uses else None,
            "lead_uses_in_h1": self.lead_uses.h1 if self.lead_uses else None,
            "competitor_median_words": median_words,
            "words_to_competitor_median_ratio": _ratio(page.words, median_words),
            **self._top_term(),
            "terms_of_most_competitors_missing_here": len(terms["shared"]) if self.competitors else None,
            "terms_missing_here": len(terms["missing"]) if self.competitors else None,
            "weakly_placed_terms": len(terms["weak"]),
            "focus_keywords_missing_here": len(terms["focus"]),
            **self._make(),
        }

    def _make(self) -> dict[str, int | float | None]:
        structure, duplication, links = self.structure, self.duplication, self.links
        return {
            "striking_distance_queries": len(self.terms()["striking"]),
            "pages_to_link_from": links.to_this_page_count if links.site.pages_read else None,
            "pages_to_link_to": links.from_this_page_count if links.site.pages_read else None,
            "most_text_shared_with_competitor_percent": self._most_shared_percent(
                "competitor", duplication.competitors_compared
            ),
            "most_text_shared_with_own_page_percent": self._most_shared_percent(
                "own", duplication.own_pages_compared
            ),
            "age_days": self.freshness.age_days,
            "date_disagreements": len(self.freshness.disagreements),
            "skipped_heading_levels": structure.skipped_level_count,
            "long_sentence_percent": structure.long_sentence_percent,
            "long_paragraphs": structure.long_paragraphs,
        }

    @cached_property
    def top_term(self) -> tuple[str, int] | None:
        """The most frequent keyword and its uses, those within longer keywords not counted."""
        counted = []
        for keyword in self.page.keywords:
            longer = [one for one in self.page.keywords if f" {keyword.term} ".casefold() in _inner(one.term)]
            counted.append((keyword.uses - sum(one.uses for one in longer), keyword.term))
        return max(((term, uses) for uses, term in counted), key=lambda one: (one[1], one[0]), default=None)

    def _top_term(self) -> dict[str, int | float | None]:
        uses = self.top_term[1] if self.top_term else None
        share = _ratio(uses, self.page.words)
        return {
            "top_term_uses_alone": uses,
            "top_term_share_percent": None if share is None else round(100 * share, 1),
        }


def recommend(findings: Findings) -> list[Recommendation]:
    """Return what the rules recommend: greatest impact first, then least effort."""
    figures, terms = findings.figures(), findings.terms()
    found = []
    for rule in rules():
        if not all(condition.holds(figures[condition.figure]) for condition in rule.when):
            continue
        named = terms.get(_TERMS_OF.get(rule.id, ""), [])
        words = {
            "lead": findings.lead or "",
            "top_term": findings.top_term[0] if findings.top_term else "",
            "terms": ", ".join(say("“{term}”", term=term) for term in named[:_MOST_TERMS_NAMED]),
        }
        found.append(
            Recommendation(
                id=rule.id,
                action=_filled(say(rule.action), words),
                why=say(rule.why),
                evidence=_evidence([condition.figure for condition in rule.when], figures),
                impact=rule.impact,
                effort=rule.effort,
                source=rule.source,
            )
        )
    return sorted(found, key=lambda one: (_ORDER.index(one.impact), -_ORDER.index(one.effort)))


def _filled(text: str, words: Mapping[str, str]) -> str:
    """Fill in words of the page, in one pass: what they hold in braces themselves stays as it is."""
    return _NAMED.sub(lambda named: words.get(named[1], named[0]), text)


def _evidence(names: Sequence[str], figures: Mapping[str, int | float | None]) -> list[Figure]:
    wanted = dict.fromkeys(part for name in names for part in (name, *_BESIDE.get(name, ())))
    return [
        Figure(name=name, value=value, unit=UNITS.get(name, "count"))
        for name in wanted
        if (value := figures[name]) is not None
    ]


def _inner(term: str) -> str:
    """Return a term of several words with spaces around it, and nothing for a single word."""
    return f" {term} ".casefold() if " " in term else ""


def _median(counts: Sequence[int | None]) -> float | None:
    known = [count for count in counts if count is not None]
    return median(known) if known else None


def _ratio(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else round(part / whole, 4)
