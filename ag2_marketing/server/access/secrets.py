"""Secrets that are made here: shown once, kept as digests.

A secret of 192 random bits cannot be guessed, so a plain SHA-256 of it is safe to keep; only passwords,
which people choose, need a slow hash.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

BEARER: Final = "ag2m_token_"
WRITE_KEY: Final = "ag2m_key_"
"""Beginnings by which a leaked secret is recognised for what it is."""

_BYTES = 24


def new_secret(prefix: str = "") -> str:
    """Return a new secret."""
    return prefix + secrets.token_urlsafe(_BYTES)


def digest_of(secret: str) -> str:
    """Return what is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def are_equal(one: str, other: str) -> bool:
    """Compare two secrets, or their digests, in a time that does not depend on where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))


def derived(secret: str, purpose: str) -> str:
    """Return another secret, made from one, that does not give it away."""
    return hmac.new(secret.encode("utf-8", "surrogatepass"), purpose.encode(), hashlib.sha256).hexdigest()
