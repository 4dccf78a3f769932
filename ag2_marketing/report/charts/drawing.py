"""What a report draws. Every word comes in ready to be read; numbers that come in are only lengths and places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from markupsafe import Markup

from ag2_marketing.report.charts.svg import svg_of

# A chart is drawn for the width of a phone and stands beside its table on a desk, so its words stay readable on both.
WIDTH = 360
NARROW = 280
WIDE = 720
LONGEST_LABEL = 26
_BAR_HEIGHT = 30
_ROW_HEIGHT = 26
_LETTER = 13
_BORDER = " "


@dataclass(frozen=True)
class Bar:
    """One bar: its words, its length, and the class that colours it."""

    label: str
    length: float
    kind: str = "plain"


@dataclass(frozen=True)
class Dot:
    """One dot of a grid; a size of 0 leaves its place empty."""

    size: float
    kind: str = "plain"


@dataclass(frozen=True)
class Point:
    """One point of a plane, with the words on it."""

    label: str
    x: float
    y: float
    kind: str = "plain"


def bars(rows: Sequence[Bar], limits: Sequence[float] = (), *, name: str, description: str) -> Markup:
    """Draw lying bars, the first on top, from zero to beyond the longest bar; limits are lines across them."""
    kinds = list(dict.fromkeys(row.kind for row in rows))
    most = max([*(row.length for row in rows), *limits], default=0.0)
    chart = chart_of(
        "HorizontalStackedBar",
        width=NARROW if limits else WIDTH,
        height=len(rows) * _BAR_HEIGHT + 16,
        range=(0, most * 1.08 or 1),
        margin_bottom=6,
        show_x_labels=bool(limits),
    )
    lying = list(reversed(rows))  # pygal puts the first at the bottom
    chart.x_labels = [_short(row.label) for row in lying]
    chart.y_labels = [{"value": limit, "label": _BORDER} for limit in limits]
    for kind in kinds:
        chart.add(kind, [row.length if row.kind == kind else None for row in lying])
    return svg_of(chart, name=name, description=description, series=dict(enumerate(kinds)), kind="bars")


def dot_grid(
    rows: Sequence[tuple[str, Sequence[Dot]]], columns: Sequence[str], *, name: str, description: str
) -> Markup:
    """Draw a grid of dots, a row of them for each label; the biggest dots are of size 1."""
    longest = max((len(_short(column)) for column in columns), default=0)
    chart = chart_of(
        "Dot",
        width=WIDE,
        height=len(rows) * _ROW_HEIGHT + int(longest * 6.2) + 40,
        range=(0, 1),
        x_label_rotation=45,
        show_x_guides=True,
        margin_right=60,
    )
    chart.x_labels = [_short(column) for column in columns]
    for label, dots in rows:
        chart.add(_short(label), [dot.size for dot in dots])
    return svg_of(chart, name=name, description=description, series={}, kind="grid")


def plane(
    points: Sequence[Point], x_labels: Sequence[str], y_labels: Sequence[str], *, name: str, description: str
) -> Markup:
    """Draw points in a plane of named fields, each field one unit wide and high, the first at 1."""
    chart = chart_of(
        "XY",
        height=300,
        stroke=False,
        dots_size=_LETTER - 3,
        print_labels=True,
        xrange=(0.5, len(x_labels) + 0.5),
        range=(0.5, len(y_labels) + 0.5),
        show_x_guides=True,
    )
    chart.x_labels, chart.y_labels = _fields(x_labels), _fields(y_labels)
    # pygal looks the marked labels up by their words along x, and by their places along y
    chart.x_labels_major, chart.y_labels_major = [_BORDER], [at + 0.5 for at in range(1, len(y_labels))]
    kinds = list(dict.fromkeys(point.kind for point in points))
    for kind in kinds:
        chart.add(
            kind,
            [{"value": (point.x, point.y), "label": point.label} for point in points if point.kind == kind],
        )
    return svg_of(chart, name=name, description=description, series=dict(enumerate(kinds)), kind="plane")


def line(
    points: Sequence[tuple[str, str, float]], *, span: tuple[float, float], name: str, description: str
) -> Markup:
    """Draw a line through points, each with the words below it, the words on it, and its height."""
    chart = chart_of(
        "Line", width=WIDE, height=240, range=span, dots_size=5, print_values=True, show_y_labels=False,
        x_label_rotation=30 if len(points) > 4 else 0, margin_left=60,
        margin_right=60, margin_top=26,
    )  # fmt: skip
    chart.x_labels = [below for below, _, _ in points]
    chart.add("line", [{"value": height, "formatter": _saying(words)} for _, words, height in points])
    return svg_of(chart, name=name, description=description, series={0: "plain"}, kind="trend")


def _fields(labels: Sequence[str]) -> list[dict[str, Any]]:
    """Return the names at the middles of the fields, and the nameless borders between them."""
    names = [{"value": at, "label": label} for at, label in enumerate(labels, start=1)]
    return names + [{"value": at + 0.5, "label": _BORDER} for at in range(1, len(labels))]


def _saying(words: str) -> Any:
    return lambda _: words


def chart_of(kind: str, **options: Any) -> Any:
    """Return an empty chart of pygal's, of a phone's width unless told otherwise."""
    import pygal  # type: ignore[import-untyped]  # only where a report is drawn

    settings = {"width": WIDTH, "margin": 10, "spacing": 8, "truncate_label": 200, "show_legend": False}
    return getattr(pygal, kind)(style=_style(), js=[], no_prefix=True, **{**settings, **options})


@cache
def _style() -> Any:
    """Return the sizes that pygal makes room for; colours and fonts are the page's."""
    from pygal.style import Style  # type: ignore[import-untyped]

    return Style(
        label_font_size=_LETTER,
        major_label_font_size=_LETTER,
        value_font_size=_LETTER,
        value_label_font_size=_LETTER,
    )


def _short(label: str) -> str:
    text = " ".join(label.split())
    return text if len(text) <= LONGEST_LABEL else text[: LONGEST_LABEL - 1].rstrip() + "…"
