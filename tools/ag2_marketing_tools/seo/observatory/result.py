"""What a grading comes to."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.tool import Result


class GradedTest(Result):
    """One of the twelve tests."""

    name: str = Field(description="The Observatory's name of the test: `cookies`, …")
    expectation: str = Field(description="The result that the test hopes for.")
    result: str = Field(description="The result that it came to, by the Observatory's id.")
    passed: bool
    modifier: Annotated[int, unit("point")] = Field(description="What the result adds to the score.")
    means: str = Field(description="What the result means, in words.")
    value: Annotated[str | None, untrusted()] = Field(
        default=None, description="The header, route or the like that the result was read from, cut short."
    )
    depends_on_preload_list: bool = Field(
        default=False,
        description="It rests on an entry of the preload list, or might be another with a whole list.",
    )


class PreloadUse(Result):
    """What part the HSTS preload list played."""

    source: str
    as_of: date = Field(description="The day of the list; of one that is not complete, it is no older.")
    complete: bool
    entry: str | None = Field(description="The entry that covers the site's host, if any.")
    score_otherwise: Annotated[int | None, unit("point")] = Field(
        description="The score if the list said the opposite of the hosts; null where it plays no part."
    )
    note: str | None = Field(description="In words, where a result rests on the list.")


class ObservatoryResult(Result):
    """A site's grade, as the MDN HTTP Observatory gives it."""

    algorithm_version: Annotated[int, unit("version")]
    score: Annotated[int | None, unit("point")] = Field(
        description="From 0, 100 plus extra credit at the most; null where the Observatory would not grade."
    )
    grade: str | None = Field(description="`A+` to `F`; null where the score is.")
    reason: str | None = Field(default=None, description="Why there is no score.")
    score_without_extra_credit: Annotated[int | None, unit("point")]
    tests_passed: Annotated[int, unit("check")]
    tests_failed: Annotated[int, unit("check")]
    tests: list[GradedTest]
    preload: PreloadUse
    notes: list[str] = Field(default=[], description="Where the score is kinder than browsers are.")

    def test(self, name: str) -> GradedTest:
        """Return a test by its name.

        Raises:
            KeyError: There is none of that name.
        """
        return {test.name: test for test in self.tests}[name]
