"""The administrator's page: who has access, and taking it away."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ag2_marketing.server.access.accounts import list_accounts, remove_account
from ag2_marketing.server.access.identity import check_form, visitor
from ag2_marketing.server.access.roles import Role
from ag2_marketing.server.access.tokens import list_tokens, remove_token
from ag2_marketing.server.access.write_keys import list_keys, remove_key
from ag2_marketing.server.pages.layout import page
from ag2_marketing.server.services import services_of
from ag2_marketing.server.web.bodies import read_form
from ag2_marketing.server.web.problems import Problem
from ag2_marketing_tools.errors import NotFound

_REMOVE = {"account": remove_account, "token": remove_token, "key": remove_key}


async def show_access(request: Request) -> Response:
    """Show accounts, tokens and write keys; no secret of theirs is kept that could be shown."""
    who = await visitor(request, Role.ADMIN)
    store = services_of(request).ws.store
    return page(
        request,
        "access",
        who,
        accounts=await list_accounts(store),
        tokens=await list_tokens(store),
        keys=await list_keys(store),
    )


async def remove_access(request: Request) -> Response:
    """Take an account, a token or a write key away."""
    who = await visitor(request, Role.ADMIN)
    services = services_of(request)
    fields = await read_form(request, timeout_s=services.ws.settings.server_body_timeout_s)
    check_form(request, fields.get("csrf"), who.csrf)
    remove = _REMOVE.get(fields.get("kind", ""))
    if remove is None:
        raise Problem(400, "malformed", "What to remove is an account, a token or a key.")
    try:
        await remove(services.ws.store, fields.get("which", "").replace("\x00", ""))
    except NotFound as error:
        raise Problem(404, "unknown", str(error)) from None
    return RedirectResponse("/access", 303)
