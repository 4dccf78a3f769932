"""The states of a post and the changes between them, read from `states.json`."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ag2_marketing_tools.errors import Conflict

State = Literal[
    "draft", "awaiting_approval", "scheduled", "publishing", "published", "failed", "missed", "cancelled"
]
STATES: tuple[State, ...] = get_args(State)


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    source: State | None = Field(alias="from")
    to: tuple[State, ...]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str
    meanings: dict[State, str]
    transitions: tuple[_Row, ...]

    @model_validator(mode="after")
    def _complete(self) -> _Table:
        sources = [row.source for row in self.transitions]
        if sorted(map(str, sources)) != sorted(map(str, (None, *STATES))) or set(self.meanings) != set(
            STATES
        ):
            raise ValueError(
                "states.json must hold one row and one meaning for every state, and one row for birth"
            )
        return self


@cache
def _table() -> _Table:
    text = resources.files("ag2_marketing_tools.campaigns").joinpath("states.json").read_text("utf-8")
    return _Table.model_validate(json.loads(text))


def allowed_from(state: State | None) -> frozenset[State]:
    """Return the states that may follow; None is a post's birth."""
    return frozenset(next(row.to for row in _table().transitions if row.source == state))


def meaning_of(state: State) -> str:
    """Say what a state means."""
    return _table().meanings[state]


def require_transition(source: State | None, target: State) -> None:
    """Check a change of state.

    Raises:
        Conflict: The table does not allow it.
    """
    allowed = allowed_from(source)
    if target not in allowed:
        following = ", ".join(state for state in STATES if state in allowed) or "nothing: it is final"
        raise Conflict(
            f"A post that is {source or 'new'} cannot become {target}.", remedy=f"It may become {following}."
        )
