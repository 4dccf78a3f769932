"""Audits of the shared real pages, and the verdicts that were reviewed on them.

The kept verdicts lie in `ag2_marketing_tools/seo/real_pages.json`: page, check, verdict, and nothing of the pages.
They were looked at beside the pages' source, a Chromium and other tools' findings. After a deliberate change of a
rule, look at each verdict that differs, and then write them anew:

    python tests/real_pages.py --write

Without `--write` it prints what differs. The tests never write.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from loopback_site import Site, running_site

from ag2_marketing_tools.seo import run_audit
from ag2_marketing_tools.workspace import FixedClock, Settings, Workspace
from ag2_marketing_tools.workspace.gateway import Gateway

KEPT = Path(__file__).parent / "ag2_marketing_tools" / "seo" / "real_pages.json"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # ages of dates count from here

Verdicts = dict[str, dict[str, str]]
"""Verdict by check, by page."""


async def _nobody(host: str, _port: int) -> Sequence[str]:
    raise OSError(f"{host} is not known")  # no file of another site is asked for


def audited(pages: Path) -> Verdicts:
    """Audit each page of a folder once, served on loopback, without any other network."""
    return asyncio.run(_audited(sorted(pages.glob("*.html"))))


async def _audited(pages: Sequence[Path]) -> Verdicts:
    clock = FixedClock(NOW)
    with running_site() as site, tempfile.TemporaryDirectory() as home:
        settings = Settings(
            _env_file=None, home=Path(home), allowed_origins=(site.origin,), host_min_interval_s=0
        )
        gateway = Gateway(settings, clock=clock, resolver=_nobody)
        async with Workspace.open(settings, clock=clock, gateway=gateway) as ws:
            found = {page.name: await _verdicts(page, site, ws) for page in pages}
        await gateway.aclose()
    return found


async def _verdicts(page: Path, site: Site, ws: Workspace) -> dict[str, str]:
    url = site.put(f"/{page.name}", page.read_bytes(), content_type="text/html")
    try:
        audit = await run_audit.run({"url": url, "max_pages": 1}, ws)
    except Exception as error:
        error.add_note(f"in the audit of {page.name}")
        raise
    return {result.check: result.verdict for result in audit.checks}


def kept() -> Verdicts:
    """Return the reviewed verdicts."""
    verdicts: Verdicts = json.loads(KEPT.read_text("utf-8"))
    return verdicts


def differences(page: str, reviewed: dict[str, str], found: dict[str, str]) -> Iterator[str]:
    """Yield each check of a page whose verdict is not the reviewed one."""
    for check in sorted(reviewed.keys() | found.keys()):
        was, now = reviewed.get(check, "not kept"), found.get(check, "not made")
        if was != now:
            yield f"{page}: {check} was {was}, is {now}"


def main() -> None:
    """Show what differs, or write the verdicts anew."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true", help="keep what is found now")
    arguments = parser.parse_args()
    found = audited(Path(os.environ.get("AG2_MARKETING_SHARED_DATA", beside)) / "pages")
    reviewed = kept() if KEPT.exists() else {}
    for page, verdicts in found.items():
        for difference in differences(page, reviewed.get(page, {}), verdicts):
            print(difference)  # noqa: T201 (a command that people run)
    if arguments.write:
        KEPT.write_text(json.dumps(found, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
