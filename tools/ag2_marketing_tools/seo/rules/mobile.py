"""How the page adapts to phones."""

from __future__ import annotations

import re

from ag2_marketing_tools.seo.catalogue import Check, checks
from ag2_marketing_tools.seo.outcome import (
    Outcome,
    failed,
    measured,
    not_applicable,
    passed,
    place,
    say,
    warned,
)
from ag2_marketing_tools.seo.rules.registry import rule
from ag2_marketing_tools.seo.subject import Subject

_ABSENT = "The page has no viewport element."
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def viewport_properties(viewport: str) -> dict[str, str]:
    """Return the properties of a viewport element, folded (CSS Device Adaptation, section 9.3).

    >>> viewport_properties("width=device-width; initial-scale=1")
    {'width': 'device-width', 'initial-scale': '1'}
    """
    pairs = (part.partition("=") for part in re.split(r"[,;]", viewport.lower()))
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}


def adapts_to_device(viewport: str | None) -> bool:
    """Tell whether the page takes the device's width, or a scale that comes to the same."""
    properties = viewport_properties(viewport or "")
    scale = _number(properties.get("initial-scale"))
    return properties.get("width") == "device-width" or (
        "width" not in properties and scale is not None and scale >= 1
    )


def allows_zoom(viewport: str | None) -> bool:
    """Tell whether visitors can enlarge the page enough."""
    properties = viewport_properties(viewport or "")
    scale = _number(properties.get("maximum-scale"))
    smallest = checks()["mobile.zoom"].limits["smallest_maximum_scale"].value
    forbidden = properties.get("user-scalable") in {"no", "0", "none"}
    return not forbidden and (scale is None or scale >= smallest)


def _number(value: str | None) -> float | None:
    match = _NUMBER.match(value or "")
    return float(match[0]) if match else None


@rule("mobile.viewport")
def viewport(subject: Subject, _check: Check) -> Outcome:
    """Fail where the page keeps the width of a desktop."""
    content = subject.page.viewport
    if content is None:
        return failed(say(_ABSENT))
    if adapts_to_device(content):
        return passed()
    return failed(
        say("The viewport does not take the device's width."), evidence=[place("meta viewport", content)]
    )


@rule("mobile.zoom")
def zoom(subject: Subject, check: Check) -> Outcome:
    """Warn where visitors cannot enlarge the page."""
    content = subject.page.viewport
    if content is None:
        return not_applicable(say(_ABSENT))
    if allows_zoom(content):
        return passed()
    scale = _number(viewport_properties(content).get("maximum-scale"))
    return warned(
        say("The viewport keeps visitors from enlarging the page."),
        measured=None if scale is None else measured(check, scale),
        evidence=[place("meta viewport", content)],
    )
