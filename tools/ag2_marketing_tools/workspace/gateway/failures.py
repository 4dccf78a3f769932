"""What went wrong on the wire, in one sentence."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import h11
import httpx

from ag2_marketing_tools.errors import FetchFailed
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.workspace.gateway.addresses import Target
from ag2_marketing_tools.workspace.gateway.tls import certificate_fault

_HEADERS_TOO_LARGE = 431


def fetch_failure(error: Exception, target: Target) -> FetchFailed:
    """Return the error of this project for one of httpx."""
    causes = list(_causes(error))
    place = f"{target.host}:{target.port}"
    for cause in causes:
        if isinstance(cause, ssl.SSLError):
            why = getattr(cause, "verify_message", "") or cause.reason or str(cause)
            return FetchFailed(
                say("No secure connection to {place} could be made ({why}).", place=place, why=str(why)),
                kind="tls",
                certificate_fault=certificate_fault(cause),
                remedy=say(
                    "The site's certificate or TLS set-up must be mended; it was not fetched insecurely."
                ),
            )
        if isinstance(cause, h11.RemoteProtocolError) and cause.error_status_hint == _HEADERS_TOO_LARGE:
            return headers_too_large(target)
    if isinstance(error, httpx.TimeoutException):
        return FetchFailed(
            say("{place} did not accept a connection in time.", place=place),
            kind="timeout",
            remedy=say("Try again later."),
        )
    if isinstance(error, httpx.ConnectError):
        why = str(causes[-1]) or type(causes[-1]).__name__
        return FetchFailed(
            say("No connection to {place} could be made ({why}).", place=place, why=why),
            kind="connect",
            remedy=say("Check that the server runs and can be reached from here."),
        )
    why = str(error) or say("the connection broke off")
    return FetchFailed(
        say("{place} did not answer as HTTP asks ({why}).", place=place, why=why),
        kind="protocol",
        remedy=say("Try again later; if it stays so, the server is at fault."),
    )


def headers_too_large(target: Target) -> FetchFailed:
    """Return the error for a header block over the cap."""
    return FetchFailed(
        say("{place} answered with too many bytes of headers.", place=f"{target.host}:{target.port}"),
        kind="too_large",
        remedy=say("Raise fetch_max_header_bytes if that is meant to be read."),
    )


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        # httpcore's pool raises `from None`, but its errors hold the one they stand for as their argument.
        held = (part for part in cause.args if isinstance(part, BaseException))
        cause = cause.__cause__ or next(held, None)
