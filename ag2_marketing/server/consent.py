"""What may be stored at all: consent, and browsers that ask not to be followed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

NO_CONSENT = "The user's consent was not given."
DO_NOT_TRACK = "The browser asks not to be tracked (Do-Not-Track or Global Privacy Control)."


@dataclass(frozen=True)
class ConsentPolicy:
    """The company's rule.

    Attributes:
        require_consent: Nothing is stored of an event without `consent: true`.
        respect_do_not_track: Nothing is stored of requests with `DNT: 1` or `Sec-GPC: 1`.
    """

    require_consent: bool
    respect_do_not_track: bool

    def objection(self, headers: Mapping[str, str], consent: bool | None) -> str | None:  # noqa: FBT001 (tri-state)
        """Return why nothing may be stored, None where it may; a user who said no is always heeded."""
        if consent is False or (self.require_consent and consent is None):
            return NO_CONSENT
        if self.respect_do_not_track and "1" in (headers.get("dnt"), headers.get("sec-gpc")):
            return DO_NOT_TRACK
        return None
