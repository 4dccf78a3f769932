"""PageSpeed Insights, spoken by a real server on loopback in the shapes of the stored examples."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from loopback_site import Site

from ag2_marketing_tools.seo.core_web_vitals import core_web_vitals, lab_score
from ag2_marketing_tools.seo.vendors.failure import VendorFailure
from ag2_marketing_tools.seo.vendors.pagespeed import PageSpeedAnswer, ask_pagespeed
from ag2_marketing_tools.workspace import Workspace

KEY = "AIzaSy-a-key-that-nobody-may-see"
PAGE = "https://www.sunrisehomecare.example/"
PATH = "/pagespeedonline/v5/runPagespeed"


def speak(site: Site, response: dict[str, Any]) -> None:
    body = response["body"]
    text = body if isinstance(body, str) else json.dumps(body)
    site.put(PATH, text, status=response["status"], content_type="application/json")


async def ask(site: Site, ws: Workspace, response: dict[str, Any]) -> PageSpeedAnswer | VendorFailure:
    speak(site, response)
    return await ask_pagespeed(PAGE, ws.with_credentials(api_keys={"pagespeed": KEY}))


def example(shared_data: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared_data / "api_examples" / f"psi_{name}.json").read_text())[
        "response"
    ]
    return found


async def answered(site: Site, ws: Workspace, response: dict[str, Any]) -> PageSpeedAnswer:
    answer = await ask(site, ws, response)
    assert isinstance(answer, PageSpeedAnswer)
    return answer


async def test_field_figures_come_first(site: Site, ws: Workspace, shared_data: Path) -> None:
    answer = await answered(site, ws, example(shared_data, "ok_mobile"))
    vitals = core_web_vitals(answer)
    assert [(v.value, v.rating, v.source, v.covers) for v in (vitals.lcp, vitals.inp, vitals.cls)] == [
        (2310, "good", "field", "page"),
        (176, "good", "field", "page"),
        (0.07, "good", "field", "page"),  # sent as 7
    ]
    assert vitals.passed is True
    assert (vitals.fid.value, vitals.fid.reason) == (
        None,
        "First Input Delay was retired on 2024-03-12; INP took its place.",
    )
    score = lab_score(answer)
    assert (score.value, score.total_blocking_time, score.lighthouse_version) == (0.82, 0, "13.5.0")


async def test_without_field_figures_the_lab_speaks_and_says_so(
    site: Site, ws: Workspace, shared_data: Path
) -> None:
    vitals = core_web_vitals(await answered(site, ws, example(shared_data, "ok_no_field_data")))
    assert (vitals.lcp.value, vitals.lcp.rating, vitals.lcp.source) == (3797.6, "needs improvement", "lab")
    assert "one run of Lighthouse" in (vitals.lcp.reason or "")
    assert vitals.inp.value is None
    assert "cannot be measured without visitors" in (vitals.inp.reason or "")
    assert vitals.passed is None


async def test_figures_of_the_whole_origin_are_named_so(site: Site, ws: Workspace, shared_data: Path) -> None:
    vitals = core_web_vitals(await answered(site, ws, example(shared_data, "ok_origin_fallback")))
    assert vitals.lcp.covers == "origin"


async def test_a_failed_lab_run_leaves_the_field_figures(
    site: Site, ws: Workspace, shared_data: Path
) -> None:
    answer = await answered(site, ws, example(shared_data, "ok_runtime_error"))
    assert core_web_vitals(answer).lcp.source == "field"
    assert lab_score(answer).value is None
    assert "Status code: 503" in (lab_score(answer).reason or "")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("err_400_bad_key", ("invalid_key", "API request failed: Invalid API key for pagespeed")),
        ("err_400_no_fcp", ("page", "NO_FCP")),
        ("err_400_page_down", ("page", "FAILED_DOCUMENT_REQUEST")),
        ("err_403_api_disabled", ("not_enabled", "has not been used in project")),
        ("err_429_keyless", ("rate_limited", "Queries per day")),
        ("err_429_minute", ("rate_limited", "Queries per minute")),
        ("err_500", ("vendor", "Something went wrong")),
    ],
)
async def test_each_error_has_its_own_outcome(
    site: Site, ws: Workspace, shared_data: Path, name: str, expected: tuple[str, str]
) -> None:
    failure = await ask(site, ws, example(shared_data, name))
    assert isinstance(failure, VendorFailure)
    kind, text = expected
    assert failure.kind == kind
    assert text in failure.message
    vitals = core_web_vitals(failure)
    assert (vitals.lcp.value, vitals.lcp.reason, vitals.reason) == (None, failure.message, failure.message)


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, "<html>"), (200, "[]"), (200, '{"loadingExperience": {"metrics": {"X": {"percentile": "?"}}}}'),
     (200, ""), (400, "no json"), (500, '{"error": "text"}'), (418, "{}")],
)  # fmt: skip
async def test_an_answer_that_is_none_is_the_vendors_fault(
    site: Site, ws: Workspace, status: int, body: str
) -> None:
    failure = await ask(site, ws, {"status": status, "body": body})
    assert isinstance(failure, VendorFailure)
    assert failure.kind == "vendor"
    assert f"HTTP {status}" in failure.message


async def test_a_server_that_is_not_there_is_unreachable(ws: Workspace) -> None:
    settings = ws.settings.model_copy(update={"vendor_base_urls": {"pagespeed": "https://gone.example/v5"}})
    failure = await ask_pagespeed(
        PAGE, replace(ws, settings=settings).with_credentials(api_keys={"pagespeed": KEY})
    )
    assert isinstance(failure, VendorFailure)
    assert failure.kind == "unreachable"
    assert failure.message.startswith("API request failed: ")


async def test_the_key_travels_in_a_header_and_is_in_no_address_log_or_message(
    site: Site, ws: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fault = {"error": {"code": 500, "message": f"key {KEY} broke it", "errors": []}}
    failure = await ask(site, ws, {"status": 500, "body": fault})
    (asked,) = site.asked
    assert asked.headers["x-goog-api-key"] == KEY
    assert asked.query == {"url": [PAGE], "strategy": ["MOBILE"], "category": ["PERFORMANCE"]}
    assert isinstance(failure, VendorFailure)
    assert KEY not in failure.message
    assert KEY not in caplog.text
