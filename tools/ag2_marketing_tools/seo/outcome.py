"""What a rule returns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ag2_marketing_tools.messages import count_of, say
from ag2_marketing_tools.seo.catalogue import Check
from ag2_marketing_tools.seo.model import Evidence, Measured, Verdict

__all__ = [
    "Outcome",
    "count_of",
    "failed",
    "measured",
    "not_applicable",
    "not_testable",
    "passed",
    "place",
    "say",
    "warned",
]

LONGEST_EXCERPT = 200
MOST_EVIDENCE = 10


@dataclass(frozen=True)
class Outcome:
    """A verdict with its sentence, the figure behind it and the places where it shows."""

    verdict: Verdict
    message: str
    measured: Measured | None = None
    evidence: tuple[Evidence, ...] = ()


def passed(message: str = "") -> Outcome:
    """Nothing to mend."""
    return Outcome("pass", message)


def not_applicable(reason: str) -> Outcome:
    """The check has nothing to look at here."""
    return Outcome("not_applicable", reason)


def not_testable(reason: str) -> Outcome:
    """The check could not be made here."""
    return Outcome("not_testable", reason)


def warned(message: str, *, measured: Measured | None = None, evidence: Iterable[Evidence] = ()) -> Outcome:
    """Worth mending."""
    return Outcome("warn", message, measured, tuple(evidence)[:MOST_EVIDENCE])


def failed(message: str, *, measured: Measured | None = None, evidence: Iterable[Evidence] = ()) -> Outcome:
    """Wrong."""
    return Outcome("fail", message, measured, tuple(evidence)[:MOST_EVIDENCE])


def measured(check: Check, value: float) -> Measured:
    """Return a figure with the check's thresholds, in their unit.

    >>> from ag2_marketing_tools.seo.catalogue import checks
    >>> measured(checks()["http.ttfb"], 900).limits
    {'good': 800, 'poor': 1800}
    """
    limits = check.limits
    return Measured(
        value=value,
        unit=next(iter(limits.values())).unit,
        limits={name: limit.value for name, limit in limits.items()},
    )


def place(
    element: str, excerpt: str | None = None, url: str | None = None, *, size: int | None = None
) -> Evidence:
    """Return where a finding shows, with a file's size in bytes; a long excerpt is cut."""
    cut = (
        excerpt
        if excerpt is None or len(excerpt) <= LONGEST_EXCERPT
        else excerpt[: LONGEST_EXCERPT - 1] + "…"
    )
    return Evidence(element=element, excerpt=cut, url=url, size=size)
