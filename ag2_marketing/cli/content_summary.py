"""A content analysis as plain lines: what to do, what to write, what that rests on, and what is unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ag2_marketing.cli.layout import failure, item, items, section, wrapped
from ag2_marketing.cli.words import level, more
from ag2_marketing.report.escaping import one_line
from ag2_marketing_tools.messages import count_of, say

MOST_TERMS = 10
MOST_TOPICS = 6
MOST_LINKS = 5

Facts = Mapping[str, Any]


def content_lines(analysis: Facts) -> Iterator[str]:
    """Yield a content analysis for a terminal: what to do, what to write, what that rests on, what is unknown."""
    if analysis.get("status") == "error":
        yield from failure(say("The content could not be analysed"), analysis)
        return
    page = analysis["page"]
    yield one_line(page["url"])
    keywords = ", ".join(analysis["primary_keywords"][:MOST_TERMS]) or say("none that stand out")
    yield from wrapped(f"{_words(page)} {say('Primary keywords: {keywords}.', keywords=keywords)}")
    yield from section(say("What to do, most useful first"), _recommendations(analysis["recommendations"]))
    yield from section(say("Recommended"), _recommended_texts(analysis))
    yield from section(say("Outline"), _outline(analysis["content_outline"]))
    yield from section(_opportunities_title(analysis), _opportunities(analysis))
    yield from section(say("Competitors cover, this page does not"), _content_gaps(analysis))
    yield from section(say("Topics, and who covers them"), _topics(analysis))
    yield from section(say("Links to set"), _links(analysis["internal_links"]))
    yield from section(say("The text itself"), _text_facts(analysis))
    yield from section(say("Not known"), _unknown(analysis))
    yield from section(say("Notes"), items(analysis["notes"]))


def _recommended_texts(analysis: Facts) -> Iterator[str]:
    names = {
        "recommended_title": say("Title"),
        "recommended_meta_description": say("Meta description"),
        "recommended_h1": say("Main heading"),
    }
    for basis in analysis["recommendation_basis"]:
        name, text = names[basis["field"]], analysis[basis["field"]]
        if basis["unchanged"]:
            yield from item(say("{name}: good as it is", name=name))
        else:
            yield from item(f"{name}: {text if text is not None else basis['reason']}")
            if basis["write_first"]:
                yield from wrapped(basis["write_first"], indent="    ")


def _outline(sections: list[Facts]) -> Iterator[str]:
    for one in sections:
        yield f"  {'  ' * (one['level'] - 1)}- {one_line(one['heading'])}"


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
        yield from item(f"{chance['term']}: {'; '.join(_about(chance))}")
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
        yield from item(f"{gap['term']} ({where})")
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
        yield from item(f"{terms} ({here}; {others})")
    yield from _more(analysis["topic_count"], MOST_TOPICS)


def _links(links: Facts) -> Iterator[str]:
    for name in ("to_this_page", "from_this_page"):
        for one in links[name][:MOST_LINKS]:
            words = one["anchor_text"]
            yield from item(
                say("from {url}: “{words}”", url=one["from_url"], words=words)
                if name == "to_this_page"
                else say("to {url}: “{words}”", url=one["to_url"], words=words)
            )
            yield from wrapped(say("in: {sentence}", sentence=one["sentence"]), indent="    ")
        yield from _more(links[f"{name}_count"], MOST_LINKS)


def _text_facts(analysis: Facts) -> Iterator[str]:
    readability, fresh = analysis["page"]["readability"], analysis["freshness"]
    if readability["reading_ease"] is not None:
        yield from item(
            say(
                "Reading ease: {value:g} (0 to 100; {formula})",
                value=readability["reading_ease"],
                formula=readability["formula"],
            )
        )
    if fresh["age_days"] is not None:
        yield from item(say("Age by its own dates: {days}", days=count_of(fresh["age_days"], "day")))
    for text in fresh["disagreements"]:
        yield from item(text)
    for one in analysis["duplicate_content"]["pages"]:
        yield from item(
            say(
                "{percent:g} % of the text also stands on {url}",
                percent=one["shared_percent"],
                url=one["url"],
            )
        )
    asked = analysis["structure"]["question_count"]
    if asked:
        yield from item(say("Questions asked in it: {number}", number=asked))


def _recommendations(recommendations: list[Facts]) -> Iterator[str]:
    for advice in recommendations:
        yield from item(
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
        yield from item(say("Gaps: {why}", why=analysis["content_gaps_reason"]))
    if analysis["search_demand"]["reason"]:
        yield from item(say("Search volume: {why}", why=analysis["search_demand"]["reason"]))
    if analysis["own_queries"]["reason"]:
        yield from item(say("Queries that find the page: {why}", why=analysis["own_queries"]["reason"]))
    site = analysis["internal_links"]["site"]
    if site["reason"]:
        yield from item(say("Own pages: {why}", why=site["reason"]))
    for rival in analysis["competitor_analysis"]:
        if rival["status"] == "unreadable":
            yield from item(f"{rival['asked']}: {rival['reason']}")


def _more(number: int, shown: int) -> Iterator[str]:
    if number > shown:
        yield f"  {more(number - shown)}"


def _words(page: Facts) -> str:
    if page["words"] is None:
        return say("Text: {why}", why=page["words_reason"])
    return say("Text: {words}.", words=count_of(page["words"], "word"))
