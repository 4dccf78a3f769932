from __future__ import annotations

from typing import Any

from ag2_marketing.cli.protection_summary import protection
from ag2_marketing.cli.summaries import audit_lines

GRADED = {
    "grade": "B+",
    "score": 80,
    "tests_passed": 10,
    "tests_failed": 2,
    "preload": {"complete": True, "entry": None, "score_otherwise": None},
}
CERTIFICATE = {
    "host": "care.example",
    "issuer": "An authority",
    "valid_until": "2027-01-31T12:00:00Z",
    "reason": None,
}
LISTED = {"verdict": "listed", "source": "Google Web Risk", "threats": ["MALWARE"]}


def told(**security: Any) -> list[str]:
    return list(protection({"security": security}))


def test_grade_certificate_and_reputation_are_told_in_a_line_each() -> None:
    assert told(observatory=GRADED, certificate=CERTIFICATE, reputation=LISTED) == [
        "Grade B+ by the rules of the MDN HTTP Observatory: 80 points, 10 of 12 tests passed.",
        "Certificate of care.example, issued by An authority: valid until 2027-01-31",
        "Google Web Risk: listed (MALWARE).",
    ]


def test_what_a_part_of_the_preload_list_leaves_open_is_said() -> None:
    preload = {"complete": False, "entry": None, "score_otherwise": 85}
    assert (
        "85 points if the site is on the HSTS preload list"
        in told(observatory={**GRADED, "preload": preload})[1]
    )


def test_a_missing_grade_says_why() -> None:
    assert told(observatory=None, observatory_reason="A development server.") == [
        "No grade: A development server."
    ]


def test_a_faulty_certificate_says_what_is_wrong() -> None:
    (line,) = told(certificate={**CERTIFICATE, "reason": "The certificate has expired."})
    assert line.endswith("The certificate has expired.")


def test_what_is_unknown_or_was_not_asked_for_has_no_line() -> None:
    assert told(reputation={**LISTED, "verdict": "unknown"}) == []
    assert list(protection({"security": None})) == list(protection({})) == []


def test_what_a_server_says_of_itself_cannot_break_out_of_its_line() -> None:
    audit = {
        "final_url": "https://care.example/",
        "summary": {"checks": 0, "failed": 0, "warned": 0, "passed": 0},
        "findings": [],
        "security": {"certificate": {**CERTIFICATE, "issuer": "Evil\nCRITICAL: \x1b[31mx"}},
    }
    text = "\n".join(audit_lines(audit))
    assert "\x1b" not in text
    assert "\nCRITICAL" not in text
