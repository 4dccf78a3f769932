"""What goes wrong with evidence, as errors."""

from __future__ import annotations

from ag2_marketing_tools.errors import InvalidInput, MarketingError, NotFound


class GroundingError(MarketingError):
    """A text holds numbers that no evidence supports, so it is not rendered; `violations` lists them."""

    def __init__(
        self, message: str, *, violations: tuple[object, ...] = (), remedy: str | None = None
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.violations = violations


class LedgerTampered(GroundingError):
    """The chain of evidence does not hold; the message names the first entry that does not fit."""

    def __init__(self, message: str, *, entry: str | None = None) -> None:
        super().__init__(message)
        self.entry = entry


class UnknownEvidence(NotFound):
    """A reference names evidence that is not on the ledger."""


class UnknownPath(NotFound):
    """A reference's path leads nowhere in its evidence."""


class NotEvidence(InvalidInput):
    """A result that cannot be recorded: not JSON, or with numbers that are not finite."""
