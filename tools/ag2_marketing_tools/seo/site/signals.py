"""What a page says that other pages of the site contradict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.crawl.identity import key_of
from ag2_marketing_tools.pages.crawl.model import CrawledPage
from ag2_marketing_tools.seo.model import Evidence
from ag2_marketing_tools.seo.outcome import Outcome, place, warned
from ag2_marketing_tools.seo.site.survey import Seen, Survey, canonical_key

CONFLICT = "index.conflict"
VERSIONS = "hreflang.self_xdefault"


def signals(page: CrawledPage, survey: Survey) -> Mapping[str, Outcome]:
    """Return, by the check that it belongs to, what the whole site shows of a page."""
    conflict, versions = _conflict(page, survey), _versions(page, survey)
    found = {CONFLICT: conflict, VERSIONS: versions}
    return {check: outcome for check, outcome in found.items() if outcome is not None}


def _conflict(page: CrawledPage, survey: Survey) -> Outcome | None:
    if page.noindex and page.in_sitemap:
        return warned(
            say("The page says noindex and stands in the sitemap."),
            evidence=[place("sitemap", None, page.url)],
        )
    key = canonical_key(page)
    target = survey.by_key.get(key) if key is not None and key != key_of(page.url) else None
    fault = _fault(target) if target else None
    if fault is None:
        return None
    return warned(fault, evidence=[place("link rel=canonical", None, page.canonical_url)])


def _fault(target: Seen) -> str | None:
    """Say what is wrong with an address that a page names as the one to be found."""
    if target.outcome == "redirect":
        return say("The canonical address is a redirect.")
    if target.outcome in {"error", "failed"}:
        return say("The canonical address answers with an error.")
    if target.outcome == "page" and target.noindex:
        return say("The canonical address asks search engines to leave it out.")
    return None


def _versions(page: CrawledPage, survey: Survey) -> Outcome | None:
    named = survey.versions.get(page.number)
    if named is None:
        return None
    own = {key_of(page.url), canonical_key(page)}
    others = [seen for key in named if key not in own and (seen := survey.by_key.get(key)) is not None]
    lost = [seen for seen in others if seen.outcome in {"redirect", "error", "failed"}]
    if lost:
        return warned(
            say("The hreflang references lead to a redirect or an error."), evidence=_references(lost)
        )
    silent = [seen for seen in others if seen.outcome == "page" and own.isdisjoint(_named_by(seen, survey))]
    if silent:
        return warned(
            say("A page that the hreflang references name does not name this page in return."),
            evidence=_references(silent),
        )
    return None


def _references(named: list[Seen]) -> list[Evidence]:
    return [place("link hreflang", None, seen.url) for seen in named]


def _named_by(other: Seen, survey: Survey) -> Iterator[int]:
    yield from survey.versions.get(other.number, ())
