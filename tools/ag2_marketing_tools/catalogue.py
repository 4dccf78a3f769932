"""Every tool by name: what the command line, MCP and the agents choose from."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from ag2_marketing_tools import (
    benchmarks,
    campaigns,
    care,
    content,
    experiments,
    figures,
    history,
    kpi,
    monitors,
    observations,
    operations,
    seo,
    web,
)
from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.tool import Tool

FAMILIES = (
    web,
    seo,
    content,
    history,
    operations,
    campaigns,
    experiments,
    benchmarks,
    kpi,
    care,
    monitors,
    observations,
    figures,
)


def all_tools() -> dict[str, Tool[Any, Any]]:
    """Return the tools of every family by name, in the families' order.

    Raises:
        TypeError: Two tools share a name.
    """
    catalogue: dict[str, Tool[Any, Any]] = {}
    for family in FAMILIES:
        for found in vars(family).values():
            if not isinstance(found, Tool):
                continue
            if found.name in catalogue:
                raise TypeError(f"two tools are named {found.name}")
            catalogue[found.name] = found
    return catalogue


def tool_named(name: str) -> Tool[Any, Any]:
    """Return one tool.

    Raises:
        NotFound: There is none of that name; the message names the nearest.
    """
    catalogue = all_tools()
    if name not in catalogue:
        near = get_close_matches(name, catalogue, n=3)
        raise NotFound(
            f"There is no tool {name!r}.",
            remedy=f"Did you mean {', '.join(near)}?" if near else "`ag2-marketing tools` lists them.",
        )
    return catalogue[name]
