"""A location's review in a few lines, for the person at the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ag2_marketing.report import Report
from ag2_marketing.report.escaping import one_line
from ag2_marketing_tools.messages import say

WIDTH = 96
MOST_ACTIONS = 6
MOST_PEOPLE = 5


def review_lines(answer: Mapping[str, Any], report: Report) -> Iterator[str]:
    """Yield the review for a terminal; caregivers stand under their own ids, for it is the company that reads.

    Args:
        answer: What `run_location_review` returned.
        report: The report that was made of it.
    """
    yield one_line(report.title)
    yield ""
    for part in report.summary:
        yield from _wrapped(part.text)
    yield from _section(say("What to do"), _actions(answer["actions"]))
    yield from _section(say("Who needs what"), _needs(answer["caregivers"]))
    yield from _section(say("Who leads"), _leaders(answer["caregivers"]))
    for note in report.notes:
        yield from _wrapped(note)


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    body = list(lines)
    if body:
        yield ""
        yield title
        yield from body


def _actions(found: Mapping[str, Any]) -> Iterator[str]:
    for one in found.get("actions", ())[:MOST_ACTIONS]:
        risk = say("(risk for clients) ") if one["risk"] else ""
        because = f" {one['because'][0]}" if one["because"] else ""
        yield from _wrapped(f"{one['priority']}. {risk}{one['action']}{because}", hanging="   ")


def _needs(team: Mapping[str, Any]) -> Iterator[str]:
    for one in team.get("schooling", ())[:MOST_ACTIONS]:
        named = one["caregiver_ids"][:MOST_PEOPLE]
        more = " …" if len(one["caregiver_ids"]) > len(named) else ""
        yield from _wrapped(f"{', '.join(named)}{more}: {one['action']}", hanging="   ")


def _leaders(team: Mapping[str, Any]) -> Iterator[str]:
    for one in team.get("leaders", ())[:MOST_PEOPLE]:
        yield from _wrapped(f"{one['caregiver_id']}: {one['findings'][0]}", hanging="   ")


def _wrapped(text: str, *, hanging: str = "") -> Iterator[str]:
    yield from textwrap.wrap(one_line(text), WIDTH, subsequent_indent=hanging, break_long_words=False)
