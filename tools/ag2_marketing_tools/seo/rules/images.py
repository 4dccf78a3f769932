"""Images."""

from __future__ import annotations

import re

from ag2_marketing_tools.pages.model import Image
from ag2_marketing_tools.seo.catalogue import Check
from ag2_marketing_tools.seo.outcome import (
    Outcome,
    count_of,
    failed,
    measured,
    not_applicable,
    not_testable,
    passed,
    place,
    say,
    warned,
)
from ag2_marketing_tools.seo.rules.registry import rule
from ag2_marketing_tools.seo.subject import Subject

_NONE = "The page has no images."
_FIRST = 3  # images among which the one of the first screen is looked for (squirrelscan perf/lazy-above-fold)
_LEADING_NUMBER = re.compile(r"\d+")


@rule("img.alt")
def alternative_text(subject: Subject, check: Check) -> Outcome:
    """Fail on images that are seen and have no `alt` attribute."""
    images = subject.page.images
    if not images:
        return not_applicable(say("The page has no images."))
    missing = [image for image in images if image.alt is None and image.needs_alt]
    if len(missing) <= check.limits["good"].value:
        return passed()
    return failed(
        say("{images} without alternative text.", images=count_of(len(missing), "image")),
        measured=measured(check, len(missing)),
        evidence=[place("img", image.src or None, image.url) for image in missing],
    )


def _shown(subject: Subject) -> list[Image]:
    return [image for image in subject.page.images if not image.hidden]


@rule("img.alt_length")
def alternative_length(subject: Subject, check: Check) -> Outcome:
    """Mention alternative texts that a listener loses the thread in."""
    texts = [image for image in subject.page.images if image.alt]
    if not texts:
        return not_applicable(say("No image has an alternative text."))
    longest = max(texts, key=lambda image: len(image.alt or ""))
    maximum = check.limits["maximum"].value
    if len(longest.alt or "") <= maximum:
        return passed()
    return warned(
        say("The longest alternative text has {characters} characters.", characters=len(longest.alt or "")),
        measured=measured(check, len(longest.alt or "")),
        evidence=[place("img", image.alt, image.url) for image in texts if len(image.alt or "") > maximum],
    )


@rule("img.dimensions")
def dimensions(subject: Subject, check: Check) -> Outcome:
    """Warn of images whose place is not reserved, as far as the document tells."""
    images = [image for image in _shown(subject) if image.src and not image.src.startswith("data:")]
    if not images:
        return not_applicable(say(_NONE))
    found = [image for image in images if not image.sized]
    if len(found) <= check.limits["good"].value:
        return passed()
    return warned(
        say("{images} without width and height.", images=count_of(len(found), "image")),
        measured=measured(check, len(found)),
        evidence=[place("img", image.alt, image.url) for image in found],
    )


@rule("img.lazy_lcp")
def lazy_first_image(subject: Subject, check: Check) -> Outcome:
    """Warn where the first image that can be the largest one on the screen is loaded late."""
    large = [image for image in _shown(subject)[:_FIRST] if _may_be_large(image, check)]
    if not large:
        return not_applicable(say("No image near the top of the page can be its largest element."))
    if large[0].loading != "lazy":
        return passed()
    return warned(
        say("The first large image waits to be loaded (loading=lazy)."),
        evidence=[place('img loading="lazy"', large[0].alt, large[0].url)],
    )


def _may_be_large(image: Image, check: Check) -> bool:
    width = _LEADING_NUMBER.match(image.width or "")
    return width is None or int(width[0][:9]) >= check.limits["large_from"].value


@rule("img.bytes")
def sizes(subject: Subject, check: Check) -> Outcome:
    """Judge the largest image file; what was not measured cannot pass."""
    files = subject.files.images
    if not files and any(image.url for image in subject.page.images):
        return not_testable(say("The sizes of the images were not asked for."))
    if not files:
        return not_applicable(say(_NONE))
    known = [(file, file.size) for file in files if file.size is not None]
    large = sorted(
        ((file, size) for file, size in known if size > check.limits["good"].value), key=lambda one: -one[1]
    )
    if large:
        _, largest = large[0]
        verdict = failed if largest > check.limits["poor"].value else warned
        return verdict(
            say("The largest image that was measured has {bytes} bytes.", bytes=largest),
            measured=measured(check, largest),
            evidence=[place("img", None, file.url, size=size) for file, size in large],
        )
    unknown = next((file for file in files if file.size is None), None)
    if unknown is None:
        return passed()
    why = unknown.reason or say("It was not measured.")
    if not known:
        return not_testable(
            say(
                "No size of {images} could be measured. {why}",
                images=count_of(len(files), "image file"),
                why=why,
            )
        )
    return not_testable(
        say(
            "Of {images} {measured} could be measured, and none of those is too large. {why}",
            images=count_of(len(files), "image file"),
            measured=len(known),
            why=why,
        )
    )
