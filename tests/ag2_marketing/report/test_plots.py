"""A plot described once: its steps, its drawing as SVG, its figure for plotly."""

from __future__ import annotations

import pytest
from plotly import graph_objects
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from ag2_marketing.report.charts.interactive import interactive
from ag2_marketing.report.charts.plot import Axis, Plot, Spot, Trace, spanning, steps
from ag2_marketing.report.charts.plotted import plotted

EVIL = '<b>"x"</b><script>alert(1)</script>'
LINE = (Spot(0, 1, "one"), Spot(1, 3, "three"), Spot(2, None, ""), Spot(2.5, 2, "two"), Spot(3, 2, "two"))


def plot(*traces: Trace, title: str = "Growth") -> Plot:
    return Plot(
        title=title,
        description="From one to three.",
        x=Axis(0, 3, ((0.0, "May"), (3.0, "June"))),
        y=Axis(0, 4, ((0.0, "0"), (2.0, "2"), (4.0, "4"))),
        traces=traces or (Trace("line", "effect", LINE, name="Effect"),),
    )


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 9_000, [0, 2_000, 4_000, 6_000, 8_000]),
        (-0.04, 0.23, [0, 0.05, 0.1, 0.15, 0.2]),
        (-3, 11, [0, 5, 10]),
        (0, 1, [0, 0.5, 1]),
        (7, 7, [7]),
    ],
)
def test_steps_are_round_and_few(low: float, high: float, expected: list[float]) -> None:
    assert steps(low, high) == pytest.approx(expected)


def test_a_range_holds_all_that_is_known_and_a_bit_more() -> None:
    low, high = spanning(0.0, None, 5.0, float("inf"))
    assert low < 0.0
    assert high > 5.0
    assert spanning(None) == (-1.0, 1.0)
    assert spanning(2.0)[0] < 2.0 < spanning(2.0)[1]


def test_a_drawing_has_the_words_that_were_handed_in_and_no_others() -> None:
    drawn = HTMLParser(plotted(plot()))

    assert sorted(node.text() for node in drawn.css("text")) == ["0", "2", "4", "June", "May"]
    (svg,) = drawn.css("svg")
    assert svg.attributes["role"] == "img"
    assert svg.attributes["aria-label"] == "Growth. From one to three."
    assert plotted(plot()) == plotted(plot())


def test_a_line_is_interrupted_where_there_is_no_figure() -> None:
    drawn = HTMLParser(plotted(plot()))

    pieces = [node.attributes["d"] or "" for node in drawn.css(".effect.line path")]
    assert [len(piece.split("L")) for piece in pieces] == [2, 2]


def test_bars_stand_on_each_other_in_proportion() -> None:
    first = Trace("bars", "arm-0", (Spot(0, 1), Spot(1, 2)))
    second = Trace("bars", "arm-1", (Spot(0, 1), Spot(1, 1)))
    drawn = HTMLParser(plotted(plot(first, second)))

    def heights(kind: str) -> list[float]:
        return [float(node.attributes["height"] or 0) for node in drawn.css(f".{kind} rect")]

    assert heights("arm-0")[1] == pytest.approx(2 * heights("arm-0")[0], abs=0.2)
    assert heights("arm-1")[0] == pytest.approx(heights("arm-0")[0], abs=0.2)


def test_hostile_words_stay_words_in_both_drawings() -> None:
    traces = (Trace("words", "said", (Spot(1, 2, EVIL),)), Trace("dots", "effect", (Spot(1, 1, EVIL),)))
    hostile = plot(*traces, title=EVIL)

    drawn = HTMLParser(plotted(hostile))
    assert drawn.css("script, b") == []
    assert EVIL in [node.text() for node in drawn.css("text")]
    figure = interactive(hostile)
    for trace in figure["data"]:
        assert "<" not in trace["text"][0]  # plotly reads markup in it
        assert trace["customdata"] == [EVIL]


def test_plotly_knows_everything_that_its_figures_say() -> None:
    traces = (
        Trace("band", "effect", (Spot(0, 2), Spot(1, 3), Spot(1, 1), Spot(0, 0))),
        Trace("line", "effect", LINE),
        Trace("dots", "effect", LINE[:2]),
        Trace("words", "said", (Spot(1, 2, "here"),)),
        Trace("bars", "arm-0", (Spot(0, 1, "one"),)),
    )
    figure = graph_objects.Figure(interactive(plot(*traces)))  # refuses what its schema does not know

    assert [trace.type for trace in figure.data] == ["scatter"] * 4 + ["bar"]
    assert list(figure.data[1].y) == [1, 3, None, 2, 2]
    assert list(figure.layout.xaxis.ticktext) == ["May", "June"]
    assert [trace.hoverinfo for trace in figure.data] == ["skip", "text", "text", "skip", "text"]
