"""What protects a page's visitors, as texts for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ag2_marketing_tools.messages import say

Facts = Mapping[str, Any]


def protection(audit: Facts) -> Iterator[str]:
    """Yield the grade, the certificate and the page's reputation; why one is unknown stands with the checks."""
    security = audit.get("security") or {}
    graded, certificate = security.get("observatory"), security.get("certificate")
    reputation = security.get("reputation")
    if graded:
        yield say(
            "Grade {grade} by the rules of the MDN HTTP Observatory: {score} points, "
            "{passed} of {tests} tests passed.",
            grade=graded["grade"],
            score=graded["score"],
            passed=graded["tests_passed"],
            tests=graded["tests_passed"] + graded["tests_failed"],
        )
        other = graded["preload"]["score_otherwise"]
        if other is not None and not graded["preload"]["complete"] and graded["preload"]["entry"] is None:
            yield say(
                "{score} points if the site is on the HSTS preload list, of which only a part is at hand.",
                score=other,
            )
    elif security.get("observatory_reason"):
        yield say("No grade: {why}", why=security["observatory_reason"])
    if certificate:
        until = str(certificate["valid_until"])[:10]
        yield say(
            "Certificate of {host}, issued by {issuer}: {state}",
            host=certificate["host"],
            issuer=certificate["issuer"],
            state=certificate["reason"] or say("valid until {day}", day=until),
        )
    if reputation and reputation["verdict"] != "unknown":
        threats = f" ({', '.join(reputation['threats'])})" if reputation["threats"] else ""
        yield f"{reputation['source']}: {_verdict(reputation['verdict'])}{threats}."


def _verdict(name: str) -> str:
    return {"safe": say("safe"), "unsafe": say("unsafe")}.get(name, name)
