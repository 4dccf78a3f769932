"""Figures are found by path, by key or by a name that is clear, and nothing that cannot be used is lost."""

from __future__ import annotations

from typing import Any

import pytest

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.metrics.tables import built_in_tables
from ag2_marketing_tools.standing import Given, read_given

OPEN_RATE = "marketing_benchmarks/email_marketing/open_rate"
API_TIME = "technical_benchmarks/api_performance/response_time"


def given(metrics: Any, system: str = "CompetitiveBenchmarks") -> Given:
    return read_given(metrics, system, built_in_tables())


@pytest.mark.parametrize(
    "metrics",
    [
        {"marketing_benchmarks": {"email_marketing": {"open_rate": 31}}},
        {"marketing_benchmarks": {"email_marketing/open_rate": 31}},
        {OPEN_RATE: 31},
        {OPEN_RATE.replace("/", "."): 31},
        {f"CompetitiveBenchmarks/{OPEN_RATE}": 31},
        {"CompetitiveBenchmarks": {"marketing_benchmarks": {"email_marketing": {"open_rate": 31}}}},
        {"email_marketing/open_rate": 31},
        {"open_rate": 31},
        {"open_rate": {"value": 31}},
        {"open_rate": {"current": 31, "target": 25, "industry_benchmark": 21.5}},
    ],
)
def test_a_metric_is_found_however_it_is_nested(metrics: dict[str, Any]) -> None:
    found = given(metrics)
    assert found.figures[OPEN_RATE].measured.value == 31
    assert (found.unknown, found.refused, found.elsewhere) == ([], [], [])


def test_a_figure_brings_what_is_known_of_it() -> None:
    found = given(
        {"open_rate": {"value": 0.31, "n": 500, "unit": "ratio", "observed_at": "2026-01-05T00:00Z"}}
    )
    figure = found.figures[OPEN_RATE]
    assert (figure.measured.n, figure.measured.unit) == (500, "ratio")
    assert figure.observed_at is not None
    assert figure.observed_at.year == 2026


def test_a_metric_may_stand_beside_those_below_it() -> None:
    found = given({"search_rankings": {"current": 4, "priority_keywords_top_10": 60}}, "SEOMetrics")
    assert {path: figure.measured.value for path, figure in found.figures.items()} == {
        "search_rankings": 4,
        "search_rankings/priority_keywords_top_10": 60,
    }


def test_a_name_that_several_metrics_have_is_asked_about() -> None:
    found = given({"response_time": 90})
    assert found.figures == {}
    assert found.unknown[0].nearest == ("marketing_benchmarks/social_engagement/response_time", API_TIME)


def test_a_bare_name_that_other_tables_measure_in_another_unit_is_taken_only_with_its_unit() -> None:
    bare = given({"emergency_response": 12}, "HomeCareIndustryBenchmarks")
    assert [one.name for one in bare.unknown] == ["emergency_response"]
    said = given({"emergency_response": {"value": 12, "unit": "min"}}, "HomeCareIndustryBenchmarks")
    assert list(said.figures) == ["care_quality/response_metrics/emergency_response"]


def test_a_misspelt_name_brings_the_nearest() -> None:
    assert OPEN_RATE in given({"opn_rate": 31}).unknown[0].nearest


def test_metrics_of_other_systems_are_set_aside_not_unknown() -> None:
    found = given(
        {"care_quality": {"response_metrics": {"care_request": 5}}, "SEOMetrics/organic_traffic": 3}
    )
    assert found.elsewhere == ["care_quality/response_metrics/care_request", "SEOMetrics/organic_traffic"]
    assert found.unknown == []


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ("31%", "is text, not a number"),
        (True, "is bool, not a number"),
        (float("nan"), "not a finite number"),
        (float("inf"), "not a finite number"),
        ([31], "is list, not a number"),
        ({"value": 31, "n": -5}, "not a number of units"),
        ({"value": 31, "n": 2.5}, "not a number of units"),
        ({"value": 31, "sd": -1}, "negative"),
        ({"value": 31, "unit": 5}, "unit is 5, not text"),
        (-3, "is below 0"),
        (140, "more than all of them"),
        ({"value": 1.4, "unit": "ratio"}, "more than all of them"),
    ],
)
def test_a_figure_that_is_none_is_refused_with_the_reason_and_the_others_stand(
    figure: Any, said: str
) -> None:
    found = given({"open_rate": figure, "click_rate": 3})
    assert [one.path for one in found.refused] == [OPEN_RATE]
    assert said in found.refused[0].reason
    assert list(found.figures) == ["marketing_benchmarks/email_marketing/click_rate"]


def test_growth_may_be_negative() -> None:
    assert given({"revenue_growth": -4}).refused == []


def test_a_metric_given_twice_is_refused() -> None:
    found = given({"open_rate": 31, OPEN_RATE: 32, "email_marketing/open_rate": 33})
    assert found.figures == {}
    assert all("given twice" in one.reason for one in found.refused)


def test_a_net_promoter_score_is_compared_with_nothing_else() -> None:
    def satisfaction(figure: Any) -> Given:
        return given({"customer_success": {"satisfaction": figure}}, "BusinessMetrics")

    assert satisfaction({"value": 40, "measurement": "NPS"}).refused == []
    assert satisfaction(-20).refused == []
    assert "measured as percent" in satisfaction({"value": 92, "unit": "percent"}).refused[0].reason
    assert "measured as CSAT" in satisfaction({"value": 92, "measurement": "CSAT"}).refused[0].reason
    assert "is no NPS" in satisfaction(140).refused[0].reason


@pytest.mark.parametrize("metrics", [None, [], "open_rate", 5])
def test_what_is_no_mapping_is_refused(metrics: Any) -> None:
    with pytest.raises(InvalidInput, match="The metrics are a"):
        given(metrics)


def test_a_mapping_that_holds_itself_is_refused() -> None:
    loop: dict[str, Any] = {}
    loop["seo_benchmarks"] = loop
    with pytest.raises(InvalidInput, match="levels deep"):
        given(loop)


def test_a_failed_answer_that_is_passed_on_says_its_error_again() -> None:
    with pytest.raises(InvalidInput, match="several companies"):
        given({"status": "error", "error": "There are several companies."})


def test_names_that_are_no_text_are_refused() -> None:
    with pytest.raises(InvalidInput, match="no name of a metric"):
        given({3: 4})
