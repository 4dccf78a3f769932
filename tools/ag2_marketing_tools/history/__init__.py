"""Finished audits and analyses, kept: what was found when, so that a later one can be compared with it.

model       what is told of them
keeping     a finished one goes into the store, its figures among the observations
reading     two of them, chosen and read
changes     differences of figures
listing     the tool that lists them
versions    which program and which facts a result was made by
"""

from ag2_marketing_tools.history.listing import list_history
from ag2_marketing_tools.history.model import History, ListHistory

__all__ = ["History", "ListHistory", "list_history"]
