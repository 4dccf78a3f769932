"""What the documents say is so."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import components
import pytest
import readme
import typer.main

import ag2_marketing
from ag2_marketing.cli.app import app
from ag2_marketing.cli.terminal import EXIT_CODES
from ag2_marketing_tools.workspace import Settings

ROOT = readme.ROOT
README = readme.README.read_text("utf-8")
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md"]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)

# Put together here, so that this file does not name them itself.
HOSTS = ["pypi" + ".org", "python" + "hosted.org", "deb.debian" + ".org", "npmjs" + ".org"]
PLACES = [
    f"/{place}/"
    for place in ("work/" + "main", "work/" + "shared", "ro" + "ot", "tmp/" + "plan", "tmp/" + "venv")
]


def _blocks(language: str) -> list[str]:
    return [text for name, text in BLOCK.findall(README) if name == language]


def _committed(request: pytest.FixtureRequest) -> Iterator[Path]:
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        components.leave_out(request.config, "this is no git checkout, so what is committed is not known")
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, check=True, cwd=ROOT)
    yield from (ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file())


# The README


@pytest.mark.parametrize("part", ["commands", "settings"])
def test_a_table_of_the_readme_is_what_the_program_prints(part: str) -> None:
    assert readme.shown(README)[part] == readme.PARTS[part](), "run `make readme`"


def test_the_output_in_the_readme_is_what_the_demonstration_prints() -> None:
    assert readme.steady(readme.shown(README)["demo"]) == readme.steady(readme.demo_output()), (
        "run `make readme`"
    )


def test_every_part_that_is_printed_stands_in_the_readme() -> None:
    assert set(readme.shown(README)) == set(readme.PARTS)


def test_the_readme_fits_its_promise_on_the_first_screen() -> None:
    first = README.split("\n## ", 1)[0]
    assert first.index("make demo") < first.index("make test") < first.index("```text")
    assert len(first[: first.index("```text")].splitlines()) <= 20


@pytest.mark.parametrize("code", _blocks("python"))
def test_the_python_of_the_readme_runs(code: str, tmp_path: Path) -> None:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("AG2_MARKETING_")}
    path = os.pathsep.join(part for part in sys.path if part)
    finished = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**variables, "AG2_MARKETING_HOME": str(tmp_path), "PYTHONPATH": path},
    )
    assert finished.returncode == 0, finished.stderr
    assert "scheduled 10 posts" in finished.stdout
    assert re.search(r"^success \d+ checks failed$", finished.stdout, re.MULTILINE)


def test_the_readme_has_python_to_run() -> None:
    assert _blocks("python")


def _commands_of(text: str) -> Iterator[list[str]]:
    blocks = [
        line for name, block in BLOCK.findall(text) if name in {"sh", ""} for line in block.splitlines()
    ]
    spans = re.findall(r"`([^`\n]+)`", BLOCK.sub("", text))
    for line in (*blocks, *spans):
        words = (
            shlex.split(line, comments=True) if "'" not in line or line.count("'") % 2 == 0 else line.split()
        )
        if words and words[0].rpartition("/")[2] in {"make", "ag2-marketing"}:
            yield [words[0].rpartition("/")[2], *words[1:]]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_command_that_a_document_names_exists(document: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for program, *words in _commands_of((ROOT / document).read_text("utf-8")):
        if program == "make":
            named = [word for word in words if word.isalpha() and word.islower()]
            assert set(named) <= targets, f"make {' '.join(words)}"
        else:
            _require_command(words)


def _require_command(words: list[str]) -> None:
    found = typer.main.get_command(app)
    for word in words:
        children = getattr(found, "commands", {})
        if word.startswith("-") or not children or word in {"…", "..."}:
            break
        assert word in children, f"there is no command {' '.join(words)}"
        found = children[word]
    options = {option for parameter in found.params for option in parameter.opts} | {"--help"}
    assert {word.partition("=")[0] for word in words if word.startswith("--")} <= options, words


def test_the_documents_name_commands_to_check() -> None:
    assert len(list(_commands_of(README))) >= 8


def test_every_exit_code_is_in_the_readme() -> None:
    told = " ".join(README.split())
    for code, meaning in EXIT_CODES.items():
        assert f"{code} {meaning}" in told


def test_every_setting_that_a_document_or_an_error_names_exists() -> None:
    known = {f"AG2_MARKETING_{name.upper()}" for name in Settings.model_fields}
    others = {"AG2_MARKETING_DEBUG", "AG2_MARKETING_REQUIRE_ALL", "AG2_MARKETING_SHARED_DATA"}
    texts = [ROOT / name for name in DOCUMENTS]
    texts += [
        path for folder in ("ag2_marketing", "tools", "prompts") for path in (ROOT / folder).rglob("*.py")
    ]
    texts += [*(ROOT / "prompts").rglob("*.j2")]
    named = {
        (name, path.name)
        for path in texts
        for name in re.findall(r"\bAG2_MARKETING_[A-Z][A-Z_]*[A-Z]\b", path.read_text("utf-8"))
    }
    assert not {(name, place) for name, place in named if name not in known | others}


def test_every_public_class_is_in_the_readme() -> None:
    for name in set(ag2_marketing.__all__) - {"MarketingError"}:
        assert f"`{name}`" in README or f" {name}" in README, name


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_link_to_a_file_leads_to_it(document: str) -> None:
    path = ROOT / document
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
        if "://" not in target:
            assert (path.parent / target).exists(), target


# The other documents


def test_the_changelog_speaks_of_this_version_or_of_the_next() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings
    assert headings[0] == "Unreleased" or headings[0].startswith(ag2_marketing.__version__)


def test_contributing_fits_on_one_screen() -> None:
    assert len((ROOT / "CONTRIBUTING.md").read_text("utf-8").splitlines()) <= 50


def test_the_pre_commit_hooks_run_what_make_check_runs() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text("utf-8")
    check = (ROOT / "Makefile").read_text("utf-8").split("\ncheck:", 1)[1].split("\n\n", 1)[0]
    for program in re.findall(r"\$\(BIN\)/([\w-]+)", check):
        assert f".venv/bin/{program}" in hooks


def test_ci_runs_the_commands_that_the_readme_names() -> None:
    lines = (ROOT / ".ci/run").read_text("utf-8").splitlines()
    for command in ("make check", "make demo", "make test"):
        assert any(line.startswith(command) for line in lines), command


def test_every_extra_that_a_document_names_is_declared() -> None:
    declared = set(
        tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    )
    for document in DOCUMENTS:
        text = (ROOT / document).read_text("utf-8")
        for named in re.findall(r"(?:ag2-marketing|\.)\[([\w,]+)\]|extra `(\w+)`", text):
            assert set(",".join(filter(None, named)).split(",")) <= declared, named


# Everything that is committed


def test_nothing_that_is_committed_names_a_registrys_host_or_a_place_on_one_machine(
    request: pytest.FixtureRequest,
) -> None:
    found = {
        f"{path.relative_to(ROOT)}: {word}"
        for path in _committed(request)
        for word in (*HOSTS, *PLACES)
        if word in path.read_bytes().decode("utf-8", "replace")
    }
    assert not found


def test_no_file_of_code_is_longer_than_it_may_be(request: pytest.FixtureRequest) -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in _committed(request)
        if path.suffix == ".py" and "tests" not in path.relative_to(ROOT).parts
        if (lines := len(path.read_text("utf-8").splitlines())) > 400
    }
    assert not long


def test_no_text_file_holds_a_conflict_or_an_unfinished_note(request: pytest.FixtureRequest) -> None:
    marks = ["<" * 7 + " ", ">" * 7 + " ", "TO" + "DO", "FIX" + "ME", "X" * 3 + ":"]
    found = {
        f"{path.relative_to(ROOT)}: {mark}"
        for path in _committed(request)
        if path.suffix in {".py", ".md", ".toml", ".j2", ".json", ".txt", ""}
        for mark in marks
        if mark in path.read_bytes().decode("utf-8", "replace")
    }
    assert not found
