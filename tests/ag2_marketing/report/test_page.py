"""The pages: every figure has its source, strangers' text stays text, and what is missing is named."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node

from ag2_marketing.report import Report, build_report
from ag2_marketing.report.page import html_page, markdown_page
from ag2_marketing.report.sources import has_figure
from ag2_marketing_tools.workspace import Workspace

HOSTILE = (
    '<script>alert("42")</script> ![x](https://evil.example/a.png) [click](javascript:alert(1)) '
    "<img src=x onerror=alert(2)> | --- | `code` www.evil.example me@evil.example "
    "\u001b[31m</script><!-- \ue0009\ue001"
)


def text_outside_figures(page: str) -> str:
    """Everything a reader sees before the evidence section that is neither a figure nor a link to its evidence."""
    tree = HTMLParser(page)
    for node in tree.css("script, style, head, svg, #evidence, footer, .rank, .f, a[href^='#']"):
        node.decompose()
    assert tree.body is not None
    return tree.body.text(separator=" ")


def links(page: str) -> list[Node]:
    return HTMLParser(page).css("main a")


def gap(term: str) -> dict[str, Any]:
    return {
        "kind": "topic",
        "term": term,
        "covered_by_count": 1,
        "competitors_compared": 1,
        "covered_by": [],
        "score": 0.1,
    }


async def made(make: Any, workspace: Workspace, **steps: Any) -> Report:
    return await build_report(make.conversation(**steps).answer(), workspace)


@pytest.mark.parametrize("kind", ["report", "rich_report"])
def test_every_figure_in_the_page_shows_its_source(kind: str, request: pytest.FixtureRequest) -> None:
    report = request.getfixturevalue(kind)

    told = text_outside_figures(html_page(report)).replace(report.task, "")

    assert [token for token in told.split() if has_figure(token)] == []


def test_a_chart_says_no_number_that_is_not_a_figure_of_the_page(rich_report: Report) -> None:
    tree = HTMLParser(html_page(rich_report))
    said = {word for node in tree.css(".f button, .rank, tbody th a") for word in node.text().split()}
    drawn = [word.strip(":,") for node in tree.css("svg text") for word in node.text().split()]
    numbers = [word for word in drawn if word[0].isdigit()]

    assert len(numbers) > 30
    assert [number for number in numbers if number not in said and f"{number}," not in said] == []


def test_a_chart_has_a_name_and_nothing_in_it_but_shapes_and_words(rich_report: Report) -> None:
    charts = HTMLParser(html_page(rich_report)).css("svg")

    assert len(charts) == 9  # matrix, severities, depths, three vitals, coverage, topics, trend
    for chart in charts:
        assert chart.attributes["role"] == "img"
        assert chart.attributes["aria-label"]
        assert chart.css("title")
        assert {node.tag for node in chart.css("*")} <= {
            "svg", "title", "desc", "g", "rect", "circle", "path", "text"
        }  # fmt: skip


async def test_actions_come_with_the_quick_wins_first(rich_report: Report) -> None:
    tree = HTMLParser(html_page(rich_report))
    groups = [str(node.attributes["class"]).split("is-")[1] for node in tree.css(".action")]
    ranks = [int(node.text()) for node in tree.css(".action .rank")]

    assert list(dict.fromkeys(groups)) == ["quick_win", "project", "later"]
    assert groups == sorted(groups, key=("quick_win", "project", "later").index)
    assert ranks == list(range(1, len(ranks) + 1))


async def test_an_action_tells_how_many_pages_of_the_site_it_concerns(rich_report: Report) -> None:
    actions = HTMLParser(html_page(rich_report)).css(".action")
    alternative = next(action for action in actions if "Alternative texts" in action.text())

    assert len([action for action in actions if "Alternative texts" in action.css_first("h4").text()]) == 1
    assert "Pages affected 19" in " ".join(alternative.css_first(".meta").text(separator=" ").split())


@pytest.mark.parametrize("render", [html_page, markdown_page])
async def test_every_section_is_there_where_everything_was_measured(rich_report: Report, render: Any) -> None:
    page = render(rich_report)

    for title in (
        "What to do first", "Findings", "The site", "Broken links", "In Google’s search", "Security",
        "Core Web Vitals", "Competitors", "Topics by site", "Keywords", "Recommended texts", "Campaign", "History",
        "What was not measured", "The conversation", "Evidence",
    ):  # fmt: skip
        assert title in page
    assert "page-a" in page  # where a broken link stands
    assert "Title says something" in page  # what was mended


async def test_a_part_that_was_not_asked_for_is_left_out(make: Any, workspace: Workspace) -> None:
    answer = {**make.conversation().answer(), "parts": ["audit"]}
    page = html_page(await build_report(answer, workspace))

    assert 'id="campaign"' not in page.split('id="report-data"')[0]
    assert "was not reached" not in page


def test_every_link_leads_to_a_row_that_is_there(report: Report) -> None:
    tree = HTMLParser(html_page(report))
    targets = [str(link.attributes["href"]) for link in tree.css("a")]
    ids = [str(node.attributes["id"]) for node in tree.css("[id]")]

    assert len(targets) > 50
    assert [target for target in targets if target.removeprefix("#") not in ids] == []
    assert len(ids) == len(set(ids))


def test_a_figure_names_its_tool_and_its_place(report: Report) -> None:
    page = html_page(report)

    figure = next(
        node for node in HTMLParser(page).css(".f") if "/summary/failed" in node.text(separator=" ").split()
    )

    assert [node.text() for node in figure.css("button, b, code")] == ["2", "run_audit", "/summary/failed"]
    assert "2 March 2026, 09:00 UTC" in figure.text()
    assert figure.css("a[href='#E1/summary/failed']")
    assert '<tr id="E1/summary/failed"' in page
    assert f'href="#{figure.attributes["id"]}"' in page  # the way back


def test_the_page_needs_nothing_from_outside_and_no_script(report: Report) -> None:
    tree = HTMLParser(html_page(report))

    assert tree.css("img, iframe, object, embed, script[src], form") == []
    assert [link.attributes["href"] for link in tree.css("link")] == ["data:,"]
    assert tree.css("[style], [onclick], svg style, svg script") == []
    assert [script.attributes.get("type") for script in tree.css("script")] == ["application/json"]
    assert "url(" not in html_page(report).split("</style>")[0]
    assert all(str(link.attributes["href"]).startswith("#") for link in tree.css("a"))


def test_headings_are_in_order_and_the_landmarks_are_there(report: Report) -> None:
    tree = HTMLParser(html_page(report))
    levels = [int(node.tag[1]) for node in tree.css("h1, h2, h3, h4")] if tree.body else []

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert [len(tree.css(name)) for name in ("header", "nav", "main", "footer")] == [1, 1, 1, 1]


async def test_hostile_text_of_a_page_stays_text_in_html(make: Any, workspace: Workspace) -> None:
    audit = make.audit(
        findings=[
            make.finding(
                "title.generic",
                "critical",
                HOSTILE,
                HOSTILE,
                evidence=[{"element": HOSTILE, "excerpt": HOSTILE}],
            )
        ]
    )
    content = make.content(
        primary_keywords=[HOSTILE],
        recommended_title=HOSTILE,
        page=make.page_content(title=HOSTILE, h1=[HOSTILE]),
    )
    page = html_page(await made(make, workspace, audited=audit, analysed=content))
    tree = HTMLParser(page)

    assert len(tree.css("script")) == 1
    assert tree.css("img, [onerror]") == []
    assert all(str(link.attributes["href"]).startswith("#") for link in tree.css("a"))
    assert 'alert("42")' in " ".join(node.text() for node in tree.css("h4"))
    assert "<!--" not in page


async def test_hostile_text_of_a_page_stays_text_in_markdown(make: Any, workspace: Workspace) -> None:
    content = make.content(
        primary_keywords=[HOSTILE],
        recommended_title=HOSTILE,
        page=make.page_content(title=HOSTILE),
        content_gaps=[gap(HOSTILE)],
    )
    source = markdown_page(await made(make, workspace, analysed=content))

    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(source)
    inside = [child for token in tokens for child in token.children or ()]
    hrefs = [str(child.attrGet("href")) for child in inside if child.type == "link_open"]

    assert "alert" in source
    assert [token.type for token in (*tokens, *inside) if token.type.startswith(("html", "image"))] == []
    assert [href for href in hrefs if not href.startswith("#")] == []
    assert "https://evil" not in source  # nothing that GitHub would make a link of
    assert "www.evil" not in source
    assert "@evil" not in source


async def test_a_hostile_term_does_not_break_its_table_in_markdown(make: Any, workspace: Workspace) -> None:
    held = make.content(content_gaps=[gap("a | b\n\n# c")])
    source = markdown_page(await made(make, workspace, analysed=held))
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(source)

    assert not any(t.type == "inline" and t.content.strip() == "c" for t in tokens)
    assert r"a \| b # c" in source


async def test_what_was_not_measured_is_shown_with_its_reason(report: Report) -> None:
    tree = HTMLParser(html_page(report))
    section = tree.css_first("#unmeasured")
    assert section is not None
    told = section.text(separator=" ")

    assert "Largest Contentful Paint, Interaction to Next Paint, Cumulative Layout Shift" in " ".join(
        told.split()
    )
    assert "No key for pagespeed was given" in told
    assert "This is a development server." in told
    assert "Search volume" in told
    assert "rival.example" in told


async def test_a_measured_vital_is_shown_with_its_rating_and_threshold(
    make: Any, workspace: Workspace
) -> None:
    lcp = make.vital("ms", 2500, 4000, value=3120.0, rating="needs improvement", source="field", reason=None)
    vitals = make.audit().core_web_vitals.model_dump() | {"lcp": lcp, "reason": None}
    page = html_page(await made(make, workspace, audited=make.audit(core_web_vitals=vitals)))
    tile = HTMLParser(page).css_first("#vitals .tile")
    assert tile is not None

    assert "3,120" in tile.text()
    assert "Needs improvement" in tile.text()
    assert "2,500" in tile.text()


@pytest.mark.parametrize("render", [html_page, markdown_page])
async def test_a_workflow_that_failed_everywhere_still_gives_a_report_that_says_why(
    make: Any, workspace: Workspace, render: Any
) -> None:
    broken = await made(
        make, workspace,
        audited="maple.example answered with HTTP 503.", analysed="The page could not be read.",
        planned="There are no keywords to plan posts for.",
    )  # fmt: skip
    page = render(broken)

    assert broken.status == "error"
    assert "answered with HTTP 503" in page
    assert "could not be read" in page
    assert "no keywords to plan posts for" in page


async def test_a_campaign_that_could_not_be_stored_is_said_to_be_so(make: Any, workspace: Workspace) -> None:
    page = html_page(await made(make, workspace, stored="The text is too long for twitter."))
    section = HTMLParser(page).css_first("#campaign")
    assert section is not None

    assert "This part could not be done" in section.text()
    assert "too long for twitter" in section.text()


async def test_a_step_that_was_not_reached_is_said_to_be_so(workspace: Workspace) -> None:
    from ag2_marketing.grounding import Ledger

    answer = {"status": "error", "target_url": "https://a.example/", "transcript": [], "evidence": Ledger()}
    page = html_page(await build_report(answer, workspace))

    assert page.count("This step was not reached.") == 3
    assert "The audit was not reached" in page


async def test_the_same_report_gives_the_same_bytes(report: Report) -> None:
    assert html_page(report) == html_page(Report.model_validate(report.as_json()))
    assert markdown_page(report) == markdown_page(Report.model_validate(report.as_json()))


async def test_half_a_surrogate_pair_in_a_page_does_not_stop_the_report(
    make: Any, workspace: Workspace
) -> None:
    from ag2_marketing.report.write import html_bytes, json_bytes, markdown_bytes

    report = await made(make, workspace, audited=make.audit(
        findings=[make.finding("title.generic", "critical", "Title", "half a pair: \ud800.")]))  # fmt: skip

    assert all(b"half a pair" in of(report) for of in (html_bytes, json_bytes, markdown_bytes))


async def test_a_model_message_with_cited_literals_links_to_its_evidence(
    make: Any, workspace: Workspace
) -> None:
    held = make.conversation()
    text = (
        "The page has **7 images without alt** [E1]. See ![this](https://evil.example/x.png) and <b>that</b>."
    )
    held.transcript.said("seo_auditor", text, source=text, by="model")
    page = html_page(await build_report(held.answer(), workspace))
    message = HTMLParser(page).css(".message")[-1]

    assert message.css("strong")
    assert [link.attributes["href"] for link in message.css("a")] == ["#E1"]
    assert message.css("img, b") == []
