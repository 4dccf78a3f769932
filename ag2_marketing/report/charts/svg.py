"""pygal's drawing as a reader needs it: shapes and words, without its script, styles, notes and hidden numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from markupsafe import Markup, escape

# Everything else that pygal writes serves its tooltips, its own colours, or says when and by what it was drawn.
_KEPT_TAGS = frozenset({"g", "rect", "circle", "path", "text"})
_KEPT_ATTRIBUTES = ("x", "y", "rx", "cx", "cy", "r", "width", "height", "d", "transform", "text-anchor")
_TELLING_CLASSES = frozenset({"guide", "line", "major", "rect", "dot", "value", "label", "axis", "x", "y"})
_LEFT_OUT_CLASSES = frozenset({"tooltip-overlay", "titles", "background"})
_SERIES = re.compile(r"serie-(\d+)")
_LONG_DECIMAL = re.compile(r"-?\d+\.\d+")


def svg_of(chart: Any, *, name: str, description: str, series: Mapping[int, str], kind: str) -> Markup:
    """Return a chart as an SVG element.

    Args:
        chart: A pygal chart, ready to be drawn.
        name: What it shows, for screen readers.
        description: What it says, in a sentence.
        series: The class of each series, which the page's style sheet colours.
        kind: The class of the whole.
    """
    root = chart.render_tree()
    body = Markup("").join(_written(child, series) for child in root if _tag(child) == "g")
    return Markup(
        '<svg class="chart {}" viewBox="{}" role="img" aria-label="{}"><title>{}</title><desc>{}</desc>{}</svg>'
    ).format(kind, root.get("viewBox"), f"{name}. {description}".strip(), name, description, body)


def _tag(node: Any) -> str:
    return node.tag.rsplit("}", 1)[-1] if isinstance(node.tag, str) else ""


def _written(node: Any, series: Mapping[int, str]) -> Markup:
    tag, classes = _tag(node), (node.get("class") or "").split()
    if tag not in _KEPT_TAGS or _LEFT_OUT_CLASSES.intersection(classes):
        return Markup("")
    inner = Markup("").join(_written(child, series) for child in node)
    words = escape(" ".join(node.text.split())) if tag == "text" and node.text else Markup("")
    if tag in {"g", "text"} and not inner and not words:
        return Markup("")
    written = Markup("").join(
        Markup(' {}="{}"').format(attribute, value) for attribute, value in _attributes(node, classes, series)
    )
    return Markup("<{}{}>{}{}</{}>").format(tag, written, words, inner, tag)


def _attributes(node: Any, classes: list[str], series: Mapping[int, str]) -> Iterator[tuple[str, str]]:
    kept = [name for name in classes if name in _TELLING_CLASSES]
    kept += [series.get(int(found.group(1)), "") for name in classes if (found := _SERIES.fullmatch(name))]
    if named := " ".join(filter(None, kept)):
        yield "class", named
    for attribute in _KEPT_ATTRIBUTES:
        if (value := node.get(attribute)) is not None:
            yield attribute, _LONG_DECIMAL.sub(lambda found: _short(found.group()), value)


def _short(number: str) -> str:
    """Return a coordinate to a tenth of a pixel."""
    text = f"{float(number):.1f}"
    return text.removesuffix(".0").replace("-0", "0") if float(text) == 0 else text.removesuffix(".0")
