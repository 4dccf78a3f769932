"""robots.txt by RFC 9309: which addresses a crawler may fetch.

Groups are read here and paths are matched by Protego. Reading the groups here follows RFC 9309 where Protego
does not: an agent's name ends at the first character that no name holds (`Foo Bar` means `Foo`), a name
matches as a whole and not as a prefix, other records (`Crawl-delay`, `Sitemap`, unknown ones) between two
agents do not part them, and patterns are compared in percent-encoded form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from urllib.parse import quote, urlsplit

from protego import Protego

from ag2_marketing_tools.errors import FetchFailed
from ag2_marketing_tools.messages import say
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
_PRODUCT = re.compile(r"[A-Za-z_-]+")
_ALREADY_ENCODED = (
    "!#$%&'()*+,/:;=?@[]~-._"  # every reserved character stands for itself, `%` for an encoding
)
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")


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
        if self.refuses_all is not None:
            return urlsplit(url).path == "/robots.txt"
        lines = [f"{name}: {value}" for name, value in self._rules_for(agent) if name != "crawl-delay"]
        if not lines:
            return True
        # One group under `*` is left for Protego: it compares the patterns, longest first.
        return Protego.parse("\n".join(("user-agent: *", *lines))).can_fetch(_encoded(url), "any")

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
        own = [group for group in self._groups if name and name in group.agents]
        chosen = own or [group for group in self._groups if "*" in group.agents]
        return [rule for group in chosen for rule in group.rules]

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
                groups[-1].rules.append((name, _encoded(value)))
        return groups


def _agent(value: str) -> str:
    if value == "*" or value[:2] in {"* ", "*\t"}:
        return "*"
    product = _PRODUCT.match(value)
    return product[0].lower() if product else ""


def _contents(text: str) -> Iterator[str]:
    for line in re.split(r"\r\n|\r|\n", text[:LONGEST_READ].lstrip("\ufeff\ufffd")):
        content = line.partition("#")[0].strip()
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


def _encoded(address: str) -> str:
    ascii_only = quote(address, safe=_ALREADY_ENCODED)
    return _PERCENT.sub(lambda match: match[0].upper(), ascii_only)


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
