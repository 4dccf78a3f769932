"""Page text for a model: quoted matter in a fence that the text cannot forge.

OWASP's LLM01:2025 asks to segregate and identify external content. The text lies as a JSON string between
two lines that hold a nonce of this call; angle brackets are escaped, so no text can write a fence line,
whatever it guesses.
"""

from __future__ import annotations

import hashlib
import json
import re

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.text.clean import strip_invisible

MAXIMUM_CHARACTERS = 8_000
_NONCE = re.compile(r"[A-Za-z0-9_-]{1,64}")
_LONGEST_SOURCE = 2_048


def fenced(text: str, *, source: str, nonce: str, max_characters: int = MAXIMUM_CHARACTERS) -> str:
    """Return the text as an envelope marked untrusted, within a fence.

    Args:
        text: What a page says; invisible characters are struck and it is cut at `max_characters`.
        source: Where it comes from, usually an address.
        nonce: A fresh id, as `ws.ids.new("fence")` gives.
        max_characters: Longest text that passes; a cut one says so with `"cut_from_characters"`.

    Raises:
        InvalidInput: The nonce is not an id.
    """
    if not _NONCE.fullmatch(nonce):
        raise InvalidInput(
            f"nonce is {nonce!r}; expected 1 to 64 letters, digits, '_' or '-', as ws.ids.new('fence') gives"
        )
    visible = strip_invisible(text)
    kept = visible[: max(0, max_characters)]
    envelope: dict[str, object] = {
        "untrusted": True,
        "source": _without(strip_invisible(source)[:_LONGEST_SOURCE], nonce),
        "sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        "text": _without(kept, nonce),
    }
    if len(kept) < len(visible):
        envelope["cut_from_characters"] = len(visible)
    line = json.dumps(envelope, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        line = line.replace(character, f"\\u{ord(character):04x}")
    return f"<<<untrusted {nonce}\n{line}\n{nonce} untrusted>>>"


def _without(text: str, nonce: str) -> str:
    return re.sub(re.escape(nonce), "[fence]", text, flags=re.IGNORECASE)
