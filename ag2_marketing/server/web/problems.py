"""What is said when a request cannot be answered: one JSON form for programs, one page for people."""

from __future__ import annotations

import math
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse


class Problem(Exception):
    """An answer that is not the one that was hoped for.

    Attributes:
        status: The HTTP status.
        reason: One word for programs and for the figures.
        detail: A sentence for people, without anything secret.
        headers: Further headers.
    """

    def __init__(
        self,
        status: int,
        reason: str,
        detail: str,
        *,
        retry_after_s: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.reason = reason
        self.detail = detail
        self.headers = dict(headers or {})
        if retry_after_s is not None:
            self.headers["retry-after"] = str(max(1, math.ceil(retry_after_s)))


def as_json(_request: Request, problem: Exception) -> JSONResponse:
    """Put a problem into the form that the specification gives errors."""
    if not isinstance(problem, Problem):
        raise problem
    content = {"status": "error", "error": problem.detail, "reason": problem.reason}
    return JSONResponse(content, problem.status, problem.headers)
