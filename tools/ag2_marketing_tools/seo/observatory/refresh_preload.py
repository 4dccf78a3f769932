r"""Fetch the HSTS preload list from Chromium's source, and keep it in compact form where audits find it.

    python -m ag2_marketing_tools.seo.observatory.refresh_preload

writes `hsts_preload.json` into the folder `home` of the settings; audits grade by it from then on and say its
day. Once a month is enough. On a machine that may not fetch it, give it a download:

    curl -fsSLo chromium.json \
        https://raw.githubusercontent.com/chromium/chromium/main/net/http/transport_security_state_static.json
    python -m ag2_marketing_tools.seo.observatory.refresh_preload --download chromium.json --as-of 2026-11-23
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ag2_marketing_tools.errors import FetchFailed, InvalidInput, MarketingError
from ag2_marketing_tools.seo.observatory.preload import (
    CHROMIUM_LIST,
    FILE_NAME,
    PreloadList,
    of_chromium,
    to_json,
)
from ag2_marketing_tools.workspace import Settings, SystemClock
from ag2_marketing_tools.workspace.gateway import Gateway

_MAX_BYTES = 100_000_000  # the file had about 20 MB in 2026
_DEADLINE_S = 180.0


async def fetch_list(gateway: Gateway, source: str) -> str:
    """Return Chromium's file.

    Raises:
        OutgoingError: It cannot be fetched.
    """
    response = await gateway.fetch(source, max_bytes=_MAX_BYTES, deadline_s=_DEADLINE_S, cached=False)
    if response.status != 200:
        raise FetchFailed(
            f"{source} answered with HTTP {response.status}.", kind="status", status=response.status
        )
    return response.text()


def read_download(path: Path) -> str:
    """Return Chromium's file, as it was downloaded before.

    Raises:
        InvalidInput: It cannot be read.
    """
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path.name!r} cannot be read: {error}") from error


def write_list(text: str, target: Path, *, as_of: date, source: str) -> PreloadList:
    """Write the compact list of Chromium's file, and return it.

    The target is replaced in one step: whoever reads meanwhile sees the old list or the new one.

    Raises:
        InvalidInput: The text is not Chromium's file; the target is left alone.
    """
    preload = of_chromium(text, as_of=as_of, source=source)
    target.parent.mkdir(parents=True, exist_ok=True)
    written = target.with_name(f"{target.name}.new")
    written.write_text(to_json(preload), "utf-8")
    written.replace(target)
    return preload


def main(arguments: Sequence[str] | None = None, settings: Settings | None = None) -> int:
    """Run the command; return its exit status."""
    settings = settings or Settings()
    given = _arguments(arguments)
    clock = SystemClock()

    async def fetched() -> str:
        gateway = Gateway(settings, clock=clock)
        try:
            return await fetch_list(gateway, given.source)
        finally:
            await gateway.aclose()

    target = given.target or settings.home / FILE_NAME
    try:
        text = read_download(given.download) if given.download else asyncio.run(fetched())
        as_of = given.as_of or clock.now().date()
        preload = write_list(text, target, as_of=as_of, source=given.source)
    except MarketingError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    entries = len(preload.with_subdomains) + len(preload.host_only)
    sys.stdout.write(f"{target}: {entries} entries as of {preload.as_of}\n")
    return 0


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m ag2_marketing_tools.seo.observatory.refresh_preload",
        description="Fetch the HSTS preload list, by which audits grade a site's redirects and headers.",
    )
    parser.add_argument("--download", type=Path, help="Chromium's file, where it was downloaded before")
    parser.add_argument("--as-of", type=date.fromisoformat, help="day of the download; today when left out")
    parser.add_argument("--target", type=Path, help=f"the list to write; {FILE_NAME} in home when left out")
    parser.add_argument("--source", default=CHROMIUM_LIST, help="where the file is from")
    given = parser.parse_args(arguments)
    if given.download and not given.as_of:
        parser.error("--as-of is needed with --download: the day on which it was downloaded")
    return given


if __name__ == "__main__":
    raise SystemExit(main())
