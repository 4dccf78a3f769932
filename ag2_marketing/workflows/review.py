"""The review of a location: benchmarks → caregivers → clients → actions in order, as a conversation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any, Literal

from ag2_marketing.adapters.answers import as_dict
from ag2_marketing.adapters.direct import sharing
from ag2_marketing.adapters.session import FixedCall, Outcome, ToolSession
from ag2_marketing.adapters.transcript import Entry
from ag2_marketing.agents.benchmark_analyst import BenchmarkAnalyst
from ag2_marketing.agents.care_outcomes_analyst import CareOutcomesAnalyst
from ag2_marketing.agents.caregiver_coach import CaregiverQualityCoach
from ag2_marketing.agents.model import Budget, llm_config_from
from ag2_marketing.agents.review_lead import ReviewLead
from ag2_marketing.agents.step import Step
from ag2_marketing.workflows.conversation import Part, hold
from ag2_marketing.workflows.review_steps import DEFAULT_OVER, ReviewSteps
from ag2_marketing_tools.care.locations import location_named, systems_observed
from ag2_marketing_tools.messages import say, speaking
from ag2_marketing_tools.standing import period_of
from ag2_marketing_tools.workspace import Settings, Workspace

Answer = dict[str, Any]


async def run_location_review(
    location: str,
    *,
    company: str | None = None,
    over: str | None = DEFAULT_OVER,
    settings: Settings | None = None,
    workspace: Workspace | None = None,
    llm_config: Any = None,
    listener: Callable[[Entry], None] | None = None,
) -> Answer:
    """Let the care team say where a location stands, how caregivers and clients do, and what to do, all grounded.

    Args:
        location: The location's id, as the register or its figures have it.
        company: The company's name, for the report; the settings' `organisation` when not given.
        over: Period up to now whose stored figures are taken together; None takes the latest figure of each metric.
        settings: Read from the environment when not given.
        workspace: An open workspace to work in, left open.
        llm_config: AG2's model configuration; None takes the settings', False means no model.
        listener: Hears each entry of the transcript as it comes.

    Returns:
        `status` (`success`; `partial` where a part could not be looked at, whose `error` says why; `error` where
        none could), `location`, `company`, `positions` (one for each table of benchmarks with figures), `course`
        (how the location's figures went), `caregivers`, `outcomes`, `actions`, `transcript`, and `evidence` (the
        ledger, whose ids the transcript's references name).

    Raises:
        NotFound: There is no such location; the nearest are named.
        InvalidInput: `over` is no period.
    """
    if over is not None:
        period_of(over)  # refused before anything is done
    opening = Workspace.open(settings) if workspace is None else nullcontext(workspace)
    async with opening as ws:
        with speaking(ws.settings.language):
            name = await location_named(location, ws)
            steps = ReviewSteps(name, tuple(await systems_observed(name, ws)), over)
            answer = await _run(steps, ws, llm_config, listener)
            return {**answer, "company": company or ws.settings.organisation}


async def _run(
    steps: ReviewSteps, ws: Workspace, llm_config: Any, listener: Callable[[Entry], None] | None
) -> Answer:
    session = ToolSession(sharing(ws))
    session.transcript.listener = listener
    await session.begin(ws)
    session.hear(steps.words)
    shared = {
        "llm_config": llm_config_from(ws.settings) if llm_config is None else llm_config,
        "workspace": ws,
        "session": session,
        "budget": Budget.of(ws.settings),
    }
    await hold(_programme(steps, shared), task=steps.words)
    return _answer(steps, session)


def _programme(steps: ReviewSteps, shared: dict[str, Any]) -> list[Part]:
    analyst = BenchmarkAnalyst(**shared)
    first, *further = steps.positions()
    return [
        Part(analyst, Step("position", _in_turn([first, steps.course()] if steps.systems else [first]))),
        *(Part(analyst, Step("position", _always([call]))) for call in further),
        Part(CaregiverQualityCoach(**shared), Step("caregivers", _always([steps.caregivers()]))),
        Part(CareOutcomesAnalyst(**shared), Step("outcomes", _always([steps.outcomes()]))),
        Part(ReviewLead(**shared), Step("actions", lambda session: [steps.actions(session)])),
    ]


def _in_turn(calls: Sequence[FixedCall]) -> Callable[[ToolSession], Sequence[FixedCall]]:
    """One call after the other, so that their evidence has the same ids each time."""

    def due(session: ToolSession) -> Sequence[FixedCall]:
        done = sum(session.outcome_of(call) is not None for call in calls)
        return calls[: done + 1]

    return due


def _always(calls: Sequence[FixedCall]) -> Callable[[ToolSession], Sequence[FixedCall]]:
    return lambda _session: calls


def _answer(steps: ReviewSteps, session: ToolSession) -> Answer:
    positions = [
        {"system": call.arguments["system"], **_told(session.outcome_of(call))} for call in steps.positions()
    ]
    caregivers = _told(session.outcome_of(steps.caregivers()))
    outcomes = _told(session.outcome_of(steps.outcomes()))
    return {
        "status": _status([*positions, caregivers, outcomes]),
        "location": steps.location,
        "over": steps.over,
        "positions": positions,
        "course": _told(session.outcome_of(steps.course())),
        "caregivers": caregivers,
        "outcomes": outcomes,
        "actions": _told(session.outcome_of(steps.actions(session))),
        "transcript": [entry.model_dump() for entry in session.transcript.entries],
        "evidence": session.ledger,
    }


def _status(parts: Sequence[Answer]) -> Literal["success", "partial", "error"]:
    failures = [part["status"] == "error" for part in parts]
    if all(failures):
        return "error"
    return "partial" if any(failures) else "success"


def _told(outcome: Outcome | None) -> Answer:
    if outcome is None or outcome.result is None:
        return {"status": "error", "error": outcome.error if outcome else say("The step was not reached.")}
    return {"status": "success", **as_dict(outcome.result)}
