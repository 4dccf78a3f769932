"""Each vendor replayed from a recording: `cassettes/README.md` says where the recordings come from."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from led_to_loopback import RoutedToLoopback
from vendor_answers import CASES, Case
from vendor_server import VendorServer

from ag2_marketing_tools.vendors import Failure, all_vendors, ask
from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, Workspace
from ag2_marketing_tools.workspace.gateway import Gateway, Redactor

HOST = "vendors.example"
ADDRESS = "93.184.215.14"
CASSETTES = Path(__file__).parent / "cassettes"


def to_loopback(port: int | None) -> RoutedToLoopback:
    """Lead connections to the loopback server while recording; nothing connects while replaying."""

    def port_of(host: str, _port: int) -> int:
        assert port is not None, f"a connection to {host} was tried while replaying"
        return port

    return RoutedToLoopback(port_of)


async def resolver(host: str, port: int) -> Sequence[str]:
    assert host == HOST
    return [ADDRESS]


@pytest.fixture(scope="module")
def vcr_config() -> dict[str, Any]:
    return {
        "match_on": ["method", "scheme", "host", "path", "query", "body"],
        "before_record_request": Redactor().recorded,  # by its place alone: it was taught no key
    }


@pytest.fixture
async def recorded_ws(
    tmp_path: Path, vendor_server: VendorServer, clock: FixedClock, keys: dict[str, str], record_mode: str
) -> AsyncIterator[Workspace]:
    settings = Settings(
        _env_file=None,
        home=tmp_path / "home",
        host_min_interval_s=0,
        vendor_base_urls={name: f"http://{HOST}/{name}" for name in all_vendors()},
    )
    port = None if record_mode == "none" else int(vendor_server.origin.rpartition(":")[2])
    gateway = Gateway(settings, clock=clock, resolver=resolver, connector=to_loopback(port))
    try:
        async with Workspace.open(settings, clock=clock, ids=SequentialIds(), gateway=gateway) as opened:
            yield opened.with_credentials(api_keys=keys)
    finally:
        await gateway.aclose()


@pytest.mark.vcr
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
async def test_a_recorded_answer_ends_as_its_vendor_means_it(
    case: Case, recorded_ws: Workspace, vendor_server: VendorServer
) -> None:
    vendor_server.says(case.reply)
    outcome = await ask(case.request, recorded_ws, attempts=1)
    assert case.ends == (outcome.kind if isinstance(outcome, Failure) else outcome.outcome), outcome


def test_every_vendor_has_a_recorded_success_and_a_recorded_error() -> None:
    recorded = {(case.vendor, case.ends == "data") for case in CASES}
    assert recorded == {(name, ok) for name in all_vendors() for ok in (True, False)}
    files = {path.name for path in CASSETTES.rglob("*.yaml")}
    assert files == {f"test_a_recorded_answer_ends_as_its_vendor_means_it[{case.id}].yaml" for case in CASES}


def test_no_recording_holds_a_key_or_grows_large(keys: dict[str, str]) -> None:
    import base64

    pair = base64.b64encode(keys["moz_links"].encode()).decode()
    for path in CASSETTES.rglob("*.yaml"):
        text = path.read_text("utf-8")
        assert len(text) < 4000, path.name
        assert "nobody-may-see" not in text, path.name
        assert pair not in text, path.name
