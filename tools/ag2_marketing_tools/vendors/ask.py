"""Asking a vendor: through the gateway alone, and again where its answer says that this makes sense."""

from __future__ import annotations

import base64
from typing import Final
from urllib.parse import urlencode

from pydantic import SecretStr

from ag2_marketing_tools.errors import (
    AddressRefused,
    CircuitOpen,
    FetchFailed,
    OutgoingError,
    RateLimited,
)
from ag2_marketing_tools.vendors.facts import Vendor, vendor_named
from ag2_marketing_tools.vendors.outcome import Failure, FailureKind, Outcome, T, failed
from ag2_marketing_tools.vendors.request import Answer, Call, Unreadable, VendorRequest
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.gateway import Redactor
from ag2_marketing_tools.workspace.gateway.retry import backoff_s, retry_after_s

MOST_ATTEMPTS: Final = 3
_MINUTE_S: Final = 60.0
_OUTAGES: Final = frozenset({"dns", "connect", "tls", "timeout", "protocol"})
_NOT_AT_ONCE: Final = frozenset({"dns", "tls", "timeout", "protocol", "own_limit", "resting"})
"""Asking at once again is no use, or may be billed twice."""
_LOST: Final = frozenset({"timeout", "protocol"})
"""The vendor may have answered, and billed."""


async def ask(
    request: VendorRequest[T],
    ws: Workspace,
    *,
    key: str | SecretStr | None = None,
    attempts: int = MOST_ATTEMPTS,
) -> Outcome[T]:
    """Ask a vendor.

    A passing refusal (too many requests, a minute's quota, a server error) is asked again after what
    `Retry-After` says, else after exponential back-off, as long as the waits together stay within the
    setting `rate_limit_max_wait_s`.

    Args:
        request: The question.
        ws: The workspace, which holds the vendor's key.
        key: A key to use in its place.
        attempts: Tries in all, at least one.

    Returns:
        Data, the news that there is none, or a failure; no text of it holds a key.
    """
    vendor = vendor_named(request.vendor)
    given = key if key is not None else ws.api_keys.get(vendor.key, "")
    secret = (given.get_secret_value() if isinstance(given, SecretStr) else given).strip()
    unusable = _unusable(vendor, secret)
    if unusable:
        return unusable
    _teach(ws.gateway.redactor, vendor, secret)
    most_units = request.most_units(vendor)
    if most_units and not ws.spending.set_aside(vendor.key, most_units, budget=vendor.budget(ws)):
        return _over_budget(vendor, most_units, ws)
    outcome = await _ask_patiently(request, vendor, secret, ws, attempts)
    if most_units:
        ws.spending.settle(vendor.key, aside=most_units, spent=_spent(outcome, most_units))
    return outcome


async def _ask_patiently(
    request: VendorRequest[T], vendor: Vendor, secret: str, ws: Workspace, attempts: int
) -> Outcome[T]:
    waited_s = 0.0
    attempt = 0
    while True:
        attempt += 1
        outcome = await _ask_once(request, vendor, secret, ws)
        wait_s = _wait_s(outcome, attempt, vendor, ws)
        if wait_s is None or attempt >= attempts or waited_s + wait_s > ws.settings.rate_limit_max_wait_s:
            return outcome
        waited_s += wait_s
        await ws.clock.sleep(wait_s)


async def _ask_once(request: VendorRequest[T], vendor: Vendor, secret: str, ws: Workspace) -> Outcome[T]:
    call = request.call(ws.ids.new("vendor_request"))
    try:
        answer = await _sent(call, vendor, secret, ws)
        if 300 <= answer.status < 400:
            raise Unreadable(f"It redirects (HTTP {answer.status}); redirects are not followed with a key.")
        outcome = request.read(answer)
    except OutgoingError as error:
        return _clean(_not_reached(vendor, error), ws.gateway.redactor)
    except Unreadable as error:
        unread = failed(vendor, "unexpected_answer", status=answer.status, why=str(error))
        return _clean(unread, ws.gateway.redactor)
    if isinstance(outcome, Failure):
        asked_s = retry_after_s(answer.headers, ws.clock.now()) if outcome.retryable else None
        known_s = outcome.retry_after_s if asked_s is None else asked_s
        return _clean(outcome.model_copy(update={"retry_after_s": known_s}), ws.gateway.redactor)
    return outcome


async def _sent(call: Call, vendor: Vendor, secret: str, ws: Workspace) -> Answer:
    ws.gateway.services.service(vendor.name, "", vendor.policy(ws))  # sets the limits, once
    query = [*call.query, (vendor.key_query, secret)] if vendor.key_query else call.query
    response = await ws.gateway.fetch(
        f"{vendor.url(ws)}{call.path}" + (f"?{urlencode(query)}" if query else ""),
        method=call.method,
        headers=_key_headers(vendor, secret),
        json=call.json,
        service=vendor.name,
        accept=call.accept,
        max_bytes=vendor.max_bytes,
        deadline_s=vendor.timeout_s,
        follow_redirects=False,
        cached=False,
        max_attempts=1,
    )
    return Answer(vendor, call, response.status, response.headers, response.content, response.text())


def _over_budget(vendor: Vendor, most_units: int, ws: Workspace) -> Failure:
    why = f"It may cost {most_units} units; {ws.spending.of(vendor.key)} of {vendor.budget(ws)} are spent already."
    return failed(vendor, "budget_reached", why=why)


def _spent(outcome: Outcome[T], most_units: int) -> int:
    """Return what a question cost: as told or reckoned; all that it may where the answer was lost."""
    if isinstance(outcome, Failure):
        return most_units if outcome.code in _LOST else 0
    return outcome.usage.units if outcome.usage else 0


def _unusable(vendor: Vendor, secret: str) -> Failure | None:
    if not secret:
        return failed(vendor, "no_key")
    if not (secret.isascii() and secret.isprintable() and " " not in secret):
        return failed(vendor, "invalid_key", why="It holds signs that no key has, a space or line break say.")
    if vendor.key_pair and not all(secret.partition(":")):
        return failed(vendor, "invalid_key", why="It must be an access ID and a secret, joined by a colon.")
    return None


def _key_headers(vendor: Vendor, secret: str) -> dict[str, str]:
    if vendor.key_header:
        return {vendor.key_header: f"{vendor.key_prefix}{secret}"}
    if vendor.key_pair:
        return {"Authorization": f"Basic {base64.b64encode(secret.encode()).decode()}"}
    return {}


def _teach(redactor: Redactor, vendor: Vendor, secret: str) -> None:
    redactor.learn(secret, *(secret.split(":", 1) if vendor.key_pair else ()))


def _wait_s(outcome: Outcome[T], attempt: int, vendor: Vendor, ws: Workspace) -> float | None:
    """Return how long to wait before asking again, or None where that is no use."""
    if not isinstance(outcome, Failure) or not outcome.retryable or outcome.code in _NOT_AT_ONCE:
        return None
    if outcome.retry_after_s is not None:
        return outcome.retry_after_s
    if outcome.quota == "minute":
        return _MINUTE_S
    return backoff_s(
        attempt,
        base_s=ws.settings.fetch_backoff_s,
        longest_s=ws.settings.fetch_max_backoff_s,
        seed=f"{vendor.name} {attempt} {ws.clock.monotonic_s()}",
    )


def _not_reached(vendor: Vendor, error: OutgoingError) -> Failure:
    """Return the failure that an error of the gateway, whose text it has cleaned of secrets, stands for."""
    if isinstance(error, RateLimited):
        return failed(
            vendor, "rate_limited", why=error.message, code="own_limit", retry_after_s=error.retry_after_s
        )
    if isinstance(error, CircuitOpen):
        return failed(
            vendor, "unavailable", why=error.message, code="resting", retry_after_s=error.retry_after_s
        )
    if isinstance(error, FetchFailed):
        kind: FailureKind = "unavailable" if error.kind in _OUTAGES else "unexpected_answer"
        return failed(vendor, kind, why=error.message, code=error.kind, status=error.status)
    code = "address_refused" if isinstance(error, AddressRefused) else None
    return failed(vendor, "bad_request", why=error.message, code=code)


def _clean(failure: Failure, redactor: Redactor) -> Failure:
    """Strike secrets from a failure's texts: a vendor may send back what it was sent."""
    texts = {
        name: redactor.text(text)
        for name, text in (("message", failure.message), ("said", failure.said), ("code", failure.code))
        if text
    }
    return failure.model_copy(update=texts)
