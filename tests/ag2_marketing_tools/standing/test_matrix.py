"""Many subjects as one table: each figure as alone, but every verdict corrected for all of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from ag2_marketing_tools.metrics.tables import built_in_tables
from ag2_marketing_tools.standing import stand
from ag2_marketing_tools.standing.matrix import Column, percentiles_among, read_figures, stand_many

TABLES = built_in_tables()
SYSTEM = "CaregiverQualityMetrics"
ON_TIME = f"{SYSTEM}/visit_compliance/timeliness/on_time_arrival"
TASKS = f"{SYSTEM}/visit_compliance/care_plan_adherence/task_completion"
NOTES = f"{SYSTEM}/visit_compliance/timeliness/documentation_time"
COLUMNS = {key: Column(key, TABLES.metric(key)) for key in (ON_TIME, TASKS, NOTES)}


def share(percent: float, n: int, unit: str = "percent") -> dict[str, Any]:
    return {"value": percent, "n": n, "unit": unit, "unit_certain": True}


GIVEN = {
    "a": {ON_TIME: share(97.0, 400), NOTES: {"value": 600.0, "n": 20, "sd": 90.0, "unit": "min"}},
    "b": {ON_TIME: share(0.70, 100, "ratio"), TASKS: share(84.0, 50)},
    "c": {ON_TIME: share(86.0, 90), TASKS: {"value": 93.0, "unit": "percent"}},
}


def test_one_subject_alone_stands_as_it_does_by_itself() -> None:
    for subject, figures in GIVEN.items():
        matrix = stand_many(read_figures({subject: figures}, COLUMNS))
        alone = {one.key: one.comparison for one in stand(figures, SYSTEM, TABLES).placed}

        for at, key in enumerate(COLUMNS):
            assert matrix.position(0, at) == alone[key].position
            if key in figures:
                told = matrix.standing(0, at)
                assert told.value == alone[key].value
                assert told.p_adjusted == (
                    None if alone[key].p_adjusted is None else pytest.approx(alone[key].p_adjusted)
                )
                assert [gap.gap for gap in told.gaps] == [gap.gap for gap in alone[key].gaps]


def test_all_verdicts_of_the_table_are_corrected_together() -> None:
    matrix = stand_many(read_figures(GIVEN, COLUMNS))
    p = matrix.table.p_values[~np.isnan(matrix.table.p_values)]

    # Benjamini and Hochberg (1995), by hand: the largest first, each times m over its rank, never more than the next.
    ordered, by_hand, least = sorted(p), {}, 1.0
    for rank in range(len(ordered), 0, -1):
        least = min(least, ordered[rank - 1] * len(ordered) / rank)
        by_hand[ordered[rank - 1]] = least
    found = matrix.table.p_adjusted[~np.isnan(matrix.table.p_values)]
    assert matrix.judged == len(p) == 5
    assert list(found) == pytest.approx([by_hand[one] for one in p])


def test_a_figure_that_cannot_be_compared_is_refused_and_spoils_no_other() -> None:
    given = {
        **GIVEN,
        "d": {ON_TIME: share(140.0, 10), TASKS: share(90.0, 100)},
        "e": {ON_TIME: {"value": "many"}},
    }

    figures = read_figures(given, COLUMNS)

    assert [(one.subject, one.key) for one in figures.refused] == [("d", ON_TIME), ("e", ON_TIME)]
    assert stand_many(figures).position(3, 1) == "competitive" or figures.values[3, 1] == 90.0
    assert [one.subject for one in figures.of(["d", "a"]).refused] == ["d"]
    assert figures.of(["d", "a"]).subjects == ("d", "a")


def test_an_empty_table_is_judged_as_one() -> None:
    assert stand_many(read_figures({}, COLUMNS)).judged == 0
    assert stand_many(read_figures({}, {})).judged == 0


def test_percentiles_are_among_the_others() -> None:
    values = np.array([10.0, 20.0, 20.0, 30.0, math.nan])

    higher = percentiles_among(values, lower_is_better=False, least=3)
    lower = percentiles_among(values, lower_is_better=True, least=3)

    # Of three others each: 10 is worse than all; 20 has one worse and one alike, which counts half.
    assert list(higher[:4]) == pytest.approx([0.0, 50.0, 50.0, 100.0])
    assert list(lower[:4]) == pytest.approx([100.0, 50.0, 50.0, 0.0])
    assert math.isnan(higher[4])


def test_among_too_few_others_there_is_no_percentile() -> None:
    assert np.isnan(percentiles_among(np.array([1.0, 2.0, 3.0]), lower_is_better=False, least=3)).all()
