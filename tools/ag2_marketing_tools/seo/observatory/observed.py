"""What was seen of a site: all that the twelve tests read, and nothing else.

The Observatory opens two visits, to the page by http and by https, follows the redirects of each, then asks
its server for `/robots.txt` (whose cookies it drops) and sends it a CORS preflight. `seo.security` fills this:

- **`Visit`**: an `Exchange` per answer, redirects included, each with all its headers. A visit that did not
  connect is None. Where a certificate is not valid, the Observatory reads on, and so does the Gateway with
  `check_certificate=False`; the visit says so.
- **`Document`**: `Document.of_html(response.text())` of the last answer of the visit that is graded (https,
  else http), or `Document.of_tags` where it was parsed already.
- **`preflight`**: the headers of the answer to `OPTIONS` of the page's address with the headers
  `Origin: <preflight_origin>` and `Access-Control-Request-Method: GET`; None where there was none.
- **`extra`**: whatever else set cookies in the same session.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator
from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from ag2_marketing_tools.seo.observatory.javascript import trim

Attributes = Mapping[str, str | None]
Headers = tuple[tuple[str, str], ...]

PREFLIGHT_ORIGIN = "https://http-observatory.security.mozilla.org"
HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})

# Node's HTTP client, through which the Observatory looks, keeps the first of these and joins all others.
_FIRST_ONLY = frozenset(
    {
        "age", "authorization", "content-length", "content-type", "etag", "expires", "from", "host",
        "if-modified-since", "if-unmodified-since", "last-modified", "location", "max-forwards",
        "proxy-authorization", "referer", "retry-after", "server", "user-agent",
    }
)  # fmt: skip


class _Seen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Exchange(_Seen):
    """One answer. A header that was sent several times stands several times in `headers`, in order."""

    url: str
    status: int = 200
    headers: Headers = ()

    @classmethod
    def of(cls, url: str, status: int, headers: Iterable[tuple[str, str]]) -> Self:
        """Return the exchange of any client's answer."""
        return cls(url=url, status=status, headers=tuple(headers))

    def header(self, name: str) -> str | None:
        """Return a header's value, repeated ones joined by a comma, or None where it was not sent."""
        return header_of(self.headers, name)

    @property
    def cookies(self) -> tuple[str, ...]:
        """The values of all `Set-Cookie` headers."""
        return tuple(value for name, value in self.headers if name.lower() == "set-cookie")

    @property
    def media_type(self) -> str:
        """What stands before the first `;` of `Content-Type`, as it is written, or an empty string."""
        return (self.header("content-type") or "").split(";")[0]


class Visit(_Seen):
    """A request and all answers that followed: its redirects, then the one that did not redirect."""

    exchanges: Annotated[tuple[Exchange, ...], Field(min_length=1)]
    certificate_is_valid: bool = True

    @property
    def requested_url(self) -> str:
        """The address that was asked for first."""
        return self.exchanges[0].url

    @property
    def final(self) -> Exchange:
        """The last answer."""
        return self.exchanges[-1]

    @property
    def route(self) -> tuple[str, ...]:
        """The addresses that answered, in order."""
        return tuple(exchange.url for exchange in self.exchanges)


class Script(_Seen):
    """A `<script>`, its attributes as they are written; None where an attribute is missing."""

    src: str | None = None
    integrity: str | None = None
    crossorigin: str | None = None


class Document(_Seen):
    """What the tests read of the page itself."""

    scripts: tuple[Script, ...] = ()
    policies: tuple[str, ...] = Field(default=(), description="Contents of `<meta>` policies, in order.")
    referrer: str | None = Field(default=None, description="Content of the last `<meta name=referrer>`.")
    can_be_parsed: bool = True

    @classmethod
    def of_html(cls, html: str) -> Self:
        """Read a document as a browser without scripting does.

        What is in a `<template>` is left out, as no browser runs it; the Observatory's tokenizer counts it.
        """
        try:
            parser = LexborHTMLParser(html)
            scripts = [node.attributes for node in parser.css("script")]
            metas = [node.attributes for node in parser.css("meta")]
        except SelectolaxError:
            return cls(can_be_parsed=False)
        return cls.of_tags(scripts, metas)

    @classmethod
    def of_tags(cls, scripts: Iterable[Attributes], metas: Sequence[Attributes]) -> Self:
        """Return what the tests read of a document's `<script>` and `<meta>` tags, given by their attributes."""
        policies = [meta["content"] for meta in metas if _stands_for(meta, "content-security-policy")]
        referrers = [meta["content"] for meta in metas if _names_referrer(meta)]
        return cls(
            scripts=tuple(_script(attributes) for attributes in scripts),
            policies=tuple(policy for policy in policies if policy),
            referrer=next((value for value in reversed(referrers) if value), None),
        )


class ObservedSite(_Seen):
    """Everything that one grading rests on; at least one of the two visits must have been answered."""

    http: Visit | None = None
    https: Visit | None = None
    document: Document = Document()
    preflight: Headers | None = None
    preflight_origin: str = PREFLIGHT_ORIGIN
    extra: tuple[Exchange, ...] = ()

    @model_validator(mode="after")
    def _answered(self) -> Self:
        if self.http is None and self.https is None:
            raise ValueError("neither the http nor the https visit was answered: there is nothing to grade")
        return self

    @property
    def visit(self) -> Visit:
        """The visit that is graded: the one by https, else the one by http."""
        visit = self.https or self.http
        assert visit is not None  # noqa: S101  the validator above has seen to it
        return visit

    @property
    def page(self) -> Exchange:
        """The answer that is graded."""
        return self.visit.final

    @property
    def hostname(self) -> str:
        """The host that was asked for."""
        return host_of(self.visit.requested_url)

    @property
    def is_https(self) -> bool:
        """Whether the graded visit was asked for by https, wherever it ended."""
        return scheme_of(self.visit.requested_url) == "https"

    @property
    def metas(self) -> Document:
        """The document, for its `<meta>`s: they count only in what is declared to be HTML."""
        return self.document if self.page.media_type in HTML_TYPES else Document()


def header_of(headers: Headers, name: str) -> str | None:
    """Return a header's value, repeated ones joined by a comma, or None where it was not sent."""
    values = [value for given, value in headers if given.lower() == name]
    if not values:
        return None
    return values[0] if name in _FIRST_ONLY else ", ".join(values)


def host_of(url: str) -> str:
    """Return an address's host in lower case, empty where it has none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def scheme_of(url: str) -> str:
    """Return an address's scheme in lower case, empty where it has none."""
    try:
        return urlsplit(url).scheme
    except ValueError:
        return ""


def _script(attributes: Attributes) -> Script:
    return Script(
        src=attributes.get("src"),
        integrity=attributes.get("integrity"),
        crossorigin=attributes.get("crossorigin"),
    )


def _stands_for(meta: Attributes, header: str) -> bool:
    return "content" in meta and trim(meta.get("http-equiv") or "").lower() == header


def _names_referrer(meta: Attributes) -> bool:
    is_header = "http-equiv" in meta and "content" in meta
    return not is_header and "content" in meta and trim(meta.get("name") or "").lower() == "referrer"
