"""Google's lists of dangerous pages: Safe Browsing (versions 4 and 5) and Web Risk.

A page that is on no list is "not listed". Nothing here is ever called safe: the lists say what was found, not
what was looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, ClassVar, Final, Literal
from urllib.parse import urlsplit

from pydantic import Field

from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.vendors.google import GoogleRequest
from ag2_marketing_tools.vendors.outcome import Data, Outcome
from ag2_marketing_tools.vendors.request import Answer, Call, Wire, understood

Text = Annotated[str, untrusted()]
PageUrl = Annotated[str, Field(pattern=r"^https?://\S+$")]
_THREATS: Final = ("MALWARE", "SOCIAL_ENGINEERING", "UNWANTED_SOFTWARE")
_DURATION: Final = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)s")


class Listing(Result):
    """One entry of a list; `urls` are those that were asked about and that it covers."""

    entry: Text
    threats: tuple[str, ...]
    urls: tuple[Text, ...]


class ThreatReport(Result):
    """What the lists say of the URLs that were asked about, for as long as the answer may be kept."""

    asked: tuple[Text, ...]
    listings: tuple[Listing, ...] = ()
    keep: Annotated[float | None, unit("s")] = None
    expires_at: datetime | None = None

    def verdict(self, url: str) -> Literal["listed", "not listed"]:
        """Tell whether one of the URLs is on a list.

        Raises:
            KeyError: It was not asked about.
        """
        if url not in self.asked:
            raise KeyError(url)
        return "listed" if any(url in listing.urls for listing in self.listings) else "not listed"


class _Entry(Wire):
    url: str


class _Match(Wire):
    threat_type: str = Field(alias="threatType")
    threat: _Entry
    keep: str | None = Field(default=None, alias="cacheDuration")


class _Matches(Wire):
    matches: tuple[_Match, ...] = ()


class _Threat(Wire):
    url: str
    types: tuple[str, ...] = Field(default=(), alias="threatTypes")


class _Threats(Wire):
    threats: tuple[_Threat, ...] = ()
    keep: str | None = Field(default=None, alias="cacheDuration")


class _Risk(Wire):
    types: tuple[str, ...] = Field(alias="threatTypes")
    expires_at: datetime | None = Field(default=None, alias="expireTime")


class _Risks(Wire):
    threat: _Risk | None = None


class SafeBrowsingV4(GoogleRequest[ThreatReport]):
    """Look up to 500 URLs up."""

    vendor: ClassVar[str] = "safe_browsing"

    urls: Annotated[tuple[PageUrl, ...], Field(min_length=1, max_length=500)]

    def call(self, request_id: str) -> Call:
        """Return what to send."""
        body = {
            "client": {"clientId": "ag2-marketing", "clientVersion": "1"},
            "threatInfo": {
                "threatTypes": [*_THREATS, "POTENTIALLY_HARMFUL_APPLICATION"],
                "platformTypes": ["ANY_PLATFORM"],
                "threatEntryTypes": ["URL"],
                "threatEntries": [{"url": url} for url in self.urls],
            },
        }
        return Call("/v4/threatMatches:find", method="POST", json=body)

    def data(self, answer: Answer) -> Outcome[ThreatReport]:
        """Return what is listed; an empty object says that nothing is."""
        matches = understood(answer, _Matches).matches
        types: dict[str, list[str]] = {}
        for match in matches:
            types.setdefault(match.threat.url, []).append(match.threat_type)
        kept = [seconds for match in matches if (seconds := _seconds(match.keep)) is not None]
        return _report(self.vendor, self.urls, types, keep=min(kept, default=None))


class SafeBrowsingV5(GoogleRequest[ThreatReport]):
    """Look up to 50 URLs up.

    The vendor may answer in protobuf; such an answer is not read, and then nothing is known of the URLs.
    """

    vendor: ClassVar[str] = "safe_browsing"

    urls: Annotated[tuple[PageUrl, ...], Field(min_length=1, max_length=50)]

    def call(self, request_id: str) -> Call:
        """Return what to send."""
        return Call("/v5/urls:search", query=(*(("urls", url) for url in self.urls), ("alt", "json")))

    def data(self, answer: Answer) -> Outcome[ThreatReport]:
        """Return what is listed."""
        found = understood(answer, _Threats)
        types = {threat.url: list(threat.types) for threat in found.threats}
        return _report(self.vendor, self.urls, types, keep=_seconds(found.keep))


class WebRisk(GoogleRequest[ThreatReport]):
    """Look one URL up, in commercial use."""

    vendor: ClassVar[str] = "web_risk"

    url: PageUrl

    def call(self, request_id: str) -> Call:
        """Return what to send."""
        return Call("/uris:search", query=(("uri", self.url), *(("threatTypes", name) for name in _THREATS)))

    def data(self, answer: Answer) -> Outcome[ThreatReport]:
        """Return what is listed; an empty object says that nothing is."""
        risk = understood(answer, _Risks).threat
        listed = {self.url: list(risk.types)} if risk else {}
        return _report(self.vendor, (self.url,), listed, expires_at=risk.expires_at if risk else None)


def covers(entry: str, url: str) -> bool:
    """Whether a list's entry covers a URL: a host suffix with a whole path, or a folder with its slash.

    Source: Safe Browsing, "URLs and hashing", suffix and prefix expressions (2025).

    >>> covers("example.com/", "https://www.example.com/a"), covers("example.com/b", "https://example.com/a")
    (True, False)
    >>> covers("example.com/", "https://notexample.com/")
    False
    """
    host, slash, path = entry.partition("://")[2].partition("/") if "://" in entry else entry.partition("/")
    asked = urlsplit(url)
    asked_host = (asked.hostname or "").rstrip(".")
    host = host.rpartition("@")[2].partition(":")[0].casefold()
    asked_path = asked.path or "/"
    listed = f"/{path}" if slash else "/"
    on_path = (
        asked_path.startswith(listed)
        if listed.endswith("/")
        else listed in (asked_path, f"{asked_path}?{asked.query}")
    )
    return bool(host) and f".{asked_host}".endswith(f".{host}") and on_path


def _report(
    vendor: str,
    asked: tuple[str, ...],
    types: dict[str, list[str]],
    *,
    keep: float | None = None,
    expires_at: datetime | None = None,
) -> Data[ThreatReport]:
    listings = tuple(
        Listing(entry=entry, threats=_once(threats), urls=_covered(entry, asked))
        for entry, threats in types.items()
    )
    report = ThreatReport(asked=asked, listings=listings, keep=keep, expires_at=expires_at)
    return Data(vendor=vendor, value=report)


def _covered(entry: str, asked: tuple[str, ...]) -> tuple[str, ...]:
    """Return the URLs that an entry covers; all of them where it fits none, to be on the careful side."""
    return tuple(url for url in asked if url == entry or covers(entry, url)) or asked


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _seconds(duration: str | None) -> float | None:
    found = _DURATION.fullmatch(duration or "")
    return float(found.group(1)) if found else None
