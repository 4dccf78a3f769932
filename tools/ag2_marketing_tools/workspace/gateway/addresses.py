"""Which addresses may be fetched from: the one place that decides it.

A URL is judged twice. `AddressRules.target` reads its text (scheme, host, port) before anything is looked up;
`AddressRules.check_answers` judges what the name resolved to, and the transport connects to an address that
was judged there and to no other. The networks and names that are refused are data (`address_rules.json`):
Python's `ipaddress.is_global` calls `::127.0.0.1`, 6to4 and NAT64 forms, multicast and Azure's host public.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from unicodedata import category

import httpx
import idna
from pydantic import BaseModel, ConfigDict
from pydantic.networks import IPvAnyNetwork

from ag2_marketing_tools.errors import AddressRefused, InvalidInput
from ag2_marketing_tools.messages import say

Address = IPv4Address | IPv6Address
Origin = tuple[str, str, int]
"""Scheme, host and port."""

DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_SHOWN_CHARACTERS: Final = 120
_URL: Final = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<authority>[^/?#]*)(?P<rest>[^#]*)(?:#.*)?", re.I
)
_AUTHORITY: Final = re.compile(r"(?P<host>\[[0-9a-f:.]+\]|[^\[\]:]+)(?::(?P<port>[0-9]{0,5}))?", re.I)
_LABEL: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_REFUSED_CATEGORIES: Final = frozenset({"Cc", "Cs", "Zs", "Zl", "Zp"})
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*")


class _Network(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    network: IPvAnyNetwork
    why: str
    source: str


class _Name(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    why: str
    source: str


class _RuleData(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    sources: dict[str, str]
    networks: tuple[_Network, ...]
    translation_prefix: IPv6Network
    names: tuple[_Name, ...]


@cache
def _data() -> _RuleData:
    return _RuleData.model_validate_json(files(__package__).joinpath("address_rules.json").read_bytes())


@dataclass(frozen=True)
class Target:
    """A URL that the rules let through, in its one normal form.

    Attributes:
        url: The URL, its host in ASCII and lower case, without a fragment.
        scheme: `http` or `https`.
        host: A name in ASCII, or an address without brackets.
        port: The port, the scheme's own where the URL has none.
        trusted: Whether the settings allow exactly this origin, whatever its address.
    """

    url: str
    scheme: str
    host: str
    port: int
    trusted: bool = False

    @property
    def origin(self) -> Origin:
        """Scheme, host and port: what two URLs must share for headers to travel between them."""
        return self.scheme, self.host, self.port


class AddressRules:
    """The rules as the settings have them."""

    def __init__(
        self, *, allowed_ports: Iterable[int], allowed_origins: Iterable[str] = (), max_url_length: int = 2048
    ) -> None:
        """Read the allowed origins.

        Raises:
            InvalidInput: An allowed origin is not of the form `http://host:port`.
        """
        self._ports = frozenset(allowed_ports)
        self._max_url_length = max_url_length
        self._origins = frozenset(_origin(text) for text in allowed_origins)

    def target(self, url: str) -> Target:
        """Return the URL in its normal form.

        Raises:
            AddressRefused: The text, scheme, host name, literal address or port is not allowed.
        """
        scheme, host, port, rest = self._split(url)
        trusted = self.trusts((scheme, host, port))
        if not trusted:
            if port not in self._ports:
                raise _refused(url, f"port {port} is not among {sorted(self._ports)}")
            reason = refused_host(host)
            if reason:
                raise _refused(url, reason)
        return Target(_assembled(url, scheme, host, port, rest), scheme, host, port, trusted)

    def trusts(self, origin: Origin) -> bool:
        """Whether the settings allow exactly this origin, whatever its address."""
        return origin in self._origins

    def check_answers(self, origin: Origin, addresses: Sequence[str]) -> None:
        """Judge everything that a name resolved to: one address that is not public refuses them all.

        Raises:
            AddressRefused: An answer is not a public address.
        """
        if self.trusts(origin):
            return
        for text in addresses:
            reason = refused_address(text)
            if reason:
                told = say("it resolves to {address}, {reason}", address=text, reason=reason)
                raise _refused(origin[1], reason if text == origin[1] else told)

    def _split(self, url: str) -> tuple[str, str, int, str]:
        if not isinstance(url, str):
            raise InvalidInput(f"{url!r} is not a URL.", remedy="Give a text such as 'https://example.com/'.")
        if len(url) > self._max_url_length:
            raise _refused(url, f"it has {len(url)} characters, more than {self._max_url_length}")
        if any(c == "\\" or category(c) in _REFUSED_CATEGORIES for c in url):
            raise _refused(url, say("it holds white space, a backslash or a control character"))
        parts = _URL.fullmatch(url)
        if parts is None or parts["scheme"].lower() not in DEFAULT_PORTS:
            raise _refused(url, say("it does not begin with http:// or https://"))
        scheme = parts["scheme"].lower()
        host, port = _host_and_port(url, parts["authority"])
        return scheme, host, DEFAULT_PORTS[scheme] if port is None else port, parts["rest"]


def refused_host(host: str) -> str | None:
    """Say why a host in its normal form is refused before it is looked up, or return None."""
    literal = _literal(host)
    if literal is not None:
        if embedded_ipv4(literal) is not None:
            return f"{host} hides an IPv4 address"
        return refused_address(host)
    if "." not in host:
        return say("{host} is a name of the local network", host=host)
    for entry in _data().names:
        if host == entry.name or host.endswith(f".{entry.name}"):
            return say("{host} is not a public name ({why})", host=host, why=entry.why)
    return None


def refused_address(text: str) -> str | None:
    """Say why an address is refused, or return None when it is a public one."""
    if "%" in text:
        return f"{text} is an address of one link only"
    literal = _literal(text)
    if literal is None:
        return f"{text} is not an address"
    if isinstance(literal, IPv6Address) and literal in _data().translation_prefix:
        # On a network with IPv6 alone, DNS64 answers every IPv4 site under this prefix.
        literal = IPv4Address(int(literal) & 0xFFFFFFFF)
    for entry in _data().networks:
        if literal.version == entry.network.version and literal in entry.network:
            return say("{address} is not a public address ({why})", address=str(literal), why=entry.why)
    hidden = embedded_ipv4(literal)
    return refused_address(str(hidden)) if hidden is not None else None


def embedded_ipv4(address: Address) -> IPv4Address | None:
    """Return the IPv4 address inside a mapped, compatible, 6to4, NAT64, Teredo or ISATAP address."""
    if isinstance(address, IPv4Address):
        return None
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address.teredo:
        return address.teredo[1]
    low = IPv4Address(int(address) & 0xFFFFFFFF)
    if address in IPv6Network("::/96") and int(address) > 1:
        return low
    if address in _data().translation_prefix or address in IPv6Network("64:ff9b:1::/48"):
        return low
    interface_id = (int(address) >> 32) & 0xFFFFFFFF
    return low if interface_id in (0x00005EFE, 0x02005EFE) else None


def _origin(text: str) -> Origin:
    parts = _URL.fullmatch(text)
    if parts is None or parts["scheme"].lower() not in DEFAULT_PORTS or parts["rest"] not in ("", "/"):
        raise InvalidInput(
            f"{text!r} is not an origin.", remedy="Write allowed_origins as in 'http://127.0.0.1:8000'."
        )
    scheme = parts["scheme"].lower()
    try:
        host, port = _host_and_port(text, parts["authority"])
    except AddressRefused as refusal:
        raise InvalidInput(f"{text!r} is not an origin that can be allowed: {refusal.message}") from None
    return scheme, host, DEFAULT_PORTS[scheme] if port is None else port


def _host_and_port(url: str, authority: str) -> tuple[str, int | None]:
    if "@" in authority:
        raise _refused(url, say("it holds a user name or a password"))
    if "%" in authority:
        raise _refused(url, "its host holds a percent sign")
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None:
        raise _refused(url, say("it has no usable host"))
    port = int(parts["port"]) if parts["port"] else None
    if port is not None and not 0 < port <= 65_535:
        raise _refused(url, f"{port} is not a port")
    return _normal_host(url, parts["host"]), port


def _normal_host(url: str, host: str) -> str:
    if host.startswith("["):
        try:
            return str(IPv6Address(host[1:-1]))
        except ValueError:
            raise _refused(url, f"{host} is not an IPv6 address") from None
    name = (host if host.isascii() else _ascii_name(url, host)).lower().removesuffix(".")
    labels = name.split(".")
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in labels):
        raise _refused(url, say("{host!r} is not a host name", host=host))
    # A last label that is a number makes the whole an IPv4 address (WHATWG URL, "ends in a number"); the C
    # library would read 0x7f.1, 0177.0.0.1 and 2130706433 as 127.0.0.1, so only the usual form is taken.
    if _NUMBER.fullmatch(labels[-1]) and _literal(name) is None:
        raise _refused(url, f"{host!r} is not an IPv4 address in its usual form, four decimal numbers")
    return name


def _ascii_name(url: str, host: str) -> str:
    if len(host) > 253:
        raise _refused(url, "its host name is longer than 253 characters")
    try:
        return idna.encode(host, uts46=True, std3_rules=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        raise _refused(url, f"{host!r} is not a valid international host name") from None


def _literal(host: str) -> Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None


def _assembled(url: str, scheme: str, host: str, port: int, rest: str) -> str:
    shown_host = f"[{host}]" if ":" in host else host
    authority = shown_host if port == DEFAULT_PORTS[scheme] else f"{shown_host}:{port}"
    if not rest.startswith("/"):
        rest = f"/{rest}"
    try:
        return str(httpx.URL(f"{scheme}://{authority}{rest}"))
    except (httpx.InvalidURL, UnicodeError) as error:
        raise _refused(url, str(error)) from None


def _refused(url: str, why: str) -> AddressRefused:
    shown = url if len(url) <= _SHOWN_CHARACTERS else f"{url[:_SHOWN_CHARACTERS]}…"
    return AddressRefused(
        say("{url!r} is refused: {why}.", url=shown, why=why),
        remedy=say("Give a public http or https URL; an origin of your own goes into allowed_origins."),
    )
