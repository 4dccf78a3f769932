"""History, comparison, exports and the exit codes for continuous integration, at the command line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import Invoke, is_one_sentence
from loopback_site import Site, running_site
from selectolax.lexbor import LexborHTMLParser

from ag2_marketing.demo import TARGET

PAGE = (Path(__file__).parents[3] / "ag2_marketing" / "demo" / "sites" / TARGET / "index.html").read_text(
    "utf-8"
)
MENDED = PAGE.replace("<head>", '<head><meta name="viewport" content="width=device-width, initial-scale=1">')
AUDIT = ("audit", "--max-pages", "1", "--metric", "mobile", "--metric", "meta")
CONTENT = ("content", "--max-pages", "1")


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site that the settings let the gateway reach, and whose page a test may mend."""
    with running_site() as running:
        monkeypatch.setenv("AG2_MARKETING_ALLOWED_ORIGINS", running.origin)
        monkeypatch.setenv("AG2_MARKETING_HOST_MIN_INTERVAL_S", "0")
        running.put("/", PAGE)
        yield running


def test_a_mended_page_is_compared_with_what_it_was(invoke: Invoke, site: Site) -> None:
    first = invoke(*AUDIT, site.url(), "--compare")
    assert first.exit_code == 0, first.output
    assert "Not compared: There is no earlier one" in first.stdout
    site.put("/", MENDED)
    second = invoke(*AUDIT, site.url(), "--compare")
    assert second.exit_code == 0, second.output
    told = second.stdout.partition("Compared with the audit of")[2]
    assert "1 fixed" in told
    assert "0 new, 0 worse" in told
    assert "Viewport for mobile" in told.partition("Fixed since then")[2]
    assert "critical findings: 1 → 0 (-1)" in told


def test_the_comparison_is_json_for_machines_and_fits_the_schema(invoke: Invoke, site: Site) -> None:
    import jsonschema

    schema = json.loads(invoke("schema", "audit").stdout)
    plain = json.loads(invoke(*AUDIT, site.url(), "--json").stdout)
    assert "comparison" not in plain
    site.put("/", MENDED)
    compared = json.loads(invoke(*AUDIT, site.url(), "--compare", "--json").stdout)
    assert [one["check"] for one in compared["comparison"]["fixed"]] == ["mobile.viewport"]
    for one in (plain, compared):
        jsonschema.validate(one, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**plain, "score": "high"}, schema)
    content = json.loads(invoke("schema", "content").stdout)
    for options in ((), ("--compare",)):
        jsonschema.validate(json.loads(invoke(*CONTENT, site.url(), *options, "--json").stdout), content)


def test_an_audit_is_compared_with_the_one_that_is_named(invoke: Invoke, site: Site) -> None:
    first = json.loads(invoke(*AUDIT, site.url(), "--json").stdout)["history_id"]
    site.put("/", MENDED)
    invoke(*AUDIT, site.url())
    against = json.loads(invoke(*AUDIT, site.url(), "--against", first, "--json").stdout)
    assert against["comparison"]["earlier"]["id"] == first
    refused = invoke(*AUDIT, site.url(), "--against", "nonsense")
    assert refused.exit_code == 2
    assert is_one_sentence(refused.stderr)


def test_the_history_lists_what_is_stored(invoke: Invoke, site: Site) -> None:
    assert "Nothing of this page is stored yet" in invoke("history", site.url()).stdout
    for page in (PAGE, MENDED):
        site.put("/", page)
        invoke(*AUDIT, site.url())
    invoke(*CONTENT, site.url())
    lines = invoke("history", site.url()).stdout.splitlines()
    assert [line.split()[2] for line in lines[1:4]] == ["content", "audit", "audit"]
    assert lines[-1].startswith("score: ")
    listed = json.loads(invoke("history", site.url(), "--kind", "audit", "--limit", 1, "--json").stdout)
    assert (len(listed["entries"]), listed["stored"]) == (1, 2)


def test_content_is_compared_with_what_it_was(invoke: Invoke, site: Site) -> None:
    assert "Not compared" in invoke(*CONTENT, site.url(), "--compare").stdout
    site.put("/", PAGE.replace("</main>", "<p>Respite care gives family caregivers a rest.</p></main>"))
    told = invoke(*CONTENT, site.url(), "--compare").stdout.partition("Compared with the analysis of")[2]
    assert "words: " in told


def test_findings_are_printed_as_csv_and_sarif(invoke: Invoke, site: Site) -> None:
    table = invoke(*AUDIT, site.url(), "--format", "csv")
    assert table.exit_code == 0, table.output
    found = list(csv.DictReader(io.StringIO(table.stdout, newline=""), strict=True))
    assert "mobile.viewport" in {row["check"] for row in found}
    log = json.loads(invoke(*AUDIT, site.url(), "--format", "sarif").stdout)
    assert log["version"] == "2.1.0"
    assert "mobile.viewport" in {one["ruleId"] for one in log["runs"][0]["results"]}
    assert json.loads(invoke(*AUDIT, site.url(), "--format", "json").stdout)["status"] == "success"
    contradiction = invoke(*AUDIT, site.url(), "--format", "csv", "--json")
    assert contradiction.exit_code == 2
    assert is_one_sentence(contradiction.stderr)


def test_the_files_lie_in_the_folder_that_is_named(invoke: Invoke, site: Site, tmp_path: Path) -> None:
    audited = invoke(*AUDIT, site.url(), "--out", tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "audit.json", "findings.csv", "findings.sarif", "report.html", "report.json", "report.md",
    ]  # fmt: skip
    assert f"Report: {tmp_path / 'out' / 'report.html'}" in audited.stdout
    invoke(*CONTENT, site.url(), "--out", tmp_path / "text")
    assert sorted(path.name for path in (tmp_path / "text").iterdir()) == [
        "content.json", "report.html", "report.json", "report.md",
    ]  # fmt: skip


SECTIONS = ("actions", "findings", "competitors", "keywords", "texts", "campaign", "experiment", "history")


def sections(html: str) -> set[str]:
    """Which of the report's sections a page holds."""
    tree = LexborHTMLParser(html)
    return {name for name in SECTIONS if tree.css_first(f"section#{name}") is not None}


def test_an_audit_alone_has_the_report_of_what_it_did(invoke: Invoke, site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert invoke(*AUDIT, site.url(), "--out", folder).exit_code == 0
    assert sections((folder / "report.html").read_text("utf-8")) == {"actions", "findings"}
    assert "genuine" in invoke("verify", folder / "report.html").stdout.lower()
    site.put("/", MENDED)
    assert invoke(*AUDIT, site.url(), "--compare", "--out", folder).exit_code == 0
    html = (folder / "report.html").read_text("utf-8")
    assert sections(html) == {"actions", "findings", "history"}
    assert "Viewport for mobile" in LexborHTMLParser(html).css_first("section#history").text()


def test_an_audit_is_printed_as_its_report(invoke: Invoke, site: Site) -> None:
    printed = invoke(*AUDIT, site.url(), "--format", "html")
    assert printed.exit_code == 0, printed.output
    assert printed.stdout.startswith("<!doctype html>")
    assert sections(printed.stdout) == {"actions", "findings"}


def test_a_content_analysis_alone_has_its_report_too(invoke: Invoke, site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "text"
    assert invoke(*CONTENT, site.url(), "--out", folder).exit_code == 0
    shown = sections((folder / "report.html").read_text("utf-8"))
    assert {"keywords", "texts"} <= shown
    assert not {"findings", "campaign"} & shown
    assert "genuine" in invoke("verify", folder / "report.html").stdout.lower()


@pytest.mark.parametrize(
    ("severity", "page", "code"), [("critical", PAGE, 5), ("critical", MENDED, 0), ("warning", MENDED, 5)]
)
def test_grave_findings_have_an_exit_code_of_their_own(
    severity: str, page: str, code: int, invoke: Invoke, site: Site
) -> None:
    site.put("/", page)
    finished = invoke(*AUDIT, site.url(), "--fail-on", severity)
    assert finished.exit_code == code
    if code:
        last = finished.stderr.strip().splitlines()[-1]
        assert is_one_sentence(last)
        assert f"--fail-on {severity}" in last
        assert finished.stdout  # the audit itself is told all the same


def test_only_what_is_new_counts_where_that_is_asked(invoke: Invoke, site: Site) -> None:
    assert invoke(*AUDIT, site.url(), "--fail-on-new").exit_code == 0  # nothing to compare with yet
    assert invoke(*AUDIT, site.url(), "--fail-on-new").exit_code == 0  # nothing changed
    site.put("/", MENDED)
    assert invoke(*AUDIT, site.url(), "--fail-on-new").exit_code == 0
    site.put("/", PAGE)
    broken = invoke(*AUDIT, site.url(), "--fail-on", "critical", "--fail-on-new")
    assert broken.exit_code == 5
    assert "1 new or worse finding (--fail-on critical --fail-on-new): Viewport" in broken.stderr


def test_a_page_that_cannot_be_read_is_no_finding(
    invoke: Invoke, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AG2_MARKETING_FETCH_BACKOFF_S", "0")
    finished = invoke(*AUDIT, "http://127.0.0.1:9/", "--fail-on", "info")
    assert finished.exit_code not in {0, 5}


def test_the_whole_job_compares_writes_the_findings_and_fails_on_them(
    invoke: Invoke, site: Site, tmp_path: Path
) -> None:
    invoke(*AUDIT[:3], site.url())
    site.put("/", MENDED)
    folder = tmp_path / "report"
    options = (
        "--max-pages",
        "1",
        "--platform",
        "facebook",
        "--out",
        folder,
        "--compare",
        "--fail-on",
        "warning",
    )
    finished = invoke("run", site.url(), *options, "--json")
    assert finished.exit_code == 5, finished.output
    answer = json.loads(finished.stdout)
    assert [one["check"] for one in answer["changes"]["audit"]["fixed"]] == ["mobile.viewport"]
    assert set(answer["findings"]) == {"csv", "sarif"}
    log = json.loads((folder / "findings.sarif").read_text("utf-8"))
    states = {one["ruleId"]: one["baselineState"] for one in log["runs"][0]["results"]}
    assert states["mobile.viewport"] == "absent"
    assert "change" in (folder / "findings.csv").read_text("utf-8").splitlines()[0]
    told = invoke("run", site.url(), *options[:-2])
    assert told.exit_code == 0, told.output
    assert "Compared with the audit of" in told.stdout


@pytest.mark.parametrize("name", ["audit", "content", "report"])
def test_a_schema_is_printed(name: str, invoke: Invoke) -> None:
    assert json.loads(invoke("schema", name).stdout)["type"] == "object"
    assert invoke("schema", "nothing").exit_code == 2
