"""Who is shown pseudonyms may ask about a person by one, and never reads the name behind it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import synthetic_company
from conftest import NOW
from mcp import Client
from sqlalchemy import select

from ag2_marketing.adapters.direct import AnyTool, run_for_model, sharing
from ag2_marketing.adapters.mcp import mcp_server
from ag2_marketing.adapters.session import ToolSession
from ag2_marketing_tools.care import client_report, initialize_client
from ag2_marketing_tools.catalogue import tool_named
from ag2_marketing_tools.errors import MarketingError, NotFound
from ag2_marketing_tools.privacy import (
    accesses_of,
    erase_subject,
    names_behind,
    pseudonym,
    with_names,
    without_names,
)
from ag2_marketing_tools.privacy.resolving import Named
from ag2_marketing_tools.workspace import FixedClock, Settings, Workspace
from ag2_marketing_tools.workspace.store.observations import Observation, record
from ag2_marketing_tools.workspace.store.schema import client_profile

PEERS = {"region_type": "urban", "experience_level": "experienced"}
BY_CAREGIVER: dict[str, dict[str, Any]] = {
    "compare_caregiver": {"over": "3_months"},
    "plan_development": {"over": "3_months"},
    "compare_peers": PEERS,
    "advise_on_peers": PEERS,
    "compare_specialty": {"specialty_type": "dementia_care"},
    "advise_on_specialty": {"specialty_type": "dementia_care"},
}
BY_SUBJECT: dict[str, dict[str, Any]] = {"show_course": {}, "list_observations": {"limit": 5}}
BY_CLIENT: dict[str, dict[str, Any]] = {"client_report": {}, "client_progress": {}}


@pytest.fixture(scope="module")
def home(company_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthetic_company.copied(company_home, tmp_path_factory.mktemp("pseudonyms") / "company")


@pytest.fixture
async def company(home: Path) -> AsyncIterator[Workspace]:
    async with Workspace.open(Settings(_env_file=None, home=home), clock=FixedClock(NOW)) as opened:
        yield opened


async def by_conversation(tool: AnyTool, arguments: dict[str, Any], ws: Workspace) -> str:
    session = ToolSession(sharing(ws))
    session.hear(f"Look at {json.dumps(arguments)}.")
    return await session.answer(tool, arguments)


async def by_mcp(tool: AnyTool, arguments: dict[str, Any], ws: Workspace) -> str:
    async with Client(mcp_server([tool], sharing(ws))) as client:
        return str(await client.call_tool(tool.name, arguments))


WAYS: dict[str, Callable[[AnyTool, dict[str, Any], Workspace], Awaitable[str]]] = {
    "conversation": by_conversation,
    "model": by_mcp,
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", [*BY_CAREGIVER, *BY_SUBJECT])
async def test_a_model_asks_about_a_caregiver_by_the_pseudonym_that_it_was_shown(
    company: Workspace, name: str, way: str
) -> None:
    listed = await run_for_model(tool_named("location_caregivers"), {"location": "loc-01"}, sharing(company))
    shown = listed["rows"][0]["caregiver_id"]
    whom = (
        {"caregiver_id": shown}
        if name in BY_CAREGIVER
        else {"subject_kind": "caregiver", "subject_id": shown}
    )
    arguments = {**whom, **(BY_CAREGIVER | BY_SUBJECT)[name]}
    seen = await WAYS[way](tool_named(name), arguments, company)
    (found,) = await names_behind(tool_named(name).validate(arguments), company.store)
    assert shown in seen
    assert found.id not in seen
    assert "Nobody is known" not in seen
    logged = await accesses_of(company.store, "caregiver", found.id)
    assert (name, way) in {(one.tool, one.audience) for one in logged}


async def test_whom_a_list_named_may_be_asked_about_and_keeps_that_name(company: Workspace) -> None:
    shown = pseudonym("cg-001", company.store.pseudonym_key)
    session = ToolSession(sharing(company))
    session.hear("How are the caregivers of loc-01 doing?")
    await session.call(tool_named("location_caregivers"), {"location": "loc-01"})
    outcome = await session.call(tool_named("compare_caregiver"), {"caregiver_id": shown})
    assert outcome.error is None
    assert outcome.evidence.arguments["caregiver_id"] == shown
    assert outcome.evidence.result["caregiver_id"] == shown
    assert "cg-001" not in json.dumps([outcome.evidence.arguments, outcome.evidence.result])


def texts_of(tool: AnyTool) -> list[str]:
    """Return the arguments of a tool that take text."""
    declared = tool.parameters_schema["properties"]
    return [name for name, one in declared.items() if "string" in json.dumps(one)]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", [*BY_CAREGIVER, *BY_SUBJECT, *BY_CLIENT])
async def test_whatever_else_a_model_writes_a_pseudonym_into_it_learns_no_name(
    company: Workspace, name: str, way: str
) -> None:
    tool, id = tool_named(name), "cl-0001" if name in BY_CLIENT else "cg-001"
    shown = pseudonym(id, company.store.pseudonym_key)
    whom = {"subject_kind": "caregiver", "subject_id": shown} if name in BY_SUBJECT else {}
    whom = whom or ({"client_id": shown} if name in BY_CLIENT else {"caregiver_id": shown})
    usual = {**whom, **(BY_CAREGIVER | BY_SUBJECT | BY_CLIENT)[name]}
    for argument in texts_of(tool):
        for value in (shown, [shown]):
            try:
                seen = await WAYS[way](tool, {**usual, argument: value}, company)
            except MarketingError as error:
                seen = str(error)
            assert id not in seen, (argument, seen)


async def test_the_ledger_holds_no_name_that_a_model_wrote_a_pseudonym_for(company: Workspace) -> None:
    shown = pseudonym("cl-0001", company.store.pseudonym_key)
    session = ToolSession(sharing(company))
    session.hear(f"Look at {shown}.")
    await session.call(tool_named("client_report"), {"client_id": shown, "report_type": shown})
    assert "cl-0001" not in json.dumps([[one.arguments, one.result] for one in session.ledger.entries])


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "name", ["anna.example", 'O\'Brien "Kit"', "Anna\u00a0Example", "a\\b", "x" * 250, "12"]
)
async def test_an_error_about_somebody_tells_the_pseudonym_alone(
    workspace: Workspace, way: str, name: str
) -> None:
    seen_at = Observation(
        subject_kind="client", subject_id=name, metric="x", value=1.0, unit="count", sample_size=1,
        observed_at=workspace.clock.now(), source="test",
    )  # fmt: skip
    await record(workspace.store, [seen_at], ids=workspace.ids)
    shown = pseudonym(name, workspace.store.pseudonym_key)

    async def failing(params: Any, ws: Workspace) -> Any:
        assert params.client_id == name
        raise NotFound(f"{params.client_id!r} has no baseline; 12 of 40 visits.", remedy=f"Assess '{name}'.")

    tool = replace(client_report, function=failing)
    try:
        seen = await WAYS[way](tool, {"client_id": shown}, workspace)
    except MarketingError as error:
        seen = str(error)
    seen = seen.replace('\\"', '"').replace("\\'", "'")
    assert f"{shown}" in seen
    assert "has no baseline; 12 of 40 visits." in seen
    assert f"Assess '{shown}'." in seen
    if name != "12":
        assert name not in seen
        assert repr(name)[1:-1] not in seen


async def nobodys(ws: Workspace) -> dict[str, str]:
    """Pseudonyms that stand for nobody: of another database, of another kind, and of somebody who was erased."""
    await initialize_client.run({"client_id": "gone", "assessment": {"physical": {"pain": 4.0}}}, ws)
    await erase_subject(ws.store, "client", "gone", ids=ws.ids)
    names = {
        "another database's": pseudonym("cl-0001", b"another key"),
        "another kind's": pseudonym("cg-001", ws.store.pseudonym_key),
        "erased": pseudonym("gone", ws.store.pseudonym_key),
    }
    return names


async def test_a_pseudonym_that_stands_for_nobody_is_not_found_and_nothing_is_stored(
    company: Workspace,
) -> None:
    for of, nobody in (await nobodys(company)).items():
        for name, given in (
            ("client_progress", {}),
            ("initialize_client", {"assessment": {"physical": {"pain": 4.0}}}),
            ("track_response", {"intervention_id": "i", "response": {"pain": 3.0}}),
        ):
            with pytest.raises(NotFound, match=f"Nobody is known by the pseudonym {nobody} here"):
                await run_for_model(tool_named(name), {"client_id": nobody, **given}, sharing(company))
        async with company.store.read() as connection:
            known = select(client_profile.c.client_id).where(client_profile.c.client_id == nobody)
            assert (await connection.execute(known)).all() == [], of


async def test_a_person_who_allows_a_model_to_store_something_reads_of_whom(company: Workspace) -> None:
    asked: list[dict[str, Any]] = []

    async def refuse(_tool: AnyTool, arguments: dict[str, Any]) -> bool:
        asked.append(arguments)
        return False

    shown = pseudonym("cl-0001", company.store.pseudonym_key)
    session = ToolSession(sharing(company), approver=refuse)
    session.hear(f"Note for {shown}: pain 3.0 after walking.")
    with pytest.raises(MarketingError, match="nobody approved it") as refused:
        await session.call(
            tool_named("track_response"),
            {"client_id": shown, "intervention_id": "walking", "response": {"pain": 3.0}},
        )
    assert [one["client_id"] for one in asked] == ["cl-0001"]
    assert "cl-0001" not in str(refused.value)


async def test_whoever_gives_an_id_is_not_looked_for(company: Workspace) -> None:
    params = tool_named("compare_caregiver").validate({"caregiver_id": "cg-001"})
    assert await names_behind(params, company.store) == ()
    assert with_names(params, ()) is params


async def test_somebody_who_is_really_called_like_a_pseudonym_is_meant_by_it(workspace: Workspace) -> None:
    name = "person-0123456789abcdef"
    await initialize_client.run({"client_id": name, "assessment": {"physical": {"pain": 4.0}}}, workspace)
    params = client_report.validate({"client_id": name})
    assert await names_behind(params, workspace.store) == ()


def test_an_id_within_another_word_is_left_alone_in_an_error() -> None:
    error = without_names(
        MarketingError("cg-1 and cg-10, cg-1."), [Named("caregiver_id", "person-0", "cg-1")]
    )
    assert str(error) == "person-0 and cg-10, person-0."
