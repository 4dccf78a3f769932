"""The grading: twelve findings, what each is worth, and the score and grade that they come to."""

from __future__ import annotations

from ag2_marketing_tools.messages import say
from ag2_marketing_tools.seo.observatory import preload as preload_lists
from ag2_marketing_tools.seo.observatory.checks import cross_origin, page_headers, transport
from ag2_marketing_tools.seo.observatory.checks.content_security_policy import (
    content_security_policy,
    is_framed_by_meta_only,
)
from ag2_marketing_tools.seo.observatory.checks.cookies import cookies
from ag2_marketing_tools.seo.observatory.checks.subresource_integrity import subresource_integrity
from ag2_marketing_tools.seo.observatory.finding import Finding
from ag2_marketing_tools.seo.observatory.observed import ObservedSite, host_of
from ag2_marketing_tools.seo.observatory.preload import PreloadList
from ag2_marketing_tools.seo.observatory.result import GradedTest, ObservatoryResult, PreloadUse
from ag2_marketing_tools.seo.observatory.rules import ScoredTest, meanings, scoring

_LONGEST_VALUE = 300

Findings = dict[str, Finding]


def grade(site: ObservedSite, *, preload: PreloadList | None = None) -> ObservatoryResult:
    """Grade a site exactly as the MDN HTTP Observatory does (algorithm 6, at 94042bb of 2026-08-20).

    Negative modifiers always count; positive ones only from 90 points on. Any headers may be given: what
    cannot be read is a result of its test, never an error.

    Args:
        site: What was seen; `observed` says how to fill it.
        preload: The HSTS preload list; the seed that comes with this package where none is given.
    """
    preload = preload or preload_lists.shipped()
    findings = _findings(site, preload)
    otherwise = _otherwise(site, preload)
    other = findings | _findings_by_preload(site, otherwise) if otherwise else findings
    depends = {name for name in findings if findings[name].result != other[name].result}
    tests = [_graded(test, findings[test.name], depends) for test in scoring().tests]
    passed = sum(test.passed for test in tests)
    is_graded = scoring().grades_status(site.page.status)
    score, without_credit = scoring().score([test.modifier for test in tests])
    return ObservatoryResult(
        algorithm_version=scoring().algorithm_version,
        score=score if is_graded else None,
        grade=scoring().grade(score) if is_graded else None,
        reason=None
        if is_graded
        else say("The Observatory does not grade a page of status {status}.", status=str(site.page.status)),
        score_without_extra_credit=without_credit if is_graded else None,
        tests_passed=passed,
        tests_failed=len(tests) - passed,
        tests=tests,
        preload=_preload_use(site, preload, other if depends and is_graded else None, depends),
        notes=_notes(site),
    )


def _findings(site: ObservedSite, preload: PreloadList) -> Findings:
    return {
        "content-security-policy": content_security_policy(site),
        "cross-origin-resource-sharing": cross_origin.resource_sharing(site),
        "cross-origin-resource-policy": cross_origin.resource_policy(site),
        "cross-origin-embedder-policy": cross_origin.embedder_policy(site),
        "cross-origin-opener-policy": cross_origin.opener_policy(site),
        "referrer-policy": page_headers.referrer_policy(site),
        "subresource-integrity": subresource_integrity(site),
        "x-content-type-options": page_headers.content_type_options(site),
        "x-frame-options": page_headers.frame_options(site),
        **_findings_by_preload(site, preload),
    }


def _findings_by_preload(site: ObservedSite, preload: PreloadList) -> Findings:
    """Return the findings that the preload list may change."""
    hsts = transport.strict_transport_security(site, preload)
    return {
        "cookies": cookies(site, has_hsts=_passes("strict-transport-security", hsts.result)),
        "redirection": transport.redirection(site, preload),
        "strict-transport-security": hsts,
    }


def _passes(test: str, result: str) -> bool:
    rules = next(rules for rules in scoring().tests if rules.name == test)
    return rules.results[result].passes


def _graded(test: ScoredTest, finding: Finding, depends: set[str]) -> GradedTest:
    standing = test.results[finding.result]
    return GradedTest(
        name=test.name,
        expectation=test.expectation,
        result=finding.result,
        passed=standing.passes,
        modifier=standing.points,
        means=say(meanings()[finding.result]),
        value=finding.value[:_LONGEST_VALUE] if finding.value is not None else None,
        depends_on_preload_list=test.name in depends,
    )


def _hosts(site: ObservedSite) -> frozenset[str]:
    route = site.http.route if site.http else ()
    return frozenset({site.hostname, *(host_of(url) for url in route)})


def _otherwise(site: ObservedSite, preload: PreloadList) -> PreloadList | None:
    """Return a list that says the opposite of the site's hosts, None where this list leaves no doubt.

    An entry might have been dropped since; that a host is missing says something only in a complete list.
    """
    hosts = _hosts(site)
    if any(preload.match(host) for host in hosts):
        return preload.model_copy(update={"with_subdomains": frozenset(), "host_only": frozenset()})
    return None if preload.complete else preload.model_copy(update={"host_only": hosts})


def _preload_use(
    site: ObservedSite, preload: PreloadList, other: Findings | None, depends: set[str]
) -> PreloadUse:
    entry = preload.match(site.hostname)
    score_otherwise = None
    if other is not None:
        points = [test.results[other[test.name].result].points for test in scoring().tests]
        score_otherwise, _ = scoring().score(points)
    return PreloadUse(
        source=preload.source,
        as_of=preload.as_of,
        complete=preload.complete,
        entry=entry,
        score_otherwise=score_otherwise,
        note=_preload_note(preload, depends),
    )


def _preload_note(preload: PreloadList, depends: set[str]) -> str | None:
    if not depends:
        return None
    names = ", ".join(sorted(depends))
    if preload.complete:
        return f"{names}: rests on the HSTS preload list of {preload.as_of}."
    return (
        f"{names}: rests on an incomplete HSTS preload list (no older than {preload.as_of}), so that a "
        "preloaded site may go unnoticed; give a list made by refresh_preload to be sure."
    )


def _notes(site: ObservedSite) -> list[str]:
    if not is_framed_by_meta_only(site):
        return []
    return ["frame-ancestors stands in a <meta> only: it is scored, but browsers ignore it there."]
