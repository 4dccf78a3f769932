"""A look over a text file before it is read: an encoding that does not fit is told with its line."""

from __future__ import annotations

import codecs
from pathlib import Path

from ag2_marketing_tools.errors import InvalidInput

_CHUNK_BYTES = 1 << 20
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def check_text(path: Path, encoding: str) -> None:
    """Read through the file once, so that nothing is stored of one that cannot be read to its end.

    Raises:
        InvalidInput: It is empty, or no text of this encoding; the message names the line.
    """
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    line, empty = 1, True
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                if empty and chunk.startswith(_UTF_16) and not encoding.startswith("utf-16"):
                    raise InvalidInput(
                        f"{path.name!r} is UTF-16.", remedy='Say encoding = "utf-16" in the mapping.'
                    )
                empty = False
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    raise _not_this(
                        path, encoding, line + error.object[: error.start].count(b"\n")
                    ) from error
                line += chunk.count(b"\n")
            decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        raise _not_this(path, encoding, line) from error
    except OSError as error:
        raise InvalidInput(f"The file {str(path)!r} cannot be read ({error.strerror}).") from error
    if empty:
        raise InvalidInput(f"The file {path.name!r} is empty.")


def _not_this(path: Path, encoding: str, line: int) -> InvalidInput:
    return InvalidInput(
        f"{path.name!r} is no {encoding} text: line {line} holds bytes that are none.",
        remedy='Say its encoding in the mapping, as in encoding = "latin-1" or "cp1252".',
    )
