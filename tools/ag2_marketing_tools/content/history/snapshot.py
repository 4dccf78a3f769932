"""What a comparison reads of a stored content analysis; defaults stand for what earlier versions lack."""

from __future__ import annotations

from pydantic import Field

from ag2_marketing_tools.history.reading import Snapshot


class ReadabilitySeen(Snapshot):
    """A text's readability."""

    reading_ease: float | None = None
    grade: float | None = None
    formula: str | None = None
    reason: str | None = None


class PageSeen(Snapshot):
    """What the page said."""

    url: str
    title: str = ""
    description: str = ""
    h1: list[str] = Field(default=[])
    words: int | None = None
    words_reason: str | None = None
    readability: ReadabilitySeen = ReadabilitySeen()


class GapSeen(Snapshot):
    """A term that competitors use and the page does not."""

    term: str


class CompetitorSeen(Snapshot):
    """A competitor that was compared with, or left out."""

    status: str
    url: str | None = None


class ContentSnapshot(Snapshot):
    """A stored content analysis."""

    page: PageSeen
    primary_keywords: list[str] = Field(default=[])
    content_gaps: list[GapSeen] = Field(default=[])
    content_gap_count: int | None = None
    content_gaps_reason: str | None = None
    competitor_analysis: list[CompetitorSeen] = Field(default=[])
    recommended_title: str | None = None
    recommended_meta_description: str | None = None
    recommended_h1: str | None = None

    @property
    def gaps(self) -> list[str]:
        """The terms of the gaps."""
        return [gap.term for gap in self.content_gaps]

    @property
    def gaps_are_cut(self) -> bool:
        """Whether there are more gaps than are listed."""
        return self.content_gap_count is not None and self.content_gap_count > len(self.content_gaps)

    @property
    def competitors(self) -> frozenset[str]:
        """The pages that it was compared with."""
        return frozenset(
            one.url for one in self.competitor_analysis if one.status == "compared" and one.url is not None
        )
