"""What the rules look at: the page with what was found out about it once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from ipaddress import ip_address
from urllib.parse import urlsplit

from ag2_marketing_tools.pages.model import Page, Resource
from ag2_marketing_tools.pages.robots import RobotsTxt
from ag2_marketing_tools.seo.model import CoreWebVitals
from ag2_marketing_tools.text.language import Language, detect
from ag2_marketing_tools.text.lexicon import primary_code
from ag2_marketing_tools.text.words import count_words

_ACTIVE = frozenset({"script", "stylesheet", "iframe", "embed", "object", "form"})
_LOCAL_SUFFIXES = (".localhost", ".local", ".internal", ".test", ".home.arpa")


@dataclass(frozen=True)
class Subject:
    """One page under audit."""

    page: Page
    robots: RobotsTxt
    vitals: CoreWebVitals
    now: datetime

    @property
    def https(self) -> bool:
        """Whether the page came over HTTPS."""
        return self.page.url.startswith("https:")

    @cached_property
    def local(self) -> bool:
        """Whether the server is one of development, whose headers and speed are not the public site's."""
        host = urlsplit(self.page.url).hostname or ""
        try:
            return not ip_address(host).is_global
        except ValueError:
            return "." not in host or host.endswith(_LOCAL_SUFFIXES)

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
    def words(self) -> int | None:
        """Words that visitors see, or None where the script does not separate words."""
        return count_words(self.page.visible_text, self.language_code)

    @cached_property
    def mixed_content(self) -> list[Resource]:
        """Files that an HTTPS page loads over plain HTTP, those that can act first."""
        if not self.https:
            return []
        plain = [resource for resource in self.page.resources if resource.url.lower().startswith("http:")]
        return sorted(plain, key=lambda resource: not is_active(resource))


def is_active(resource: Resource) -> bool:
    """Tell whether a file can act on the page (W3C Mixed Content, 2023: not upgradeable)."""
    return resource.element in _ACTIVE
