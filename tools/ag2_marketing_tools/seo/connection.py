"""Which keys work, for which of the APIs that each may open."""

from __future__ import annotations

import asyncio
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.marks import untrusted
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.vendors import Allowance, ConnectionTest, FailureKind, vendor_named, vendors_of_key
from ag2_marketing_tools.vendors import test_connection as try_key
from ag2_marketing_tools.workspace import Workspace

ApiOutcome = Literal["works", "not_tested"] | FailureKind
KeyOutcome = Literal["works", "works_in_part", "not_tested", "unsupported"] | FailureKind


class TestConnection(Params):
    """Which keys to test; the keys themselves lie in the workspace."""

    __test__: ClassVar[bool] = False  # no test class, whatever its name says

    services: Annotated[
        list[str] | None,
        Field(description="Names of keys, such as `pagespeed`; all that were given when left out."),
    ] = None


class ApiStatus(Result):
    """What was found out about a key at one API."""

    api: str
    title: str
    outcome: ApiOutcome
    reason: str = Field(description="What was asked, and what came of it.")
    next_step: str | None = None
    said: Annotated[str | None, untrusted()] = Field(default=None, description="The vendor's own words.")
    allowance: Allowance | None = Field(
        default=None, description="What the account may still ask for, where the vendor tells."
    )


class ServiceStatus(Result):
    """What was found out about one key; `works_in_part` where it opens some of its APIs only."""

    outcome: KeyOutcome
    reason: str
    next_step: str | None = None
    apis: list[ApiStatus] = Field(default=[])


class Connections(Result):
    """What was found out about every key: a success where one works and none is refused."""

    status: Literal["success", "error"]
    error: str | None = None
    services: dict[str, ServiceStatus]


@tool(family="seo")
async def test_connection(params: TestConnection, ws: Workspace) -> Connections:
    """Tell for each API key what works, why not, what to do next and what allowance is left.

    Each API that a key may open is asked once, by its cheapest request; what costs paid units is never asked,
    and said to be so. PageSpeed Insights takes 10 to 30 seconds.
    """
    names = _named(params.services, ws)
    if not names:
        error = say("No API key was given, so there was no connection to test.")
        return Connections(status="error", error=error, services={})
    found = await asyncio.gather(*(_status(name, ws) for name in names))
    services = dict(zip(names, found, strict=True))
    works = any(status.outcome in {"works", "works_in_part"} for status in found)
    faults = [status.reason for status in found if _is_refused(status)]
    if not works and not faults:
        faults = [status.reason for status in found]
    return Connections(
        status="error" if faults else "success", error=" ".join(faults) or None, services=services
    )


def _is_refused(status: ServiceStatus) -> bool:
    return status.outcome not in {"works", "works_in_part", "not_tested", "unsupported"}


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
    vendors = vendors_of_key(name)
    if not vendors:
        return ServiceStatus(
            outcome="unsupported", reason=say("No vendor's key goes by the name {name!r}.", name=name)
        )
    tests = await asyncio.gather(*(try_key(vendor.name, ws.api_keys[name], ws) for vendor in vendors))
    return _of_key([_api_status(test) for test in tests])


def _api_status(test: ConnectionTest) -> ApiStatus:
    title = vendor_named(test.vendor).title
    failure = test.failure
    if failure is None:
        outcome: ApiOutcome = "works" if test.verdict == "works" else "not_tested"
        return ApiStatus(
            api=test.vendor, title=title, outcome=outcome, reason=test.message, allowance=test.allowance
        )
    return ApiStatus(
        api=test.vendor,
        title=title,
        outcome=failure.kind,
        reason=failure.message,
        next_step=failure.remedy,
        said=failure.said,
    )


def _of_key(apis: list[ApiStatus]) -> ServiceStatus:
    """Put what the APIs of a key said together: first those that refuse it, then those that take it."""
    refusing = [api for api in apis if api.outcome not in {"works", "not_tested"}]
    working = [api for api in apis if api.outcome == "works"]
    telling = refusing or working or apis
    outcome: KeyOutcome = telling[0].outcome
    if refusing and working:
        outcome = "works_in_part"
    told = [*(working if refusing else ()), *telling]
    steps = dict.fromkeys(api.next_step for api in refusing if api.next_step)
    return ServiceStatus(
        outcome=outcome,
        reason=" ".join(dict.fromkeys(api.reason for api in told)),
        next_step=" ".join(steps) or None,
        apis=apis,
    )
