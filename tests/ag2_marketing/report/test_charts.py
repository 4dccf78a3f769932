"""Charts: the same bytes each time, lengths in proportion, and nothing written that was not handed in."""

from __future__ import annotations

import re

from selectolax.lexbor import LexborHTMLParser as HTMLParser

from ag2_marketing.report.charts import Bar, Dot, Point, bars, dot_grid, line, plane

ROWS = [Bar("critical 2", 2, "critical"), Bar("warning 8", 8, "warning")]


def words(drawing: str) -> list[str]:
    return [node.text() for node in HTMLParser(drawing).css("text")]


def test_bars_are_as_long_as_their_values() -> None:
    drawn = HTMLParser(bars(ROWS, name="Findings", description=""))

    def length(kind: str) -> float:
        return max(float(node.attributes.get("width") or 0) for node in drawn.css(f".{kind} rect"))

    assert abs(length("warning") / length("critical") - 4) < 0.02


def test_the_first_bar_is_on_top() -> None:
    drawing = bars(ROWS, name="Findings", description="")
    heights = {node.text(): float(str(node.attributes["y"])) for node in HTMLParser(drawing).css("text")}

    assert heights["critical 2"] < heights["warning 8"]


def test_nothing_stands_at_an_axis_that_was_not_handed_in() -> None:
    assert sorted(words(bars(ROWS, [4.0], name="a", description=""))) == ["critical 2", "warning 8"]
    assert words(bars([Bar("none", 0)], name="a", description="")) == ["none"]
    grid = dot_grid([("care", [Dot(1), Dot(0)])], ["a.example", "b.example"], name="a", description="")
    assert sorted(words(grid)) == ["a.example", "b.example", "care"]
    field = plane(
        [Point("1", 1, 3)], ["low", "medium", "high"], ["few", "some", "many"], name="a", description=""
    )
    assert sorted(words(field)) == ["1", "few", "high", "low", "many", "medium", "some"]
    trend = line([("May", "62", 62), ("June", "70", 70)], span=(0, 100), name="a", description="")
    assert sorted(words(trend)) == ["62", "70", "June", "May"]


def test_a_chart_names_neither_its_maker_nor_the_day_it_was_drawn() -> None:
    drawing = bars(ROWS, name="Findings", description="How many.")

    assert drawing == bars(ROWS, name="Findings", description="How many.")
    assert not re.search(r"pygal|Kozea|<!--|20\d\d", drawing)


def test_hostile_words_stay_words() -> None:
    evil = '"><script>alert(1)</script>'
    drawing = bars([Bar(evil, 1)], name=evil, description=evil)

    assert HTMLParser(drawing).css("script") == []
    assert "&lt;script&gt;" in drawing


def test_the_size_of_a_dot_goes_by_its_value() -> None:
    grid = HTMLParser(
        dot_grid([("care", [Dot(1), Dot(0.5), Dot(0)])], ["a", "b", "c"], name="a", description="")
    )
    sizes = [float(str(node.attributes["r"])) for node in grid.css("circle")]

    assert abs(sizes[0] - 2 * sizes[1]) <= 0.1
    assert sizes[2] == 0
