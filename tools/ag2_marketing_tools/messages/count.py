"""A number with its noun."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Count:
    """A number and what it counts, in English.

    In a translation it stands for its number alone: there the noun belongs to the sentence, which has a form
    for each plural of its language.
    """

    number: int
    one: str
    many: str

    def __str__(self) -> str:
        return f"{self.number} {self.one if self.number == 1 else self.many}"


def count_of(number: int, one: str, many: str | None = None) -> Count:
    """Return a number with its noun.

    >>> str(count_of(1, "image")), str(count_of(2, "property", "properties"))
    ('1 image', '2 properties')
    """
    return Count(number, one, many or f"{one}s")
