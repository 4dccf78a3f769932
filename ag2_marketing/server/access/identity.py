"""Who asks: by a login's cookie, or by a bearer token."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from ag2_marketing.server.access.roles import Role
from ag2_marketing.server.access.secrets import are_equal, derived
from ag2_marketing.server.access.sessions import login_of
from ag2_marketing.server.access.tokens import token_of
from ag2_marketing.server.services import services_of
from ag2_marketing.server.web.problems import Problem

_BEARER = "bearer "


@dataclass(frozen=True)
class Identity:
    """Somebody who was let in.

    Attributes:
        name: The account's name, or the token's label.
        role: What they may do.
        csrf: What the forms of this login carry; None for a token, which sends no forms.
    """

    name: str
    role: Role
    csrf: str | None = None


def cookie_name(request: Request, name: str) -> str:
    """Return a cookie's name; over https with the prefix that binds it to this host and to https."""
    return f"__Host-{name}" if request.url.scheme == "https" else name


def set_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """Give the browser a cookie that no script reads and no other site sends along with a form."""
    response.set_cookie(
        cookie_name(request, name),
        value,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def drop_cookie(request: Request, response: Response, name: str) -> None:
    """Take a cookie from the browser."""
    response.delete_cookie(
        cookie_name(request, name),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )


def session_secret(request: Request) -> str | None:
    """Return what the login's cookie holds."""
    return request.cookies.get(cookie_name(request, "session"))


async def identity_of(request: Request) -> Identity | None:
    """Return who asks, None where nobody that is known does."""
    ws = services_of(request).ws
    shown = request.headers.get("authorization", "")
    if shown[: len(_BEARER)].lower() == _BEARER:
        token = await token_of(ws, shown[len(_BEARER) :].strip())
        return Identity(token.label, token.role) if token else None
    secret = session_secret(request)
    login = await login_of(ws, secret) if secret else None
    return Identity(login.name, login.role, csrf_of(secret)) if login and secret else None


def csrf_of(secret: str) -> str:
    """Return what the forms of a login carry."""
    return derived(secret, "csrf")


async def reader(request: Request, role: Role = Role.VIEWER) -> Identity:
    """Return who asks a reading route.

    Raises:
        Problem: Nobody known (401), or somebody who may not (403).
    """
    found = await identity_of(request)
    if found is None:
        headers = {"www-authenticate": 'Bearer realm="ag2-marketing"'}
        raise Problem(401, "login", "A login or a bearer token is needed.", headers=headers)
    return _allowed(found, role)


async def visitor(request: Request, role: Role = Role.VIEWER) -> Identity:
    """Return who asks for a page.

    Raises:
        Problem: Nobody known (303, to the login), or somebody who may not (403).
    """
    found = await identity_of(request)
    if found is None:
        there = quote(request.url.path, safe="/")
        raise Problem(303, "login", "Please log in.", headers={"location": f"/login?next={there}"})
    return _allowed(found, role)


def _allowed(found: Identity, role: Role) -> Identity:
    if found.role < role:
        raise Problem(403, "role", f"This needs the role {role.word}.")
    return found


def check_form(request: Request, sent: str | None, expected: str | None) -> None:
    """Refuse a form that another site, or nobody's page, has sent.

    Raises:
        Problem: It comes from elsewhere, or lacks what only this server's page knows (403).
    """
    came_from = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    own = f"{request.url.scheme}://{request.headers.get('host', '')}"
    is_own = came_from in {"same-origin", "none"} and origin in {None, own}
    if not is_own or not sent or not expected or not are_equal(sent, expected):
        raise Problem(403, "csrf", "The form is not valid any more. Load the page again.")
