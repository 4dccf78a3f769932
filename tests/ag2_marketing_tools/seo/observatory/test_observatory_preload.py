"""The preload list: what it covers, what a grade owes to it, and how a new one is made."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from loopback_site import running_site
from observatory_sites import HOST, HTTP, NOBODY, preload_list, site

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.seo.observatory import grade
from ag2_marketing_tools.seo.observatory.preload import (
    FILE_NAME,
    of_chromium,
    of_workspace,
    read,
    shipped,
    to_json,
)
from ag2_marketing_tools.seo.observatory.refresh_preload import main
from ag2_marketing_tools.workspace import Settings, SystemClock, Workspace

CHROMIUM = """// A comment, "quoted" and all.
{
  "pinsets": [ { "report_uri": "http://example.org/a//b" } ],
  "entries": [
    // Another one.
    { "name": "Whole.example", "policy": "bulk", "mode": "force-https", "include_subdomains": true },
    { "name": " one.example", "mode": "force-https" }, // after an entry
    { "name": "pinned.example", "include_subdomains": true, "pins": "test" }
  ]
}
"""
DAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("host", "entry"),
    [
        ("whole.example", "whole.example"),
        ("a.b.whole.example", "whole.example"),
        ("one.example", "one.example"),
        ("www.one.example", None),
        ("pinned.example", None),
        ("awhole.example", None),
        ("example", None),
        ("", None),
    ],
)
def test_an_entry_covers_its_host_and_where_it_says_so_the_hosts_below(host: str, entry: str | None) -> None:
    assert of_chromium(CHROMIUM, as_of=DAY).match(host) == entry


def test_the_list_that_comes_with_the_package_is_dated_and_says_that_it_is_not_whole() -> None:
    assert not shipped().complete
    assert shipped().as_of < DAY
    assert shipped().source
    assert shipped().match("myagency.app") == "app"
    assert shipped().match("www.gmail.com") is None


def test_a_preloaded_site_needs_no_header_and_no_redirect() -> None:
    result = grade(site(route=(HTTP,)), preload=preload_list("example.org"))
    assert result.test("strict-transport-security").modifier == 5
    assert result.test("redirection").result == "redirection-all-redirects-preloaded"
    assert result.preload.entry == "example.org"


def test_a_host_without_https_has_no_hsts_even_if_it_is_preloaded() -> None:
    result = grade(site(https=False, route=(HTTP,)), preload=preload_list(HOST))
    assert result.test("strict-transport-security").result == "hsts-not-implemented-no-https"


def test_a_grade_that_rests_on_an_entry_says_so() -> None:
    result = grade(site(), preload=preload_list(HOST))
    assert {test.name for test in result.tests if test.depends_on_preload_list} == {
        "redirection",
        "strict-transport-security",
    }
    assert (result.score, result.preload.score_otherwise) == (50, 30)
    assert result.preload.note is not None
    assert "2026-03-02" in result.preload.note


def test_a_host_missing_from_an_incomplete_list_leaves_the_grade_in_doubt() -> None:
    cookie = ("Set-Cookie", "theme=dark")
    result = grade(site(cookie), preload=preload_list(complete=False))
    assert result.test("cookies").result == "cookies-without-secure-flag"
    assert {test.name for test in result.tests if test.depends_on_preload_list} == {
        "cookies",
        "redirection",
        "strict-transport-security",
    }
    assert (result.score, result.preload.score_otherwise) == (10, 45)
    assert result.preload.note is not None
    assert "incomplete" in result.preload.note


def test_a_host_missing_from_a_complete_list_leaves_no_doubt() -> None:
    result = grade(site(), preload=NOBODY)
    assert not any(test.depends_on_preload_list for test in result.tests)
    assert (result.preload.score_otherwise, result.preload.note) == (None, None)


def settings_of(home: Path, *origins: str) -> Settings:
    return Settings(_env_file=None, home=home, allowed_origins=origins, host_min_interval_s=0)


def test_the_command_fetches_the_list_into_the_home_where_audits_find_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "new" / "home"
    with running_site() as site:
        source = site.put("/list.json", CHROMIUM, content_type="text/plain")
        assert main(["--source", source], settings_of(home, site.origin)) == 0
    assert "2 entries as of" in capsys.readouterr().out
    written = read(home / FILE_NAME)
    assert written.complete
    assert written.as_of == SystemClock().now().date()
    assert written.source == source
    assert written.match("www.whole.example") == "whole.example"


@pytest.mark.parametrize(("status", "body"), [(404, CHROMIUM), (200, "<html>")])
def test_a_fetch_that_brings_no_list_leaves_the_old_one(
    status: int, body: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / FILE_NAME).write_text("old", "utf-8")
    with running_site() as site:
        source = site.put("/list.json", body, status=status)
        assert main(["--source", source], settings_of(tmp_path, site.origin)) == 1
    assert capsys.readouterr().err
    assert (tmp_path / FILE_NAME).read_text("utf-8") == "old"


def test_an_address_that_is_not_allowed_is_not_fetched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--source", "http://127.0.0.1:8080/list.json"], settings_of(tmp_path)) == 1
    assert "refused" in capsys.readouterr().err


async def test_audits_grade_by_the_list_of_the_home_else_by_the_seed(workspace: Workspace) -> None:
    assert of_workspace(workspace) == shipped()
    path = workspace.settings.home / FILE_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(to_json(preload_list("example.org")), "utf-8")
    assert of_workspace(workspace).match(HOST) == "example.org"


async def test_a_damaged_list_is_told_of_and_not_used(
    workspace: Workspace, caplog: pytest.LogCaptureFixture
) -> None:
    path = workspace.settings.home / FILE_NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{", "utf-8")
    assert of_workspace(workspace) == shipped()
    assert "refresh_preload" in caplog.text


def test_the_command_makes_a_list_of_a_download_and_the_same_bytes_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    download, target = tmp_path / "chromium.json", tmp_path / "list.json"
    download.write_text(CHROMIUM, "utf-8")
    arguments = ["--download", str(download), "--target", str(target), "--as-of", "2026-03-02"]
    assert main(arguments, settings_of(tmp_path)) == 0
    assert "2 entries as of 2026-03-02" in capsys.readouterr().out
    written = target.read_bytes()
    assert read(target) == of_chromium(CHROMIUM, as_of=DAY)
    assert main(arguments, settings_of(tmp_path)) == 0
    assert target.read_bytes() == written
    assert sorted(path.name for path in tmp_path.iterdir()) == ["chromium.json", "list.json"]


def test_a_download_needs_its_day(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--download", "chromium.json"], settings_of(tmp_path))
    assert "--as-of" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"entries": [1]}', '{"entries": [{"mode": "force-https"}]}', "<html>"]
)
def test_a_download_that_is_not_the_list_leaves_the_old_list_alone(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    download, target = tmp_path / "chromium.json", tmp_path / "list.json"
    download.write_text(text, "utf-8")
    target.write_text("old", "utf-8")
    arguments = ["--download", str(download), "--target", str(target), "--as-of", "2026-03-02"]
    assert main(arguments, settings_of(tmp_path)) == 1
    assert "not Chromium's preload list" in capsys.readouterr().err
    assert target.read_text("utf-8") == "old"


def test_a_download_that_is_missing_is_said_to_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["--download", str(tmp_path / "none.json"), "--as-of", "2026-03-02"]
    assert main(arguments, settings_of(tmp_path)) == 1
    assert "none.json" in capsys.readouterr().err


def test_a_file_that_is_no_preload_list_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    with pytest.raises(InvalidInput, match="cannot be read"):
        read(path)
    path.write_text('{"format": 2}', "utf-8")
    with pytest.raises(InvalidInput, match="no preload list"):
        read(path)
