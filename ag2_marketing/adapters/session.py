"""A conversation's way to its tools: every call is checked, run and recorded as evidence in one place.

The session knows which calls the workflow itself has fixed. Every other call was proposed by a model, ours or
another agent's, so its arguments must stand in evidence or in the user's words, and it may not write unless a
person approved it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ag2_marketing.adapters.arguments import with_references_resolved
from ag2_marketing.adapters.direct import AnyTool, WorkspaceSource, attempt
from ag2_marketing.adapters.presentation import failure_for_model, for_model
from ag2_marketing.adapters.transcript import Transcript
from ag2_marketing.grounding import Evidence, GroundingReport, Ledger, check_arguments
from ag2_marketing_tools.errors import InvalidInput, MarketingError, StoreError
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.privacy import (
    erasures_counted,
    for_audience,
    masked,
    names_behind,
    with_names,
    without_names,
)
from ag2_marketing_tools.privacy.resolving import Named
from ag2_marketing_tools.tool import Params, Result
from ag2_marketing_tools.workspace import Workspace

Approver = Callable[[AnyTool, dict[str, Any]], Awaitable[bool]]


@dataclass(frozen=True)
class FixedCall:
    """A call whose arguments the workflow chose, from its task and from earlier evidence."""

    tool: AnyTool
    arguments: dict[str, Any]

    @property
    def key(self) -> str:
        """The call as canonical text: two calls that do the same have the same key."""
        return call_key(self.tool, self.arguments)


@dataclass(frozen=True)
class Outcome:
    """What became of a call: its evidence, and the result or the error."""

    evidence: Evidence
    result: Result | None
    error: str | None = None


@dataclass
class ToolSession:
    """Runs tools for one conversation and keeps its ledger and transcript.

    Agents that talk in one chat share one session, so that `E1` means the same to each of them.

    Args:
        source: Opens the workspace of a call (an open one is shared by `sharing`).
        approver: Asked before a call that writes and that the workflow did not fix; without one it is
            refused.
    """

    source: WorkspaceSource
    approver: Approver | None = None
    ledger: Ledger = field(default_factory=Ledger)
    transcript: Transcript = field(default_factory=Transcript)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    _fixed: set[str] = field(default_factory=set)
    _writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def fix(self, calls: Sequence[FixedCall]) -> None:
        """Make calls the workflow's own: their arguments are not a model's, and they may write."""
        self._fixed.update(call.key for call in calls)

    async def begin(self, ws: Workspace) -> None:
        """Note how many people were erased so far, before a person's first words: keeping them may name one later."""
        with suppress(StoreError):  # then the first call notes it, or says why not
            self.ledger.erasures = await erasures_counted(ws.store)

    def hear(self, words: str) -> Evidence:
        """Record what a person said (`U1`, …). Call this for words of the human channel, and for those only.

        Figures in them may be used from here on. A writing call that a model made before may be made again:
        the person may want it anew.
        """
        self.outcomes = {key: outcome for key, outcome in self.outcomes.items() if key in self._fixed}
        return self.ledger.record_user(words)

    def outcome_of(self, call: FixedCall) -> Outcome | None:
        """Return what became of a fixed call, or None while it was not made."""
        return self.outcomes.get(call.key)

    def keep(self, call: FixedCall, result: Result, ws: Workspace) -> Outcome:
        """Record the result of a call of the workflow's own that was made outside of a conversation."""
        self.fix([call])
        params = call.tool.validate(call.arguments)
        return self._record(
            call.tool,
            call.key,
            _shown(params, ws),
            result=result,
            shown=_shown(result, ws),
            at=ws.clock.now(),
        )

    def argument_faults(self, tool: AnyTool, arguments: dict[str, Any]) -> list[str]:
        """Say which of a model's arguments no evidence supports; empty for the workflow's own calls."""
        if call_key(tool, arguments) in self._fixed:
            return []
        return explained_faults(check_arguments(tool, arguments, self.ledger))

    async def answer(self, tool: AnyTool, arguments: dict[str, Any]) -> str:
        """Run a call and return its evidence as text for a model.

        Raises:
            MarketingError: The call was refused or failed; the message says why and what would be right.
        """
        outcome = await self.call(tool, arguments)
        if outcome.error is not None:
            raise MarketingError(failure_for_model(outcome.evidence, outcome.error))
        return for_model(outcome.evidence)

    async def call(self, tool: AnyTool, arguments: dict[str, Any]) -> Outcome:
        """Run a call and record it. A call of a writing tool that was made already is not made again.

        Raises:
            InvalidInput: The arguments are malformed, or no evidence supports them; nothing was run.
        """
        faults = self.argument_faults(tool, arguments)
        if faults:
            raise InvalidInput(f"{tool.name} was not run: no evidence supports {'; '.join(faults)}.")
        key = call_key(tool, arguments)
        try:
            resolved = with_references_resolved(arguments, self.ledger)
            params = tool.validate(resolved)
        except InvalidInput as refused:
            if key not in self._fixed:
                raise
            return self._record(tool, key, arguments, error=str(refused))
        if tool.effect == "reads":
            return await self._run(tool, key, params)
        async with self._writing:  # AG2 runs the calls of one message side by side
            made = self.outcomes.get(key)
            if made is not None and made.error is None:
                return made
            return await self._run(tool, key, params, resolved)

    async def _require_permission(self, tool: AnyTool, key: str, arguments: dict[str, Any]) -> None:
        if key in self._fixed:
            return
        if self.approver is None or not await self.approver(tool, arguments):
            raise InvalidInput(
                f"{tool.name} was not run: it stores something, and nobody approved it.",
                remedy="Describe what you would store and let a person decide.",
            )

    async def _run(
        self, tool: AnyTool, key: str, params: Params, writing: dict[str, Any] | None = None
    ) -> Outcome:
        """Run a tool and record it; one that writes, with these arguments, once it is allowed to."""
        async with self.source() as ws:
            names: Collection[Named] = ()
            try:
                if self.ledger.erasures is None:
                    self.ledger.erasures = await erasures_counted(ws.store)
                # A model was shown pseudonyms, and names people by them.
                names = await names_behind(params, ws.store)
            except MarketingError as failure:
                return self._record(tool, key, _shown(params, ws), error=str(failure), at=ws.clock.now())
            params = with_names(params, names)
            if writing is not None:  # whoever allows it has to know of whom it is
                await self._require_permission(tool, key, {**writing, **{one.field: one.id for one in names}})
            arguments = masked(_shown(params, ws), names)
            try:
                result = await attempt(tool, params, ws.seen_by("conversation"))
            except MarketingError as failure:
                told = str(without_names(failure, names))
                return self._record(tool, key, arguments, error=told, at=ws.clock.now())
            shown = masked(_shown(result, ws), names)
            return self._record(tool, key, arguments, result=result, shown=shown, at=ws.clock.now())

    def _record(
        self,
        tool: AnyTool,
        key: str,
        arguments: dict[str, Any],
        *,
        result: Result | None = None,
        shown: dict[str, Any] | None = None,
        error: str | None = None,
        at: datetime | None = None,
    ) -> Outcome:
        succeeded = result is not None
        evidence = self.ledger.record(
            tool=tool.name,
            arguments=arguments,
            result=shown if succeeded else {"status": "error", "error": error},
            units=tool.units if succeeded else None,
            quoted=tuple(marked(tool.result, "untrusted")) if succeeded else (),
            at=at,
            chosen_by_model=key not in self._fixed,
        )
        self.transcript.called(tool.name, evidence, error)
        self.outcomes[key] = Outcome(evidence, result, error)
        return self.outcomes[key]


def _shown(value: Params | Result, ws: Workspace) -> dict[str, Any]:
    """Return what may enter the ledger, from where models, transcripts and reports read it."""
    shown = for_audience(value, audience="model", settings=ws.settings, key=ws.store.pseudonym_key)
    return (
        {name: shown[name] for name in shown if name in value.model_fields_set}
        if isinstance(value, Params)
        else shown
    )


def explained_faults(report: GroundingReport) -> list[str]:
    """Say for each violation of a call's arguments which argument it is in, and what would be right."""
    return [
        f"{violation.argument}: {violation.text!r} ({violation.reason})"
        + (f": {violation.hint.rstrip('.')}" if violation.hint else "")
        for violation in report.violations
    ]


def call_key(tool: AnyTool, arguments: dict[str, Any]) -> str:
    """Return a call as canonical text; spelling out a default, or another order, makes no other call."""
    try:
        arguments = tool.validate(arguments).model_dump(mode="json")
    except InvalidInput:
        arguments = dict(arguments)  # kept as given: the call will fail, under this key
    return f"{tool.name} {json.dumps(arguments, sort_keys=True, ensure_ascii=False, default=str)}"
