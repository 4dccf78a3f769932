"""The results of single commands as plain lines: the state, what matters, what is unknown, and what next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ag2_marketing.cli.lab_summary import lab
from ag2_marketing.cli.layout import item as _item
from ag2_marketing.cli.layout import section as _section
from ag2_marketing.cli.layout import wrapped as _wrapped
from ag2_marketing.cli.protection_summary import protection
from ag2_marketing.cli.site_summary import site_findings, site_state
from ag2_marketing.report.escaping import one_line

MOST_FINDINGS = 15
MOST_TERMS = 10
MOST_TOPICS = 6
MOST_LINKS = 5
MOST_POSTS = 20
KINDS = {
    "striking_distance": "found, but seldom seen",
    "focus_absent": "a focus keyword that the page does not use",
    "behind_competitors": "competitors have it in a title or heading, this page only in its text",
    "weak_placement": "stands in the text alone",
    "competitor_term": "a competitor's term",
}
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
    yield from _section("The site", (line for text in site_state(audit) for line in _item(text)))
    yield from _section("Across the site", (line for text in site_findings(audit) for line in _item(text)))
    yield from _section("Core Web Vitals", _vitals(audit.get("core_web_vitals")))
    yield from _section("In a browser", (line for text in lab(audit) for line in _item(text)))
    yield from _section("Visitors' protection", (line for text in protection(audit) for line in _item(text)))
    yield from _section("Not measured", _not_measured(audit))
    yield from _section("Notes", (line for note in audit.get("notes", ()) for line in _item(note)))
    yield ""
    if findings:
        yield from _wrapped(f"Start with: {findings[0]['title']}. {findings[0]['how_to_fix']}")
    else:
        yield "The checks that were made found nothing to mend."


def content_lines(analysis: Facts) -> Iterator[str]:
    """Yield a content analysis for a terminal: what to do, what to write, what that rests on, what is unknown."""
    if analysis.get("status") == "error":
        yield from _failure("The content could not be analysed", analysis)
        return
    page = analysis["page"]
    yield one_line(page["url"])
    words = f"{page['words']} words" if page["words"] is not None else page["words_reason"]
    keywords = ", ".join(analysis["primary_keywords"][:MOST_TERMS]) or "none that stand out"
    yield from _wrapped(f"Text: {words}. Primary keywords: {keywords}.")
    yield from _section("What to do, most useful first", _recommendations(analysis["recommendations"]))
    yield from _section("Recommended", _recommended_texts(analysis))
    yield from _section("Outline", _outline(analysis["content_outline"]))
    yield from _section(_opportunities_title(analysis), _opportunities(analysis))
    yield from _section("Competitors cover, this page does not", _content_gaps(analysis))
    yield from _section("Topics, and who covers them", _topics(analysis))
    yield from _section("Links to set", _links(analysis["internal_links"]))
    yield from _section("The text itself", _text_facts(analysis))
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
            if basis["write_first"]:
                yield from _wrapped(basis["write_first"], indent="    ")


def _outline(sections: list[Facts]) -> Iterator[str]:
    for section in sections:
        yield f"  {'  ' * (section['level'] - 1)}- {one_line(section['heading'])}"


def _opportunities_title(analysis: Facts) -> str:
    demand = analysis["search_demand"]
    if demand["vendor"] is None:
        return "Terms to make more of"
    return f"Terms to make more of (searches a month in {demand['country']}: {demand['vendor']})"


def _opportunities(analysis: Facts) -> Iterator[str]:
    for chance in analysis["keyword_opportunities"][:MOST_TERMS]:
        yield from _item(f"{chance['term']}: {'; '.join(_about(chance))}")
    yield from _more(analysis["keyword_opportunity_count"], MOST_TERMS)


def _about(chance: Facts) -> Iterator[str]:
    search = chance["own_search"]
    if search:
        yield (
            f"found at position {search['position']:g}, {search['impressions']:g} impressions, "
            f"{search['clicks']:g} clicks (Google Search Console)"
        )
    else:
        yield KINDS[chance["kind"]]
    if chance["search_volume"] is not None:
        yield f"{chance['search_volume']:g} searches"
    if chance["difficulty"] is not None:
        yield f"difficulty {chance['difficulty']:g} of 100"


def _content_gaps(analysis: Facts) -> Iterator[str]:
    gaps = [gap for gap in analysis["content_gaps"] if gap["kind"] == "topic"]
    for gap in gaps[:MOST_TERMS]:
        heading = next((text for one in gap["covered_by"] for text in one["headings"]), None)
        where = f", as in “{heading}”" if heading else ""
        yield from _item(
            f"{gap['term']} ({gap['covered_by_count']} of {gap['competitors_compared']} competitors{where})"
        )
    yield from _more(len(gaps), MOST_TERMS)


def _topics(analysis: Facts) -> Iterator[str]:
    for topic in analysis["topics"][:MOST_TOPICS]:
        terms = ", ".join(topic["terms"][:5])
        here = "covered here" if topic["covered_here"] else "not covered here"
        yield from _item(
            f"{terms} ({here}; {topic['covered_by_count']} of {topic['competitors_compared']} competitors)"
        )
    yield from _more(analysis["topic_count"], MOST_TOPICS)


def _links(links: Facts) -> Iterator[str]:
    for name, direction in (("to_this_page", "from"), ("from_this_page", "to")):
        for one in links[name][:MOST_LINKS]:
            yield from _item(f"{direction} {one[f'{direction}_url']}: “{one['anchor_text']}”")
            yield from _wrapped(f"in: {one['sentence']}", indent="    ")
        yield from _more(links[f"{name}_count"], MOST_LINKS)


def _text_facts(analysis: Facts) -> Iterator[str]:
    readability, fresh = analysis["page"]["readability"], analysis["freshness"]
    if readability["reading_ease"] is not None:
        yield from _item(
            f"Reading ease: {readability['reading_ease']:g} (0 to 100; {readability['formula']})"
        )
    if fresh["age_days"] is not None:
        yield from _item(f"Age by its own dates: {fresh['age_days']} days")
    for text in fresh["disagreements"]:
        yield from _item(text)
    for one in analysis["duplicate_content"]["pages"]:
        yield from _item(f"{one['shared_percent']:g} % of the text also stands on {one['url']}")
    asked = analysis["structure"]["question_count"]
    if asked:
        yield from _item(f"Questions asked in it: {asked}")


def _recommendations(recommendations: list[Facts]) -> Iterator[str]:
    for advice in recommendations:
        yield from _item(
            f"{advice['action']} {advice['why']} (impact {advice['impact']}, effort {advice['effort']})"
        )


def _unknown(analysis: Facts) -> Iterator[str]:
    if analysis["content_gaps_reason"]:
        yield from _item(f"Gaps: {analysis['content_gaps_reason']}")
    if analysis["search_demand"]["reason"]:
        yield from _item(f"Search volume: {analysis['search_demand']['reason']}")
    if analysis["own_queries"]["reason"]:
        yield from _item(f"Queries that find the page: {analysis['own_queries']['reason']}")
    site = analysis["internal_links"]["site"]
    if site["reason"]:
        yield from _item(f"Own pages: {site['reason']}")
    for rival in analysis["competitor_analysis"]:
        if rival["status"] == "unreadable":
            yield from _item(f"{rival['asked']}: {rival['reason']}")


def _more(number: int, shown: int) -> Iterator[str]:
    if number > shown:
        yield f"  … and {number - shown} more (--json lists them)"


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
