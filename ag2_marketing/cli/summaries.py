"""The results of single commands as plain lines: the state, what matters, what is unknown, and what next."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ag2_marketing.report.escaping import one_line

WIDTH = 96
MOST_FINDINGS = 15
MOST_TERMS = 10
MOST_POSTS = 20
VITALS = {
    "lcp": "Largest Contentful Paint",
    "inp": "Interaction to Next Paint",
    "cls": "Cumulative Layout Shift",
}
_SEVERITIES = {"critical": "CRITICAL", "warning": "WARNING", "info": "advice"}

Facts = Mapping[str, Any]


def audit_lines(audit: Facts) -> Iterator[str]:
    """Yield an audit (as `public_audit` gives it) for a terminal."""
    if audit.get("status") == "error":
        yield from _failure("The page could not be audited", audit)
        return
    summary, findings = audit["summary"], audit["findings"]
    yield one_line(audit["final_url"])
    yield (
        f"{summary['checks']} checks: {summary['failed']} failed, {summary['warned']} with a warning, "
        f"{summary['passed']} passed."
    )
    yield from _section("What to mend, gravest first", _findings(findings))
    yield from _section("Core Web Vitals", _vitals(audit.get("core_web_vitals")))
    yield from _section("Not measured", _not_measured(audit))
    yield from _section("Notes", (line for note in audit.get("notes", ()) for line in _item(note)))
    yield ""
    if findings:
        yield from _wrapped(f"Start with: {findings[0]['title']}. {findings[0]['how_to_fix']}")
    else:
        yield "The checks that were made found nothing to mend."


def content_lines(analysis: Facts) -> Iterator[str]:
    """Yield a content analysis for a terminal."""
    if analysis.get("status") == "error":
        yield from _failure("The content could not be analysed", analysis)
        return
    page = analysis["page"]
    yield one_line(page["url"])
    words = f"{page['words']} words" if page["words"] is not None else page["words_reason"]
    keywords = ", ".join(analysis["primary_keywords"][:MOST_TERMS]) or "none that stand out"
    yield from _wrapped(f"Text: {words}. Primary keywords: {keywords}.")
    yield from _section("Recommended", _recommended_texts(analysis))
    yield from _section("Outline", _outline(analysis["content_outline"]))
    yield from _section("Competitors cover, this page does not", _content_gaps(analysis))
    yield from _section("What to do, most useful first", _recommendations(analysis["recommendations"]))
    yield from _section("Not known", _unknown(analysis))
    yield from _section("Notes", (line for note in analysis["notes"] for line in _item(note)))


def campaign_lines(campaign: Facts) -> Iterator[str]:
    """Yield a stored campaign for a terminal."""
    if campaign.get("status") == "error":
        yield from _failure("The campaign was not stored", campaign)
        return
    counts, posts = campaign["counts"], campaign["scheduled_posts"]
    yield f"{one_line(campaign['name'])} ({campaign['campaign_id']}): {campaign['status'].replace('_', ' ')}"
    by_state = [
        f"{number} {state.replace('_', ' ')}"
        for state, number in counts.items()
        if state != "posts" and number
    ]
    yield (
        f"{counts['posts']} posts: {', '.join(by_state)}. Nothing has been published."
        if posts
        else "No posts."
    )
    yield from _section("Posts", _posts(posts))
    missing = sorted({name for post in posts for name in post["preview"]["missing_credentials"]})
    yield from _section("Needed before publishing", (line for name in missing for line in _item(name)))
    warnings = [*campaign.get("warnings", ()), *(w for post in posts for w in post["preview"]["warnings"])]
    yield from _section("Warnings", (line for warning in dict.fromkeys(warnings) for line in _item(warning)))
    if campaign["status"] == "awaiting_approval":
        yield ""
        yield f"Next: ag2-marketing call approve_campaign --arg campaign_id={campaign['campaign_id']}"


# ---- parts


def _findings(findings: list[Facts]) -> Iterator[str]:
    for finding in findings[:MOST_FINDINGS]:
        yield from _item(f"{_SEVERITIES[finding['severity']]}: {finding['title']}. {finding['message']}")
        yield from _wrapped(f"Fix: {finding['how_to_fix']}", indent="    ")
    if len(findings) > MOST_FINDINGS:
        yield f"  … and {len(findings) - MOST_FINDINGS} more (--json lists them all)"


def _vitals(vitals: Facts | None) -> Iterator[str]:
    for key, name in VITALS.items():
        vital = vitals[key] if vitals else None
        if vital and vital["value"] is not None:
            unit = "" if vital["unit"] == "score" else f" {vital['unit']}"
            good = f"good up to {vital['threshold_good']:g}{unit}"
            yield from _item(
                f"{name}: {vital['value']:g}{unit}, {vital['rating']} ({good}, {vital['source']})"
            )


def _not_measured(audit: Facts) -> Iterator[str]:
    vitals = audit.get("core_web_vitals") or {}
    reasons: dict[str, list[str]] = {}
    for key, name in VITALS.items():
        if vitals and vitals[key]["value"] is None:
            reasons.setdefault(str(vitals[key]["reason"] or vitals.get("reason")), []).append(name)
    for check in audit.get("checks", ()):
        if check["verdict"] == "not_testable":
            reasons.setdefault(str(check["reason"]), []).append(check["check"])
    for reason, names in reasons.items():
        yield from _item(f"{', '.join(names)}: {reason}")


def _recommended_texts(analysis: Facts) -> Iterator[str]:
    names = {
        "recommended_title": "Title",
        "recommended_meta_description": "Meta description",
        "recommended_h1": "Main heading",
    }
    for basis in analysis["recommendation_basis"]:
        name, text = names[basis["field"]], analysis[basis["field"]]
        if basis["unchanged"]:
            yield from _item(f"{name}: good as it is")
        else:
            yield from _item(f"{name}: {text if text is not None else basis['reason']}")


def _outline(sections: list[Facts]) -> Iterator[str]:
    for section in sections:
        yield f"  {'  ' * (section['level'] - 1)}- {one_line(section['heading'])}"


def _content_gaps(analysis: Facts) -> Iterator[str]:
    for gap in analysis["content_gaps"][:MOST_TERMS]:
        yield from _item(
            f"{gap['term']} ({gap['covered_by_count']} of {gap['competitors_compared']} competitors)"
        )


def _recommendations(recommendations: list[Facts]) -> Iterator[str]:
    for advice in recommendations:
        yield from _item(
            f"{advice['action']} {advice['why']} (impact {advice['impact']}, effort {advice['effort']})"
        )


def _unknown(analysis: Facts) -> Iterator[str]:
    if analysis["content_gaps_reason"]:
        yield from _item(f"Gaps: {analysis['content_gaps_reason']}")
    opportunities = analysis["keyword_opportunities"]
    if opportunities and opportunities[0]["search_volume"] is None:
        yield from _item(f"Search volume: {opportunities[0]['reason']}")
    for rival in analysis["competitor_analysis"]:
        if rival["status"] == "unreadable":
            yield from _item(f"{rival['asked']}: {rival['reason']}")


def _posts(posts: list[Facts]) -> Iterator[str]:
    for post in posts[:MOST_POSTS]:
        state = post["state"].replace("_", " ") + (f" ({post['reason']})" if post["reason"] else "")
        yield f"  {post['local_time']}  {post['platform']}, {one_line(state)}"
        yield from _wrapped(post["preview"]["text"], indent="    ")
    if len(posts) > MOST_POSTS:
        yield f"  … and {len(posts) - MOST_POSTS} more (--json lists them all)"


# ---- layout


def _failure(what: str, answer: Facts) -> Iterator[str]:
    yield from _wrapped(f"{what}: {answer.get('error')}")


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    body = list(lines)
    if body:
        yield ""
        yield title
        yield from body


def _item(text: object) -> Iterator[str]:
    first, *rest = textwrap.wrap(one_line(text), WIDTH - 4) or [""]
    yield f"  - {first}"
    yield from (f"    {line}" for line in rest)


def _wrapped(text: object, indent: str = "") -> Iterator[str]:
    yield from textwrap.wrap(one_line(text), WIDTH, initial_indent=indent, subsequent_indent=indent)
