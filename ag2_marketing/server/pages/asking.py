"""What the pages ask of the engine's tools, on behalf of whoever looks at them."""

from __future__ import annotations

from typing import Any, TypeVar

from starlette.requests import Request

from ag2_marketing.server.access.identity import Identity
from ag2_marketing.server.services import services_of
from ag2_marketing.server.web.problems import Problem
from ag2_marketing_tools.errors import InvalidInput, MarketingError, NotFound, StoreError
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.tool import Result, Tool
from ag2_marketing_tools.workspace import Workspace

R = TypeVar("R", bound=Result)

PERIODS = {"latest": None, "1_month": "1_month", "3_months": "3_months", "12_months": "12_months"}
_USUAL = "3_months"


def period_asked(request: Request) -> str:
    """Return over which period figures are taken together: what the address names, or what is usual."""
    named = request.query_params.get("over", _USUAL)
    return named if named in PERIODS else _USUAL


def over_period(request: Request) -> dict[str, Any]:
    """Return the period as the tools take it."""
    return {"over": PERIODS[period_asked(request)]}


def periods_to_choose(request: Request) -> dict[str, Any]:
    """Return what a page shows of the periods: each in words, with its name, and whether it is the one shown."""
    words = {
        "latest": say("latest figures"),
        "1_month": say("last month"),
        "3_months": say("last 3 months"),
        "12_months": say("last 12 months"),
    }
    shown = period_asked(request)
    return {
        "periods": [(words[name], name, name == shown) for name in PERIODS],
        "periods_title": say("Over which period figures are taken together"),
    }


async def told(request: Request, who: Identity, tool: Tool[Any, R], arguments: dict[str, Any]) -> R:
    """Run a tool for somebody.

    Raises:
        Problem: What is asked for is not there (404) or makes no sense (400), or it cannot be told as things stand
            (409).
        StoreError: The database failed; what it said is not for readers.
    """
    try:
        return await tool.run(arguments, _workspace(request, who))
    except NotFound as error:
        raise Problem(404, "unknown", str(error)) from None
    except InvalidInput as error:
        raise Problem(400, "malformed", str(error)) from None
    except StoreError:
        raise
    except MarketingError as error:
        raise Problem(409, "conflict", str(error)) from None


async def told_if_known(
    request: Request, who: Identity, tool: Tool[Any, R], arguments: dict[str, Any]
) -> tuple[R | None, str]:
    """Run a tool for somebody; where there is nothing to tell, return why.

    Raises:
        Problem: It cannot be told as things stand (409).
        StoreError: The database failed; what it said is not for readers.
    """
    try:
        return await tool.run(arguments, _workspace(request, who)), ""
    except (NotFound, InvalidInput) as error:
        return None, str(error)
    except StoreError:
        raise
    except MarketingError as error:
        raise Problem(409, "conflict", str(error)) from None


def _workspace(request: Request, who: Identity) -> Workspace:
    """Return the workspace as the log of accesses is to name it: who looks, and where."""
    return services_of(request).ws.seen_by("server", actor=who.name)
