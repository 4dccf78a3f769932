"""The catalogue of checks and the other facts of the audit, read from the data files beside this module."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from ag2_marketing_tools.errors import InvalidInput

Part = Literal[
    "core_web_vitals", "security", "mobile", "performance", "indexing", "meta", "headings", "content",
    "links", "images", "social", "structured_data", "accessibility", "local", "trust", "ai",
]  # fmt: skip
Scope = Literal["page", "site", "environment"]
Severity = Literal["critical", "warning", "info"]
Level = Literal["high", "medium", "low"]
Tool = Literal["lighthouse", "squirrelscan", "screaming_frog"]

PARTS: tuple[Part, ...] = Part.__args__  # type: ignore[attr-defined]


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Limit(_Fact):
    """A threshold with its unit."""

    value: int | float
    unit: str


class Check(_Fact):
    """One check: what a person reads of it, and the thresholds that its rule compares with."""

    id: str = Field(pattern=r"^[a-z0-9]+\.[a-z0-9_]+$")
    title: str
    part: Part
    scope: Scope
    severity: Severity
    impact: Level
    effort: Level
    what: str
    why: str
    how_to_fix: str
    source: str
    limits: dict[str, Limit] = {}
    related: dict[Tool, list[str]] = {}


class VitalFacts(_Fact):
    """A Core Web Vital, or a metric that explains one: its thresholds, and whether a lab can measure it."""

    name: str
    unit: str
    good: int | float
    poor: int | float
    lab: bool = False
    retired: str | None = None
    replaced_by: str | None = None


class ProtectionFacts(_Fact):
    """How a check reads one of the Observatory's tests; the comment in `protection.toml` says what is what."""

    test: str
    element: str
    fails_at: int | None = None
    beside: frozenset[str] = frozenset()
    needs_visits: bool = False
    for_https: bool = False


@cache
def checks() -> dict[str, Check]:
    """Return every check by id, in the catalogue's order."""
    found = TypeAdapter(list[Check]).validate_python(_read("checks.toml")["check"])
    return {check.id: check for check in found}


@cache
def vitals() -> dict[str, VitalFacts]:
    """Return the facts of each metric of real visits by its key (`lcp`, …)."""
    return TypeAdapter(dict[str, VitalFacts]).validate_python(_read("vitals.toml"))


@cache
def protection() -> dict[str, ProtectionFacts]:
    """Return which of the Observatory's tests a check reads, by the check's id."""
    return TypeAdapter(dict[str, ProtectionFacts]).validate_python(_read("protection.toml"))


@cache
def wording() -> dict[str, dict[str, frozenset[str]]]:
    """Return word lists by name and language, folded."""
    lists = TypeAdapter(dict[str, dict[str, list[str]]]).validate_python(_read("wording.toml"))
    return {
        name: {
            language: frozenset(word.casefold() for word in words) for language, words in by_language.items()
        }
        for name, by_language in lists.items()
    }


def parts_named(names: list[str] | None) -> tuple[Part, ...]:
    """Return the parts that were asked for, all for none.

    Raises:
        InvalidInput: A name is no part; the message lists those that are.
    """
    if not names:
        return PARTS
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        raise InvalidInput(
            f"specific_metrics: {', '.join(repr(name) for name in unknown)} is not known",
            remedy=f"Known are {', '.join(PARTS)}.",
        )
    return tuple(part for part in PARTS if part in names)


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files("ag2_marketing_tools.seo").joinpath("data", name).read_text("utf-8"))
