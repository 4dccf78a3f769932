"""What a page says, what its competitors say besides, and what to write."""

from ag2_marketing_tools.content.analyze import analyze_content
from ag2_marketing_tools.content.history import ContentComparison, compare_content
from ag2_marketing_tools.content.model import AnalyzeContent, ContentAnalysis

__all__ = ["AnalyzeContent", "ContentAnalysis", "ContentComparison", "analyze_content", "compare_content"]
