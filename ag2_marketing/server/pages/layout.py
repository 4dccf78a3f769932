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
from ag2_marketing.server.pages.words import page_words, role_word
from ag2_marketing.server.services import services_of
from ag2_marketing.server.web.problems import Problem, as_json
from ag2_marketing_tools.messages import language, speaking

P = ParamSpec("P")


def page(
    request: Request, name: str, who: Identity | None, *, status: int = 200, **values: Any
) -> HTMLResponse:
    """Return a page in the language of the settings; every value is escaped."""
    template = _environment().get_template(f"{name}.html")
    with speaking(services_of(request).ws.settings.language):
        frame = {"language": language(), "words": page_words(), "role_word": role_word, "Role": Role}
        return HTMLResponse(template.render(who=who, **frame, **values), status)


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
    response = page(request, "problem", None, status=problem.status, detail=problem.detail)
    response.headers.update(problem.headers)
    return response
