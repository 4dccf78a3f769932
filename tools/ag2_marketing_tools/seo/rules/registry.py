"""How a rule is bound to its check."""

from __future__ import annotations

from collections.abc import Callable

from ag2_marketing_tools.seo.catalogue import Check
from ag2_marketing_tools.seo.outcome import Outcome
from ag2_marketing_tools.seo.subject import Subject

Rule = Callable[[Subject, Check], Outcome]
RULES: dict[str, Rule] = {}


def rule(check_id: str) -> Callable[[Rule], Rule]:
    """Bind a function to the check of this id in the catalogue."""

    def bind(function: Rule) -> Rule:
        if check_id in RULES:
            raise ValueError(f"two rules for {check_id}")
        RULES[check_id] = function
        return function

    return bind
