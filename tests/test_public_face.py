"""What a user imports, and what that loads."""

from __future__ import annotations

import ast
import inspect
import os
import subprocess
import sys
from pathlib import Path

import pytest

import ag2_marketing

HEAVY = {"autogen", "ag2", "openai", "mcp", "scipy", "numpy", "sqlalchemy", "httpx", "lxml"}
STARTS = {
    "import ag2_marketing": "import ag2_marketing",
    "import ag2_marketing_tools": "import ag2_marketing_tools",
    "ag2-marketing --help": "import sys; sys.argv = ['ag2-marketing', '--help']; "
    "from ag2_marketing.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass",
    "ag2-marketing --version": "import sys; sys.argv = ['ag2-marketing', '--version']; "
    "from ag2_marketing.cli import main\ntry:\n    main()\nexcept SystemExit:\n    pass",
}


def _modules_after(code: str, folder: Path) -> set[str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    finished = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print('modules:', *sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env=environment,
    )
    return set(finished.stdout.rsplit("modules:", 1)[1].split())


@pytest.mark.parametrize("start", STARTS)
def test_no_framework_is_loaded_before_it_is_used(start: str, tmp_path: Path) -> None:
    loaded = _modules_after(STARTS[start], tmp_path)
    assert {name.partition(".")[0] for name in loaded} & {"ag2_marketing", "ag2_marketing_tools"}
    assert not loaded & HEAVY


def test_what_the_check_on_loading_looks_for_is_found_when_it_is_there(tmp_path: Path) -> None:
    assert {"sqlalchemy", "httpx"} <= _modules_after("from ag2_marketing import Workspace", tmp_path)


@pytest.mark.parametrize("name", ag2_marketing.__all__)
def test_every_public_name_is_imported_from_the_top(name: str) -> None:
    namespace: dict[str, object] = {}
    exec(f"from ag2_marketing import {name}", namespace)
    assert getattr(namespace[name], "__name__", None) == name
    assert inspect.getdoc(namespace[name])


def test_a_star_import_brings_the_public_names_and_no_others() -> None:
    namespace: dict[str, object] = {}
    exec("from ag2_marketing import *", namespace)
    assert set(namespace) - {"__builtins__"} == set(ag2_marketing.__all__)


def test_the_public_names_are_sorted_and_listed_once() -> None:
    names = ag2_marketing.__all__
    assert list(names) == sorted(set(names))
    assert set(names) <= set(dir(ag2_marketing))


def test_the_names_for_type_checkers_and_those_at_run_time_are_the_same() -> None:
    tree = ast.parse(Path(ag2_marketing.__file__).read_text("utf-8"))
    checked = {
        alias.name: node.module
        for branch in tree.body
        if isinstance(branch, ast.If)
        for node in branch.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    assert checked == ag2_marketing._HOMES
    assert set(checked) == set(ag2_marketing.__all__)


def test_every_agent_of_the_team_is_public() -> None:
    from ag2_marketing.agents.base import MarketingAgent
    from ag2_marketing.agents.team_lead import TeamLead
    from ag2_marketing.workflows import marketing

    agents = {
        value.__name__
        for value in vars(marketing).values()
        if isinstance(value, type) and issubclass(value, MarketingAgent)
    }
    assert agents
    assert agents - {TeamLead.__name__} <= set(ag2_marketing.__all__)


def test_an_unknown_name_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(AttributeError, match=r"no attribute 'SeoAuditAgent'\. Did you mean SEOAuditAgent\?"):
        ag2_marketing.SeoAuditAgent  # noqa: B018


def test_a_name_like_no_other_is_refused_with_the_list() -> None:
    with pytest.raises(AttributeError, match=r"There are ABTestingAgent, .*run_marketing_workflow\."):
        ag2_marketing.zzz  # noqa: B018


def test_asking_for_a_missing_name_politely_gives_the_default() -> None:
    assert getattr(ag2_marketing, "NoSuchThing", None) is None
    assert not hasattr(ag2_marketing, "__wrapped__")


def test_the_agents_are_made_without_an_argument(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AG2_MARKETING_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for name in ("SEOAuditAgent", "ContentStrategyAgent", "MarketingAutomationAgent"):
        assert getattr(ag2_marketing, name)().name
