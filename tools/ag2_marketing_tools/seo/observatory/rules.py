"""The facts of the scoring, read from `data/scoring.toml` and `data/meanings.toml` and validated."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

_STEP = 5


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Standing(_Fact):
    """What a result is worth."""

    points: int = Field(ge=-100, le=100)
    passes: bool


class ScoredTest(_Fact):
    """One of the twelve tests: the result that it expects, and all that it can come to."""

    name: str
    expectation: str
    results: dict[str, Standing]

    @model_validator(mode="after")
    def _expects_one_of_its_results(self) -> Self:
        if self.expectation not in self.results:
            raise ValueError(f"{self.name} expects {self.expectation!r}, which is none of its results")
        return self


class GradedStatus(_Fact):
    """The HTTP statuses of the page that the Observatory grades; it refuses all others."""

    at_least: int
    below: int
    also: list[int]


class Scoring(_Fact):
    """How the Observatory turns results into a score and a grade."""

    algorithm_version: int
    base_score: int
    extra_credit_from: int
    six_months_s: int
    graded_status: GradedStatus
    grades: dict[int, str]
    tests: list[ScoredTest] = Field(alias="test")

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if sorted(self.grades) != list(range(0, self.base_score + 1, _STEP)):
            raise ValueError(f"grades must name every multiple of {_STEP} from 0 to {self.base_score}")
        names = [test.name for test in self.tests]
        results = list(chain.from_iterable(test.results for test in self.tests))
        for listed in (names, results):
            if len(set(listed)) != len(listed):
                raise ValueError("a test or a result is listed twice")
        return self

    def score(self, points: list[int]) -> tuple[int, int]:
        """Return the score and what it would be without extra credit; neither is below 0.

        Negative modifiers always count, positive ones only where the negative ones leave
        `extra_credit_from` or more. There is no upper bound.
        """
        without_credit = self.base_score + sum(value for value in points if value < 0)
        credit = sum(value for value in points if value > 0)
        total = without_credit + credit if without_credit >= self.extra_credit_from else without_credit
        return max(total, 0), max(without_credit, 0)

    def grades_status(self, status: int) -> bool:
        """Whether a page that came with this HTTP status is graded at all."""
        graded = self.graded_status
        return graded.at_least <= status < graded.below or status in graded.also

    def grade(self, score: int) -> str:
        """Return the grade of a score."""
        return self.grades[min(score - score % _STEP, self.base_score)]


@cache
def meanings() -> dict[str, str]:
    """Return in words what each result means, by its id."""
    text = files("ag2_marketing_tools.seo.observatory").joinpath("data", "meanings.toml").read_text("utf-8")
    found = TypeAdapter(dict[str, str]).validate_python(tomllib.loads(text))
    results = {result for test in scoring().tests for result in test.results}
    if found.keys() != results:
        raise ValueError(f"meanings and results do not match: {sorted(found.keys() ^ results)}")
    return found


@cache
def scoring() -> Scoring:
    """Return the facts of the scoring."""
    text = files("ag2_marketing_tools.seo.observatory").joinpath("data", "scoring.toml").read_text("utf-8")
    return Scoring.model_validate(tomllib.loads(text))
