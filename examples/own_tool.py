"""A tool of your own: declared once, and run by Python, AG2 Classic, AG2 1.x and MCP alike.

A tool is one async function of a parameter model and the workspace, with a result model. Its docstring and
the fields' descriptions are what a model reads; the marks say which unit a figure has, and so the guard
knows it.
"""

import asyncio
from typing import Annotated

from pydantic import Field

from ag2_marketing import Workspace
from ag2_marketing.adapters.classic import ClassicTool
from ag2_marketing.adapters.current import current_tool
from ag2_marketing.adapters.direct import run_once, sharing
from ag2_marketing.adapters.mcp import mcp_server
from ag2_marketing.adapters.session import ToolSession
from ag2_marketing.grounding import check, render
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.tool import Params, Result, tool


class Shifts(Params):
    """Which shifts."""

    caregivers: int = Field(ge=1, description="How many caregivers there are.")
    hours_each: float = Field(gt=0, le=60, description="Hours that each works in a week.")
    hours_needed: float = Field(gt=0, description="Hours of care that the clients need in a week.")


class Cover(Result):
    """How much of what is needed is covered."""

    hours_offered: Annotated[float, unit("hour")]
    covered: Annotated[float, unit("percent")]


@tool(family="staffing")
async def cover_of_shifts(params: Shifts, ws: Workspace) -> Cover:
    """Tell which share of the needed hours of care the caregivers cover."""
    offered = params.caregivers * params.hours_each
    return Cover(hours_offered=offered, covered=round(100 * offered / params.hours_needed, 1))


WEEK = {"caregivers": 12, "hours_each": 32.5, "hours_needed": 520}


async def main() -> None:
    async with Workspace.open() as ws:
        print(f"Python:      {await run_once(cover_of_shifts, WEEK, sharing(ws))}")

        session = ToolSession(sharing(ws))
        # What an agent calls a tool with must stand in evidence, or be what the person said.
        session.hear("We have 12 caregivers.")
        session.hear("Hours each: 32.5")
        session.hear("Hours needed: 520")
        classic = ClassicTool(cover_of_shifts, session)
        print(f"AG2 Classic: {await classic.func(**WEEK)}")

        current = current_tool(cover_of_shifts, sharing(ws)).schema.function
        print(f"AG2 1.x:     {current.name} takes {', '.join(current.parameters['properties'])}")

        server = mcp_server([cover_of_shifts], sharing(ws))
        print(f"MCP:         a server named {server.name}")

        try:
            await run_once(cover_of_shifts, {**WEEK, "hours_each": 200}, sharing(ws))
        except InvalidInput as error:
            print(f"refused:     {error}")

    print(f"rendered:    {render('We cover [[E1/covered]] of the week.', session.ledger)}")
    lie = check("We cover 90 % of the week [E1].", session.ledger)
    print(f"guarded:     {[(violation.text, violation.reason) for violation in lie.violations]}")


if __name__ == "__main__":
    asyncio.run(main())
