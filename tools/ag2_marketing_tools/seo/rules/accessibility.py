"""What the document alone tells of its use by screen readers."""

from __future__ import annotations

from ag2_marketing_tools.seo.catalogue import Check
from ag2_marketing_tools.seo.outcome import (
    Outcome,
    count_of,
    measured,
    passed,
    place,
    say,
    warned,
)
from ag2_marketing_tools.seo.rules.registry import rule
from ag2_marketing_tools.seo.subject import Subject


@rule("a11y.labels")
def names(subject: Subject, check: Check) -> Outcome:
    """Warn of fields, buttons, frames and links without a name."""
    found = subject.page.unnamed_controls
    if len(found) <= check.limits["good"].value:
        return passed()
    return warned(
        say(
            "{controls} without a name.",
            controls=count_of(
                len(found), "link, field, button or frame", "links, fields, buttons and frames"
            ),
        ),
        measured=measured(check, len(found)),
        evidence=[place(control) for control in found],
    )
