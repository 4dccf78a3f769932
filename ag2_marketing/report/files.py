"""Several files written as one: all of them or none, never half a file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from ag2_marketing_tools.errors import InvalidInput


def write_together(folder: Path | str, contents: Mapping[str, tuple[str, bytes]]) -> dict[str, Path]:
    """Write files into a folder; an interruption leaves what was there before.

    Args:
        folder: Where to; made when it is missing.
        contents: Name and content of each file, by its kind.

    Returns:
        The paths by kind.

    Raises:
        InvalidInput: The folder cannot be written to.
    """
    target = Path(folder)
    try:
        target.mkdir(parents=True, exist_ok=True)
        return _write_all({kind: (target / name, content) for kind, (name, content) in contents.items()})
    except OSError as error:
        raise InvalidInput(
            f"The files cannot be written to {target}: {error.strerror or error}.",
            remedy="Choose another folder with --out.",
        ) from error


def encoded(text: str) -> bytes:
    """Return a text as UTF-8; half a surrogate pair (of a damaged page) has none and becomes an escape."""
    return text.encode("utf-8", "backslashreplace")


def _write_all(files: dict[str, tuple[Path, bytes]]) -> dict[str, Path]:
    """Write everything beside its place first; only then put each into its place at once."""
    beside = {path: path.with_name(f".{path.name}.{os.getpid()}.partial") for path, _ in files.values()}
    try:
        for path, content in files.values():
            with beside[path].open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        for path, partial in beside.items():
            partial.replace(path)
    finally:
        for partial in beside.values():
            partial.unlink(missing_ok=True)
    return {kind: path for kind, (path, _) in files.items()}
