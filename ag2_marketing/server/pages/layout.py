"""Templates into pages."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cache
from typing import Any, ParamSpec

from jinja2 import Environment
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ag2_marketing.report.templating import environment
from ag2_marketing.server.access.identity import Identity
from ag2_marketing.server.access.roles import Role
from ag2_marketing.server.web.problems import Problem, as_json

P = ParamSpec("P")


def page(name: str, who: Identity | None, *, status: int = 200, **values: Any) -> HTMLResponse:
    """Return a page; every value is escaped."""
    template = _environment().get_template(f"{name}.html")
    return HTMLResponse(template.render(who=who, Role=Role, **values), status)


async def drawn(fragment: Callable[P, Markup], *args: P.args, **values: P.kwargs) -> Markup:
    """Return what a fragment draws, in the language that is spoken here.

    Pictures take long (some 20 ms each): they are drawn beside the event loop, which meanwhile takes events.
    """
    return await asyncio.to_thread(fragment, *args, **values)


@cache
def _environment() -> Environment:
    return environment("ag2_marketing.server.pages")


def as_page_or_json(request: Request, problem: Exception) -> Response:
    """Put a problem into the form that its asker reads: a page for people, JSON for programs."""
    if not isinstance(problem, Problem):
        raise problem
    if problem.status == 303:
        return Response(status_code=303, headers=problem.headers)
    is_page = "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/api/")
    if not is_page:
        return as_json(request, problem)
    response = page("problem", None, status=problem.status, detail=problem.detail)
    response.headers.update(problem.headers)
    return response
