"""TLS: what certificates are checked against, what a connection agreed on, and why a check failed."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import Final

import httpcore
import httpx

from ag2_marketing_tools.errors import CertificateFault

_FAULTS: Final[dict[int, CertificateFault]] = {
    9: "not_yet_valid",
    10: "expired",
    18: "self_signed",
    19: "self_signed",
    2: "unknown_issuer",
    20: "unknown_issuer",
    21: "unknown_issuer",
    23: "revoked",
    62: "wrong_host",
    64: "wrong_host",
}
"""OpenSSL's verification errors (X509_V_ERR_*, openssl/x509_vfy.h, 3.5, 2025)."""


@dataclass(frozen=True)
class TlsSession:
    """What a connection agreed on.

    Attributes:
        version: As in `TLSv1.3`.
        certificate: The server's own certificate, in DER.
        checked: Whether the certificate was checked, and found to be valid for the host.
    """

    version: str
    certificate: bytes = field(repr=False)
    checked: bool


def usual_tls() -> ssl.SSLContext:
    """Return a context that trusts the usual authorities, whatever the environment says."""
    return httpx.create_ssl_context(trust_env=False)


def unchecked_tls() -> ssl.SSLContext:
    """Return a context that takes any certificate: for looking at a server, never for believing it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def agreed(stream: httpcore.AsyncNetworkStream | None, *, checked: bool) -> TlsSession | None:
    """Return what a connection agreed on, None for one without TLS; ask while it is open."""
    connection = stream.get_extra_info("ssl_object") if stream else None
    if connection is None:
        return None
    certificate, version = connection.getpeercert(binary_form=True), connection.version()
    return TlsSession(version, certificate, checked) if certificate and version else None


def certificate_fault(error: ssl.SSLError) -> CertificateFault | None:
    """Return what is wrong with a certificate, None where it was not the reason."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        return None
    return _FAULTS.get(error.verify_code, "other")
