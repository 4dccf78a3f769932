"""The specification's own examples of the three agents, run as a reader would run them.

Only what the document gets wrong by its own account is mended: a name that it never defines
(`audit_results`), imports that it leaves out, `sleep` within async code, and its example hosts, for which
real sites on loopback stand. The agents are made without arguments and read their settings from the
environment.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from loopback_site import Site, running_site

from ag2_marketing import ContentStrategyAgent, MarketingAutomationAgent, SEOAuditAgent
from ag2_marketing.demo import COMPETITORS, TARGET, served_sites
from ag2_marketing_tools.vendors import all_vendors

AUDIT_KEYS = {"url", "timestamp", "core_web_vitals", "security", "mobile", "performance", "status"}
AUDIT_KEYS_READ = {"meta", "headings", "recommended_keywords"}
CONTENT_KEYS = {
    "target_url",
    "timestamp",
    "keyword_opportunities",
    "content_gaps",
    "competitor_analysis",
    "recommendations",
    "status",
}
CONTENT_KEYS_READ = {
    "recommended_meta_description",
    "recommended_h1",
    "recommended_title",
    "content_outline",
    "focus_keywords",
    "primary_keywords",
}
CAMPAIGN_KEYS = {"campaign_id", "timestamp", "scheduled_posts", "tracking_setup", "status"}
NOWHERE = "http://127.0.0.1:9/"
"""A port that nothing listens on."""


@pytest.fixture(scope="module")
def origins() -> Iterator[dict[str, str]]:
    """The bundled sites on loopback, by name."""
    with served_sites() as served:
        yield served


@pytest.fixture(scope="module")
def vendor() -> Iterator[Site]:
    """The vendors' server, that knows no key; it answers as each of those that are asked."""
    with running_site() as site:
        refusal = {"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "API key not valid."}}
        refusal["error"]["details"] = [{"reason": "API_KEY_INVALID"}]  # type: ignore[assignment]
        for path in ("/runPagespeed", "/pagespeedonline/v5/runPagespeed"):
            site.put(path, json.dumps(refusal), status=400, content_type="application/json")
        unknown = json.dumps({"error": "API token is invalid"})
        site.put("/ahrefs/subscription-info/limits-and-usage", unknown, status=401)
        site.put("/semrush_balance/countapiunits.html", "ERROR 120 :: WRONG KEY - ID PAIR")
        yield site


@pytest.fixture(autouse=True)
def environment(
    origins: dict[str, str], vendor: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A home of its own, and leave to reach the sites that stand for the web."""
    urls = {**{name: f"{vendor.origin}/{name}" for name in all_vendors()}, "pagespeed": vendor.origin}
    allowed = ",".join([*origins.values(), vendor.origin, NOWHERE.rstrip("/")])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AG2_MARKETING_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AG2_MARKETING_ALLOWED_ORIGINS", allowed)
    monkeypatch.setenv("AG2_MARKETING_HOST_MIN_INTERVAL_S", "0")
    monkeypatch.setenv("AG2_MARKETING_FETCH_BACKOFF_S", "0.001")
    monkeypatch.setenv("AG2_MARKETING_VENDOR_BASE_URLS", json.dumps(urls))


@pytest.fixture
def target(origins: dict[str, str]) -> str:
    return f"{origins[TARGET]}/"


@pytest.fixture
def competitors(origins: dict[str, str]) -> list[str]:
    """Bare hosts, as in `competitors=["competitor1.com", "competitor2.com"]`."""
    return [origins[name].removeprefix("http://") for name in COMPETITORS]


def is_utc_timestamp(text: str) -> bool:
    return datetime.fromisoformat(text).utcoffset() == timedelta(0)


# --- Integration Examples / Combining Agents for Full Marketing Workflow


async def test_the_full_marketing_workflow(target: str, competitors: list[str]) -> None:
    seo_agent = SEOAuditAgent()
    content_agent = ContentStrategyAgent()
    marketing_agent = MarketingAutomationAgent()

    async def run_marketing_workflow(
        target_url: str, api_keys: dict[str, str], platform_tokens: dict[str, str]
    ) -> dict[str, Any]:
        # Step 1: Run SEO audit
        audit_result = await seo_agent.run_audit(url=target_url, api_keys=api_keys)

        # Step 2: Analyze content strategy based on audit results
        content_analysis = await content_agent.analyze_content(
            target_url=target_url,
            competitors=competitors,
            api_keys=api_keys,
            focus_keywords=audit_result.get("recommended_keywords", []),
        )

        # Step 3: Schedule marketing campaign using insights
        campaign_config = {
            "name": "Data-Driven Campaign",
            "platforms": ["facebook", "twitter"],
            "content": [
                {
                    "text": f"Optimized content based on {kw}",
                    "schedule": datetime.now(UTC).isoformat(),  # noqa: TID251 (as the document has it)
                }
                for kw in content_analysis.get("primary_keywords", [])[:5]
            ],
        }

        campaign_results = await marketing_agent.schedule_campaign(
            campaign_config=campaign_config, platform_tokens=platform_tokens
        )

        return {
            "audit": audit_result,
            "content_analysis": content_analysis,
            "campaign": campaign_results,
        }

    result = await run_marketing_workflow(target, {}, {"facebook": "your_token", "twitter": "your_token"})

    assert result["audit"].keys() >= AUDIT_KEYS | AUDIT_KEYS_READ
    assert result["content_analysis"].keys() >= CONTENT_KEYS | CONTENT_KEYS_READ
    assert result["campaign"].keys() >= CAMPAIGN_KEYS
    assert result["audit"]["status"] == result["content_analysis"]["status"] == "success"
    assert result["campaign"]["status"] == "scheduled"
    assert result["content_analysis"]["focus_keywords"] == result["audit"]["recommended_keywords"]
    compared = [rival["status"] for rival in result["content_analysis"]["competitor_analysis"]]
    assert compared == ["compared"] * len(competitors)
    posts = result["campaign"]["scheduled_posts"]
    wanted = min(5, len(result["content_analysis"]["primary_keywords"]))
    assert len(posts) == 2 * wanted > 0
    assert {post["state"] for post in posts} == {"scheduled"}  # `now` is no past time
    assert all(is_utc_timestamp(part["timestamp"]) for part in result.values())
    assert "your_token" not in json.dumps(result)


# --- Error Handling


async def test_the_error_handling_example(target: str, capsys: pytest.CaptureFixture[str]) -> None:
    seo_agent = SEOAuditAgent()
    for url in (target, NOWHERE):
        try:
            results = await seo_agent.run_audit(url=url, api_keys={})
            if results.get("status") == "error":
                print(f"Audit failed: {results['error']}")  # noqa: T201
        except Exception as e:  # noqa: BLE001
            print(f"Unexpected error: {e!s}")  # noqa: T201

    printed = capsys.readouterr().out.splitlines()
    assert len(printed) == 1  # without a key, every check that needs none still runs
    assert printed[0].startswith("Audit failed: ")
    assert "127.0.0.1" in printed[0]


# --- SEO Audit Agent


@pytest.mark.parametrize(
    "arguments",
    [
        {"api_keys": {"google": "your_key", "pagespeed": "your_key", "security": "your_key"}},
        {
            "api_keys": {"google": "your_key", "pagespeed": "your_key", "security": "your_key"},
            "specific_metrics": ["core_web_vitals", "security"],
        },
        {"api_keys": {"ahrefs": "your_key", "semrush": "your_key"}},
        {"api_keys": {}},
        {},
    ],
)
async def test_every_call_of_run_audit(target: str, arguments: dict[str, Any]) -> None:
    seo_agent = SEOAuditAgent()

    audit_results = await seo_agent.run_audit(url=target, **arguments)

    assert audit_results["status"] == "success"
    assert "error" not in audit_results or audit_results["error"] is None
    assert audit_results.keys() >= AUDIT_KEYS | AUDIT_KEYS_READ
    assert audit_results["url"] == target
    assert is_utc_timestamp(audit_results["timestamp"])
    assert isinstance(audit_results["meta"]["description"], str)
    assert isinstance(audit_results["headings"]["h1"][0], str)
    assert audit_results.get("recommended_keywords", [])
    assert "your_key" not in json.dumps(audit_results)


async def test_a_page_that_a_vendor_cannot_see_is_said_and_the_rest_is_measured(target: str) -> None:
    audit_results = await SEOAuditAgent().run_audit(url=target, api_keys={"pagespeed": "your_key"})

    vitals = audit_results["core_web_vitals"]
    assert audit_results["status"] == "success"
    assert vitals["lcp"]["value"] is None
    assert vitals["reason"] or vitals["lcp"]["reason"]
    assert audit_results["security"]


async def test_a_page_without_description_and_heading_can_be_read_as_in_the_examples(vendor: Site) -> None:
    url = vendor.put("/bare", "<!doctype html><title>Bare</title><p>Nothing here.</p>")

    audit_result = await SEOAuditAgent().run_audit(url=url)

    assert audit_result["meta"]["description"] == ""
    assert isinstance(audit_result["headings"]["h1"][0], str)


async def test_the_example_that_tests_keys(vendor: Site, capsys: pytest.CaptureFixture[str]) -> None:
    async def test_api_keys() -> None:
        seo_agent = SEOAuditAgent()
        try:
            result = await seo_agent.test_connection(
                api_keys={"ahrefs": "your_key", "semrush": "your_key", "pagespeed": "your_key"}
            )
            print(f"Connection status: {result['status']}")  # noqa: T201
        except Exception as e:  # noqa: BLE001
            print(f"API Error: {e!s}")  # noqa: T201

    await test_api_keys()

    assert capsys.readouterr().out == "Connection status: error\n"
    assert any("runPagespeed" in path for path in vendor.paths())
    told = await SEOAuditAgent().test_connection(api_keys={"pagespeed": "your_key", "ahrefs": "your_key"})
    assert {"pagespeed", "ahrefs"} <= set(json.dumps(told).replace('"', " ").replace(":", " ").split())
    assert "API request failed: Invalid API key for ahrefs" in told["error"]
    assert "your_key" not in json.dumps(told)


async def test_the_example_that_audits_several_pages(target: str) -> None:
    async def rate_limited_audit(urls: list[str]) -> list[dict[str, Any]]:
        seo_agent = SEOAuditAgent()
        results = []
        for url in urls:
            result = await seo_agent.run_audit(url=url)
            results.append(result)
            await asyncio.sleep(0.01)
        return results

    results = await rate_limited_audit([target, NOWHERE, target])

    assert [result["status"] for result in results] == ["success", "error", "success"]


# --- Content Strategy Agent


async def test_the_documented_call_of_analyze_content(target: str, competitors: list[str]) -> None:
    content_analysis = await ContentStrategyAgent().analyze_content(
        target_url=target,
        competitors=competitors,
        api_keys={"ahrefs": "your_key", "semrush": "your_key", "moz": "your_key"},
        focus_keywords=["marketing", "automation"],
    )

    assert content_analysis["status"] == "success"
    assert content_analysis.keys() >= CONTENT_KEYS | CONTENT_KEYS_READ
    assert content_analysis["target_url"] == target
    assert is_utc_timestamp(content_analysis["timestamp"])
    assert content_analysis["focus_keywords"] == ["marketing", "automation"]
    assert "your_key" not in json.dumps(content_analysis)


@pytest.mark.parametrize(
    ("focus_keywords", "content_type"),
    [
        (["machine learning", "AI"], "technical"),
        (["artificial intelligence", "business"], "business"),
    ],
)
async def test_the_content_strategies_that_are_tested_against_each_other(
    target: str, focus_keywords: list[str], content_type: str
) -> None:
    strategy = await ContentStrategyAgent().analyze_content(
        target_url=target, focus_keywords=focus_keywords, content_type=content_type
    )

    content = {
        "title": strategy["recommended_title"],
        "outline": strategy["content_outline"],
        "keywords": strategy["focus_keywords"],
    }
    assert content["keywords"] == focus_keywords
    assert content["outline"]
    assert strategy["competitor_analysis"] == []


async def test_the_two_strategies_differ_where_the_example_puts_them(target: str) -> None:
    strategy_a, strategy_b = [
        await ContentStrategyAgent().analyze_content(
            target_url=target, focus_keywords=focus_keywords, content_type=content_type
        )
        for focus_keywords, content_type in (
            (["machine learning", "AI"], "technical"),
            (["artificial intelligence", "business"], "business"),
        )
    ]

    assert strategy_a["recommended_title"] != strategy_b["recommended_title"]
    assert strategy_a["content_outline"] != strategy_b["content_outline"]
    assert strategy_a["recommendation_basis"][0]["write_first"]  # the page speaks of no machine learning


async def test_the_variants_of_the_seo_content_test_can_be_built_and_scheduled(
    target: str, competitors: list[str]
) -> None:
    audit_result = await SEOAuditAgent().run_audit(
        url=target, api_keys={"ahrefs": "your_key", "semrush": "your_key"}
    )
    content_analysis = await ContentStrategyAgent().analyze_content(
        target_url=target, competitors=competitors, api_keys={"ahrefs": "your_key", "semrush": "your_key"}
    )
    variants = [
        {
            "meta_description": audit_result["meta"]["description"],
            "h1": audit_result["headings"]["h1"][0],
        },
        {
            "meta_description": content_analysis["recommended_meta_description"],
            "h1": content_analysis["recommended_h1"],
        },
    ]
    assert variants[1]["meta_description"]

    campaign_results = await MarketingAutomationAgent().schedule_campaign(
        campaign_config={
            "name": "SEO Test - SEO Optimized",
            "platforms": ["website"],
            "content": [
                {"type": "meta", "value": variants[1]["meta_description"]},
                {"type": "heading", "value": variants[1]["h1"]},
            ],
            "targeting": {"pages": ["/homepage"], "variant_id": "variant_2"},
        },
        platform_tokens={"website_cms": "your_token"},
    )

    assert campaign_results["status"] == "scheduled"


async def test_a_vendor_that_knows_no_key_leaves_the_analysis_standing(target: str) -> None:
    analysis = await ContentStrategyAgent().analyze_content(
        target_url=target, api_keys={"ahrefs": "your_key"}
    )

    assert analysis["status"] == "success"
    assert analysis["search_demand"]["vendors_asked"][0]["outcome"] == "failure"
    assert {one["search_volume"] for one in analysis["keyword_opportunities"]} == {None}
    assert all(one["reason"] for one in analysis["keyword_opportunities"])


async def test_no_focus_keywords_take_those_of_the_page(target: str, competitors: list[str]) -> None:
    content_analysis = await ContentStrategyAgent().analyze_content(
        target_url=target, competitors=competitors, api_keys={}, focus_keywords=[]
    )

    assert content_analysis["focus_keywords"]
    assert content_analysis.get("primary_keywords", [])[:5]


# --- Marketing Automation Agent


def campaign(**config: Any) -> dict[str, Any]:
    return {"name": "Q1 Campaign", "platforms": ["facebook", "twitter"], **config}


async def test_the_documented_call_of_schedule_campaign() -> None:
    campaign_results = await MarketingAutomationAgent().schedule_campaign(
        campaign_config={
            "name": "Q1 Campaign",
            "platforms": ["facebook", "twitter"],
            "content": [
                {
                    "text": "Check out our latest features!",
                    "media": ["image.jpg"],
                    "schedule": "2025-03-01T12:00:00Z",
                }
            ],
            "targeting": {"segment": "test_group", "variant_id": "variant_1"},
        },
        platform_tokens={"facebook": "your_token", "twitter": "your_token"},
    )

    assert campaign_results["status"] == "scheduled", campaign_results.get("error")
    assert campaign_results.keys() >= CAMPAIGN_KEYS
    assert is_utc_timestamp(campaign_results["timestamp"])
    # The example's time has passed since: its posts are held, and the campaign says so.
    assert {post["state"] for post in campaign_results["scheduled_posts"]} == {"missed"}
    assert campaign_results["warnings"]
    assert "variant_1" in json.dumps(campaign_results["tracking_setup"])
    assert "your_token" not in json.dumps(campaign_results)


EMAIL = {
    "type": "email",
    "template": "newsletter",
    "subject": "{{first_name}}, Your AI Journey Starts Here",
    "preview_text": "Discover how AI can transform your business",
    "cta": {"text": "Start My Journey", "url": "https://example.com/ai-solutions"},
    "personalization": {"industry_specific": True, "role_based": True},
}
WINNER = {
    "subject": "10x Your Productivity with AI",
    "preview_text": "Real results from AI implementation",
    "cta_text": "See the Benefits",
    "meta_description": "Care at home.",
    "h1": "Care",
}
NOW = "now"


@pytest.mark.parametrize(
    ("config", "tokens", "platforms"),
    [
        pytest.param(
            {
                "name": "AI Solutions Campaign - Personalized",
                "platforms": ["email"],
                "content": [EMAIL],
                "scheduling": {"start_time": NOW, "frequency": "one_time"},
                "targeting": {"list": "qualified_leads", "variant_id": "variant_1"},
            },
            {"email_platform": "your_token"},
            {"email"},
            id="email",
        ),
        pytest.param(
            {
                "name": "SEO Test - Original",
                "platforms": ["website"],
                "content": [
                    {"type": "meta", "value": "Home care in Maple Falls."},
                    {"type": "heading", "value": "Home care"},
                ],
                "targeting": {"pages": ["/homepage"], "variant_id": "variant_1"},
            },
            {"website_cms": "your_token"},
            {"website"},
            id="website, no schedule at all",
        ),
        pytest.param(
            {
                "name": "Optimized Campaign",
                "platforms": ["email", "website"],
                "content": [{"type": "template", "value": WINNER}],
                "scheduling": {"start_time": NOW, "frequency": "recurring", "interval": "weekly"},
            },
            {"email_platform": "your_token", "website_cms": "your_token"},
            {"email", "website"},
            id="template, recurring",
        ),
        pytest.param(
            campaign(content=[{"text": "Hello"}], schedule=NOW), {}, {"facebook", "twitter"}, id="schedule"
        ),
        pytest.param(
            campaign(content=[{"text": "Hello", "schedule": NOW}], targeting={"segment": "test_group"}),
            {"facebook": "your_token", "twitter": "your_token"},
            {"facebook", "twitter"},
            id="a schedule on the item",
        ),
        pytest.param(
            campaign(content=[{"text": "Hello"}]),
            {"facebook": {"token": "your_token", "page_id": 7}, "x": "your_token"},
            {"facebook", "twitter"},
            id="tokens of several parts",
        ),
    ],
)
async def test_every_call_of_schedule_campaign(
    config: dict[str, Any], tokens: dict[str, Any], platforms: set[str]
) -> None:
    now = datetime.now(UTC).isoformat()  # noqa: TID251 (as the document has it)
    config = json.loads(json.dumps(config).replace(f'"{NOW}"', f'"{now}"'))

    results = await MarketingAutomationAgent().schedule_campaign(
        campaign_config=config, platform_tokens=tokens
    )

    assert results["status"] == "scheduled", results.get("error")
    assert results.keys() >= CAMPAIGN_KEYS
    assert {post["platform"] for post in results["scheduled_posts"]} == platforms
    assert {post["state"] for post in results["scheduled_posts"]} == {"scheduled"}
    assert "your_token" not in json.dumps(results)


async def test_a_campaign_of_no_content_is_an_error_that_says_so() -> None:
    results = await MarketingAutomationAgent().schedule_campaign(
        campaign_config=campaign(content=[]), platform_tokens={}
    )

    assert results["status"] == "error"
    assert "content" in results["error"]


async def test_what_one_agent_stored_the_next_one_finds() -> None:
    stored = await MarketingAutomationAgent().schedule_campaign(campaign(content=[{"text": "Hello"}]), {})
    found = await MarketingAutomationAgent().schedule_campaign(campaign(content=[{"text": "Hello"}]), {})

    from ag2_marketing_tools.campaigns import list_campaigns
    from ag2_marketing_tools.workspace import Workspace

    async with Workspace.open() as ws:
        listed = await list_campaigns.run({}, ws)
    assert {entry.campaign_id for entry in listed.campaigns} == {stored["campaign_id"], found["campaign_id"]}


# --- Failures have the documented keys, too


@pytest.mark.parametrize("url", [NOWHERE, "not a url", "", None, 7, "ftp://example.com/", "http://[::1"])
async def test_a_failed_audit_has_every_documented_key(url: Any) -> None:
    result = await SEOAuditAgent().run_audit(url=url, api_keys={})

    assert result["status"] == "error"
    assert result["error"]
    assert result.keys() >= AUDIT_KEYS | AUDIT_KEYS_READ
    assert result["meta"]["description"] == result["headings"]["h1"][0] == ""


@pytest.mark.parametrize("url", [NOWHERE, "not a url", "", None])
async def test_a_failed_analysis_has_every_documented_key(url: Any) -> None:
    result = await ContentStrategyAgent().analyze_content(target_url=url, competitors=["competitor1.com"])

    assert result["status"] == "error"
    assert result["error"]
    assert result.keys() >= CONTENT_KEYS | CONTENT_KEYS_READ
    assert result["primary_keywords"][:5] == []


@pytest.mark.parametrize(
    "config", [{}, None, [], "campaign", {"name": "x"}, {"name": "x", "platforms": "facebook", "content": 7}]
)
async def test_a_failed_campaign_has_every_documented_key(config: Any) -> None:
    result = await MarketingAutomationAgent().schedule_campaign(config, {})

    assert result["status"] == "error"
    assert result["error"]
    assert result.keys() >= CAMPAIGN_KEYS
    assert result["campaign_id"] is None


@pytest.mark.parametrize("keys", [["pagespeed"], "AIza-secret", {"pagespeed": ["AIza-secret"]}, 7])
async def test_keys_of_the_wrong_shape_are_an_error_that_repeats_no_key(target: str, keys: Any) -> None:
    results = [
        await SEOAuditAgent().run_audit(url=target, api_keys=keys),
        await SEOAuditAgent().test_connection(api_keys=keys),
        await ContentStrategyAgent().analyze_content(target, api_keys=keys),
        await MarketingAutomationAgent().schedule_campaign(campaign(content=[{"text": "Hello"}]), keys),
    ]

    assert {result["status"] for result in results} == {"error"}
    assert "AIza-secret" not in json.dumps(results)


async def test_one_text_where_a_list_is_expected_is_a_list_of_it(target: str, competitors: list[str]) -> None:
    analysis = await ContentStrategyAgent().analyze_content(
        target, competitors=competitors[0], focus_keywords="home care"
    )
    audit = await SEOAuditAgent().run_audit(target, specific_metrics="security")

    assert len(analysis["competitor_analysis"]) == 1
    assert analysis["focus_keywords"] == ["home care"]
    assert audit["status"] == "success"


# --- Naming: the document imports the agents from `autogen`, which has none of them


def test_the_agents_are_ours_and_the_framework_is_left_as_it_is() -> None:
    import autogen

    for name in ("SEOAuditAgent", "ContentStrategyAgent", "MarketingAutomationAgent"):
        assert not hasattr(autogen, name)
    assert issubclass(SEOAuditAgent, autogen.ConversableAgent)
