"""Which state of the program lays a report out: only the same one can be asked for the same bytes again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable

_SUFFIXES = (".py", ".j2", ".css", ".toml")


@cache
def layout_now() -> str:
    """Return the name of the present state: a digest of all that decides how a page reads."""
    digest = hashlib.sha256()
    for package in ("ag2_marketing.report", "ag2_marketing.grounding"):
        for name, file in sorted(_files(resources.files(package), "")):
            digest.update(name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    for distribution in ("pygal", "markdown-it-py", "jinja2"):
        digest.update(f"{distribution} {metadata.version(distribution)}".encode())
    return digest.hexdigest()[:16]


def _files(folder: Traversable, path: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        name = f"{path}/{entry.name}"
        if entry.is_dir():
            yield from _files(entry, name)
        elif entry.name.endswith(_SUFFIXES):
            yield name, entry
