"""Programs among the users, told by the user agent alone: what is known before the exposure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

USER_AGENT = "user_agent"
"""The attribute of the context that names the user's program."""


def is_bot(context: Mapping[str, Any]) -> bool:
    """Tell whether the context's user agent is a program's; without one nobody is taken for a bot."""
    agent = context.get(USER_AGENT)
    return isinstance(agent, str) and _patterns().search(agent) is not None


@cache
def _patterns() -> re.Pattern[str]:
    text = resources.files(__package__).joinpath("bots.toml").read_text("utf-8")
    entries = tomllib.loads(text)["pattern"]
    return re.compile("|".join(f"(?:{entry['words']})" for entry in entries), re.IGNORECASE)
