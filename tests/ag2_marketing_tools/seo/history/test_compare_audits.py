"""A page is audited, changed and audited again: what the comparison says of it."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from loopback_site import Site

from ag2_marketing_tools.errors import InvalidInput, NotFound
from ag2_marketing_tools.history import list_history
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.seo import Audit, AuditComparison, compare_audits, run_audit
from ag2_marketing_tools.workspace import Workspace

PUBLIC = "http://care.example/"
PARTS = ["meta", "headings", "images", "indexing"]
FAULTY = """<!doctype html><html lang=en><head><meta charset=utf-8><title>Care</title>
<meta name=viewport content="width=device-width, initial-scale=1"></head>
<body><h2>Our nurses</h2><img src=/a.jpg width=9 height=9><img src=/b.jpg width=9 height=9>
<p>Our nurses visit your parents at home in Lisbon every day and cook a meal with them.</p></body></html>"""
SHORT = {"title.length", "title.pixels"}
TITLE = "<title>Home care in Lisbon by trained nurses</title>"


async def audit(ws: Workspace, site: Site, page: str, **arguments: Any) -> Audit:
    """Audit the page as it is now; a day goes by until the next."""
    site.put("/", page)
    ws.clock.advance(86_400)  # type: ignore[attr-defined]
    return await run_audit.run({"url": PUBLIC, "specific_metrics": PARTS, "max_pages": 1, **arguments}, ws)


async def compare(ws: Workspace, **arguments: Any) -> AuditComparison:
    return await compare_audits.run({"url": PUBLIC, **arguments}, ws)


def checks(changes: list[Any]) -> set[str]:
    return {one.check for one in changes}


async def test_exactly_what_was_mended_is_fixed(site: Site, ws: Workspace) -> None:
    first = await audit(ws, site, FAULTY)
    mended = FAULTY.replace("<title>Care</title>", TITLE).replace("<h2>", "<h1>Home care</h1><h2>")
    second = await audit(ws, site, mended)
    found = await compare(ws)
    assert found.compared
    before, after = ({one.check for one in each.findings} for each in (first, second))
    assert checks(found.fixed) == before - after == {*SHORT, "h1.present"}
    assert checks(found.new) == after - before == set()
    assert checks(found.unchanged) == before & after
    assert found.counts.fixed == 3
    assert (found.latest.id, found.earlier.id) == (second.history_id, first.history_id)
    assert found.score is not None
    assert found.score.difference is not None
    assert found.score.difference.value == pytest.approx(second.score.value - first.score.value)
    assert found.score.difference.unit == "point"


async def test_a_fixed_finding_tells_what_it_was_and_nothing_to_do(site: Site, ws: Workspace) -> None:
    await audit(ws, site, FAULTY)
    await audit(ws, site, FAULTY.replace("<title>Care</title>", TITLE))
    fixed, _ = (await compare(ws)).fixed
    assert (fixed.verdict_earlier, fixed.verdict_latest) == ("warn", "pass")
    assert fixed.message_earlier
    assert (fixed.message_latest, fixed.what_to_do) == (None, None)


async def test_what_came_is_new_and_says_how_to_mend_it(site: Site, ws: Workspace) -> None:
    await audit(ws, site, FAULTY.replace("<title>Care</title>", TITLE))
    await audit(ws, site, FAULTY)
    found = await compare(ws)
    assert checks(found.new) == SHORT
    assert found.new[0].what_to_do
    assert found.score.difference.value < 0


async def test_more_of_the_same_is_worse_and_less_is_better(site: Site, ws: Workspace) -> None:
    await audit(ws, site, FAULTY)
    more = FAULTY.replace("<p>", "<img src=/c.jpg width=9 height=9><p>")
    await audit(ws, site, more)
    (worse,) = (await compare(ws)).worse
    assert worse.check == "img.alt"
    assert worse.measured is not None
    assert (worse.measured.earlier, worse.measured.latest) == (2, 3)
    assert (worse.measured.difference.value, worse.measured.difference.unit) == (1, "image")
    await audit(ws, site, FAULTY)
    assert checks((await compare(ws)).better) == {"img.alt"}


async def test_without_an_earlier_audit_it_says_so(site: Site, ws: Workspace) -> None:
    nothing = await compare(ws)
    assert (nothing.compared, nothing.latest) == (False, None)
    assert nothing.reason
    only = await audit(ws, site, FAULTY)
    found = await compare(ws)
    assert (found.compared, found.earlier) == (False, None)
    assert found.latest is not None
    assert found.latest.id == only.history_id
    assert found.reason
    assert found.counts.new == 0


async def test_other_parts_are_named_and_not_compared(site: Site, ws: Workspace) -> None:
    await audit(ws, site, FAULTY, specific_metrics=["meta"])
    await audit(ws, site, FAULTY, specific_metrics=["meta", "headings"])
    found = await compare(ws)
    reasons = {one.subject: one.reason for one in found.not_comparable}
    assert "headings" in reasons["h1.present"]
    assert "then" in reasons["h1.present"]
    assert reasons["score"]
    assert found.score.difference is None
    assert None not in (found.score.earlier, found.score.latest)
    assert "h1.present" not in checks(found.new)


async def _first_id(ws: Workspace) -> str:
    return (await list_history.run({"url": PUBLIC}, ws)).entries[-1].id


async def test_it_is_compared_with_the_one_that_is_named(site: Site, ws: Workspace) -> None:
    ids = [(await audit(ws, site, page)).history_id for page in (FAULTY, FAULTY + " ", FAULTY + "  ")]
    by_id = await compare(ws, against=ids[0])
    assert (by_id.earlier.id, by_id.latest.id) == (ids[0], ids[2])
    between = await compare(ws, run=ids[1], against=ids[0])
    assert (between.earlier.id, between.latest.id) == (ids[0], ids[1])
    day = by_id.earlier.at[:10]
    for form in (day, day.replace("-", "")):  # a bare date in any form means the end of its day
        assert (await compare(ws, against=form)).earlier.id == (await compare(ws, against=day)).earlier.id
    assert (await compare(ws, against=day)).earlier.id == ids[0]
    assert (await compare(ws, against=by_id.earlier.at)).earlier.id == ids[0]
    before_all = await compare(ws, against="2020-01-01")
    assert (before_all.compared, bool(before_all.reason)) == (False, True)


@pytest.mark.parametrize("against", ["yesterday", "2026-13-01", "", "0", "9999-12-31T99:00", "a" * 500])
async def test_what_is_neither_an_id_nor_a_time_is_refused(against: str, site: Site, ws: Workspace) -> None:
    await audit(ws, site, FAULTY)
    with pytest.raises(InvalidInput, match="neither the id of a stored run nor a date"):
        await compare(ws, against=against)


async def test_an_unknown_run_and_a_run_of_another_page_are_not_found(site: Site, ws: Workspace) -> None:
    await audit(ws, site, FAULTY)
    with pytest.raises(NotFound, match="'audit_999'"):
        await compare(ws, run="audit_999")
    other = site.put("/other", FAULTY)
    elsewhere = await run_audit.run({"url": other, "specific_metrics": ["meta"], "max_pages": 1}, ws)
    with pytest.raises(NotFound, match="is no audit of this page"):
        await compare(ws, against=elsewhere.history_id)
    with pytest.raises(InvalidInput, match="is the run itself"):
        await compare(ws, against=await _first_id(ws))


async def test_a_redirect_and_a_bare_host_lead_to_the_same_history(site: Site, ws: Workspace) -> None:
    await audit(ws, site, FAULTY)
    await audit(ws, site, FAULTY)
    for address in ("http://care.example", "HTTP://CARE.example:80/#top", "care.example"):
        assert (await compare_audits.run({"url": address}, ws)).compared, address


async def test_audits_side_by_side_are_all_kept(site: Site, ws: Workspace) -> None:
    site.put("/", FAULTY)
    one = {"url": PUBLIC, "specific_metrics": PARTS, "max_pages": 1}
    made = await asyncio.gather(*(run_audit.run(one, ws) for _ in range(8)))
    history = await list_history.run({"url": PUBLIC}, ws)
    assert {entry.id for entry in history.entries} == {each.history_id for each in made}
    assert (await compare(ws)).counts.unchanged == len(made[0].findings)


def test_every_difference_has_its_unit() -> None:
    units = marked(AuditComparison, "unit")
    assert units["/counts/new"] == "finding"
    assert "/score/difference/value" not in units  # it stands beside the figure
