"""What the page costs a browser."""

from __future__ import annotations

from ag2_marketing_tools.seo.catalogue import Check
from ag2_marketing_tools.seo.outcome import (
    Outcome,
    count_of,
    failed,
    measured,
    not_testable,
    passed,
    place,
    say,
    warned,
)
from ag2_marketing_tools.seo.readings import first_known, why_unknown
from ag2_marketing_tools.seo.rules.registry import rule
from ag2_marketing_tools.seo.subject import Subject


def _graded(check: Check, value: float, message: str) -> Outcome:
    if value <= check.limits["good"].value:
        return passed()
    verdict = failed if value > check.limits["poor"].value else warned
    return verdict(message, measured=measured(check, value))


@rule("perf.html_bytes")
def html_bytes(subject: Subject, check: Check) -> Outcome:
    """Judge the size of the HTML."""
    size = subject.page.transfer.html_bytes
    return _graded(check, size, say("The HTML has {bytes} bytes.", bytes=size))


@rule("perf.dom")
def dom(subject: Subject, check: Check) -> Outcome:
    """Judge the number of elements."""
    nodes = subject.page.dom_nodes
    return _graded(check, nodes, say("The document has {elements} elements.", elements=nodes))


@rule("perf.render_blocking")
def render_blocking(subject: Subject, check: Check) -> Outcome:
    """Mention the files that the first paint waits for."""
    files = [resource for resource in subject.page.resources if resource.render_blocking]
    if len(files) <= check.limits["good"].value:
        return passed()
    return warned(
        say("The first paint waits for {files}.", files=count_of(len(files), "file")),
        measured=measured(check, len(files)),
        evidence=[place(file.element, None, file.url) for file in files],
    )


@rule("perf.tbt")
def total_blocking_time(subject: Subject, check: Check) -> Outcome:
    """Judge how long a lab run could not have answered a visitor, by the first source that measured it."""
    reading = first_known(subject.blocking_times)
    if reading is None or reading.value is None:
        return not_testable(why_unknown(subject.blocking_times) or say("No lab run was made."))
    return _graded(
        check,
        reading.value,
        say(
            "The page could not have answered for {blocked:g} ms in all ({source}).",
            blocked=reading.value,
            source=reading.source,
        ),
    )


@rule("perf.total_bytes")
def total_bytes(subject: Subject, check: Check) -> Outcome:
    """Judge what the page transfers; of a part of it, only what is too large already."""
    reading = first_known(subject.weights)
    if reading is None or reading.value is None:
        return not_testable(why_unknown(subject.weights) or say("It was not measured."))
    size = round(reading.value)
    if reading.whole:
        return _graded(
            check, size, say("The page weighs {bytes} bytes ({source}).", bytes=size, source=reading.source)
        )
    if size <= check.limits["good"].value:
        return not_testable(say("The whole page was not measured. {why}", why=reading.reason or ""))
    return _graded(
        check,
        size,
        say("The page weighs at least {bytes} bytes, as not all of its files were measured.", bytes=size),
    )
