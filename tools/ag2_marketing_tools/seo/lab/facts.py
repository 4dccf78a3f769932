"""How a lab visit is made, from `data/lab.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from ag2_marketing_tools.workspace.browser import Device

_DATA = files(__package__).joinpath("data")


class LabFacts(BaseModel):
    """The numbers behind a visit; their sources stand in the file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    runs: int = Field(ge=1)
    deadline_s: float
    quiet_within_s: float
    settle_s: float
    max_megabytes: int
    long_task_ms: float
    shift_gap_ms: float
    shift_window_ms: float
    most_elements: int
    axe_tags: list[str]
    tap_target_rule: str
    devices: dict[str, Device]


@cache
def lab_facts() -> LabFacts:
    """Return the facts, validated."""
    return LabFacts.model_validate(tomllib.loads(_DATA.joinpath("lab.toml").read_text("utf-8")))


@cache
def observer_script() -> str:
    """Return the script that collects what the browser reports."""
    return _DATA.joinpath("observe.js").read_text("utf-8")


@cache
def axe_script() -> str:
    """Return axe-core, which the package axe-playwright-python carries."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
