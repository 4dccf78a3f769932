"""Pseudonyms on their way back: who reads pseudonyms may ask about a person by one, and never learns the name.

A pseudonym is looked for among those whom the registers, observations and assessments know, under the database's
own key. By the same list, what a person wrote is known to be about somebody.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import BaseModel
from sqlalchemy import select, union

from ag2_marketing_tools.errors import MarketingError, NotFound
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.privacy.accesses import LOGGED, fields_naming
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


@dataclass(frozen=True)
class Named:
    """Somebody whom a parameter names by pseudonym.

    Attributes:
        field: The parameter.
        pseudonym: How it names them.
        id: Who that is.
    """

    field: str
    pseudonym: str
    id: str


async def names_behind(params: BaseModel, store: Store) -> tuple[Named, ...]:
    """Return whom parameters name by pseudonym where they name people; elsewhere a pseudonym is a text like any other.

    Raises:
        NotFound: A pseudonym stands for nobody here: it is of another database or kind, or of somebody who was erased.
        StoreError: The database failed.
    """
    found = []
    for field, kind in fields_naming(params).items():
        shown = getattr(params, field)
        if not isinstance(shown, str) or not PSEUDONYM.fullmatch(shown):
            continue
        known = await _known(store, kind)
        if shown in known:  # somebody is really called that
            continue
        id = next((one for one in known if pseudonym(one, store.pseudonym_key) == shown), None)
        if id is None:
            raise NotFound(say("Nobody is known by the pseudonym {pseudonym} here.", pseudonym=shown))
        found.append(Named(field, shown, id))
    return tuple(found)


def with_names(params: M, names: Collection[Named]) -> M:
    """Return parameters in which ids stand in place of pseudonyms."""
    return params.model_copy(update={one.field: one.id for one in names}) if names else params


def without_names(failure: F, names: Collection[Named]) -> F:
    """Put pseudonyms in place of these ids in an error's text, for it repeats what it was asked for; return it."""
    for one in names:
        failure.message = _masked(failure.message, one)
        failure.remedy = failure.remedy and _masked(failure.remedy, one)
        failure.args = tuple(_masked(part, one) if isinstance(part, str) else part for part in failure.args)
    return failure


def masked(value: Any, names: Collection[Named]) -> Any:
    """Return the JSON of a result with pseudonyms in place of these ids, wherever a text names them."""
    if not names:
        return value
    if isinstance(value, Mapping):
        return {name: masked(part, names) for name, part in value.items()}
    if isinstance(value, list):
        return [masked(part, names) for part in value]
    if isinstance(value, str):
        for one in names:
            value = _masked(value, one)
    return value


async def named_in_words(words: Collection[str], store: Store) -> list[set[tuple[str, str]]]:
    """Return, of each text, the kinds and ids of the caregivers and clients that it names, by id or by pseudonym.

    However an id is capitalised, it is the same. One of fewer than three characters, or of digits alone, is taken for a
    word: most texts hold such.
    """
    known = [(kind, id, _folded(id)) for kind in LOGGED for id in await _known(store, kind)]
    return [set(_named_in(text, known, store.pseudonym_key)) for text in words]


def _named_in(words: str, known: Collection[tuple[str, str, str]], key: bytes) -> Iterator[tuple[str, str]]:
    shown, folded = set(PSEUDONYM.findall(words)), _folded(words)
    for kind, id, written in known:
        in_words = written in folded and _is_telling(id) and _alone(written).search(folded)
        if in_words or (shown and pseudonym(id, key) in shown):
            yield kind, id


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()


def _is_telling(id: str) -> bool:
    return len(id) >= _SHORTEST_TELLING and not id.isdigit()


def _alone(id: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(id)}(?!\w)")


def _masked(text: str, one: Named) -> str:
    """Put the pseudonym in place of an id, as it is or as programs quote it; of one like a figure only where quoted."""
    for form in sorted({one.id, repr(one.id)[1:-1], json.dumps(one.id)[1:-1]}, key=len, reverse=True):
        pattern = (
            _alone(form) if _is_telling(one.id) else re.compile(rf"(?<=['\"`]){re.escape(form)}(?=['\"`])")
        )
        text = pattern.sub(one.pseudonym, text)
    return text


async def _known(store: Store, kind: str) -> Collection[str]:
    queries = [
        select(subject.c.id).where(subject.c.kind == kind),
        select(observation.c.subject_id).where(observation.c.subject_kind == kind),
    ]
    if kind == "client":
        queries += [select(client_profile.c.client_id), select(intervention_response.c.client_id)]
    async with store.read() as connection:
        return set((await connection.execute(union(*queries))).scalars())
