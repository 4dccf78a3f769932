"""What is told of a term: where it stands, who else uses it, how it is searched for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ag2_marketing_tools.content.facts import Place
from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.tool import Result

Text = Annotated[str, untrusted()]
Texts = Annotated[list[str], untrusted()]
Uses = Annotated[int, unit("use")]
Count = Annotated[int, unit("count")]
Searches = Annotated[int | float | None, unit("search")]
Score = Annotated[int | float | None, unit("score")]
OpportunityKind = Literal[
    "striking_distance", "focus_absent", "behind_competitors", "weak_placement", "competitor_term"
]
GapKind = Literal["topic", "word", "name", "claim", "other_subject"]


class Placement(Result):
    """How often a term stands where; the body is the text outside the headings."""

    title: Uses
    h1: Uses
    headings: Uses
    description: Uses
    body: Uses

    @property
    def total(self) -> int:
        """Uses in all places."""
        return self.title + self.h1 + self.headings + self.description + self.body

    @property
    def prominent(self) -> bool:
        """Whether it stands in the title, the main heading or another heading."""
        return bool(self.title or self.h1 or self.headings)


class TermPlacement(Result):
    """Where a term stands on the analysed page."""

    term: Text
    uses: Placement
    missing_from: list[Place]


class Coverage(Result):
    """Where a competitor uses a term."""

    url: str
    uses: Placement
    places: list[Place] = Field(description="Where it stands, weightiest place first.")
    headings: Texts = Field(description="The first headings that hold it, the main one included.")


class Demand(Result):
    """How a term is searched for, by one vendor, in one country."""

    search_volume: Searches = Field(default=None, description="Searches a month.")
    difficulty: Score = Field(default=None, description="0 (easy) to 100, by the vendor's own measure.")
    cpc: Annotated[int | float | None, unit("USD")] = Field(
        default=None, description="What advertisers pay for a click."
    )
    parent_topic: Text | None = None
    intents: Texts | None = None
    demand_vendor: str | None = Field(default=None, description="Whose figures these are.")
    reason: str | None = Field(default=None, description="Why search volume is null.")


class ContentGap(Demand):
    """A term that competitors use and the page does not."""

    term: Text
    kind: GapKind = Field(
        description="`topic`: worth covering; `word`: a single word of the running text; `name`: the name of "
        "somebody, a product or a place, by how one competitor writes it; `claim`: what competitors "
        "claim of themselves; `other_subject`: only pages that speak of "
        "other things use it."
    )
    covered_by_count: Annotated[int, unit("count")] = Field(description="Competitors that use it.")
    competitors_compared: Count
    covered_by: list[Coverage]
    score: Annotated[float, unit("score")] = Field(
        description="Mean of the term's keyword score over the competitors compared, 0 to 1."
    )


class OwnSearch(Result):
    """How the page is found for a query, by Google Search Console."""

    impressions: Annotated[int | float, unit("impression")]
    clicks: Annotated[int | float, unit("click")]
    ctr_percent: Annotated[float, unit("percent")]
    position: Annotated[float, unit("position")] = Field(description="Mean position; 1 is the top.")


class KeywordOpportunity(Demand):
    """A term that more could be made of."""

    term: Text
    kind: OpportunityKind
    uses: Placement = Field(description="On the page itself.")
    missing_from: list[Place]
    covered_by_count: Annotated[int, unit("count")] = Field(
        description="Competitors that use it in a prominent place (competitor_term: anywhere)."
    )
    competitors_compared: Count
    score: Annotated[float | None, unit("score")]
    own_search: OwnSearch | None = Field(
        default=None, description="Striking distance only: how the page is found for it now."
    )


class TopicCoverage(Result):
    """How much one page has of a topic."""

    url: str
    is_target: bool
    uses: Annotated[int, unit("use")] = Field(description="Uses of the topic's terms, all places.")
    share_percent: Annotated[float | None, unit("percent")] = Field(
        description="Of the uses of all topics' terms on that page; null where it uses none."
    )
    terms_used: Annotated[int, unit("term")]
    headings: Texts = Field(description="The first headings that hold a term of the topic.")


class Topic(Result):
    """Terms that belong together."""

    label: Text
    terms: Texts
    term_count: Annotated[int, unit("term")]
    covered_here: bool = Field(description="The page uses a term of it.")
    covered_by_count: Annotated[int, unit("count")] = Field(description="Competitors that use one.")
    competitors_compared: Count
    coverage: list[TopicCoverage] = Field(description="The page itself first, if it uses a term of it.")
