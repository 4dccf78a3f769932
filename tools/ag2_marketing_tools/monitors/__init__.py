"""What monitors have found: their rounds, and the to-dos that wait for a person."""

from ag2_marketing_tools.monitors.rounds import list_rounds
from ag2_marketing_tools.monitors.todos import list_todos, settle_todo

__all__ = ["list_rounds", "list_todos", "settle_todo"]
