"""A campaign's plan: the page's own sentences, one subject a post, on the coming weekdays."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from ag2_marketing_tools.campaigns.model import Post
from ag2_marketing_tools.campaigns.platforms import find_platform
from ag2_marketing_tools.campaigns.preview import preview_of
from ag2_marketing_tools.campaigns.tracking import utm_parameters
from ag2_marketing_tools.errors import OutgoingError
from ag2_marketing_tools.operations import CampaignPlan, plan_campaign
from ag2_marketing_tools.workspace import FixedClock, Settings, Workspace

PAGE = """<!doctype html><html lang="en"><head>
<title>Respite care in Elm Valley by Elm Valley Care</title>
<meta name="description" content="Families in Elm Valley call us for respite care at short notice."></head><body><main>
<h1>Respite care</h1>
<p>Respite care gives a daughter her first free weekend in a year. Call now.</p>
<p>Our night nurses stay awake, so that the whole family can sleep until the morning.</p>
</main></body></html>"""
FRIDAY_EVENING = datetime(2026, 3, 27, 18, 0, tzinfo=UTC)  # the clocks change in Berlin on Sunday, the 29th


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text(PAGE)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(site)))
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
async def ws(url: str, tmp_path: Path) -> AsyncIterator[Workspace]:
    settings = Settings(
        home=tmp_path / "home",
        allowed_origins=(url.rstrip("/"),),
        host_min_interval_s=0,
        timezone="Europe/Berlin",
    )
    async with Workspace.open(settings, clock=FixedClock(FRIDAY_EVENING)) as opened:
        yield opened


async def plan(ws: Workspace, url: str, *keywords: str) -> CampaignPlan:
    return await plan_campaign.run(
        {"target_url": url, "keywords": list(keywords), "platforms": ["facebook"]}, ws
    )


async def test_a_post_says_what_stands_on_the_page_and_where_it_stands(ws: Workspace, url: str) -> None:
    planned = await plan(ws, url, "respite care", "night nurses")

    assert [(post.keyword, post.taken_from) for post in planned.posts] == [
        ("respite care", "sentence"),
        ("night nurses", "sentence"),
    ]
    assert all(post.text in PAGE for post in planned.posts)
    assert {post.link for post in planned.posts} == {url}


async def test_posts_go_out_on_weekdays_at_the_same_wall_clock_time_over_the_change_of_the_clocks(
    ws: Workspace, url: str
) -> None:
    planned = await plan(ws, url, "respite care", "night nurses")

    assert [post.schedule for post in planned.posts] == [
        "2026-03-30T10:00:00+02:00",
        "2026-03-31T10:00:00+02:00",
    ]


async def test_a_keyword_that_a_longer_one_holds_gives_way_to_it(ws: Workspace, url: str) -> None:
    planned = await plan(ws, url, "care", "respite care", "Night", "night nurses")

    assert [post.keyword for post in planned.posts] == ["respite care", "night nurses"]


async def test_a_keyword_without_words_on_the_page_is_named_and_nothing_is_made_up(
    ws: Workspace, url: str
) -> None:
    planned = await plan(ws, url, "hearing aids", "respite care")

    assert planned.keywords_without_post == ["hearing aids"]
    assert [post.keyword for post in planned.posts] == ["respite care"]


async def test_two_keywords_never_post_the_same_words(ws: Workspace, url: str) -> None:
    planned = await plan(ws, url, "night nurses", "whole family")

    assert len({post.text for post in planned.posts}) == len(planned.posts)


async def test_a_plan_without_keywords_says_why_there_are_no_posts(ws: Workspace, url: str) -> None:
    planned = await plan(ws, url)

    assert planned.posts == []
    assert planned.posts_reason == (
        "No keywords were given to post about; a page with hardly any text of its own has none."
    )


async def test_a_plan_whose_keywords_stand_in_no_sentence_says_so(ws: Workspace, url: str) -> None:
    planned = await plan(ws, url, "hearing aids")

    assert planned.posts == []
    assert planned.posts_reason is not None
    assert planned.posts_reason.startswith("No sentence of the page")


async def test_a_plan_with_posts_has_nothing_to_explain(ws: Workspace, url: str) -> None:
    planned = await plan(ws, url, "respite care")

    assert (planned.posts_reason, planned.platforms_left_out) == (None, [])


def lengths(planned: CampaignPlan, ws: Workspace) -> Iterator[int]:
    """The weighted length of each post on X, link and all, as the campaign's own preview counts it."""
    for post in planned.posts:
        shown = preview_of(
            Post(text=post.text, link=post.link),
            find_platform("twitter"),
            utm=utm_parameters(find_platform("twitter"), planned.name, None),
            tokens=ws.platform_tokens,
            media_root=None,
        )
        assert shown.preview.length is not None
        yield shown.preview.length.length


@pytest.mark.parametrize("path_length", [1, 40, 80, 100, 110, 120, 125])
async def test_words_and_a_link_that_is_not_shortened_fit_the_platform_together(
    ws: Workspace, url: str, path_length: int
) -> None:
    address = f"{url}?{'p' * path_length}"  # X shortens no address of this machine
    planned = await plan_campaign.run(
        {"target_url": address, "keywords": ["night nurses"], "platforms": ["facebook", "twitter"]}, ws
    )

    [post] = planned.posts
    assert all(length <= 280 for length in lengths(planned, ws))
    assert post.text.removesuffix("…") in PAGE
    assert post.text.endswith("…") == (path_length > 100)


async def test_a_platform_that_the_link_alone_fills_is_left_out_and_the_others_stay(
    ws: Workspace, url: str
) -> None:
    planned = await plan_campaign.run(
        {
            "target_url": f"{url}?{'p' * 200}",
            "keywords": ["respite care"],
            "platforms": ["facebook", "twitter"],
        },
        ws,
    )

    assert planned.platforms == ["facebook"]
    [left_out] = planned.platforms_left_out
    assert left_out.platform == "twitter"
    assert "at most 280 characters" in left_out.reason
    assert len(planned.posts) == 1


async def test_where_no_platform_is_left_there_are_no_posts(ws: Workspace, url: str) -> None:
    planned = await plan_campaign.run(
        {"target_url": f"{url}?{'p' * 300}", "keywords": ["respite care"], "platforms": ["x"]}, ws
    )

    assert (planned.posts, planned.platforms) == ([], [])
    assert planned.posts_reason == planned.platforms_left_out[0].reason


async def test_a_page_that_cannot_be_read_is_no_plan(ws: Workspace) -> None:
    with pytest.raises(OutgoingError, match=r"127\.0\.0\.1"):
        await plan(ws, "http://127.0.0.1:80/", "care")
