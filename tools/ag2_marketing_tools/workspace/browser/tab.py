"""One tab: a page that is visited, and asked from a world of our own.

Chromium keeps scripts of different worlds apart: they see the same document, never each other's variables. What we
measure there cannot be forged by a page that redefines `performance`, and its Content-Security-Policy does
not bind us.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from ag2_marketing_tools.errors import FetchFailed

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, CDPSession, Page

    from ag2_marketing_tools.workspace.browser.device import Device

_WORLD: Final = "ag2_marketing"


@dataclass(frozen=True)
class Visited:
    """What the visit itself tells.

    Attributes:
        url: Where the visit ended.
        status: Of the document; None where it came by no HTTP answer.
        quiet: Whether the network came to rest before the measurement.
    """

    url: str
    status: int | None
    quiet: bool


class Tab:
    """One tab."""

    def __init__(self, page: Page, session: CDPSession) -> None:
        self._page = page
        self._session = session
        self._world: int | None = None
        self._main_frame = ""
        session.on("Runtime.executionContextCreated", self._remember)

    async def visit(self, url: str, *, quiet_within_s: float) -> Visited:
        """Load a page and wait until its network rests.

        Raises:
            FetchFailed: The page did not load.
        """
        from playwright.async_api import Error

        tree = await self._session.send("Page.getFrameTree")
        self._main_frame = tree["frameTree"]["frame"]["id"]
        try:
            response = await self._page.goto(url, wait_until="load")
        except Error as error:
            raise FetchFailed(
                f"Chromium could not load {url}: {error.message.splitlines()[0]}", kind="protocol"
            ) from None
        quiet = False
        with suppress(Error):
            await self._page.wait_for_load_state("networkidle", timeout=quiet_within_s * 1000)
            quiet = True
        return Visited(self._page.url, response.status if response else None, quiet)

    async def run(self, expression: str) -> Any:
        """Evaluate an expression in our own world and return its value, awaited, as JSON.

        Raises:
            FetchFailed: The page went away, or the expression failed.
        """
        from playwright.async_api import Error

        try:
            answer = await self._session.send(
                "Runtime.evaluate",
                {
                    "expression": expression,
                    "contextId": self._world,
                    "awaitPromise": True,
                    "returnByValue": True,
                },
            )
        except Error as error:
            raise FetchFailed(
                f"The page went away while it was measured: {error.message.splitlines()[0]}", kind="protocol"
            ) from None
        if "exceptionDetails" in answer:
            text = str(answer["exceptionDetails"].get("text", ""))[:200]
            raise FetchFailed(f"The page could not be measured: {text}", kind="protocol")
        return answer["result"].get("value")

    async def wait(self, seconds: float) -> None:
        """Let the page go on for a while."""
        await self._page.wait_for_timeout(seconds * 1000)

    def _remember(self, event: dict[str, Any]) -> None:
        context = event["context"]
        if context["name"] == _WORLD and context.get("auxData", {}).get("frameId") == self._main_frame:
            self._world = context["id"]


async def opened_tab(context: BrowserContext, device: Device, *, script: str) -> Tab:
    """Open a tab as the device's, with our script ahead of the page's."""
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    tab = Tab(page, session)
    await session.send("Page.enable")
    await session.send("Runtime.enable")
    await session.send("Network.enable")
    await session.send("Page.addScriptToEvaluateOnNewDocument", {"source": script, "worldName": _WORLD})
    await session.send("Emulation.setCPUThrottlingRate", {"rate": device.cpu_slowdown})
    if device.network is not None:
        await session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": device.network.latency_ms,
                "downloadThroughput": device.network.download_kbps * 1000 / 8,
                "uploadThroughput": device.network.upload_kbps * 1000 / 8,
            },
        )
    # What a page opens beside itself is none of the visit's business.
    page.on("popup", lambda popup: popup.close())
    page.on("dialog", lambda dialog: dialog.dismiss())
    return tab
