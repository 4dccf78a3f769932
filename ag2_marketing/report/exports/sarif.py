"""Findings as SARIF 2.1.0 (OASIS, 2020, with errata 01 of 2023), for continuous integration."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import quote

from ag2_marketing import __version__
from ag2_marketing.report.exports.rows import Facts, ways_of
from ag2_marketing_tools.pages.urls import canonical_form
from ag2_marketing_tools.seo.catalogue import Check, checks

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS: Final = {"critical": "error", "warning": "warning", "info": "note"}
FINGERPRINT: Final = "checkAndPage/v1"
_BASELINE: Final = {"new": "new", "worse": "updated", "better": "updated", "unchanged": "unchanged"}
_ADDRESS: Final = re.compile(r"https?://[^\s;,)]+")
_ORIGIN: Final = re.compile(r"[a-z][a-z0-9+.-]*://[^/?#]*", re.IGNORECASE)
_LONE_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
_AFTER_ORIGIN: Final = (
    "-._~:/?@!$&'()*+,;=%"  # RFC 3986, section 3.3 and 3.4; a fragment is no part of a page's address
)
_IN_ORIGIN: Final = "-._~:/[]@!$&'()*+,;=%"


def sarif_text(audit: Facts, comparison: Facts | None = None) -> str:
    """Return an audit's findings as SARIF: a rule for each check, a result for each check and page.

    Args:
        audit: As `public_audit` gives it.
        comparison: What `compare_audits` said of it, as JSON values; results then tell their `baselineState`,
            and what was fixed stands as `absent`.
    """
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(audit, comparison)]}
    return json.dumps(log, ensure_ascii=True, indent=2) + "\n"


def _run(audit: Facts, comparison: Facts | None) -> dict[str, Any]:
    made = audit["checks"]
    names = dict.fromkeys([*(one["check"] for one in made), *(one["check"] for one in _shown(audit))])
    compared = bool(comparison and comparison["compared"])
    fixed = comparison["fixed"] if comparison and compared else []
    known = checks()
    rules = [
        known[name] for name in dict.fromkeys([*names, *(one["check"] for one in fixed)]) if name in known
    ]
    index = {check.id: number for number, check in enumerate(rules)}
    results = [*_results(audit, ways_of(comparison) if compared else None), *_fixed(audit, fixed)]
    return {
        "tool": {
            "driver": {
                "name": "ag2-marketing",
                "semanticVersion": __version__,
                "rules": [_rule(check) for check in rules],
            }
        },
        "automationDetails": {"id": f"ag2-marketing/audit/{canonical_form(audit['final_url'])}/"},
        "invocations": [{"executionSuccessful": True, "endTimeUtc": _utc(audit["timestamp"])}],
        "columnKind": "unicodeCodePoints",
        "results": [
            {**result, "ruleIndex": index[result["ruleId"]]} if result["ruleId"] in index else result
            for result in results
        ],
    }


def _shown(audit: Facts) -> list[Facts]:
    return [*audit["findings"], *(audit.get("site") or {}).get("findings", ())]


def _rule(check: Check) -> dict[str, Any]:
    found = _ADDRESS.search(check.source)
    help_uri = {"helpUri": found[0].rstrip(".")} if found else {}
    return {
        "id": check.id,
        "shortDescription": {"text": check.title},
        "fullDescription": {"text": f"{check.what} {check.why}"},
        "help": {"text": f"{check.how_to_fix} Source: {check.source}."},
        **help_uri,
        "defaultConfiguration": {"level": LEVELS[check.severity]},
        "properties": {"tags": ["seo", check.part], "impact": check.impact, "effort": check.effort},
    }


def _results(audit: Facts, ways: dict[str, str] | None) -> Iterator[dict[str, Any]]:
    page = audit["final_url"]
    for finding in audit["findings"]:
        related = [place for place in finding["evidence"] if place["url"]]
        yield _result(
            finding,
            page,
            finding["message"],
            ways,
            logicalLocations=[_logical(place) for place in finding["evidence"]],
            relatedLocations=[
                {"id": number, "physicalLocation": _physical(place["url"])}
                for number, place in enumerate(related, start=1)
            ],
        )
    on_page = {finding["check"] for finding in audit["findings"]}
    for finding in (audit.get("site") or {}).get("findings", ()):
        for place in finding["places"]:
            if finding["check"] in on_page and _same_page(place["url"], page):
                continue  # told above, with its message
            message = finding["title"] + (f": {place['excerpt']}" if place["excerpt"] else "")
            yield _result(finding, place["url"], message, ways)


def _result(
    finding: Facts, page: str, message: str, ways: dict[str, str] | None, **more: list[dict[str, Any]]
) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": _physical(page)}
    if more.get("logicalLocations"):
        location["logicalLocations"] = more["logicalLocations"]
    related = more.get("relatedLocations")
    state = {} if ways is None else {"baselineState": _BASELINE[ways.get(finding["check"], "unchanged")]}
    return {
        "ruleId": finding["check"],
        "kind": "fail",
        "level": LEVELS[finding["severity"]],
        "message": {"text": message or finding["title"]},
        "locations": [location],
        **({"relatedLocations": related} if related else {}),
        "partialFingerprints": {FINGERPRINT: fingerprint(finding["check"], page)},
        **state,
    }


def _fixed(audit: Facts, fixed: list[Facts]) -> Iterator[dict[str, Any]]:
    """Yield what an earlier audit found and this one does not."""
    page = audit["final_url"]
    for one in fixed:
        yield {
            "ruleId": one["check"],
            "kind": "fail",
            "level": LEVELS[one["severity"]],
            "message": {"text": one["message_earlier"] or one["title"]},
            "locations": [{"physicalLocation": _physical(page)}],
            "partialFingerprints": {FINGERPRINT: fingerprint(one["check"], page)},
            "baselineState": "absent",
        }


def fingerprint(check: str, page: str) -> str:
    """Return what names a finding from run to run: its check and its page, not its figures."""
    return hashlib.sha256(f"{check}\n{_canonical(page)}".encode(errors="backslashreplace")).hexdigest()


def _canonical(url: str) -> str:
    try:
        return canonical_form(url)
    except ValueError:  # nothing that urllib can take apart: then as it is written
        return url


def _same_page(one: str, other: str) -> bool:
    return _canonical(one) == _canonical(other)


def _logical(place: Facts) -> dict[str, str]:
    """Return a place within the page; SARIF's kind for a place in HTML is `element`."""
    excerpt = place["excerpt"]
    name = {"fullyQualifiedName": place["element"], "kind": "element"}
    return {**name, "decoratedName": excerpt} if excerpt else name


def _physical(url: str) -> dict[str, Any]:
    return {"artifactLocation": {"uri": uri(url)}}


def uri(url: str) -> str:
    """Return an address as RFC 3986 has it: what may not stand in a URI is percent-encoded.

    >>> uri("https://a.example/b c[1]%?q=ü%20")
    'https://a.example/b%20c%5B1%5D%25?q=%C3%BC%20'
    """
    text = _LONE_PERCENT.sub("%25", url.encode(errors="replace").decode())
    origin = _ORIGIN.match(text)
    start = origin.end() if origin else 0
    return quote(text[:start], safe=_IN_ORIGIN) + quote(text[start:], safe=_AFTER_ORIGIN)


def _utc(timestamp: str) -> str:
    """Return a time as SARIF has it, in UTC with a `Z` (section 3.9)."""
    return re.sub(r"\+00:00$", "Z", timestamp)
