"""`/api/experiments/…`: status and results, for programs."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ag2_marketing.server.access.identity import reader
from ag2_marketing.server.pages.experiments import found
from ag2_marketing.server.services import check_rate, services_of


async def read_list(request: Request) -> Response:
    """Return the experiments."""
    check_rate(request)
    await reader(request)
    listed = await found(services_of(request).experiments.listed())
    return JSONResponse({"experiments": [vars(one) for one in listed]})


async def read_status(request: Request) -> Response:
    """Return how far an experiment has come."""
    check_rate(request)
    await reader(request)
    experiments = services_of(request).experiments
    return JSONResponse(dict(await found(experiments.status(request.path_params["experiment_id"]))))


async def read_results(request: Request) -> Response:
    """Return an experiment's analysis."""
    check_rate(request)
    await reader(request)
    experiments = services_of(request).experiments
    return JSONResponse(dict(await found(experiments.results(request.path_params["experiment_id"]))))
