"""A server's certificate, in words."""

from __future__ import annotations

import warnings
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

from ag2_marketing_tools.errors import CertificateFault
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.seo.security.model import Certificate
from ag2_marketing_tools.workspace.gateway import TlsSession

if TYPE_CHECKING:
    from cryptography.x509 import Certificate as Document
    from cryptography.x509 import Name

_LONGEST_NAME = 200
_MOST_HOSTS = 10
_EDWARDS_BITS = {"Ed25519": 256, "Ed448": 456}  # RFC 8032 (2017), section 5

# OpenSSL looks for a trusted authority first, then at the host, then at the dates: a later fault says that the
# earlier ones are none (X509_verify_cert, openssl 3.5, 2025).
_TRUSTED_DESPITE = frozenset({"expired", "not_yet_valid", "wrong_host"})
_NOT_TRUSTED = frozenset({"self_signed", "unknown_issuer"})


def read_certificate(
    session: TlsSession, host: str, fault: CertificateFault | None, now: datetime
) -> Certificate:
    """Return what a certificate says.

    Args:
        session: The connection on which it was shown.
        host: The host that was asked.
        fault: Why a connection that checks certificates was not made, None where it was.
        now: The time by which the days left are counted.

    Raises:
        ValueError: It cannot be read.
    """
    from cryptography.x509 import load_der_x509_certificate  # not loaded before it is needed

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of oddities in other people's certificates
        found = load_der_x509_certificate(session.certificate)
        hosts = _hosts(found)
        key_type, key_size = _key(found)
        return Certificate(
            host=host,
            subject=_name(found.subject) or (hosts[0] if hosts else None),
            hosts=hosts[:_MOST_HOSTS],
            issuer=_name(found.issuer),
            valid_from=found.not_valid_before_utc,
            valid_until=found.not_valid_after_utc,
            days_left=(found.not_valid_after_utc - now) // timedelta(days=1),
            host_matches=fault is None or (fault != "wrong_host" and covers(hosts, host)),
            chain_trusted=_is_trusted(fault),
            valid=fault is None,
            fault=fault,
            reason=why_invalid(fault, host) if fault else None,
            tls_version=session.version,
            key_type=key_type,
            key_size=key_size,
        )


def covers(names: list[str], host: str) -> bool:
    """Tell whether a certificate's names cover a host (RFC 9525, 2023, section 6.3).

    >>> covers(["*.example.com"], "www.example.com"), covers(["*.example.com"], "a.b.example.com")
    (True, False)
    """
    host = host.lower()
    _, dot, parent = host.partition(".")
    wildcard = f"*.{parent}" if dot and not _is_address(host) else None
    return any(name.lower() in {host, wildcard} for name in names)


def why_invalid(fault: CertificateFault, host: str) -> str:
    """Return in words why browsers would refuse a certificate."""
    match fault:
        case "expired":
            return say("The certificate of {host} has expired.", host=host)
        case "not_yet_valid":
            return say("The certificate of {host} is not valid yet.", host=host)
        case "wrong_host":
            return say("The certificate that {host} shows was issued for another host.", host=host)
        case "self_signed":
            return say("The certificate of {host} is signed by nobody whom browsers know.", host=host)
        case "unknown_issuer":
            return say(
                "No authority that browsers know vouches for the certificate of {host}, or the server leaves "
                "certificates out that lead to one.",
                host=host,
            )
        case "revoked":
            return say("The certificate of {host} was withdrawn by its issuer.", host=host)
        case _:
            return say("The certificate of {host} is not valid.", host=host)


def _is_trusted(fault: CertificateFault | None) -> bool | None:
    if fault is None or fault in _TRUSTED_DESPITE:
        return True
    return False if fault in _NOT_TRUSTED else None


def _hosts(found: Document) -> list[str]:
    from cryptography.x509 import DNSName, ExtensionNotFound, IPAddress, SubjectAlternativeName

    try:
        names = found.extensions.get_extension_for_class(SubjectAlternativeName).value
    except ExtensionNotFound:
        return []
    hosts = [*names.get_values_for_type(DNSName), *map(str, names.get_values_for_type(IPAddress))]
    return [_shown(host) for host in hosts]


def _name(name: Name) -> str | None:
    from cryptography.x509.oid import NameOID

    found = [
        str(part.value)
        for oid in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)
        for part in name.get_attributes_for_oid(oid)
    ]
    return _shown(found[0] if found else name.rfc4514_string()) or None


def _key(found: Document) -> tuple[str | None, int | None]:
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        key = found.public_key()
    except (UnsupportedAlgorithm, ValueError):
        return None, None
    name = type(key).__name__.lstrip("_").removesuffix("PublicKey")
    kind = "EC" if name.startswith("EllipticCurve") else name
    return kind, getattr(key, "key_size", _EDWARDS_BITS.get(kind))


def _shown(text: str) -> str:
    line = "".join(sign if sign.isprintable() else " " for sign in text[: 2 * _LONGEST_NAME])
    return line.strip()[:_LONGEST_NAME]


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
