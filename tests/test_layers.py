"""The order of the layers, and the one door to clock, chance and environment."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = {
    "ag2_marketing": ROOT / "ag2_marketing",
    "ag2_marketing_tools": ROOT / "tools" / "ag2_marketing_tools",
    "ag2_marketing_prompts": ROOT / "prompts" / "ag2_marketing_prompts",
}
LINT_IMPORTS = (
    "import sys; from importlinter.cli import lint_imports_command; sys.exit(lint_imports_command())"
)

OUTSIDE = {
    "datetime.datetime.now",
    "datetime.datetime.today",
    "datetime.datetime.utcnow",
    "datetime.date.today",
    "os.environ",
    "os.getenv",
    "os.urandom",
    "random",
    "secrets",
    "time.monotonic",
    "time.perf_counter",
    "time.sleep",
    "time.time",
    "time.time_ns",
    "uuid.uuid1",
    "uuid.uuid4",
}
"""What makes two runs over the same inputs differ."""

DOORS = {
    "ag2_marketing_tools/workspace/clock.py": {"datetime.datetime.now", "time.monotonic"},
    "ag2_marketing_tools/workspace/ids.py": {"secrets"},
    "ag2_marketing_tools/workspace/store/revision.py": {"secrets"},  # a new database's key of the pseudonyms
}
"""The places through which the engine reaches it."""

SOCKETS = {
    "aiohttp",
    "ftplib",
    "http.client",
    "httpcore",
    "httpx",
    "requests",
    "smtplib",
    "socket",
    "urllib.request",
    "urllib3",
}
GATEWAY = "ag2_marketing_tools/workspace/gateway/"


def _lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join(str(folder / part) for part in ("", "tools", "prompts"))
    return subprocess.run(
        [sys.executable, "-c", LINT_IMPORTS, "--no-cache"],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path, "COLUMNS": "200"},
    )


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The three packages and the rules, to be violated."""
    for folder in PACKAGES.values():
        shutil.copytree(
            folder, tmp_path / folder.relative_to(ROOT), ignore=shutil.ignore_patterns("__pycache__", "sites")
        )
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_layers_hold() -> None:
    finished = _lint_imports(ROOT)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "0 broken" in finished.stdout


@pytest.mark.parametrize(
    ("place", "line", "broken"),
    [
        ("tools/ag2_marketing_tools/errors.py", "import ag2_marketing.agents", "The skin imports the engine"),
        ("tools/ag2_marketing_tools/marks.py", "import autogen", "know no agent framework"),
        ("ag2_marketing/grounding/__init__.py", "import openai", "know no agent framework"),
        (
            "tools/ag2_marketing_tools/seo/__init__.py",
            "import ag2_marketing_tools.content",
            "families do not know",
        ),
        ("tools/ag2_marketing_tools/content/__init__.py", "import httpx", "Only the gateway opens sockets"),
        ("ag2_marketing/agents/__init__.py", "import ag2_marketing.cli", "Skin:"),
        ("tools/ag2_marketing_tools/nowhere/__init__.py", "", "Engine:"),
        ("ag2_marketing/nowhere/__init__.py", "", "Skin:"),
    ],
)
def test_a_violation_is_found(copy: Path, place: str, line: str, broken: str) -> None:
    module = copy / place
    module.parent.mkdir(exist_ok=True)
    module.write_text(f"{module.read_text('utf-8') if module.exists() else ''}\n{line}\n", "utf-8")
    finished = _lint_imports(copy)
    assert finished.returncode != 0, finished.stdout
    assert (
        any(broken in told and "BROKEN" in told for told in finished.stdout.splitlines())
        or "is not listed as a layer" in finished.stdout
    ), finished.stdout + finished.stderr


def test_every_folder_and_module_is_placed_in_a_layer() -> None:
    rules = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    assert set(rules["root_packages"]) == set(PACKAGES)
    layered = {
        container: {name.strip() for layer in contract["layers"] for name in layer.split("|")}
        for contract in rules["contracts"]
        for container in contract.get("containers", ())
        if contract.get("exhaustive")
    }
    for package in ("ag2_marketing", "ag2_marketing_tools"):
        assert _children(PACKAGES[package]) <= layered[package]


def _children(folder: Path) -> set[str]:
    return {
        path.stem
        for path in folder.iterdir()
        if path.stem != "__init__" and (path.suffix == ".py" or any(path.rglob("*.py")))
    }


def test_every_folder_with_code_is_a_package() -> None:
    bare = [
        str(folder.relative_to(ROOT))
        for package in PACKAGES.values()
        for folder in {path.parent for path in package.rglob("*.py")}
        if not (folder / "__init__.py").exists()
    ]
    assert not bare, f"without __init__.py neither mypy nor import-linter looks into {bare}"


def _engine_modules() -> list[Path]:
    folders = (
        PACKAGES["ag2_marketing_tools"],
        PACKAGES["ag2_marketing_prompts"],
        ROOT / "ag2_marketing/grounding",
    )
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


@pytest.mark.parametrize("module", _engine_modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_engine_takes_time_chance_and_environment_from_the_workspace(module: Path) -> None:
    used = set(_uses(ast.parse(module.read_text("utf-8")), OUTSIDE))
    allowed = next((names for place, names in DOORS.items() if module.as_posix().endswith(place)), set())
    assert used <= allowed, f"{module.name} reaches for {sorted(used - allowed)}; take it from the workspace"


def test_no_module_but_the_gateways_opens_a_socket() -> None:
    offenders = {
        str(module.relative_to(ROOT)): sorted(used)
        for module in _engine_modules()
        if GATEWAY not in module.as_posix()
        and (used := set(_uses(ast.parse(module.read_text("utf-8")), SOCKETS)))
    }
    assert not offenders


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import datetime\ndatetime.now()",
        "import datetime as dt\ndt.datetime.now(dt.UTC)",
        "import os\nos.environ['HOME']",
        "from os import environ as e",
        "import random\nrandom.random()",
        "from uuid import uuid4",
        "def f():\n    import time\n    return time.time()",
        "from secrets import token_hex",
        "from datetime import date\nwhen = date.today",
    ],
)
def test_the_scan_sees_every_way_outside(code: str) -> None:
    assert list(_uses(ast.parse(code), OUTSIDE))


def test_the_scan_lets_honest_code_through() -> None:
    code = "from datetime import datetime\nnow = ws.clock.now()\ndatetime(2026, 3, 2)"
    assert not list(_uses(ast.parse(code), OUTSIDE))


def _uses(tree: ast.Module, listed: set[str]) -> Iterator[str]:
    """Yield the listed names (modules, or what is in them) that a module imports or uses."""
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                names[alias.asname or alias.name.partition(".")[0]] = (
                    alias.name if alias.asname else alias.name.partition(".")[0]
                )
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    used = [*names.values()]
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            first, *rest = ast.unparse(node).split(".")
            if first in names:
                used.append(".".join([names[first], *rest]))
    for full in used:
        yield from (name for name in listed if full == name or full.startswith(f"{name}."))
