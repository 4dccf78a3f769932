"""Pages about experiments."""

from __future__ import annotations

from collections.abc import Awaitable
from typing import TypeVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ag2_marketing.report import wording
from ag2_marketing.server.access.identity import check_form, visitor
from ag2_marketing.server.access.roles import Role
from ag2_marketing.server.pages.experiment_body import experiment_body
from ag2_marketing.server.pages.layout import page
from ag2_marketing.server.services import services_of
from ag2_marketing.server.web.bodies import read_form
from ag2_marketing.server.web.origins import own_origin
from ag2_marketing.server.web.problems import Problem
from ag2_marketing_tools.errors import MarketingError, NotFound, StoreError

T = TypeVar("T")


async def home(request: Request) -> Response:
    """Show how to send events from a page."""
    who = await visitor(request)
    return page(request, "home", who, origin=own_origin(request))


async def list_experiments(request: Request) -> Response:
    """List the experiments."""
    who = await visitor(request)
    experiments = await found(services_of(request).experiments.listed())
    return page(request, "experiments", who, experiments=experiments, state=wording.state)


async def show_experiment(request: Request) -> Response:
    """Show one experiment."""
    who = await visitor(request)
    services, experiment_id = services_of(request), request.path_params["experiment_id"]
    is_running = await found(services.experiments.is_running(experiment_id))
    language = services.ws.settings.language
    body = await found(experiment_body(experiment_id, services.experiments, language=language))
    return page(request, "experiment", who, experiment_id=experiment_id, is_running=is_running, body=body)


async def stop_experiment(request: Request) -> Response:
    """Stop an experiment."""
    who = await visitor(request, Role.ANALYST)
    services, experiment_id = services_of(request), request.path_params["experiment_id"]
    fields = await read_form(request, timeout_s=services.ws.settings.server_body_timeout_s)
    check_form(request, fields.get("csrf"), who.csrf)
    await found(services.experiments.stop(experiment_id, actor=who.name))
    return RedirectResponse(f"/experiments/{experiment_id}", 303)


async def found(asked: Awaitable[T]) -> T:
    """Wait for what the engine says.

    Raises:
        Problem: There is no such experiment (404), or it cannot be done as it stands (409).
        StoreError: The database failed; what it said is not for readers.
    """
    try:
        return await asked
    except NotFound as error:
        raise Problem(404, "unknown_experiment", str(error)) from None
    except StoreError:
        raise
    except MarketingError as error:
        raise Problem(409, "conflict", str(error)) from None
