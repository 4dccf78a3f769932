"""What an import tells: how much was taken, and of everything else why not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.observations.faults import told
from ag2_marketing_tools.observations.tally import MetricTally, Refusal, Tally
from ag2_marketing_tools.tool import Result

Count = Annotated[int, unit("count")]
FromTheFile = Annotated[str | None, Field(json_schema_extra={"untrusted": True, "health": True})]
"""A cell as it stands in the file: whoever wrote it, and perhaps about somebody's health."""


class Rejection(Result):
    """A row or a figure that was not taken."""

    line: Annotated[int, Field(description="Line of the file (row or object of JSON and Parquet), from 1.")]
    last_line: Annotated[int, Field(description="Its last line, where it spans several.")]
    column: str | None
    metric: str | None
    code: str
    reason: str
    text: FromTheFile = Field(default=None, description="What stands there, up to 80 characters.")


class RefusedColumn(Result):
    """A column of which nothing was taken, because the mapping does not say how to read it."""

    column: str
    figures: Count
    reason: str


class MetricCounts(Result):
    """Figures of one metric."""

    taken: Count
    duplicates: Count
    rejected: Count
    missing: Annotated[int, unit("count", description="Empty cells: there was no figure.")]
    converted: Annotated[int, unit("count", description="Figures that were given in another unit.")]
    look_like_shares: Annotated[
        int,
        unit(
            "count", description="Taken as percent, as the mapping says, although they lie between 0 and 1."
        ),
    ]


class RegisterCounts(Result):
    """Entries of the register of one kind of subject."""

    new: Count
    changed: Annotated[int, unit("count", description="Entries that took the place of what stood there.")]
    unchanged: Annotated[int, unit("count", description="Entries that stood there alike.")]


class ImportReport(Result):
    """The counts of an import, in figures unless rows are named."""

    source: str
    dry_run: bool
    rows: Annotated[int, unit("count", description="Rows that were read.")]
    rows_rejected: Annotated[int, unit("count", description="Rows of which no figure could be used.")]
    taken: Count
    duplicates: Count
    rejected: Annotated[int, unit("count", description="Figures that were refused in rows that were read.")]
    missing: Count
    converted: Count
    look_like_shares: Count
    reasons: Annotated[dict[str, int], unit("count", description="Rejected rows and figures by reason.")]
    rejections: list[Rejection] = Field(description="The first ones, in the order in which they were found.")
    doubtful: list[Rejection] = Field(description="The first figures that were taken but look like shares.")
    columns_refused: list[RefusedColumn]
    metrics: Mapping[str, MetricCounts]
    registers: dict[str, RegisterCounts] = Field(
        default={}, description="By kind of subject; only where the file is a register."
    )
    broken: str | None = Field(default=None, description="Why the file could not be read to its end.")

    @property
    def complete(self) -> bool:
        """Whether everything in the file was taken, or stood there already."""
        return not (self.rows_rejected or self.rejected or self.columns_refused or self.broken)


def report_of(tally: Tally, *, source: str, dry_run: bool, broken: str | None) -> ImportReport:
    """Return the report of what was counted."""
    columns = [
        RefusedColumn(column=name, figures=tally.refused_figures[name], reason=told(fault))
        for name, fault in tally.refused.items()
    ]
    return ImportReport(
        source=source,
        dry_run=dry_run,
        rows=tally.rows,
        rows_rejected=tally.rows_rejected,
        taken=tally.total("taken"),
        duplicates=tally.total("duplicates"),
        rejected=tally.total("rejected"),
        missing=tally.total("missing"),
        converted=tally.total("converted"),
        look_like_shares=tally.total("suspect"),
        reasons=dict(tally.reasons.most_common()),
        rejections=[_rejection(each) for each in tally.refusals],
        doubtful=[_rejection(each) for each in tally.suspects],
        columns_refused=columns,
        metrics={key: _counts(counts) for key, counts in sorted(tally.metrics.items())},
        registers={
            kind: RegisterCounts(new=counts.new, changed=counts.changed, unchanged=counts.unchanged)
            for kind, counts in sorted(tally.registers.items())
        },
        broken=broken,
    )


def _counts(counts: MetricTally) -> MetricCounts:
    return MetricCounts(
        taken=counts.taken,
        duplicates=counts.duplicates,
        rejected=counts.rejected,
        missing=counts.missing,
        converted=counts.converted,
        look_like_shares=counts.suspect,
    )


def _rejection(each: Refusal) -> Rejection:
    return Rejection(
        line=each.line,
        last_line=each.last_line,
        column=each.fault.column,
        metric=each.metric,
        code=each.fault.code,
        reason=told(each.fault),
        text=each.fault.text,
    )
