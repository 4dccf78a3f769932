"""What a content analysis takes and returns. Text of pages is marked untrusted; figures carry their unit."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from ag2_marketing_tools.content.facts import Level
from ag2_marketing_tools.content.model_demand import OwnQueries, SearchDemand
from ag2_marketing_tools.content.model_links import InternalLinks
from ag2_marketing_tools.content.model_quality import Duplication, Freshness, Structure, Thinness
from ag2_marketing_tools.content.model_terms import (
    ContentGap,
    Count,
    KeywordOpportunity,
    TermPlacement,
    Text,
    Topic,
)
from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.text.keywords import Keyword
from ag2_marketing_tools.text.language import Language
from ag2_marketing_tools.text.readability import Readability
from ag2_marketing_tools.tool import Params, Result

MOST_COMPETITORS = 20
MOST_FOCUS_KEYWORDS = 20

MOST_PAGES_OF_OWN_SITE = 200
MOST_DEMAND_TERMS = 50


class AnalyzeContent(Params):
    """Which page to analyse, and beside which."""

    target_url: str = Field(description="The page; a bare host such as `example.com` will do.")
    competitors: list[str] = Field(
        default_factory=list,
        max_length=MOST_COMPETITORS,
        description="Pages or bare hosts to compare with; one that cannot be read is reported as such.",
    )
    focus_keywords: list[Annotated[str, Field(max_length=100)]] | None = Field(
        default=None,
        max_length=MOST_FOCUS_KEYWORDS,
        description="Terms to look at; none, or an empty list, takes the page's own primary keywords.",
    )
    content_type: str | None = Field(
        default=None,
        max_length=50,
        description="Shapes title and outline: technical, business, service, educational; else the default.",
    )
    country: str | None = Field(
        default=None,
        pattern=r"^[A-Za-z]{2}$",
        description="Country of search demand (ISO 3166-1), such as `us` or `de`; the setting's when not given.",
    )
    max_pages: int = Field(
        default=25,
        ge=1,
        le=MOST_PAGES_OF_OWN_SITE,
        description="Most pages of the own site to read for internal links and duplicates; 1 reads the target alone.",
    )
    demand_terms: int = Field(
        default=20,
        ge=0,
        le=MOST_DEMAND_TERMS,
        description="Most terms to ask a vendor about, where its key is set: each costs units. 0 asks none.",
    )

    @field_validator("focus_keywords")
    @classmethod
    def _without_blanks(cls, terms: list[str] | None) -> list[str] | None:
        kept = list(dict.fromkeys(" ".join(term.split()) for term in terms or () if term.strip()))
        return kept or None


class PageContent(Result):
    """What one page says, and how."""

    url: str
    site_name: Text | None
    title: Text
    title_characters: Annotated[int, unit("character")]
    description: Text
    description_characters: Annotated[int, unit("character")]
    h1: Annotated[list[str], untrusted()]
    h1_count: Count
    subheading_count: Annotated[int, unit("count")] = Field(description="Headings of levels 2 to 6.")
    language: Language | None = Field(
        description="As found in the text; null where there is too little of it."
    )
    language_declared: str | None = Field(description="The `lang` attribute, as written.")
    language_used: str | None = Field(description="The code that the text was read by.")
    words: Annotated[int | None, unit("word")] = Field(description="Words of the text that was read.")
    words_reason: str | None = Field(description="Why there is no count of words.")
    text_read: Literal["main_text", "visible_text", "none"] = Field(
        description="All visible text is read where there is hardly a main text, as on many local sites."
    )
    characters: Annotated[int, unit("character")] = Field(description="Length of the text that was read.")
    characters_analysed: Annotated[int, unit("character")] = Field(description="A very long text is cut.")
    readability: Readability
    keywords: list[Keyword]


class CompetitorContent(Result):
    """A competitor, or why it was left out."""

    asked: str = Field(description="As it was given.")
    status: Literal["compared", "not_compared", "unreadable", "duplicate", "target"]
    related: bool | None = Field(
        default=None,
        description="Whether it speaks of the same things, by the cosine of the words of both texts; null where "
        "one of them says too little, or it is not compared.",
    )
    similarity: Annotated[float | None, unit("ratio")] = Field(
        default=None, description="That cosine, 0 to 1."
    )
    reason: str | None = None
    url: str | None = Field(default=None, description="The address that was read in the end.")
    redirected_to_other_host: bool | None = None
    content: PageContent | None = None
    shared_terms: Annotated[list[str], untrusted()] = Field(
        default_factory=list, description="Its keywords that the page uses too."
    )
    terms_missing_here: Annotated[list[str], untrusted()] = Field(
        default_factory=list, description="Its keywords that the page does not use."
    )


class OutlineSection(Result):
    """One heading of the recommended outline, and where it comes from."""

    level: Literal[1, 2]
    heading: Text
    origin: Literal["recommended_h1", "page", "content_gap", "focus_keyword", "profile"]
    covered_by_count: Annotated[int | None, unit("count")] = None
    origin_url: str | None = Field(
        default=None, description="content_gap: a competitor's page with that heading."
    )


class Basis(Result):
    """What a recommended text was built from, or why there is none."""

    field: Literal["recommended_title", "recommended_meta_description", "recommended_h1"]
    built_from: list[str]
    characters: Annotated[int | None, unit("character")]
    unchanged: bool = Field(description="The page's own text is good as it is.")
    reason: str | None = None
    write_first: str | None = Field(
        default=None, description="What must be written on the page before the text may be used."
    )


class Figure(Result):
    """One figure behind a recommendation."""

    name: str
    value: int | float
    unit: str


class Recommendation(Result):
    """What to do, why, and the figures that say so."""

    id: str
    action: Text
    why: str
    evidence: list[Figure]
    impact: Level
    effort: Level
    source: str


class ContentAnalysis(Result):
    """The whole analysis: what to do first, then what to write, then what that rests on.

    Lists are bounded; the counts beside them are complete.
    """

    target_url: str = Field(description="As it was asked for.")
    timestamp: str = Field(description="ISO 8601, UTC.")
    status: Literal["success"] = "success"
    recommendations: list[Recommendation]
    recommended_title: Text | None
    recommended_meta_description: Text | None
    recommended_h1: Text | None
    recommendation_basis: list[Basis]
    content_outline: list[OutlineSection]
    content_type: str | None
    content_type_profile: str
    primary_keywords: Annotated[list[str], untrusted()]
    focus_keywords: Annotated[list[str], untrusted()]
    focus_keywords_source: Literal["given", "primary_keywords", "none"]
    focus_placement: list[TermPlacement]
    keyword_opportunities: list[KeywordOpportunity]
    keyword_opportunity_count: Count
    opportunities_ranked_by: str
    content_gaps: list[ContentGap]
    content_gap_count: Count
    content_gaps_reason: str | None = Field(description="Why gaps could not be looked for.")
    topics: list[Topic]
    topic_count: Count
    topics_method: str = Field(description="How terms are grouped, with its sources.")
    internal_links: InternalLinks
    search_demand: SearchDemand
    own_queries: OwnQueries
    competitor_analysis: list[CompetitorContent]
    page: PageContent
    structure: Structure
    freshness: Freshness
    thin_content: Thinness
    duplicate_content: Duplication
    notes: list[str]
    history_id: str | None = Field(
        default=None, description="Under which it is kept for comparison; null where it is not."
    )
