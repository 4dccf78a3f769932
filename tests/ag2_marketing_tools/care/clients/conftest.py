"""A client's figures, and a way to store them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from conftest import NOW

from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation, record

STATUS = "ClientOutcomeTracker/baseline_assessment"
PAIN = f"{STATUS}/physical_status/pain_levels"
MOBILITY = f"{STATUS}/physical_status/mobility_level"
MOOD = f"{STATUS}/emotional_status/mood_stability"


def figures(
    client: str, key: str, values: Sequence[float], *, last: float = 1, every: float = 3, unit: str = "count"
) -> list[Observation]:
    """Figures of a client, so many days apart, the last one so many days ago."""
    days = [last + every * (len(values) - 1 - place) for place in range(len(values))]
    return [
        Observation(
            subject_kind="client",
            subject_id=client,
            metric=key,
            value=value,
            unit=unit,
            observed_at=NOW - timedelta(days=ago),
            source="test",
        )
        for value, ago in zip(values, days, strict=True)
    ]


async def store_figures(ws: Workspace, *many: list[Observation]) -> None:
    """Store figures."""
    await record(ws.store, [one for some in many for one in some], ids=ws.ids)
