"""How a vendor's answer fails, so that the audit can go on and say why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FailureKind = Literal["invalid_key", "not_enabled", "rate_limited", "page", "vendor", "unreachable"]


@dataclass(frozen=True)
class VendorFailure:
    """No figures, and why.

    `page` is the audited page's own fault (the key works), `vendor` the vendor's, `unreachable` the way.
    """

    kind: FailureKind
    message: str
