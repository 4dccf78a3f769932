"""What is built, what lands in a user's environment, and that it works from there."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import components
import pytest

import ag2_marketing

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = {
    "ag2_marketing": ROOT / "ag2_marketing",
    "ag2_marketing_tools": ROOT / "tools" / "ag2_marketing_tools",
    "ag2_marketing_prompts": ROOT / "prompts" / "ag2_marketing_prompts",
}
METADATA = f"ag2_marketing-{ag2_marketing.__version__}.dist-info"
UNREACHABLE = (
    "Could not find a version",
    "No matching distribution",
    "ConnectionError",
    "NewConnectionError",
)

EXTRAS = ("browser", "duckdb", "mcp", "postgres", "server", "spark")

USED_BY_NAME = {
    "aiosqlite": "SQLAlchemy loads it for sqlite+aiosqlite URLs",
    "httptools": "uvicorn parses HTTP with it",
    "asyncpg": "SQLAlchemy loads it for postgresql+asyncpg URLs",
    "axe-playwright-python": "axe-core lies in it as a file",
    "plotly": "the server gives its plotly.min.js to pages",
    "openai": "AG2 loads it to speak with a model",
    "tzdata": "zoneinfo reads it where the system has no time zones",
}
"""Dependencies that no import statement of ours names, and who needs them."""


# What is built, and where it lands


@pytest.fixture(scope="module")
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The sdist, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    finished = _run(sys.executable, "-m", "build", "--outdir", folder, ROOT)
    _require_success(request, finished)
    (wheel,) = folder.glob("*.whl")
    (sdist,) = folder.glob("*.tar.gz")
    return {"wheel": wheel, "sdist": sdist}


@pytest.fixture(scope="module", params=["wheel", "sdist"])
def environment(
    request: pytest.FixtureRequest, built: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A virtual environment with nothing but the wheel, or the sdist, and what it requires without extras."""
    folder = tmp_path_factory.mktemp(request.param) / "venv"
    venv.create(folder, with_pip=True)
    install = ("-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check")
    finished = _run(folder / "bin/python", *install, "-c", ROOT / "constraints.txt", built[request.param])
    _require_success(request, finished)
    return folder


def test_the_wheel_holds_every_file_of_the_three_packages_and_nothing_else(built: dict[str, Path]) -> None:
    with zipfile.ZipFile(built["wheel"]) as archive:
        held = set(archive.namelist())
    assert {name for name in held if not name.startswith(METADATA)} == _source_files()
    assert f"{METADATA}/licenses/LICENSE" in held


def test_the_data_files_are_in_the_wheel(built: dict[str, Path]) -> None:
    with zipfile.ZipFile(built["wheel"]) as archive:
        endings = {Path(name).suffix for name in archive.namelist()}
    assert {".py", ".json", ".toml", ".j2", ".html", ".txt", ".typed"} <= endings
    assert any("/store/migrations/versions/" in name for name in _source_files())


def test_the_sdist_holds_what_is_needed_to_build_and_no_tests(built: dict[str, Path]) -> None:
    with tarfile.open(built["sdist"]) as archive:
        held = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md"} <= held
    tops = {name.partition("/")[0] for name in held}
    assert tops <= {
        "ag2_marketing", "tools", "prompts", "pyproject.toml", "PKG-INFO",
        "README.md", "LICENSE", "CHANGELOG.md", ".gitignore",
    }  # fmt: skip


def test_three_packages_land_in_site_packages_and_nothing_else(environment: Path) -> None:
    (site_packages,) = environment.glob("lib/python*/site-packages")
    recorded = [
        line.split(",")[0] for line in (site_packages / METADATA / "RECORD").read_text("utf-8").splitlines()
    ]
    tops = {name.partition("/")[0] for name in recorded if not name.startswith("../")}
    assert tops == {*PACKAGES, METADATA}
    assert {name for name in recorded if name.startswith("../")} == {"../../../bin/ag2-marketing"}
    assert not {"tools", "prompts", "tests", "examples", "benchmarks"} & {
        path.name for path in site_packages.iterdir()
    }
    assert {name for name in recorded if not name.startswith(("..", METADATA))} == _source_files()


def test_the_installed_requirements_fit_together(environment: Path) -> None:
    finished = _run(environment / "bin/python", "-m", "pip", "check")
    assert finished.returncode == 0, finished.stdout


def test_the_command_tells_its_version(environment: Path, tmp_path: Path) -> None:
    finished = _command(environment, tmp_path, "--version")
    assert (finished.returncode, finished.stdout) == (0, f"ag2-marketing {ag2_marketing.__version__}\n")


def test_the_command_lists_its_tools(environment: Path, tmp_path: Path) -> None:
    finished = _command(environment, tmp_path, "tools", "--json")
    assert finished.returncode == 0, finished.stderr
    assert {"run_audit", "analyze_content", "schedule_campaign", "calculate"} <= {
        tool["name"] for tool in json.loads(finished.stdout)
    }


def test_the_demonstration_runs_from_the_installed_package(environment: Path, tmp_path: Path) -> None:
    finished = _command(environment, tmp_path, "demo", "--out", tmp_path / "report", "--json")
    assert finished.returncode == 0, finished.stderr
    answer = json.loads(finished.stdout)
    assert answer["status"] == "success"
    for path in answer["report"].values():
        assert Path(path).parent == tmp_path / "report"
        assert Path(path).stat().st_size > 0
    verified = _command(environment, tmp_path, "verify", answer["report"]["json"])
    assert verified.returncode == 0, verified.stderr


@pytest.mark.parametrize(
    ("arguments", "url", "extra"),
    [
        (["mcp"], None, "mcp"),
        (["serve"], None, "server"),
        (["db", "upgrade"], "postgresql://user:secret@127.0.0.1/none", "postgres"),
    ],
)
def test_what_needs_an_extra_says_which_one(
    environment: Path, tmp_path: Path, arguments: list[str], url: str | None, extra: str
) -> None:
    finished = _command(environment, tmp_path, *arguments, database_url=url)
    assert finished.returncode == 3
    assert finished.stdout == ""
    assert f"pip install 'ag2-marketing[{extra}]'" in finished.stderr
    assert len(finished.stderr.strip().splitlines()) == 1, finished.stderr


def test_the_installed_packages_are_marked_as_typed(environment: Path) -> None:
    (site_packages,) = environment.glob("lib/python*/site-packages")
    for package in PACKAGES:
        assert (site_packages / package / "py.typed").is_file()


# What is declared


def test_every_import_is_of_the_standard_library_or_declared() -> None:
    undeclared = {
        module: sorted(_distributions(module))
        for module in _imported()
        if not _distributions(module) & _declared("dependencies", *EXTRAS)
    }
    assert not undeclared


def test_only_guarded_modules_import_what_an_extra_brings() -> None:
    needing_extras = {
        str(path.relative_to(ROOT))
        for path, module in _imports()
        if not _distributions(module) & _declared("dependencies")
        and not path.is_relative_to(ROOT / "ag2_marketing/server")  # its __init__ looks for all that it needs
    }
    assert needing_extras == {
        "ag2_marketing/adapters/mcp.py",
        "tools/ag2_marketing_tools/experiments/suffstats/export.py",
        "tools/ag2_marketing_tools/experiments/suffstats/parquet.py",
        "tools/ag2_marketing_tools/experiments/suffstats/spark.py",
        "tools/ag2_marketing_tools/workspace/browser/chromium.py",
        "tools/ag2_marketing_tools/workspace/browser/tab.py",
    }


def test_every_declared_dependency_is_used() -> None:
    imported = {name for module in _imported() for name in _distributions(module)}
    assert _declared("dependencies", *EXTRAS) - imported - set(USED_BY_NAME) == set()
    assert not set(USED_BY_NAME) & imported, "an import names it; take it off the list"


def test_every_dependency_has_a_lower_bound_and_the_constraints_name_it() -> None:
    pinned = {_canonical(line.partition("==")[0]) for line in _constraints()}
    for requirement in _requirements("dependencies"):
        assert ">=" in requirement, f"{requirement} has no lower bound"
        assert _canonical(re.split(r"[\[<>=~! ]", requirement)[0]) in pinned, (
            f"{requirement}: run make constraints"
        )


def test_the_constraints_are_names_and_versions_only() -> None:
    for line in _constraints():
        assert re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.!+]+", line), line


def _run(*command: str | Path, **options: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False, **options
    )  # type: ignore[call-overload,no-any-return]


def _command(
    environment: Path, folder: Path, *arguments: str | Path, database_url: str | None = None
) -> subprocess.CompletedProcess[str]:
    """Run the installed command in a folder of its own, with nothing but itself on the path."""
    variables = {"PATH": os.defpath, "HOME": str(folder), "AG2_MARKETING_HOME": str(folder / "home")}
    if database_url:
        variables["AG2_MARKETING_DATABASE_URL"] = database_url
    return _run(environment / "bin/ag2-marketing", *arguments, cwd=folder, env=variables)


def _require_success(request: pytest.FixtureRequest, finished: subprocess.CompletedProcess[str]) -> None:
    told = finished.stdout + finished.stderr
    if finished.returncode and any(sign in told for sign in UNREACHABLE):
        components.leave_out(request.config, "pip reaches no package index, so nothing can be installed")
    assert finished.returncode == 0, told


def _source_files() -> set[str]:
    return {
        f"{package}/{path.relative_to(folder).as_posix()}"
        for package, folder in PACKAGES.items()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def _imported() -> set[str]:
    return {module for _, module in _imports()}


@cache
def _imports() -> frozenset[tuple[Path, str]]:
    """Every top-level module from elsewhere that a module of ours imports."""
    return frozenset(
        (path, module)
        for folder in PACKAGES.values()
        for path in folder.rglob("*.py")
        for module in _modules_of(ast.parse(path.read_text("utf-8")))
        if module not in PACKAGES and module not in sys.stdlib_module_names
    )


def _modules_of(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


_providers = cache(packages_distributions)


def _distributions(module: str) -> frozenset[str]:
    """Return the installed distributions that bring a module."""
    return frozenset(_canonical(name) for name in _providers().get(module, [f"(none has {module})"]))


def _declared(*groups: str) -> frozenset[str]:
    """Return the names that the dependencies, or an extra, require."""
    return frozenset(_name(requirement) for group in groups for requirement in _requirements(group))


def _requirements(group: str) -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    requirements: list[str] = (project if group == "dependencies" else project["optional-dependencies"])[
        group
    ]
    return requirements


def _name(requirement: str) -> str:
    return _canonical(re.split(r"[\[<>=~! ]", requirement)[0])


def _constraints() -> list[str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
