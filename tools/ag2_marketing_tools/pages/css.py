"""As much CSS as it takes to tell that a text is not seen: declarations, plain rules, and what hides.

No layout: external style sheets, scripts and media queries are not looked at, so a text may be hidden where
nothing is found here; what is found here is hidden as the document stands.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

Declarations = Mapping[str, str]

_LONGEST_BLOCK = 4_096  # characters of one declaration block; hiding takes far fewer
_LONGEST_SHEET = 500_000
_MOST_RULES = 2_000
_LEFT_OUT = frozenset(":~")
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_DECLARATION = re.compile(r"([-\w]+)\s*:\s*((?:[^;\"'(]|\"[^\"]*\"|'[^']*'|\([^)]*\))*)")
# A block that `hiding_reason` has a reason for holds one of these words, and what the pattern beside it looks for.
_SIGNS_OF_HIDING = (
    ("display", re.compile(r"display\s*:\s*none")),
    ("visibility", re.compile(r"visibility\s*:\s*(?:hidden|collapse)")),
    ("opacity", re.compile(r"opacity\s*:\s*[-.0]")),
    ("font-size", re.compile(r"font-size\s*:\s*[-.0]")),
    ("overflow", re.compile(r"(?:height|width)\s*:\s*[-.0]")),
    ("clip", re.compile("clip")),
    ("scale", re.compile("scale")),
    ("transparent", re.compile("color")),
    ("rgb", re.compile("color")),
    ("background", re.compile(r"(?<!-)color")),
    ("#", re.compile(r"#(?:[0-9a-f]{4}){1,2}(?![0-9a-f])")),
    ("-", re.compile(r"-\d{3}|-\d*\.?\d+(?:r?em|ex|ch|pt|vw|vh)")),
)
_LENGTH = re.compile(r"(-?\d*\.?\d+)(px|em|rem|ex|ch|pt|vw|vh|%|)")
_COLOUR = re.compile(r"#[0-9a-f]{3,8}\b|rgba?\([^)]*\)|\b(?:white|black|transparent)\b")
_PIXELS = {
    "": 1.0,
    "px": 1.0,
    "pt": 4 / 3,
    "em": 16.0,
    "rem": 16.0,
    "ex": 8.0,
    "ch": 8.0,
    "vw": 12.8,
    "vh": 8.0,
}
_OFF_SCREEN_PX = -900  # beyond any screen edge that a design element would overlap on purpose
_NAMED = {"white": (255, 255, 255, 1.0), "black": (0, 0, 0, 1.0), "transparent": (0, 0, 0, 0.0)}


@dataclass(frozen=True)
class Rule:
    """One selector with its block, which is in lower case and cut at what is read of it."""

    selector: str
    block: str

    @cached_property
    def declarations(self) -> tuple[Declarations, Declarations]:
        """The normal declarations and the `!important` ones."""
        return declarations(self.block)

    def sets(self, properties: AbstractSet[str]) -> bool:
        """Tell whether it declares one of these properties."""
        return any(not properties.isdisjoint(part) for part in self.declarations)

    @property
    def specificity(self) -> int:
        """Ids, classes and attributes, types (CSS Selectors 4, section 17), as one sortable number."""
        ids = self.selector.count("#")
        classes = self.selector.count(".") + self.selector.count("[")
        types = len(re.findall(r"(?:^|[\s>+~])[a-zA-Z]", self.selector))
        return ids * 10_000 + classes * 100 + types


def reason_of_block(block: str) -> str | None:
    """Return how the declarations of a block keep a text from being seen, or None."""
    kept = block[:_LONGEST_BLOCK].lower()
    if not any(word in kept and pattern.search(kept) for word, pattern in _SIGNS_OF_HIDING):
        return None
    normal, important = declarations(kept)
    return hiding_reason({**normal, **important})


def declarations(block: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return the normal and the `!important` declarations of a block, names and values in lower case."""
    normal: dict[str, str] = {}
    important: dict[str, str] = {}
    for name, value in _DECLARATION.findall(block[:_LONGEST_BLOCK].lower()):
        plain, bang, _ = value.partition("!")
        (important if bang else normal)[name] = plain.strip()
    return normal, important


def rules(sheet: str) -> Iterator[Rule]:
    """Return the rules outside at-rules.

    Selectors with pseudo-classes hold at times only and are left out; so are those with `~`, whose matching
    takes time in the square of the siblings.
    """
    css = _COMMENT.sub("", sheet[:_LONGEST_SHEET])
    found, depth, start, opened = 0, 0, 0, 0
    for brace in re.finditer(r"[{}]", css):
        if brace[0] == "{":
            opened = brace.start() if depth == 0 else opened
            depth += 1
            continue
        depth = max(0, depth - 1)
        if depth:
            continue
        prelude, block = css[start:opened].rsplit(";", 1)[-1].strip(), css[opened + 1 : brace.start()]
        start = brace.end()
        if prelude.startswith("@") or "{" in block:
            continue
        block = block[:_LONGEST_BLOCK].lower()
        for selector in prelude.split(","):
            if selector.strip() and _LEFT_OUT.isdisjoint(selector):
                yield Rule(selector.strip(), block)
                found += 1
        if found >= _MOST_RULES:
            return


def hiding_reason(style: Declarations) -> str | None:
    """Return how these declarations keep a text from being seen, or None."""
    if style.get("display") == "none":
        return "display:none"
    if style.get("visibility") in {"hidden", "collapse"}:
        return "visibility:hidden"
    if style.get("content-visibility") == "hidden":
        return "content-visibility:hidden"
    return next((reason for reason, holds in _HIDING if holds(style)), None)


def _number(value: str | None) -> tuple[float, str] | None:
    match = _LENGTH.fullmatch(value or "")
    return (float(match[1]), match[2]) if match else None


def _pixels(value: str | None) -> float | None:
    number = _number(value)
    return number[0] * _PIXELS[number[1]] if number and number[1] in _PIXELS else None


def _is_zero(value: str | None) -> bool:
    number = _number(value)
    return number is not None and number[0] <= 0


def _off_screen(style: Declarations) -> bool:
    edges = [style.get("text-indent")]
    if style.get("position") in {"absolute", "fixed"}:
        edges += [style.get(edge) for edge in ("left", "right", "top", "bottom")]
    edges += [style.get("margin-left"), style.get("margin-top")]
    moved = re.search(r"translate[xy]?\(\s*(-[\d.]+px)", style.get("transform", ""))
    edges.append(moved[1] if moved else None)
    return any((pixels := _pixels(edge)) is not None and pixels <= _OFF_SCREEN_PX for edge in edges)


def _clipped(style: Declarations) -> bool:
    if style.get("clip-path", "").replace(" ", "") in {
        "inset(50%)",
        "inset(100%)",
        "circle(0)",
        "circle(0px)",
    }:
        return True
    inside = re.fullmatch(r"rect\(([^)]*)\)", style.get("clip", ""))
    if inside is None or style.get("position") not in {"absolute", "fixed"}:
        return False
    sides = [_pixels(side) for side in re.split(r"[\s,]+", inside[1].strip())]
    return all(side is not None and abs(side) <= 1 for side in sides)


def _zero_size(style: Declarations) -> bool:
    if style.get("transform", "").replace(" ", "") == "scale(0)":
        return True
    if style.get("overflow", style.get("overflow-y", "")) not in {"hidden", "clip"}:
        return False
    return any(_is_zero(style.get(side)) for side in ("height", "width", "max-height", "max-width"))


def _same_colour(style: Declarations) -> bool:
    colour = _colour(style.get("color"))
    if colour is None:
        return False
    if colour[3] == 0 and "background-clip" not in style and "-webkit-background-clip" not in style:
        return True
    background = _colour(style.get("background-color") or style.get("background"))
    return background is not None and background == colour and "url(" not in style.get("background", "")


def _colour(value: str | None) -> tuple[int, int, int, float] | None:
    match = _COLOUR.search(value or "")
    if match is None:
        return None
    text = match[0]
    if text in _NAMED:
        return _NAMED[text]
    if text.startswith("#"):
        digits = text[1:] if len(text) > 5 else "".join(digit * 2 for digit in text[1:])
        if len(digits) not in {6, 8}:
            return None
        red, green, blue, alpha = (int(digits.ljust(8, "f")[at : at + 2], 16) for at in (0, 2, 4, 6))
        return red, green, blue, alpha / 255
    parts = [_number(part) for part in re.split(r"[\s,/]+", text[text.index("(") + 1 : -1].strip())]
    if len(parts) not in {3, 4} or any(part is None for part in parts):
        return None
    values = [part[0] * (2.55 if part[1] == "%" else 1) for part in parts if part is not None]
    return int(values[0]), int(values[1]), int(values[2]), values[3] if len(values) == 4 else 1.0


_HIDING: tuple[tuple[str, Callable[[Declarations], bool]], ...] = (
    ("opacity:0", lambda style: _is_zero(style.get("opacity"))),
    ("zero font size", lambda style: _is_zero(style.get("font-size"))),
    ("off-screen", _off_screen),
    ("clipped", _clipped),
    ("zero size", _zero_size),
    ("same colour as background", _same_colour),
)
