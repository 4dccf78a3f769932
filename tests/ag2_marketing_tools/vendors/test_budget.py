"""A run stops before it overspends its budget of paid units, and says what to set."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from vendor_answers import DAY, SEMRUSH_CSV, google_error, moz
from vendor_server import Reply, VendorServer

from ag2_marketing_tools import vendors as v
from ag2_marketing_tools.vendors import Data, Failure, all_vendors, ask, vendor_named
from ag2_marketing_tools.workspace import Settings, Workspace

AUTHORITY = Reply(moz({"site_metrics": {"domain_authority": 20}}))
DEMAND = Reply(moz({"keyword_metrics": {"volume": 90}}))
KEYWORD = v.MozKeyword(keyword="tulip bulbs")


def with_budget(ws: Workspace, **units: int) -> Workspace:
    return replace(ws, settings=ws.settings.model_copy(update={"vendor_max_units_per_run": units}))


async def test_a_question_that_might_overspend_is_not_asked(
    vendor_server: VendorServer, ws: Workspace
) -> None:
    vendor_server.says(DEMAND)
    run = with_budget(ws, moz=7)
    assert isinstance(await ask(KEYWORD, run), Data)
    stopped = await ask(KEYWORD, run)
    assert isinstance(stopped, Failure)
    assert (stopped.kind, stopped.retryable, len(vendor_server.asked)) == ("budget_reached", False, 1)
    assert "It may cost 4 units; 4 of 7 are spent already." in stopped.message
    assert "`moz`" in stopped.remedy
    assert "AG2_MARKETING_VENDOR_MAX_UNITS_PER_RUN" in stopped.remedy


async def test_a_cheaper_question_still_fits(vendor_server: VendorServer, ws: Workspace) -> None:
    vendor_server.says(DEMAND, AUTHORITY)
    run = with_budget(ws, moz=5)
    await ask(KEYWORD, run)
    assert isinstance(await ask(v.MozSite(site="garden.example"), run), Data)
    assert run.spending.of("moz") == 5


async def test_the_setting_named_in_the_remedy_is_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AG2_MARKETING_VENDOR_MAX_UNITS_PER_RUN", '{"moz": 50}')
    assert Settings(_env_file=None).vendor_max_units_per_run == {"moz": 50}


async def test_what_the_answer_tells_counts_and_not_what_was_feared(
    vendor_server: VendorServer, ws: Workspace
) -> None:
    ranked = v.AhrefsOrganicKeywords(target="garden.example", day=DAY, country="us", limit=100)
    row = {"keyword": "tulip bulbs", "volume": 90}
    vendor_server.says(Reply({"keywords": [row]}, headers={"x-api-units-cost-total-actual": "61"}))
    assert ranked.most_units(vendor_named("ahrefs")) == 100 * (3 * 10 + 6)
    await ask(ranked, ws)
    assert ws.spending.of("ahrefs") == 61


async def test_lines_that_did_not_come_are_not_counted(vendor_server: VendorServer, ws: Workspace) -> None:
    vendor_server.says(Reply(SEMRUSH_CSV, content_type="text/plain"))
    await ask(v.SemrushDomainOrganic(domain="garden.example", limit=100), ws)
    assert ws.spending.of("semrush") == 10


async def test_a_refusal_costs_nothing(vendor_server: VendorServer, ws: Workspace) -> None:
    vendor_server.says(Reply({"error": "no"}, 401))
    await ask(v.AhrefsKeywordsOverview(keywords=("rake",), country="us"), ws)
    assert ws.spending.of("ahrefs") == 0


async def test_an_answer_that_was_lost_counts_as_billed(ws: Workspace) -> None:
    async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(hang_up, "127.0.0.1", 0) as server:
        origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        settings = Settings(
            _env_file=None,
            home=ws.settings.home,
            host_min_interval_s=0,
            allowed_origins=(origin,),
            vendor_base_urls={"moz": origin},
        )
        async with Workspace.open(settings, clock=ws.clock, ids=ws.ids) as own:
            run = own.with_credentials(api_keys={"moz": "some-key-0123"})
            assert isinstance(await ask(KEYWORD, run), Failure)
            assert run.spending.of("moz") == 4


async def test_questions_at_the_same_time_share_one_budget(
    vendor_server: VendorServer, ws: Workspace
) -> None:
    vendor_server.says(DEMAND)
    run = with_budget(ws, moz=9)
    outcomes = await asyncio.gather(*(ask(KEYWORD, run) for _ in range(5)))
    assert sorted(outcome.outcome for outcome in outcomes) == [
        "data",
        "data",
        "failure",
        "failure",
        "failure",
    ]
    assert (run.spending.of("moz"), len(vendor_server.asked)) == (8, 2)


async def test_each_key_has_a_budget_of_its_own_also_where_keys_are_added(
    vendor_server: VendorServer, ws: Workspace
) -> None:
    vendor_server.says(DEMAND, Reply(SEMRUSH_CSV, content_type="text/plain"))
    run = with_budget(ws, moz=4)
    await ask(KEYWORD, run)
    again = run.with_credentials(api_keys={"moz": "another-key-0123"})
    refused = await ask(KEYWORD, again)
    assert isinstance(refused, Failure)
    assert refused.kind == "budget_reached"
    assert isinstance(await ask(v.SemrushDomainOrganic(domain="garden.example"), again), Data)


FREE: tuple[v.VendorRequest[Any], ...] = (
    v.AhrefsLimits(), v.SemrushBalance(), v.MozQuota(), v.MozLinksUsage(),
    v.PageSpeed(url="https://a.example/"), v.Crux(origin="https://a.example"), v.SearchConsoleSites(),
    v.SafeBrowsingV4(urls=("https://a.example/",)), v.WebRisk(url="https://a.example/"),
)  # fmt: skip


@pytest.mark.parametrize("request_", FREE, ids=lambda request: type(request).__name__)
async def test_what_is_free_is_asked_with_a_budget_of_nothing(
    request_: v.VendorRequest[Any], vendor_server: VendorServer, ws: Workspace
) -> None:
    vendor_server.says(google_error(400, "badRequest", "no"))
    await ask(
        request_, with_budget(ws, **dict.fromkeys({vendor.key for vendor in all_vendors().values()}, 0))
    )
    assert len(vendor_server.asked) == 1


PAID: tuple[tuple[v.VendorRequest[Any], int], ...] = (
    (v.AhrefsDomainRating(target="a.example", day=DAY), 50),
    (v.AhrefsMetrics(target="a.example", day=DAY), 50),
    (v.AhrefsOrganicCompetitors(target="a.example", day=DAY, country="us", limit=10), 10 * (10 + 6)),
    (v.AhrefsKeywordsOverview(keywords=("a", "b"), country="us"), 2 * (3 * 10 + 5)),
    (v.SemrushCompetitors(domain="a.example", limit=5), 200),
    (v.SemrushKeywords(phrases=("a",)), 10),
    (v.SemrushDifficulty(phrases=("a", "b")), 100),
    (v.SemrushKeywordMetrics(keyword="a"), 20),
    (v.MozSite(site="a.example"), 1),
    (v.MozUrlMetrics(targets=("a.example", "b.example")), 2),
)


@pytest.mark.parametrize(("request_", "units"), PAID, ids=lambda part: type(part).__name__)
async def test_every_paid_question_knows_what_it_may_cost(
    request_: v.VendorRequest[Any], units: int, vendor_server: VendorServer, ws: Workspace
) -> None:
    vendor = vendor_named(request_.vendor)
    assert request_.most_units(vendor) == units
    assert vendor.run_units is not None
    assert units <= vendor.run_units
    outcome = await ask(request_, with_budget(ws, **{vendor.key: units - 1}))
    assert isinstance(outcome, Failure)
    assert (outcome.kind, vendor_server.asked) == ("budget_reached", [])


def test_the_settings_text_names_the_budgets_that_hold() -> None:
    text = Settings.model_fields["vendor_max_units_per_run"].description or ""
    for vendor in all_vendors().values():
        if vendor.run_units is not None:
            assert f"{vendor.run_units:,}" in text
