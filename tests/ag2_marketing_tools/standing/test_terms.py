"""Figures, levels and what is missing are told in whole words of the reader's language."""

from __future__ import annotations

import pytest

from ag2_marketing_tools.messages import speaking
from ag2_marketing_tools.metrics.tables import built_in_tables
from ag2_marketing_tools.standing import (
    MetricStanding,
    amount,
    difference,
    finding,
    read_given,
    stand,
    standing_view,
)

REPORTED = [
    (1, "session", "1 session", "1 Sitzung"),
    (2.5, "session", "2.5 sessions", "2,5 Sitzungen"),
    (1_200, "word", "1,200 words", "1.200 Wörter"),
    (45, "day", "45 days", "45 Tage"),
    (4.1, "star", "4.1 stars", "4,1 Sterne"),
    (5_000, "USD", "$5,000", "5.000 $"),
    (3, "h", "3 h", "3 h"),
    (21.5, "percent", "21.5 %", "21,5 %"),
    (50, "count", "50", "50"),
    (8, None, "8", "8"),
]


def placed(system: str, name: str, value: float) -> MetricStanding:
    standing = stand({name: value}, system, built_in_tables())
    return next(standing_view(one) for one in standing.placed if one.figure)


def told(standing: MetricStanding) -> str:
    gap = standing.gap_to("industry_average")
    assert gap is not None
    return finding(standing, gap)


@pytest.mark.parametrize(("value", "unit", "english", "german"), REPORTED)
def test_a_figure_has_its_unit_as_people_write_it(
    value: float, unit: str | None, english: str, german: str
) -> None:
    assert amount(value, unit) == english
    with speaking("de"):
        assert amount(value, unit) == german


@pytest.mark.parametrize(
    ("value", "english", "german"),
    [
        (1, "1 percentage point", "1 Prozentpunkt"),
        (1.5, "1.5 percentage points", "1,5 Prozentpunkte"),
        (0, "0 percentage points", "0 Prozentpunkte"),
    ],
)
def test_one_percentage_point_is_no_plural(value: float, english: str, german: str) -> None:
    assert difference(value, "percent") == english
    with speaking("de"):
        assert difference(value, "percent") == german


def test_a_sentence_names_its_metric_in_the_readers_language() -> None:
    where = ("CompetitiveBenchmarks", "content_depth", 900.0)  # the industry's average is 1,200 words
    assert told(placed(*where)) == (
        "Average content length: 900 words, 300 words short of the industry's average of 1,200 words."
    )
    with speaking("de"):
        assert told(placed(*where)) == (
            "Durchschnittliche Länge der Inhalte: 900 Wörter, 300 Wörter unter dem Branchendurchschnitt (1.200 Wörter)."
        )


def test_a_figure_that_just_reaches_its_level_has_no_distance_to_it() -> None:
    where = ("HomeCareIndustryBenchmarks", "would_recommend", 80.0)
    assert told(placed(*where)) == (
        "Patients who would recommend the service: 80 %, just at the industry's average."
    )
    with speaking("de"):
        assert told(placed(*where)).endswith(": 80 %, genau gleichauf mit dem Branchendurchschnitt.")


def test_a_percentile_says_the_levels_that_it_rests_on_and_what_is_assumed_of_them() -> None:
    where = ("CaregiverPeerAnalytics", "patient_satisfaction", 91.0)
    known = placed(*where).percentile_note
    assert known == (
        "Interpolated between the published levels, with percentile 90 at the top tenth's level, "
        "percentile 75 at the top quarter's level, percentile 50 at the median."
    )
    assumed = placed("HomeCareIndustryBenchmarks", "would_recommend", 80.0).percentile_note or ""
    assert "percentile 50 at the industry's average (assumed)" in assumed
    with speaking("de"):
        assert "Perzentil 50 bei dem Median" in (placed(*where).percentile_note or "")


def test_a_metric_without_a_percentile_has_no_such_note() -> None:
    assert placed("SEOMetrics", "bounce_rate", 40.0).percentile_note is None


def test_notes_and_what_is_said_of_a_unit_are_in_the_readers_language() -> None:
    where = ("CaregiverQualityMetrics", "visit_compliance/timeliness/documentation_time", 3.0)
    assert placed(*where).unit_text == "hours"
    with speaking("de"):
        german = placed(*where)
    assert (german.title, german.unit_text) == ("Dokumentationszeit", "Stunden")
    assert german.note == "Hier eine Zeit; in CaregiverPeerAnalytics ein Anteil."


@pytest.mark.parametrize(
    ("name", "figure", "reason"),
    [
        ("customer_retention", -3, "Kundenbindung: -3 liegt unter 0; das ist nicht möglich."),
        ("customer_retention", 140, "Kundenbindung: 140 % ist mehr als alle zusammen."),
        ("customer_retention", "90 %", "value '90 %' ist Text, keine Zahl."),
    ],
)
def test_why_a_figure_is_refused_is_said_in_the_readers_language(
    name: str, figure: object, reason: str
) -> None:
    with speaking("de"):
        refused = read_given({name: figure}, "CompetitiveBenchmarks", built_in_tables()).refused
    assert [one.reason for one in refused] == [reason]


def test_a_share_in_doubt_is_asked_about_in_the_readers_language() -> None:
    with speaking("de"):
        refused = stand({"customer_retention": 0.8}, "CompetitiveBenchmarks", built_in_tables()).refused[0]
    assert refused.reason.startswith("0,8 % sind entweder 0,8 %, wie angegeben, oder 80 % waren gemeint")
