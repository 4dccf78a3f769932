"""Checks of speed and weight; figures by hand, thresholds at their edges."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from audited_page import Case, assert_judged, assert_numbers_are_figures

from ag2_marketing_tools.seo.catalogue import checks
from ag2_marketing_tools.seo.file_sizes import FileSizes
from ag2_marketing_tools.seo.model import Measured
from ag2_marketing_tools.seo.readings import Reading, first_known
from ag2_marketing_tools.seo.speed_model import FileFact

PLAIN = Case("<p>Care")
PAGE = Case("<p>Care<img src=/a.png>")


def lab(*values: float | None, reason: str = "no lab") -> Case:
    """Readings of Total Blocking Time, one source after the other."""
    return replace(
        PLAIN, blocking_times=tuple(Reading("a lab", value, None if value else reason) for value in values)
    )


def weighing(*readings: Reading) -> Case:
    return replace(PLAIN, weights=readings)


def whole(value: float | None) -> Reading:
    return Reading("a browser", value, "no browser")


def part(value: float) -> Reading:
    return Reading("the fetch", value, "1 of 2 files were measured.", whole=False)


def images(*sizes: int | None) -> Case:
    facts = tuple(
        FileFact(
            url=f"https://care.example/{n}.png", element="img", size=size, reason=None if size else "gone"
        )
        for n, size in enumerate(sizes)
    )
    return replace(PAGE, files=FileSizes(images=facts))


CASES: list[tuple[str, Case, str, float | None]] = [
    ("perf.fcp", replace(PLAIN, vitals={"fcp": 1800}), "pass", None),
    ("perf.fcp", replace(PLAIN, vitals={"fcp": 1801}), "warn", 1801),
    ("perf.fcp", replace(PLAIN, vitals={"fcp": 3000}), "warn", 3000),
    ("perf.fcp", replace(PLAIN, vitals={"fcp": 3001}), "fail", 3001),
    ("perf.fcp", replace(PLAIN, vitals={"lcp": 1}), "not_testable", None),
    ("perf.fcp", PLAIN, "not_testable", None),
    ("cwv.lcp", replace(PLAIN, vitals={"lcp": 2501}), "warn", 2501),
    ("cwv.inp", replace(PLAIN, vitals={"inp": 501}), "fail", 501),
    ("cwv.cls", replace(PLAIN, vitals={"cls": 0.11}), "warn", 0.11),
    ("perf.tbt", lab(200), "pass", None),
    ("perf.tbt", lab(200.5), "warn", 200.5),
    ("perf.tbt", lab(600), "warn", 600),
    ("perf.tbt", lab(601), "fail", 601),
    ("perf.tbt", lab(None), "not_testable", None),
    ("perf.tbt", PLAIN, "not_testable", None),
    ("perf.tbt", lab(None, 700), "fail", 700),  # the second source stands in
    ("perf.tbt", lab(100, 700), "pass", None),  # the first source is believed
    ("perf.total_bytes", weighing(whole(1_600_000)), "pass", None),
    ("perf.total_bytes", weighing(whole(1_600_001)), "warn", 1_600_001),
    ("perf.total_bytes", weighing(whole(5_000_001)), "fail", 5_000_001),
    ("perf.total_bytes", weighing(whole(None), part(5)), "not_testable", None),
    ("perf.total_bytes", weighing(whole(None), part(1_600_001)), "warn", 1_600_001),
    ("perf.total_bytes", weighing(whole(None), part(5_000_001)), "fail", 5_000_001),
    ("perf.total_bytes", weighing(part(9), whole(5_000_001)), "fail", 5_000_001),
    ("perf.total_bytes", PLAIN, "not_testable", None),
    ("img.bytes", images(100_000, 1), "pass", None),
    ("img.bytes", images(100_001, 1), "warn", 100_001),
    ("img.bytes", images(500_000), "warn", 500_000),
    ("img.bytes", images(7, 500_001), "fail", 500_001),
    ("img.bytes", images(100_001, None), "warn", 100_001),  # what is too large is so whatever the rest is
    ("img.bytes", images(7, None), "not_testable", None),
    ("img.bytes", PAGE, "not_testable", None),
    ("img.bytes", PLAIN, "not_applicable", None),
    ("img.bytes", Case("<img src=data:image/png;base64,AAAA>"), "not_applicable", None),
]  # fmt: skip


@pytest.mark.parametrize(("check", "case", "verdict", "figure"), CASES)
def test_verdict_and_figure(check: str, case: Case, verdict: str, figure: float | None) -> None:
    assert_judged(check, case, verdict, figure)
    if verdict in {"warn", "fail"}:
        assert_numbers_are_figures(check, case, figure)


def test_a_check_that_could_not_be_made_says_why() -> None:
    assert lab(None, None).judged("perf.tbt").message == "no lab"  # once
    assert "1 of 2 files" in weighing(whole(None), part(5)).judged("perf.total_bytes").message
    assert "gone" in images(7, None).judged("img.bytes").message


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((None, None), "No size of 2 image files could be measured. gone"),
        ((None,), "No size of 1 image file could be measured. gone"),
        ((7, None), "Of 2 image files 1 could be measured, and none of those is too large. gone"),
    ],
)
def test_what_could_not_be_measured_of_the_images_is_said(
    sizes: tuple[int | None, ...], message: str
) -> None:
    outcome = images(*sizes).judged("img.bytes")
    assert (outcome.verdict, outcome.message) == ("not_testable", message)


def test_a_part_of_the_weight_is_told_as_at_least() -> None:
    assert "at least" in weighing(part(5_000_001)).judged("perf.total_bytes").message
    assert "at least" not in weighing(whole(5_000_001)).judged("perf.total_bytes").message


def test_each_large_image_is_shown_with_its_size_largest_first() -> None:
    outcome = images(200_000, 5, 900_000).judged("img.bytes")
    assert [(one.url, one.size) for one in outcome.evidence] == [
        ("https://care.example/2.png", 900_000),
        ("https://care.example/0.png", 200_000),
    ]


@pytest.mark.parametrize(
    ("check", "limits"),
    [
        ("perf.tbt", {"good": 200, "poor": 600}),
        ("perf.total_bytes", {"good": 1_600_000, "poor": 5_000_000}),
        ("img.bytes", {"good": 100_000, "poor": 500_000}),
    ],
)
def test_thresholds_are_those_of_the_sources(check: str, limits: dict[str, Any]) -> None:
    assert {name: limit.value for name, limit in checks()[check].limits.items()} == limits


def test_the_threshold_of_first_contentful_paint_stands_with_its_figure() -> None:
    found = replace(PLAIN, vitals={"fcp": 1801}).judged("perf.fcp").measured
    assert found == Measured(value=1801, unit="ms", limits={"good": 1800, "poor": 3000})


def test_no_reading_is_no_figure() -> None:
    assert first_known([]) is None
    assert first_known([whole(None)]) is None
