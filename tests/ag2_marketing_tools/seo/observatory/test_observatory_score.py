"""Score and grade, what is not graded, and that no header brings the grading down."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from observatory_sites import HTTP, HTTPS, NOBODY, site, visit
from pydantic import ValidationError

from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.seo.observatory import Document, Exchange, ObservatoryResult, ObservedSite, grade
from ag2_marketing_tools.seo.observatory.rules import Scoring, scoring

NAMES = [
    "Content-Security-Policy", "Content-Security-Policy-Report-Only", "Set-Cookie", "Content-Type",
    "Cross-Origin-Resource-Policy", "Cross-Origin-Embedder-Policy", "Cross-Origin-Opener-Policy",
    "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials", "Referrer-Policy",
    "Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options",
]  # fmt: skip
PARTS = [
    "default-src", "script-src", "'self'", "'nonce-a'", "'strict-dynamic'", "https://a/%zz", "%", ";", ",",
    "=", "max-age=", "9" * 500, "a=1", "Domain=", "[", "SameSite", "Path", "no-referrer", '"', "\\", "\0",
    "\ud800",
]  # fmt: skip
VALUES = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PARTS), max_size=8).map(" ".join))
URLS = st.one_of(st.sampled_from([HTTP, HTTPS, "http://[", "https://co.uk/", "//", ""]), st.text(max_size=20))


def test_a_plain_https_site_gets_30_points_and_a_d() -> None:
    result = grade(site(), preload=NOBODY)
    assert (result.score, result.grade, result.score_without_extra_credit) == (30, "D", 30)
    assert (result.tests_passed, result.tests_failed) == (8, 4)
    assert result.algorithm_version == 6
    assert [test.name for test in result.tests] == [test.name for test in scoring().tests]


@pytest.mark.parametrize(
    ("points", "score", "letter"),
    [
        ([], 100, "A+"),
        ([5, 5, 10], 120, "A+"),
        ([-10, 5, 10], 105, "A+"),
        ([-10, 4], 94, "A"),
        ([-11, 50], 89, "A-"),
        ([-10], 90, "A"),
        ([-20], 80, "B+"),
        ([-25], 75, "B"),
        ([-30], 70, "B"),
        ([-35], 65, "B-"),
        ([-40], 60, "C+"),
        ([-50], 50, "C"),
        ([-55], 45, "C-"),
        ([-60], 40, "D+"),
        ([-70], 30, "D"),
        ([-75], 25, "D-"),
        ([-80], 20, "F"),
        ([-50, -50, -50, 10], 0, "F"),
    ],
)
def test_credit_counts_from_90_points_on_and_the_score_is_never_negative(
    points: list[int], score: int, letter: str
) -> None:
    assert scoring().score(points)[0] == score
    assert scoring().grade(score) == letter


@pytest.mark.parametrize(
    ("status", "graded"), [(200, True), (304, True), (401, True), (403, True), (404, False), (500, False)]
)
def test_a_page_that_failed_has_no_score_but_a_reason(status: int, graded: bool) -> None:
    result = grade(site(status=status), preload=NOBODY)
    assert (result.score is None, result.grade is None, result.reason is None) == (
        not graded,
        not graded,
        graded,
    )


def test_a_site_that_did_not_answer_cannot_be_given() -> None:
    with pytest.raises(ValidationError, match="nothing to grade"):
        ObservedSite()


def test_without_https_the_visit_by_http_is_graded() -> None:
    seen = site(("Content-Security-Policy", "default-src http://a.example"), https=False, route=(HTTP,))
    result = grade(seen, preload=NOBODY)
    assert result.test("content-security-policy").result == "csp-implemented-with-no-unsafe"


def test_the_value_that_was_judged_is_given_and_cut_short() -> None:
    result = grade(site(("X-Frame-Options", "x" * 9_000)), preload=NOBODY)
    assert result.test("x-frame-options").value == "x" * 300


def test_figures_have_units_and_foreign_text_is_marked() -> None:
    assert marked(ObservatoryResult, "unit")["/tests/*/modifier"] == "point"
    assert marked(ObservatoryResult, "unit")["/score"] == "point"
    assert "/tests/*/value" in marked(ObservatoryResult, "untrusted")


@pytest.mark.parametrize(
    "change",
    [
        {"grades": {"100": "A+"}},
        {"test": [{"name": "a", "expectation": "b", "results": {}}]},
        {"test": [{"name": "a", "expectation": "b", "results": {"b": {"points": 0, "passes": True}}}] * 2},
        {"unknown": 1},
    ],
)
def test_facts_that_do_not_fit_are_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Scoring.model_validate(scoring().model_dump(by_alias=True) | change)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(NAMES), VALUES), max_size=12),
    st.lists(URLS, min_size=1, max_size=4),
    URLS,
    st.text(max_size=80)
    | st.just("<script src='http://['></script><meta http-equiv=content-security-policy content=x>"),
)
def test_no_header_address_or_page_brings_the_grading_down(
    headers: list[tuple[str, str]], route: list[str], url: str, html: str
) -> None:
    seen = ObservedSite(
        http=visit(*route, headers=headers),
        https=visit(url, headers=[("content-type", "text/html"), *headers]),
        document=Document.of_html(html.encode("utf-8", "replace").decode()),
        preflight=tuple(headers),
        extra=(Exchange(url=url, headers=tuple(headers)),),
    )
    result = grade(seen)
    assert result.score is not None
    assert 0 <= result.score <= 100 + sum(max(0, test.modifier) for test in result.tests)
    assert len(result.tests) == 12
    assert result.tests_passed + result.tests_failed == 12
    assert grade(seen) == result
