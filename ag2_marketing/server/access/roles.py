"""The three roles: each may do what the one before may."""

from __future__ import annotations

from enum import IntEnum

from ag2_marketing_tools.errors import InvalidInput


class Role(IntEnum):
    """What somebody may do on the server's pages and reading routes."""

    VIEWER = 1
    """See experiments, their status and results, and where locations stand."""
    ANALYST = 2
    """Also stop an experiment, see single caregivers and clients, and deal with to-dos."""
    ADMIN = 3
    """Also see who has access, and take it away."""

    @property
    def word(self) -> str:
        """How it is written."""
        return self.name.lower()


def role_named(word: str) -> Role:
    """Return a role by its word.

    Raises:
        InvalidInput: There is no such role.
    """
    known = {role.word: role for role in Role}
    if word.lower() not in known:
        raise InvalidInput(f"There is no role {word!r}; expected {', '.join(known)}.")
    return known[word.lower()]
