"""The tool that compares two content analyses of a page."""

from __future__ import annotations

from collections.abc import Iterator

from ag2_marketing_tools.content.history import compare
from ag2_marketing_tools.content.history.model import ContentComparison, ContentCounts
from ag2_marketing_tools.content.history.snapshot import ContentSnapshot
from ag2_marketing_tools.history.model import Change, CompareRuns, NotComparable
from ag2_marketing_tools.history.reading import Pair, Read, read_pair
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.tool import tool
from ag2_marketing_tools.workspace import Workspace


@tool(family="content")
async def compare_content(params: CompareRuns, ws: Workspace) -> ContentComparison:
    """Compare the latest stored content analysis of a page with the one before it.

    Returns primary keywords gained and lost, gaps closed and new, the change of length and readability, and
    which recommended texts were followed. It reads what `analyze_content` stored and fetches nothing.
    """
    pair = await read_pair(params, "content", ContentSnapshot, ws)
    if pair.latest is None or pair.earlier is None:
        return _nothing(params, pair)
    return _comparison(params, pair.earlier, pair.latest, list(pair.notes))


def _nothing(params: CompareRuns, pair: Pair[ContentSnapshot]) -> ContentComparison:
    return ContentComparison(
        **pair.uncompared(params.url),
        readability=[],
        keywords_gained=[],
        keywords_lost=[],
        keywords_kept=[],
        gaps_closed=[],
        gaps_new=[],
        gaps_open=[],
        advice=[],
        counts=ContentCounts(
            keywords_gained=0, keywords_lost=0, gaps_closed=0, gaps_new=0, gaps_open=0, not_comparable=0
        ),
    )


def _comparison(
    params: CompareRuns, earlier: Read[ContentSnapshot], latest: Read[ContentSnapshot], notes: list[str]
) -> ContentComparison:
    then, now = earlier.content, latest.content
    gained = compare.only_in(now.primary_keywords, then.primary_keywords)
    lost = compare.only_in(then.primary_keywords, now.primary_keywords)
    closed, new, still = _gaps(then, now)
    readability = list(compare.readability(then, now))
    not_comparable = list(_not_comparable(then, now, readability))
    return ContentComparison(
        url=params.url,
        compared=True,
        latest=latest.reference,
        earlier=earlier.reference,
        words=compare.words(then, now),
        readability=[one for one in readability if isinstance(one, Change)],
        keywords_gained=gained,
        keywords_lost=lost,
        keywords_kept=compare.in_both(now.primary_keywords, then.primary_keywords),
        gaps_closed=closed,
        gaps_new=new,
        gaps_open=still,
        advice=list(compare.advice(then, now)),
        counts=ContentCounts(
            keywords_gained=len(gained),
            keywords_lost=len(lost),
            gaps_closed=len(closed),
            gaps_new=len(new),
            gaps_open=len(still),
            not_comparable=len(not_comparable),
        ),
        not_comparable=not_comparable,
        notes=[*notes, *_notes(earlier, latest)],
    )


def _gaps(then: ContentSnapshot, now: ContentSnapshot) -> tuple[list[str], list[str], list[str]]:
    if compare.why_no_gaps(then, now) is not None:
        return [], [], []
    return (
        compare.only_in(then.gaps, now.gaps),
        compare.only_in(now.gaps, then.gaps),
        compare.in_both(now.gaps, then.gaps),
    )


def _not_comparable(
    then: ContentSnapshot, now: ContentSnapshot, readability: list[Change | NotComparable]
) -> Iterator[NotComparable]:
    reason = compare.why_no_gaps(then, now)
    if reason is not None:
        yield NotComparable(subject="gaps", title=say("Content gaps"), reason=reason)
    yield from (one for one in readability if isinstance(one, NotComparable))


def _notes(earlier: Read[ContentSnapshot], latest: Read[ContentSnapshot]) -> Iterator[str]:
    then, now = earlier.content.page.url, latest.content.page.url
    if then != now:
        yield say("The address led to {then} then and leads to {now} now.", then=then, now=now)
    if earlier.content.gaps_are_cut or latest.content.gaps_are_cut:
        yield say(
            "Only the weightiest gaps are listed: one that is named as closed may only weigh less than others now."
        )
    if earlier.stored.catalogue_version != latest.stored.catalogue_version:
        yield say(
            "The rules of the analysis changed between the two: a part of the difference may come from that."
        )
