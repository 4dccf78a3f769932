"""The facts of content analysis, read from `data/`: weights, limits, rules, profiles, phrases."""

from __future__ import annotations

import operator
import tomllib
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Level = Literal["high", "medium", "low"]
Place = Literal["title", "h1", "headings", "description", "body"]


_LONGEST_ENDING = 2  # letters: `ausgezeichnete`, `baratos`; not `insurance`


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Places(_Fact):
    """What a term is worth in each place."""

    title: float = Field(gt=0)
    h1: float = Field(gt=0)
    headings: float = Field(gt=0)
    description: float = Field(gt=0)
    body: float = Field(gt=0)


class Limits(_Fact):
    """Where lines are drawn; lengths in characters, amounts in words."""

    title_characters_least: int
    title_characters_most: int
    description_characters_least: int
    description_characters_most: int
    h1_characters_most: int
    main_text_words_least: int
    body_characters_most: int
    title_word_repeats_most: int
    description_word_repeats_most: int


class Comparison(_Fact):
    """When two pages speak of the same things."""

    related_cosine_least: float
    related_words_least: int


class TopicMeasures(_Fact):
    """How terms are grouped."""

    join_similarity_least: float
    shared_stems_weight: float = Field(ge=0, le=1)
    terms_most: int
    source: str


class StructureMeasures(_Fact):
    """Lengths, in words, above which a paragraph or a sentence is long."""

    long_paragraph_words: int
    long_sentence_words: int
    source: str


class ThinMeasures(_Fact):
    """How many words are few."""

    words_least: int
    source: str


class FreshnessMeasures(_Fact):
    """How far dates may differ, and what age is old; in days."""

    dates_differ_days: int
    old_days: int


class DuplicateMeasures(_Fact):
    """How much shared text is told of, and how it is found."""

    run_words: int
    run_characters: int
    runs_least: int
    listed_percent_least: float
    duplicate_resemblance_least: float
    source: str


class OwnSiteMeasures(_Fact):
    """Which crawl is recent, and which term is too common to point at a page."""

    crawl_age_hours_most: float
    share_with_term_most: float
    pages_for_share_least: int


class StrikingDistance(_Fact):
    """Which queries are within reach."""

    position_least: float
    position_most: float
    impressions_least: int
    days: int
    days_until_final: int


class Measures(_Fact):
    """Weights and limits."""

    places: Places
    limits: Limits
    comparison: Comparison
    topics: TopicMeasures
    structure: StructureMeasures
    thin: ThinMeasures
    freshness: FreshnessMeasures
    duplicates: DuplicateMeasures
    own_site: OwnSiteMeasures
    striking_distance: StrikingDistance


class DemandVendor(_Fact):
    """A vendor of search demand, and how many terms it is asked for."""

    name: str
    batch: int = Field(ge=1, le=100)
    terms_most: int = Field(ge=1, le=100)


_COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    ">=": operator.ge,
    ">": operator.gt,
}


class Condition(_Fact):
    """One comparison of a figure; an unmeasured figure meets no condition."""

    figure: str
    is_: Literal["<", "<=", "==", ">=", ">"] = Field(alias="is")
    than: float

    def holds(self, value: float | None) -> bool:
        """Tell whether the figure's value meets the condition."""
        return value is not None and _COMPARISONS[self.is_](value, self.than)


class Rule(_Fact):
    """A recommendation and when it is made."""

    id: str
    when: list[Condition] = Field(min_length=1)
    action: str
    why: str
    impact: Level
    effort: Level
    source: str


class Profile(_Fact):
    """What a kind of content is expected to answer, by language."""

    aliases: list[str]
    angle: dict[str, str]
    section: list[dict[str, str]]


class Phrases(_Fact):
    """Words that recommendations add to the page's own."""

    in_place: str
    colon: str


def _read(name: str) -> dict[str, Any]:
    path = files("ag2_marketing_tools.content") / "data" / name
    return tomllib.loads(path.read_text(encoding="utf-8"))


@cache
def measures() -> Measures:
    """Return the weights and limits."""
    return Measures.model_validate(_read("measures.toml"))


def limits() -> Limits:
    """Return the limits."""
    return measures().limits


@cache
def demand_vendors() -> tuple[DemandVendor, ...]:
    """Return the vendors of search demand in the order in which they are asked."""
    return TypeAdapter(tuple[DemandVendor, ...]).validate_python(_read("demand.toml")["vendor"])


@cache
def _words_of(name: str) -> dict[str, frozenset[str]]:
    lists = TypeAdapter(dict[str, str]).validate_python(_read(name))
    return {language: frozenset(text.split()) for language, text in lists.items()}


def is_general(word: str, language: str | None) -> bool:
    """Tell whether a single word is no subject on its own, whatever a page is about."""
    return word.casefold() in _words_of("general_words.toml").get(language or "", frozenset())


def is_claim(word: str, language: str | None) -> bool:
    """Tell whether a word, in whatever ending, is one by which a company claims something of itself."""
    folded = word.casefold()
    known = _words_of("claims.toml").get(language or "", frozenset())
    return any(folded.startswith(claim) and len(folded) - len(claim) <= _LONGEST_ENDING for claim in known)


@cache
def rules() -> tuple[Rule, ...]:
    """Return the rules in the order of their file."""
    return TypeAdapter(tuple[Rule, ...]).validate_python(_read("rules.toml")["rule"])


@cache
def _phrases() -> dict[str, Phrases]:
    return TypeAdapter(dict[str, Phrases]).validate_python(_read("phrases.toml"))


def phrases(language: str | None) -> Phrases | None:
    """Return a language's phrases, or None where only the page's own words may be used."""
    return _phrases().get(language or "")


@cache
def profiles() -> dict[str, Profile]:
    """Return the profiles by name."""
    return TypeAdapter(dict[str, Profile]).validate_python(_read("profiles.toml"))


def profile_named(content_type: str | None) -> tuple[str, bool]:
    """Return the profile's name for a content type, and whether the type is known; none at all counts so."""
    if content_type is None:
        return "default", True
    wanted = content_type.strip().casefold()
    for name, profile in profiles().items():
        if wanted == name or wanted in profile.aliases:
            return name, True
    return "default", False
