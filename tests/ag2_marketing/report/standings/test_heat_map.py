"""Heat maps: every place has a sign and a word, what was not measured or is withheld is said, no figure is lost."""

from __future__ import annotations

from typing import Any

from selectolax.lexbor import LexborHTMLParser

from ag2_marketing.report.standings.fragment import rendered
from ag2_marketing.report.standings.heat_map import HeatMap, heat_map_of
from ag2_marketing.report.standings.of_company import locations_fragment
from ag2_marketing.report.standings.positions import ORDER, SIGNS, mark_of
from ag2_marketing_tools.care.location_standings import compare_locations
from ag2_marketing_tools.workspace import Workspace


def cell(position: str, value: float | None, **more: Any) -> dict[str, Any]:
    return {"position": position, "value": value, "lower": None, "upper": None, **more}


def result() -> dict[str, Any]:
    counts = {"leading": 1, "competitive": 0, "lagging": 0, "inconclusive": 1, "unmeasured": 1}
    return {
        "columns": [
            {"title": "On time", "unit": "percent", "category": "visits"},
            {"title": "Requests", "unit": "h", "category": "visits"},
            {"title": "Nobody has it", "unit": None, "category": "visits"},
        ],
        "rows": [
            {
                "who": "a",
                "counts": counts,
                "cells": [
                    cell("leading", 96.234, lower=94.0, upper=98.0),
                    cell("inconclusive", 6.5),
                    cell("unmeasured", None),
                ],
            },
            {
                "who": "<b>",
                "counts": {**counts, "leading": 0},
                "cells": [cell("unmeasured", None), cell("lagging", 24.0), cell("unmeasured", None)],
            },
        ],
    }


def made(**options: Any) -> HeatMap:
    found = heat_map_of(result(), title="Map", corner="Who", named="who", **options)
    assert found is not None
    return found


def test_metrics_that_nobody_has_are_left_out_and_without_any_there_is_no_map() -> None:
    assert [column.title for column in made().columns] == ["On time", "Requests"]
    empty = {**result(), "rows": []}
    assert heat_map_of(empty, title="", corner="", named="who") is None


def test_each_place_says_its_metric_figure_interval_and_position() -> None:
    words = [[place.words for place in row.places] for row in made().rows]
    assert words[0][0].startswith("On time: 96.23")
    assert words[0][0].endswith("(94 to 98), leading")
    assert words[1][0] == "On time: not measured"


def test_marks_that_occur_are_explained_and_no_others() -> None:
    assert [mark.kind for mark, _ in made().how] == ["leading", "lagging", "inconclusive", "unmeasured"]


def test_positions_differ_by_sign_and_word_not_by_colour_alone() -> None:
    assert len(set(SIGNS.values())) == len(ORDER)
    assert len({mark_of(position).word for position in ORDER}) == len(ORDER)


def test_the_table_holds_sign_word_and_figure_and_rows_lead_somewhere() -> None:
    heat_map = made(link=lambda name: f"/people/{len(name)}")
    html = LexborHTMLParser(
        rendered(
            "locations", titles={"locations": "All", "import": ""}, heat_map=heat_map, counts=[], without=[],
            reason="", made="",
        )
    )  # fmt: skip
    body = html.css_first("tbody")
    assert body is not None
    rows = body.css("tr")
    assert [one.text(strip=True) for one in rows[0].css("td")] == [
        "▲leading96.2(94 to 98)",
        "◌inconclusive6.5",
    ]
    assert [one.attributes["class"] for one in rows[1].css("td")] == ["unmeasured", "lagging"]
    assert [one.attributes["href"] for one in body.css("th a")] == ["/people/1", "/people/3"]
    assert rows[1].css_first("th a").text() == "<b>"
    assert [one.text(strip=True) for one in rows[0].css(".tally")] == ["▲ 1, ◌ 1"]


def test_an_interval_is_read_without_a_pointer_and_one_that_is_open_says_so() -> None:
    found = result()
    found["rows"][1]["cells"][1] |= {"upper": 30.0}
    heat_map = heat_map_of(found, title="Map", corner="Who", named="who")
    html = LexborHTMLParser(
        rendered(
            "locations", titles={"locations": "All", "import": ""}, heat_map=heat_map, counts=[], without=[],
            reason="", made="",
        )
    )  # fmt: skip
    told = [[node.text(strip=True) for node in place.css(".unseen")] for place in html.css("tbody td")]
    assert told == [["leading", "(94 to 98)"], ["inconclusive"], ["not measured"], ["lagging", "(up to 30)"]]


async def test_without_any_location_it_is_said_how_figures_come_in(workspace: Workspace) -> None:
    found = await compare_locations.run({}, workspace)
    page = LexborHTMLParser(locations_fragment(found))
    assert page.css_first("table") is None
    assert "No location has a figure" in page.body.text()
    assert "ag2-marketing import" in page.css_first("code").text()
