"""Every error that this project raises on purpose.

MarketingError
├── InvalidInput (ValueError)      the caller gave something that cannot be used
├── NotFound (LookupError)         a name or id that stands for nothing
├── Conflict                       the stored state does not allow this step
├── Unavailable                    a key, a component or a setting is missing
├── StoreError                     the database refused or is damaged
└── OutgoingError                  something on the way to another server
    ├── AddressRefused             the address rules forbid this target
    ├── FetchFailed                no usable answer; `kind` says why
    ├── RateLimited                the other side (or our own limit) says wait
    └── CircuitOpen                the service failed too often; `retry_after_s` says how long it rests

The message says what was wrong, with which value; `remedy` says what would be right.
"""

from __future__ import annotations

from typing import Literal

FetchFailure = Literal[
    "dns",
    "connect",
    "tls",
    "timeout",
    "protocol",
    "too_large",
    "too_many_redirects",
    "redirect_loop",
    "encoding",
    "content_type",
    "status",
    "forbidden_by_robots",
]
CertificateFault = Literal[
    "expired", "not_yet_valid", "wrong_host", "self_signed", "unknown_issuer", "revoked", "other"
]


class MarketingError(Exception):
    """The root: catch it to catch everything that this project raises on purpose."""

    def __init__(self, message: str, *, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}" if self.remedy else self.message


class InvalidInput(MarketingError, ValueError):
    """The caller gave something that cannot be used; the message names the value and what was expected."""


class NotFound(MarketingError, LookupError):
    """A name or an id that stands for nothing here."""


class Conflict(MarketingError):
    """The stored state does not allow this step (publishing a cancelled post, say)."""


class Unavailable(MarketingError):
    """A key, a component or a setting is missing; nothing was guessed in its place."""


class StoreError(MarketingError):
    """The database refused, is damaged or is of another version."""


class OutgoingError(MarketingError):
    """Something on the way to another server."""


class AddressRefused(OutgoingError):
    """The address rules forbid this target: scheme, port, name, or an address that is not public."""


class FetchFailed(OutgoingError):
    """There was no usable answer.

    `kind` says why; `status` and `media_type` hold what the answer said of itself where there was one, and
    `certificate_fault` what is wrong with the server's certificate where that is why (`kind` is then `tls`).
    """

    def __init__(
        self,
        message: str,
        *,
        kind: FetchFailure,
        status: int | None = None,
        media_type: str | None = None,
        certificate_fault: CertificateFault | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.kind = kind
        self.status = status
        self.media_type = media_type
        self.certificate_fault = certificate_fault


class RateLimited(OutgoingError):
    """The other side, or our own limit, says wait."""

    def __init__(
        self, message: str, *, retry_after_s: float | None = None, remedy: str | None = None
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.retry_after_s = retry_after_s


class CircuitOpen(OutgoingError):
    """A service failed too often and rests; `retry_after_s` says how long."""

    def __init__(self, message: str = "Circuit breaker is open", *, retry_after_s: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s
