"""What states of rounds and kinds of to-dos are called, in the language that is spoken."""

from __future__ import annotations

from ag2_marketing_tools.messages import say


def round_state(state: str) -> str:
    """Return a round's state in words."""
    return {
        "running": say("under way"),
        "completed": say("completed"),
        "partial": say("completed in part"),
        "failed": say("failed"),
        "stopped": say("stopped"),
        "lost": say("lost"),
    }[state]


def todo_kind(kind: str) -> str:
    """Return the kind of a to-do in words."""
    return {
        "alert": say("alert"),
        "risk": say("risk"),
        "action": say("action"),
        "training": say("training"),
        "development": say("to develop"),
        "adjustment": say("to adjust"),
        "review": say("to review"),
        "recognition": say("to recognise"),
    }[kind]
