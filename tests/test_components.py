"""The list of tests that were left out is itself tested: a silent skip would hide what is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

CONFTEST = """
import components
components.COMPONENTS["teleporter"] = lambda: "nobody has built one"
components.COMPONENTS["chair"] = lambda: None

def pytest_runtest_setup(item):
    components.require(item)

def pytest_terminal_summary(terminalreporter):
    components.report(terminalreporter)

def pytest_configure(config):
    config.addinivalue_line("markers", "needs(component): test")
"""
TESTS = """
import pytest

@pytest.mark.needs("teleporter")
def test_one(): pass

@pytest.mark.needs("chair", "teleporter")
def test_two(): pass

@pytest.mark.needs("chair")
def test_three(): pass
"""


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch):
    """Run tests of which some need what is not there, in a process of their own."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    monkeypatch.delenv("AG2_MARKETING_REQUIRE_ALL", raising=False)  # continuous integration sets it
    pytester.makeconftest(CONFTEST)

    def run(tests: str = TESTS) -> pytest.RunResult:
        pytester.makepyfile(tests)
        return pytester.runpytest_subprocess("-p", "no:cacheprovider")

    return run


def test_tests_without_their_component_are_left_out_and_listed_at_the_end(run) -> None:
    result = run()
    result.assert_outcomes(passed=1, skipped=2)
    result.stdout.fnmatch_lines(["*not run, because …*", "teleporter: nobody has built one (2 tests)"])
    assert result.ret == 0


def test_where_all_are_required_a_missing_component_fails(run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AG2_MARKETING_REQUIRE_ALL", "1")
    result = run()
    result.assert_outcomes(passed=1, errors=2)
    result.stdout.fnmatch_lines(["*nobody has built one (AG2_MARKETING_REQUIRE_ALL=1 allows no test*"])
    assert result.ret == 1


def test_nothing_is_listed_when_nothing_was_left_out(run) -> None:
    result = run("def test_one(): pass")
    assert "not run, because" not in result.stdout.str()


def test_an_unknown_component_is_a_mistake_not_a_skip(run) -> None:
    result = run("import pytest\n@pytest.mark.needs('telporter')\ndef test_one(): pass")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*no component is called 'telporter'*"])
