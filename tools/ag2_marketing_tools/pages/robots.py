"""robots.txt by RFC 9309: which addresses a crawler may fetch.

An agent's name ends at the first character that no name holds (`Foo Bar` means `Foo`), a name matches as a whole
and not as a prefix, and other records (`Crawl-delay`, `Sitemap`, unknown ones) between two agents do not part them.
Where RFC 9309 leaves a choice it is made as Google's parser makes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from urllib.parse import urlsplit

from ag2_marketing_tools.errors import FetchFailed
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.robots_paths import encoded, may_fetch
from ag2_marketing_tools.pages.urls import origin
from ag2_marketing_tools.workspace import Workspace

Field = Literal["user-agent", "allow", "disallow", "crawl-delay", "sitemap"]

LONGEST_READ = 512_000
"""Characters that are read, as RFC 9309, 2.5 asks for at least 500 KiB."""
_NAMES: dict[str, Field] = {
    **dict.fromkeys(("user-agent", "useragent", "user agent"), "user-agent"),
    "allow": "allow",
    # Misspellings that the large search engines read as meant
    **dict.fromkeys(("disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw"), "disallow"),
    **dict.fromkeys(("crawl-delay", "crawl delay"), "crawl-delay"),
    **dict.fromkeys(("sitemap", "sitemaps", "site-map"), "sitemap"),
}
_OF_OTHERS = frozenset(
    {"host", "clean-param", "request-rate", "visit-time", "noindex", "content-signal", "license", "schemamap"}
)
"""Records of single crawlers and of later proposals, which the others pass over."""
_PATH = re.compile(r"$|[/*$]")
_NAMED_AGENT = re.compile(r"[A-Za-z_-]+")
_PRODUCT = re.compile(
    r"[A-Za-z_-]++(?!\s+[\w-])"
)  # `Foo Bar` is no crawler's name; `Foo (by Bar)` begins with one
_LONGEST_LINE = 16_663  # characters; what follows in a line is cut off, as by Google's parser


@dataclass
class _Group:
    agents: set[str]
    rules: list[tuple[Field, str]]


@dataclass(frozen=True)
class RobotsTxt:
    """What a site asks of crawlers.

    Attributes:
        url: Where it was looked for.
        status: The HTTP status of the answer, or None where there was no usable one.
        text: What it says; empty where nothing was found.
        refuses_all: The reason why nothing may be fetched whatever it says, or None.
    """

    url: str
    status: int | None
    text: str = ""
    refuses_all: str | None = None

    def allows(self, url: str, agent: str) -> bool:
        """Tell whether a crawler (`Googlebot`, or a whole User-Agent header) may fetch an address."""
        if urlsplit(url).path == "/robots.txt":
            return True  # RFC 9309, 2.2.2
        if self.refuses_all is not None:
            return False
        rules = ((name == "allow", value) for name, value in self._rules_for(agent) if name != "crawl-delay")
        return may_fetch(url, rules)

    def crawl_delay_s(self, agent: str) -> float | None:
        """Return the seconds between two requests that the site asks of a crawler, or None."""
        for name, value in self._rules_for(agent):
            if name == "crawl-delay" and re.fullmatch(r"\d{1,6}(\.\d{1,6})?", value):
                return float(value)
        return None

    @cached_property
    def cut(self) -> bool:
        """Whether it is longer than what is read of it."""
        return len(self.text) > LONGEST_READ

    @cached_property
    def faults(self) -> list[str]:
        """The lines that no crawler knows, and rules before any agent is named."""
        found: list[str] = []
        named = False
        for line in _contents(self.text):
            name, colon, value = line.partition(":")
            word = name.strip().lower()
            known = _NAMES.get(word)
            named = named or known == "user-agent"
            misplaced = known in {"allow", "disallow"} and not (named and _PATH.match(value.strip()))
            if misplaced or not colon or (known is None and word not in _OF_OTHERS):
                found.append(line)
        return found

    @cached_property
    def sitemaps(self) -> list[str]:
        """The addresses of the sitemaps that it names."""
        return [value for name, value in _lines(self.text) if name == "sitemap" and value]

    def _rules_for(self, agent: str) -> list[tuple[Field, str]]:
        product = _PRODUCT.match(agent.strip())
        name = product[0].lower() if product else ""
        if name not in self._rules:
            own = [group for group in self._groups if name and name in group.agents]
            chosen = own or [group for group in self._groups if "*" in group.agents]
            self._rules[name] = [rule for group in chosen for rule in group.rules]
        return self._rules[name]

    @cached_property
    def _rules(self) -> dict[str, list[tuple[Field, str]]]:
        return {}  # by crawler, as asked for: a crawl asks for each address

    @cached_property
    def _groups(self) -> list[_Group]:
        groups: list[_Group] = []
        naming = False
        for name, value in _lines(self.text):
            if name == "user-agent":
                if not naming:
                    groups.append(_Group(set(), []))
                    naming = True
                groups[-1].agents.add(_agent(value))
            elif name != "sitemap" and groups:
                naming = naming and name == "crawl-delay"
                groups[-1].rules.append((name, encoded(value)))
        return groups


def _agent(value: str) -> str:
    if value == "*" or value[:2] in {"* ", "*\t"}:
        return "*"
    product = _NAMED_AGENT.match(value)
    return product[0].lower() if product else ""


def _contents(text: str) -> Iterator[str]:
    for line in re.split(r"\r\n|\r|\n", text[:LONGEST_READ].lstrip("\ufeff\ufffd")):
        content = line[:_LONGEST_LINE].partition("#")[0].strip()
        if content:
            yield content


def _lines(text: str) -> Iterator[tuple[Field, str]]:
    for content in _contents(text):
        name, colon, value = content.partition(":")
        if not colon:  # `disallow /` is taken as meant, as Google's parser does
            words = content.split()
            name, value = words if len(words) == 2 else ("", "")
        known = _NAMES.get(name.strip().lower())
        if known is not None:
            yield known, value.strip()


async def robots_of(url: str, ws: Workspace) -> RobotsTxt:
    """Return the robots.txt that holds for an address, from the workspace's cache where it is fresh.

    By RFC 9309, 2.3.1: a 4xx means that all may be fetched, a 5xx that nothing may; as with Google, 429
    counts as the latter. Too many redirects mean that there is none.

    Raises:
        AddressRefused: The address rules forbid the target.
        FetchFailed: The host cannot be reached.
        RateLimited: The host asks for a longer wait than is sensible.
        CircuitOpen: The host failed too often and rests.
    """
    address = f"{origin(url)}/robots.txt"
    try:
        response = await ws.gateway.fetch(address)
    except FetchFailed as error:
        if error.kind in {"too_many_redirects", "redirect_loop"}:
            return RobotsTxt(url=address, status=None)
        if error.kind in {"too_large", "encoding"}:
            return RobotsTxt(
                url=address,
                status=error.status,
                refuses_all=say("it could not be read: {reason}", reason=error.message),
            )
        raise
    status = response.status
    if status == 429 or status >= 500:
        return RobotsTxt(
            url=address, status=status, refuses_all=say("it answered with HTTP {status}", status=str(status))
        )
    if not 200 <= status < 300:
        return RobotsTxt(url=address, status=status)
    return RobotsTxt(url=address, status=status, text=response.content.decode("utf-8", "replace"))
