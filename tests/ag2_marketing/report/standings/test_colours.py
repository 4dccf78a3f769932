"""The colours of standings by WCAG 2.2: words have 4.5:1 against their ground, marks 3:1 (1.4.3, 1.4.11)."""

from __future__ import annotations

import re

import pytest

from ag2_marketing.report.standings.fragment import style

PAPER = {"light": "#ffffff", "dark": "#161c23"}
INK = {"light": "#1b2530", "dark": "#e7ecf1"}
_SET = re.compile(r"--([\w-]+): (#[0-9a-f]{6})")


def palette(light: str) -> dict[str, str]:
    sheet = style()
    first, second = (match.end() for match in re.finditer(r":root \{", sheet))
    found = dict(_SET.findall(sheet[first : sheet.index("}", first)]))
    return found | dict(_SET.findall(sheet[second : sheet.index("}", second)])) if light == "dark" else found


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_reckoned_as_published() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)  # the well-known near miss


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("position", ["leading", "competitive", "lagging", "inconclusive"])
def test_words_of_positions_stand_out_from_their_tint(light: str, position: str) -> None:
    colours = palette(light)
    assert contrast(colours[position], colours[f"{position}-tint"]) >= 4.5
    assert contrast(INK[light], colours[f"{position}-tint"]) >= 4.5


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize(
    "mark",
    [
        "leading", "competitive", "lagging", "inconclusive", "average", "leader", "target", "other", "course",
        "forecast-line", "outlier", "change", "median",
    ],
)  # fmt: skip
def test_marks_stand_out_from_the_paper(light: str, mark: str) -> None:
    assert contrast(palette(light)[mark], PAPER[light]) >= 3.0


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("zone", ["zone-lagging", "zone-leading"])
@pytest.mark.parametrize("mark", ["leading", "competitive", "lagging", "inconclusive", "target", "average"])
def test_marks_stand_out_from_the_zones_behind_them(light: str, zone: str, mark: str) -> None:
    assert contrast(palette(light)[mark], palette(light)[zone]) >= 3.0
