"""Pages of locations, caregivers and clients: who may see what, that it is logged, and that everybody can read it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import synthetic_company
from in_chromium import size, violations
from playwright.async_api import Browser, Page, expect
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import select, text
from tracking_server import PASSWORD, Tracking, server_settings, tracking_server

from ag2_marketing.server.access.roles import Role
from ag2_marketing_tools.privacy.accesses import accesses_of
from ag2_marketing_tools.workspace import FixedClock
from ag2_marketing_tools.workspace.store.observations import Observation, record
from ag2_marketing_tools.workspace.store.schema import access_log
from ag2_marketing_tools.workspace.store.subjects import Subject, save_subjects

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
async def company(company_home: Path, tmp_path: Path) -> AsyncIterator[Tracking]:
    """A server on the synthetic company's database; its clock stands at NOW."""
    synthetic_company.copied(company_home, tmp_path / "home")
    async with tracking_server(server_settings(tmp_path), clock=FixedClock(NOW)) as running:
        yield running


async def seen(tracking: Tracking, path: str, role: Role = Role.ANALYST) -> tuple[int, LexborHTMLParser]:
    headers = {**await tracking.token(role), "accept": "text/html"}
    async with tracking.client(headers=headers) as client:
        answer = await client.get(path)
    return answer.status_code, LexborHTMLParser(answer.text)


def said(page: LexborHTMLParser) -> str:
    assert page.body is not None
    return " ".join(page.body.text(separator=" ").split())


async def test_all_locations_stand_side_by_side_and_lead_to_their_pages(company: Tracking) -> None:
    status, page = await seen(company, "/locations", Role.VIEWER)
    assert status == 200
    rows = page.css(".heat-map tbody tr")
    assert [row.css_first("th a").attributes["href"] for row in rows] == [
        "/locations/loc-01", "/locations/loc-02", "/locations/loc-03",
    ]  # fmt: skip
    assert all(len(row.css("td")) == 4 for row in rows)
    shown = [node.attributes.get("aria-current") for node in page.css(".periods a")]
    assert shown == [None, None, "page", None]


async def test_a_location_shows_analysts_its_caregivers_and_clients_and_viewers_groups_alone(
    company: Tracking,
) -> None:
    status, page = await seen(company, "/locations/loc-01")
    assert status == 200
    assert len(page.css(".plot.bullet")) == 4
    assert "/caregivers/cg-001" in {node.attributes.get("href") for node in page.css(".heat-map a")}
    assert "/clients/cl-0001" in {node.attributes.get("href") for node in page.css(".names a")}
    status, page = await seen(company, "/locations/loc-01", Role.VIEWER)
    assert status == 200
    assert page.css_first(".heat-map") is None
    assert "cg-0" not in said(page)
    assert "cl-0" not in said(page)
    assert "Whose figures these are is shown to analysts." in said(page)
    assert "Fewer than 5" in said(page)  # groups that are too small


async def test_of_a_location_with_one_caregiver_viewers_learn_nothing_of_the_one(tracking: Tracking) -> None:
    metric = "CaregiverQualityMetrics/visit_compliance/timeliness/visit_completion"
    now = tracking.ws.clock.now()
    async with tracking.ws.store.begin() as connection:
        await save_subjects(connection, [Subject(kind="caregiver", id="ann", location="north")], now)
    seen_at = Observation(
        subject_kind="caregiver", subject_id="ann", metric=metric, value=70.0, unit="percent", sample_size=4000,
        observed_at=now - timedelta(days=1), source="s",
    )  # fmt: skip
    await record(tracking.ws.store, [seen_at], ids=tracking.ws.ids)
    _, page = await seen(tracking, "/locations/north?over=latest", Role.VIEWER)
    shown = said(page)
    assert "Fewer than 5 were measured" in shown
    assert "1 caregiver" not in shown
    assert "Plan the rota" not in shown
    _, page = await seen(tracking, "/locations/north?over=latest")
    assert "1 caregiver: ann" in said(page)


@pytest.mark.parametrize("path", ["/caregivers/cg-001", "/clients/cl-0001"])
async def test_single_people_are_for_analysts(company: Tracking, path: str) -> None:
    assert (await seen(company, path, Role.VIEWER))[0] == 403
    assert (await seen(company, path, Role.ANALYST))[0] == 200
    async with company.client() as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={path}")


async def test_a_caregivers_page_has_figures_percentiles_courses_and_a_plan(company: Tracking) -> None:
    _, page = await seen(company, "/caregivers/cg-001")
    titles = [node.text() for node in page.css("h2")]
    assert titles == ["Quality of care", "Development plan", "Among others", "How it went"]
    assert len(page.css(".plot.bullet")) == 5
    assert page.css_first(".what a").attributes["href"] == "/locations/loc-01"
    drawn = [node.text() for node in page.css(".plot-data")]
    assert any('"forecast"' in text for text in drawn)


async def test_each_look_at_a_person_is_in_the_log_with_who_looked(company: Tracking) -> None:
    await seen(company, "/clients/cl-0001")
    await seen(company, "/caregivers/cg-001")
    store = company.ws.store
    of_client = await accesses_of(store, "client", "cl-0001")
    assert {(one.actor, one.tool, one.audience) for one in of_client} == {
        ("a test", "client_report", "server"),
        ("a test", "show_course", "server"),
    }
    of_caregiver = {one.tool for one in await accesses_of(store, "caregiver", "cg-001")}
    assert {"compare_caregiver", "plan_development", "show_course", "compare_peers"} <= of_caregiver
    assert await accesses_of(store, "client", "cl-0002") == []


async def test_a_viewers_look_at_a_location_is_no_look_at_anybody(company: Tracking) -> None:
    await seen(company, "/locations/loc-01", Role.VIEWER)
    async with company.ws.store.read() as connection:
        assert (await connection.execute(select(access_log))).all() == []


async def test_an_analysts_look_at_a_location_is_one_at_its_caregivers_and_its_clients(
    company: Tracking,
) -> None:
    await seen(company, "/locations/loc-01")
    store = company.ws.store
    [of_client] = await accesses_of(store, "client", "cl-0001")
    [of_caregiver] = await accesses_of(store, "caregiver", "cg-001")
    assert (of_client.actor, of_client.tool, of_client.audience) == ("a test", "list_clients", "server")
    assert of_caregiver.tool == "location_caregivers"


@pytest.mark.parametrize(
    "path", ["/locations/loc-99", "/caregivers/nobody", "/clients/nobody", "/locations/%3Cb%3E"]
)
async def test_what_is_not_there_is_not_found_and_its_name_stays_text(company: Tracking, path: str) -> None:
    status, page = await seen(company, path)
    assert status == 404
    assert page.css_first("main b") is None


@pytest.mark.parametrize(
    ("path", "table"),
    [
        ("/locations", "observation"),
        ("/locations/loc-01", "intervention_response"),
        ("/caregivers/cg-001", "access_log"),
        ("/clients/cl-0001", "access_log"),
    ],
)
async def test_what_a_failing_database_says_is_not_for_readers(
    company: Tracking, path: str, table: str, caplog: pytest.LogCaptureFixture
) -> None:
    headers = {**await company.token(Role.ANALYST), "accept": "text/html"}
    async with company.ws.store.begin() as connection:
        await connection.execute(text(f"ALTER TABLE {table} RENAME TO gone"))
    async with company.client(headers=headers) as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert "Please try again later." in answer.text
    assert table not in answer.text
    assert table in caplog.text  # whoever runs the server reads why


async def test_a_period_can_be_chosen_and_nonsense_is_the_usual_one(company: Tracking) -> None:
    _, latest = await seen(company, "/locations?over=latest")
    _, usual = await seen(company, "/locations?over=../../etc")
    figures = [[node.text() for node in page.css(".heat-map td")] for page in (latest, usual)]
    assert figures[0] != figures[1]
    assert [node.text() for node in usual.css(".periods [aria-current]")] == ["last 3 months"]


async def test_without_figures_pages_say_how_they_come_in(tracking: Tracking) -> None:
    status, page = await seen(tracking, "/locations")
    assert status == 200
    assert page.css_first("table") is None
    assert "ag2-marketing import" in said(page)


async def test_a_name_that_is_markup_or_a_path_stays_a_name(tracking: Tracking) -> None:
    name = "<b>a/b</b> ?x=1#y"
    metric = "HomeCareIndustryBenchmarks/care_quality/care_outcomes/incident_rate"
    rows = [
        Observation(
            subject_kind="location", subject_id=name, metric=metric, value=2.0, unit="percent", sample_size=400,
            observed_at=tracking.ws.clock.now(), source="s",
        )
    ]  # fmt: skip
    await record(tracking.ws.store, rows, ids=tracking.ws.ids)
    _, page = await seen(tracking, "/locations?over=latest")
    link = page.css_first(".heat-map tbody th a")
    assert link.text() == name
    status, own = await seen(tracking, f"{link.attributes['href']}?over=latest")
    assert status == 200
    assert own.css_first("h1").text() == name


# In a browser


@asynccontextmanager
async def opened(
    browser: Browser, company: Tracking, **options: Any
) -> AsyncIterator[tuple[Page, list[str]]]:
    """Log in as an analyst; what the browser complains about is collected."""
    await company.account(role=Role.ANALYST)
    page = await (await browser.new_context(**options)).new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{company.url}/login?next=/locations")
    await page.fill("[name=name]", "anna")
    await page.fill("[name=password]", PASSWORD)
    await page.click("button")
    yield page, complaints


@pytest.mark.needs("chromium")
async def test_from_all_locations_one_comes_to_a_caregiver_and_the_policy_forbids_nothing(
    browser: Browser, company: Tracking
) -> None:
    async with opened(browser, company) as (page, complaints):
        await page.click(".heat-map tbody th a >> nth=0")
        await expect(page.locator("h1")).to_have_text("loc-01")
        await expect(page.locator(".drawing:not([hidden])")).to_have_count(0, timeout=60_000)
        drawn = await page.locator(".live .plot-container").count()
        assert drawn == await page.locator(".plot-data").count() > 4
        await page.click(".heat-map tbody th a >> nth=0")
        await expect(page.locator("h1")).to_have_text("Caregiver cg-001")
        await page.click(".what a")
        await expect(page.locator("h1")).to_have_text("loc-01")
        assert complaints == []


@pytest.mark.needs("chromium")
@pytest.mark.parametrize(("width", "light"), [(390, "dark"), (1280, "light")])
async def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    browser: Browser, company: Tracking, width: int, light: Any
) -> None:
    options = {"color_scheme": light, "bypass_csp": True, **size(width)}
    async with opened(browser, company, **options) as (page, _):
        for path in ("/locations", "/locations/loc-01", "/caregivers/cg-001", "/clients/cl-0001"):
            await page.goto(company.url + path)
            await expect(page.locator(".plot:has(.live) .drawing:not([hidden])")).to_have_count(
                0, timeout=60_000
            )
            assert await page.evaluate("document.documentElement.scrollWidth") <= width, path
            assert await violations(page) == [], path
