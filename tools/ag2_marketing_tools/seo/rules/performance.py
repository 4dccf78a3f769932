"""What the document costs a browser."""

from __future__ import annotations

from ag2_marketing_tools.seo.catalogue import Check
from ag2_marketing_tools.seo.outcome import (
    Outcome,
    count_of,
    failed,
    measured,
    passed,
    place,
    say,
    warned,
)
from ag2_marketing_tools.seo.rules.registry import rule
from ag2_marketing_tools.seo.subject import Subject


def _graded(check: Check, value: int, message: str) -> Outcome:
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
