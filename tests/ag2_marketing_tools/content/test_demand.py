"""Search demand from vendors on a real loopback server that speaks their shapes."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from care_pages import document
from loopback_site import Site
from vendor_server import Reply, VendorServer, running_vendor

from ag2_marketing_tools.content import AnalyzeContent, ContentAnalysis, analyze_content
from ag2_marketing_tools.content.demand import Market, ask_demand, demand_of
from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, Workspace

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
VENDORS = ("ahrefs", "semrush", "semrush_v4", "moz")
TERMS = ["Respite care", "care plan"]
UNKNOWN_KEY = Reply({"error": "API token is invalid"}, 403)


@pytest.fixture
def vendor() -> Iterator[VendorServer]:
    with running_vendor() as running:
        yield running


@pytest.fixture
async def asking(tmp_path: Path, site: Site, vendor: VendorServer) -> AsyncIterator[Workspace]:
    settings = Settings(
        _env_file=None,
        home=tmp_path / "home",
        allowed_origins=(site.origin, vendor.origin),
        vendor_base_urls=dict.fromkeys((*VENDORS, "search_console"), vendor.origin),
        host_min_interval_s=0,
        fetch_max_attempts=1,
        fetch_backoff_s=0.0,
        rate_limit_max_wait_s=0.0,
    )
    async with Workspace.open(settings, clock=FixedClock(NOW), ids=SequentialIds()) as opened:
        yield opened


def keys(ws: Workspace, *names: str) -> Workspace:
    return ws.with_credentials(api_keys={name: f"s3cr3t-{name}" for name in names})


def ahrefs(*rows: dict[str, Any]) -> Reply:
    return Reply({"keywords": list(rows)}, headers={"x-api-units-cost-total-actual": "120"})


RESPITE = {
    "keyword": "respite care",
    "volume": 27000,
    "difficulty": 41,
    "cpc": 310,
    "traffic_potential": 9100,
    "parent_topic": "respite care for seniors",
    "intents": {"informational": True, "local": False},
}
US = Market("us", "setting", "en")


async def test_the_figures_are_the_vendors_and_named_so(asking: Workspace, vendor: VendorServer) -> None:
    vendor.says(ahrefs(RESPITE))
    demand = await ask_demand(TERMS, US, keys(asking, "ahrefs"), most=20)
    first, second = demand.terms
    assert (first.term, first.search_volume, first.difficulty, first.cpc) == ("respite care", 27000, 41, 3.1)
    assert (first.parent_topic, first.intents) == ("respite care for seniors", ["informational"])
    assert first.demand_vendor == demand.vendor == "Ahrefs"
    assert (second.search_volume, second.reason) == (None, "Ahrefs does not know this term in us.")
    assert (demand.terms_measured, demand.vendors_asked[0].units) == (1, 120)


async def test_terms_go_in_one_request_as_people_type_them(asking: Workspace, vendor: VendorServer) -> None:
    vendor.says(ahrefs(RESPITE))
    terms = ["Respite  care", "RESPITE CARE", "care, plan", "", "care plan"]
    await ask_demand(terms, US, keys(asking, "ahrefs"), most=20)
    query = dict(vendor.asked[0].query)
    assert len(vendor.asked) == 1
    assert query["keywords"] == "respite care,care plan"
    assert (query["country"], query["limit"]) == ("us", "2")


async def test_no_more_terms_are_asked_for_than_allowed(asking: Workspace, vendor: VendorServer) -> None:
    vendor.says(ahrefs(RESPITE))
    demand = await ask_demand(TERMS, US, keys(asking, "ahrefs"), most=1)
    assert dict(vendor.asked[0].query)["keywords"] == "respite care"
    assert (
        demand_of("care plan", demand).reason == "Ahrefs was not asked for this term, for each costs units."
    )


async def test_zero_terms_ask_nobody(asking: Workspace, vendor: VendorServer) -> None:
    demand = await ask_demand(TERMS, US, keys(asking, "ahrefs"), most=0)
    assert vendor.asked == []
    assert "demand_terms is 0" in (demand.reason or "")


async def test_without_a_key_nobody_is_asked_and_nothing_guessed(
    asking: Workspace, vendor: VendorServer
) -> None:
    demand = await ask_demand(TERMS, US, asking, most=20)
    assert vendor.asked == []
    assert demand.terms == []
    assert (demand.reason or "").startswith("No vendor's key is set (ahrefs, semrush, semrush_v4, moz)")


async def test_semrush_tells_volume_and_difficulty_in_two_reports(
    asking: Workspace, vendor: VendorServer
) -> None:
    vendor.says(
        Reply(
            "Keyword;Search Volume;CPC;Competition;Number of Results\r\n"
            "respite care;22200;4.10;0.31;90000\r\ncare plan;5400;2.00;0.10;100\r\n",
            content_type="text/plain",
        ),
        Reply("Keyword;Keyword Difficulty Index\r\nrespite care;58\r\n", content_type="text/plain"),
    )
    demand = await ask_demand(TERMS, Market("gb", "given", "en"), keys(asking, "semrush"), most=20)
    assert [(one.search_volume, one.difficulty) for one in demand.terms] == [(22200, 58), (5400, None)]
    assert {dict(asked.query)["database"] for asked in vendor.asked} == {"uk"}
    assert demand.vendors_asked[0].units == 2 * 10 + 1 * 50


async def test_moz_is_asked_term_by_term_in_the_pages_language(
    asking: Workspace, vendor: VendorServer
) -> None:
    vendor.says(
        Reply({"id": "x", "jsonrpc": "2.0", "result": {"keyword_metrics": {"volume": 880, "difficulty": 33}}})
    )
    demand = await ask_demand(TERMS, Market("de", "given", "de"), keys(asking, "moz"), most=20)
    assert [one.search_volume for one in demand.terms] == [880, 880]
    sent = [asked.json["params"]["data"]["serp_query"] for asked in vendor.asked]
    assert [(one["keyword"], one["locale"]) for one in sent] == [
        ("respite care", "de-DE"),
        ("care plan", "de-DE"),
    ]


async def test_where_one_vendor_fails_the_next_gives_all_figures(
    asking: Workspace, vendor: VendorServer
) -> None:
    moz = Reply(
        {"id": "x", "jsonrpc": "2.0", "result": {"keyword_metrics": {"volume": 880, "difficulty": 33}}}
    )
    vendor.says(UNKNOWN_KEY, moz)
    demand = await ask_demand(TERMS, US, keys(asking, "ahrefs", "moz"), most=20)
    failed, told = demand.vendors_asked
    assert (failed.outcome, failed.terms_measured, told.outcome) == ("failure", 0, "data")
    assert failed.remedy
    assert {one.demand_vendor for one in demand.terms} == {"Moz"} == {demand.vendor}


async def test_figures_of_two_vendors_are_never_mixed(asking: Workspace, vendor: VendorServer) -> None:
    vendor.says(ahrefs(RESPITE))
    demand = await ask_demand(TERMS, US, keys(asking, "ahrefs", "moz"), most=20)
    assert len(vendor.asked) == 1  # Moz is not asked for what Ahrefs lacks
    assert {one.demand_vendor for one in demand.terms} == {"Ahrefs", None}


async def test_an_analysis_stands_where_its_vendor_fails(
    site: Site, asking: Workspace, vendor: VendorServer
) -> None:
    site.put("/", document("linden"))
    vendor.says(Reply("down", 500))
    analysis = await analyze_content(AnalyzeContent(target_url=site.url()), keys(asking, "ahrefs"))
    assert analysis.keyword_opportunities[0].search_volume is None
    assert analysis.search_demand.reason == analysis.keyword_opportunities[0].reason
    assert analysis.search_demand.vendors_asked[0].outcome == "failure"
    assert "s3cr3t" not in analysis.model_dump_json()


async def analysed_with(site: Site, ws: Workspace, **params: Any) -> ContentAnalysis:
    site.put("/", document("linden"))
    site.put("/rival", document("harbor"))
    arguments = {"target_url": site.url(), "competitors": [site.url("/rival")], "max_pages": 1, **params}
    return await analyze_content.run(arguments, ws)


async def test_opportunities_and_gaps_carry_the_demand_and_are_ranked_by_it(
    site: Site, asking: Workspace, vendor: VendorServer
) -> None:
    vendor.says(
        ahrefs(
            {"keyword": "care plan", "volume": 100, "difficulty": 0},
            {"keyword": "dementia care", "volume": 1000, "difficulty": 95},
            {"keyword": "respite care", "volume": 400, "difficulty": 50},
        )
    )
    analysis = await analysed_with(site, keys(asking, "ahrefs"))
    told = [
        (one.term.lower(), one.search_volume, one.demand_vendor) for one in analysis.keyword_opportunities[:3]
    ]
    # 400 * 0.5 = 200, 100 * 1 = 100, 1000 * 0.05 = 50
    assert told == [
        ("respite care", 400, "Ahrefs"),
        ("care plan", 100, "Ahrefs"),
        ("dementia care", 1000, "Ahrefs"),
    ]
    assert "Ahrefs, us" in analysis.opportunities_ranked_by
    gap = next(gap for gap in analysis.content_gaps if gap.term.lower() == "dementia care")
    assert (gap.search_volume, gap.difficulty) == (1000, 95)


@pytest.mark.parametrize(
    ("given", "country", "source"), [(None, "us", "setting"), ("DE", "de", "given"), ("uk", "gb", "given")]
)
async def test_the_country_is_said(
    given: str | None, country: str, source: str, site: Site, asking: Workspace, vendor: VendorServer
) -> None:
    analysis = await analysed_with(site, asking, country=given)
    assert (analysis.search_demand.country, analysis.search_demand.country_source) == (country, source)


SITES = Reply({"siteEntry": [{"siteUrl": "sc-domain:127.0.0.1", "permissionLevel": "siteOwner"}]})


def rows(*found: tuple[str, int, float]) -> Reply:
    told = [
        {"keys": [query], "clicks": 3, "impressions": shown, "ctr": 0.01, "position": position}
        for query, shown, position in found
    ]
    return Reply({"rows": told})


async def test_queries_within_striking_distance_come_first(
    site: Site, asking: Workspace, vendor: VendorServer
) -> None:
    vendor.says(
        SITES,
        rows(
            ("linden home care", 900, 1.2),  # found at the top already
            ("night care asheville", 340, 8.44),
            ("care for mother", 120, 14.0),
            ("nurse", 4, 9.0),  # too few to say anything
            ("plumber", 500, 31.0),  # too far away
        ),
    )
    analysis = await analysed_with(site, keys(asking, "google"))
    first, second, *others = analysis.keyword_opportunities
    assert [one.term for one in (first, second)] == ["night care asheville", "care for mother"]
    assert first.own_search is not None
    assert first.own_search.model_dump() == {
        "impressions": 340,
        "clicks": 3,
        "ctr_percent": 1.0,
        "position": 8.4,
    }
    assert all(one.kind != "striking_distance" for one in others)
    assert analysis.own_queries.striking_distance_count == 2
    advice = next(one for one in analysis.recommendations if one.id == "demand.striking_distance")
    assert "“night care asheville”, “care for mother”" in advice.action


async def test_search_console_is_asked_for_the_page_alone_and_for_final_days(
    site: Site, asking: Workspace, vendor: VendorServer
) -> None:
    vendor.says(SITES, rows(("night care", 340, 8.4)))
    analysis = await analysed_with(site, keys(asking, "google"))
    sent = vendor.asked[1].json
    assert (sent["startDate"], sent["endDate"]) == (
        "2026-01-30",
        "2026-02-26",
    )  # 28 days until three days ago
    assert sent["dimensionFilterGroups"][0]["filters"] == [
        {"dimension": "page", "operator": "equals", "expression": site.url()}
    ]
    assert analysis.own_queries.property == "sc-domain:127.0.0.1"


OTHER_SITE = Reply({"siteEntry": [{"siteUrl": "https://other.example/", "permissionLevel": "siteOwner"}]})
EXPIRED = Reply(
    {"error": {"code": 401, "message": "Invalid Credentials", "errors": [{"reason": "authError"}]}}, 401
)


@pytest.mark.parametrize(
    ("replies", "part"),
    [
        ((Reply({"siteEntry": []}),), "no property"),
        ((OTHER_SITE,), "no property"),
        ((EXPIRED,), "Search Console"),
        ((SITES, Reply({})), "Google counted nothing"),
        ((SITES, rows(("plumber", 500, 31.0))), "no query within striking distance"),
    ],
)
async def test_search_console_that_gives_nothing_is_a_reason(
    replies: tuple[Reply, ...], part: str, site: Site, asking: Workspace, vendor: VendorServer
) -> None:
    vendor.says(*replies)
    analysis = await analysed_with(site, keys(asking, "google"))
    assert part in (analysis.own_queries.reason or "")
    assert not any(one.kind == "striking_distance" for one in analysis.keyword_opportunities)
    assert "s3cr3t" not in analysis.model_dump_json()
