"""No key of a vendor in any outcome, error text or log line, wherever it travels and whatever comes back."""

from __future__ import annotations

import base64
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from vendor_answers import CASES, Case
from vendor_server import Reply, VendorServer

from ag2_marketing_tools import vendors
from ag2_marketing_tools.vendors import Failure, all_vendors, ask, vendor_named
from ag2_marketing_tools.workspace import Settings, Workspace
from ag2_marketing_tools.workspace.gateway.redaction import STRUCK

ONE_OF_EACH = [case for case in CASES if case.name == "ok"]


def forms(key: str) -> set[str]:
    return {key, key.rpartition(":")[2], base64.b64encode(key.encode()).decode()}


def replies(key: str) -> Iterator[Reply]:
    """Say the key in every place that a vendor words."""
    for status in (200, 302, 400, 403, 500):
        there = {"location": f"/x?key={key}"}
        yield Reply({"error": f"no such key: {key}"}, status, there)
        yield Reply({"error": {"message": key, "code": 1, "details": [{"reason": key}]}}, status, there)
        yield Reply({"error": {"message": key, "code": 5}, "meta": {"success": False}}, status, there)
        yield Reply({"message": key, "name": key}, status, there)
        yield Reply(f"ERROR 120 :: {key}", status, there, "text/plain")
        yield Reply(f"<p>{key}", status, there, "text/html")
        yield Reply(key, status, there)


@pytest.mark.parametrize("case", ONE_OF_EACH, ids=lambda case: case.vendor)
async def test_a_vendor_that_sends_the_key_back_does_not_spread_it(
    case: Case,
    vendor_server: VendorServer,
    ws: Workspace,
    keys: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    key = keys[vendor_named(case.vendor).key]
    caplog.set_level(logging.DEBUG)
    for reply in replies(key):
        vendor_server.says(reply)
        outcome = await ask(case.request, ws, attempts=1)
        told = outcome.model_dump_json() + repr(outcome) + str(outcome)
        told += outcome.text if isinstance(outcome, Failure) else ""
        assert not any(form in told for form in forms(key)), reply
    assert all(any(form in asked.raw for form in forms(key)) for asked in vendor_server.asked)
    assert vendor_named(case.vendor).name in caplog.text
    assert not any(form in caplog.text for form in forms(key))


@pytest.mark.parametrize("case", ONE_OF_EACH, ids=lambda case: case.vendor)
async def test_a_connection_that_fails_tells_no_key(
    case: Case,
    vendor_server: VendorServer,
    ws: Workspace,
    keys: dict[str, str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    key = keys[vendor_named(case.vendor).key]
    caplog.set_level(logging.DEBUG)
    settings = ws.settings.model_copy(
        update={"vendor_base_urls": dict.fromkeys(all_vendors(), f"{vendor_server.origin}/{'x' * 2100}")}
    )
    for changed in (
        settings,
        settings.model_copy(update={"vendor_base_urls": dict.fromkeys(all_vendors(), "ftp://a")}),
    ):
        outcome = await ask(case.request, replace(ws, settings=changed))
        assert isinstance(outcome, Failure)
        assert outcome.kind == "bad_request"
        assert not any(form in outcome.model_dump_json() + caplog.text for form in forms(key))


async def test_a_key_of_the_settings_is_struck_too(
    vendor_server: VendorServer, ws: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    settings = Settings(
        _env_file=None,
        home=ws.settings.home,
        semrush_api_key="settings-key-0123",
        allowed_origins=(vendor_server.origin,),
        vendor_base_urls={"semrush": f"{vendor_server.origin}/semrush"},
    )
    vendor_server.says(Reply("ERROR 120 :: settings-key-0123", content_type="text/plain"))
    case = next(case for case in ONE_OF_EACH if case.vendor == "semrush")
    async with Workspace.open(settings, clock=ws.clock, ids=ws.ids) as own:
        outcome = await ask(case.request, own, attempts=1)
    assert isinstance(outcome, Failure)
    assert "settings-key-0123" in vendor_server.asked[0].raw
    assert "settings-key-0123" not in outcome.text + caplog.text


@pytest.mark.parametrize(
    ("vendor", "key", "back"),
    [
        ("semrush_balance", "tried-key-0123", "ERROR 120 :: tried-key-0123"),
        (
            "moz_links",
            "tried-id-0123:tried-key-0123",
            '{"message": "no tried-key-0123", "name": "tried-id-0123"}',
        ),
        ("web_risk", "tried-key-0123", '{"error": {"message": "no tried-key-0123"}}'),
    ],
)
async def test_a_key_that_is_only_tried_is_struck_too(
    vendor: str, key: str, back: str, vendor_server: VendorServer, ws: Workspace
) -> None:
    vendor_server.says(Reply(back, 400))
    found = await vendors.test_connection(vendor, key, ws)
    assert found.failure is not None
    assert STRUCK in (found.failure.said or "")
    assert not any(part in found.model_dump_json() for part in key.split(":"))
