"""The verdicts of the real Observatory, computed by its own code, on synthetic responses."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ag2_marketing_tools.seo.observatory import (
    Document,
    Exchange,
    ObservatoryResult,
    ObservedSite,
    PreloadList,
    Visit,
    grade,
)

STUB = PreloadList(
    source="the list that the cases were computed with",
    as_of=date(2026, 8, 20),
    complete=True,
    with_subdomains=frozenset({"preloaded.example"}),
    host_only=frozenset(),
)


def observed(case: dict[str, Any]) -> ObservedSite:
    """Fill a site as the cases mean it: without a chain, http redirects to https on the same host."""
    url: str = case["url"]
    headers = [("content-type", case.get("content_type", "text/html"))]
    headers += [(name, value) for name, value in case["headers"]]
    page = Exchange.of(url, 200, headers)
    chain = case.get("http_chain", [url.replace("https:", "http:"), url])
    hops = [Exchange(url=hop, status=301) for hop in chain[:-1]]
    return ObservedSite(
        http=None if case.get("no_http") else Visit(exchanges=(*hops, Exchange.of(chain[-1], 200, headers))),
        https=None if case.get("no_https") else Visit(exchanges=(page,)),
        document=Document.of_html(case.get("html", "")),
        preflight=tuple(headers),
    )


def differences(case: dict[str, Any], result: ObservatoryResult) -> list[str]:
    expected = case["expected"]
    found = [
        f"{test.name}: {got} instead of {want}"
        for test in result.tests
        if (got := {"result": test.result, "modifier": test.modifier, "pass": test.passed})
        != (want := expected["tests"][test.name])
    ]
    if (result.score, result.grade) != (expected["score"], expected["grade"]):
        found.append(f"{result.score} {result.grade} instead of {expected['score']} {expected['grade']}")
    return [f"{case['name']}: {line}" for line in found]


@pytest.fixture
def cases(shared_data: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((shared_data / "observatory_cases.json").read_text())["cases"]
    return found


def test_every_case_has_the_score_the_grade_and_the_twelve_results_of_the_observatory(
    cases: list[dict[str, Any]],
) -> None:
    assert len(cases) >= 200
    for case in cases:
        assert case["expected"]["tests"].keys() == {
            test.name for test in grade(observed(case), preload=STUB).tests
        }
    assert [line for case in cases for line in differences(case, grade(observed(case), preload=STUB))] == []
