from __future__ import annotations

import json
from pathlib import Path

import pytest
from loopback_site import Site

from ag2_marketing_tools import seo
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.seo import Connections
from ag2_marketing_tools.workspace import Workspace

PATH = "/pagespeedonline/v5/runPagespeed"


async def check(ws: Workspace, services: list[str] | None = None, **keys: str) -> Connections:
    return await seo.test_connection.run({"services": services}, ws.with_credentials(api_keys=keys))


def put_example(site: Site, shared_data: Path, name: str) -> None:
    response = json.loads((shared_data / "api_examples" / f"psi_{name}.json").read_text())["response"]
    site.put(PATH, json.dumps(response["body"]), status=response["status"], content_type="application/json")


async def test_without_a_key_there_is_nothing_to_test(ws: Workspace) -> None:
    found = await check(ws)
    assert (found.status, found.services) == ("error", {})
    assert "No API key was given" in (found.error or "")


async def test_a_key_that_works(site: Site, ws: Workspace, shared_data: Path) -> None:
    put_example(site, shared_data, "ok_mobile")
    found = await check(ws, pagespeed="k-1234567")
    assert (found.status, found.error) == ("success", None)
    assert found.services["pagespeed"].outcome == "works"
    assert [asked.query["url"] for asked in site.asked] == [["https://example.com/"]]


async def test_a_key_that_is_refused(site: Site, ws: Workspace, shared_data: Path) -> None:
    put_example(site, shared_data, "err_400_bad_key")
    found = await check(ws, pagespeed="k-1234567")
    assert (found.status, found.error) == ("error", "API request failed: Invalid API key for pagespeed")
    assert found.services["pagespeed"].outcome == "invalid"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("err_429_minute", ("rate_limited", "error")),
        ("err_403_api_disabled", ("not_enabled", "error")),
        ("err_500", ("failing", "error")),
        ("err_400_page_down", ("works", "success")),
    ],
)
async def test_other_answers_have_their_own_outcomes(
    site: Site, ws: Workspace, shared_data: Path, name: str, expected: tuple[str, str]
) -> None:
    put_example(site, shared_data, name)
    found = await check(ws, pagespeed="k-1234567")
    assert (found.services["pagespeed"].outcome, found.status) == expected


async def test_keys_that_this_version_cannot_use_are_not_said_to_work(ws: Workspace) -> None:
    found = await check(ws, ahrefs="your_key", semrush="your_key", wonder="your_key")
    assert found.status == "error"
    assert {name: one.outcome for name, one in found.services.items()} == dict.fromkeys(
        ("ahrefs", "semrush", "wonder"), "unsupported"
    )
    assert "does not ask Ahrefs" in found.services["ahrefs"].reason
    assert "No vendor" in found.services["wonder"].reason


async def test_a_working_key_beside_an_unsupported_one_is_a_success(
    site: Site, ws: Workspace, shared_data: Path
) -> None:
    put_example(site, shared_data, "ok_mobile")
    found = await check(ws, pagespeed="k-1234567", moz="your_key")
    assert found.status == "success"
    assert found.services["moz"].outcome == "unsupported"


async def test_only_the_named_services_are_tested(site: Site, ws: Workspace) -> None:
    found = await check(ws, ["moz"], pagespeed="k-1234567", moz="your_key")
    assert list(found.services) == ["moz"]
    assert site.asked == []
    with pytest.raises(InvalidInput, match="no key was given for 'semrush'"):
        await check(ws, ["semrush"], moz="your_key")


def test_no_key_is_in_the_schema() -> None:
    assert list(seo.test_connection.parameters_schema["properties"]) == ["services"]
