"""Storing a campaign: the specification's call shapes, previews, tokens, the past, and one transaction."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from ag2_marketing_tools.campaigns import Campaign, schedule_campaign, show_campaign
from ag2_marketing_tools.campaigns import tools as campaign_tools
from ag2_marketing_tools.errors import Conflict, InvalidInput, MarketingError, NotFound
from ag2_marketing_tools.workspace import FixedClock, Settings, Workspace
from ag2_marketing_tools.workspace.store.schema import campaign, post, post_transition

Make = Callable[..., dict[str, Any]]
SOON = "2026-11-24T09:00:00+00:00"


async def rows(ws: Workspace, table: Any) -> int:
    async with ws.store.read() as connection:
        return int(await connection.scalar(select(func.count()).select_from(table)) or 0)


async def test_the_documented_example_dated_in_the_past_is_stored_and_held(both: Workspace) -> None:
    ws = both.with_credentials(platform_tokens={"facebook": "your_token", "twitter": "your_token"})
    result = await schedule_campaign.run(
        {
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
        ws,
    )
    assert (result.status, result.timestamp) == ("scheduled", "2026-11-23T12:00:00+00:00")
    assert [(post.platform, post.state, post.run_at) for post in result.scheduled_posts] == [
        ("facebook", "missed", "2025-03-01T12:00:00+00:00"),
        ("twitter", "missed", "2025-03-01T12:00:00+00:00"),
    ]
    assert any("held as missed" in warning for warning in result.warnings)
    assert any("'image.jpg' was not looked for" in warning for warning in result.warnings)
    assert result.tracking_setup.utm["twitter"]["utm_content"] == "variant_1"
    assert result.tracking_setup.metadata.variant_id == "variant_1"
    assert (result.counts.posts, result.counts.missed) == (2, 2)
    assert (await show_campaign.run({"campaign_id": result.campaign_id}, ws)).counts == result.counts


async def test_the_documented_workflow_schedules_one_post_for_each_keyword(ws: Workspace) -> None:
    now = ws.clock.now().isoformat()
    content = [
        {"text": f"Optimized content based on {kw}", "schedule": now} for kw in ("home care", "nurses")
    ]
    result = await schedule_campaign.run(
        {"name": "Data-Driven Campaign", "platforms": ["facebook", "twitter"], "content": content}, ws
    )
    assert (result.status, result.counts.scheduled) == ("scheduled", 4)
    assert {post.run_at for post in result.scheduled_posts} == {now}


async def test_the_documented_workflow_without_keywords_says_that_there_is_no_content(ws: Workspace) -> None:
    with pytest.raises(InvalidInput, match="no content"):
        await schedule_campaign.run({"name": "Data-Driven", "platforms": ["facebook"], "content": []}, ws)


async def test_the_documented_page_variant_needs_no_schedule(ws: Workspace) -> None:
    ws = ws.with_credentials(platform_tokens={"website_cms": "your_token"})
    result = await schedule_campaign.run(
        {
            "name": "SEO Test - Original",
            "platforms": ["website"],
            "content": [
                {"type": "meta", "value": "Care at home, day and night."},
                {"type": "heading", "value": "Care at home"},
            ],
            "targeting": {"pages": ["/homepage"], "variant_id": "variant_a"},
        },
        ws,
    )
    assert [(post.type, post.state, post.preview.parts) for post in result.scheduled_posts] == [
        ("meta", "scheduled", {"meta_description": "Care at home, day and night."}),
        ("heading", "scheduled", {"heading": "Care at home"}),
    ]
    assert result.scheduled_posts[0].preview.missing_credentials == ["base_url", "username"]


async def test_the_documented_mail_variant_is_stored_with_its_button_tagged(ws: Workspace) -> None:
    ws = ws.with_credentials(platform_tokens={"email_platform": "your_token"})
    result = await schedule_campaign.run(
        {
            "name": "AI Solutions Campaign - Personalized",
            "platforms": ["email"],
            "content": [
                {
                    "type": "email",
                    "template": "newsletter",
                    "subject": "{{first_name}}, Your AI Journey Starts Here",
                    "preview_text": "Discover how AI can transform your business",
                    "cta": {"text": "Start My Journey", "url": "https://example.com/ai-solutions"},
                    "personalization": {"industry_specific": True, "role_based": True},
                }
            ],
            "scheduling": {"start_time": ws.clock.now().isoformat(), "frequency": "one_time"},
            "targeting": {"list": "qualified_leads", "variant_id": "variant_7"},
        },
        ws,
    )
    (stored,) = result.scheduled_posts
    assert (stored.state, stored.preview.placeholders) == ("scheduled", ["first_name"])
    assert stored.preview.parts["cta_url"] == (
        "https://example.com/ai-solutions?utm_source=newsletter&utm_medium=email"
        "&utm_campaign=ai-solutions-campaign-personalized&utm_content=variant_7"
    )
    assert stored.preview.length is not None
    assert (stored.preview.length.part, stored.preview.length.length) == ("subject", 43)


WINNERS = [
    {
        "subject": "10x Your Productivity",
        "preview_text": "Real results",
        "cta_text": "See",
        "personalization": {},
    },
    {"meta_description": "Care at home.", "h1": "Care at home"},
    {"title": "Machine learning", "outline": ["One", "Two"], "keywords": ["AI"]},
    {"text": "Seen before"},
]


@pytest.mark.parametrize("winner", WINNERS[:3])
async def test_the_documented_winner_recurs_weekly_on_two_platforms(
    ws: Workspace, winner: dict[str, Any]
) -> None:
    result = await schedule_campaign.run(
        {
            "name": "Optimized Campaign",
            "platforms": ["email", "website"],
            "content": [{"type": "template", "value": winner}],
            "scheduling": {
                "start_time": (ws.clock.now() - timedelta(seconds=1)).isoformat(),
                "frequency": "recurring",
                "interval": "weekly",
            },
        },
        ws,
    )
    assert result.counts.scheduled == 26  # 13 weeks begin within 90 days, on two platforms
    assert any("90 days are planned" in warning for warning in result.warnings)
    first = {post.platform: post.preview for post in result.scheduled_posts[:2]}
    assert first["email"].parts["subject"]
    assert first["website"].parts["heading"]


async def test_a_template_with_nothing_for_a_platform_is_refused(ws: Workspace, config: Make) -> None:
    with pytest.raises(InvalidInput, match=r"\(email\): the subject is empty"):
        await schedule_campaign.run(
            config(platforms=["email"], content=[{"type": "template", "value": WINNERS[3]}]), ws
        )
    with pytest.raises(InvalidInput, match="holds nothing that X can show"):
        await schedule_campaign.run(
            config(platforms=["x"], content=[{"type": "template", "value": {"keywords": ["a"]}}]), ws
        )


async def test_the_items_own_schedule_comes_before_the_campaigns(ws: Workspace, config: Make) -> None:
    content = [{"text": "a", "schedule": SOON}, {"text": "b"}]
    result = await schedule_campaign.run(config(content=content, schedule="2026-12-01T10:00:00Z"), ws)
    assert [(post.item, post.run_at) for post in result.scheduled_posts] == [
        (1, "2026-11-24T09:00:00+00:00"),
        (2, "2026-12-01T10:00:00+00:00"),
    ]


async def test_a_naive_time_takes_the_campaigns_zone_and_is_refused_without_one(
    ws: Workspace, config: Make
) -> None:
    content = [{"text": "a", "schedule": "2026-12-01T10:00:00"}]
    with pytest.raises(InvalidInput, match="has no time zone"):
        await schedule_campaign.run(config(content=content), ws)
    result = await schedule_campaign.run(config(content=content, timezone="Europe/Berlin"), ws)
    (stored,) = result.scheduled_posts
    assert (stored.run_at, stored.local_time, stored.timezone) == (
        "2026-12-01T09:00:00+00:00",
        "2026-12-01T10:00:00+01:00",
        "Europe/Berlin",
    )


async def test_every_fault_is_named_at_once_and_nothing_is_stored(both: Workspace) -> None:
    with pytest.raises(InvalidInput) as caught:
        await schedule_campaign.run(
            {
                "name": "",
                "platforms": ["twiter", "email", "x", "instagram"],
                "timezone": "Europe/Berlim",
                "content": [
                    {"text": "\u200b"},
                    {
                        "type": "email",
                        "subject": "a\r\nBcc: x@y.example",
                        "cta": {"text": "x", "url": "javascript:1"},
                    },
                    {"text": "x" * 281, "media": ["https://example.com/a.jpg"], "schedule": "2026-13-01"},
                    {"text": "ok", "media": ["local.jpg"], "link": "ftp://a.example"},
                ],
                "schedule": "",
            },
            both,
        )
    told = str(caught.value)
    for part in (
        "name: the campaign has no name",
        "platform 'twiter' is unknown (did you mean twitter?",
        "timezone: 'Europe/Berlim'",
        "content[0] (twitter, instagram): there is neither text nor media",
        "content[1] (email): subject holds a line break or control character ('\\r')",
        "content[1] (email): cta url: 'javascript:1' is not an http or https address",
        "content[2] (twitter): the text has 281 weighted characters; X takes at most 280",
        "content[2]: '2026-13-01' is not a time",
        "content[3] (instagram): Instagram takes media only from a public URL, not 'local.jpg'",
        "content[3] (twitter, instagram): link: 'ftp://a.example'",
        "schedule: The time is empty",
    ):
        assert part in told, part
    assert told.count("Berlim") == 1
    assert [await rows(both, table) for table in (campaign, post, post_transition)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"platforms": []}, "no platforms"),
        ({"platforms": ["myspace"]}, "platform 'myspace' is unknown"),
        ({"schedule": SOON, "scheduling": "2026-12-01T10:00:00Z"}, "`schedule` and `scheduling` differ"),
        (
            {"content": [{"type": "podcast"}]},
            "content.0: type must be post, email, meta, heading or template",
        ),
        (
            {"content": [{"text": "a", "colour": "red"}]},
            "content.0.post.colour: extra inputs are not permitted",
        ),
        ({"budget": 3}, "budget: extra inputs are not permitted"),
        ({"content": [{"type": "email", "subject": "a"}]}, "Facebook takes post, template, not email"),
        ({"content": [{"text": "x" * 63_207}]}, "63,207 characters; Facebook takes at most 63,206"),
        ({"content": [{"text": "a", "media": ["../../etc/passwd"]}]}, "not a name within the media folder"),
        ({"content": [{"text": "a", "media": ["/etc/passwd"]}]}, "not a name within the media folder"),
        ({"content": [{"text": "a", "media": ["https://a.example/a.exe"]}]}, "Facebook takes jpg"),
        ({"content": [{"text": "a", "schedule": {"interval": "yearly"}}]}, "content.0.post.schedule"),
        ({"content": [{"text": "a"}] * 1001}, "1,001 posts; at most 1,000"),
        (
            {
                "platforms": ["instagram"],
                "content": [{"text": "#a " * 31, "media": ["https://a.example/a.jpg"]}],
            },
            "31 hashtags, and Instagram takes at most 30",
        ),
        ({"platforms": ["instagram"], "content": [{"text": "a"}]}, "needs at least 1 picture or video"),
        (
            {"platforms": ["instagram"], "content": [{"text": "a", "media": ["http://10.0.0.1/a.jpg"]}]},
            "is not public",
        ),
        (
            {"platforms": ["email"], "content": [{"type": "email", "subject": "x" * 999}]},
            "999 characters; E-mail takes",
        ),
        ({"platforms": ["email"], "content": [{"type": "email", "subject": "a\u2028b"}]}, "line break"),
        ({"platforms": ["email"], "content": [{"type": "email", "subject": " "}]}, "the subject is empty"),
        ({"name": "a\nb"}, "name holds a line break"),
    ],
)
async def test_bad_input_ends_in_a_clear_error(
    ws: Workspace, config: Make, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        await schedule_campaign.run(config(**changes), ws)
    assert message in str(caught.value)
    assert await rows(ws, campaign) == 0


async def test_a_text_of_exactly_the_limit_is_taken_and_counts_its_link_as_23(
    ws: Workspace, config: Make
) -> None:
    content = [{"text": "x" * 256, "link": "https://example.com/" + "p" * 200}]
    result = await schedule_campaign.run(config(platforms=["x"], content=content), ws)
    length = result.scheduled_posts[0].preview.length
    assert length is not None
    assert (length.length, length.limit) == (280, 280)
    with pytest.raises(InvalidInput, match="281 weighted characters"):
        await schedule_campaign.run(
            config(platforms=["x"], content=[{"text": "x" * 257, "link": "https://example.com/"}]), ws
        )


async def test_the_price_of_a_post_on_x_depends_on_a_link(ws: Workspace, config: Make) -> None:
    content = [{"text": "a"}, {"text": "a", "link": "https://example.com/"}]
    result = await schedule_campaign.run(config(platforms=["x", "facebook"], content=content), ws)
    cost = {(post.item, post.platform): post.preview.cost_usd for post in result.scheduled_posts}
    assert cost == {(1, "twitter"): 0.015, (2, "twitter"): 0.2, (1, "facebook"): None, (2, "facebook"): None}


async def test_links_are_shown_as_given_and_as_published(ws: Workspace, config: Make) -> None:
    content = [{"text": "See https://other.example/x.", "link": "https://example.com/p"}]
    result = await schedule_campaign.run(
        config(platforms=["x", "facebook", "instagram"][:2], content=content), ws
    )
    previews = {post.platform: post.preview for post in result.scheduled_posts}
    tail = "utm_medium=social&utm_campaign=spring"
    assert previews["twitter"].text == (
        f"See https://other.example/x. https://example.com/p?utm_source=twitter&{tail}"
    )
    assert previews["facebook"].text == "See https://other.example/x."
    assert [(link.place, link.published) for link in previews["facebook"].links] == [
        ("link", f"https://example.com/p?utm_source=facebook&{tail}"),
        ("text", "https://other.example/x"),
    ]


async def test_local_media_are_looked_for_in_the_media_folder(
    ws: Workspace, config: Make, tmp_path: Path
) -> None:
    root = tmp_path / "media"
    root.mkdir()
    (root / "a.jpg").write_bytes(b"12345")
    (root / "out.jpg").symlink_to(tmp_path / "secret.jpg")
    (tmp_path / "secret.jpg").write_bytes(b"x")
    settings = Settings(_env_file=None, home=tmp_path / "other", media_root=root)
    async with Workspace.open(settings, clock=ws.clock, ids=ws.ids) as here:
        result = await schedule_campaign.run(config(content=[{"text": "a", "media": ["a.jpg"]}]), here)
        (check,) = result.scheduled_posts[0].preview.media
        assert (check.found, check.size_bytes) == (True, 5)
        with pytest.raises(
            InvalidInput, match=r"'b\.jpg' is missing.*'out\.jpg' leads out of the media folder"
        ):
            await schedule_campaign.run(config(content=[{"text": "a", "media": ["b.jpg", "out.jpg"]}]), here)


async def test_no_token_is_stored_or_returned(both: Workspace, config: Make) -> None:
    ws = both.with_credentials(
        platform_tokens={"facebook": {"access_token": "s3cret-token", "page_id": "p-17"}, "x": "s3cret-token"}
    )
    result = await schedule_campaign.run(config(platforms=["facebook", "twitter"]), ws)
    assert all(post.preview.credentials_present for post in result.scheduled_posts)
    texts = [result.model_dump_json()]
    async with ws.store.read() as connection:
        for table in (campaign, post, post_transition):
            texts += [str(row) for row in (await connection.execute(select(table))).all()]
    assert not [text for text in texts if "s3cret-token" in text or "p-17" in text]


async def test_missing_credentials_are_named_and_do_not_stop_the_storing(ws: Workspace, config: Make) -> None:
    result = await schedule_campaign.run(config(), ws)
    assert result.scheduled_posts[0].preview.missing_credentials == ["access_token", "page_id"]
    assert "platforms: publishing on Facebook still needs access_token, page_id." in result.warnings


async def test_a_platform_named_twice_by_an_alias_gets_one_post(ws: Workspace, config: Make) -> None:
    result = await schedule_campaign.run(config(platforms=["twitter", "X"]), ws)
    assert [post.platform for post in result.scheduled_posts] == ["twitter"]
    assert any("'X' is twitter again" in warning for warning in result.warnings)


async def test_a_repeated_text_is_warned_of_where_the_platform_refuses_it(
    ws: Workspace, config: Make
) -> None:
    result = await schedule_campaign.run(config(platforms=["x"], content=[{"text": "a"}, {"text": "a"}]), ws)
    assert any("X refuses a text that was posted before" in warning for warning in result.warnings)


async def test_each_item_goes_where_its_type_is_taken(ws: Workspace, config: Make) -> None:
    content = [{"text": "a"}, {"type": "email", "subject": "b", "body": "c"}]
    result = await schedule_campaign.run(config(platforms=["facebook", "email"], content=content), ws)
    assert [(post.item, post.platform) for post in result.scheduled_posts] == [(1, "facebook"), (2, "email")]
    assert any("E-mail takes email, template, not post" in warning for warning in result.warnings)


async def test_every_post_carries_its_intent_and_its_birth(both: Workspace, config: Make) -> None:
    daily = {"start_time": SOON, "interval": "daily", "count": 2}
    result = await schedule_campaign.run(
        config(platforms=["facebook", "x"], content=[{"text": "a", "schedule": daily}]), both
    )
    async with both.store.read() as connection:
        keys = set((await connection.execute(select(post.c.intent_key))).scalars())
        births = (await connection.execute(select(post_transition))).all()
    cid = result.campaign_id
    assert keys == {f"{cid}:1:{n}:{p}" for n in (1, 2) for p in ("facebook", "twitter")}
    assert {(row.from_state, row.to_state) for row in births} == {(None, "scheduled")}
    assert len(births) == 4


async def test_the_store_refuses_a_second_post_of_the_same_intent(both: Workspace, config: Make) -> None:
    await schedule_campaign.run(config(), both)

    async def repeat() -> None:
        async with both.store.begin() as connection:
            row = dict((await connection.execute(select(post))).one()._mapping)
            await connection.execute(insert(post).values({**row, "id": "post_other"}))

    with pytest.raises(Conflict):
        await repeat()


async def test_a_failure_in_the_middle_of_storing_leaves_nothing(
    both: Workspace, config: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: Any) -> None:
        raise SQLAlchemyError("the disk is full")

    monkeypatch.setattr(campaign_tools.repository, "posts_of", fail)  # after both inserts, before the commit
    with pytest.raises((MarketingError, SQLAlchemyError)):
        await schedule_campaign.run(config(), both)
    monkeypatch.undo()
    assert [await rows(both, table) for table in (campaign, post, post_transition)] == [0, 0, 0]


async def test_on_past_decides_about_a_time_that_has_gone(ws: Workspace, config: Make) -> None:
    content = [{"text": "a", "schedule": "2026-11-20T09:00:00Z"}]
    now = await schedule_campaign.run(config(content=content, on_past="publish_now"), ws)
    assert (now.scheduled_posts[0].state, now.scheduled_posts[0].run_at) == (
        "scheduled",
        "2026-11-23T12:00:00+00:00",
    )
    alias = await schedule_campaign.run(config(content=content, on_past="publish"), ws)
    assert alias.scheduled_posts[0].state == "scheduled"
    with pytest.raises(InvalidInput, match="lies in the past"):
        await schedule_campaign.run(config(content=content, on_past="error"), ws)


async def test_the_same_inputs_give_the_same_bytes(tmp_path: Path, config: Make, clock: FixedClock) -> None:
    from ag2_marketing_tools.workspace import SequentialIds

    texts = []
    for folder in ("one", "two"):
        settings = Settings(_env_file=None, home=tmp_path / folder)
        async with Workspace.open(settings, clock=clock, ids=SequentialIds()) as ws:
            texts.append((await schedule_campaign.run(config(), ws)).model_dump_json())
    assert texts[0] == texts[1]


async def test_an_unknown_campaign_is_not_found(ws: Workspace) -> None:
    with pytest.raises(NotFound, match="There is no campaign 'campaign_99'"):
        await show_campaign.run({"campaign_id": "campaign_99"}, ws)


def test_the_schema_for_a_model_describes_every_content_type_and_accepts_the_documented_call(
    config: Make,
) -> None:
    schema = schedule_campaign.parameters_schema
    jsonschema.validate(config(), schema)
    assert {"Post", "Email", "Meta", "Heading", "Template"} <= schema["$defs"].keys()
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(config(content=[{"type": "email"}]), schema)
    assert "token" not in json.dumps(schema).lower()


def test_every_figure_of_a_result_has_its_unit() -> None:
    units = schedule_campaign.units
    assert units["/counts/scheduled"] == "post"
    assert units["/scheduled_posts/*/preview/length/length"] == "character"
    assert units["/scheduled_posts/*/preview/cost_usd"] == "USD"


async def test_times_are_iso_8601_in_utc(ws: Workspace, config: Make) -> None:
    result: Campaign = await schedule_campaign.run(config(), ws)
    for text in (
        result.timestamp,
        result.scheduled_posts[0].run_at,
        result.tracking_setup.metadata.timestamp,
    ):
        assert datetime.fromisoformat(text).utcoffset() == timedelta(0)
