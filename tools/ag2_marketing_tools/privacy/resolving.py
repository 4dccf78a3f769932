"""Pseudonyms on their way back: who reads pseudonyms may ask about a person by one, and never learns the name.

A pseudonym is looked for among those whom the registers, observations and assessments know, under the database's
own key. By the same list, what a person wrote is known to be about somebody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import select, union

from ag2_marketing_tools.errors import MarketingError
from ag2_marketing_tools.privacy.accesses import LOGGED, named_in
from ag2_marketing_tools.privacy.filtering import PSEUDONYM, pseudonym
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import (
    client_profile,
    intervention_response,
    observation,
    subject,
)

_SHORTEST_TELLING = 3
M = TypeVar("M", bound=BaseModel)
F = TypeVar("F", bound=MarketingError)


async def names_behind(params: BaseModel, store: Store) -> Mapping[str, str]:
    """Return the ids of the people whom parameters name by pseudonym, by pseudonym; unknown ones are missing."""
    wanted = {(kind, id) for kind, id in named_in(params) if PSEUDONYM.fullmatch(id)}
    found: dict[str, str] = {}
    for kind in sorted({kind for kind, _ in wanted}):
        shown = {id for one, id in wanted if one == kind}
        for id in await _known(store, kind):
            if (name := pseudonym(id, store.pseudonym_key)) in shown:
                found[name] = id
    return found


async def named_in_words(words: str, store: Store) -> set[tuple[str, str]]:
    """Return the kinds and ids of the caregivers and clients that somebody's words name, by id or by pseudonym.

    An id of fewer than three characters, or that is a number, is taken for a word: most texts hold such.
    """
    shown = set(PSEUDONYM.findall(words))
    return {
        (kind, id)
        for kind in LOGGED
        for id in await _known(store, kind)
        if (id in words and _is_telling(id) and _written(id).search(words))
        or (shown and pseudonym(id, store.pseudonym_key) in shown)
    }


def with_names(params: M, names: Mapping[str, str]) -> M:
    """Return parameters in which ids stand in place of pseudonyms."""
    if not names:
        return params
    given = params.model_dump(exclude_unset=True)
    return type(params).model_validate(_replaced(given, names))


def without_names(failure: F, names: Mapping[str, str]) -> F:
    """Put pseudonyms in place of these ids in an error's text, for it repeats what it was asked for; return it."""
    for name, id in names.items():
        written = _written(id)
        failure.message = written.sub(name, failure.message)
        failure.remedy = failure.remedy and written.sub(name, failure.remedy)
        failure.args = tuple(
            written.sub(name, part) if isinstance(part, str) else part for part in failure.args
        )
    return failure


def _written(id: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(id)}(?!\w)")


def _is_telling(id: str) -> bool:
    return len(id) >= _SHORTEST_TELLING and any(character.isalpha() for character in id)


async def _known(store: Store, kind: str) -> Iterable[str]:
    queries = [
        select(subject.c.id).where(subject.c.kind == kind),
        select(observation.c.subject_id).where(observation.c.subject_kind == kind),
    ]
    if kind == "client":
        queries += [select(client_profile.c.client_id), select(intervention_response.c.client_id)]
    async with store.read() as connection:
        return (await connection.execute(union(*queries))).scalars().all()


def _replaced(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(part, names) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(part, names) for part in value]
    return names.get(value, value) if isinstance(value, str) else value
