"""A declared tool as a tool of AG2 Classic (`autogen`), on every registration path.

AG2 Classic rebuilds a tool's schema from its signature and lets fast_depends drop unknown arguments, which
would run a tool with defaults that nobody asked for. This adapter gives the declared schema and validates
itself.
"""

from __future__ import annotations

import inspect
from typing import Annotated, Any

from autogen import ConversableAgent
from autogen.tools import Tool as AutogenTool
from autogen.tools.dependency_injection import Field as DescriptionField

from ag2_marketing.adapters.direct import AnyTool
from ag2_marketing.adapters.session import ToolSession


class ClassicTool(AutogenTool):
    """One declared tool, bound to a conversation's session; it answers with text."""

    def __init__(self, tool: AnyTool, session: ToolSession) -> None:
        async def call(**arguments: Any) -> str:
            return await session.answer(tool, arguments)

        call.__name__ = call.__qualname__ = tool.name
        # The signature is only read where a framework insists on rebuilding the schema.
        call.__signature__ = _signature(tool)  # type: ignore[attr-defined]
        call.__annotations__ = {
            name: parameter.annotation
            for name, parameter in call.__signature__.parameters.items()  # type: ignore[attr-defined]
        } | {"return": str}
        # AG2's constructor is not called: it would wrap the function in fast_depends, which drops unknown
        # arguments in silence and takes two milliseconds a tool.
        self._name = tool.name
        self._description = tool.description
        self._func = call
        self._chat_context_param_names = []
        self._func_schema = {
            "type": "function",
            "function": {
                "name": tool.name,
                "description": tool.description,
                "parameters": tool.parameters_schema,
            },
        }

    def register_for_llm(self, agent: ConversableAgent) -> None:
        """Show the tool to the agent's model; patterns and A2A look at the agent's own list too."""
        super().register_for_llm(agent)
        if self not in agent._tools:
            agent._tools.append(self)


def _signature(tool: AnyTool) -> inspect.Signature:
    parameters = [
        inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty
            if info.is_required()
            else info.get_default(call_default_factory=True),
            annotation=Annotated[info.annotation, DescriptionField(info.description or name)],
        )
        for name, info in tool.params.model_fields.items()
    ]
    return inspect.Signature(parameters, return_annotation=str)
