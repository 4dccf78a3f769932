"""What the vendors' answers mean, figure by figure, without the shared examples."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError
from vendor_answers import CASES, CRUX_DATES, DAY, KEYWORDS, PAGE, SEARCH, SEMRUSH, Case, google_error, moz
from vendor_server import Reply, VendorServer

from ag2_marketing_tools import vendors as v
from ag2_marketing_tools.vendors import Data, Failure, NoData, VendorRequest, ask
from ag2_marketing_tools.vendors.threats import covers
from ag2_marketing_tools.workspace import Workspace

A_MINUTE = {"quota_limit": "ReadsPerMinutePerProject", "quota_limit_value": "240"}
NOTHING = {"quota_limit": "PerDayPerProject", "quota_limit_value": "0"}


@pytest.fixture
def answer(vendor_server: VendorServer, ws: Workspace) -> Any:
    """Ask, and get the outcome of a reply."""

    async def asked(request: VendorRequest[Any], reply: Reply) -> Any:
        vendor_server.says(reply)
        return await ask(request, ws, attempts=1)

    return asked


def case_of(vendor: str, name: str = "ok") -> Case:
    return next(case for case in CASES if (case.vendor, case.name) == (vendor, name))


async def value_of(answer: Any, vendor: str) -> Any:
    case = case_of(vendor)
    outcome = await answer(case.request, case.reply)
    assert isinstance(outcome, Data), outcome
    return outcome.value


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
async def test_each_vendors_success_and_error_end_as_meant(case: Case, answer: Any) -> None:
    outcome = await answer(case.request, case.reply)
    assert case.ends == (outcome.kind if isinstance(outcome, Failure) else outcome.outcome), outcome


async def test_layout_shift_is_sent_times_100_by_pagespeed(answer: Any) -> None:
    report = await value_of(answer, "pagespeed")
    assert (report.page.cls.p75, report.page.lcp.p75) == (0.12, 3100)
    assert report.page.cls.shares.model_dump() == {"good": 0.5, "needs_improvement": 0.3, "poor": 0.2}
    assert (report.page.inp, report.origin, report.experience) == (None, None, report.page)
    assert (report.lab.tbt, report.lab.lcp, report.lab.scores) == (180.5, None, {"performance": 0.5})


async def test_layout_shift_is_sent_as_text_by_the_chrome_ux_report(answer: Any) -> None:
    record = await value_of(answer, "crux")
    assert (record.experience.cls.p75, record.experience.inp.p75) == (0.31, 240)
    assert (record.experience.lcp, record.experience.covers) == (None, "origin")
    assert (record.first_date, record.last_date) == (date(2026, 2, 1), date(2026, 2, 28))


async def test_pagespeed_without_visits_and_without_a_run_is_the_pages_fault(answer: Any) -> None:
    body = {"id": PAGE, "lighthouseResult": {"runtimeError": {"code": "NO_FCP", "message": "Blank."}}}
    outcome = await answer(v.PageSpeed(url=PAGE), Reply(body))
    assert (outcome.kind, outcome.code, outcome.said) == ("audited_site_fault", "NO_FCP", "Blank.")
    assert "the key is not at fault" in outcome.remedy


async def test_lab_figures_of_a_failed_run_are_not_used(answer: Any) -> None:
    metric = {"LARGEST_CONTENTFUL_PAINT_MS": {"percentile": 2000}}
    lab = {
        "runtimeError": {"code": "PAGE_HUNG", "message": ""},
        "audits": {"total-blocking-time": {"numericValue": 9}},
    }
    body = {"id": PAGE, "originLoadingExperience": {"id": PAGE, "metrics": metric}, "lighthouseResult": lab}
    outcome = await answer(v.PageSpeed(url=PAGE), Reply(body))
    assert (outcome.value.lab.tbt, outcome.value.lab.fault.code) == (None, "PAGE_HUNG")
    assert (outcome.value.experience.covers, outcome.value.experience.lcp.shares) == ("origin", None)


async def test_a_history_whose_parts_differ_in_length_is_not_aligned_by_guess(answer: Any) -> None:
    def history(p75s: list[Any], densities: list[Any]) -> Reply:
        series = {
            "percentilesTimeseries": {"p75s": p75s},
            "histogramTimeseries": [{"densities": densities}],
        }
        record = {
            "key": {"url": PAGE},
            "metrics": {"largest_contentful_paint": series},
            "collectionPeriods": [CRUX_DATES, CRUX_DATES],
        }
        return Reply({"record": record})

    request = v.CruxOverTime(url=PAGE, form_factor=None)
    good = await answer(request, history([1, None], ["NaN", 0.5]))
    assert good.value.series[0].p75 == (1, None)
    assert good.value.series[0].good_share == (None, 0.5)
    for p75s, densities in (([1], [0.5, 0.5]), ([1, 2], [0.5]), ([1, 2, 3], [])):
        assert (await answer(request, history(p75s, densities))).kind == "unexpected_answer"


@pytest.mark.parametrize("given", [{}, {"url": PAGE, "origin": "https://garden.example"}])
def test_the_chrome_ux_report_is_asked_for_one_thing(given: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="either url or origin"):
        v.Crux(**given)


async def test_a_full_page_of_rows_says_where_to_go_on(answer: Any) -> None:
    report = await value_of(answer, "search_console")
    assert (report.complete, report.next_start_row) == (False, 2)
    assert report.rows[0].keys == {"query": "tulip bulbs", "page": PAGE}


async def test_rows_with_other_dimensions_than_asked_for_are_not_read(answer: Any) -> None:
    row = {"keys": ["alone"], "clicks": 1, "impressions": 2, "ctr": 0.5, "position": 1}
    assert (await answer(SEARCH, Reply({"rows": [row]}))).kind == "unexpected_answer"


def test_dates_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValidationError, match="lies after"):
        v.SearchAnalytics(site=PAGE, start_date=date(2026, 2, 2), end_date=date(2026, 2, 1))


@pytest.mark.parametrize("site", ["garden.example", "https://garden.example", "sc-domain:", "sc-domain:a/b"])
def test_what_is_no_property_is_refused(site: str) -> None:
    with pytest.raises(ValidationError):
        v.InspectUrl(url=PAGE, site=site)


async def test_a_site_travels_as_one_part_of_the_path(vendor_server: VendorServer, ws: Workspace) -> None:
    vendor_server.says(Reply({}))
    request = v.SearchAnalytics(site="sc-domain:garden.example", start_date=DAY, end_date=DAY)
    assert isinstance(await ask(request, ws), NoData)
    assert vendor_server.asked[0].path.endswith("/sites/sc-domain%3Agarden.example/searchAnalytics/query")
    assert vendor_server.asked[0].headers["authorization"] == "Bearer the-google-key-nobody-may-see"


async def test_only_the_listed_of_several_urls_is_listed(answer: Any) -> None:
    report = await value_of(answer, "safe_browsing")
    assert report.verdict("https://other.example/shed") == "listed"
    assert report.verdict(PAGE) == "not listed"
    assert report.keep == 60
    with pytest.raises(KeyError):
        report.verdict("https://never.asked.example/")


async def test_an_entry_that_fits_no_url_counts_for_all(answer: Any) -> None:
    reply = Reply({"threats": [{"url": "elsewhere.example/", "threatTypes": ["MALWARE"]}]})
    report = (await answer(v.SafeBrowsingV5(urls=(PAGE,)), reply)).value
    assert report.verdict(PAGE) == "listed"


async def test_threats_of_one_url_come_together(answer: Any) -> None:
    def match(threat: str, keep: str) -> dict[str, Any]:
        return {"threatType": threat, "threat": {"url": PAGE}, "cacheDuration": keep}

    matches = [match("MALWARE", "300s"), match("SOCIAL_ENGINEERING", "60.5s"), match("MALWARE", "soon")]
    report = (await answer(v.SafeBrowsingV4(urls=(PAGE,)), Reply({"matches": matches}))).value
    assert [listing.threats for listing in report.listings] == [("MALWARE", "SOCIAL_ENGINEERING")]
    assert report.keep == 60.5


@pytest.mark.parametrize(
    ("entry", "url", "covered"),
    [
        ("garden.example/", "https://www.garden.example/a?b", True),
        ("garden.example", "https://garden.example", True),
        ("http://garden.example/", "https://garden.example/", True),
        ("garden.example/a/", "https://garden.example/a/b", True),
        ("garden.example/a", "https://garden.example/a?x=1", True),
        ("garden.example/a?x=1", "https://garden.example/a?x=1", True),
        ("garden.example/a", "https://garden.example/ab", False),
        ("www.garden.example/", "https://garden.example/", False),
        ("garden.example/", "https://othergarden.example/", False),
        ("", "https://garden.example/", False),
        ("GARDEN.example:443/", "https://garden.example/", True),
    ],
)
def test_an_entry_covers_a_host_suffix_and_a_folder(entry: str, url: str, covered: bool) -> None:
    assert covers(entry, url) is covered


@pytest.mark.parametrize("request_of", [v.SafeBrowsingV4, v.SafeBrowsingV5])
def test_more_urls_than_the_vendor_takes_are_refused(request_of: Any) -> None:
    most = 500 if request_of is v.SafeBrowsingV4 else 50
    assert request_of(urls=(PAGE,) * most)
    with pytest.raises(ValidationError):
        request_of(urls=(PAGE,) * (most + 1))


async def test_cents_become_dollars_and_null_stays_null(answer: Any) -> None:
    demand = (await value_of(answer, "ahrefs")).keywords[0]
    assert (demand.cpc, demand.difficulty, demand.monthly_searches) == (0.45, None, 900)
    demand = (await value_of(answer, "semrush_v4")).keywords[0]
    assert (demand.cpc, demand.competition, demand.results) == (0.85, 1.0, 14_300_000)
    assert (demand.intents, demand.serp_features) == (("transactional",), None)
    keyword = (await value_of(answer, "semrush")).keywords[0]
    assert (keyword.keyword, keyword.cpc, keyword.difficulty) == ("tulips; red", 0.35, None)


async def test_what_a_question_cost_is_recorded(answer: Any) -> None:
    async def usage(vendor: str) -> Any:
        case = case_of(vendor)
        return (await answer(case.request, case.reply)).usage.model_dump(exclude_none=True)

    told = {"units": 71, "unit_name": "API unit", "told": True, "rows": 1, "from_vendor_cache": True}
    assert await usage("ahrefs") == told
    assert await usage("semrush") == {"units": 10, "unit_name": "API unit", "told": False, "rows": 1}
    assert await usage("semrush_v4") == {"units": 20, "unit_name": "API unit", "told": False, "rows": 1}
    assert await usage("moz") == {"units": 1, "unit_name": "row", "told": False, "rows": 1}
    assert await usage("moz_links") == {"units": 2, "unit_name": "row", "told": False, "rows": 2}


@pytest.mark.parametrize("header", ["", "many", "-5", "9" * 30, "²"])
async def test_a_cost_that_is_no_number_is_not_recorded(header: str, answer: Any) -> None:
    reply = Reply(
        {"keywords": [{"keyword": "a"}]},
        headers={"x-api-units-cost-total-actual": header.encode().decode("latin-1")},
    )
    assert (await answer(KEYWORDS, reply)).usage is None


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        (KEYWORDS, {"keywords": []}),
        (v.AhrefsDomainRating(target="garden.example", day=DAY), {"domain_rating": {"domain_rating": None}}),
        (v.AhrefsMetrics(target="garden.example", day=DAY), {"metrics": {"org_traffic": None}}),
        (v.AhrefsOrganicKeywords(target="garden.example", day=DAY, country="us"), {"keywords": []}),
        (v.AhrefsOrganicCompetitors(target="garden.example", day=DAY, country="us"), {"competitors": []}),
        (v.MozUrlMetrics(targets=("garden.example",)), {"results": []}),
        (v.MozKeyword(keyword="rake"), moz({"keyword_metrics": {"volume": None, "difficulty": None}})),
        (v.MozSite(site="garden.example"), moz({"site_metrics": None})),
        (v.SemrushKeywordMetrics(keyword="rake"), {"meta": {"success": True}, "data": {}}),
        (v.SearchConsoleSites(), {}),
        (SEARCH, {"responseAggregationType": "byPage"}),
        (v.Crux(url=PAGE), Reply({"error": {"status": "NOT_FOUND"}}, 404)),
        (SEMRUSH, Reply("ERROR 50 :: NOTHING FOUND", content_type="text/plain")),
        (SEMRUSH, Reply("Keyword;Position\r\n", content_type="text/plain")),
    ],
)
async def test_no_data_is_told_with_its_reason(request_: VendorRequest[Any], body: Any, answer: Any) -> None:
    outcome = await answer(request_, body if isinstance(body, Reply) else Reply(body))
    assert isinstance(outcome, NoData), outcome
    assert outcome.reason.endswith(".")


async def test_no_more_rows_are_taken_than_were_asked_for(answer: Any) -> None:
    rows = [{"keyword": str(n)} for n in range(50)]
    request = v.AhrefsOrganicKeywords(target="garden.example", day=DAY, country="us", limit=3)
    assert len((await answer(request, Reply({"keywords": rows}))).value.keywords) == 3
    lines = "\r\n".join(
        ["Keyword;Position;Search Volume;CPC;Competition;Url;Traffic (%)", *["a;1;1;1;1;u;1"] * 9]
    )
    assert len((await answer(SEMRUSH, Reply(lines, content_type="text/plain"))).value.keywords) == 3


async def test_every_request_that_is_billed_by_the_row_sends_a_limit(
    vendor_server: VendorServer, ws: Workspace
) -> None:
    vendor_server.says(Reply({}))
    site: dict[str, Any] = {"target": "garden.example", "day": DAY, "country": "us"}
    for ahrefs in (KEYWORDS, v.AhrefsOrganicKeywords(**site), v.AhrefsOrganicCompetitors(**site)):
        await ask(ahrefs, ws, attempts=1)
        assert {"limit", "select"} <= {name for name, _ in vendor_server.asked[-1].query}
    phrases = {"phrases": ("rake", "hoe")}
    for semrush in (
        SEMRUSH,
        v.SemrushCompetitors(domain="a.example"),
        v.SemrushKeywords(**phrases),
        v.SemrushDifficulty(**phrases),
    ):
        await ask(semrush, ws, attempts=1)
        assert {"display_limit", "export_columns"} <= {name for name, _ in vendor_server.asked[-1].query}


async def test_one_phrase_and_several_are_different_reports(
    vendor_server: VendorServer, ws: Workspace
) -> None:
    csv = "Keyword;Search Volume;CPC;Competition;Number of Results\r\nrake;20;0.5;0.1;3"
    vendor_server.says(Reply(csv, content_type="text/plain"))
    for phrases in (("rake",), ("rake", "hoe")):
        assert isinstance(await ask(v.SemrushKeywords(phrases=phrases), ws), Data)
    sent = [dict(asked.query) for asked in vendor_server.asked]
    assert [(q["type"], q["phrase"], q["display_limit"]) for q in sent] == [
        ("phrase_this", "rake", "1"),
        ("phrase_these", "rake;hoe", "2"),
    ]


def test_a_keyword_that_would_count_as_two_is_refused() -> None:
    with pytest.raises(ValidationError):
        v.SemrushKeywords(phrases=("rake;hoe",))
    with pytest.raises(ValidationError):
        v.AhrefsKeywordsOverview(keywords=("rake,hoe",), country="us")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (30, "quota_exhausted"),
        (41, "bad_request"),
        (70, "invalid_key"),
        (121, "invalid_key"),
        (130, "service_disabled"),
        (131, "quota_exhausted"),
        (133, "key_not_permitted"),
        (134, "quota_exhausted"),
        (999, "unexpected_answer"),
    ],
)
@pytest.mark.parametrize("status", [200, 403, 500])
async def test_semrush_is_read_by_its_code_whatever_the_status(
    code: int, kind: str, status: int, answer: Any
) -> None:
    outcome = await answer(SEMRUSH, Reply(f"ERROR {code} :: SOMETHING", status, content_type="text/plain"))
    assert (outcome.kind, outcome.code, outcome.said) == (kind, str(code), "SOMETHING")


async def test_a_spam_score_that_is_not_known_is_null(answer: Any) -> None:
    assert (await value_of(answer, "moz")).spam_score is None
    assert (await value_of(answer, "moz_links")).sites[1].spam_score is None


async def test_an_answer_to_another_request_is_not_taken(vendor_server: VendorServer, ws: Workspace) -> None:
    body = '{"jsonrpc": "2.0", "id": "vendor_request_of_somebody_else", "result": {"site_metrics": {}}}'
    vendor_server.says(Reply(body))
    outcome = await ask(v.MozSite(site="garden.example"), ws, attempts=1)
    assert isinstance(outcome, Failure)
    assert outcome.kind == "unexpected_answer"
    assert "another request" in outcome.message


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        ({"code": -32654, "status": 400, "message": "Minimum Request ID length is 24."}, 400, "bad_request"),
        ({"code": -32600, "httpStatus": 400, "message": "jsonrpc must be 2.0"}, 200, "bad_request"),
        ({"code": -32651, "status": 401, "message": "Missing or invalid authentication"}, 200, "invalid_key"),
        ({"code": -1, "status": 402, "message": "Pay"}, 402, "quota_exhausted"),
        ({"code": -1, "status": 403, "message": "Beta only"}, 403, "key_not_permitted"),
        ({"code": -1, "status": 503, "message": "Down"}, 503, "unavailable"),
        ({"code": -1, "message": "What"}, 200, "unexpected_answer"),
    ],
)
async def test_moz_is_read_by_the_status_in_its_error(
    error: dict[str, Any], status: int, kind: str, answer: Any
) -> None:
    assert (await answer(v.MozQuota(), Reply(moz(error=error), status))).kind == kind


@pytest.mark.parametrize(
    ("reply", "kind", "quota"),
    [
        (google_error(400, "badRequest", "Unknown name"), "bad_request", None),
        (google_error(400, "API_KEY_EXPIRED", "Renew"), "invalid_key", None),
        (google_error(403, "userRateLimitExceeded", "Slow"), "rate_limited", None),
        (google_error(403, "quotaExceeded", "Queries per day"), "quota_exhausted", "day"),
        (google_error(429, "x", "", metadata=A_MINUTE), "quota_exhausted", "minute"),
        (google_error(429, "x", "", metadata=NOTHING), "quota_exhausted", "none"),
        (google_error(429, "x", "Resource exhausted"), "rate_limited", None),
        (google_error(403, "insufficientPermissions", "Scopes"), "key_not_permitted", None),
        (google_error(404, "notFound", "No such thing"), "not_found", None),
        (google_error(503, "backendError", "Backend"), "unavailable", None),
        (google_error(418, "teapot", "Tea"), "unexpected_answer", None),
    ],
)
async def test_google_is_read_by_its_reasons(reply: Reply, kind: str, quota: str | None, answer: Any) -> None:
    outcome = await answer(v.WebRisk(url=PAGE), reply)
    assert (outcome.kind, outcome.quota) == (kind, quota)


async def test_what_is_left_is_the_narrower_of_two_limits(answer: Any) -> None:
    limits = {
        "units_limit_workspace": 1000,
        "units_usage_workspace": 900,
        "units_limit_api_key": 500,
        "units_usage_api_key": 10,
        "usage_reset_date": "2026-04-01T00:00:00Z",
    }
    left = (await answer(v.AhrefsLimits(), Reply({"limits_and_usage": limits}))).value
    assert (left.left, left.limit, left.resets_on) == (100, 1000, date(2026, 4, 1))
    limits = {"units_limit_workspace": None, "units_usage_workspace": 5, "usage_reset_date": "later"}
    left = (await answer(v.AhrefsLimits(), Reply({"limits_and_usage": limits}))).value
    assert (left.left, left.limit, left.used, left.resets_on) == (None, None, None, None)
