"""The same team with a recorded model: `cassettes/README.md` says where the recordings come from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from scripted_model import Message, calls, says, scripted_model

from ag2_marketing import run_marketing_workflow
from ag2_marketing.demo import COMPETITORS, TARGET
from ag2_marketing.grounding import check
from ag2_marketing_tools.workspace import Workspace

Script = Callable[[Message], Message]


def lies(body: Message) -> Message:
    """Invents a figure in words, then in an argument, then in a citation."""
    answers = (
        says("Traffic doubled to 9,999 visits, and half of it converts."),
        calls(
            (
                "schedule_campaign",
                {"name": "Mine", "platforms": ["facebook"], "content": [{"text": "Save 90 %"}]},
            )
        ),
        says("There are 4,711 broken links [E1]."),
    )
    return answers[len(body["messages"]) % len(answers)]


def honest(body: Message) -> Message:
    """Names the page by reference once the audit is there."""
    audited = any("Evidence E1 of run_audit" in str(message.get("content")) for message in body["messages"])
    return says("I looked at [[E1/url]].") if audited else says("Let me look.")


@pytest.fixture(scope="module")
def vcr_config() -> dict[str, Any]:
    """Only the model is recorded: the bundled sites are real servers in each run."""

    def of_the_model(request: Any) -> Any:
        if not request.path.endswith("/chat/completions"):
            return None
        request.body = b"{}"  # the conversation so far differs in ports and is no part of the answer
        return request

    return {
        "match_on": ["method", "path"],
        "filter_headers": ["authorization", "user-agent", "x-stainless-os", "x-stainless-arch"],
        "before_record_request": of_the_model,
        "decode_compressed_response": True,
    }


@pytest.fixture
def model_url(request: pytest.FixtureRequest, record_mode: str) -> Iterator[str]:
    """Where the model is: a script on loopback while recording, nowhere while replaying."""
    if record_mode == "none":
        yield "http://model.invalid/v1"
        return
    with scripted_model(request.param) as model:
        yield model.url


async def run(sites: dict[str, str], ws: Workspace, llm_config: Any) -> dict[str, Any]:
    return await run_marketing_workflow(
        f"{sites[TARGET]}/",
        competitors=[f"{sites[name]}/" for name in COMPETITORS],
        workspace=ws,
        llm_config=llm_config,
    )


def spoken_by(answer: dict[str, Any]) -> set[str]:
    return {entry["by"] for entry in answer["transcript"] if entry["kind"] == "message"}


@pytest.mark.vcr
@pytest.mark.parametrize("model_url", [lies], indirect=True, ids=["lies"])
async def test_a_recorded_lying_model_gets_no_figure_through(
    sites: dict[str, str], ws: Workspace, llm: Callable[[str], Any], model_url: str
) -> None:
    answer = await run(sites, ws, llm(model_url))

    assert answer["status"] == "success"
    assert spoken_by(answer) == {"template"}
    said = " ".join(entry["text"] for entry in answer["transcript"] if entry["kind"] == "message")
    assert not any(lie in said for lie in ("9,999", "4,711", "doubled", "90 %"))


@pytest.mark.vcr
@pytest.mark.parametrize("model_url", [honest], indirect=True, ids=["honest"])
async def test_a_recorded_honest_model_speaks_for_itself(
    sites: dict[str, str], ws: Workspace, llm: Callable[[str], Any], model_url: str
) -> None:
    answer = await run(sites, ws, llm(model_url))

    assert spoken_by(answer) == {"model"}
    assert all(
        check(entry["source"], answer["evidence"]).grounded
        for entry in answer["transcript"]
        if entry["kind"] == "message"
    )
