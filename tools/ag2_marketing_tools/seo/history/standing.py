"""How one check stands in one audit: on the audited page, and over the pages of its site."""

from __future__ import annotations

from dataclasses import dataclass

from ag2_marketing_tools.seo.history.snapshot import AuditSnapshot, FindingSeen, SiteFindingSeen, VerdictSeen
from ag2_marketing_tools.seo.model import Verdict


@dataclass(frozen=True)
class Standing:
    """One check in one audit.

    Attributes:
        seen: Its verdict on the audited page; None where the audit did not have the check.
        finding: What was found on the page, if anything was.
        on_site: What was found over the site's pages, if anything was and both audits looked at them alike.
    """

    seen: VerdictSeen | None
    finding: FindingSeen | None
    on_site: SiteFindingSeen | None

    @property
    def shown(self) -> FindingSeen | SiteFindingSeen | None:
        """What there is to mend, None where there is nothing."""
        return self.finding or self.on_site

    @property
    def verdict(self) -> Verdict | None:
        """The worse of the page's own verdict and the site's."""
        own = self.seen.verdict if self.seen else None
        if self.on_site is None or own == "fail":
            return own
        return self.on_site.verdict


class Standings:
    """An audit's checks by id.

    Args:
        audit: The stored audit.
        with_site: Whether the other audit looked at the same number of the site's pages.
    """

    def __init__(self, audit: AuditSnapshot, *, with_site: bool) -> None:
        self.audit = audit
        self._seen = {one.check: one for one in audit.checks}
        self._findings = {one.check: one for one in audit.findings}
        site = audit.site if with_site else None
        self._on_site = {one.check: one for one in site.findings} if site is not None else {}

    def of(self, check: str) -> Standing:
        """Return how a check stands."""
        return Standing(self._seen.get(check), self._findings.get(check), self._on_site.get(check))

    @property
    def checks(self) -> tuple[str, ...]:
        """The ids of all checks, in the audit's order."""
        return tuple(dict.fromkeys([*self._seen, *self._on_site]))
