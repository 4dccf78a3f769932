"""Logins, tokens and roles: who gets in, and that nobody else does."""

from __future__ import annotations

import re
from datetime import timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import update
from tracking_server import PASSWORD, Tracking, server_settings, tracking_server

from ag2_marketing.server.access.accounts import add_account, list_accounts, remove_account
from ag2_marketing.server.access.roles import Role, role_named
from ag2_marketing.server.access.tokens import add_token, list_tokens, remove_token
from ag2_marketing_tools.errors import Conflict, InvalidInput, NotFound
from ag2_marketing_tools.privacy import erase_subject
from ag2_marketing_tools.workspace.store.schema import login_session

PAGES = ["/", "/experiments", "/experiments/exp_1", "/todos", "/access"]
READING = ["/api/experiments", "/api/experiments/exp_1/status", "/api/experiments/exp_1/results"]
HIDDEN = re.compile(r'name="csrf" value="([^"]*)"')


async def form_token(client: httpx.AsyncClient, path: str = "/login") -> str:
    found = HIDDEN.search((await client.get(path)).text)
    assert found is not None
    return found[1]


async def log_in(
    client: httpx.AsyncClient, name: str = "anna", password: str = PASSWORD, **fields: str
) -> httpx.Response:
    csrf = fields.pop("csrf", None) or await form_token(client)
    return await client.post("/login", data={"name": name, "password": password, "csrf": csrf, **fields})


# Without a login


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_leads_strangers_to_the_login(tracking: Tracking, path: str) -> None:
    async with tracking.client() as client:
        answer = await client.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/login?next={path}"
    assert "exp_1" not in answer.text


@pytest.mark.parametrize("path", READING)
async def test_reading_without_a_login_or_token_is_refused(tracking: Tracking, path: str) -> None:
    async with tracking.client() as client:
        answer = await client.get(path)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.json()["status"] == "error"


@pytest.mark.parametrize(
    "shown", ["Bearer", "Bearer wrong", "Basic YTpi", "Bearer " + "x" * 5_000, "bearer\tx", "Bearer \xff"]
)
async def test_a_token_that_nobody_made_is_refused(tracking: Tracking, shown: str) -> None:
    async with tracking.client() as client:
        answer = await client.get(READING[0], headers=[(b"authorization", shown.encode("latin-1"))])
    assert answer.status_code == 401


@pytest.mark.parametrize("path", READING)
async def test_a_token_opens_what_programs_read(tracking: Tracking, path: str) -> None:
    async with tracking.client(headers=await tracking.token()) as client:
        assert (await client.get(path)).status_code == 200


async def test_an_unknown_experiment_is_not_found(tracking: Tracking) -> None:
    async with tracking.client(headers=await tracking.token()) as client:
        for path in ("/api/experiments/exp_2/status", "/api/experiments/exp_2/results", "/experiments/exp_2"):
            assert (await client.get(path)).status_code == 404


async def test_a_token_that_ended_or_was_taken_back_is_good_for_nothing(tracking: Tracking) -> None:
    with pytest.raises(InvalidInput):
        await add_token(tracking.ws, "none", Role.VIEWER, timedelta(0))
    short = await add_token(tracking.ws, "short", Role.VIEWER, timedelta(microseconds=1))
    taken = await add_token(tracking.ws, "taken", Role.VIEWER, timedelta(days=1))
    async with tracking.client() as client:
        assert (await client.get(READING[0], headers=bearer(short))).status_code == 401
        assert (await client.get(READING[0], headers=bearer(taken))).status_code == 200
        (found,) = [one for one in await list_tokens(tracking.ws.store) if one.label == "taken"]
        await remove_token(tracking.ws.store, found.id)
        assert (await client.get(READING[0], headers=bearer(taken))).status_code == 401


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


# Roles


@pytest.mark.parametrize("role", list(Role))
async def test_each_role_may_do_what_it_is_for(tracking: Tracking, role: Role) -> None:
    await tracking.account(role=role)
    async with tracking.client() as client:
        await log_in(client)
        csrf = await form_token(client, "/")
        assert (await client.get("/experiments/exp_1")).status_code == 200
        stopped = await client.post("/experiments/exp_1/stop", data={"csrf": csrf})
        assert stopped.status_code == (303 if role >= Role.ANALYST else 403)
        assert (await client.get("/access")).status_code == (200 if role is Role.ADMIN else 403)
        removed = await client.post("/access/remove", data={"csrf": csrf, "kind": "key", "which": "key_0"})
        assert removed.status_code == (404 if role is Role.ADMIN else 403)
    state = tracking.services.experiments.state  # type: ignore[attr-defined]
    assert state == ("stopped by anna" if role >= Role.ANALYST else "running")


async def test_an_administrator_takes_access_away(tracking: Tracking) -> None:
    await tracking.account(role=Role.ADMIN)
    await tracking.account("bert")
    token = await tracking.token()
    async with tracking.client() as client, tracking.client() as other:
        await log_in(client)
        await log_in(other, "bert")
        page = (await client.get("/access")).text
        assert "bert" in page
        assert tracking.key not in page
        csrf = HIDDEN.search(page)
        assert csrf is not None
        (known,) = await list_tokens(tracking.ws.store)
        for kind, which in (("account", "bert"), ("token", known.id)):
            sent = {"csrf": csrf[1], "kind": kind, "which": which}
            assert (await client.post("/access/remove", data=sent)).status_code == 303
        sent = {"csrf": csrf[1], "kind": "everything", "which": ""}
        assert (await client.post("/access/remove", data=sent)).status_code == 400
        assert (await other.get("/")).status_code == 303
        assert (await client.get(READING[0], headers={**token, "cookie": ""})).status_code == 401


def test_roles_go_by_their_words() -> None:
    assert [role_named(role.word) for role in Role] == [Role.VIEWER, Role.ANALYST, Role.ADMIN]
    with pytest.raises(InvalidInput, match="viewer, analyst, admin"):
        role_named("root")


# Accounts


@pytest.mark.parametrize("name", ["", " anna", "a" * 101, "a\nb", "a\x00b"])
async def test_names_that_cannot_be_used_are_refused(tracking: Tracking, name: str) -> None:
    with pytest.raises(InvalidInput, match="name"):
        await add_account(tracking.ws, name, PASSWORD, Role.VIEWER)


@pytest.mark.parametrize("password", ["", "short", "a" * 201, "ANNA-THE-FIRST"])
async def test_passwords_that_are_easily_guessed_are_refused(tracking: Tracking, password: str) -> None:
    with pytest.raises(InvalidInput, match="password"):
        await add_account(tracking.ws, "anna-the-first", password, Role.VIEWER)


async def test_a_name_is_taken_once_and_passwords_are_kept_as_argon2id(tracking: Tracking) -> None:
    await tracking.account()
    with pytest.raises(Conflict, match="'anna'"):
        await tracking.account()
    database = b"".join(path.read_bytes() for path in tracking.ws.settings.home.glob("*.sqlite3*"))
    assert b"$argon2id$" in database
    assert PASSWORD.encode() not in database
    await remove_account(tracking.ws.store, "anna")
    assert await list_accounts(tracking.ws.store) == []
    with pytest.raises(NotFound):
        await remove_account(tracking.ws.store, "anna")


async def test_somebody_who_is_erased_is_logged_out_and_cannot_come_back(tracking: Tracking) -> None:
    await tracking.account()
    async with tracking.client() as client:
        await log_in(client)
        await erase_subject(tracking.ws.store, "person", "anna")
        assert (await client.get("/")).status_code == 303
        assert (await log_in(client)).status_code == 403


# Logging in and out


async def test_a_login_leads_to_the_page_that_was_asked_for(tracking: Tracking) -> None:
    await tracking.account()
    async with tracking.client() as client:
        answer = await log_in(client, next="/experiments/exp_1")
        assert (answer.status_code, answer.headers["location"]) == (303, "/experiments/exp_1")
        page = await client.get("/experiments/exp_1")
        assert page.status_code == 200
        assert "anna (viewer)" in page.text


@pytest.mark.parametrize(
    "there",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/a\r\nX-Injected: 1",
        "/%0d%0a",
        "",
    ],
)
async def test_a_login_leads_to_no_other_site(tracking: Tracking, there: str) -> None:
    await tracking.account()
    async with tracking.client() as client:
        answer = await log_in(client, next=there)
        assert answer.status_code == 303
        assert answer.headers["location"] in {"/", "/%0d%0a"}
        assert "x-injected" not in answer.headers


async def test_the_cookie_of_a_login_is_read_by_no_script_and_sent_by_no_other_site(
    tracking: Tracking,
) -> None:
    await tracking.account()
    async with tracking.client() as client:
        answer = await log_in(client)
    cookies = SimpleCookie()
    for header in answer.headers.get_list("set-cookie"):
        cookies.load(header)
    session = cookies["session"]
    assert session["httponly"]
    assert session["samesite"] == "lax"
    assert session["path"] == "/"
    assert session["domain"] == ""


async def test_a_name_that_exists_cannot_be_told_from_one_that_does_not(tracking: Tracking) -> None:
    await tracking.account()
    async with tracking.client() as client:
        answers = [
            await log_in(client, name, password)
            for name, password in (
                ("anna", "wrong password"),
                ("nobody", "wrong password"),
                ("a\x00", PASSWORD),
            )
        ]
    texts = {HIDDEN.sub("", answer.text) for answer in answers}
    assert len(texts) == 1
    assert {answer.status_code for answer in answers} == {403}
    assert "The name or the password is wrong." in texts.pop()


async def test_guessing_is_slowed_alike_for_names_that_exist_and_names_that_do_not(
    tracking: Tracking,
) -> None:
    await tracking.account()
    async with tracking.client() as client:
        for name in ("anna", "nobody"):
            statuses = [(await log_in(client, name, f"wrong {number}")).status_code for number in range(7)]
            assert statuses == [403] * 5 + [429] * 2
        locked = await log_in(client)
        assert locked.status_code == 429  # the right password too, for this client
        assert int(locked.headers["retry-after"]) >= 1


async def test_logging_out_ends_the_login_on_the_server_too(tracking: Tracking) -> None:
    await tracking.account()
    async with tracking.client() as client:
        await log_in(client)
        kept = {"session": client.cookies["session"]}
        csrf = await form_token(client, "/")
        assert (await client.post("/logout", data={"csrf": csrf})).status_code == 303
        assert "session" not in client.cookies
    async with tracking.client(cookies=kept) as replaying:
        assert (await replaying.get("/")).status_code == 303
        assert (await replaying.get(READING[0])).status_code == 401


async def test_each_login_has_a_secret_of_its_own(tracking: Tracking) -> None:
    await tracking.account()
    async with tracking.client() as client:
        client.cookies.set("session", "chosen by somebody else", domain="127.0.0.1")
        await log_in(client)
        first = client.cookies["session"]
        await log_in(client)
        assert len({first, client.cookies["session"], "chosen by somebody else"}) == 3


@pytest.mark.parametrize("column", ["created_at", "used_at"])
async def test_a_login_ends_by_itself(tracking: Tracking, column: str) -> None:
    await tracking.account()
    settings = tracking.ws.settings
    longest = {
        "created_at": timedelta(hours=settings.server_session_hours),
        "used_at": timedelta(minutes=settings.server_session_idle_minutes),
    }[column]
    async with tracking.client() as client:
        await log_in(client)
        for age, status in ((longest - timedelta(minutes=1), 200), (longest, 303)):
            async with tracking.ws.store.begin() as connection:
                at = tracking.ws.clock.now() - age
                await connection.execute(update(login_session).values({column: at}))
            assert (await client.get("/")).status_code == status


@pytest.mark.parametrize("secret", ["", "x", "x" * 4_000, "%00", "\u00e4"])
async def test_a_cookie_that_nobody_was_given_opens_nothing(tracking: Tracking, secret: str) -> None:
    async with tracking.client() as client:
        answer = await client.get("/", headers=[(b"cookie", f"session={secret}".encode())])
    assert answer.status_code == 303


# Forms of other sites


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
async def test_a_form_that_another_site_sends_is_refused(tracking: Tracking, headers: dict[str, str]) -> None:
    await tracking.account(role=Role.ADMIN)
    async with tracking.client() as client:
        await log_in(client)
        csrf = await form_token(client, "/")
        for path in ("/logout", "/access/remove", "/experiments/exp_1/stop"):
            answer = await client.post(path, data={"csrf": csrf}, headers=headers)
            assert (answer.status_code, answer.json()["reason"]) == (403, "csrf")
        assert (await client.get("/")).status_code == 200


@pytest.mark.parametrize("csrf", [None, "", "wrong", "\u00e4"])
async def test_a_form_without_what_the_page_gave_it_is_refused(tracking: Tracking, csrf: str | None) -> None:
    await tracking.account(role=Role.ADMIN)
    sent: dict[str, Any] = {"kind": "key"} if csrf is None else {"csrf": csrf}
    async with tracking.client() as client:
        await log_in(client)
        for path in ("/logout", "/access/remove", "/experiments/exp_1/stop", "/login"):
            assert (await client.post(path, data=sent)).status_code == 403


async def test_a_token_sends_no_forms(tracking: Tracking) -> None:
    async with tracking.client(headers=await tracking.token(Role.ADMIN)) as client:
        assert (await client.post("/experiments/exp_1/stop", data={"csrf": ""})).status_code == 403


@pytest.mark.parametrize(
    "body", [b"%ff", b"&" * 100, b"a=1&" * 50, b"x" * 20_000, b"name=anna"], ids=lambda body: repr(body[:10])
)
async def test_a_form_that_cannot_be_read_logs_nobody_in(tracking: Tracking, body: bytes) -> None:
    async with tracking.client() as client:
        form = {"content-type": "application/x-www-form-urlencoded"}
        answer = await client.post("/login", content=body, headers=form)
    assert answer.status_code in {400, 403, 413}


# What pages show


async def test_names_that_look_like_markup_are_shown_as_text(tracking: Tracking) -> None:
    await tracking.account()
    async with tracking.client() as client:
        await log_in(client)
        listed = (await client.get("/experiments")).text
        shown = (await client.get("/experiments/exp_1")).text
    assert "&lt;script&gt;alert(1)" in listed
    assert "<script>alert" not in listed
    assert "&lt;b&gt;Prices&lt;/b&gt;" in shown


async def test_no_secret_is_written_into_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    async with tracking_server(server_settings(tmp_path)) as tracking:
        await tracking.account()
        token = await tracking.token()
        async with tracking.client() as client:
            await log_in(client)
            await log_in(client, password="wrong password")
            await client.get(READING[0], headers=token)
            session = client.cookies["session"]
        await tracking.post("/api/track/pageview", {"user_id": "u1"})
    ours = [
        record for record in caplog.records if not record.name.startswith(("httpx", "httpcore", "aiosqlite"))
    ]
    text = "\n".join(record.getMessage() for record in ours)
    for secret in (PASSWORD, "wrong password", token["authorization"][7:], session, tracking.key):
        assert secret not in text
