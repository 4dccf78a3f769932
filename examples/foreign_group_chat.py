"""An AG2 Classic group chat of your own, with our auditor among your agents.

Our agents are ConversableAgents: a GroupChat or a pattern takes them like any other. Without a model an
agent works on the step that it is given; with one (leave out `llm_config`, see the README) it calls its
tools by itself, and the guard still reads every message that it sends. Your own agent reads what it said,
as usual.
"""

import asyncio
from typing import Any

from autogen import Agent, ConversableAgent, GroupChat, GroupChatManager
from autogen.io.base import IOStream

from ag2_marketing import SEOAuditAgent, Settings, Workspace
from ag2_marketing.adapters.direct import sharing
from ag2_marketing.adapters.session import FixedCall, ToolSession
from ag2_marketing.agents.step import Step
from ag2_marketing.demo import TARGET, served_sites
from ag2_marketing.workflows.conversation import Quiet
from ag2_marketing_tools.seo import run_audit


def headline(_agent: ConversableAgent, messages: list[dict[str, Any]], **_: Any) -> tuple[bool, str]:
    return True, f"For the newsletter: {messages[-1]['content'].splitlines()[0]}"


async def main() -> None:
    with served_sites() as origins:
        settings = Settings(allowed_origins=tuple(origins.values()))
        async with Workspace.open(settings) as ws:
            session = ToolSession(sharing(ws))
            auditor = SEOAuditAgent(workspace=ws, session=session, llm_config=False)
            auditor.begin(Step("audit", lambda _: [FixedCall(run_audit, {"url": f"{origins[TARGET]}/"})]))
            editor = ConversableAgent("editor", llm_config=False, human_input_mode="NEVER", silent=True)
            editor.register_reply([Agent, None], headline)

            def next_speaker(last: Agent, chat: GroupChat) -> Agent | None:
                if chat.messages[-1].get("tool_calls") or chat.messages[-1].get("role") == "tool":
                    return last  # whoever called a tool runs it and goes on
                return {"boss": auditor, auditor.name: editor}.get(last.name)

            boss = ConversableAgent("boss", llm_config=False, human_input_mode="NEVER", silent=True)
            chat = GroupChat([boss, auditor, editor], max_round=20, speaker_selection_method=next_speaker)
            manager = GroupChatManager(chat, llm_config=False, silent=True)
            with IOStream.set_default(Quiet()):  # else AG2 prints every call
                await boss.a_initiate_chat(manager, message="How is our site doing?", silent=True)

    for message in chat.messages:
        if message.get("content") and message.get("role") != "tool":
            print(f"{message['name']}> {message['content']}\n")
    print(f"behind it: {[(entry.id, entry.tool) for entry in session.ledger.entries]}")


if __name__ == "__main__":
    asyncio.run(main())
