"""The HSTS preload list: hosts that browsers reach by https only, whatever they send.

The list that comes with this package is a small seed and says so (`complete` is false): the whole one has
more than a hundred thousand entries and changes weekly. `refresh_preload` fetches a whole one into the folder
`home` of the settings, where audits find it.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import date
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.tool import explain
from ag2_marketing_tools.workspace import Workspace

CHROMIUM_LIST = (
    "https://raw.githubusercontent.com/chromium/chromium/main/net/http/transport_security_state_static.json"
)
FILE_NAME = "hsts_preload.json"
REFRESH = "Write a new one: python -m ag2_marketing_tools.seo.observatory.refresh_preload"
_logger = logging.getLogger(__name__)
_STRING_OR_COMMENT = re.compile(r'"(?:[^"\\\n]|\\.)*"|//[^\n]*')


class PreloadList(BaseModel):
    """A dated preload list; names are in lower case, international ones in their ASCII form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    source: str = Field(min_length=1, description="Where the list is from, to be read by people.")
    as_of: date = Field(description="The day of the list; of a seed, the day that it is no older than.")
    complete: bool = Field(description="False for a seed: a host that is missing may be preloaded.")
    with_subdomains: frozenset[str] = Field(description="Hosts whose subdomains are preloaded too.")
    host_only: frozenset[str] = Field(description="Hosts whose subdomains are not.")

    def match(self, host: str) -> str | None:
        """Return the entry that covers a host, or None."""
        if host in self.host_only or host in self.with_subdomains:
            return host
        labels = host.split(".")
        parents = (".".join(labels[start:]) for start in range(1, len(labels)))
        return next((parent for parent in parents if parent in self.with_subdomains), None)


@cache
def shipped() -> PreloadList:
    """Return the seed that comes with this package."""
    data = files("ag2_marketing_tools.seo.observatory").joinpath("data", "hsts_preload.json")
    return PreloadList.model_validate_json(data.read_text("utf-8"))


def of_workspace(ws: Workspace) -> PreloadList:
    """Return the list that lies in the workspace's home, else the seed; a grade says which one it rests on."""
    path = ws.settings.home / FILE_NAME
    try:
        return _kept(path, path.stat().st_mtime_ns)
    except FileNotFoundError:
        return shipped()
    except (OSError, InvalidInput) as error:
        _logger.warning("%s Grades rest on the seed of %s. %s", error, shipped().as_of, REFRESH)
        return shipped()


@lru_cache(maxsize=2)
def _kept(path: Path, _changed_ns: int) -> PreloadList:
    return read(path)


def read(path: Path) -> PreloadList:
    """Return the list of a file that `refresh_preload` wrote.

    Raises:
        InvalidInput: The file cannot be read or holds something else.
    """
    try:
        return PreloadList.model_validate_json(path.read_bytes())
    except OSError as error:
        raise InvalidInput(f"the preload list {path.name!r} cannot be read: {error.strerror}") from error
    except ValidationError as error:
        raise InvalidInput(f"{path.name!r} is no preload list: {explain(error)}") from error


def of_chromium(text: str, *, as_of: date, source: str = CHROMIUM_LIST) -> PreloadList:
    """Return the list that is in Chromium's file: JSON with `//` comments.

    Only entries of the mode `force-https` are kept; the others pin keys and preload nothing.

    Raises:
        InvalidInput: The text is not that file.
    """
    kept = {True: set[str](), False: set[str]()}
    try:
        for entry in json.loads(_STRING_OR_COMMENT.sub(_without_comment, text))["entries"]:
            if entry.get("mode") == "force-https":
                kept[bool(entry.get("include_subdomains"))].add(entry["name"].strip().lower())
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise InvalidInput(
            f"this is not Chromium's preload list ({type(error).__name__}: {str(error)[:120]})",
            remedy=f"Expected is the file at {CHROMIUM_LIST}.",
        ) from error
    return PreloadList(
        source=source, as_of=as_of, complete=True,
        with_subdomains=frozenset(kept[True]), host_only=frozenset(kept[False]),
    )  # fmt: skip


def to_json(preload: PreloadList) -> str:
    """Return the compact file of a list: the same list gives the same bytes."""
    fields: dict[str, Any] = preload.model_dump(mode="json")
    fields |= {name: sorted(fields[name]) for name in ("with_subdomains", "host_only")}
    return json.dumps(fields, ensure_ascii=False, indent=0, separators=(",", ":")) + "\n"


def _without_comment(found: re.Match[str]) -> str:
    return "" if found[0].startswith("//") else found[0]
