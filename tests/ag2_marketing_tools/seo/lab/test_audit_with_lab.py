"""The audit with a visit in a real Chromium beside it, and without one."""

from __future__ import annotations

from pathlib import Path

import pytest
from loopback_site import Site

from ag2_marketing_tools.seo import Audit, run_audit
from ag2_marketing_tools.seo.model import CheckResult
from ag2_marketing_tools.workspace import Settings, Workspace

BY_BROWSER = ("mobile.overflow", "mobile.tap_targets", "a11y.axe")
GOOD = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Care at home in Maple Falls</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>Care at home</h1><p>We help older people at home.</p></main></body></html>"""
BAD = GOOD.replace(
    "</main>",
    """<div class="rota" style="width:1200px">Mon Tue</div><img src="data:," width="9" height="9">
    <div><button style="width:9px;height:9px;padding:0;border:0" aria-label="Call">c</button>
    <button style="width:9px;height:9px;padding:0;border:0" aria-label="Mail">m</button></div>
    <script>addEventListener("load", () => setTimeout(() => {
      const end = performance.now() + 400; while (performance.now() < end);
    }, 200));</script></main>""",
)


async def audited(ws: Workspace, url: str, **arguments: object) -> Audit:
    return await run_audit.run({"url": url, "max_pages": 1, **arguments}, ws)


def verdicts(audit: Audit) -> dict[str, CheckResult]:
    return {result.check: result for result in audit.checks}


@pytest.mark.needs("chromium")
async def test_a_good_page_passes_what_only_a_browser_can_judge(site: Site, ws: Workspace) -> None:
    audit = await audited(ws, site.put("/", GOOD), lab=True)
    assert audit.lab is not None
    assert {verdicts(audit)[check].verdict for check in BY_BROWSER} == {"pass"}
    assert verdicts(audit)["perf.tbt"].verdict == "pass"


@pytest.mark.needs("chromium")
async def test_a_bad_page_fails_them_with_the_elements_as_evidence(site: Site, ws: Workspace) -> None:
    audit = await audited(ws, site.put("/", BAD), lab=True)
    found = {finding.check: finding for finding in audit.findings}
    assert found["mobile.overflow"].verdict == "fail"
    assert "in a window of 412" in found["mobile.overflow"].message
    assert [one.element for one in found["mobile.overflow"].evidence] == ["div.rota"]
    assert found["mobile.tap_targets"].verdict == "warn"
    assert found["mobile.tap_targets"].measured is not None
    assert found["mobile.tap_targets"].measured.value == 2
    assert found["a11y.axe"].verdict == "fail"
    assert any("image-alt" in (one.excerpt or "") for one in found["a11y.axe"].evidence)
    assert found["perf.tbt"].measured is not None


async def test_without_a_visit_they_are_not_testable_and_say_how_to_get_one(
    site: Site, ws: Workspace
) -> None:
    audit = await audited(ws, site.put("/", BAD))
    assert audit.lab is None
    for check in BY_BROWSER:
        assert verdicts(audit)[check].verdict == "not_testable"
        assert "--lab" in (verdicts(audit)[check].reason or "")


async def test_a_browser_that_is_missing_loses_nothing_else(
    site: Site, ws: Workspace, tmp_path: Path
) -> None:
    values = ws.settings.model_dump() | {"browser_path": tmp_path / "no_such_program"}
    async with Workspace.open(Settings.model_validate(values), gateway=ws.gateway) as without:
        audit = await audited(without, site.put("/", GOOD), lab=True)
    assert audit.lab is None
    assert "browser_path" in (audit.lab_reason or "")
    assert verdicts(audit)["title.present"].verdict == "pass"


async def test_a_visit_is_left_out_where_no_part_needs_it(site: Site, ws: Workspace) -> None:
    audit = await audited(ws, site.put("/", GOOD), lab=True, specific_metrics=["meta"])
    assert audit.lab is None
    assert not set(BY_BROWSER) & set(verdicts(audit))
