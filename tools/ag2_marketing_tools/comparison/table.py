"""The answer for a whole table, as arrays: a row per subject, a column per metric."""

from __future__ import annotations

from dataclasses import dataclass, field

from ag2_marketing_tools.comparison.evidence import Array
from ag2_marketing_tools.comparison.model import Position
from ag2_marketing_tools.comparison.scale import Scale
from ag2_marketing_tools.comparison.verdicts import POSITIONS, UNMEASURED
from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.statistics.distributions import numpy

METHODS = ("none: the figure alone", "Wilson's interval, score and exact binomial test", "Student's t")
"""Methods by their code in `ComparisonTable.methods`."""


@dataclass(frozen=True)
class ComparisonTable:
    """Where many subjects stand on many metrics; NaN is what cannot be had.

    Attributes:
        names: The metrics, in the order of the columns.
        positions: Codes of `verdicts.POSITIONS`.
        claims: The same by the figures alone, without regard to their error.
        values: Figures in the units of the levels.
        lower: Lower ends of the intervals at 1 - `error_rate`.
        upper: Upper ends.
        p_values: Two-sided, of the claims.
        p_adjusted: The same, adjusted as `correction` says; they decide the positions.
        percentiles: Among peers, 0 to 100 from the worst.
        methods: Codes of `METHODS`.
        error_rate: Share of cases in which leading or lagging may be said falsely.
        correction: How p-values were adjusted; None: not at all.
        scales: The levels of each metric, put in order.
        notes: What the percentiles of each metric rest on; None where it has none.
    """

    names: tuple[str, ...]
    positions: Array
    claims: Array
    values: Array
    lower: Array
    upper: Array
    p_values: Array
    p_adjusted: Array
    percentiles: Array
    methods: Array
    error_rate: float
    correction: str | None
    scales: list[Scale] = field(default_factory=list)
    notes: list[str | None] = field(default_factory=list)

    @classmethod
    def empty(
        cls, names: tuple[str, ...], shape: tuple[int, int], error_rate: float, correction: str | None
    ) -> ComparisonTable:
        """Return a table in which nothing is measured."""
        np = numpy()

        def figures() -> Array:
            """Column by column in memory, since each metric is judged in one piece."""
            return np.full(shape, np.nan, order="F")

        def codes() -> Array:
            return np.full(shape, UNMEASURED, dtype=np.int8)

        return cls(
            names,
            positions=codes(),
            claims=codes(),
            values=figures(),
            lower=figures(),
            upper=figures(),
            p_values=figures(),
            p_adjusted=figures(),
            percentiles=figures(),
            methods=np.zeros(shape, dtype=np.int8),
            error_rate=error_rate,
            correction=correction,
            notes=[None] * shape[1],
        )

    def position(self, row: int, metric: str) -> Position:
        """Return a subject's position on a metric."""
        return POSITIONS[int(self.positions[row, self.column(metric)])]

    def column(self, metric: str) -> int:
        """Return the column of a metric.

        Raises:
            NotFound: There is no such column.
        """
        if metric not in self.names:
            raise NotFound(f"There is no metric {metric!r} in this table.", remedy="Take one of `names`.")
        return self.names.index(metric)

    def gaps(self, level: str) -> Array:
        """Return the gaps to a level, positive where better; NaN where a metric does not have it."""
        np = numpy()
        gaps = np.full(self.values.shape, np.nan)
        for column, scale in enumerate(self.scales):
            found = next((one for one in scale.levels if one.name == level and one.value is not None), None)
            if found is None:
                continue
            figures = self.values[:, column]
            plain = scale.direction == "none"
            mark = float(found.value or 0.0) if plain else scale.mark(found)
            gaps[:, column] = (figures if plain else scale.turned(figures)) - mark
        return gaps

    def unmeasured(self, row: int) -> tuple[str, ...]:
        """Return the metrics of which a subject has no figure, or which have no level."""
        return self.named(row, "unmeasured")

    def named(self, row: int, position: Position) -> tuple[str, ...]:
        """Return the metrics on which a subject has a position."""
        code = POSITIONS.index(position)
        return tuple(
            name for name, found in zip(self.names, self.positions[row], strict=True) if found == code
        )

    def counts(self, position: Position) -> dict[str, int]:
        """Return of each metric how many subjects have a position."""
        totals = (self.positions == POSITIONS.index(position)).sum(axis=0)
        return dict(zip(self.names, totals.tolist(), strict=True))
