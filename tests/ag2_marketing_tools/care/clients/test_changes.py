"""The change from the baseline, its interval, and whether it is more than chance and matters."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from conftest import NOW
from scipy import stats

from ag2_marketing_tools.care.clients.changes import Window, difference, overall, progress_of
from ag2_marketing_tools.care.clients.records import Assessment
from ag2_marketing_tools.metrics.tables import built_in_tables
from ag2_marketing_tools.workspace.store.observations import Observation

STATUS = "ClientOutcomeTracker/baseline_assessment"
PAIN = f"{STATUS}/physical_status/pain_levels"
MOBILITY = f"{STATUS}/physical_status/mobility_level"
BEHAVIOUR = f"{STATUS}/emotional_status/behavioral_patterns"
TABLES = built_in_tables()


def at(days_ago: float, value: float, key: str = PAIN, unit: str = "count") -> Observation:
    return Observation(
        subject_kind="client",
        subject_id="anna",
        metric=key,
        value=value,
        unit=unit,
        observed_at=NOW - timedelta(days=days_ago),
        source="test",
    )


def window(
    days: float = 30, *, assessed: float | None = None, instruments: dict[str, str] | None = None
) -> Window:
    assessment = None
    if assessed is not None:
        assessment = Assessment("anna", NOW - timedelta(days=assessed), {}, instruments or {})
    return Window(NOW - timedelta(days=days), NOW, assessment)


def pain(*values: float, baseline: float = 7.0, instrument: str | None = "pain_nrs"):
    history = {PAIN: [at(40, baseline), *(at(20 - 2 * n, value) for n, value in enumerate(values))]}
    named = {PAIN: instrument} if instrument else {}
    return progress_of(history, window(assessed=40, instruments=named), TABLES)[0]


def test_the_difference_is_students_with_one_variance_as_scipy_has_it() -> None:
    before, after = [7.0, 6.0, 8.0], [4.0, 5.0, 3.0, 4.5]
    found, known = difference(before, after), stats.ttest_ind(after, before)
    assert found.p_value == pytest.approx(known.pvalue)
    assert found.interval is not None
    assert (found.interval.lower, found.interval.upper) == pytest.approx(
        tuple(known.confidence_interval(0.95))
    )


def test_one_figure_suffices_as_a_baseline() -> None:
    # By hand: mean 4 of 3, 4, 5, variance 1 with 2 degrees of freedom; error sqrt(1 + 1/3) = 1.1547; t = 4.3027
    found = difference([7.0], [3.0, 4.0, 5.0])
    assert found.estimate == -3.0
    assert found.interval is not None
    assert found.interval.lower == pytest.approx(-3 - 4.3027 * 1.1547, abs=1e-3)
    assert found.interval.upper == pytest.approx(-3 + 4.3027 * 1.1547, abs=1e-3)


@pytest.mark.parametrize(("before", "after"), [(1, 4), (3, 3), (5, 2)])
def test_the_interval_covers_the_true_change_as_often_as_it_says(before: int, after: int) -> None:
    random = np.random.default_rng(before)
    hits = 0
    for _ in range(1_500):
        found = difference(list(random.normal(5, 2, before)), list(random.normal(3.5, 2, after)))
        hits += found.interval is not None and found.interval.contains(-1.5)
    assert hits / 1_500 == pytest.approx(0.95, abs=0.02)  # three standard errors of a share of 1,500


def test_less_pain_is_an_improvement_that_matters() -> None:
    one = pain(4, 3, 4, 3, 5)
    assert one.change == pytest.approx(-3.2)
    assert one.improvement == pytest.approx(3.2)
    assert one.lower is not None
    assert one.lower > 0
    assert (one.verdict, one.reaches_mcid, one.mcid) == ("improved", True, 2.0)
    assert "Farrar" in (one.mcid_source or "")


def test_more_pain_is_worse_by_the_same_measure() -> None:
    one = pain(8, 9, 8, 9, 8, baseline=5)
    assert (one.verdict, one.reaches_mcid) == ("worse", True)


def test_thirty_percent_of_a_low_baseline_matter_too() -> None:
    one = pain(1.4, 1.3, 1.5, 1.4, 1.35, baseline=3)  # 1.6 points are less than 2, and more than 30 % of 3
    assert (one.verdict, one.reaches_mcid) == ("improved", True)


def test_a_sure_change_smaller_than_what_matters_is_no_improvement() -> None:
    one = pain(6.0, 6.1, 5.9, 6.0, 6.05, 5.95)
    assert one.p_value is not None
    assert one.p_value < 0.05
    assert (one.verdict, one.reaches_mcid) == ("stable", False)
    assert one.reason


def test_without_a_named_instrument_no_least_change_is_assumed() -> None:
    one = pain(4, 3, 4, 3, 5, instrument=None)
    assert (one.mcid, one.reaches_mcid, one.verdict) == (None, None, "improved")
    assert one.mcid_reason


def test_an_instruments_direction_counts_not_the_tables() -> None:
    seconds = [at(40, 12, MOBILITY, "s"), *(at(20 - n, 20 + n % 2, MOBILITY, "s") for n in range(6))]
    named = {MOBILITY: "timed_up_and_go"}
    (one,) = progress_of({MOBILITY: seconds}, window(assessed=40, instruments=named), TABLES)
    assert (one.verdict, one.unit) == ("worse", "s")
    assert one.mcid is None
    assert "Timed up and go" in (one.mcid_reason or "")


@pytest.mark.parametrize(("values", "figures"), [((), 0), ((3,), 1)])
def test_too_few_figures_say_so(values: tuple[float, ...], figures: int) -> None:
    one = pain(*values)
    assert (one.verdict, one.figures, one.lower) == ("too_little_data", figures, None)
    assert one.reason


def test_figures_that_are_all_alike_are_taken_at_their_word_where_the_scale_is_known() -> None:
    assert pain(3, 3, 3, baseline=7).verdict == "improved"
    assert pain(7, 7, 7, baseline=7).verdict == "stable"
    assert pain(3, 3, 3, baseline=7, instrument=None).verdict == "too_little_data"


def test_without_an_assessment_the_first_figure_is_the_baseline() -> None:
    history = {PAIN: [at(300, 7), at(200, 1), *(at(20 - n, 4 + n % 2) for n in range(5))]}
    (one,) = progress_of(history, window(), TABLES)
    assert (one.baseline, one.baseline_figures, one.figures) == (7.0, 1, 5)


def test_figures_of_another_unit_or_of_the_future_are_left_out() -> None:
    history = {PAIN: [at(40, 7), at(10, 4), at(9, 4), at(8, 40, unit="percent"), at(-3, 0)]}
    (one,) = progress_of(history, window(assessed=40), TABLES)
    assert (one.figures, one.other_units) == (2, 1)


def test_where_neither_way_is_better_there_is_no_verdict() -> None:
    history = {BEHAVIOUR: [at(40, 7, BEHAVIOUR), *(at(9 - n, 4 + n % 2, BEHAVIOUR) for n in range(5))]}
    found = progress_of(history, window(assessed=40), TABLES)
    assert (found[0].verdict, found[0].improvement) == (None, None)
    assert overall(found) == "too_little_data"


def test_measures_are_judged_together() -> None:
    random = np.random.default_rng(4)
    keys = [key for key in TABLES if key.startswith(f"{STATUS}/") and key != BEHAVIOUR]
    wrong = 0
    for _ in range(200):
        history = {
            key: [at(40, random.normal(5, 1), key), *(at(9 - n, random.normal(5, 1), key) for n in range(5))]
            for key in keys
        }
        wrong += overall(progress_of(history, window(assessed=40), TABLES)) != "stable"
    assert wrong / 200 <= 0.05 + 3 * (0.05 * 0.95 / 200) ** 0.5


def test_on_the_whole_a_client_is_mixed_where_measures_disagree() -> None:
    better, worse = pain(4, 3, 4, 3, 5), pain(8, 9, 8, 9, 8, baseline=5)
    assert overall([better, worse]) == "mixed"
    assert overall([better, pain()]) == "improved"
    assert overall([worse]) == "worse"
    assert overall([pain()]) == overall([]) == "too_little_data"
