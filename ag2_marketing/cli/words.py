"""Words that the lines of several commands share, in the reader's language."""

from __future__ import annotations

from ag2_marketing_tools.messages import say


def severity(name: str) -> str:
    """Return how a severity is marked at the beginning of a line."""
    return {"critical": say("CRITICAL"), "warning": say("WARNING"), "info": say("advice")}[name]


def vital(name: str) -> str:
    """Return a Core Web Vital's full name, which is the same in every language."""
    return {
        "lcp": "Largest Contentful Paint",
        "inp": "Interaction to Next Paint",
        "cls": "Cumulative Layout Shift",
    }[name]


def more(number: int) -> str:
    """Say that so many further entries are left out here."""
    return say("… and {number} more (--json lists them all)", number=number)


def level(name: str) -> str:
    """Return an impact or effort in words."""
    return {"high": say("high"), "medium": say("medium"), "low": say("low")}[name]


def state(name: str) -> str:
    """Return a campaign's or a post's state in words."""
    known = {
        "draft": say("draft"),
        "awaiting_approval": say("awaiting approval"),
        "scheduled": say("scheduled"),
        "missed": say("missed"),
        "publishing": say("publishing"),
        "published": say("published"),
        "failed": say("failed"),
        "cancelled": say("cancelled"),
    }
    return known.get(name, name.replace("_", " "))


def moment(iso: str) -> str:
    """Return an ISO 8601 moment to the minute."""
    return iso[:16].replace("T", " ")
