"""Which keys work."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.seo.catalogue import vendors
from ag2_marketing_tools.seo.vendors.failure import FailureKind, VendorFailure
from ag2_marketing_tools.seo.vendors.pagespeed import SERVICE, ask_pagespeed
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import Workspace

TRIED_PAGE = "https://example.com/"  # IANA keeps it for documentation: always there and small
Outcome = Literal["works", "invalid", "not_enabled", "rate_limited", "failing", "unreachable", "unsupported"]

_OUTCOMES: dict[FailureKind, Outcome] = {
    "invalid_key": "invalid",
    "not_enabled": "not_enabled",
    "rate_limited": "rate_limited",
    "page": "works",  # Lighthouse ran: the key was taken
    "vendor": "failing",
    "unreachable": "unreachable",
}


class TestConnection(Params):
    """Which keys to test; the keys themselves lie in the workspace."""

    __test__: ClassVar[bool] = False  # no test class, whatever its name says

    services: Annotated[
        list[str] | None,
        Field(description="Names of keys, such as `pagespeed`; all that were given when left out."),
    ] = None


class ServiceStatus(Result):
    """What was found out about one key."""

    outcome: Outcome
    reason: str


class Connections(Result):
    """What was found out about every key."""

    status: Literal["success", "error"]
    error: str | None = None
    services: dict[str, ServiceStatus]


@tool(family="seo")
async def test_connection(params: TestConnection, ws: Workspace) -> Connections:
    """Tell for each API key whether its vendor takes it, by one real request; a key that this version cannot
    use is said to be so. PageSpeed Insights takes 10 to 30 seconds.
    """  # noqa: D205
    names = _named(params.services, ws)
    if not names:
        return Connections(
            status="error", error="No API key was given, so there was no connection to test.", services={}
        )
    services = {name: await _status(name, ws) for name in names}
    faults = [status.reason for status in services.values() if status.outcome not in {"works", "unsupported"}]
    if not faults and all(status.outcome == "unsupported" for status in services.values()):
        faults = [status.reason for status in services.values()]
    return Connections(
        status="error" if faults else "success", error=" ".join(faults) or None, services=services
    )


def _named(services: list[str] | None, ws: Workspace) -> list[str]:
    if not services:
        return sorted(ws.api_keys)
    missing = [name for name in services if name not in ws.api_keys]
    if missing:
        raise InvalidInput(
            f"services: no key was given for {', '.join(repr(name) for name in missing)}",
            remedy=f"Keys were given for: {', '.join(sorted(ws.api_keys)) or 'none'}.",
        )
    return list(dict.fromkeys(services))


async def _status(name: str, ws: Workspace) -> ServiceStatus:
    known = vendors().get(name)
    if known is None:
        return ServiceStatus(outcome="unsupported", reason=f"No vendor goes by the name {name!r}.")
    if name != SERVICE:
        return ServiceStatus(
            outcome="unsupported",
            reason=f"This version does not ask {known.name}: the key {name!r} was not tested.",
        )
    answer = await ask_pagespeed(TRIED_PAGE, ws)
    if isinstance(answer, VendorFailure):
        return ServiceStatus(outcome=_OUTCOMES[answer.kind], reason=answer.message)
    return ServiceStatus(outcome="works", reason=f"{known.name} took the key and answered.")
