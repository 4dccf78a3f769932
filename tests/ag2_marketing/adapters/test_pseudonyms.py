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

from ag2_marketing.adapters.direct import AnyTool, run_for_model, sharing
from ag2_marketing.adapters.mcp import mcp_server
from ag2_marketing.adapters.session import ToolSession
from ag2_marketing_tools.care import client_report, initialize_client
from ag2_marketing_tools.catalogue import tool_named
from ag2_marketing_tools.errors import MarketingError, NotFound
from ag2_marketing_tools.privacy import accesses_of, names_behind, pseudonym, with_names, without_names
from ag2_marketing_tools.workspace import FixedClock, Settings, Workspace

PEERS = {"region_type": "urban", "experience_level": "experienced"}
BY_CAREGIVER: dict[str, dict[str, Any]] = {
    "compare_caregiver": {"over": "3_months"},
    "plan_development": {"over": "3_months"},
    "compare_peers": PEERS,
    "advise_on_peers": PEERS,
    "compare_specialty": {"specialty_type": "dementia_care"},
    "advise_on_specialty": {"specialty_type": "dementia_care"},
}
BY_SUBJECT = {"show_course": {}, "list_observations": {"limit": 5}}


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
    (real,) = (await names_behind(tool_named(name).validate(arguments), company.store)).values()
    assert shown in seen
    assert real not in seen
    assert "NotFound" not in seen
    logged = await accesses_of(company.store, "caregiver", real)
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


@pytest.mark.parametrize("way", WAYS)
async def test_an_error_about_somebody_tells_the_pseudonym_alone(workspace: Workspace, way: str) -> None:
    name = "anna.example"
    given = {"client_id": name, "assessment": {"physical": {"pain": 4.0}}}
    await initialize_client.run({**given, "assessed_at": workspace.clock.now()}, workspace)
    shown = pseudonym(name, workspace.store.pseudonym_key)

    async def failing(params: Any, ws: Workspace) -> Any:
        raise NotFound(f"{params.client_id!r} has no baseline.", remedy=f"Assess {params.client_id}.")

    tool = replace(client_report, function=failing)
    try:
        seen = await WAYS[way](tool, {"client_id": shown}, workspace)
    except MarketingError as error:
        seen = str(error)
    assert f"'{shown}' has no baseline. Assess {shown}." in seen
    assert name not in seen


async def test_a_pseudonym_that_stands_for_nobody_here_is_not_found(company: Workspace) -> None:
    nobody = pseudonym("cg-001", b"another database's key")
    params = tool_named("compare_caregiver").validate({"caregiver_id": nobody})
    assert await names_behind(params, company.store) == {}
    with pytest.raises(MarketingError, match="Nothing was observed"):
        await run_for_model(tool_named("compare_caregiver"), {"caregiver_id": nobody}, sharing(company))


async def test_whoever_gives_an_id_is_not_looked_for(company: Workspace) -> None:
    params = tool_named("compare_caregiver").validate({"caregiver_id": "cg-001"})
    assert await names_behind(params, company.store) == {}
    assert with_names(params, {}) is params


def test_an_id_within_another_word_is_left_alone_in_an_error() -> None:
    error = without_names(MarketingError("cg-1 and cg-10, cg-1."), {"person-0": "cg-1"})
    assert str(error) == "person-0 and cg-10, person-0."
