"""How Google's APIs fail: `google.rpc.Status` with the older `errors` list beside it."""

from __future__ import annotations

import re
from abc import abstractmethod
from typing import ClassVar, Final, Generic

from pydantic import ValidationError

from ag2_marketing_tools.vendors.outcome import Failure, FailureKind, Outcome, QuotaWindow, T, failed
from ag2_marketing_tools.vendors.request import Answer, VendorRequest, Wire, by_status, in_no_known_form

_KEY_UNKNOWN: Final = frozenset({"API_KEY_INVALID", "API_KEY_EXPIRED", "keyInvalid", "authError"})
_SWITCHED_OFF: Final = frozenset({"SERVICE_DISABLED", "BILLING_DISABLED", "accessNotConfigured"})
_QUOTA: Final = frozenset(
    {
        "RATE_LIMIT_EXCEEDED",
        "rateLimitExceeded",
        "userRateLimitExceeded",
        "quotaExceeded",
        "dailyLimitExceeded",
    }
)
_SITE: Final = "lighthouseUserError"
_LIGHTHOUSE_CODE: Final = re.compile(r"Lighthouse returned error: ([A-Z][A-Z_]{2,50})\b")


class _Metadata(Wire):
    quota_limit: str = ""
    quota_limit_value: str = ""


class _Detail(Wire):
    reason: str = ""
    metadata: _Metadata = _Metadata()


class _Status(Wire):
    message: str = ""
    status: str = ""
    errors: tuple[_Detail, ...] = ()
    details: tuple[_Detail, ...] = ()

    @property
    def reasons(self) -> frozenset[str]:
        """What the error is called: in the list, in the details, as a status."""
        return frozenset(detail.reason for detail in (*self.errors, *self.details)) - {""}


class _Envelope(Wire):
    error: _Status


class GoogleRequest(VendorRequest[T], Generic[T]):
    """A question to an API of Google."""

    vendor: ClassVar[str]

    def read(self, answer: Answer) -> Outcome[T]:
        """Return what an answer says."""
        return self.data(answer) if answer.ok else google_failure(answer)

    @abstractmethod
    def data(self, answer: Answer) -> Outcome[T]:
        """Return what an answer with a successful status says."""


def google_failure(answer: Answer) -> Failure:
    """Return the failure that an error of Google stands for.

    Sources: AIP-193 (2026) for the envelope, `google.api.ErrorReason` (2026) for the reasons, the discovery
    documents named in `vendors.toml`.
    """
    try:
        error = _Envelope.model_validate_json(answer.content).error
    except ValidationError:
        return in_no_known_form(answer)
    vendor, reasons, said = answer.vendor, error.reasons, error.message
    found = _LIGHTHOUSE_CODE.search(said)
    fault = found.group(1) if found else None
    if _SITE in reasons or fault in vendor.site_faults:
        return failed(vendor, "audited_site_fault", said=said, code=fault, status=answer.status)
    code = next((detail.reason for detail in (*error.details, *error.errors) if detail.reason), None)
    if answer.status == 429 or reasons & _QUOTA:
        return _over_quota(answer, error, code)
    kind = _kind(answer.status, reasons)
    if kind:
        return failed(vendor, kind, said=said, code=code, status=answer.status)
    return by_status(answer, said=said, code=code or error.status or None)


def _kind(status: int, reasons: frozenset[str]) -> FailureKind | None:
    if reasons & _KEY_UNKNOWN:
        return "invalid_key"
    if reasons & _SWITCHED_OFF:
        return "service_disabled"
    return "key_not_permitted" if status == 403 else None


def _over_quota(answer: Answer, error: _Status, code: str | None) -> Failure:
    window = _window(error)
    if window is None:
        return failed(answer.vendor, "rate_limited", said=error.message, code=code, status=answer.status)
    return failed(
        answer.vendor,
        "quota_exhausted",
        said=error.message,
        code=code,
        status=answer.status,
        quota=window,
    )


def _window(error: _Status) -> QuotaWindow | None:
    """Return which quota is meant; a limit of 0 comes first, as waiting is then no use."""
    limits = [detail.metadata for detail in error.details]
    if any(limit.quota_limit_value == "0" for limit in limits):
        return "none"
    names = " ".join(limit.quota_limit for limit in limits) + f" {error.message}"
    if "dailyLimitExceeded" in error.reasons or re.search(r"per ?day|daily", names, re.I):
        return "day"
    return "minute" if re.search(r"per ?minute", names, re.I) else None
