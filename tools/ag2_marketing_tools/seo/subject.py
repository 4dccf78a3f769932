"""What the rules look at: the page with what was found out about it once."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from ipaddress import ip_address
from urllib.parse import urlsplit

from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.crawl.reading import shows_by_script
from ag2_marketing_tools.pages.model import Page, Resource
from ag2_marketing_tools.pages.robots import RobotsTxt
from ag2_marketing_tools.pages.site_files import SiteFiles
from ag2_marketing_tools.pages.sitemap import Sitemap, read_sitemap
from ag2_marketing_tools.seo.entities import Entity, entities
from ag2_marketing_tools.seo.file_sizes import FileSizes
from ag2_marketing_tools.seo.lab.model import LabVisit
from ag2_marketing_tools.seo.outcome import Outcome
from ag2_marketing_tools.seo.readings import Reading
from ag2_marketing_tools.seo.security.protection import Protection, of_page
from ag2_marketing_tools.seo.site.facts import SiteFacts
from ag2_marketing_tools.seo.speed_model import CoreWebVitals
from ag2_marketing_tools.text.keywords import Keyword, extract_keywords
from ag2_marketing_tools.text.language import Language, detect
from ag2_marketing_tools.text.lexicon import primary_code
from ag2_marketing_tools.text.terms import Block
from ag2_marketing_tools.text.words import separates_words, tokenise

# What browsers do not load, or replace by HTTPS, where an HTTPS page names it by plain HTTP: candidates of `srcset` too
# (W3C Mixed Content, 2023, section 3.1).
_ACTIVE = frozenset({"script", "stylesheet", "iframe", "embed", "object", "modulepreload", "srcset"})
_LOCAL_SUFFIXES = (".localhost", ".local", ".internal", ".test", ".home.arpa")
_MOST_KEYWORDS = 10
_NOT_CRAWLED = "The other pages of the site were not read."
_NOT_VISITED = "No browser visited the page."
# What a term is worth by its place, in the order in which people write what a page is about.
_TITLE, _H1, _DESCRIPTION, _HEADING, _BODY = 3.0, 3.0, 2.0, 1.5, 1.0


@dataclass(frozen=True)
class Subject:
    """One page under audit, with what was found out beside it.

    Attributes:
        page: The page.
        robots: What robots.txt allows.
        vitals: Core Web Vitals, or why they are not known.
        now: When it was looked at.
        site: The files beside the page: sitemap, icon, llms.txt.
        looked_at: Connection, headers, certificate and reputation, where they were looked at.
        files: Sizes of the page's files, as far as they were measured.
        blocking_times: Total Blocking Time by each source, in milliseconds.
        weights: What the page transfers by each source, in bytes.
        crawled: What the site's other pages show of this one, or why they were not read.
        lab: A visit in a browser, or why there was none.
    """

    page: Page
    robots: RobotsTxt
    vitals: CoreWebVitals
    now: datetime
    site: SiteFiles = field(default_factory=SiteFiles)
    looked_at: Protection | None = None
    files: FileSizes = field(default_factory=FileSizes)
    blocking_times: tuple[Reading, ...] = ()
    weights: tuple[Reading, ...] = ()
    crawled: SiteFacts | str = field(default_factory=lambda: say(_NOT_CRAWLED))
    lab: LabVisit | str = field(default_factory=lambda: say(_NOT_VISITED))

    @cached_property
    def protection(self) -> Protection:
        """What protects visitors: as it was looked at, else as the page alone tells."""
        return self.looked_at or of_page(self.page)

    @cached_property
    def shown_by_script(self) -> bool:
        """Whether the page shows its content by a script: what was read of it then says little about it."""
        return bool(shows_by_script(self.page))

    @property
    def signals(self) -> Mapping[str, Outcome]:
        """What the whole site shows of this page, by check; nothing where the site was not crawled."""
        return {} if isinstance(self.crawled, str) else self.crawled.signals

    @property
    def https(self) -> bool:
        """Whether the page came over HTTPS."""
        return self.page.url.startswith("https:")

    @cached_property
    def local(self) -> bool:
        """Whether the server is one of development, whose headers and speed are not the public site's."""
        return is_local_host(urlsplit(self.page.url).hostname or "")

    def header(self, name: str) -> str | None:
        """Return a response header, or None where it was not sent."""
        return self.page.transfer.headers.get(name)

    @cached_property
    def language(self) -> Language | None:
        """The language of the text."""
        return detect(self.page.main_text) or detect(self.page.visible_text)

    @property
    def language_code(self) -> str | None:
        """The language's code: found in the text, else declared by the page."""
        return self.language.code if self.language else primary_code(self.page.language)

    @cached_property
    def shown_words(self) -> list[str]:
        """The words that visitors see, in order."""
        return tokenise(self.page.visible_text, self.language_code)

    @cached_property
    def words(self) -> int | None:
        """Words that visitors see, or None where the script does not separate words."""
        return len(self.shown_words) if separates_words(self.page.visible_text) else None

    @cached_property
    def keywords(self) -> list[Keyword]:
        """What the page is about, best first; an error page is about nothing."""
        page = self.page
        if page.transfer.status >= 400:
            return []
        blocks = [
            Block(page.title, _TITLE, "title"),
            Block(page.description, _DESCRIPTION, "description"),
            *(Block(text, _H1, "h1") for text in page.headings_of(1)),
            *(Block(text, _HEADING, "headings") for level in (2, 3) for text in page.headings_of(level)),
            Block(page.main_text or page.visible_text, _BODY, "body"),
        ]
        usable = [block for block in blocks if block.text.strip()]
        return extract_keywords(usable, language=self.language_code, limit=_MOST_KEYWORDS) if usable else []

    @cached_property
    def site_map(self) -> Sitemap:
        """What the sitemap says; an empty one where there is none."""
        file = self.site.sitemap
        return read_sitemap(file.content, file.url) if file is not None and file.found else Sitemap()

    @cached_property
    def entities(self) -> list[Entity]:
        """What the structured data speaks of."""
        return entities(self.page)

    @cached_property
    def mixed_content(self) -> list[Resource]:
        """Files that an HTTPS page loads over plain HTTP, those that can act first."""
        if not self.https:
            return []
        plain = [resource for resource in self.page.resources if _is_plain_file(resource)]
        return sorted(plain, key=lambda resource: not is_active(resource))


def is_local_host(host: str) -> bool:
    """Tell whether a host is one that the public cannot reach."""
    if host[:1].isdigit() or ":" in host:  # most are none, and asking takes its time
        with suppress(ValueError):
            return not ip_address(host).is_global
    return "." not in host or host.endswith(_LOCAL_SUFFIXES)


def _is_plain_file(resource: Resource) -> bool:
    """Tell whether a page loads something by plain HTTP; where a form sends to is a check of its own."""
    return resource.element != "form" and resource.url.lower().startswith("http:")


def is_active(resource: Resource) -> bool:
    """Tell whether browsers block a file that comes by plain HTTP (W3C Mixed Content, 2023: not upgradeable)."""
    return resource.element in _ACTIVE
