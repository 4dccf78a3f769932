"""The pages speak the language of the settings, and say which it is."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser
from tracking_server import PASSWORD, Tracking, server_settings, tracking_server

from ag2_marketing.server.access.roles import Role
from ag2_marketing.server.pages.words import page_words
from ag2_marketing_tools.messages import speaking

PAGES = ["/", "/experiments", "/experiments/exp_1", "/locations", "/todos", "/access"]
WITHOUT_A_LOGIN = ["/login", "/nowhere"]
HTML = {"accept": "text/html"}


@pytest.fixture
async def german(tmp_path: Path) -> AsyncIterator[Tracking]:
    """A server of an Austrian company."""
    async with tracking_server(server_settings(tmp_path, language="de-AT")) as running:
        await running.account(role=Role.ADMIN)
        yield running


async def logged_in(client: httpx.AsyncClient) -> None:
    found = re.search(r'name="csrf" value="([^"]*)"', (await client.get("/login")).text)
    assert found is not None
    answer = await client.post("/login", data={"name": "anna", "password": PASSWORD, "csrf": found[1]})
    assert answer.status_code == 303


def texts(page: LexborHTMLParser) -> set[str]:
    assert page.body is not None
    return {text.strip() for text in page.body.text(separator="\n").split("\n")} - {""}


def only_english() -> set[str]:
    """Return the words of the pages that are others in German."""
    english = page_words()
    with speaking("de"):
        german = page_words()
    return set(english.values()) - set(german.values())


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_and_its_frame_are_in_the_language_that_the_page_names(
    german: Tracking, path: str
) -> None:
    async with german.client(headers=HTML) as client:
        await logged_in(client)
        answer = await client.get(path)
    page = LexborHTMLParser(answer.text)
    assert answer.status_code == 200
    assert page.css_first("html").attributes["lang"] == "de"
    assert page.css_first("header nav").attributes["aria-label"] == "Seiten"
    assert [link.text() for link in page.css("header nav a")] == [
        "Tracking", "Experimente", "Standorte", "Aufgaben", "Zugang",
    ]  # fmt: skip
    assert page.css_first("header button").text() == "Abmelden"
    assert texts(page) & only_english() == set()


@pytest.mark.parametrize("path", WITHOUT_A_LOGIN)
async def test_whoever_is_not_logged_in_reads_the_language_too(german: Tracking, path: str) -> None:
    async with german.client(headers=HTML) as client:
        page = LexborHTMLParser((await client.get(path)).text)
    assert page.css_first("html").attributes["lang"] == "de"
    assert texts(page) & only_english() == set()


async def test_what_is_said_in_english_alone_says_so(german: Tracking) -> None:
    async with german.client(headers=HTML) as client:
        missing = LexborHTMLParser((await client.get("/nowhere")).text)
    assert [node.text() for node in missing.css("main [lang=en]")] == ["Not Found"]


async def test_the_choice_of_periods_is_named_in_the_language(german: Tracking) -> None:
    async with german.client(headers={**HTML, **await german.token()}) as client:
        page = LexborHTMLParser((await client.get("/locations")).text)
    periods = page.css_first(".periods")
    assert periods.attributes["aria-label"] == "Über welchen Zeitraum Werte zusammengenommen sind"
    assert "letzte 3 Monate" in texts(page)


async def test_without_a_language_set_the_pages_are_english(tracking: Tracking) -> None:
    async with tracking.client(headers=HTML) as client:
        page = LexborHTMLParser((await client.get("/login")).text)
    assert page.css_first("html").attributes["lang"] == "en"
    assert page.css_first("h1").text() == "Log in"
