"""`/api/assign`: which variant a user sees."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ag2_marketing.server.services import check_rate, services_of
from ag2_marketing.server.tracking import check_write_key
from ag2_marketing.server.web.bodies import JSON, read_body
from ag2_marketing.server.web.origins import check_origin
from ag2_marketing.server.web.problems import Problem
from ag2_marketing.server.wire import Id, Scalar, read_json
from ag2_marketing_tools.errors import Conflict, InvalidInput, NotFound

_MAX_BYTES = 20_000


class Asked(Struct, frozen=True):
    """Who asks for a variant of which experiment."""

    user_id: Id
    experiment_id: Id | None = None
    test_id: Id | None = None
    context: Annotated[dict[Id, Scalar], Meta(max_length=50)] = {}
    write_key: Id | None = None
    consent: bool | None = None


async def assign(request: Request) -> Response:
    """Assign a user; one who may not be stored is not assigned, and sees what everybody saw before."""
    services = services_of(request)
    asked = await _asked(request)
    experiment_id = asked.experiment_id or asked.test_id
    if experiment_id is None:
        raise Problem(400, "malformed", "`experiment_id` is missing.")
    objection = services.consent.of_user(asked.consent) or services.consent.of_browser(request.headers)
    if objection:
        return JSONResponse({"status": "not_assigned", "variant_id": None, "reason": objection})
    context = _with_browser(request, asked.context)
    try:
        return JSONResponse({**await services.experiments.assign(experiment_id, asked.user_id, context)})
    except NotFound as error:
        raise Problem(404, "unknown_experiment", str(error)) from None
    except Conflict as error:
        raise Problem(409, "conflict", str(error)) from None
    except InvalidInput as error:
        raise Problem(400, "malformed", str(error)) from None


async def _asked(request: Request) -> Asked:
    settings = services_of(request).ws.settings
    check_rate(request)
    check_origin(request, settings.server_allowed_origins)
    body = await read_body(
        request, media_types=JSON, max_bytes=_MAX_BYTES, timeout_s=settings.server_body_timeout_s
    )
    try:
        asked = read_json(body, Asked)
    except InvalidInput as error:
        raise Problem(400, "malformed", str(error)) from None
    if not "".join((asked.user_id, asked.experiment_id or "", asked.test_id or "")).isprintable():
        raise Problem(400, "malformed", "An id holds a character that cannot be printed.")
    await check_write_key(request, asked.write_key)
    return asked


def _with_browser(request: Request, context: dict[str, Scalar]) -> dict[str, Scalar]:
    """Add what browser it is, by which bots are told; a program that asks for its users names none."""
    is_browser = "origin" in request.headers or "sec-fetch-mode" in request.headers
    browser = request.headers.get("user-agent") if is_browser else None
    return {"user_agent": browser[:500], **context} if browser else context
