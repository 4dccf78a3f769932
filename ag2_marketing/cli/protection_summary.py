"""What protects a page's visitors, as texts for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Facts = Mapping[str, Any]


def protection(audit: Facts) -> Iterator[str]:
    """Yield the grade, the certificate and the page's reputation; why one is unknown stands with the checks."""
    security = audit.get("security") or {}
    graded, certificate = security.get("observatory"), security.get("certificate")
    reputation = security.get("reputation")
    if graded:
        yield (
            f"Grade {graded['grade']} by the rules of the MDN HTTP Observatory: {graded['score']} points, "
            f"{graded['tests_passed']} of {graded['tests_passed'] + graded['tests_failed']} tests passed."
        )
        other = graded["preload"]["score_otherwise"]
        if other is not None and not graded["preload"]["complete"] and graded["preload"]["entry"] is None:
            yield f"{other} points if the site is on the HSTS preload list, of which only a part is at hand."
    elif security.get("observatory_reason"):
        yield f"No grade: {security['observatory_reason']}"
    if certificate:
        state = certificate["reason"] or f"valid until {str(certificate['valid_until'])[:10]}"
        yield f"Certificate of {certificate['host']}, issued by {certificate['issuer']}: {state}"
    if reputation and reputation["verdict"] != "unknown":
        threats = f" ({', '.join(reputation['threats'])})" if reputation["threats"] else ""
        yield f"{reputation['source']}: {reputation['verdict']}{threats}."
