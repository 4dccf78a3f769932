"""Every metric of a table gets its place; what was not measured is said so, and what may be chance too."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ag2_marketing_tools.messages import speaking
from ag2_marketing_tools.metrics.tables import TableMetric, Tables, built_in_tables
from ag2_marketing_tools.standing import Standing, stand, standing_view

EMAIL = "marketing_benchmarks/email_marketing"
SWAPPED = {"leading": "lagging", "lagging": "leading", "competitive": "competitive"}


def positions(standing: Standing) -> dict[str, str]:
    return {placed.metric.path: placed.comparison.position for placed in standing.placed}


def stood(metrics: Any, system: str = "CompetitiveBenchmarks") -> Standing:
    return stand(metrics, system, built_in_tables())


def test_figures_lead_compete_lag_or_are_unmeasured() -> None:
    # levels of the specification: open rate 21.5 and 28, click rate 2.8 and 4, conversion 2 and 3.2 percent
    found = positions(stood({EMAIL: {"open_rate": 28, "click_rate": 3, "conversion": 1.9}}))
    assert found[f"{EMAIL}/open_rate"] == "leading"
    assert found[f"{EMAIL}/click_rate"] == "competitive"
    assert found[f"{EMAIL}/conversion"] == "lagging"
    assert len(found) == 22
    assert sum(position == "unmeasured" for position in found.values()) == 19


def test_an_unmeasured_metric_has_no_value_and_says_why() -> None:
    view = standing_view(stood({}).placed[0])
    assert (view.position, view.value, view.gaps) == ("unmeasured", None, [])
    assert view.reason


def test_a_reason_is_said_in_the_readers_language() -> None:
    with speaking("de"):
        view = standing_view(stood({}).placed[0])
    assert view.reason == "Es gibt keinen gemessenen Wert."


def test_a_small_sample_near_a_level_is_inconclusive_and_a_large_one_is_not() -> None:
    # Wilson's interval of 22 percent: of 100 about 15 to 31, of 100,000 about 21.7 to 22.3; the level is 21.5
    few = positions(stood({"open_rate": {"value": 22, "n": 100}}))
    many = positions(stood({"open_rate": {"value": 22, "n": 100_000}}))
    assert few[f"{EMAIL}/open_rate"] == "inconclusive"
    assert many[f"{EMAIL}/open_rate"] == "competitive"


def test_verdicts_made_together_are_corrected_for_their_number() -> None:
    figures = {
        "open_rate": {"value": 18, "n": 500},
        **{name: {"value": 75.5, "n": 500} for name in ("customer_retention", "automation_level")},
    }
    placed = {one.metric.path: one.comparison for one in stood(figures).placed}
    alone = {one.metric.path: one.comparison for one in stood({"open_rate": figures["open_rate"]}).placed}
    here = placed[f"{EMAIL}/open_rate"]
    assert here.p_adjusted is not None
    assert here.p_value is not None
    assert here.p_adjusted >= here.p_value
    assert alone[f"{EMAIL}/open_rate"].p_adjusted == alone[f"{EMAIL}/open_rate"].p_value


def test_a_growth_with_a_sample_size_is_no_share() -> None:
    placed = next(one for one in stood({"revenue_growth": {"value": 20, "n": 12}}).placed if one.figure)
    assert placed.comparison.interval is None


def test_another_unit_is_converted_and_one_of_another_kind_refused() -> None:
    found = stood({"technical_benchmarks/api_performance/response_time": {"value": 0.12, "unit": "s"}})
    placed = next(one for one in found.placed if one.figure)
    assert (placed.comparison.value, placed.comparison.position) == (120, "leading")
    refused = stood({"page_load": {"value": 2, "unit": "kB"}}).refused[0]
    assert "kB" in refused.reason


def test_a_share_given_as_a_ratio_is_asked_about_not_guessed() -> None:
    refused = stood({"customer_retention": 0.8}).refused[0]
    assert "0.8 %" in refused.reason
    assert "80 %" in refused.reason
    certain = stood({"customer_retention": {"value": 0.8, "unit": "ratio"}})
    assert certain.refused == ()


figure = st.floats(0.5, 100, allow_nan=False).map(lambda value: round(value, 3))
sizes = st.one_of(st.none(), st.integers(5, 5000))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(figure, sizes), min_size=3, max_size=3), st.permutations([0, 1, 2]))
def test_the_order_of_the_figures_changes_nothing(
    drawn: list[tuple[float, int | None]], order: list[int]
) -> None:
    names = ["communication_quality", "care_consistency", "would_recommend"]
    figures = [(name, {"value": value, "n": n}) for name, (value, n) in zip(names, drawn, strict=True)]
    shuffled = [figures[place] for place in order]
    system = "HomeCareIndustryBenchmarks"
    assert positions(stood(dict(figures), system)) == positions(stood(dict(shuffled), system))


@settings(max_examples=40, deadline=None)
@given(st.floats(1, 600, allow_nan=False), st.sampled_from([("ms", 1000.0), ("min", 1 / 60), ("s", 1.0)]))
def test_the_unit_that_a_figure_is_given_in_changes_nothing(seconds: float, unit: tuple[str, float]) -> None:
    name, factor = unit
    path = "technical_benchmarks/site_performance/page_load"
    plain = stood({path: round(seconds, 3)})
    scaled = stood({path: {"value": round(seconds, 3) * factor, "unit": name}})
    if abs(seconds - 2.0) > 1e-6 and abs(seconds - 3.5) > 1e-6:
        assert positions(plain)[path] == positions(scaled)[path]


@settings(max_examples=40, deadline=None)
@given(st.floats(-50, 50, allow_nan=False).filter(lambda value: abs(value) not in (10.0, 20.0)), sizes)
def test_a_mirrored_metric_has_the_mirrored_verdict(value: float, n: int | None) -> None:
    def position(direction: str, sign: float) -> str:
        metric = TableMetric(
            path="a/roi",
            title="Return",
            unit="percent",
            direction=direction,  # type: ignore[arg-type]
            levels={"industry_average": sign * 10.0, "market_leaders": sign * 20.0},
        )
        tables = Tables({"Own/a/roi": metric})
        figures = {"a/roi": {"value": sign * value, "n": n, "unit_certain": True}}
        return stand(figures, "Own", tables).placed[0].comparison.position

    assert position("higher", 1.0) == position("lower", -1.0)


@pytest.mark.parametrize("value", [5.0, 15.0, 25.0])
def test_a_metric_whose_direction_is_flipped_has_the_opposite_verdict(value: float) -> None:
    def position(direction: str, average: float, leaders: float) -> str:
        metric = TableMetric(
            path="a/b",
            title="B",
            direction=direction,  # type: ignore[arg-type]
            levels={"industry_average": average, "market_leaders": leaders},
        )
        return stand({"a/b": value}, "Own", Tables({"Own/a/b": metric})).placed[0].comparison.position

    assert position("lower", 20.0, 10.0) == SWAPPED[position("higher", 10.0, 20.0)]
