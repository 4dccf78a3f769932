"""Bullet graphs: zones on the side where they belong, an interval that is drawn, doubt that is seen."""

from __future__ import annotations

from typing import Any

import pytest
from selectolax.lexbor import LexborHTMLParser

from ag2_marketing.report.charts.interactive import interactive
from ag2_marketing.report.charts.plot import Plot, Trace
from ag2_marketing.report.charts.plotted import plotted
from ag2_marketing.report.standings.bullets import Bullet, bullet_of, bullet_plot
from ag2_marketing.report.standings.levels import zones_of
from ag2_marketing_tools.messages import speaking
from ag2_marketing_tools.metrics.tables import built_in_tables
from ag2_marketing_tools.standing import stand, standing_view

LEVELS = {"industry_average": 82.0, "market_leaders": 88.0, "our_targets": 92.0}
SATISFACTION = "care_quality/patient_satisfaction/overall_satisfaction"
REQUEST = "care_quality/response_metrics/care_request"


def bullet(**changes: Any) -> Bullet:
    given = {
        "title": "Satisfaction",
        "position": "leading",
        "value": 90.0,
        "unit": "percent",
        "direction": "higher",
    }
    return Bullet(**{**given, "levels": LEVELS, **changes})


def of_kind(plot: Plot, kind: str) -> list[Trace]:
    return [trace for trace in plot.traces if trace.kind == kind]


def reach(trace: Trace) -> tuple[float, float]:
    places = [spot.x for spot in trace.spots]
    return min(places), max(places)


@pytest.mark.parametrize(
    ("direction", "levels", "lagging_above"),
    [
        ("higher", LEVELS, False),
        ("lower", {"industry_average": 12.0, "market_leaders": 6.0, "our_targets": 4.0}, True),
    ],
)
def test_the_zone_in_which_a_figure_would_lag_lies_on_the_worse_side_of_the_average(
    direction: str, levels: dict[str, float], lagging_above: bool
) -> None:
    plot = bullet_plot(bullet(direction=direction, levels=levels, value=levels["market_leaders"]))
    (lagging,), (leading,) = of_kind(plot, "zone-lagging"), of_kind(plot, "zone-leading")
    average, leaders = levels["industry_average"], levels["market_leaders"]
    if lagging_above:
        assert reach(lagging) == (average, plot.x.high)
        assert reach(leading) == (plot.x.low, leaders)
    else:
        assert reach(lagging) == (plot.x.low, average)
        assert reach(leading) == (leaders, plot.x.high)


@pytest.mark.parametrize("direction", ["target_band", "none"])
def test_where_neither_side_is_better_no_zone_is_shaded(direction: str) -> None:
    plot = bullet_plot(bullet(direction=direction))
    assert not any(trace.shape == "band" for trace in plot.traces)


def test_levels_that_make_no_scale_are_lines_without_zones() -> None:
    upside_down = {"industry_average": 90.0, "market_leaders": 80.0}
    assert zones_of(upside_down, "higher") is None
    plot = bullet_plot(bullet(levels=upside_down))
    assert [trace.kind for trace in plot.traces if trace.shape == "line"] == ["average", "leader"]


def test_the_interval_is_a_line_from_end_to_end_and_one_without_an_end_reaches_the_axis() -> None:
    both = bullet_plot(bullet(lower=88.0, upper=91.0))
    assert [reach(one) for one in of_kind(both, "leading") if one.shape == "line"] == [(88.0, 91.0)]
    above = bullet_plot(bullet(lower=88.0))
    assert [reach(one) for one in of_kind(above, "leading") if one.shape == "line"] == [(88.0, above.x.high)]
    assert [one.shape for one in of_kind(bullet_plot(bullet()), "leading")] == ["dots"]


def test_everything_lies_within_the_axis() -> None:
    plot = bullet_plot(bullet(value=40.0, lower=20.0, upper=60.0, position="lagging"))
    places = [spot.x for trace in plot.traces for spot in trace.spots]
    assert plot.x.low <= min(places)
    assert max(places) <= plot.x.high


def test_a_bullet_says_in_words_what_it_draws() -> None:
    drawn = bullet(position="inconclusive", lower=85.123, upper=93.456, n=371)
    assert drawn.words == f"{drawn.figure} (85.12 to 93.46), inconclusive"
    assert drawn.figure.replace(" ", "") == "90%"
    assert drawn.reach == "85.12 to 93.46, n = 371"
    assert "Industry average 82; Leaders 88; Our target 92" in bullet_plot(drawn).description
    assert drawn.mark.sign == "◌"


def test_both_drawings_tell_doubt_by_their_own_class() -> None:
    plot = bullet_plot(bullet(position="inconclusive", lower=85.0, upper=93.0))
    svg = LexborHTMLParser(plotted(plot))
    assert svg.css_first("g.inconclusive .dot") is not None
    assert svg.css_first("g.zone-lagging.band path") is not None
    kinds = {trace["meta"]["kind"] for trace in interactive(plot)["data"]}
    assert {"inconclusive", "zone-lagging", "zone-leading", "average", "leader", "target"} <= kinds


def test_what_the_engine_tells_of_a_standing_becomes_a_bullet_and_what_was_not_measured_does_not() -> None:
    found = stand({SATISFACTION: {"value": 90.0, "n": 400}}, "HomeCareIndustryBenchmarks", built_in_tables())
    views = {placed.metric.path: standing_view(placed).model_dump() for placed in found.placed}
    drawn = bullet_of(views[SATISFACTION])
    assert drawn is not None
    assert dict(drawn.levels) == LEVELS
    # Wilson's interval of 360 in 400 is 86.7 to 92.6 %, so the leaders' 88 % lie within it
    assert (drawn.value, drawn.n, drawn.position) == (90.0, 400, "inconclusive")
    assert (round(drawn.lower or 0, 1), round(drawn.upper or 0, 1)) == (86.7, 92.6)
    assert bullet_of(views[REQUEST]) is None


def test_a_title_that_is_markup_stays_text() -> None:
    svg = plotted(bullet_plot(bullet(title="<script>alert(1)</script>")))
    assert "<script" not in svg


def test_german_has_its_own_words_and_separators() -> None:
    with speaking("de"):
        drawn = bullet(value=90.25, lower=88.5, upper=91.75)
        assert drawn.words.endswith("führend")
        assert "88,5 bis 91,75" in drawn.words
        assert "Branchendurchschnitt 82" in bullet_plot(drawn).description
