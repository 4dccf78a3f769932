r"""Make a dated preload list of Chromium's file, which was downloaded before: this opens no connection.

    curl -fsSLo chromium.json \
        https://raw.githubusercontent.com/chromium/chromium/main/net/http/transport_security_state_static.json
    python -m ag2_marketing_tools.seo.observatory.refresh_preload \
        chromium.json hsts_preload.json --as-of 2026-11-23

Give the result to `grade(site, preload=preload.read(path))`, or put it in the place of
`data/hsts_preload.json`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.seo.observatory.preload import CHROMIUM_LIST, PreloadList, of_chromium, to_json


def refresh(download: Path, target: Path, *, as_of: date, source: str = CHROMIUM_LIST) -> PreloadList:
    """Read Chromium's file, write the compact list beside it or wherever, and return that list.

    The target is replaced in one step: whoever reads meanwhile sees the old list or the new one.

    Raises:
        InvalidInput: The download cannot be read or is not Chromium's file; the target is left alone.
    """
    try:
        text = download.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{download.name!r} cannot be read: {error}") from error
    preload = of_chromium(text, as_of=as_of, source=source)
    written = target.with_name(f"{target.name}.new")
    written.write_text(to_json(preload), "utf-8")
    written.replace(target)
    return preload


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(prog="refresh_preload", description=refresh.__doc__)
    parser.add_argument("download", type=Path, help="Chromium's file, as it was downloaded")
    parser.add_argument("target", type=Path, help="the list to write")
    parser.add_argument("--as-of", type=date.fromisoformat, required=True, help="day of the download")
    parser.add_argument("--source", default=CHROMIUM_LIST, help="where the download is from")
    given = parser.parse_args(arguments)
    try:
        preload = refresh(given.download, given.target, as_of=given.as_of, source=given.source)
    except InvalidInput as error:
        sys.stderr.write(f"{error}\n")
        return 1
    entries = len(preload.with_subdomains) + len(preload.host_only)
    sys.stdout.write(f"{given.target}: {entries} entries as of {preload.as_of}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
