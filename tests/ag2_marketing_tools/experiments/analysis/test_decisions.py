"""Who wins, why nobody does, and what to do: in words, with figures that the result holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from experiment_sums import (
    AFTER,
    DURING,
    END,
    START,
    always_valid,
    custom,
    experiment,
    exposures,
    mean,
    metric,
    share,
    sums,
)

from ag2_marketing.grounding import Ledger, check
from ag2_marketing_tools.experiments.analysis.analyze import analyze
from ag2_marketing_tools.experiments.analysis.arms import Splits
from ag2_marketing_tools.experiments.analysis.model import Analysis
from ag2_marketing_tools.experiments.analysis.partial import partial_results
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.messages import speaking

CLEAR = [share("control", 500, 5_000), share("b", 650, 5_000)]
UNSUBSCRIBED = "unsubscribe_rate"


def codes(found: Analysis) -> set[str]:
    return {concern.code for concern in found.concerns}


def test_a_clear_winner_is_named_with_every_documented_detail() -> None:
    found = analyze(experiment(), sums(CLEAR), now=AFTER)

    assert found.status == "completed"
    assert found.recommendation == "ship"
    winner = found.winning_variant
    assert winner is not None
    assert (winner.id, winner.variant_id, winner.name, winner.content) == ("b", "b", "B", {"shown": "b"})
    assert winner.improvement == pytest.approx(0.3)
    assert winner.confidence == 0.95
    assert found.summary == "Ship B: in Conversion rate it is 30.0 % better than CONTROL."
    assert found.sample_sizes == {"control": 5_000, "b": 5_000}
    assert found.confidence_intervals["conversion_rate"]["b"].lower is not None
    assert found.reason is None


def test_no_difference_is_completed_without_a_winner_and_with_a_reason() -> None:
    found = analyze(experiment(), sums([share("control", 500, 5_000), share("b", 505, 5_000)]), now=AFTER)

    assert found.status == "completed"
    assert found.statistical_significance is False
    assert found.winning_variant is None
    assert found.reason is not None
    assert "No statistically significant winner found" in found.reason
    assert found.recommendation == "keep_control"


def test_where_lower_is_better_a_fall_is_an_improvement() -> None:
    test = experiment(metric("bounce_rate"))
    data = sums(
        [share("control", 3_000, 5_000, name="bounce_rate"), share("b", 2_400, 5_000, name="bounce_rate")]
    )

    found = analyze(test, data, now=AFTER)

    assert found.winning_variant is not None
    assert found.winning_variant.improvement == pytest.approx(0.2)
    assert found.metrics["bounce_rate"].comparisons[0].absolute.difference == pytest.approx(-0.12)


def test_a_control_that_beats_every_treatment_wins() -> None:
    found = analyze(experiment(), sums([share("control", 650, 5_000), share("b", 500, 5_000)]), now=AFTER)

    winner = found.winning_variant
    assert winner is not None
    assert winner.is_control
    assert winner.improvement == pytest.approx(0.3)  # 0.13 / 0.10 - 1
    assert winner.improvement_low is not None
    assert winner.improvement_low > 0.0
    assert found.recommendation == "keep_control"
    assert found.summary == "Keep CONTROL: every other variant is worse in Conversion rate."


def test_harm_stops_a_running_test() -> None:
    test = always_valid(experiment())

    found = analyze(test, sums([share("control", 800, 5_000), share("b", 500, 5_000)]), now=DURING)

    assert found.recommendation == "stop_for_harm"
    assert found.summary == "Stop B: it does harm (Conversion rate)."


def test_a_harmed_guardrail_holds_the_winner_back() -> None:
    test = experiment(metric("conversion_rate"), metric(UNSUBSCRIBED, role="guardrail"))
    data = [*CLEAR, share("control", 50, 5_000, name=UNSUBSCRIBED), share("b", 120, 5_000, name=UNSUBSCRIBED)]

    found = analyze(test, sums(data), now=AFTER)

    assert found.winning_variant is None
    assert found.reason == "No winner is named: B is better in Conversion rate, but harms Unsubscribe rate."
    assert "guardrail_harmed" in codes(found)
    guardrail = found.metrics[UNSUBSCRIBED].comparisons[0].guardrail
    assert guardrail is not None
    assert guardrail.status == "harmed"


@pytest.mark.parametrize(
    ("margin", "unsubscribed", "status"),
    [
        (0.2, 500, "safe"),
        (0.0, 500, "no_harm_shown"),
        (0.02, 500, "undecided"),
        (0.0, 400, "safe"),
        (0.2, 800, "harmed"),
    ],
)
def test_a_guardrail_is_held_against_its_margin(margin: float, unsubscribed: int, status: str) -> None:
    """500 of 5,000 in the control: its relative interval is about 12 % wide on either side."""
    test = experiment(metric("conversion_rate"), metric(UNSUBSCRIBED, role="guardrail", margin=margin))
    data = [
        *CLEAR,
        share("control", 500, 5_000, name=UNSUBSCRIBED),
        share("b", unsubscribed, 5_000, name=UNSUBSCRIBED),
    ]

    guardrail = analyze(test, sums(data), now=AFTER).metrics[UNSUBSCRIBED].comparisons[0].guardrail

    assert guardrail is not None
    assert guardrail.status == status


def test_a_winner_below_the_minimum_sample_is_not_named_without_saying_so() -> None:
    test = replace(experiment(), min_sample_size=6_000)

    found = analyze(test, sums(CLEAR), now=AFTER)

    assert found.winning_variant is not None
    assert not found.min_sample_size_reached
    assert found.recommendation == "continue"
    text = next(concern.text for concern in found.concerns if concern.code == "below_min_sample_size")
    assert text == "The smallest variant has 5000 users; the minimum sample size of the test is 6,000."
    assert text in found.warnings
    assert text in found.reasons


def test_a_variant_that_gets_no_users_by_its_weight_takes_no_part() -> None:
    test = experiment(weights=(0.5, 0.5, 0.0))

    found = analyze(test, sums([*CLEAR, share("c", 0, 0)]), now=AFTER)
    lost = analyze(
        test, sums([share("control", 650, 5_000), share("b", 500, 5_000), share("c", 0, 0)]), now=AFTER
    )

    assert found.min_sample_size_reached
    assert found.winning_variant is not None
    assert found.winning_variant.variant_id == "b"
    assert found.metrics["conversion_rate"].bayesian[2].chance_to_be_best is None
    assert sum(
        arm.chance_to_be_best or 0.0 for arm in found.metrics["conversion_rate"].bayesian
    ) == pytest.approx(1.0)
    assert lost.winning_variant is not None
    assert lost.winning_variant.is_control


def test_the_best_of_two_winners_is_named() -> None:
    test = experiment(weights=(1 / 3, 1 / 3, 1 / 3))

    found = analyze(test, sums([*CLEAR, share("c", 700, 5_000)]), now=AFTER)

    assert found.winning_variant is not None
    assert found.winning_variant.variant_id == "c"


def test_another_goal_decides_where_the_first_shows_nothing() -> None:
    test = experiment(metric("click_through_rate"), metric("conversion_rate"))
    data = [
        *CLEAR,
        share("control", 100, 5_000, name="click_through_rate"),
        share("b", 102, 5_000, name="click_through_rate"),
    ]

    found = analyze(test, sums(data), now=AFTER)

    assert found.decided_by == "conversion_rate"
    assert found.winning_variant is not None
    assert found.metrics["conversion_rate"].comparisons[0].comparisons == 2


def test_secondary_metrics_are_corrected_by_benjamini_and_hochberg() -> None:
    test = experiment(
        metric("conversion_rate"), metric("page_views", role="other"), metric("comment_count", role="other")
    )
    data = [
        *CLEAR,
        *(
            mean(name, 5_000, value, 1.0, name="page_views")
            for name, value in (("control", 3.0), ("b", 3.043))
        ),
        *(
            mean(name, 5_000, value, 1.0, name="comment_count")
            for name, value in (("control", 1.0), ("b", 1.046))
        ),
    ]

    found = analyze(test, sums(data), now=AFTER)

    first, second = (found.metrics[name].comparisons[0] for name in ("page_views", "comment_count"))
    assert (first.adjustment, first.comparisons) == ("benjamini_hochberg", 2)
    assert first.p_value is not None
    assert second.p_value is not None
    assert first.adjusted_p_value == pytest.approx(first.p_value)  # the larger of two keeps its own
    assert second.adjusted_p_value == pytest.approx(min(2 * second.p_value, first.p_value))
    assert found.metrics["conversion_rate"].comparisons[0].adjustment is None


def test_a_test_stopped_early_is_not_read_by_a_fixed_horizon() -> None:
    test = replace(always_valid(experiment()), state="stopped", stopped_at=START + timedelta(days=8))

    found = analyze(test, sums(CLEAR), now=AFTER)

    assert found.monitor.mode == "always_valid"
    assert "stopped_early" in codes(found)


def test_a_fixed_reading_asked_for_early_is_given_and_warned_of() -> None:
    found = analyze(experiment(), sums(CLEAR), now=DURING, mode="fixed")

    assert found.monitor.mode == "fixed"
    assert not found.monitor.fixed_horizon_valid
    assert "peeking" in codes(found)
    assert found.recommendation == "continue"


def test_users_in_several_variants_and_lost_events_are_accounted_for() -> None:
    shown = exposures(
        {"control": 5_000, "b": 5_000},
        control={"several_variants": 100},
        b={"several_variants": 110, "bot": 3},
    )

    found = analyze(experiment(), sums(CLEAR, shown=shown, refused={"nan": 2}, late=1), now=AFTER)

    assert {"several_variants", "refused_events", "late_events"} <= codes(found)
    assert found.events.refused_events == 2
    assert found.events.late_events == 1
    assert found.exclusions[1].by_reason == {"bot": 3, "several_variants": 110}


def daily(effects: list[float]) -> Any:
    cells, shown = [], []
    for place, effect in enumerate(effects):
        day = (START + timedelta(days=place)).date()
        for name, rate in (("control", 0.1), ("b", 0.1 + effect)):
            cells.append(share(name, round(2_000 * rate), 2_000, split=day.isoformat()))
        shown += exposures({"control": 2_000, "b": 2_000}, day=day)
    return sums(cells, shown=shown)


def pooled(by_day: Any) -> Any:
    totals: dict[str, list[int]] = {}
    for cell in by_day.cells:
        found = totals.setdefault(cell.variant_id, [0, 0])
        found[0] += cell.active
        found[1] += cell.users
    return sums([share(name, *total) for name, total in totals.items()], shown=by_day.exposures)


def test_an_effect_that_fades_with_the_day_of_exposure_is_warned_of() -> None:
    by_day = daily([0.06, 0.05, 0.05, 0.04, 0.03, 0.03, 0.02, 0.02, 0.01, 0.01, 0.0, 0.0, 0.0, 0.0])
    steady = daily([0.03] * 14)

    fading = analyze(experiment(), pooled(by_day), now=AFTER, splits=Splits(day=by_day))
    even = analyze(experiment(), pooled(steady), now=AFTER, splits=Splits(day=steady))

    assert "novelty" in codes(fading)
    assert not {"novelty", "growing_effect", "day_of_week"} & codes(even)


def test_weekends_that_differ_are_warned_of() -> None:
    weekend = [0.06 if (START + timedelta(days=day)).weekday() >= 5 else 0.01 for day in range(14)]
    by_day = daily(weekend)

    assert "day_of_week" in codes(analyze(experiment(), pooled(by_day), now=AFTER, splits=Splits(day=by_day)))


def test_segments_that_all_contradict_the_whole_are_warned_of() -> None:
    """Mobile users convert at 2 %, desktop users at 20 %; b has more mobile users and wins in both segments."""
    segments = [
        share("control", 20, 1_000, split="mobile"),
        share("b", 120, 4_000, split="mobile"),
        share("control", 800, 4_000, split="desktop"),
        share("b", 240, 1_000, split="desktop"),
    ]
    data = sums([share("control", 820, 5_000), share("b", 360, 5_000)])

    found = analyze(experiment(), data, now=AFTER, splits=Splits(segment=sums(segments)))

    assert "simpson_segments" in codes(found)
    assert [effect.segment for effect in found.series.segments] == ["desktop", "mobile"]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    "data",
    [
        CLEAR,
        [share("control", 500, 5_000), share("b", 420, 5_000)],
        [share("control", 0, 900), share("b", 9, 900)],
    ],
)
def test_every_figure_of_the_words_stands_in_the_result(language: str, data: Any) -> None:
    with speaking(language):
        found = analyze(experiment(), sums(data), now=AFTER)
    ledger = Ledger()
    ledger.record(
        tool="analyze_results",
        arguments={"test_id": "test_1"},
        result=found.model_dump(mode="json"),
        units=marked(Analysis, "unit"),
    )
    for text in (found.summary, *found.reasons):
        report = check(text[:-1] + " [E1].", ledger)
        assert report.grounded, (text, report.violations)


def test_the_words_are_german_in_a_german_workspace() -> None:
    with speaking("de"):
        found = analyze(experiment(), sums(CLEAR), now=AFTER)

    assert (
        found.summary
        == "Übernehmen Sie B: Die Verbesserung von Conversion rate gegenüber CONTROL beträgt 30 %."
    )
    assert (
        found.metrics["conversion_rate"].comparisons[0].method == "Score-Test, Miettinen-Nurminen-Intervall"
    )


def test_the_same_sums_give_the_same_bytes() -> None:
    first, second = (analyze(experiment(), sums(CLEAR), now=AFTER).model_dump_json() for _ in range(2))
    assert first == second


def test_planned_looks_decide_at_their_bounds() -> None:
    """Two of four looks: O'Brien and Fleming's spending asks for 2.963 standard errors at half of the users."""
    goal = metric("conversion_rate", baseline=0.1, minimum_detectable_effect=0.1)
    test = replace(
        experiment(goal), monitoring="group_sequential", planned_looks=2, end_at=END + timedelta(days=30)
    )
    # 14,751 users per arm are wanted (R's power.prop.test(p1 = 0.1, p2 = 0.11) gives 14,750.79).
    early = analyze(test, sums([share("control", 500, 5_000), share("b", 600, 5_000)]), now=DURING)
    half = analyze(test, sums([share("control", 738, 7_376), share("b", 847, 7_376)]), now=DURING)
    more = analyze(test, sums([share("control", 738, 7_376), share("b", 870, 7_376)]), now=DURING)

    assert early.monitor.look == 0
    assert early.monitor.next_look_users == 14_751
    assert early.metrics["conversion_rate"].comparisons[0].p_value is None
    assert (half.monitor.look, half.monitor.looks) == (1, 2)
    assert not half.statistical_significance  # z = 2.90
    assert more.statistical_significance  # z = 3.48
    assert more.metrics["conversion_rate"].comparisons[0].p_value_kind == "repeated"
    assert partial_results(test, sums(CLEAR), now=DURING).mode == "group_sequential"


def test_without_a_planned_effect_looks_follow_the_calendar_and_the_last_waits_for_the_end() -> None:
    """Eight of fourteen days: the second of four looks; 10,000 users by then, so 17,500 by the end."""
    test = replace(experiment(), monitoring="group_sequential", planned_looks=4)

    during = analyze(test, sums(CLEAR), now=DURING).monitor
    late = analyze(test, sums(CLEAR), now=END - timedelta(minutes=1)).monitor
    ended = analyze(test, sums(CLEAR), now=AFTER).monitor

    assert (during.look, during.looks, during.next_look_users) == (2, 4, 13_125)
    assert (late.look, ended.look) == (3, 4)
    assert ended.next_look_users is None


def test_a_custom_metric_shows_its_own_unit() -> None:
    test = experiment(custom("spent", "continuous"))

    found = analyze(
        test,
        sums([mean("control", 500, 20.0, 5.0, name="spent"), mean("b", 500, 22.0, 5.0, name="spent")]),
        now=AFTER,
    )

    assert found.metrics["spent"].unit == "EUR"
    assert found.metrics["spent"].comparisons[0].absolute.difference_points is None
    assert found.winning_variant is not None
    assert found.winning_variant.difference == pytest.approx(2.0)
