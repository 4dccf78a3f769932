"""How a tool is declared: one async function, one parameter model, one result model.

Every skin (chat, command line, MCP, AG2 1.x) is generated from this declaration; nothing is described twice.

    class SampleSize(Params):
        baseline_rate: Annotated[float, Field(gt=0, lt=1, description="Conversion rate today, 0.05 for 5 %.")]

    class Sample(Result):
        users_per_variant: Annotated[int, unit("user")]

    @tool(family="experiments")
    async def calculate_sample_size(params: SampleSize, ws: Workspace) -> Sample:
        '''Tell how many users each variant needs.'''
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Literal, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.messages import speaking
from ag2_marketing_tools.privacy import log_accesses, subjects_named
from ag2_marketing_tools.workspace import Workspace


class Params(BaseModel):
    """What a tool takes: strict about unknown names and about NaN and infinity."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True, str_strip_whitespace=True)


class Result(BaseModel):
    """What a tool returns: frozen, and a number that is not finite is a defect, never a result."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, frozen=True)


_running: ContextVar[bool] = ContextVar("running", default=False)
P = TypeVar("P", bound=Params)
R = TypeVar("R", bound=Result)
Effect = Literal["reads", "writes"]


@dataclass(frozen=True)
class Tool(Generic[P, R]):
    """A declared tool. Call it with a parameter model, or `run` it with a mapping of raw arguments."""

    name: str
    family: str
    description: str
    params: type[P]
    result: type[R]
    function: Callable[[P, Workspace], Awaitable[R]]
    effect: Effect

    async def __call__(self, params: P, ws: Workspace) -> R:
        """Run the tool; what it says to readers is in the workspace's language.

        Where a result tells of caregivers or clients, the access is written to its log before anybody sees it; tools
        that a tool calls are part of the same access.

        Raises:
            StoreError: The access could not be logged.
        """
        if _running.get():
            return await self.function(params, ws)
        running = _running.set(True)
        try:
            with speaking(ws.settings.language):
                result = await self.function(params, ws)
        finally:
            _running.reset(running)
        named = subjects_named(params, result)
        await log_accesses(ws, self.name, named, only_reads=self.effect == "reads")
        return result

    async def run(self, arguments: dict[str, Any], ws: Workspace) -> R:
        """Validate raw arguments and run the tool.

        Raises:
            InvalidInput: naming each argument that is wrong, and why.
        """
        return await self(self.validate(arguments), ws)

    def validate(self, arguments: dict[str, Any]) -> P:
        """Return the parameter model of raw arguments, or raise `InvalidInput` naming each that is wrong."""
        try:
            return self.params.model_validate(arguments)
        except ValidationError as error:
            raise InvalidInput(f"{self.name}: {explain(error)}") from error

    @cached_property
    def parameters_schema(self) -> dict[str, Any]:
        """The JSON schema of the arguments: neither the workspace nor a secret is in it."""
        return {k: v for k, v in self.params.model_json_schema().items() if k not in {"title", "description"}}

    @cached_property
    def units(self) -> dict[str, str]:
        """The units of the result's figures, by JSON pointer pattern."""
        return marked(self.result, "unit")


def explain(error: ValidationError) -> str:
    """Put a validation error into one sentence that names each place and its fault."""
    faults = []
    for fault in error.errors(include_url=False, include_context=False):
        place = ".".join(str(part) for part in fault["loc"]) or "arguments"
        message = fault["msg"].removeprefix("Value error, ")
        faults.append(f"{place}: {message[:1].lower()}{message[1:]}")
    return "; ".join(faults)


def tool(
    *, family: str, effect: Effect = "reads"
) -> Callable[[Callable[[P, Workspace], Awaitable[R]]], Tool[P, R]]:
    """Declare an async function `(params, ws) -> result` as a tool.

    Its name is the tool's name and its docstring is what a model, a developer and a user read.
    """

    def declare(function: Callable[[P, Workspace], Awaitable[R]]) -> Tool[P, R]:
        hints = get_type_hints(function)
        description = inspect.getdoc(function)
        if not description:
            raise TypeError(f"tool {function.__name__} needs a docstring: it is what its users read")
        return Tool(
            name=function.__name__,
            family=family,
            description=" ".join(description.split()),
            params=hints["params"],
            result=hints["return"],
            function=function,
            effect=effect,
        )

    return declare
