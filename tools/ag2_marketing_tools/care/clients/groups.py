"""Groups of clients: counts and means, with the groups that are too small, and what they follow from, left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from ag2_marketing_tools.care.clients.changes import MeasureProgress
from ag2_marketing_tools.care.clients.facts import fact
from ag2_marketing_tools.care.clients.location_views import (
    CHANGES,
    Change,
    ChangeShare,
    GroupMean,
    MeasureChange,
    OutcomeGroup,
)
from ag2_marketing_tools.care.clients.suppression import Sum, hidden
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.tables import Tables
from ag2_marketing_tools.statistics.means import one_mean
from ag2_marketing_tools.statistics.moments import Moments
from ag2_marketing_tools.statistics.proportions import Proportion, wilson

Sort = Literal["location", "condition", "intervention"]
Cell = tuple[str | None, Change | None]
"""A count: of the group (None: the whole location) and the way of changing (None: all of them)."""

HiddenMeans = tuple[frozenset[str | None], frozenset[str | None]]
"""Groups whose mean adherence, and whose mean effectiveness, is not told."""

_SIZE: None = None
_OTHERS = ""
"""The row of the conditions that are not told one by one; no condition is called so."""


@dataclass(frozen=True)
class Member:
    """A client as a member of groups.

    Attributes:
        condition: Of which one.
        change: How they changed.
        adherence: In percent, over all interventions.
        effectiveness: Mean rating in percent of the scale, over all interventions.
        interventions: The same two by intervention.
    """

    condition: str
    change: Change
    adherence: float | None = None
    effectiveness: float | None = None
    interventions: Mapping[str, tuple[float | None, float | None]] = field(default_factory=dict)


class Grouping:
    """The groups of a location's clients.

    Interventions overlap: each is set against those without it, and the means of all that are told together against
    the clients with none of them. What else follows from comparing two interventions is not looked at.

    Conditions that are too small, or beyond the largest `most_told`, are one row of the table, which is never shown: so
    it stays small, however many conditions a register has.
    """

    def __init__(self, members: Sequence[Member], *, least: int) -> None:
        self._members = members
        self.least = least
        self._most_told = int(fact("groups", "most_told"))

    def whole(self, name: str) -> OutcomeGroup:
        """Return all clients of the location."""
        return self._group("location", name, None, self._members, self._hidden, self._hidden_means)

    def by_condition(self) -> list[OutcomeGroup]:
        """Return the clients of each condition that may be told of, the largest first, and then what is left."""
        groups = [
            self._group("condition", name, name, members, self._hidden, self._hidden_means)
            for name, members in self._rows.items()
            if name != _OTHERS and (name, _SIZE) not in self._hidden
        ]
        sizes = Counter(one.condition for one in self._members)
        return [*groups, *self._left_out("condition", sizes, len(groups))]

    def by_intervention(self) -> list[OutcomeGroup]:
        """Return the clients of each intervention that may be told of, the largest first, and then what is left."""
        sizes = Counter(name for one in self._members for name in one.interventions)
        told = []
        for name in self._largest(sizes):
            with_it = [one for one in self._members if name in one.interventions]
            closed = self._hidden_beside(name, with_it)
            if closed is not None:
                told.append((name, with_it, closed))
        names = [name for name, _, _ in told]
        means = self._hidden_means_of(names, 0), self._hidden_means_of(names, 1)
        groups = [self._group("intervention", name, name, some, closed, means) for name, some, closed in told]
        return [*groups, *self._left_out("intervention", sizes, len(groups))]

    def _largest(self, sizes: Mapping[str, int]) -> list[str]:
        """The groups that may be told one by one, the largest first."""
        enough = sorted((-size, name) for name, size in sizes.items() if size >= self.least)
        return [name for _, name in enough[: self._most_told]]

    @cached_property
    def _rows(self) -> dict[str, list[Member]]:
        """The clients by condition, the largest first; those of the conditions that are not told are together."""
        apart = self._largest(Counter(one.condition for one in self._members))
        rows: dict[str, list[Member]] = {name: [] for name in apart}
        for one in self._members:
            rows.setdefault(one.condition if one.condition in apart else _OTHERS, []).append(one)
        return rows

    @cached_property
    def _hidden(self) -> frozenset[Cell]:
        """The cells to hide of the table of conditions by changes, with its margins."""
        counts = _counts(None, self._members)
        for name, members in self._rows.items():
            counts |= _counts(name, members)
        never_shown = _counts(_OTHERS, []).keys() & counts.keys()
        return self._closed(counts, list(self._rows), also=never_shown)

    def _hidden_beside(self, name: str, with_it: Sequence[Member]) -> frozenset[Cell] | None:
        """The cells to hide of an intervention beside those without it; None where it cannot be told of."""
        without = [one for one in self._members if name not in one.interventions]
        others = f"{name} (without)"
        whole = _counts(None, self._members)
        counts = whole | _counts(name, with_it) | _counts(others, without)
        never_shown = {(others, change) for change in CHANGES}
        closed = self._closed(counts, [name, others], also=(self._hidden & whole.keys()) | never_shown)
        told_already = closed & whole.keys() <= self._hidden
        return closed if told_already and (name, _SIZE) not in closed else None

    def _closed(
        self, counts: Mapping[Cell, int], groups: Sequence[str], also: Iterable[Cell] = ()
    ) -> frozenset[Cell]:
        """Hide until no group that is too small has a cell that is shown."""
        sums: list[Sum[Cell]] = [((None, change), [(name, change) for name in groups]) for change in CHANGES]
        sums.append(((None, _SIZE), [(name, _SIZE) for name in groups]))
        sums += [((name, _SIZE), [(name, change) for change in CHANGES]) for name in (None, *groups)]
        found = frozenset(also)
        while True:
            closed = hidden(counts, sums, least=self.least, also=found)
            rows = {name for name, change in closed if change is _SIZE}
            found = closed | {(name, change) for name in rows for change in CHANGES}
            if found == closed:
                return closed

    def _group(
        self,
        sort: Sort,
        name: str,
        key: str | None,
        members: Sequence[Member],
        closed: frozenset[Cell],
        means: HiddenMeans,
    ) -> OutcomeGroup:
        size = len(members)
        if (key, _SIZE) in closed:
            return self._nothing(sort, name)
        pairs = [
            (one.adherence, one.effectiveness) if sort != "intervention" else one.interventions[name]
            for one in members
        ]
        counts = _counts(key, members)
        return OutcomeGroup(
            sort=sort,
            name=name,
            clients=size,
            changes=[
                self._share(change, counts[key, change], size, shown=(key, change) not in closed)
                for change in CHANGES
            ],
            adherence=self._mean([pair[0] for pair in pairs], shown=key not in means[0]),
            effectiveness=self._mean([pair[1] for pair in pairs], shown=key not in means[1]),
            reason=None,
        )

    def _share(self, change: Change, count: int, size: int, *, shown: bool) -> ChangeShare:
        if not shown:
            return ChangeShare(
                change=change, clients=None, percent=None, lower=None, upper=None, reason=self._too_few()
            )
        interval = wilson(Proportion(count, size))
        return ChangeShare(
            change=change,
            clients=count,
            percent=100.0 * count / size,
            lower=100.0 * interval.lower if interval and interval.lower is not None else None,
            upper=100.0 * interval.upper if interval and interval.upper is not None else None,
            reason=None,
        )

    def _mean(self, values: Sequence[float | None], *, shown: bool) -> GroupMean:
        known = [value for value in values if value is not None]
        if not known:
            return _mean(reason=say("Nothing was told of it."))
        if len(known) < self.least or not shown:
            return _mean(reason=self._too_few())
        found = one_mean(Moments.of(known))
        ends = (found.interval.lower, found.interval.upper) if found.interval else (None, None)
        lower, upper = (None if end is None else min(max(end, 0.0), 100.0) for end in ends)
        return _mean(len(known), found.estimate, lower, upper, found.reason)

    @cached_property
    def _hidden_means(self) -> HiddenMeans:
        """Groups whose mean adherence, and whose mean effectiveness, would tell that of a smaller one."""
        found = []
        for which in (0, 1):
            counts: dict[str | None, int] = {
                name: sum((one.adherence, one.effectiveness)[which] is not None for one in members)
                for name, members in self._rows.items()
            }
            counts[None] = sum(counts.values())
            found.append(hidden(counts, [(None, list(self._rows))], least=self.least, also=[_OTHERS]))
        return found[0], found[1]

    def _hidden_means_of(self, interventions: Sequence[str], which: int) -> frozenset[str]:
        """Interventions whose mean, taken from the whole's, would tell that of a few clients; the largest first."""
        known = {
            at
            for at, one in enumerate(self._members)
            if (one.adherence, one.effectiveness)[which] is not None
        }
        with_it = {
            name: {
                at
                for at, one in enumerate(self._members)
                if name in one.interventions and one.interventions[name][which] is not None
            }
            for name in interventions
        }
        shown = [name for name in interventions if len(with_it[name]) >= self.least]
        shown = [name for name in shown if not 0 < len(known - with_it[name]) < self.least]
        while shown and 0 < len(known.difference(*(with_it[name] for name in shown))) < self.least:
            shown.pop()
        return frozenset(interventions) - frozenset(shown)

    def _left_out(self, sort: Sort, sizes: Mapping[str, int], told: int) -> list[OutcomeGroup]:
        """What is told of the other groups: not even their names, which may tell of one client."""
        if told == len(sizes):
            return []
        others = self._nothing(sort, say("others"))
        if sum(size >= self.least for size in sizes.values()) <= self._most_told:
            return [others]
        most = say("Only the {most} largest groups are told one by one.", most=self._most_told)
        return [others.model_copy(update={"reason": f"{others.reason} {most}"})]

    def _nothing(self, sort: Sort, name: str) -> OutcomeGroup:
        nothing = _mean(reason=self._too_few())
        return OutcomeGroup(
            sort=sort,
            name=name,
            clients=None,
            changes=[],
            adherence=nothing,
            effectiveness=nothing,
            reason=self._too_few(),
        )

    def _too_few(self) -> str:
        return say(
            "A group of fewer than {least} clients would be told, or follow from the totals.",
            least=self.least,
        )


def measure_changes(
    progress: Iterable[Sequence[MeasureProgress]], tables: Tables, *, least: int
) -> list[MeasureChange]:
    """Return the mean change of each measure over the clients of whom it is known, each in one unit."""
    by_key: dict[tuple[str, str | None, str | None], list[MeasureProgress]] = {}
    for one in (one for client in progress for one in client if one.improvement is not None):
        by_key.setdefault((one.key, one.unit, one.instrument), []).append(one)
    order = {key: place for place, key in enumerate(tables)}
    return [
        _measure_change(some, least)
        for _, some in sorted(by_key.items(), key=lambda pair: (order[pair[0][0]], str(pair[0][1:])))
    ]


def _measure_change(some: Sequence[MeasureProgress], least: int) -> MeasureChange:
    first = some[0]
    few = len(some) < least
    found = None if few else one_mean(Moments.of([one.improvement or 0.0 for one in some]))
    interval = found.interval if found else None
    reason = (
        say("Fewer than {least} clients have this measure before and after.", least=least)
        if few
        else (found.reason if found else None)
    )
    return MeasureChange(
        key=first.key,
        metric=first.metric,
        title=f"{first.title} ({first.instrument})" if first.instrument else first.title,
        unit=first.unit,
        clients=None if few else len(some),
        mean_improvement=found.estimate if found else None,
        lower=interval.lower if interval else None,
        upper=interval.upper if interval else None,
        reason=reason,
    )


def _counts(name: str | None, members: Sequence[Member]) -> dict[Cell, int]:
    ways = Counter(one.change for one in members)
    return {(name, _SIZE): len(members), **{(name, change): ways[change] for change in CHANGES}}


def _mean(
    clients: int | None = None,
    mean: float | None = None,
    lower: float | None = None,
    upper: float | None = None,
    reason: str | None = None,
) -> GroupMean:
    return GroupMean(clients=clients, mean=mean, lower=lower, upper=upper, reason=reason)
