"""The history of a page's content analyses: what was gained, lost, closed and followed.

model       what a comparison returns
keeping     a finished analysis on its way into the store
snapshot    what a comparison reads of a stored one
compare     two analyses side by side
tools       the tool
"""

from ag2_marketing_tools.content.history.model import ContentComparison
from ag2_marketing_tools.content.history.tools import compare_content

__all__ = ["ContentComparison", "compare_content"]
