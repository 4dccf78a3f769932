"""Pages looked at in a real browser."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, async_playwright

FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """Open the browser that is installed."""
    async with async_playwright() as playwright:
        path = next(filter(None, map(shutil.which, NAMES)))
        opened = await playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield opened
        await opened.close()


def size(width: int) -> dict[str, Any]:
    return {"viewport": {"width": width, "height": 900}}


async def violations(page: Page) -> list[tuple[str, list[str]]]:
    """Return what axe finds, everything that is folded being opened."""
    await page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found = await Axe().run(page, options=options)
    return [
        (rule["id"], [node["html"][:160] for node in rule["nodes"][:3]])
        for rule in found.response["violations"]
    ]


async def words_outside_pictures(page: Page) -> list[str]:
    """Return the words of charts that do not lie within their chart."""
    found: list[str] = await page.evaluate(
        """[...document.querySelectorAll('svg.chart')].flatMap(svg => {
            const box = svg.getBoundingClientRect();
            return [...svg.querySelectorAll('text')].filter(text => {
                const own = text.getBoundingClientRect();
                return own.left < box.left - 1 || own.right > box.right + 1;
            }).map(text => text.textContent);
        })"""
    )
    return found
