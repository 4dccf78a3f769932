"""What the routes work with: made once per server, found through the request."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import HTTPConnection, Request

from ag2_marketing.server.access.throttle import LoginThrottle
from ag2_marketing.server.access.write_keys import KeyRing
from ag2_marketing.server.consent import ConsentPolicy
from ag2_marketing.server.experiments import Experiments
from ag2_marketing.server.operation.figures import Figures
from ag2_marketing.server.sink import EventSink
from ag2_marketing.server.web.limits import TokenBuckets, client_of
from ag2_marketing.server.web.problems import Problem
from ag2_marketing.server.writer import GroupWriter
from ag2_marketing_tools.workspace import Workspace


@dataclass(frozen=True)
class Services:
    """One server's parts."""

    ws: Workspace
    writer: GroupWriter
    experiments: Experiments
    keys: KeyRing
    consent: ConsentPolicy
    requests: TokenBuckets
    logins: LoginThrottle
    figures: Figures


def services_for(ws: Workspace, sink: EventSink, experiments: Experiments) -> Services:
    """Return the parts of a server on a workspace, by its settings."""
    settings, figures = ws.settings, Figures()
    return Services(
        ws=ws,
        writer=GroupWriter(sink, settings.server_max_waiting_events, ws.clock, figures),
        experiments=experiments,
        keys=KeyRing(ws),
        consent=ConsentPolicy(settings.server_require_consent, settings.server_respect_do_not_track),
        requests=TokenBuckets(settings.server_requests_per_s, settings.server_burst_requests, ws.clock),
        logins=LoginThrottle(ws.clock),
        figures=figures,
    )


def services_of(request: HTTPConnection) -> Services:
    """Return the parts of the server that a request came to."""
    services: Services = request.app.state.services
    return services


def client_name(request: HTTPConnection) -> str:
    """Return under which name the limits count a request's client."""
    return client_of(request.client.host if request.client else None)


def check_rate(request: Request) -> None:
    """Take one of the client's requests.

    Raises:
        Problem: It has none left (429).
    """
    services = services_of(request)
    wait_s = services.requests.wait_s(client_name(request))
    if wait_s:
        raise Problem(429, "rate", "Too many requests.", retry_after_s=wait_s)
