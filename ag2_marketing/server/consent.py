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

    def of_browser(self, headers: Mapping[str, str]) -> str | None:
        """Return the browser's objection, if it has one that is respected."""
        asks_not_to = "1" in (headers.get("dnt"), headers.get("sec-gpc"))
        return DO_NOT_TRACK if self.respect_do_not_track and asks_not_to else None

    def of_user(self, consent: bool | None) -> str | None:  # noqa: FBT001 (yes, no, not said)
        """Return the user's objection; one who said no is heeded whatever the rule."""
        return NO_CONSENT if consent is False or (self.require_consent and consent is None) else None
