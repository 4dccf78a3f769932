"""Ids as an input: random ones for use, counted ones for runs that must repeat."""

from __future__ import annotations

import itertools
import secrets
from typing import Protocol


class IdSource(Protocol):
    """Where every tool takes new ids from."""

    def new(self, kind: str) -> str:
        """Return a new id such as `campaign_5f2c…`."""
        ...


class RandomIds:
    """80 random bits behind the kind's name: unique without asking the store."""

    def new(self, kind: str) -> str:
        """Return a new id such as `campaign_5f2c…`."""
        return f"{kind}_{secrets.token_hex(10)}"


class SequentialIds:
    """`campaign_1`, `campaign_2`, …: for runs that must give the same bytes again."""

    def __init__(self) -> None:
        self._counters: dict[str, itertools.count[int]] = {}

    def new(self, kind: str) -> str:
        """Return the next id of this kind."""
        counter = self._counters.setdefault(kind, itertools.count(1))
        return f"{kind}_{next(counter)}"
