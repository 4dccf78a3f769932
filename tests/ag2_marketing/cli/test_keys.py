"""The commands on vendors' keys, against vendors on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from command_line import Invoke
from vendor_server import Reply, VendorServer, running_vendor

from ag2_marketing_tools.vendors import all_vendors

KEY = "a-key-that-nobody-may-see"


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Iterator[VendorServer]:
    """Every vendor, on loopback."""
    with running_vendor() as server:
        urls = {name: f"{server.origin}/{name}" for name in all_vendors()}
        monkeypatch.setenv("AG2_MARKETING_VENDOR_BASE_URLS", json.dumps(urls))
        monkeypatch.setenv("AG2_MARKETING_ALLOWED_ORIGINS", server.origin)
        yield server


def test_without_a_key_it_says_what_to_set(invoke: Invoke) -> None:
    finished = invoke("keys", "test")
    assert finished.exit_code == 3
    assert "No API key was given" in finished.stderr
    assert "keys list" in finished.stderr


def test_a_key_that_works_is_told_with_what_is_left(
    vendor: VendorServer, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AG2_MARKETING_AHREFS_API_KEY", KEY)
    vendor.says(Reply({"limits_and_usage": {"units_limit_api_key": 50, "units_usage_api_key": 8}}))
    finished = invoke("keys", "test")
    assert finished.exit_code == 0
    assert "ahrefs: works\n" in finished.stdout
    assert "42 API units are left" in finished.stdout
    assert KEY not in finished.output


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_key_that_is_refused_fails_with_the_next_step(
    options: list[str], vendor: VendorServer, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AG2_MARKETING_AHREFS_API_KEY", KEY)
    vendor.says(Reply({"error": f"no {KEY}"}, 401))
    finished = invoke("keys", "test", "ahrefs", *options)
    assert finished.exit_code == 1
    assert "Invalid API key for ahrefs" in finished.stdout
    assert "https://app.ahrefs.com/account/api-keys" in finished.stdout
    assert KEY not in finished.output


def test_a_key_that_is_not_set_cannot_be_tested(invoke: Invoke) -> None:
    finished = invoke("keys", "test", "moz")
    assert finished.exit_code == 2
    assert "no key was given for 'moz'" in finished.stderr


def test_keys_are_listed_with_their_settings_costs_and_pages(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AG2_MARKETING_MOZ_API_KEY", KEY)
    told = invoke("keys", "list").stdout
    assert "moz: set (AG2_MARKETING_MOZ_API_KEY)" in told
    assert "pagespeed: not set (AG2_MARKETING_PAGESPEED_API_KEY)" in told
    assert "Chrome UX Report" in told
    assert "llm" not in told
    assert KEY not in told
    rows = json.loads(invoke("keys", "list", "--json").stdout)
    assert {row["name"] for row in rows} == {"pagespeed", "google", "security", "ahrefs", "semrush", "moz"}
    assert all(api["keys_page"].startswith("https://") for row in rows for api in row["opens"])


def test_every_outcome_has_words() -> None:
    from typing import get_args

    from ag2_marketing.cli.keys import outcomes
    from ag2_marketing_tools.vendors import FailureKind

    rare = {"no_key", "budget_reached", "bad_request", "audited_site_fault", "not_found", "unexpected_answer"}
    assert set(get_args(FailureKind)) <= outcomes().keys() | rare
