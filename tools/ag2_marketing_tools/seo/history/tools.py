"""The tool that compares two audits of a page."""

from __future__ import annotations

from collections.abc import Iterator

from ag2_marketing_tools.history.changes import change
from ag2_marketing_tools.history.model import Change, CompareRuns, NotComparable
from ag2_marketing_tools.history.reading import Pair, Read, read_pair
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.seo.history.compare import Compared, compare_checks, compare_vitals
from ag2_marketing_tools.seo.history.model import AuditComparison, ChangeCounts
from ag2_marketing_tools.seo.history.snapshot import AuditSnapshot
from ag2_marketing_tools.tool import tool
from ag2_marketing_tools.workspace import Workspace


@tool(family="seo")
async def compare_audits(params: CompareRuns, ws: Workspace) -> AuditComparison:
    """Compare the latest stored audit of a page with the one before it: what is new, fixed, worse and better.

    Each comes with both values and their difference, and what cannot be compared with the reason. It reads
    what `run_audit` stored and fetches nothing.
    """
    pair = await read_pair(params, "audit", AuditSnapshot, ws)
    if pair.latest is None or pair.earlier is None:
        return _nothing(params, pair)
    return _comparison(params, pair.earlier, pair.latest, list(pair.notes))


def _nothing(params: CompareRuns, pair: Pair[AuditSnapshot]) -> AuditComparison:
    return AuditComparison(
        **pair.uncompared(params.url),
        severities=[],
        vitals=[],
        counts=_counts(Compared(), []),
        **Compared().findings,
    )


def _comparison(
    params: CompareRuns, earlier: Read[AuditSnapshot], latest: Read[AuditSnapshot], notes: list[str]
) -> AuditComparison:
    then, now = earlier.content, latest.content
    without_pages = _why_no_pages(earlier, latest)
    with_site = without_pages is None and now.site is not None
    compared = compare_checks(then, now, with_site=with_site)
    vitals = list(compare_vitals(then, now))
    score = _score(then, now)
    not_comparable = [
        *compared.not_comparable,
        *(one for one in vitals if isinstance(one, NotComparable)),
    ]
    if without_pages:
        pages = NotComparable(subject="pages", title=say("Pages of the site"), reason=without_pages)
        not_comparable.append(pages)
    if score.difference is None and score.reason:
        not_comparable.append(NotComparable(subject="score", title=say("Score"), reason=score.reason))
    return AuditComparison(
        url=params.url,
        compared=True,
        latest=latest.reference,
        earlier=earlier.reference,
        score=score,
        severities=[
            change(name, getattr(then.summary, name), getattr(now.summary, name), "finding")
            for name in ("critical", "warning", "info")
        ],
        vitals=[one for one in vitals if isinstance(one, Change)],
        counts=_counts(compared, not_comparable),
        **compared.findings,
        not_comparable=not_comparable,
        notes=[*notes, *_notes(earlier, latest)],
    )


def _why_no_pages(earlier: Read[AuditSnapshot], latest: Read[AuditSnapshot]) -> str | None:
    """Say why counts of the site's pages cannot be compared; None where they can, or neither audit has them."""
    then, now = earlier.content.site, latest.content.site
    if then is None and now is None:
        return None
    if then is None:
        return say("The earlier audit looked at one page only.")
    if now is None:
        return say("The latest audit looked at one page only.")
    asked = [one.stored.parameters.get("max_pages") for one in (earlier, latest)]
    if asked[0] == asked[1]:
        return None
    before, after = (say("the default") if one is None else str(one) for one in asked)
    return say("Another number of pages was asked for: {then} then, {now} now.", then=before, now=after)


def _score(then: AuditSnapshot, now: AuditSnapshot) -> Change:
    if set(then.parts) != set(now.parts):
        reason = say("Other parts were asked for, so the two scores count other checks.")
        return Change(
            name="score", earlier=then.score.value, latest=now.score.value, unit="point",
            difference=None, reason=reason,
        )  # fmt: skip
    return change("score", then.score.value, now.score.value, "point")


def _counts(compared: Compared, not_comparable: list[NotComparable]) -> ChangeCounts:
    return ChangeCounts(
        **{way: len(found) for way, found in compared.findings.items()}, not_comparable=len(not_comparable)
    )


def _notes(earlier: Read[AuditSnapshot], latest: Read[AuditSnapshot]) -> Iterator[str]:
    then, now = earlier.content, latest.content
    if then.final_url != now.final_url:
        yield say(
            "The address led to {then} then and leads to {now} now.", then=then.final_url, now=now.final_url
        )
    if earlier.stored.catalogue_version != latest.stored.catalogue_version:
        yield say(
            "The catalogue of checks changed between the two: a part of the difference may come from that."
        )
    if then.http_status != now.http_status and None not in {then.http_status, now.http_status}:
        yield say(
            "The server answered with HTTP {then} then and with HTTP {now} now.",
            then=str(then.http_status),
            now=str(now.http_status),
        )
