"""An experiment in all its parts, for tests that need one in the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ag2_marketing_tools.experiments.metrics import built_in_metrics
from ag2_marketing_tools.experiments.model import Experiment, ExperimentMetric, Phase, Variant

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def example_experiment(**changed: Any) -> Experiment:
    """Two variants, half of the users each, from START for two weeks; what is given replaces a default."""
    metrics = built_in_metrics()
    base = Experiment(
        id="test_a",
        name="Homepage CTA Test",
        hypothesis="A shorter button is clicked more often.",
        state="running",
        salt="salt_a",
        hash_version=1,
        variants=(
            Variant(id="v_control", name="Control", content={"cta": "Sign up"}, is_control=True, position=1),
            Variant(id="v_b", name="Variant B", content={"cta": "Go"}, is_control=False, position=2),
        ),
        phases=(Phase(number=1, weights={"v_control": 0.5, "v_b": 0.5}, started_at=START),),
        metrics=(
            ExperimentMetric(definition=metrics["conversion_rate"], role="goal"),
            ExperimentMetric(definition=metrics["bounce_rate"], role="guardrail", margin=0.02, baseline=0.4),
        ),
        min_sample_size=100,
        timezone="Europe/Berlin",
        start_at=START,
        end_at=START + timedelta(days=14),
    )
    return replace(base, **changed)
