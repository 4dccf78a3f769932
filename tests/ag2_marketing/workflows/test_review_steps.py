"""The order of actions is asked for with what was found, and with what could not be looked at."""

from __future__ import annotations

from ag2_marketing.adapters.direct import sharing
from ag2_marketing.adapters.session import ToolSession
from ag2_marketing.workflows.review_steps import ReviewSteps
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation, record

TABLES = ("HomeCareIndustryBenchmarks", "NoSuchBenchmarks")
SATISFIED = "HomeCareIndustryBenchmarks/care_quality/patient_satisfaction/overall_satisfaction"


async def test_a_table_that_failed_beside_others_is_named(workspace: Workspace) -> None:
    rate = Observation(
        subject_kind="location",
        subject_id="north",
        metric=SATISFIED,
        value=70.0,
        unit="percent",
        sample_size=400,
        observed_at=workspace.clock.now(),
        source="test",
    )
    await record(workspace.store, [rate], ids=workspace.ids)
    steps = ReviewSteps("north", TABLES)
    session = ToolSession(sharing(workspace))
    session.fix(steps.positions())
    found, failed = [await session.call(call.tool, call.arguments) for call in steps.positions()]

    missing = [(one["part"], one["reason"]) for one in steps.actions(session).arguments["not_looked_at"]]

    assert (found.error, failed.result) == (None, None)
    assert missing == [
        ("benchmarks", f"NoSuchBenchmarks: {failed.error}"),
        ("caregivers", "The step was not reached."),
        ("outcomes", "The step was not reached."),
    ]
