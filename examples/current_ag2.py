"""An agent of the current AG2 line (`ag2.Agent`) with our tools.

A scripted model stands in, so that this runs offline; give the agent a real one with
`ag2.config.OpenAIConfig` (extra `[ag2]`). Arguments are checked against the tool's schema, and the result
comes back as JSON.
"""

import asyncio
import json

from ag2 import Agent
from ag2.events import ToolCallEvent
from ag2.testing import TestConfig

from ag2_marketing import Workspace
from ag2_marketing.adapters.current import current_tool
from ag2_marketing_tools.figures import calculate, resolve_time

QUESTION = {
    "operation": "percent_change",
    "operands": [{"value": 1200, "unit": "visit"}, {"value": 1500, "unit": "visit"}],
}


async def main() -> None:
    model = TestConfig(
        ToolCallEvent(name="calculate", arguments=json.dumps(QUESTION)), "The tool has answered."
    )
    tools = [current_tool(tool, Workspace.open) for tool in (calculate, resolve_time)]
    reply = await Agent("analyst", "Let the tools do the arithmetic.", config=model, tools=tools).ask(
        "Visits went from 1200 to 1500. How much is that in percent?"
    )
    for event in await reply.history.get_events():
        if type(event).__name__ == "ToolResultEvent":
            result = json.loads(event.result.parts[0].content)
            print(f"calculate: {result['value']} {result['unit']}")
    print(f"analyst> {reply.body}")


if __name__ == "__main__":
    asyncio.run(main())
