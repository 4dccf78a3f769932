"""Finding Chromium, starting it behind the checked proxy, and opening tabs in it."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ag2_marketing_tools.errors import Unavailable
from ag2_marketing_tools.workspace.browser.device import Device
from ag2_marketing_tools.workspace.browser.tab import Tab, opened_tab
from ag2_marketing_tools.workspace.gateway.proxy import CheckedProxy, checked_proxy

if TYPE_CHECKING:
    from playwright.async_api import Browser as Chromium

    from ag2_marketing_tools.workspace.workspace import Workspace

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_ARGUMENTS: Final = (
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Names and addresses are the proxy's affair: not even a look-up goes past it, and no WebRTC.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
)
_LONGEST_START_MS: Final = 30_000


@dataclass(frozen=True)
class Browser:
    """A running Chromium.

    Attributes:
        version: Its version.
        sandboxed: Whether its own sandbox is on; as root it cannot be.
    """

    version: str
    sandboxed: bool
    proxy: CheckedProxy
    _chromium: Chromium
    _product: str

    @asynccontextmanager
    async def tab(self, device: Device, *, script: str, deadline_s: float) -> AsyncIterator[Tab]:
        """Open a tab with no history, no cookies and no permissions.

        Args:
            device: What it pretends to be.
            script: Runs in our own world before the page's first script.
            deadline_s: Longest time for each thing that the tab is asked to do.
        """
        major = self.version.split(".", 1)[0]
        context = await self._chromium.new_context(
            viewport={"width": device.width_px, "height": device.height_px},
            device_scale_factor=device.scale,
            is_mobile=device.mobile,
            has_touch=device.mobile,
            user_agent=f"{device.user_agent.format(version=major)} {self._product}",
            accept_downloads=False,
            service_workers="block",
        )
        context.set_default_timeout(deadline_s * 1000)
        try:
            yield await opened_tab(context, device, script=script)
        finally:
            await context.close()


@asynccontextmanager
async def open_browser(ws: Workspace, *, max_bytes: int) -> AsyncIterator[Browser]:
    """Start Chromium behind the checked proxy, and end it with the block.

    Args:
        ws: Whose settings and gateway hold.
        max_bytes: The most that all visits together may receive.

    Raises:
        Unavailable: Playwright or Chromium is not there, or Chromium does not start; the remedy says what to do.
    """
    try:
        from playwright.async_api import Error, async_playwright
    except ImportError as error:
        raise Unavailable(
            "A visit in Chromium needs Playwright, which is not installed.",
            remedy="Install the extra: pip install 'ag2-marketing[browser]'.",
        ) from error
    settings = ws.settings
    path = _chromium_path(settings.browser_path)
    sandboxed = settings.browser_sandbox and not _is_root()
    product = settings.user_agent.split(" ", 1)[0]
    async with (
        checked_proxy(
            ws.gateway,
            password=ws.ids.new("proxy"),
            max_bytes=max_bytes,
            connect_timeout_s=settings.fetch_connect_timeout_s,
        ) as proxy,
        async_playwright() as playwright,
    ):
        try:
            chromium = await playwright.chromium.launch(
                executable_path=path,
                chromium_sandbox=sandboxed,
                args=[*_ARGUMENTS],
                timeout=_LONGEST_START_MS,
                proxy={"server": proxy.url, "username": proxy.username, "password": proxy.password},
            )
        except Error as error:
            raise Unavailable(
                f"Chromium at {path} does not start: {error.message.splitlines()[0]}",
                remedy="Check browser_path; where the system allows no sandbox, set browser_sandbox to false.",
            ) from None
        try:
            yield Browser(
                version=chromium.version,
                sandboxed=sandboxed,
                proxy=proxy,
                _chromium=chromium,
                _product=product,
            )
        finally:
            await chromium.close()


def _chromium_path(wanted: Path | None) -> str:
    if wanted is not None:
        if not wanted.is_file():
            raise Unavailable(f"browser_path is {str(wanted)!r}, where no file is.")
        return str(wanted)
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        raise Unavailable(
            "No Chromium was found on this machine.",
            remedy="Install one (Debian: apt-get install chromium), or set browser_path to its program.",
        )
    return found


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
