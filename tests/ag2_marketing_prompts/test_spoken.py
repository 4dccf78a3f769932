"""The prompts and spoken templates: no figure of their own, whatever they are given to speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import resources
from typing import Any

import jinja2
import pytest

from ag2_marketing.grounding import Ledger, check
from ag2_marketing_prompts import cite, spoken, system_prompt

STEPS = [
    ("seo_audit", "audit", ("run_audit",)),
    ("content_strategy", "content", ("analyze_content",)),
    ("ab_testing", "proposal", ("propose_experiment",)),
    ("ab_testing", "review", ("analyze_results",)),
    ("marketing_automation", "campaign", ("plan_campaign",)),
    ("marketing_automation", "decision", ("approve_campaign",)),
    ("marketing_automation", "decision", ("cancel_campaign",)),
]


def spoken_templates() -> Iterator[tuple[str, str]]:
    for folder in resources.files("ag2_marketing_prompts").iterdir():
        if folder.is_dir() and folder.name not in {"shared", "__pycache__"}:
            for file in folder.iterdir():
                if file.name.endswith(".md.j2") and not file.name.startswith("system."):
                    yield f"{folder.name}/{file.name}", file.read_text("utf-8")


def language_of(name: str) -> str:
    return name.removesuffix(".md.j2").rpartition(".")[2]


def all_templates() -> set[str]:
    root = resources.files("ag2_marketing_prompts")
    folders = (folder for folder in root.iterdir() if folder.is_dir())
    return {
        f"{folder.name}/{file.name}"
        for folder in folders
        for file in folder.iterdir()
        if file.name.endswith(".md.j2")
    }


@pytest.mark.parametrize("code", sorted({language_of(name) for name in all_templates()} - {"en"}))
def test_every_template_exists_in_every_language(code: str) -> None:
    english = {name for name in all_templates() if language_of(name) == "en"}
    wanted = {name.replace(".en.md.j2", f".{code}.md.j2") for name in english}

    assert wanted - all_templates() == set()


@pytest.mark.parametrize("language", ["de", "DE", "de-AT", "de_CH"])
def test_german_is_spoken_whatever_its_region(language: str) -> None:
    assert spoken("marketing_automation", "decision", language=language, results={}).startswith(
        "Es gab nichts zu entscheiden"
    )
    assert "Sie antworten auf Deutsch" in system_prompt("seo_audit", language=language)


@pytest.mark.parametrize(("name", "source"), sorted(spoken_templates()))
def test_a_spoken_template_holds_no_figure_of_its_own(name: str, source: str) -> None:
    words = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", source, flags=re.DOTALL)

    assert check(words, Ledger(), language=language_of(name)).violations == []


def test_there_are_templates_for_every_step() -> None:
    assert {name for name, _ in spoken_templates()} >= {f"{role}/{step}.en.md.j2" for role, step, _ in STEPS}


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(("role", "step", "tools"), STEPS)
def test_a_failed_step_says_what_failed_and_cites_it(
    role: str, step: str, tools: tuple[str, ...], language: str
) -> None:
    ledger = Ledger()
    results: dict[str, Any] = {}
    for tool in tools:
        result = {"status": "error", "error": "It answered with HTTP 503."}
        evidence = ledger.record(tool=tool, result=result, chosen_by_model=False)
        results[tool] = {"id": evidence.id, "result": evidence.result, "error": result["error"]}

    text = spoken(role, step, language=language, results=results)

    assert "[[E1/error]]" in text
    assert "503" not in text
    assert check(text, ledger, language).grounded


def test_a_decision_about_nothing_says_so() -> None:
    assert "nothing to decide" in spoken("marketing_automation", "decision", results={})


def test_a_reference_escapes_its_path_as_a_json_pointer() -> None:
    assert cite({"id": "E7"}, "a/b", 0, "c~d") == "[[E7/a~1b/0/c~0d]]"


def test_a_language_without_a_template_is_spoken_in_english() -> None:
    assert spoken("marketing_automation", "decision", language="xx", results={}) == spoken(
        "marketing_automation", "decision", results={}
    )


@pytest.mark.parametrize("role", ["seo_audit", "content_strategy", "ab_testing", "marketing_automation"])
def test_a_system_prompt_tells_how_figures_are_written(role: str) -> None:
    assert "[[E1/core_web_vitals/lcp/value]]" in system_prompt(role)


def test_an_unknown_agent_has_no_prompt() -> None:
    with pytest.raises(jinja2.TemplateNotFound):
        system_prompt("nobody")
