"""Which rule of a robots.txt decides on an address: RFC 9309, 2.2.2 and 2.2.3, as Google's crawlers read them.

As with Google, an encoded letter (`%61`) is not the letter, though RFC 9309 would decode it. Addresses are encoded
here, as RFC 9309, 2.2.2 asks, which Google's parser leaves to who calls it: links hold addresses as people write them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

_ALREADY_ENCODED = (
    "!#$%&'()*+,/:;=?@[]~-._"  # every reserved character stands for itself, `%` for an encoding
)
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
_INDEX_PAGE = re.compile(r"/index\.htm[^/]*$")


def encoded(address: str) -> str:
    """Return an address or pattern in the form in which both are compared.

    >>> encoded("/über/%c3%bc")
    '/%C3%BCber/%C3%BC'
    """
    return _PERCENT.sub(lambda match: match[0].upper(), quote(address, safe=_ALREADY_ENCODED))


def may_fetch(url: str, rules: Iterable[tuple[bool, str]]) -> bool:
    """Tell whether rules, each with whether it allows and its encoded pattern, let an address be fetched.

    The longest pattern that matches decides; of two equally long ones, the one that allows.
    """
    parts = urlsplit(url)
    path = encoded(f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}")
    longest = {True: 0, False: 0}
    for allows, pattern in rules:
        found = _matched(path, pattern, allows=allows)
        longest[allows] = max(longest[allows], len(found))
    return longest[True] >= longest[False]


def _matched(path: str, pattern: str, *, allows: bool) -> str:
    """Return the pattern that matches, or an empty one. Who allows a folder's index page allows the folder."""
    if matches(path, pattern):
        return pattern
    index = _INDEX_PAGE.search(pattern) if allows else None
    folder = f"{pattern[: index.start()]}/$" if index else ""
    return folder if folder and matches(path, folder) else ""


def matches(path: str, pattern: str) -> bool:
    """Tell whether a path begins as a pattern says: `*` stands for anything, `$` at its end for the path's.

    Each piece between two `*` is taken where it comes first, so the time is linear whatever the pattern.
    """
    to_the_end = pattern.endswith("$")
    first, *pieces = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    if not pieces:
        return not to_the_end or at == len(path)
    for piece in pieces[:-1]:
        at = path.find(piece, at) + len(piece)
        if at < len(piece):
            return False
    last = pieces[-1]
    return at + len(last) <= len(path) and path.endswith(last) if to_the_end else path.find(last, at) >= 0
