"""From a tool's result, or its error, to the dictionary that the specification's public methods answer with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from ag2_marketing_tools.errors import MarketingError


def as_dict(result: BaseModel) -> dict[str, Any]:
    """Return a result as the dictionary that the public methods give."""
    return result.model_dump(mode="json")


def as_dicts(results: Iterable[BaseModel]) -> list[dict[str, Any]]:
    """Return results as dictionaries."""
    return [as_dict(one) for one in results]


def failed(error: MarketingError, **keys: Any) -> dict[str, Any]:
    """Return a failed method's answer: the documented keys, empty, what was wrong, and what would mend it."""
    return {**keys, "status": "error", "error": error.message, "remedy": error.remedy}


def failed_in_one_text(error: Exception, **keys: Any) -> dict[str, Any]:
    """Return a failed method's answer where it has no `remedy` of its own: `error` says both."""
    return {**keys, "status": "error", "error": str(error)}
