"""`/login` and `/logout`."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ag2_marketing.server.access.accounts import account_with
from ag2_marketing.server.access.identity import (
    check_form,
    cookie_name,
    csrf_of,
    drop_cookie,
    session_secret,
    set_cookie,
)
from ag2_marketing.server.access.secrets import new_secret
from ag2_marketing.server.access.sessions import begin_login, end_login
from ag2_marketing.server.pages.layout import page
from ag2_marketing.server.services import check_rate, client_name, services_of
from ag2_marketing.server.web.bodies import read_form
from ag2_marketing.server.web.problems import Problem

_FORM_COOKIE = "form"
_LOCAL_PATH = re.compile(r"/(?![/\\])[\w\-./~%]*", re.ASCII)
_WRONG = "The name or the password is wrong."


async def show_login(request: Request) -> Response:
    """Show the form."""
    return _form(request, request.query_params.get("next", "/"))


async def log_in(request: Request) -> Response:
    """Begin a login; whichever of name and password is wrong, the answer and its time are the same."""
    services = services_of(request)
    check_rate(request)
    fields = await read_form(request, timeout_s=services.ws.settings.server_body_timeout_s)
    check_form(request, fields.get("csrf"), request.cookies.get(cookie_name(request, _FORM_COOKIE)))
    name, there = fields.get("name", ""), fields.get("next", "/")
    client = client_name(request)
    try:
        services.logins.attempt(client, name)
    except Problem as problem:
        services.figures.refusals.labels(problem.reason).inc()
        return _form(request, there, problem.detail, problem)
    account_id = await account_with(services.ws.store, name, fields.get("password", ""))
    if account_id is None:
        services.figures.refusals.labels("password").inc()
        return _form(request, there, _WRONG, Problem(403, "password", _WRONG))
    services.logins.succeeded(client, name)
    response = RedirectResponse(_local(there), 303)
    set_cookie(request, response, "session", await begin_login(services.ws, account_id))
    drop_cookie(request, response, _FORM_COOKIE)
    return response


async def log_out(request: Request) -> Response:
    """End the login, on the server too."""
    ws = services_of(request).ws
    fields = await read_form(request, timeout_s=ws.settings.server_body_timeout_s)
    secret = session_secret(request)
    check_form(request, fields.get("csrf"), csrf_of(secret) if secret else None)
    if secret:
        await end_login(ws, secret)
    response = RedirectResponse("/login", 303)
    drop_cookie(request, response, "session")
    return response


def _form(request: Request, there: str, told: str | None = None, problem: Problem | None = None) -> Response:
    """Show the form; what it carries against forged ones stands in a cookie too."""
    secret = new_secret()
    response = page(
        request,
        "login",
        None,
        status=problem.status if problem else 200,
        csrf=secret,
        next=_local(there),
        told=told,
    )
    set_cookie(request, response, _FORM_COOKIE, secret)
    response.headers.update(problem.headers if problem else {})
    return response


def _local(there: str) -> str:
    """Return where to go after the login: a path of this server, never another one."""
    return there if _LOCAL_PATH.fullmatch(there) else "/"
