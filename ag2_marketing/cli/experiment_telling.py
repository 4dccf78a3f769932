"""What the commands on A/B tests share: arguments, and how a result is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from ag2_marketing.cli.outputs import once
from ag2_marketing.cli.terminal import print_json, show
from ag2_marketing_tools.messages import say

TestArgument = Annotated[str, typer.Argument(metavar="TEST", help="The test's id, as `list` shows it.")]
PicturesOption = Annotated[
    Path | None, typer.Option("--out", help="Folder to write a page with pictures and a JSON file to, too.")
]
Lines = Callable[[Mapping[str, Any]], Iterable[str]]


class Monitoring(StrEnum):
    """How looks before the end are judged."""

    always_valid = "always_valid"
    group_sequential = "group_sequential"
    fixed = "fixed"


async def told(tool: Any, arguments: dict[str, Any], lines: Lines, *, as_json: bool) -> Any:
    """Run a tool, print its result for a person or for a machine, and return it."""
    found = await once(tool, arguments, say("Looking into the tests …"))
    result = found.model_dump(mode="json")
    if as_json:
        print_json(result)
        return found
    for line in lines(result):
        show(line)
    return found
