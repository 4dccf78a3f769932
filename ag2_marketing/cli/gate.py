"""Whether a command fails because of what an audit found: `--fail-on` and `--fail-on-new`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

import typer

from ag2_marketing.cli.terminal import FINDINGS, fail
from ag2_marketing_tools.messages import count_of, say

MOST_NAMED = 3

Facts = Mapping[str, Any]


class Severity(StrEnum):
    """From which severity on a finding counts; the gravest first."""

    critical = "critical"
    warning = "warning"
    info = "info"


FailOnOption = Annotated[
    Severity | None,
    typer.Option("--fail-on", help="Leave with exit code 5 where a finding is at least this grave."),
]
FailOnNewOption = Annotated[
    bool,
    typer.Option(
        "--fail-on-new",
        help="Count only what is new or worse since the audit before (implies --compare; any severity "
        "unless --fail-on names one).",
    ),
]


@dataclass(frozen=True)
class Gate:
    """What lets a command fail although it did its work.

    Attributes:
        severity: From which severity on findings count; None lets none count.
        only_new: Whether only those count that are new or worse.
    """

    severity: Severity | None = None
    only_new: bool = False

    @property
    def _counted(self) -> tuple[Severity, ...]:
        least = self.severity or (Severity.info if self.only_new else None)
        grave = tuple(Severity)
        return () if least is None else grave[: grave.index(least) + 1]

    def check(self, audit: Facts, changes: Facts | None) -> None:
        """Leave with the exit code of findings, and say which ones, where any counts.

        Args:
            audit: As `public_audit` gives it.
            changes: What `compare_audits` said; without an earlier audit nothing is new.
        """
        from ag2_marketing.report.escaping import one_line

        counted = [one for one in self._judged(audit, changes) if one["severity"] in self._counted]
        titles = list(dict.fromkeys(one_line(one["title"]) for one in counted))
        if titles:
            fail(self._sentence(titles), FINDINGS)

    def _judged(self, audit: Facts, changes: Facts | None) -> list[Facts]:
        if self.only_new:
            return [*changes["new"], *changes["worse"]] if changes is not None else []
        return [*audit["findings"], *(audit.get("site") or {}).get("findings", ())]

    def _sentence(self, titles: list[str]) -> str:
        options = f"--fail-on {self.severity}" if self.severity else ""
        options += " --fail-on-new" if self.only_new else ""
        named = "; ".join(titles[:MOST_NAMED])
        if len(titles) > MOST_NAMED:
            named = say("{named}; and {number} more", named=named, number=len(titles) - MOST_NAMED)
        told = {"options": options.strip(), "named": named}
        if self.only_new:
            findings = count_of(len(titles), "new or worse finding")
            return say("{new_findings} ({options}): {named}.", new_findings=findings, **told)
        return say("{findings} ({options}): {named}.", findings=count_of(len(titles), "finding"), **told)
