"""The log of accesses: whoever reaches a client's or a caregiver's figures through a tool is written down.

A subject is named where a parameter or a field of the result that is marked `personal` says whose id it is, by the mark
(`personal("client")`), by its name (`client_id`, `caregiver`, `caregivers`), or by a `subject_kind` beside it. Groups
that name nobody are not logged. The log names its subjects by pseudonym; rows are only ever added.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any

from pydantic import BaseModel
from sqlalchemy import insert, select

from ag2_marketing_tools.errors import MarketingError, StoreError
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.privacy.filtering import pseudonym
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store import Store
from ag2_marketing_tools.workspace.store.schema import access_log

LOGGED = ("caregiver", "client")
"""Kinds of subjects whose figures are logged when somebody reaches them."""

_REPEATING = "program"
"""The audience whose looks on one day are one row."""

_IDS, _KIND = ("subject_id", "subject", "person"), "subject_kind"
Named = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Access:
    """One access.

    Attributes:
        at: When.
        actor: Who; None once that person was erased by another name.
        tool: Through which tool.
        audience: For whom: `program`, `terminal`, `conversation`, `model`, `server`.
    """

    at: datetime
    actor: str | None
    tool: str
    audience: str


def subjects_named(*models: BaseModel) -> set[Named]:
    """Return the kinds and ids of the caregivers and clients that parameters or results name."""
    return {
        (kind, id)
        for model in models
        for steps, known in _places(type(model))
        for kind, id in _named(model, steps, known)
        if kind in LOGGED
    }


def fields_naming(params: BaseModel) -> dict[str, str]:
    """Return the parameters that name a subject of a known kind, each with the kind."""
    kinds = {
        steps[0]: known or _part(params, _KIND) for steps, known in _places(type(params)) if len(steps) == 1
    }
    return {field: kind for field, kind in kinds.items() if isinstance(kind, str)}


def subjects_in(value: Mapping[str, Any], model: type[BaseModel]) -> set[Named]:
    """Do what `subjects_named` does for the stored JSON of a model, in which ids may be pseudonyms."""
    return {
        (kind, id)
        for steps, known in _places(model)
        for kind, id in _named(value, steps, known)
        if kind in LOGGED
    }


async def log_accesses(
    ws: Workspace, tool: str, subjects: Iterable[Named], *, only_reads: bool = False
) -> None:
    """Write down that these subjects' figures were reached.

    A program looks again and again (the monitors at every interval): what it repeats on a day (UTC) through one tool
    that only reads, for one actor, is one row, of the first time. Every other access is a row of its own.

    Raises:
        StoreError: It could not be written, so the figures must not be shown.
    """
    once_a_day = only_reads and ws.audience == _REPEATING
    rows = [_row(ws, tool, kind, id, once_a_day=once_a_day) for kind, id in sorted(subjects)]
    if not rows:
        return
    try:
        async with ws.store.begin() as connection:
            adding = ws.store.insert_new(access_log) if once_a_day else insert(access_log)
            await connection.execute(adding, rows)
    except MarketingError as error:
        raise StoreError(
            f"The access could not be written to its log, so nothing is shown: {error.message}",
            remedy=error.remedy,
        ) from error


def _row(ws: Workspace, tool: str, kind: str, id: str, *, once_a_day: bool) -> dict[str, Any]:
    now, key = ws.clock.now(), ws.store.pseudonym_key
    row = {
        "actor": ws.actor,
        "tool": tool,
        "subject_kind": kind,
        "subject_id": pseudonym(id, key),
        "audience": ws.audience,
    }
    if not once_a_day:
        return {"id": ws.ids.new("access"), "at": now, **row}
    same = repr((now.astimezone(UTC).date().isoformat(), *row.values())).encode(errors="surrogatepass")
    return {"id": f"access_0{hmac.digest(key, same, hashlib.sha256).hex()}", "at": now, **row}


async def accesses_of(store: Store, kind: str, id: str, *, limit: int | None = None) -> list[Access]:
    """Return who reached a subject's figures, the latest first; also those from before it was erased."""
    c = access_log.c
    query = (
        select(c.at, c.actor, c.tool, c.audience)
        .where(c.subject_kind == kind, c.subject_id == pseudonym(id, store.pseudonym_key))
        .order_by(c.at.desc(), c.id.desc())
        .limit(limit)
    )
    async with store.read() as connection:
        return [Access(**row) for row in (await connection.execute(query)).mappings()]


@cache
def _places(model: type[BaseModel]) -> tuple[tuple[tuple[str, ...], str | None], ...]:
    """Return where a model names subjects: the steps of each pointer, and the kind where the place itself says it."""
    said = marked(model, _KIND)
    places: dict[tuple[str, ...], str | None] = {}
    for pointer in marked(model, "personal"):
        steps = tuple(pointer.split("/")[1:])
        name = _last_name(steps)
        kind = said.get(pointer) or _kind_of(name)
        if kind is not None or name in _IDS:
            places[steps] = kind
    return tuple(places.items())


def _last_name(steps: tuple[str, ...]) -> str:
    return next((step for step in reversed(steps) if step != "*"), "")


def _kind_of(name: str) -> str | None:
    return next((kind for kind in LOGGED if name in {kind, f"{kind}_id", f"{kind}s", f"{kind}_ids"}), None)


def _named(model: Any, steps: tuple[str, ...], known: str | None) -> Iterator[Named]:
    name = _last_name(steps)
    depth = len(steps) - 1 - steps[::-1].index(name)
    for holder in _reached(model, steps[:depth]):
        kind = known or _part(holder, _KIND)
        if isinstance(kind, str):
            yield from ((kind, id) for id in _ids(_part(holder, name)))


def _reached(value: Any, steps: tuple[str, ...]) -> Iterator[Any]:
    if value is None:
        return
    if not steps:
        yield value
        return
    step, rest = steps[0], steps[1:]
    if step != "*":
        yield from _reached(_part(value, step), rest)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _reached(one, rest)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _reached(one, rest)


def _part(holder: Any, name: str) -> Any:
    return holder.get(name) if isinstance(holder, Mapping) else getattr(holder, name, None)


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (str(name) for name in value)
    elif isinstance(value, list | tuple | set | frozenset):
        yield from (one for one in value if isinstance(one, str))
