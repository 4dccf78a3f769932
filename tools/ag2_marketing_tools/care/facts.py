"""The data files of this family: names, rules and actions."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from fnmatch import fnmatchcase
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.standing import ActionRule

Kind = Literal["training", "support", "practice"]


class CareRule(ActionRule):
    """What to do where a care metric falls short.

    Attributes:
        kind: `training` is learnt, `support` is given by others, `practice` is done differently from now on.
    """

    kind: Kind


@lru_cache(maxsize=1)
def care_rules() -> tuple[CareRule, ...]:
    """Return the rules in the order of their file.

    Raises:
        InvalidInput: An id is given twice.
    """
    rules = tuple(CareRule.model_validate(entry) for entry in read("actions")["rule"])
    if len({rule.id for rule in rules}) != len(rules):
        raise InvalidInput("actions.toml: a rule's id is given twice.")
    return rules


def kind_of(rule_id: str) -> Kind:
    """Return the kind of the rule of this id."""
    return next(rule.kind for rule in care_rules() if rule.id == rule_id)


def is_risk(key: str) -> bool:
    """Return whether clients are endangered where this metric lags."""
    return _matches(key, "risk")


def is_skill(key: str) -> bool:
    """Return whether falling short of this metric is a lack of skill or of schooling."""
    return _matches(key, "skills")


def number(section: str, name: str) -> int:
    """Return a whole number of the rules."""
    return int(read("rules")[section][name])


@lru_cache(maxsize=8)
def read(name: str) -> Mapping[str, Any]:
    """Return one data file of this family."""
    file = files("ag2_marketing_tools.care").joinpath("data", f"{name}.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _matches(key: str, section: str) -> bool:
    return any(fnmatchcase(key, pattern) for pattern in read("rules")[section]["metrics"])
