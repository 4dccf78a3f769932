"""The audit of a whole site: its pages are crawled, and each is judged by the checks of single pages.

model       what the audit says of the site
limits      figures and lists that it goes by, from `data/site.toml`
remark      what is noted of each page while the crawl runs, stored with it
judge       makes that remark
survey      what is known of the pages together once the crawl has ended
signals     what contradicts itself, seen with the whole site in view
sharing     titles, descriptions and texts that several pages share
tally       checks counted over all pages
facts       what the rules of the site look at
together    makes these from a crawl
crawling    the crawl, begun or gone on with
"""
