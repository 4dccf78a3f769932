"""Two audits as they are stored, side by side: which way each check went, and what cannot be compared."""

from __future__ import annotations

from typing import Any

import pytest

from ag2_marketing_tools.seo import AuditComparison, compare_audits
from ag2_marketing_tools.seo.catalogue import PARTS
from ag2_marketing_tools.seo.history.compare import compare_checks
from ag2_marketing_tools.seo.history.direction import gone_worse
from ag2_marketing_tools.seo.history.snapshot import AuditSnapshot, FigureSeen
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.analyses import Headline, StoredAnalysis, save
from ag2_marketing_tools.workspace.store.conversations import Subject

URL = "https://care.example/"
LIMITS = {"good": 0}


def finding(check: str, verdict: str, **more: Any) -> dict[str, Any]:
    return {
        "check": check, "title": f"About {check}", "severity": "warning", "verdict": verdict, "message": "m", **more
    }  # fmt: skip


def figure(value: float, unit: str = "link", limits: Any = None) -> dict[str, Any]:
    return {"value": value, "unit": unit, "limits": LIMITS if limits is None else limits}


def audit(verdicts: dict[str, Any], **more: Any) -> dict[str, Any]:
    """An audit in its stored form; a verdict may come with the figure behind it."""
    plain = {check: one if isinstance(one, tuple) else (one, None) for check, one in verdicts.items()}
    return {
        "final_url": URL,
        "http_status": 200,
        "score": {"value": 80.0},
        "summary": {"critical": 0, "warning": 1, "info": 0},
        "findings": [
            finding(check, verdict, measured=measured)
            for check, (verdict, measured) in plain.items()
            if verdict in {"warn", "fail"}
        ],
        "checks": [
            {"check": check, "verdict": verdict, "reason": "because"} for check, (verdict, _) in plain.items()
        ],
        "parts": list(PARTS),
        **more,
    }


def ways(earlier: dict[str, Any], latest: dict[str, Any], *, with_site: bool = False) -> dict[str, str]:
    compared = compare_checks(
        AuditSnapshot.model_validate(earlier), AuditSnapshot.model_validate(latest), with_site=with_site
    )
    found = {one.check: way for way, changes in compared.findings.items() for one in changes}
    return {**found, **{one.subject: one.reason for one in compared.not_comparable}}


@pytest.mark.parametrize(
    ("then", "now", "way"),
    [
        ("pass", "warn", "new"), ("not_applicable", "fail", "new"), ("warn", "pass", "fixed"),
        ("fail", "not_applicable", "fixed"), ("warn", "fail", "worse"), ("fail", "warn", "better"),
        ("fail", "fail", "unchanged"), ("pass", "pass", None), ("not_testable", "not_applicable", None),
        (("warn", figure(3)), ("warn", figure(5)), "worse"),
        (("warn", figure(5)), ("warn", figure(3)), "better"),
        (("warn", figure(3)), ("warn", figure(3)), "unchanged"),
        (("warn", figure(3)), ("warn", figure(5, "image")), "unchanged"),
        (("warn", figure(900, "ms")), ("warn", figure(1700, "ms")), "unchanged"),
        (("warn", figure(900, "ms")), ("fail", figure(1900, "ms")), "worse"),
    ],
)  # fmt: skip
def test_each_pair_of_verdicts_goes_one_way(then: Any, now: Any, way: str | None) -> None:
    assert ways(audit({"link.broken": then}), audit({"link.broken": now})).get("link.broken") == way


@pytest.mark.parametrize(
    ("then", "now", "words"),
    [
        ("not_testable", "fail", "then: because"),
        ("fail", "not_testable", "now: because"),
        ("pass", "not_testable", "now"),
    ],
)  # fmt: skip
def test_what_could_not_be_tested_once_is_neither_new_nor_fixed(then: str, now: str, words: str) -> None:
    assert words in ways(audit({"http.https": then}), audit({"http.https": now}))["http.https"]


def test_a_check_that_the_catalogue_got_or_lost_is_named() -> None:
    without, having = audit({}), audit({"made.up": "fail", "img.alt": "fail"})
    assert "did not have it then" in ways(without, having)["made.up"]
    assert "does not have it any more" in ways(having, without)["made.up"]


def test_a_part_that_was_not_asked_for_is_named() -> None:
    few = audit({}, parts=["meta"])
    assert "images" in ways(few, audit({"img.alt": "fail"}))["img.alt"]
    assert "not asked for now" in ways(audit({"img.alt": "fail"}), few)["img.alt"]


@pytest.mark.parametrize(
    ("then", "now", "limits", "worse"),
    [
        (70, 80, {"minimum": 30, "maximum": 60}, True), (80, 70, {"minimum": 30, "maximum": 60}, False),
        (10, 5, {"minimum": 30, "maximum": 60}, True), (5, 70, {"minimum": 30, "maximum": 60}, False),
        (1, 2, {"good": 800, "poor": 1800}, None), (900, 2000, {"good": 800, "poor": 1800}, True),
        (50, 40, {"good": 90, "poor": 50}, True), (1, 2, {"from": 1}, None), (1, 2, {}, None),
    ],
)  # fmt: skip
def test_further_from_the_threshold_is_worse(
    then: float, now: float, limits: Any, worse: bool | None
) -> None:
    seen = [FigureSeen(value=value, unit="character", limits=limits) for value in (then, now)]
    assert gone_worse(*seen) is worse


# Pages of the site


def site(**affected: int) -> dict[str, Any]:
    return {
        "judged_count": 20,
        "findings": [
            finding(check.replace("_", ".", 1), "warn", pages_affected=number)
            for check, number in affected.items()
        ],
    }


@pytest.mark.parametrize(
    ("then", "now", "way"),
    [(0, 3, "new"), (3, 0, "fixed"), (3, 5, "worse"), (5, 3, "better"), (3, 3, "unchanged")],
)  # fmt: skip
def test_the_pages_that_a_check_affects_tell_the_way(then: int, now: int, way: str) -> None:
    audits = [
        audit({"img.alt": "pass"}, site=site(**({"img_alt": number} if number else {})))
        for number in (then, now)
    ]
    assert ways(*audits, with_site=True) == {"img.alt": way}


def test_a_start_page_that_was_mended_leaves_the_other_pages() -> None:
    then, now = (
        audit({"img.alt": "warn"}, site=site(img_alt=9)),
        audit({"img.alt": "pass"}, site=site(img_alt=8)),
    )
    compared = compare_checks(
        AuditSnapshot.model_validate(then), AuditSnapshot.model_validate(now), with_site=True
    )
    (better,) = compared.findings["better"]
    assert better.pages is not None
    assert (better.pages.earlier, better.pages.latest) == (9, 8)
    assert (better.pages.difference.value, better.pages.difference.unit) == (-1, "page")  # type: ignore[union-attr]


async def stored(ws: Workspace, name: str, found: Any, **more: Any) -> None:
    """Put an audit into the store as one that was finished now; an hour goes by."""
    given = {
        "parameters": {"url": URL, "max_pages": None},
        "catalogue_version": "c1",
        "result": {"version": 1, "complete": True, "result": found},
        **more,
    }
    await save(
        ws.store,
        StoredAnalysis(
            id=name, kind="audit", page_url=URL, finished_at=ws.clock.now(), product_version="1", size=1,
            headline=Headline(), subjects=(Subject("page", URL),), **given,
        ),
        most=99,
    )  # fmt: skip
    ws.clock.advance(3600)  # type: ignore[attr-defined]


async def compared(ws: Workspace, **arguments: Any) -> AuditComparison:
    return await compare_audits.run({"url": URL, **arguments}, ws)


async def test_pages_are_only_compared_where_both_looked_at_as_many(workspace: Workspace) -> None:
    one, many = audit({"img.alt": "pass"}), audit({"img.alt": "pass"}, site=site(img_alt=4))
    await stored(workspace, "a", one)
    await stored(workspace, "b", many)
    first = await compared(workspace)
    await stored(workspace, "c", many, parameters={"max_pages": 100})
    second = await compared(workspace)
    await stored(workspace, "d", one)
    third = await compared(workspace)
    reasons = [found.not_comparable[0].reason for found in (first, second, third)]
    assert [found.not_comparable[0].subject for found in (first, second, third)] == ["pages"] * 3
    assert "earlier audit looked at one page only" in reasons[0]
    assert "the default then, 100 now" in reasons[1]
    assert "latest audit looked at one page only" in reasons[2]
    assert first.new == second.new == third.fixed == []


# Other figures


async def test_vitals_of_the_same_kind_are_compared_and_others_are_named(workspace: Workspace) -> None:
    def vitals(**values: Any) -> dict[str, Any]:
        return {
            name: {"value": value, "unit": "ms", "source": source, "covers": "page"}
            for name, (value, source) in values.items()
        }

    then = vitals(lcp=(2400.0, "field"), inp=(180.0, "field"), cls=(None, None))
    now = vitals(lcp=(2100.5, "field"), inp=(150.0, "lab"), cls=(0.1, "field"))
    await stored(workspace, "a", audit({}, core_web_vitals=then))
    await stored(workspace, "b", audit({}, core_web_vitals=now))
    found = await compared(workspace)
    (lcp,) = found.vitals
    assert (lcp.name, lcp.earlier, lcp.latest) == ("lcp", 2400.0, 2100.5)
    assert lcp.difference is not None
    assert (lcp.difference.value, lcp.difference.unit) == (-299.5, "ms")
    assert {one.subject for one in found.not_comparable} == {"inp", "cls"}


async def test_what_else_changed_is_noted(workspace: Workspace) -> None:
    await stored(workspace, "a", audit({}))
    elsewhere = audit({}, final_url="https://care.example/new", http_status=404)
    await stored(workspace, "b", elsewhere, catalogue_version="c2")
    notes = " ".join((await compared(workspace)).notes)
    assert "https://care.example/new" in notes
    assert "catalogue of checks changed" in notes
    assert "HTTP 404" in notes


# Rows of other versions


async def test_an_audit_of_the_first_version_stays_readable(workspace: Workspace) -> None:
    """As the first version wrote it: no site, no other part of the audit that came later, and some that went."""
    first = {
        "final_url": URL, "score": {"value": 70.0, "best": 100}, "summary": {"checks": 2, "critical": 1},
        "findings": [{**finding("img.alt", "fail"), "gone_since": True}],
        "checks": [{"check": "img.alt", "verdict": "fail"}], "parts": list(PARTS), "long_gone": {"x": 1},
    }  # fmt: skip
    await stored(workspace, "a", first)
    await stored(workspace, "b", audit({"img.alt": "pass"}))
    found = await compared(workspace)
    assert [one.check for one in found.fixed] == ["img.alt"]


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ({"version": 99, "result": {}}, "newer version"),
        ({"version": 1, "result": {"final_url": 7}}, "damaged"),
        ({"version": 1, "result": None}, "damaged"),
        ({"version": 1}, "damaged"),
        ({"version": "1", "result": {}}, "not known"),
        ([], "not known"),
        ("text", "not known"),
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_passed_over_and_told(
    workspace: Workspace, result: Any, words: str
) -> None:
    await stored(workspace, "a", audit({"img.alt": "fail"}))
    await stored(workspace, "bad", None, result=result)
    await stored(workspace, "c", audit({"img.alt": "pass"}))
    found = await compared(workspace)
    assert found.earlier is not None
    assert found.earlier.id == "a"
    (note,) = found.notes
    assert "bad" in note
    assert words in note
    named = await compared(workspace, against="bad")
    assert (named.compared, named.earlier) == (False, None)
    assert words in (named.reason or "")
    itself = await compared(workspace, run="bad")
    assert (itself.compared, itself.latest) == (False, None)
