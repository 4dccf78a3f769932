"""A bounded, polite and resumable crawl of one site.

    async for page in crawl("https://example.com", ws, max_pages=25):
        print(page.url, page.status)

facts       limits, tracking parameters and signs of JavaScript, read from `data/`
identity    when two addresses are the same page, and which are a trap
sitemaps    what a sitemap lists; seeding reads those of a site
reading     what is kept of a page; javascript, sketch
visit       one address, asked for politely
state       the frontier and all facts, in the store
engine      the crawl itself
graph, duplicates, answers, report   what a finished crawl tells
"""

from ag2_marketing_tools.pages.crawl.engine import Crawl, crawl, resume, unfinished
from ag2_marketing_tools.pages.crawl.model import CrawledPage, CrawlReport
from ag2_marketing_tools.pages.crawl.state import forget

__all__ = ["Crawl", "CrawlReport", "CrawledPage", "crawl", "forget", "resume", "unfinished"]
