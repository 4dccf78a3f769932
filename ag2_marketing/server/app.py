"""The application: routes, what stands before them, and what opens and closes with it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp

from ag2_marketing.report.experiments import style as experiment_style
from ag2_marketing.report.standings.fragment import style as standings_style
from ag2_marketing.server import assigning, reading, tracking
from ag2_marketing.server.operation import routes as operation
from ag2_marketing.server.operation.counting import CountRequests
from ag2_marketing.server.pages import access, caregivers, clients, experiments, locations, logging_in, todos
from ag2_marketing.server.pages.layout import as_page_or_json
from ag2_marketing.server.services import Services
from ag2_marketing.server.web import files
from ag2_marketing.server.web.headers import SecurityHeaders
from ag2_marketing.server.web.origins import cross_origin_options
from ag2_marketing.server.web.problems import Problem
from ag2_marketing_tools.errors import StoreError
from ag2_marketing_tools.workspace import Settings

_log = logging.getLogger(__name__)
_NO_DATABASE = "The database does not answer as it should. Please try again later."
_OWN_NAMES = ("localhost", "127.0.0.1", "[::1]")
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def build_app(services: Services) -> ASGIApp:
    """Return the application; its writer begins and ends with it."""
    settings = services.ws.settings
    app = Starlette(
        routes=_routes(settings),
        middleware=[
            Middleware(CountRequests, figures=services.figures, clock=services.ws.clock),
            Middleware(TrustedHostMiddleware, allowed_hosts=allowed_hosts(settings), www_redirect=False),
        ],
        exception_handlers={
            Problem: _counted(services),
            StoreError: _database_failed(services),
            HTTPException: _http_problem,
            Exception: _defect,
        },
        lifespan=_lifespan(services),
    )
    app.router.redirect_slashes = False  # it would redirect to whatever host a client names
    app.state.services = services
    return SecurityHeaders(app)  # around everything, so that a defect's answer has them too


def allowed_hosts(settings: Settings) -> list[str]:
    """Return the names that the server answers to; on loopback no others, against rebound DNS names."""
    if settings.server_allowed_hosts:
        return [*settings.server_allowed_hosts, *_OWN_NAMES]
    return [*_OWN_NAMES] if settings.server_host in _LOOPBACK else ["*"]


def _routes(settings: Settings) -> list[BaseRoute]:
    def get(path: str, endpoint: Callable[..., object]) -> Route:
        return Route(path, endpoint, methods=["GET"])

    def post(path: str, endpoint: Callable[..., object]) -> Route:
        return Route(path, endpoint, methods=["POST"])

    tracks = [
        post("/batch", tracking.track_batch),
        post("/beacon", tracking.track_beacon),
        *(post(f"/{name}", tracking.one_event(name)) for name in tracking.NAMED),
    ]
    cross_origin = [Middleware(CORSMiddleware, **cross_origin_options(settings.server_allowed_origins))]
    return [
        Mount("/api/track", routes=tracks, middleware=cross_origin),  # first, for it is asked most
        get("/", experiments.home),
        get("/experiments", experiments.list_experiments),
        get("/experiments/{experiment_id}", experiments.show_experiment),
        post("/experiments/{experiment_id}/stop", experiments.stop_experiment),
        get("/locations", locations.list_locations),
        get("/locations/{location:path}", locations.show_location),
        get("/caregivers/{caregiver:path}", caregivers.show_caregiver),
        get("/clients/{client:path}", clients.show_client),
        get("/todos", todos.show_todos),
        get("/todos/{todo}", todos.lead_to_todos),
        post("/todos/{todo}", todos.change_todo),
        get("/access", access.show_access),
        post("/access/remove", access.remove_access),
        get("/login", logging_in.show_login),
        post("/login", logging_in.log_in),
        post("/logout", logging_in.log_out),
        get("/api/experiments", reading.read_list),
        get("/api/experiments/{experiment_id}/status", reading.read_status),
        get("/api/experiments/{experiment_id}/results", reading.read_results),
        get("/health", operation.health),
        get("/metrics", operation.metrics),
        get("/snippet.js", files.snippet(settings)),
        get("/style.css", files.style()),
        get("/experiment.css", files.sheet(experiment_style())),
        get("/standings.css", files.sheet(standings_style())),
        get("/plots.js", files.plots()),
        get("/plotly.js", files.plotly),
        Mount("/api", routes=[post("/assign", assigning.assign)], middleware=cross_origin),
    ]


def _counted(services: Services) -> Callable[[Request, Exception], Response]:
    """Return the handler of problems, which counts them by their reason."""

    def handle(request: Request, problem: Exception) -> Response:
        if isinstance(problem, Problem) and problem.status != 303:
            services.figures.refusals.labels(problem.reason).inc()
        return as_page_or_json(request, problem)

    return handle


def _database_failed(services: Services) -> Callable[[Request, Exception], Response]:
    """Return the handler of the database's failures: what it said goes into the log, and not to whoever asked."""
    answer = _counted(services)

    def handle(request: Request, error: Exception) -> Response:
        _log.error("A request could not be answered: %s", error)
        return answer(request, Problem(503, "store", _NO_DATABASE, retry_after_s=tracking.RETRY_AFTER_S))

    return handle


def _http_problem(request: Request, error: Exception) -> Response:
    """Put Starlette's own refusals (404, 405, 400) into our form."""
    if not isinstance(error, HTTPException):
        raise error
    return as_page_or_json(request, Problem(error.status_code, "http", error.detail, headers=error.headers))


def _defect(request: Request, _error: Exception) -> Response:
    """Say no more than that something went wrong; what did is in the log."""
    return as_page_or_json(request, Problem(500, "defect", "The server failed at this."))


def _lifespan(services: Services) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        services.writer.start()
        try:
            yield
        finally:
            await services.writer.stop()

    return lifespan
