"""A finished crawl becomes what an audit says of the site."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ag2_marketing_tools.pages.crawl import Crawl
from ag2_marketing_tools.pages.crawl.model import CrawlFacts
from ag2_marketing_tools.seo.catalogue import Check, Part, checks
from ag2_marketing_tools.seo.outcome import Outcome
from ag2_marketing_tools.seo.site.facts import SiteFacts
from ag2_marketing_tools.seo.site.limits import site_limits
from ag2_marketing_tools.seo.site.model import SiteAudit, SiteFinding, SitePlace
from ag2_marketing_tools.seo.site.remark import noted_excerpt
from ag2_marketing_tools.seo.site.sharing import Sharings, sharings
from ag2_marketing_tools.seo.site.signals import signals
from ag2_marketing_tools.seo.site.survey import surveyed
from ag2_marketing_tools.seo.site.tally import Tally, finding, in_order


async def site_facts(
    crawl: Crawl, judged_by: Sequence[Check], parts: Sequence[Part], audited_url: str
) -> SiteFacts:
    """Return what a crawl and the remarks on its pages tell, in three passes over what is stored.

    Args:
        crawl: The crawl, ended or put off.
        judged_by: The checks that each of its pages was judged by.
        parts: The parts that were asked for.
        audited_url: The audited page, as the crawl writes addresses.
    """
    lists = site_limits().lists
    groups = await crawl.duplicates()
    report = await crawl.report(longest_list=lists.longest, most_sources=lists.sources, duplicates=groups)
    found = CrawlFacts.model_validate(report.model_dump(exclude={"crawl_id"}))
    survey = await surveyed(crawl.pages())
    shared = await sharings(survey, groups, crawl.pages())
    tally = Tally(judged_by)
    of_audited: Mapping[str, Outcome] = {}
    async for page in crawl.pages():
        if page.remark is not None:
            known = signals(page, survey)
            tally.add(page, known)
            of_audited = known if page.url == audited_url else of_audited
    between = [one for one in _between_pages(found, shared) if one.part in parts]
    audit = SiteAudit(
        judged_count=survey.judged, findings=in_order([*tally.findings(), *between]), crawl=found
    )
    return SiteFacts(audit, shared, of_audited)


def _between_pages(found: CrawlFacts, shared: Sharings) -> Iterator[SiteFinding]:
    """Yield the findings that only the pages together show."""
    known = checks()
    kinds = {
        "title.duplicate": shared.titles,
        "desc.duplicate": shared.descriptions,
        "content.duplicate": shared.texts,
    }
    for check_id, sharing in kinds.items():
        if sharing.pages:
            yield finding(
                known[check_id],
                "warn",
                affected=sharing.pages,
                judged=sharing.judged,
                places=sharing.places(),
            )
    if found.broken_source_count:
        yield finding(
            known["links.broken_internal"],
            "fail",
            affected=found.broken_source_count,
            judged=found.html_page_count,
            places=[
                SitePlace(url=source, excerpt=noted_excerpt(broken.url))
                for broken in found.broken
                for source in broken.sources
            ][: site_limits().lists.places],
        )
