"""Passwords: Argon2id with the parameters of RFC 9106 for machines with little memory (argon2-cffi's own)."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ag2_marketing.server.access.secrets import new_secret
from ag2_marketing_tools.errors import InvalidInput

MIN_CHARACTERS = 12
MAX_CHARACTERS = 200
_threads = ThreadPoolExecutor(2, thread_name_prefix="passwords")
"""Each hash takes 64 MiB, so that many logins at once must not mean much memory."""

_hasher = PasswordHasher()


def check_new(password: str, name: str) -> None:
    """Refuse a password that is easily guessed by its length alone (NIST SP 800-63B asks for no more).

    Raises:
        InvalidInput: It is too short, too long, or the account's name.
    """
    if not MIN_CHARACTERS <= len(password) <= MAX_CHARACTERS:
        raise InvalidInput(f"A password needs {MIN_CHARACTERS} to {MAX_CHARACTERS} characters.")
    if password.casefold() == name.casefold():
        raise InvalidInput("A password must not be the account's name.")


async def hash_of(password: str) -> str:
    """Return what is kept of a password."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def fits(password: str, password_hash: str | None) -> bool:
    """Tell whether it is the password; without a hash it takes as long, and is not."""
    shown = password[: MAX_CHARACTERS + 1]
    return await asyncio.get_running_loop().run_in_executor(_threads, _fits, shown, password_hash)


def _fits(password: str, password_hash: str | None) -> bool:
    try:
        return _hasher.verify(password_hash or _nobodys(), password) and password_hash is not None
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


@cache
def _nobodys() -> str:
    """A hash of a password that nobody knows, to spend the same time on names that do not exist."""
    return _hasher.hash(new_secret())
