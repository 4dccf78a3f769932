"""Addresses: what a person typed, what a page refers to, and which belong to the same site."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import SplitResult, urljoin, urlsplit, urlunsplit

from tldextract import TLDExtract
from w3lib.url import canonicalize_url

from ag2_marketing_tools.errors import InvalidInput

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?=//)|[a-z][a-z0-9+.-]*:(?!\d|/)", re.IGNORECASE)
_NOT_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f]")
_IGNORED_IN_REFERENCE = re.compile(r"[\t\n\r]")  # WHATWG URL standard, basic URL parser, step 3
_WITHOUT_HOST = re.compile(r"https?:/*", re.IGNORECASE)
_DEFAULT_PORTS = {"http": 80, "https": 443}
_WITHOUT_ADDRESS = frozenset({"javascript", "data", "vbscript", "about", "blob"})
_LONGEST = 2_048
# Spellings that RFC 3986 resolves by putting two texts together: no dot segment, parameter or fragment, nothing
# empty. They are nearly all references of a page, and reading each by `urllib` would cost more than the parser.
_PLAIN_HOST = r"https?://[A-Za-z0-9.-]+(?::[1-9]\d{0,3})?"
_PLAIN_PATH = r"(?:/(?![./])[^\x00-\x20\x7f\s#;?/]*)*"
_PLAIN_QUERY = r"(?:\?[^\x00-\x20\x7f\s#]+)?"
_ABSOLUTE = re.compile(rf"{_PLAIN_HOST}{_PLAIN_PATH}/?{_PLAIN_QUERY}")
_ROOTED = re.compile(rf"(?=/){_PLAIN_PATH}/?{_PLAIN_QUERY}")
_RELATIVE = re.compile(rf"[^\x00-\x20\x7f\s#;?:/.][^\x00-\x20\x7f\s#;?:/]*{_PLAIN_PATH}/?{_PLAIN_QUERY}")
_PLAIN_BASE = re.compile(rf"({_PLAIN_HOST})({_PLAIN_PATH}/)[^/?#;]*{_PLAIN_QUERY}")
_HOST = re.compile(r"https?://([A-Za-z0-9.-]+)(?::([1-9]\d{0,3}))?(?=[/?#]|\Z)", re.IGNORECASE)


def candidates(address: str) -> tuple[str, ...]:
    """Return the addresses to try for what a person typed: a bare host means https, then http.

    >>> candidates("competitor1.com")
    ('https://competitor1.com/', 'http://competitor1.com/')

    Raises:
        InvalidInput: It is empty, of another scheme than http and https, or no address at all.
    """
    text = address.strip()
    if not text or len(text) > _LONGEST or _NOT_IN_ADDRESS.search(text):
        raise InvalidInput(
            f"{address[:80]!r} is no web address; expected 'https://example.com/' or 'example.com', say"
        )
    scheme = _SCHEME.match(text)
    if scheme is None:
        rest = text.removeprefix("//")
        return tuple(_checked(f"{name}://{rest}", address) for name in ("https", "http"))
    if scheme[0].lower() not in {"http:", "https:"}:
        raise InvalidInput(f"{address[:80]!r} has the scheme {scheme[0][:-1]!r}; expected http or https")
    return (_checked(text, address),)


def _checked(url: str, address: str) -> str:
    parts = _split(url)
    if parts is None or not parts.hostname:
        raise InvalidInput(
            f"{address[:80]!r} names no host; expected an address such as 'https://example.com/'"
        )
    return urlunsplit(parts._replace(scheme=parts.scheme.lower(), path=parts.path or "/", fragment=""))


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname  # a port that is no number is found only when asked for
    except ValueError:
        return None
    return parts


def origin(url: str) -> str:
    """Return scheme, host and port, without a default port.

    >>> origin("HTTP://Example.com:80/a?b")
    'http://example.com'
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    bracketed = f"[{host}]" if ":" in host else host
    scheme = parts.scheme.lower()
    port = "" if parts.port in {None, _DEFAULT_PORTS.get(scheme)} else f":{parts.port}"
    return f"{scheme}://{bracketed}{port}"


@lru_cache(maxsize=8_192)  # several checks ask for that of the page, its canonical and its alternates
def canonical_form(url: str) -> str:
    """Return the form under which two spellings of one address are equal.

    Scheme and host in lower case, no default port, no fragment, sorted query, normalised percent-encoding
    (RFC 3986, section 6.2). Two different addresses that a server happens to answer alike stay different.
    """
    parts = urlsplit(canonicalize_url(url))
    path = urlsplit(urljoin(f"{origin(url)}/", parts.path)).path if parts.path else "/"
    return f"{origin(url)}{path}{'?' + parts.query if parts.query else ''}"


@lru_cache(maxsize=8_192)
def resolve(base: str, reference: str) -> str | None:
    """Return the absolute address of a reference, without fragment, or None where there is none."""
    text = reference.strip()
    head = text.partition("#")[0]
    if head.startswith("http"):
        if _ABSOLUTE.fullmatch(head):
            return head
        return _resolve_any(base, text)
    root, folder = _plain_base(base)
    if root and not head:  # a place on the same page
        return base
    if root and head.startswith("//"):
        whole = f"{root.partition('/')[0]}{head}"
        if _ABSOLUTE.fullmatch(whole):
            return whole
    elif root and head.startswith("/"):
        if _ROOTED.fullmatch(head):
            return root + head
    elif root and _RELATIVE.fullmatch(head):
        return root + folder + head
    return _resolve_any(base, text)


@lru_cache(maxsize=256)
def _plain_base(base: str) -> tuple[str, str]:
    """Return host and folder of a base that plain references are appended to; empty where it has none."""
    plain = _PLAIN_BASE.fullmatch(base)
    return (plain[1], plain[2]) if plain else ("", "")


def _resolve_any(base: str, reference: str) -> str | None:
    text = _IGNORED_IN_REFERENCE.sub("", reference)
    if _WITHOUT_HOST.fullmatch(text):
        return None
    try:
        parts = urlsplit(urljoin(base, text))
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme.lower() in _WITHOUT_ADDRESS or (parts.scheme in _DEFAULT_PORTS and not parts.hostname):
        return None
    return urlunsplit(parts._replace(fragment=""))


@cache
def _suffixes() -> TLDExtract:
    return TLDExtract(suffix_list_urls=(), cache_dir=None)  # the snapshot in the package: no download


@lru_cache(maxsize=4_096)
def _site_of(host: str, port: int | None) -> str:
    parts = _suffixes()(host)
    labels = host.split(".")
    if parts.ipv4 or parts.ipv6 or len(labels) == 1:
        return f"{host}:{port or ''}"
    # A name under no known suffix is taken by the list's own default rule, `*`: its last two labels.
    return parts.top_domain_under_public_suffix or ".".join(labels[-2:])


def host_of(url: str) -> str:
    """Return the host of an address in lower case; empty where it has none.

    >>> host_of("https://Care.example/a")
    'care.example'
    """
    plain = _HOST.match(url)
    return plain[1].lower() if plain else urlsplit(url).hostname or ""


def path_of(url: str) -> str:
    """Return the path of an address, without query and fragment.

    >>> path_of("https://care.example/a/b?c#d")
    '/a/b'
    """
    plain = _HOST.match(url)
    return url[plain.end() :].partition("#")[0].partition("?")[0] if plain else urlsplit(url).path


def site_of(url: str) -> str:
    """Return the registrable domain, or host and port where there is none (an IP address, `localhost`).

    >>> site_of("https://www.example.co.uk/a")
    'example.co.uk'
    """
    plain = _HOST.match(url)
    if plain:
        return _site_of(plain[1].lower(), int(plain[2]) if plain[2] else None)
    parts = urlsplit(url)
    return _site_of(parts.hostname or "", parts.port)


@lru_cache(maxsize=64)  # asked for with each link of the page
def _own(page_url: str) -> tuple[str, str]:
    """Return a page's site, and how most addresses of it begin."""
    return site_of(page_url), f"{_plain_base(page_url)[0] or origin(page_url)}/"


def is_internal(page_url: str, url: str) -> bool:
    """Tell whether an address belongs to the page's own site, its other subdomains included."""
    site, beginning = _own(page_url)
    if url.startswith(beginning):
        return True
    plain = _HOST.match(url)
    if plain is None:
        return url.lower().startswith(("http:", "https:")) and site == site_of(url)
    host = plain[1].lower()
    if ":" not in site and not host.rstrip(".").endswith(site.rstrip(".")):
        return False  # most links that lead away, without a look into the list of suffixes
    return site == _site_of(host, int(plain[2]) if plain[2] else None)
