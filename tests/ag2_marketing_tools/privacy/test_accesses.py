"""Whoever reaches a caregiver's or a client's figures through a tool is in the log before they see them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Annotated

import pytest
from conftest import NOW
from sqlalchemy import select, text

from ag2_marketing_tools.catalogue import all_tools
from ag2_marketing_tools.errors import Conflict, InvalidInput, StoreError
from ag2_marketing_tools.marks import marked, personal
from ag2_marketing_tools.privacy import LOGGED, accesses_of, erase_subject, pseudonym, subjects_named
from ag2_marketing_tools.privacy.accesses import _places
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import FixedClock, Workspace
from ag2_marketing_tools.workspace.store.schema import access_log


class AskFigure(Params):
    client_id: Annotated[str, personal()]


class Figure(Result):
    caregivers: Annotated[list[str], personal()]
    value: int


class Row(Result):
    subject_kind: str
    subject_id: Annotated[str, personal()]


class Rows(Result):
    rows: list[Row]
    by_client: dict[str, Row]
    owner: Annotated[str | None, personal("client")] = None
    mentor: Annotated[str, personal()] = "nobody"


@tool(family="test")
async def figure(params: AskFigure, ws: Workspace) -> Figure:
    """Return a figure of a client."""
    if params.client_id == "unknown":
        raise InvalidInput("There is no such client.")
    return Figure(caregivers=["ann", "ben"], value=3)


@tool(family="test")
async def figure_of_figure(params: AskFigure, ws: Workspace) -> Figure:
    """Return what another tool returns."""
    return await figure(params, ws)


async def log(ws: Workspace) -> list[tuple[str, str, str, str | None, str]]:
    c = access_log.c
    async with ws.store.read() as connection:
        rows = await connection.execute(
            select(c.subject_kind, c.subject_id, c.tool, c.actor, c.audience).order_by(
                c.subject_kind, c.subject_id
            )
        )
        return [tuple(row) for row in rows]


async def test_each_subject_of_a_call_is_logged_with_who_when_through_what_and_for_whom(
    ws: Workspace,
) -> None:
    seen = ws.seen_by("terminal", actor="mia")
    await figure.run({"client_id": "carl"}, seen)
    key = ws.store.pseudonym_key
    assert set(await log(ws)) == {
        (kind, pseudonym(name, key), "figure", "mia", "terminal")
        for kind, name in (("client", "carl"), ("caregiver", "ann"), ("caregiver", "ben"))
    }
    (access,) = await accesses_of(ws.store, "client", "carl")
    assert (access.at, access.actor, access.tool, access.audience) == (
        ws.clock.now(),
        "mia",
        "figure",
        "terminal",
    )
    assert await accesses_of(ws.store, "caregiver", "carl") == []


async def test_what_a_tool_asks_of_another_is_one_access(ws: Workspace) -> None:
    await figure_of_figure.run({"client_id": "carl"}, ws)
    assert {row[2] for row in await log(ws)} == {"figure_of_figure"}
    assert len(await accesses_of(ws.store, "client", "carl")) == 1


async def test_calls_side_by_side_are_each_logged(workspace: Workspace) -> None:
    seen = workspace.seen_by("terminal")
    await asyncio.gather(*(figure.run({"client_id": name}, seen) for name in ("a", "b", "a")))
    assert len(await accesses_of(workspace.store, "client", "a")) == 2
    assert len(await accesses_of(workspace.store, "client", "b")) == 1


async def test_what_a_program_repeats_on_a_day_is_one_access_and_the_next_day_another(
    ws: Workspace, clock: FixedClock
) -> None:
    for _ in range(3):
        await figure.run({"client_id": "carl"}, ws)
        clock.advance(30 * 60)
    assert [one.at for one in await accesses_of(ws.store, "client", "carl")] == [NOW]
    await figure.run({"client_id": "carl"}, ws.seen_by("program", actor="mia"))
    await figure_of_figure.run({"client_id": "carl"}, ws)
    await figure.run({"client_id": "dora"}, ws)
    clock.advance(24 * 3600)
    await figure.run({"client_id": "carl"}, ws)
    assert len(await accesses_of(ws.store, "client", "carl")) == 4
    assert len(await accesses_of(ws.store, "client", "dora")) == 1


async def test_each_time_that_a_program_writes_is_an_access_of_its_own(workspace: Workspace) -> None:
    for _ in range(2):
        await replace(figure, effect="writes").run({"client_id": "carl"}, workspace)
    assert len(await accesses_of(workspace.store, "client", "carl")) == 2


@pytest.mark.parametrize("audience", ["terminal", "conversation", "model", "server"])
async def test_every_look_by_a_person_or_a_model_is_an_access_of_its_own(
    workspace: Workspace, audience: str
) -> None:
    for _ in range(2):
        await figure.run({"client_id": "carl"}, workspace.seen_by(audience))
    assert len(await accesses_of(workspace.store, "client", "carl")) == 2


async def test_a_call_that_fails_shows_nothing_and_is_no_access(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput):
        await figure.run({"client_id": "unknown"}, workspace)
    assert await log(workspace) == []


async def test_what_cannot_be_logged_is_not_shown(ws: Workspace) -> None:
    async with ws.store.begin() as connection:
        await connection.execute(text("DROP TABLE access_log"))
    with pytest.raises(StoreError, match="could not be written to its log, so nothing is shown"):
        await figure.run({"client_id": "carl"}, ws)


async def test_erasure_keeps_the_log_which_names_nobody_and_is_still_found(ws: Workspace) -> None:
    await figure.run({"client_id": "carl-secret"}, ws)
    assert "carl-secret" not in repr(await log(ws))
    await erase_subject(ws.store, "client", "carl-secret")
    assert len(await accesses_of(ws.store, "client", "carl-secret")) == 1


async def test_rows_of_the_log_can_neither_be_deleted_nor_changed(ws: Workspace) -> None:
    await figure.run({"client_id": "carl"}, ws)
    before = await log(ws)
    for statement in ("DELETE FROM access_log", "UPDATE access_log SET tool = 'none'"):
        with pytest.raises((StoreError, Conflict), match="only ever added"):
            async with ws.store.begin() as connection:
                await connection.execute(text(statement))
    assert await log(ws) == before


async def test_without_an_actor_the_settings_name_it(workspace: Workspace) -> None:
    async with Workspace.open(workspace.settings.model_copy(update={"actor": "quality office"})) as ws:
        await figure.run({"client_id": "carl"}, ws)
        (access,) = await accesses_of(ws.store, "client", "carl")
    assert (access.actor, access.audience) == ("quality office", "program")
    assert replace(workspace, actor="x").seen_by("server").actor == "x"


def test_subjects_are_found_by_name_by_mark_and_by_the_kind_beside_them() -> None:
    rows = Rows(
        rows=[Row(subject_kind="client", subject_id="a"), Row(subject_kind="page", subject_id="b")],
        by_client={"x": Row(subject_kind="caregiver", subject_id="c")},
        owner="d",
        mentor="e",
    )
    assert subjects_named(rows) == {("client", "a"), ("caregiver", "c"), ("client", "d")}
    assert subjects_named(AskFigure(client_id="f"), Figure(caregivers=["g"], value=1)) == {
        ("client", "f"),
        ("caregiver", "g"),
    }


def test_every_tool_that_tells_of_health_or_care_names_its_subjects_for_the_log() -> None:
    groups = {"import_observations"}  # tells of rows that were refused, whoever they are about
    silent = {
        name
        for name, one in all_tools().items()
        if (marked(one.result, "health") or one.family == "care")
        and marked(one.result, "personal")
        and not (_places(one.params) or _places(one.result))
    }
    assert silent - groups == set()
    assert LOGGED == ("caregiver", "client")


def test_every_argument_that_may_hold_a_caregivers_or_clients_id_is_marked_so_that_it_is_logged() -> None:
    unmarked = {
        f"{name}: {field}"
        for name, one in all_tools().items()
        for field in one.params.model_fields
        if may_hold_an_id(one.params, field) and (field,) not in dict(_places(one.params))
    }
    assert unmarked == set()


def may_hold_an_id(params: type[Params], field: str) -> bool:
    if field in {f"{kind}{end}" for kind in LOGGED for end in ("", "s", "_id", "_ids")}:
        return True
    kinds = params.model_json_schema()["properties"].get("subject_kind")
    return field in {"subject", "subject_id"} and any(kind in repr(kinds) for kind in LOGGED)
