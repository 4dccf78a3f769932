"""What several pages of standings are built from: counts, actions, group figures, links."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import quote

from ag2_marketing.report import wording
from ag2_marketing.report.standings.bullets import Bullet, bullet_of
from ag2_marketing.report.standings.levels import amount
from ag2_marketing.report.standings.positions import ORDER, Mark, mark_of
from ag2_marketing_tools.messages import say

_BY_URGENCY = ("lagging", "inconclusive", "competitive", "leading")


@dataclass(frozen=True)
class Todo:
    """One thing to do: what, why, for whom, and when to look whether it worked."""

    action: str
    because: Sequence[str]
    due: str
    risk: bool = False
    who: str = ""


@dataclass(frozen=True)
class GroupRow:
    """A group's middle on one metric, or why it is not told."""

    title: str
    middle: str
    half: str
    measured: str
    reason: str


def link_to(kind: str, id: str) -> str:
    """Return the address of a subject's page."""
    return f"/{kind}s/{quote(id, safe='')}"


def counted(counts: Any) -> list[tuple[Mark, int]]:
    """Return how many metrics stand where; only positions that occur."""
    found = [(mark_of(position), int(getattr(counts, position))) for position in ORDER[:5]]
    return [(mark, count) for mark, count in found if count]


def bullets_of(standings: Iterable[Any]) -> list[Bullet]:
    """Return the bullets of all measured standings, what lags first."""
    found = [bullet for one in standings if (bullet := bullet_of(one.model_dump())) is not None]
    return sorted(
        found, key=lambda one: _BY_URGENCY.index(one.position) if one.position in _BY_URGENCY else 9
    )


def group_rows(columns: Iterable[Any]) -> Iterator[GroupRow]:
    """Yield each metric's group figures."""
    for column in columns:
        group = column.group
        if group.median is None and not group.reason:
            continue
        yield GroupRow(
            title=column.title,
            middle="" if group.median is None else amount(group.median, column.unit),
            half=_half(group, column.unit),
            measured="" if group.measured is None else wording.count(group.measured),
            reason=group.reason or "",
        )


def _half(group: Any, unit: str | None) -> str:
    if group.lower_quartile is None or group.upper_quartile is None:
        return ""
    return say(
        "{low} to {high}", low=amount(group.lower_quartile, unit), high=amount(group.upper_quartile, unit)
    )


def on(when: date) -> str:
    """Return a day with its year."""
    return wording.date_words(when)


def headings() -> dict[str, str]:
    """Return the words that stand on the pages of standings."""
    return {
        "locations": say("Locations"),
        "location": say("Location"),
        "caregiver": say("Caregiver"),
        "caregivers": say("Caregivers"),
        "clients": say("Clients"),
        "client": say("Client"),
        "where": say("Where it stands"),
        "where_person": say("Quality of care"),
        "todo": say("What to do"),
        "action": say("What to do"),
        "because": say("Because"),
        "due": say("Look again on"),
        "who": say("Who"),
        "risk": say("risk for clients"),
        "courses": say("How it went"),
        "group": say("The group"),
        "metric": say("Metric"),
        "middle": say("Median"),
        "half": say("Middle half"),
        "measured": say("Measured"),
        "peers": say("Among others"),
        "plan": say("Development plan"),
        "goals": say("Goals"),
        "goal": say("Goal"),
        "nothing_measured": say("Nothing has been measured yet."),
        "import": say("Import figures first:"),
        "nothing_to_do": say("Nothing lags beyond chance."),
        "without_figures": say("Without figures"),
        "of_group": say("Of whom"),
        "measures": say("What changed on average"),
        "improvement": say("Mean change; above 0 is better"),
        "interval": say("95 % interval"),
        "single_clients": say("Single clients"),
        "period": say("Figures"),
        "back": say("All locations"),
        "not_shown": say("Whose figures these are is shown to analysts."),
    }
