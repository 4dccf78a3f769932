from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ag2_marketing_tools.messages import speaking
from ag2_marketing_tools.pages.parse import parse_document
from ag2_marketing_tools.pages.robots import RobotsTxt
from ag2_marketing_tools.seo.catalogue import PARTS, checks
from ag2_marketing_tools.seo.core_web_vitals import core_web_vitals
from ag2_marketing_tools.seo.engine import Judged, findings, judge, results, score, summary
from ag2_marketing_tools.seo.outcome import Outcome, failed, not_applicable, not_testable, passed, warned
from ag2_marketing_tools.seo.subject import Subject


def subject(url: str, html: str = "<p>Care") -> Subject:
    robots = RobotsTxt(url="https://care.example/robots.txt", status=404)
    page = parse_document(html.encode(), url=url)
    return Subject(page, robots, core_web_vitals("no key"), datetime(2026, 3, 2, tzinfo=UTC))


def verdicts(judged: list[Judged]) -> dict[str, str]:
    return {check.id: outcome.verdict for check, outcome in judged}


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:8000/", "http://localhost/", "http://intranet/", "http://10.0.0.1/", "http://a.test/"],
)
def test_what_belongs_to_the_public_site_is_not_judged_on_a_development_server(url: str) -> None:
    judged = judge(subject(url), PARTS)
    here = verdicts(judged)
    assert {here[one] for one in ("http.https", "sec.csp", "sec.xfo", "sec.xcto")} == {"not_testable"}
    assert here["title.present"] == "fail"  # the page's own fault is one everywhere
    reasons = {one.check: one.reason for one in results(judged)}
    assert "public site" in (reasons["http.https"] or "")


def test_the_same_counts_on_a_public_site() -> None:
    public = verdicts(judge(subject("http://care.example/"), PARTS))
    assert public["http.https"] == "fail"
    assert public["sec.csp"] == "warn"


@pytest.mark.parametrize("language", ["en", "de"])
def test_whatever_could_not_be_judged_says_why(language: str) -> None:
    with speaking(language):
        verdicts_with_reason = results(judge(subject("https://care.example/"), PARTS))
    reasons = {
        one.check: one.reason
        for one in verdicts_with_reason
        if one.verdict in {"not_applicable", "not_testable"}
    }
    assert {"links.broken_internal", "mobile.overflow"} <= reasons.keys()  # nothing was read or visited
    assert [check for check, reason in reasons.items() if not reason] == []


def test_only_the_checks_of_the_parts_are_run() -> None:
    judged = judge(subject("https://care.example/"), ("mobile",))
    assert list(verdicts(judged)) == [
        "mobile.viewport", "mobile.zoom", "mobile.overflow", "mobile.tap_targets"
    ]  # fmt: skip


def of(check: str, outcome: Outcome) -> Judged:
    return checks()[check], outcome


def test_findings_come_gravest_first() -> None:
    found = findings(
        [
            of("title.length", warned("short")),  # info
            of("og.core", warned("missing")),  # warning, low impact
            of("content.words", warned("few")),  # warning, medium impact
            of("img.alt", failed("missing")),  # warning, but a failure
            of("h1.present", failed("missing")),  # critical
            of("desc.present", passed()),
            of("schema.parse", not_applicable("none")),
        ]
    )
    assert [one.check for one in found] == [
        "h1.present",
        "img.alt",
        "content.words",
        "og.core",
        "title.length",
    ]


def test_the_summary_counts_verdicts_and_severities() -> None:
    counted = summary(
        [
            of("h1.present", failed("missing")),
            of("og.core", warned("missing")),
            of("title.present", passed()),
            of("schema.parse", not_applicable("none")),
            of("cwv.lcp", not_testable("no key")),
        ]
    )
    assert counted.model_dump() == {
        "checks": 5,
        "passed": 1,
        "warned": 1,
        "failed": 1,
        "not_applicable": 1,
        "not_testable": 1,
        "critical": 1,
        "warning": 1,
        "info": 0,
    }


def test_the_score_by_hand() -> None:
    # critical 10 failed, warning 4 warned (half), critical 10 passed: 100 * (1 - (10 + 2) / 24)
    judged = [of("h1.present", failed("x")), of("og.core", warned("x")), of("title.present", passed())]
    assert score(judged).value == 50.0
    assert score([*judged, of("cwv.lcp", not_testable("x"))]).value == 50.0
    assert score([of("title.present", passed())]).value == 100.0


def test_no_score_where_nothing_was_judged() -> None:
    none = score([of("cwv.lcp", not_testable("no key"))])
    assert none.value is None
    assert none.reason


def test_a_judgement_does_not_change_with_the_order_of_parts() -> None:
    page = subject("https://care.example/")
    assert judge(page, PARTS) == judge(replace(page), tuple(reversed(PARTS)))
