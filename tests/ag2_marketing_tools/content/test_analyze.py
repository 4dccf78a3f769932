"""The tool on real servers."""

import pytest
from care_pages import document, html
from loopback_site import Site

from ag2_marketing_tools.content import AnalyzeContent, analyze_content
from ag2_marketing_tools.errors import FetchFailed, InvalidInput, MarketingError
from ag2_marketing_tools.workspace import Workspace

DOWN = "127.0.0.1:1"


async def test_the_page_and_its_competitors_are_fetched_and_compared(
    site: Site, other_site: Site, ws: Workspace
) -> None:
    site.put("/", document("linden"))
    site.put("/ridge", document("ridge"))
    other_site.put("/", document("harbor"))
    bare_host = other_site.origin.removeprefix("http://")
    analysis = await analyze_content.run(
        {"target_url": site.url(), "competitors": [bare_host, site.url("/ridge")]}, ws
    )
    assert analysis.timestamp == "2026-03-02T09:00:00+00:00"
    assert [one.status for one in analysis.competitor_analysis] == ["compared", "compared"]
    assert analysis.competitor_analysis[0].asked == bare_host
    assert analysis.content_gaps[0].term.lower() == "dementia care"
    assert "No vendor's key" in analysis.keyword_opportunities[0].reason


async def test_competitors_that_cannot_be_read_are_reported_with_their_reason(
    site: Site, other_site: Site, ws: Workspace
) -> None:
    site.put("/", document("linden"))
    site.put("/gone", html("<h1>Not found</h1>"), status=404)
    site.put("/file", b"%PDF-1.7", content_type="application/pdf")
    site.put("/private", html("<h1>Private</h1>"))
    site.put("/robots.txt", "User-agent: *\nDisallow: /private", content_type="text/plain")
    other_site.put("/", document("harbor"))
    given = [
        DOWN,
        site.url("/gone"),
        site.url("/file"),
        site.url("/private"),
        "ftp://a.example",
        other_site.url(),
    ]
    analysis = await analyze_content(AnalyzeContent(target_url=site.url(), competitors=given), ws)
    *failed, read = analysis.competitor_analysis
    assert [one.asked for one in analysis.competitor_analysis] == given
    assert {one.status for one in failed} == {"unreadable"}
    reasons = [one.reason or "" for one in failed]
    assert "404" in reasons[1]
    assert "application/pdf" in reasons[2]
    assert "robots.txt" in reasons[3]
    assert "ftp" in reasons[4]
    assert read.status == "compared"
    assert analysis.content_gaps


async def test_a_competitor_that_moved_to_another_host_is_said_to_have(
    site: Site, other_site: Site, ws: Workspace
) -> None:
    site.put("/", document("linden"))
    site.put("/old", status=301, location=other_site.url("/new"))
    other_site.put("/new", document("harbor"))
    analysis = await analyze_content(
        AnalyzeContent(target_url=site.url(), competitors=[site.url("/old")]), ws
    )
    moved = analysis.competitor_analysis[0]
    assert (moved.status, moved.url, moved.redirected_to_other_host) == (
        "compared",
        other_site.url("/new"),
        True,
    )


async def test_competitors_that_lead_to_the_same_page_or_to_the_target_are_recognised(
    site: Site, other_site: Site, ws: Workspace
) -> None:
    site.put("/", document("linden"))
    site.put("/alias", status=302, location="/")
    other_site.put("/", document("harbor"))
    other_site.put("/alias", status=302, location="/")
    given = [site.url(), site.url("/alias"), other_site.url(), other_site.url("/alias")]
    analysis = await analyze_content(AnalyzeContent(target_url=site.url(), competitors=given), ws)
    assert [one.status for one in analysis.competitor_analysis] == [
        "target",
        "target",
        "compared",
        "duplicate",
    ]


async def test_a_target_that_moved_to_another_host_is_noted(
    site: Site, other_site: Site, ws: Workspace
) -> None:
    site.put("/", status=301, location=other_site.url())
    other_site.put("/", document("linden"))
    analysis = await analyze_content(AnalyzeContent(target_url=site.url()), ws)
    assert analysis.target_url == site.url()
    assert analysis.page.url == other_site.url()
    assert any(other_site.url() in note for note in analysis.notes)


async def test_a_target_that_answers_with_an_error_is_an_error(site: Site, ws: Workspace) -> None:
    site.put("/", html("<h1>Sorry</h1>"), status=503)
    with pytest.raises(FetchFailed) as raised:
        await analyze_content(AnalyzeContent(target_url=site.url()), ws)
    assert raised.value.status == 503


async def test_a_target_that_is_down_is_an_error(ws: Workspace) -> None:
    with pytest.raises(MarketingError):
        await analyze_content(AnalyzeContent(target_url=DOWN), ws)


async def test_more_than_twenty_competitors_are_refused_with_a_clear_error(site: Site, ws: Workspace) -> None:
    with pytest.raises(InvalidInput, match="competitors: list should have at most 20 items"):
        await analyze_content.run({"target_url": site.url(), "competitors": ["a.example"] * 21}, ws)
    assert site.asked == []


async def test_the_specifications_content_strategy_example(site: Site, ws: Workspace) -> None:
    site.put("/blog", document("linden"))
    first, second = [
        await analyze_content.run(
            {"target_url": site.url("/blog"), "focus_keywords": terms, "content_type": kind}, ws
        )
        for terms, kind in ((["care plan", "nurse"], "technical"), (["companion care", "family"], "business"))
    ]
    assert (first.content_type_profile, second.content_type_profile) == ("technical", "business")
    assert first.recommended_title != second.recommended_title
    assert first.content_outline != second.content_outline
    assert first.focus_keywords == ["care plan", "nurse"]


def test_no_secret_and_no_workspace_is_in_the_schema() -> None:
    schema = analyze_content.parameters_schema
    assert set(schema["properties"]) == {
        *(
            "target_url",
            "competitors",
            "focus_keywords",
            "content_type",
            "country",
            "max_pages",
            "demand_terms",
        )
    }
    assert schema["required"] == ["target_url"]
