"""The page of what monitors found: who may see it, what it tells, and dealing with a to-do."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import NOW
from in_chromium import size, violations
from playwright.async_api import Browser, expect
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import text
from tracking_server import PASSWORD, Tracking, server_settings, tracking_server

from ag2_marketing.server.access.roles import Role
from ag2_marketing_tools.privacy import accesses_of
from ag2_marketing_tools.workspace import FixedClock
from ag2_marketing_tools.workspace.store.monitoring import Claimed, Finished, claim, finish
from ag2_marketing_tools.workspace.store.todos import Found, find_todos

HTML = {"accept": "text/html"}
ANNA, KIM, ALL = ("caregiver", "anna <b>k</b>"), ("client", "kim"), ("company", "company")


def found(subject: tuple[str, str], kind: str, text: str, *, sensitive: bool = False) -> Found:
    return Found(
        subject_kind=subject[0], subject_id=subject[1], kind=kind, topic=text, text=text, finding={},
        sensitive=sensitive,
    )  # fmt: skip


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Tracking]:
    """A server behind which two monitors have run, one of them in part."""
    clock = FixedClock(NOW)
    async with tracking_server(server_settings(tmp_path), clock=clock) as running:
        store, ids = running.ws.store, running.ws.ids
        for name, matters, failures in (
            (
                "caregiver",
                [found(ANNA, "risk", "Late at 12 of 40 visits."), found(ALL, "alert", "61 %.")],
                {},
            ),
            ("client", [found(KIM, "adjustment", "Pain rose.", sensitive=True)], {KIM: "It is unknown."}),
        ):
            claimed = await claim(store, name, ids=ids, lease_s=60, only_when_due=False)
            assert isinstance(claimed, Claimed)
            state: Any = "partial" if failures else "completed"
            ended = Finished(state=state, looked=[ANNA], failures=failures, found=matters)
            await finish(store, name, claimed, ended, ids=ids, due_at=None)
            clock.advance(60)
        yield running


async def seen(tracking: Tracking, path: str = "/todos", role: Role = Role.ANALYST) -> LexborHTMLParser:
    async with tracking.client(headers={**HTML, **await tracking.token(role)}) as client:
        answer = await client.get(path)
    assert answer.status_code == 200
    return LexborHTMLParser(answer.text)


def titles(page: LexborHTMLParser) -> list[str]:
    return [" ".join(node.text().split()) for node in page.css(".todos h2")]


async def logged_in(client: httpx.AsyncClient) -> None:
    form = re.search(r'name="csrf" value="([^"]*)"', (await client.get("/login")).text)
    assert form is not None
    await client.post("/login", data={"name": "anna", "password": PASSWORD, "csrf": form[1]})


async def sent(
    client: httpx.AsyncClient, at: int = 0, path: str = "/todos", **changes: str
) -> httpx.Response:
    """Send the form of a to-do on a page, as a browser would."""
    form = LexborHTMLParser((await client.get(path)).text).css(".todos form")[at]
    fields = {one.attributes["name"]: one.attributes["value"] or "" for one in form.css("input")}
    return await client.post(str(form.attributes["action"]), data={**fields, **changes})


async def test_the_page_tells_what_was_found_of_whom_and_since_when(watched: Tracking) -> None:
    page = await seen(watched)
    assert sorted(titles(page)) == ["alert: company", "risk: anna <b>k</b>", "to adjust: kim"]
    assert page.css_first(".todos b") is None
    links = {node.text(): node.attributes["href"] for node in page.css(".todos h2 a")}
    assert links == {"anna <b>k</b>": "/caregivers/anna%20%3Cb%3Ek%3C%2Fb%3E", "kim": "/clients/kim"}
    texts = [node.text() for node in page.css(".todos p")]
    assert "Late at 12 of 40 visits." in texts
    assert "caregiver, since Mar 2, 2026, 1 round" in texts


async def test_the_last_round_of_each_monitor_says_how_it_went(watched: Tracking) -> None:
    page = await seen(watched)
    rows = [[cell.text().strip() for cell in row.css("th, td")] for row in page.css("tbody tr")]
    assert rows == [
        ["caregiver", "2026-03-02 09:00 UTC", "completed", "1", "0", "2"],
        ["client", "2026-03-02 09:01 UTC", "completed in part", "2", "1", "1"],
    ]


async def test_one_monitor_or_another_state_can_be_chosen_and_nonsense_is_the_usual(
    watched: Tracking,
) -> None:
    assert len(titles(await seen(watched, "/todos?monitor=client"))) == 1
    assert titles(await seen(watched, "/todos?state=done")) == []
    assert "There is nothing here." in (await seen(watched, "/todos?state=cleared")).body.text()
    page = await seen(watched, "/todos?state=%3Cb%3E")
    assert len(titles(page)) == 3
    assert [node.text() for node in page.css("[aria-current]")] == ["open", "all"]
    assert titles(await seen(watched, "/todos?monitor=%3Cb%3E%00")) == []


async def test_a_person_marks_a_todo_as_done_and_opens_it_again(watched: Tracking) -> None:
    await watched.account(role=Role.ANALYST)
    async with watched.client(headers=HTML) as client:
        await logged_in(client)
        answer = await sent(client, path="/todos?monitor=client")
        assert (answer.status_code, answer.headers["location"]) == (303, "/todos?state=open&monitor=client")
        (done,) = await find_todos(watched.ws.store, state="done")
        assert done.subject_id == "kim"
        answer = await sent(client, path="/todos?state=done")
        assert answer.headers["location"] == "/todos?state=done"
    assert await find_todos(watched.ws.store, state="done") == []


async def test_a_form_of_another_site_changes_nothing(watched: Tracking) -> None:
    await watched.account(role=Role.ANALYST)
    async with watched.client(headers=HTML) as client:
        await logged_in(client)
        assert (await sent(client, csrf="guessed")).status_code == 403
    async with watched.client(headers={**HTML, **await watched.token(Role.ANALYST)}) as client:
        page = LexborHTMLParser((await client.get("/todos")).text)
        assert page.css(".todos form") == []  # a program with a token has no form
        (one, *_) = await find_todos(watched.ws.store)
        assert (await client.post(f"/todos/{one.id}", data={"csrf": "x"})).status_code == 403
    assert len(await find_todos(watched.ws.store)) == 3


@pytest.mark.parametrize(
    ("path", "changes", "status"),
    [
        ("/todos/todo_of_nobody", {"state": "done"}, 404),
        ("/todos/%00", {"state": "done"}, 404),
        ("/todos/x" + 200 * "x", {"state": "done"}, 400),
        ("/todos/todo_of_nobody", {}, 400),
        (None, {"state": "nonsense"}, 400),
        (None, {"state": "done", "monitor": 9_000 * "x"}, 303),
    ],
)
async def test_a_form_that_makes_no_sense_changes_nothing(
    watched: Tracking, path: str | None, changes: dict[str, str], status: int
) -> None:
    await watched.account(role=Role.ANALYST)
    async with watched.client(headers=HTML) as client:
        await logged_in(client)
        page = LexborHTMLParser((await client.get("/todos")).text)
        token = page.css_first("input[name=csrf]").attributes["value"]
        form = page.css_first(".todos form").attributes["action"]
        answer = await client.post(path or form, data={"csrf": token, **changes})
        assert answer.status_code == status
        assert len(await find_todos(watched.ws.store)) == (2 if status == 303 else 3)
        if status == 303:
            assert (await client.get(answer.headers["location"])).status_code == 200


async def test_whoever_had_to_log_in_again_on_the_way_comes_back_to_the_list(watched: Tracking) -> None:
    (one, *_) = await find_todos(watched.ws.store)
    async with watched.client(headers=HTML) as client:
        answer = await client.post(f"/todos/{one.id}", data={"state": "done"})
        assert answer.headers["location"] == f"/login?next=/todos/{one.id}"
        answer = await client.get(f"/todos/{one.id}")
    assert (answer.status_code, answer.headers["location"]) == (303, "/todos?state=open")


async def test_a_monitor_that_runs_often_hides_none_that_runs_seldom(watched: Tracking) -> None:
    store, ids = watched.ws.store, watched.ws.ids
    for _ in range(3):
        claimed = await claim(store, "client", ids=ids, lease_s=60, only_when_due=False)
        assert isinstance(claimed, Claimed)
        await finish(store, "client", claimed, Finished(state="completed"), ids=ids, due_at=None)
    names = [row.css_first("th").text() for row in (await seen(watched)).css("tbody tr")]
    assert names == ["caregiver", "client"]


async def test_todos_are_for_analysts_and_each_look_is_logged(watched: Tracking) -> None:
    for role, status in ((Role.VIEWER, 403), (Role.ANALYST, 200)):
        async with watched.client(headers={**HTML, **await watched.token(role)}) as client:
            assert (await client.get("/todos")).status_code == status
    async with watched.client(headers=HTML) as client:
        assert (await client.get("/todos")).headers["location"] == "/login?next=/todos"
    looks = await accesses_of(watched.ws.store, *KIM)
    assert {(one.tool, one.audience) for one in looks} == {
        ("list_todos", "server")
    }  # of rounds, figures alone
    viewer = await seen(watched, "/experiments", Role.VIEWER)
    assert "/todos" not in [node.attributes["href"] for node in viewer.css("header a")]


async def test_where_no_monitor_was_run_the_page_says_how(tracking: Tracking) -> None:
    page = await seen(tracking)
    assert "ag2-marketing monitor --list" in page.css_first("pre").text()


async def test_what_a_failing_database_says_is_not_for_readers(watched: Tracking) -> None:
    async with watched.ws.store.begin() as connection:
        await connection.execute(text("ALTER TABLE todo RENAME TO gone"))
    async with watched.client(headers={**HTML, **await watched.token(Role.ANALYST)}) as client:
        answer = await client.get("/todos")
    assert answer.status_code == 503
    assert "gone" not in answer.text


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("width", [1280, 390])
async def test_the_page_fits_its_screen_and_everybody_can_use_it(
    browser: Browser, watched: Tracking, width: int
) -> None:
    await watched.account(role=Role.ANALYST)
    context = await browser.new_context(bypass_csp=True, **size(width))
    page = await context.new_page()
    await page.goto(f"{watched.url}/login?next=/todos")
    await page.fill("[name=name]", "anna")
    await page.fill("[name=password]", PASSWORD)
    await page.click("button")
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    assert await violations(page) == []
    await page.get_by_role("button", name="Done: kim").click()
    await expect(page.locator(".todos li")).to_have_count(2)
    await page.get_by_role("link", name="done").click()
    await expect(page.locator(".todos h2")).to_have_text("to adjust: kim")
