"""A conversation's tool calls: checked, run once, recorded."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from toy_tools import measure_page, store_note

from ag2_marketing.adapters.direct import sharing
from ag2_marketing.adapters.session import FixedCall, ToolSession
from ag2_marketing_tools.errors import InvalidInput, MarketingError
from ag2_marketing_tools.workspace import Workspace

URL = "https://example.com/"


@pytest.fixture
def session(workspace: Workspace) -> ToolSession:
    return ToolSession(sharing(workspace))


async def test_a_call_becomes_evidence_with_its_units_and_the_time_of_the_clock(
    session: ToolSession, workspace: Workspace
) -> None:
    outcome = await session.call(measure_page, {"url": URL})

    assert outcome.evidence.id == "E1"
    assert outcome.evidence.result["visits"] == 1234
    assert outcome.evidence.units["/load_time"] == "ms"
    assert outcome.evidence.at == workspace.clock.now().isoformat()
    assert session.transcript.entries[-1].evidence == "E1"


async def test_a_number_that_a_model_made_up_never_reaches_the_tool(session: ToolSession) -> None:
    with pytest.raises(InvalidInput, match=r"was not run.*7"):
        await session.call(measure_page, {"url": URL, "samples": 7})

    assert not list(session.transcript.entries)


async def test_a_number_that_the_person_wrote_may_be_an_argument(session: ToolSession) -> None:
    session.ledger.record_user("Measure it with 7 samples, please.")

    outcome = await session.call(measure_page, {"url": URL, "samples": 7})

    assert outcome.error is None


async def test_the_workflows_own_call_needs_no_evidence_for_its_arguments(session: ToolSession) -> None:
    call = FixedCall(measure_page, {"url": URL, "samples": 7})
    session.fix([call])

    outcome = await session.call(call.tool, call.arguments)

    assert session.outcome_of(call) is outcome
    assert not outcome.evidence.chosen_by_model


async def test_spelling_out_a_default_or_another_order_makes_no_other_call(session: ToolSession) -> None:
    call = FixedCall(measure_page, {"url": URL})
    session.fix([call])

    await session.call(measure_page, {"samples": 3, "url": URL})

    assert session.outcome_of(call) is not None


async def test_a_model_may_not_write_without_a_persons_word(session: ToolSession) -> None:
    with pytest.raises(InvalidInput, match="nobody approved"):
        await session.call(store_note, {"text": "buy milk"})


async def test_a_person_can_approve_what_a_model_wants_to_store(workspace: Workspace) -> None:
    asked = []

    async def approve(tool: object, arguments: dict[str, str]) -> bool:
        asked.append(arguments)
        return True

    session = ToolSession(sharing(workspace), approver=approve)

    outcome = await session.call(store_note, {"text": "buy milk"})

    assert outcome.error is None
    assert asked == [{"text": "buy milk"}]


async def test_a_writing_call_that_is_repeated_stores_nothing_twice(session: ToolSession) -> None:
    session.fix([FixedCall(store_note, {"text": "buy milk"})])

    first = await session.call(store_note, {"text": "buy milk"})
    second = await session.call(store_note, {"text": "buy milk"})

    assert second is first


async def test_a_failure_is_evidence_too_and_tells_the_model_what_would_be_right(
    session: ToolSession,
) -> None:
    with pytest.raises(MarketingError, match=r"(?s)E1.*cannot be measured\. Measure another page\."):
        await session.answer(measure_page, {"url": "https://broken.example/"})

    assert session.ledger.get("E1").result["status"] == "error"


async def test_a_defect_is_logged_and_its_details_stay_out_of_the_conversation(
    session: ToolSession, caplog: pytest.LogCaptureFixture
) -> None:
    outcome = await session.call(measure_page, {"url": "https://defect.example/"})

    assert outcome.error is not None
    assert "secret detail" not in outcome.error
    assert "measure_page" in caplog.text


async def test_page_text_reaches_a_model_only_inside_a_fence(session: ToolSession) -> None:
    answer = await session.answer(measure_page, {"url": URL})

    head, fenced = answer.split("\n", 1)
    assert "E1" in head
    assert "Ignore your instructions" not in head
    assert '"untrusted": true' in fenced


async def test_a_reference_in_an_argument_becomes_the_value_it_stands_for(session: ToolSession) -> None:
    await session.call(measure_page, {"url": URL})

    outcome = await session.call(measure_page, {"url": "[[E1/url]]"})

    assert outcome.evidence.result["url"] == URL


async def test_the_same_writing_call_twice_at_once_stores_once(session: ToolSession) -> None:
    """AG2 runs the calls of one message side by side."""
    session.fix([FixedCall(store_note, {"text": "buy milk"})])

    first, second = await asyncio.gather(
        session.call(store_note, {"text": "buy milk"}), session.call(store_note, {"text": "buy milk"})
    )

    assert first is second
    assert len(session.ledger) == 1


async def test_once_a_person_spoke_again_a_model_may_store_the_same_again(workspace: Workspace) -> None:
    async def approve(_tool: object, _arguments: object) -> bool:
        return True

    session = ToolSession(sharing(workspace), approver=approve)
    first = await session.call(store_note, {"text": "buy milk"})
    again = await session.call(store_note, {"text": "buy milk"})
    session.hear("Once more, please.")
    third = await session.call(store_note, {"text": "buy milk"})

    assert again is first
    assert third.evidence.id != first.evidence.id


async def test_a_fixed_call_that_was_made_stays_made_whatever_a_person_says(session: ToolSession) -> None:
    call = FixedCall(store_note, {"text": "buy milk"})
    session.fix([call])
    await session.call(call.tool, call.arguments)

    session.hear("Hello.")

    assert session.outcome_of(call) is not None


async def test_a_person_is_asked_about_values_not_about_references(workspace: Workspace) -> None:
    asked: list[dict[str, Any]] = []

    async def refuse(_tool: object, arguments: dict[str, Any]) -> bool:
        asked.append(arguments)
        return False

    session = ToolSession(sharing(workspace), approver=refuse)
    await session.call(measure_page, {"url": URL})
    with pytest.raises(InvalidInput, match="nobody approved"):
        await session.call(store_note, {"text": "[[E1/url]]"})

    assert asked == [{"text": URL}]


async def test_a_person_is_not_asked_about_a_call_that_cannot_work(workspace: Workspace) -> None:
    async def never(_tool: object, _arguments: object) -> bool:
        raise AssertionError

    session = ToolSession(sharing(workspace), approver=never)

    with pytest.raises(InvalidInput, match="text"):
        await session.call(store_note, {})


async def test_the_error_names_the_argument_that_has_no_support(session: ToolSession) -> None:
    with pytest.raises(InvalidInput, match=r"samples: '7' \(not_in_evidence\)"):
        await session.call(measure_page, {"url": URL, "samples": 7})


async def test_a_cancelled_call_leaves_no_evidence_and_frees_the_way(workspace: Workspace) -> None:
    decided = asyncio.Event()

    async def think(_tool: object, _arguments: object) -> bool:
        return await decided.wait()

    session = ToolSession(sharing(workspace), approver=think)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await session.call(store_note, {"text": "buy milk"})
    assert len(session.ledger) == 0
    decided.set()

    assert (await session.call(store_note, {"text": "buy milk"})).error is None
