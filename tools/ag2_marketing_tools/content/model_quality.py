"""What a content analysis tells of a page's make: structure, freshness, thin and duplicate text."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from ag2_marketing_tools.content.model_terms import Count, Text, Texts
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.tool import Result

Words = Annotated[int | float | None, unit("word")]
DateKind = Literal["published", "modified", "last_modified", "copyright"]


class HeadingLine(Result):
    """One heading of the content, as it stands."""

    level: int
    heading: Text


class Structure(Result):
    """How the text is arranged."""

    headings: list[HeadingLine] = Field(description="Of the content, in order, the first ones.")
    heading_count: Count
    deepest_level: int | None
    skipped_levels: Texts = Field(description="Headings that come more than one level below the one before.")
    skipped_level_count: Count
    paragraphs: Annotated[int, unit("paragraph")]
    paragraph_words_median: Words
    paragraph_words_most: Words
    long_paragraphs: Annotated[int | None, unit("paragraph")] = Field(
        description="Of more words than the limit."
    )
    sentences: Annotated[int, unit("sentence")]
    sentence_words_mean: Words
    long_sentence_percent: Annotated[float | None, unit("percent")] = Field(
        description="Sentences of more words than the limit."
    )
    lists: Annotated[int, unit("list")]
    list_items: Count
    tables: Annotated[int, unit("table")]
    questions: Texts = Field(description="Questions that the text or a heading asks, the first ones.")
    question_count: Count
    long_paragraph_words: Annotated[int, unit("word")]
    long_sentence_words: Annotated[int, unit("word")]
    source: str
    reason: str | None = Field(default=None, description="Why words are not counted.")


class StatedDate(Result):
    """A date that the page or its server states."""

    kind: DateKind
    date: date
    stated_by: str = Field(description="Where: `structured data`, `meta article:modified_time`, …")
    text: Text


class Freshness(Result):
    """How old the text is, by what it says of itself."""

    dates: list[StatedDate]
    published: date | None
    modified: date | None
    age_days: Annotated[int | None, unit("day")] = Field(
        description="Since it was modified, else published; null where it states neither."
    )
    copyright_year: int | None = Field(description="The latest year beside a copyright mark.")
    agree: bool | None = Field(
        description="Whether the stated dates agree; null where there are fewer than two."
    )
    disagreements: Texts
    reason: str | None = None


class Thinness(Result):
    """Whether there is enough text to judge the page by."""

    thin: bool | None
    words: Words
    words_least: Annotated[int, unit("word")]
    competitor_words_median: Words
    source: str
    reason: str | None = None


class SharedText(Result):
    """A page that holds much of the same text."""

    url: str
    whose: Literal["competitor", "own"]
    shared_percent: Annotated[float, unit("percent")] = Field(
        description="Of the analysed page's runs of words, how many stand there too."
    )
    resemblance: Annotated[float, unit("ratio")] = Field(
        description="Jaccard similarity of both pages' runs."
    )
    kind: Literal["duplicate", "overlap"]
    excerpt: Text = Field(description="The longest passage that both hold, cut.")
    same_canonical: bool | None = Field(
        default=None, description="Own pages: whether it names the analysed page as its canonical address."
    )


class Duplication(Result):
    """What of the text stands elsewhere."""

    pages: list[SharedText]
    page_count: Count
    competitors_compared: Count
    own_pages_compared: Count
    least_percent: Annotated[float, unit("percent")] = Field(description="Less is not listed.")
    duplicate_resemblance: Annotated[float, unit("ratio")]
    run_length: int = Field(description="Words of a run; characters where words are not separated.")
    source: str
    reason: str | None = None
