"""Pages of experiments: the figures of the results in words and pictures, and nothing beside them."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from drawn_experiments import a_mismatch, an_analysis, its_status
from experiment_sums import DURING, START, experiment, share, sums
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from ag2_marketing.report import wording
from ag2_marketing.report.charts.plot import Plot
from ag2_marketing.report.experiments import (
    analysis_fragment,
    analysis_page,
    plan_page,
    status_fragment,
    write_analysis,
    write_plan,
)
from ag2_marketing.report.experiments.by_size import plan_plots
from ag2_marketing.report.experiments.view import View, view_of
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.experiments.analysis.analyze import analyze
from ag2_marketing_tools.experiments.analysis.model import Analysis
from ag2_marketing_tools.experiments.analysis.parameters import PlanExperiment
from ag2_marketing_tools.experiments.analysis.planning import plan
from ag2_marketing_tools.messages import speaking

EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def view() -> View:
    return view_of(an_analysis(), its_status())


def x_of(plot: Plot, kind: str) -> list[float]:
    return [spot.x for trace in plot.traces if trace.kind == kind for spot in trace.spots]


# What a person sees first


def test_the_page_says_what_to_do_before_anything_else(view: View) -> None:
    assert (view.verdict, view.tone) == ("Ship “B”", "better")
    page = HTMLParser(analysis_page(an_analysis(), its_status()))
    assert [node.text() for node in page.css("h1")] == ["Ship “B”"]
    assert page.css_first("h2").text() == "Why"


def test_data_that_cannot_be_trusted_are_said_before_any_winner() -> None:
    view = view_of(a_mismatch())
    assert (view.verdict, view.tone) == ("Mend the data first", "worse")
    assert view.concerns[0].word == "In the way"


def test_a_running_test_is_kept_running() -> None:
    analysis = an_analysis(2, now=START + timedelta(days=2))
    view = view_of(analysis, its_status(2, now=START + timedelta(days=2)))
    named = {fact.name: fact for fact in view.facts}
    assert named["State"].value == "running"
    assert named["Users"].value == "6,000"
    assert named["Until the planned end"].value == "12 days"


def test_a_test_past_its_end_is_said_to_have_ended(view: View) -> None:
    assert next(fact.value for fact in view.facts if fact.name == "State") == "ended"


def test_goals_come_first_and_guardrails_next(view: View) -> None:
    assert [(card.id, card.role_word) for card in view.cards] == [
        ("conversion_rate", "decides"),
        ("revenue_per_user", "goal"),
        ("bounce_rate", "guardrail"),
    ]
    assert [pill.text for pill in view.cards[2].pills] == ["B: not decided yet", "C: got worse"]
    assert [pill.tone for pill in view.cards[2].pills] == ["unclear", "worse"]


# Intervals


def test_an_interval_lies_where_the_analysis_has_it(view: View) -> None:
    found = an_analysis().metrics["conversion_rate"].comparisons[0]
    relative, absolute = view.cards[0].plots
    assert found.relative.low is not None
    assert found.relative.high is not None
    line = next(trace for trace in relative.traces if trace.kind == "better" and trace.shape == "line")
    assert [spot.x for spot in line.spots] == pytest.approx(
        [100 * found.relative.low, 100 * found.relative.high]
    )
    assert x_of(absolute, "better")[2] == pytest.approx(2.0)  # 12 % less 10 %, in points
    assert x_of(relative, "better")[2] == pytest.approx(20.0)
    assert x_of(relative, "zero") == [0.0, 0.0]


def test_a_guardrail_shows_its_margin_on_the_side_of_the_worse(view: View) -> None:
    relative, absolute = view.cards[2].plots
    assert x_of(relative, "limit") == pytest.approx([5.0, 5.0])  # fewer bounces are better
    assert x_of(absolute, "limit") == pytest.approx([2.0, 2.0])  # 5 % of the control's 40 %
    assert all("limit" not in {trace.kind for trace in plot.traces} for plot in view.cards[0].plots)


def test_the_description_holds_the_figures_in_words(view: View) -> None:
    assert "B +20.0 % (+10.6 % to +30.2 %)" in view.cards[0].plots[0].description
    assert "C -" not in view.cards[0].plots[0].description
    assert "C −2.0 % (−9.6 % to +6.2 %)" in view.cards[0].plots[0].description


@pytest.mark.parametrize(
    ("estimate", "low", "high", "words"),
    [
        (16.04, -0.07, 34.7, ("+16.0", "−0.1", "+34.7")),
        (16.04, 0.01, 34.7, ("+16.0", "+0.01", "+34.7")),
        (0.0, -1.0, 1.0, ("0.00", "−1.00", "+1.00")),
        (1234.5, 1000.0, 1500.0, ("+1,234", "+1,000", "+1,500")),
        (0.000123, 0.0000234, 0.000223, ("+0.000123", "+0.000023", "+0.000223")),
        (5.0, None, None, ("+5.00", None, None)),
        (5.0, 1.0, None, ("+5.00", "+1.00", None)),
    ],
)
def test_an_estimate_and_its_bounds_have_alike_decimals_and_hide_no_zero(
    estimate: float, low: float | None, high: float | None, words: tuple[str, str | None, str | None]
) -> None:
    assert wording.alike(estimate, low, high) == words


def test_a_bound_that_is_open_reaches_the_edge() -> None:
    cells = [share("control", 100, 1_000), share("b", 150, 1_000)]
    one_sided = analyze(experiment(), sums(cells), now=START + timedelta(days=15), alternative="better")
    plot = view_of(one_sided).cards[0].plots[0]
    assert one_sided.metrics["conversion_rate"].comparisons[0].relative.high is None
    assert plot.x.high in x_of(plot, "better")
    assert "from +" in plot.description


def test_what_is_nearly_certain_is_not_said_to_be_certain() -> None:
    assert wording.chance(0.99995) == "over 99.9 %"
    assert wording.chance(0.00001) == "under 0.1 %"
    assert wording.chance(0.5) == "50 %"
    assert wording.p_words(1e-9) == "below 0.0001"


# Over time and by size


def test_the_effect_grows_within_its_confidence_sequence_day_by_day(view: View) -> None:
    plot = view.cards[0].over_time[0]
    effect = an_analysis().series.cumulative[0]
    line = next(trace for trace in plot.traces if trace.shape == "line" and trace.kind == "effect")
    assert [spot.y for spot in line.spots] == pytest.approx([100 * (lift or 0) for lift in effect.lift])
    band = next(trace for trace in plot.traces if trace.shape == "band")
    assert len(band.spots) == 28
    assert band.spots[13].y == pytest.approx(100 * (effect.lift_high[-1] or 0))
    assert all(plot.y.low <= (spot.y or 0) <= plot.y.high for spot in band.spots)
    assert len(plot.rows) == 14
    assert plot.rows[-1][:2] == ("Oct 14", "28,000")


def test_traffic_is_stacked_by_variant_and_says_who_was_left_out(view: View) -> None:
    plot = view.intake[0]
    assert [[spot.y for spot in trace.spots] for trace in plot.traces] == [[1_000] * 14] * 3
    assert plot.rows[0] == ("Oct 1", "1,000", "1,000", "1,000", "3")
    assert view.left_out[0] == "42 users of B: bot"


def test_a_mismatch_falls_below_the_line_of_alarm() -> None:
    plot = view_of(a_mismatch()).intake[1]
    lines = {trace.kind: trace for trace in plot.traces}
    assert (lines["effect"].spots[-1].y or 0) < (lines["limit"].spots[-1].y or 0)
    assert plot.rows[-1][1] == "below 0.0001"


def test_the_curve_by_size_marks_where_the_test_stands(view: View) -> None:
    smallest, power = view.sizes[:2]
    here = next(trace for trace in smallest.traces if trace.kind == "here")
    assert here.spots[0].x == 14_000
    assert here.name.startswith("Here: 10.3 % with 14,000 users")
    assert next(trace.name for trace in power.traces if trace.kind == "limit") == "Wanted: 80 %"


def test_a_plan_has_its_curves() -> None:
    made = plan(PlanExperiment(kind="binary", baseline=0.05, minimum_detectable_effect=0.1))
    effects, powers = plan_plots(made)
    assert next(trace for trace in effects.traces if trace.kind == "here").spots[0].y == pytest.approx(0.1)
    assert powers.rows[9][1] == "80 %"  # at the planned size, the planned power
    assert HTMLParser(plan_page(made)).css("svg.chart").__len__() == 2


# Whatever is missing, hostile or in another language


def test_without_days_nothing_is_drawn_over_time() -> None:
    cells = [share("control", 100, 1_000), share("b", 115, 1_000)]
    view = view_of(analyze(experiment(), sums(cells), now=DURING))
    assert view.cards[0].over_time == []
    assert view.sizes == []


def test_a_metric_without_figures_has_a_card_without_pictures() -> None:
    cells = [share("control", 0, 1_000), share("b", 0, 1_000)]
    view = view_of(analyze(experiment(), sums(cells), now=DURING))
    assert [plot.title for plot in view.cards[0].plots if "percent of" in plot.title] == []
    assert view.cards[0].rows[1].change not in {"", "None", "–"}


def test_nothing_in_a_page_says_nan_or_none(view: View) -> None:
    told = HTMLParser(analysis_page(an_analysis(), its_status())).css_first("main").text()
    assert re.search(r"\b(None|nan|inf|null)\b", told) is None


def test_a_test_that_cannot_be_analysed_yet_says_why() -> None:
    page = HTMLParser(status_fragment(its_status(), f"Too few: {EVIL}"))
    assert page.css("script") == []
    assert EVIL in page.text()
    assert "Nothing to judge yet" in page.text()


def test_hostile_names_stay_names(tmp_path: Path) -> None:
    analysis = an_analysis(name=EVIL)
    for text in (analysis_page(analysis), str(analysis_fragment(analysis, interactive=True))):
        assert "<script>alert" not in text
        assert EVIL in HTMLParser(text).css_first(".what").text()


def test_a_page_speaks_the_readers_language() -> None:
    with speaking("de"):
        page = HTMLParser(analysis_page(an_analysis(), its_status()))
    assert page.css_first("html").attributes["lang"] == "de"
    assert page.css_first("h1").text() == "„B“ einführen"
    assert "+20,0 % (+10,6 % bis +30,2 %)" in page.text()
    assert "1. Okt." in page.text()


def test_the_page_holds_its_data_and_the_file_beside_it_the_same(tmp_path: Path) -> None:
    analysis = an_analysis()
    paths = write_analysis(analysis, tmp_path / "out", its_status())
    assert {kind: path.name for kind, path in paths.items()} == {
        "html": "experiment.html",
        "json": "experiment.json",
    }
    kept = json.loads(paths["json"].read_text("utf-8"))
    page = HTMLParser(paths["html"].read_text("utf-8"))
    assert json.loads(page.css_first("#ag2-marketing-experiment").text()) == kept
    assert Analysis.model_validate(kept) == analysis
    assert write_analysis(analysis, tmp_path / "again")["json"].read_bytes() == paths["json"].read_bytes()


def test_a_folder_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    made = plan(PlanExperiment(kind="binary", baseline=0.05, minimum_detectable_effect=0.1))
    with pytest.raises(InvalidInput, match="cannot be written"):
        write_plan(made, tmp_path / "file")
