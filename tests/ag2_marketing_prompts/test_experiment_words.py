"""What the experimenter says of a result: every kind of it, in every language, and no figure that the guard refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from experiment_sums import AFTER, DURING, START, experiment, mean, metric, share, sums

from ag2_marketing.grounding import Ledger, check, render
from ag2_marketing_prompts import spoken
from ag2_marketing_tools.errors import MarketingError
from ag2_marketing_tools.experiments.analysis.analyze import analyze
from ag2_marketing_tools.experiments.analysis.model import Analysis, ExperimentStatus
from ag2_marketing_tools.experiments.analysis.status import status_of
from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.experiments.suffstats.model import Cell
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.messages import speaking
from ag2_marketing_tools.tool import Result

Case = tuple[Experiment, list[Cell], datetime]


def shares(
    control: tuple[int, int],
    treatment: tuple[int, int],
    *,
    unsubscribed: tuple[int, int] = (0, 0),
    now: datetime = AFTER,
    monitoring: str = "always_valid",
) -> Case:
    """A test judged by conversions, with unsubscriptions as guardrail."""
    test = experiment(
        metric("conversion_rate"),
        metric("unsubscribe_rate", role="guardrail", margin=0.02),
        monitoring=monitoring,
        min_sample_size=500,
    )
    arms = (("control", control, unsubscribed[0]), ("b", treatment, unsubscribed[1]))
    cells = [share(name, *arm) for name, arm, _ in arms]
    return (
        test,
        [*cells, *(share(name, lost, arm[1], name="unsubscribe_rate") for name, arm, lost in arms)],
        now,
    )


def revenue() -> Case:
    """A mean that decides, whose name speaks of users."""
    test = experiment(
        metric("revenue_per_user"), metric("conversion_rate", role="other"), min_sample_size=500
    )
    cells = [mean("control", 1000, 12.5, 30), mean("b", 1000, 17.25, 35)]
    return test, [*cells, share("control", 100, 1000), share("b", 160, 1000)], AFTER


def three() -> Case:
    """Two goals, and two variants beside the control."""
    test = experiment(
        metric("conversion_rate"), metric("click_through_rate"), weights=(0.4, 0.3, 0.3), min_sample_size=500
    )
    users = {"control": 1000, "b": 760, "c": 745}
    converted = dict(zip(users, (100, 130, 90), strict=True))
    clicked = dict(zip(users, (300, 230, 290), strict=True))
    cells = [share(name, converted[name], users[name]) for name in users]
    clicks = [share(name, clicked[name], users[name], name="click_through_rate") for name in users]
    return test, [*cells, *clicks], AFTER


# Each with a word of its decision.
CASES: dict[str, tuple[Case, str]] = {
    "winner": (shares((100, 1000), (160, 1000)), "Ship B"),
    "winner at a fixed end": (shares((100, 1000), (160, 1000), monitoring="fixed"), "Ship B"),
    "winner at a planned look": (
        shares((100, 1000), (160, 1000), monitoring="group_sequential", now=DURING),
        "Ship B",
    ),
    "no winner": (shares((100, 1000), (104, 1000)), "Keep CONTROL"),
    "sample ratio mismatch": (shares((100, 1000), (110, 700)), "sample ratio mismatch"),
    "too few users": (shares((4, 40), (16, 40)), "500"),
    "nobody in one variant": (shares((0, 20), (0, 0), now=DURING), "Insufficient data for variant_id: b"),
    "an early lead": (shares((100, 1000), (190, 1000), now=START + timedelta(days=3)), "too early"),
    "harm to a guardrail": (shares((100, 1000), (160, 1000), unsubscribed=(10, 60)), "Unsubscribe rate"),
    "worse": (shares((160, 1000), (100, 1000)), "Keep CONTROL"),
    "nobody converts": (shares((0, 1000), (0, 1000)), "Keep CONTROL"),
    "everybody converts": (shares((1000, 1000), (1000, 1000)), "Keep CONTROL"),
    "a mean decides": (revenue(), "Ship B"),
    "three variants": (three(), "Ship B"),
}


def recorded(ledger: Ledger, tool: str, model: type[Result], make: Callable[[], Result]) -> dict[str, Any]:
    """Put a tool's result, or its error, on the ledger, and return it as templates read it."""
    try:
        shown, error = make().model_dump(mode="json"), None
    except MarketingError as failure:
        error = str(failure)
        shown = {"status": "error", "error": error}
    evidence = ledger.record(
        tool=tool,
        arguments={"test_id": "test_1"},
        result=shown,
        units=None if error else marked(model, "unit"),
        chosen_by_model=False,
    )
    return {"id": evidence.id, "result": evidence.result, "error": error}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("case", CASES)
def test_every_kind_of_result_is_spoken_and_no_figure_is_refused(case: str, language: str) -> None:
    (test, cells, now), words = CASES[case]
    ledger = Ledger()
    with speaking(language):
        results = {
            "analyze_results": recorded(
                ledger, "analyze_results", Analysis, lambda: analyze(test, sums(cells), now=now)
            ),
            "get_test_status": recorded(
                ledger, "get_test_status", ExperimentStatus, lambda: status_of(test, sums(cells), now=now)
            ),
        }
    text = spoken("ab_testing", "review", language=language, results=results)

    assert check(text, ledger, language).violations == []
    if language == "en":
        assert words in render(text, ledger, language=language)
