from __future__ import annotations

from ag2_marketing.report.standings.outcomes import measure_rows, share_rows, shares_plot
from ag2_marketing.report.standings.strips import Rank, percentile_plot

CHANGES = ("improved", "stable", "worse")


def test_a_strip_has_a_dot_at_the_percentile_over_the_middle_half() -> None:
    plot = percentile_plot(
        [Rank("Retention", 57.4, "competitive"), Rank("Skill", 3.0, "lagging")], title="Ranks"
    )
    assert plot is not None
    dots = [trace for trace in plot.traces if trace.shape == "dots"]
    assert [(one.kind, one.spots[0].x, one.spots[0].y) for one in dots] == [
        ("competitive", 57.4, 2.0),
        ("lagging", 3.0, 1.0),
    ]
    bands = [trace for trace in plot.traces if trace.shape == "band"]
    assert [{spot.x for spot in one.spots} for one in bands] == [{25.0, 75.0}, {25.0, 75.0}]
    assert [one.name for one in bands] == ["Middle half of the others", ""]
    assert plot.description == "Retention: percentile 57; Skill: percentile 3."


def test_long_names_leave_room_for_the_figure() -> None:
    plot = percentile_plot(
        [Rank("Client satisfaction with everything that was done " * 2, 99.0, "leading")], title=""
    )
    assert plot is not None
    (words,) = (trace.spots[0].words for trace in plot.traces if trace.shape == "words")
    assert words.endswith("…: 99")
    assert len(words) < 50


def test_without_ranks_there_is_no_strip() -> None:
    assert percentile_plot([], title="") is None


def share(change: str, percent: float | None, reason: str | None = None) -> dict[str, object]:
    bounds = (None, None) if percent is None else (percent - 10, percent + 10)
    return {"change": change, "percent": percent, "lower": bounds[0], "upper": bounds[1], "reason": reason}


def test_shares_of_groups_too_small_are_crosses_and_whole_groups_say_why() -> None:
    groups = [
        {
            "sort": "location",
            "name": "north",
            "clients": 20,
            "changes": [share("improved", 40.0), share("worse", None)],
            "reason": None,
        },
        {
            "sort": "condition",
            "name": "chronic_wound",
            "clients": None,
            "changes": [],
            "reason": "Fewer than 5.",
        },
    ]
    told, withheld = share_rows(groups, CHANGES)
    assert told.name == "All clients"
    assert (told.clients, told.cells) == ("20", ["40 %", "×", "×"])
    assert (withheld.name, withheld.cells, withheld.reason) == ("chronic wound", [], "Fewer than 5.")


def test_shares_are_drawn_with_their_intervals_and_untold_ones_not_at_all() -> None:
    plot = shares_plot([share("improved", 40.0), share("worse", None), share("stable", 60.0)])
    assert plot is not None
    dots = [trace for trace in plot.traces if trace.shape == "dots"]
    assert [(one.kind, one.spots[0].x) for one in dots] == [("leading", 40.0), ("competitive", 60.0)]
    lines = [trace for trace in plot.traces if trace.shape == "line"]
    assert [[spot.x for spot in one.spots] for one in lines] == [[30.0, 50.0], [50.0, 70.0]]
    assert shares_plot([share("improved", None)]) is None


def test_a_mean_change_is_told_with_sign_and_interval_or_with_its_reason() -> None:
    rows = list(
        measure_rows(
            [
                {"title": "Pain", "unit": None, "clients": 12, "mean_improvement": -0.5, "lower": -1.0, "upper": 0.0,
                 "reason": None},
                {"title": "Gait", "unit": "percent", "clients": None, "mean_improvement": None, "lower": None,
                 "upper": None, "reason": "Fewer than 5."},
            ]
        )
    )  # fmt: skip
    assert (rows[0].clients, rows[0].improvement, rows[0].interval) == ("12", "−0.5", "−1 to 0")
    assert (rows[1].improvement, rows[1].reason) == ("", "Fewer than 5.")
