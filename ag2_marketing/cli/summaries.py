"""The results of single commands as plain lines: the state, what matters, what is unknown, and what next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ag2_marketing.cli.lab_summary import lab
from ag2_marketing.cli.layout import item as _item
from ag2_marketing.cli.layout import section as _section
from ag2_marketing.cli.layout import wrapped as _wrapped
from ag2_marketing.cli.protection_summary import protection
from ag2_marketing.cli.site_summary import site_findings, site_state
from ag2_marketing.cli.words import level, more, severity, state, vital
from ag2_marketing.report.escaping import one_line
from ag2_marketing_tools.messages import count_of, say

MOST_FINDINGS = 15
MOST_TERMS = 10
MOST_TOPICS = 6
MOST_LINKS = 5
MOST_POSTS = 20
VITALS = ("lcp", "inp", "cls")

Facts = Mapping[str, Any]


def audit_lines(audit: Facts) -> Iterator[str]:
    """Yield an audit (as `public_audit` gives it) for a terminal."""
    if audit.get("status") == "error":
        yield from _failure(say("The page could not be audited"), audit)
        return
    summary, findings = audit["summary"], audit["findings"]
    yield one_line(audit["final_url"])
    yield say(
        "{checks}: {failed} failed, {warned} with a warning, {passed} passed.",
        checks=count_of(summary["checks"], "check"),
        failed=summary["failed"],
        warned=summary["warned"],
        passed=summary["passed"],
    )
    yield from _section(say("What to mend, gravest first"), _findings(findings))
    yield from _section(say("The site"), _items(site_state(audit)))
    yield from _section(say("Across the site"), _items(site_findings(audit)))
    yield from _section("Core Web Vitals", _vitals(audit.get("core_web_vitals")))
    yield from _section(say("In a browser"), _items(lab(audit)))
    yield from _section(say("Visitors' protection"), _items(protection(audit)))
    yield from _section(say("Not measured"), _not_measured(audit))
    yield from _section(say("Notes"), _items(audit.get("notes", ())))
    yield ""
    if findings:
        first = findings[0]
        yield from _wrapped(say("Start with: {title}. {how}", title=first["title"], how=first["how_to_fix"]))
    else:
        yield say("The checks that were made found nothing to mend.")


def content_lines(analysis: Facts) -> Iterator[str]:
    """Yield a content analysis for a terminal: what to do, what to write, what that rests on, what is unknown."""
    if analysis.get("status") == "error":
        yield from _failure(say("The content could not be analysed"), analysis)
        return
    page = analysis["page"]
    yield one_line(page["url"])
    keywords = ", ".join(analysis["primary_keywords"][:MOST_TERMS]) or say("none that stand out")
    yield from _wrapped(f"{_words(page)} {say('Primary keywords: {keywords}.', keywords=keywords)}")
    yield from _section(say("What to do, most useful first"), _recommendations(analysis["recommendations"]))
    yield from _section(say("Recommended"), _recommended_texts(analysis))
    yield from _section(say("Outline"), _outline(analysis["content_outline"]))
    yield from _section(_opportunities_title(analysis), _opportunities(analysis))
    yield from _section(say("Competitors cover, this page does not"), _content_gaps(analysis))
    yield from _section(say("Topics, and who covers them"), _topics(analysis))
    yield from _section(say("Links to set"), _links(analysis["internal_links"]))
    yield from _section(say("The text itself"), _text_facts(analysis))
    yield from _section(say("Not known"), _unknown(analysis))
    yield from _section(say("Notes"), _items(analysis["notes"]))


def campaign_lines(campaign: Facts) -> Iterator[str]:
    """Yield a stored campaign for a terminal."""
    if campaign.get("status") == "error":
        yield from _failure(say("The campaign was not stored"), campaign)
        return
    counts, posts = campaign["counts"], campaign["scheduled_posts"]
    yield f"{one_line(campaign['name'])} ({campaign['campaign_id']}): {state(campaign['status'])}"
    by_state = [f"{number} {state(name)}" for name, number in counts.items() if name != "posts" and number]
    yield (
        say(
            "{posts}: {states}. Nothing has been published.",
            posts=count_of(counts["posts"], "post"),
            states=", ".join(by_state),
        )
        if posts
        else say("No posts.")
    )
    yield from _section(say("Posts"), _posts(posts))
    missing = sorted({name for post in posts for name in post["preview"]["missing_credentials"]})
    yield from _section(say("Needed before publishing"), _items(missing))
    warnings = [*campaign.get("warnings", ()), *(w for post in posts for w in post["preview"]["warnings"])]
    yield from _section(say("Warnings"), _items(dict.fromkeys(warnings)))
    if campaign["status"] == "awaiting_approval":
        yield ""
        command = f"ag2-marketing call approve_campaign --arg campaign_id={campaign['campaign_id']}"
        yield say("Next: {step}", step=command)


# ---- parts


def _findings(findings: list[Facts]) -> Iterator[str]:
    for finding in findings[:MOST_FINDINGS]:
        yield from _item(f"{severity(finding['severity'])}: {finding['title']}. {finding['message']}")
        yield from _wrapped(say("Fix: {how}", how=finding["how_to_fix"]), indent="    ")
    if len(findings) > MOST_FINDINGS:
        yield f"  {more(len(findings) - MOST_FINDINGS)}"


def _vitals(vitals: Facts | None) -> Iterator[str]:
    for key in VITALS:
        found = vitals[key] if vitals else None
        if found and found["value"] is not None:
            yield from _item(
                say(
                    "{name}: {value:g}{unit}, {rating} (good up to {good:g}{unit}, {source})",
                    name=vital(key),
                    value=found["value"],
                    unit="" if found["unit"] == "score" else f" {found['unit']}",
                    rating=_rating(found["rating"]),
                    good=found["threshold_good"],
                    source=_source(found["source"]),
                )
            )


def _rating(name: str) -> str:
    return {
        "good": say("good"),
        "needs improvement": say("needs improvement"),
        "poor": say("poor"),
    }[name]


def _source(name: str) -> str:
    return {"field": say("field"), "lab": say("lab")}.get(name, name)


def _not_measured(audit: Facts) -> Iterator[str]:
    vitals = audit.get("core_web_vitals") or {}
    reasons: dict[str, list[str]] = {}
    for key in VITALS:
        if vitals and vitals[key]["value"] is None:
            reasons.setdefault(str(vitals[key]["reason"] or vitals.get("reason")), []).append(vital(key))
    for check in audit.get("checks", ()):
        if check["verdict"] == "not_testable":
            reasons.setdefault(str(check["reason"]), []).append(check["check"])
    for reason, names in reasons.items():
        yield from _item(f"{', '.join(names)}: {reason}")


def _recommended_texts(analysis: Facts) -> Iterator[str]:
    names = {
        "recommended_title": say("Title"),
        "recommended_meta_description": say("Meta description"),
        "recommended_h1": say("Main heading"),
    }
    for basis in analysis["recommendation_basis"]:
        name, text = names[basis["field"]], analysis[basis["field"]]
        if basis["unchanged"]:
            yield from _item(say("{name}: good as it is", name=name))
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
        return say("Terms to make more of")
    return say(
        "Terms to make more of (searches a month in {country}: {vendor})",
        country=demand["country"],
        vendor=demand["vendor"],
    )


def _opportunities(analysis: Facts) -> Iterator[str]:
    for chance in analysis["keyword_opportunities"][:MOST_TERMS]:
        yield from _item(f"{chance['term']}: {'; '.join(_about(chance))}")
    yield from _more(analysis["keyword_opportunity_count"], MOST_TERMS)


def _about(chance: Facts) -> Iterator[str]:
    search = chance["own_search"]
    if search:
        yield say(
            "found at position {position:g}, {impressions:g} impressions, {clicks:g} clicks "
            "(Google Search Console)",
            position=search["position"],
            impressions=search["impressions"],
            clicks=search["clicks"],
        )
    else:
        yield _kind(chance["kind"])
    if chance["search_volume"] is not None:
        yield say("{number:g} searches", number=chance["search_volume"])
    if chance["difficulty"] is not None:
        yield say("difficulty {number:g} of 100", number=chance["difficulty"])


def _kind(name: str) -> str:
    return {
        "striking_distance": say("found, but seldom seen"),
        "focus_absent": say("a focus keyword that the page does not use"),
        "behind_competitors": say("competitors have it in a title or heading, this page only in its text"),
        "weak_placement": say("stands in the text alone"),
        "competitor_term": say("a competitor's term"),
    }[name]


def _content_gaps(analysis: Facts) -> Iterator[str]:
    gaps = [gap for gap in analysis["content_gaps"] if gap["kind"] == "topic"]
    for gap in gaps[:MOST_TERMS]:
        heading = next((text for one in gap["covered_by"] for text in one["headings"]), None)
        covered = say(
            "{number} of {competitors}",
            number=gap["covered_by_count"],
            competitors=count_of(gap["competitors_compared"], "competitor"),
        )
        where = say("{covered}, as in “{heading}”", covered=covered, heading=heading) if heading else covered
        yield from _item(f"{gap['term']} ({where})")
    yield from _more(len(gaps), MOST_TERMS)


def _topics(analysis: Facts) -> Iterator[str]:
    for topic in analysis["topics"][:MOST_TOPICS]:
        terms = ", ".join(topic["terms"][:5])
        here = say("covered here") if topic["covered_here"] else say("not covered here")
        others = say(
            "{number} of {competitors}",
            number=topic["covered_by_count"],
            competitors=count_of(topic["competitors_compared"], "competitor"),
        )
        yield from _item(f"{terms} ({here}; {others})")
    yield from _more(analysis["topic_count"], MOST_TOPICS)


def _links(links: Facts) -> Iterator[str]:
    for name in ("to_this_page", "from_this_page"):
        for one in links[name][:MOST_LINKS]:
            words = one["anchor_text"]
            yield from _item(
                say("from {url}: “{words}”", url=one["from_url"], words=words)
                if name == "to_this_page"
                else say("to {url}: “{words}”", url=one["to_url"], words=words)
            )
            yield from _wrapped(say("in: {sentence}", sentence=one["sentence"]), indent="    ")
        yield from _more(links[f"{name}_count"], MOST_LINKS)


def _text_facts(analysis: Facts) -> Iterator[str]:
    readability, fresh = analysis["page"]["readability"], analysis["freshness"]
    if readability["reading_ease"] is not None:
        yield from _item(
            say(
                "Reading ease: {value:g} (0 to 100; {formula})",
                value=readability["reading_ease"],
                formula=readability["formula"],
            )
        )
    if fresh["age_days"] is not None:
        yield from _item(say("Age by its own dates: {days}", days=count_of(fresh["age_days"], "day")))
    for text in fresh["disagreements"]:
        yield from _item(text)
    for one in analysis["duplicate_content"]["pages"]:
        yield from _item(
            say(
                "{percent:g} % of the text also stands on {url}",
                percent=one["shared_percent"],
                url=one["url"],
            )
        )
    asked = analysis["structure"]["question_count"]
    if asked:
        yield from _item(say("Questions asked in it: {number}", number=asked))


def _recommendations(recommendations: list[Facts]) -> Iterator[str]:
    for advice in recommendations:
        yield from _item(
            say(
                "{action} {why} (impact {impact}, effort {effort})",
                action=advice["action"],
                why=advice["why"],
                impact=level(advice["impact"]),
                effort=level(advice["effort"]),
            )
        )


def _unknown(analysis: Facts) -> Iterator[str]:
    if analysis["content_gaps_reason"]:
        yield from _item(say("Gaps: {why}", why=analysis["content_gaps_reason"]))
    if analysis["search_demand"]["reason"]:
        yield from _item(say("Search volume: {why}", why=analysis["search_demand"]["reason"]))
    if analysis["own_queries"]["reason"]:
        yield from _item(say("Queries that find the page: {why}", why=analysis["own_queries"]["reason"]))
    site = analysis["internal_links"]["site"]
    if site["reason"]:
        yield from _item(say("Own pages: {why}", why=site["reason"]))
    for rival in analysis["competitor_analysis"]:
        if rival["status"] == "unreadable":
            yield from _item(f"{rival['asked']}: {rival['reason']}")


def _more(number: int, shown: int) -> Iterator[str]:
    if number > shown:
        yield f"  {more(number - shown)}"


def _posts(posts: list[Facts]) -> Iterator[str]:
    for post in posts[:MOST_POSTS]:
        now = state(post["state"]) + (f" ({post['reason']})" if post["reason"] else "")
        yield f"  {post['local_time']}  {post['platform']}, {one_line(now)}"
        yield from _wrapped(post["preview"]["text"], indent="    ")
    if len(posts) > MOST_POSTS:
        yield f"  {more(len(posts) - MOST_POSTS)}"


# ---- layout


def _words(page: Facts) -> str:
    if page["words"] is None:
        return say("Text: {why}", why=page["words_reason"])
    return say("Text: {words}.", words=count_of(page["words"], "word"))


def _items(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield from _item(text)


def _failure(what: str, answer: Facts) -> Iterator[str]:
    yield from _wrapped(f"{what}: {answer.get('error')}")
