"""The gateway for other services' APIs: each with its own rate limit, circuit breaker and fallback."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping
from json import loads
from types import TracebackType
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ag2_marketing_tools.errors import (
    AddressRefused,
    FetchFailed,
    InvalidInput,
    NotFound,
    OutgoingError,
    RateLimited,
)
from ag2_marketing_tools.workspace.clock import Clock, SystemClock
from ag2_marketing_tools.workspace.gateway.breaker import CircuitBreaker
from ag2_marketing_tools.workspace.gateway.gateway import Gateway
from ag2_marketing_tools.workspace.gateway.limits import RateLimiter
from ag2_marketing_tools.workspace.gateway.response import Response
from ag2_marketing_tools.workspace.gateway.services import ServicePolicy
from ag2_marketing_tools.workspace.settings import Settings

FallbackHandler = Callable[[dict[str, Any]], Awaitable[Any] | Any]
_Model = TypeVar("_Model", bound=BaseModel)
_TOO_MANY_REQUESTS: Final = 429
_CLIENT_ERROR: Final = 400
_SERVER_ERROR: Final = 500


class _ServiceConfig(BaseModel):
    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)
    rate_limit: int = Field(ge=1)
    window: float = Field(gt=0, allow_inf_nan=False)
    failure_threshold: int = Field(default=3, ge=1)
    recovery_timeout: float = Field(default=60.0, ge=0, allow_inf_nan=False)
    fallback_handler: FallbackHandler | None = None


class _Request(BaseModel):
    model_config = ConfigDict(extra="forbid")
    url: str
    method: str = "GET"
    headers: dict[str, str] = Field(default_factory=dict)
    params: dict[str, str | int | float | bool] = Field(default_factory=dict)
    json_: Any = Field(default=None, alias="json")
    content: str | bytes | None = None


class APIGateway:
    """Sends requests to configured services and falls back when one cannot answer.

        gateway = APIGateway()
        await gateway.configure_service("crm", {"rate_limit": 60, "window": 60, "failure_threshold": 3,
                                                "recovery_timeout": 30, "fallback_handler": from_yesterday})
        result = await gateway.execute_request("crm", {"url": "https://crm.example/api/leads"})
        await gateway.aclose()

    It is an asynchronous context manager, too. A result that a fallback handler made carries `"fallback":
    True` and `"fallback_reason"`, so that it can never pass for the service's own answer.
    """

    def __init__(
        self, *, gateway: Gateway | None = None, settings: Settings | None = None, clock: Clock | None = None
    ) -> None:
        """Open nothing yet.

        Args:
            gateway: A workspace's gateway (not closed here); one of its own when not given.
            settings: For its own gateway; read from the environment when not given.
            clock: For its own gateway; the machine's when not given.
        """
        self.rate_limiters: dict[str, RateLimiter] = {}
        self.circuit_breakers: dict[str, CircuitBreaker] = {}
        self.fallback_handlers: dict[str, FallbackHandler | None] = {}
        self._owned = gateway is None
        self._gateway = gateway or Gateway(settings or Settings(), clock=clock or SystemClock())

    async def __aenter__(self) -> APIGateway:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections, unless the gateway was given."""
        if self._owned:
            await self._gateway.aclose()

    async def configure_service(self, service: str, config: dict[str, Any]) -> None:
        """Set a service's limits; done again, it begins anew.

        Args:
            service: The service's name.
            config: `rate_limit` (requests) within `window` (seconds); `failure_threshold` failures in a row
                open the breaker for `recovery_timeout` seconds (3 and 60 when not given); `fallback_handler`
                (optional), a function or coroutine function of the request.

        Raises:
            InvalidInput: A key is unknown or missing, or a value is out of range.
        """
        checked = _validated(_ServiceConfig, config, f"The configuration of {service!r}")
        policy = ServicePolicy(
            max_requests=checked.rate_limit,
            window_s=checked.window,
            failure_threshold=checked.failure_threshold,
            recovery_timeout_s=checked.recovery_timeout,
        )
        state = self._gateway.services.configure(_key(service), policy)
        if state.limiter:
            self.rate_limiters[service] = state.limiter
        self.circuit_breakers[service] = state.breaker
        self.fallback_handlers[service] = checked.fallback_handler

    async def execute_request(self, service: str, request: dict[str, Any]) -> dict[str, Any]:
        """Send a request to a configured service.

        The breaker is looked at first, then the rate limit; a 5xx, a time-out or an unreachable service
        counts as a failure and goes to the fallback handler, so does a 429, which does not count. A 4xx is
        the caller's own fault: it comes back as it is and neither counts nor falls back.

        Args:
            service: A name that was configured.
            request: `url`, and optionally `method`, `headers`, `params`, `json` or `content`.

        Returns:
            `status` (`success` or `error`), `status_code`, `headers`, `data` (parsed JSON, else text), `url`,
            `fallback` (False) and, at a 4xx, `error`. Or the fallback handler's result, marked.

        Raises:
            NotFound: The service was not configured.
            InvalidInput: The request is not valid.
            AddressRefused: The request's address is not allowed.
            OutgoingError: The service could not answer, and there is no fallback handler.
        """
        if service not in self.circuit_breakers:
            known = ", ".join(sorted(self.circuit_breakers)) or "none"
            raise NotFound(
                f"The service {service!r} is not configured (known: {known}).",
                remedy="Call configure_service first.",
            )
        try:
            return await self._make_request(service, request)
        except AddressRefused:
            raise
        except OutgoingError as failure:
            return await self._fall_back(service, request, failure)

    async def _make_request(self, service: str, request: dict[str, Any]) -> dict[str, Any]:
        checked = _validated(_Request, request, "The request")
        response = await self._gateway.fetch(
            _with_params(checked.url, checked.params),
            method=checked.method,
            headers=checked.headers,
            content=checked.content,
            json=checked.json_,
            service=_key(service),
            cached=False,
        )
        if response.status == _TOO_MANY_REQUESTS:
            raise RateLimited(f"{service} answered 429: too many requests.", remedy="Ask less often.")
        if response.status >= _SERVER_ERROR:
            raise FetchFailed(
                f"{service} answered {response.status}.",
                kind="status",
                status=response.status,
                remedy="Try again later.",
            )
        return _result(service, response)

    async def _fall_back(
        self, service: str, request: dict[str, Any], failure: OutgoingError
    ) -> dict[str, Any]:
        handler = self.fallback_handlers[service]
        if handler is None:
            raise failure
        result = handler(request)
        if inspect.isawaitable(result):
            result = await result
        marked = dict(result) if isinstance(result, Mapping) else {"data": result}
        return {**marked, "fallback": True, "fallback_reason": self._gateway.redactor.text(str(failure))}


def _key(service: str) -> str:
    # Set apart from the gateway's own services: one that is named `web` here is not every page of the web.
    return f"api:{service}"


def _with_params(url: str, params: Mapping[str, str | int | float | bool]) -> str:
    if not params:
        return url
    texts = {name: str(value).lower() if isinstance(value, bool) else value for name, value in params.items()}
    page = url.partition("#")[0]
    return f"{page}{'&' if '?' in page else '?'}{urlencode(texts)}"


def _validated(model: type[_Model], value: object, what: str) -> _Model:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc'])) or 'it'}: {problem['msg']}"
            for problem in error.errors(include_input=False, include_url=False)
        )
        raise InvalidInput(f"{what} is not valid: {problems}.") from None


def _result(service: str, response: Response) -> dict[str, Any]:
    text = response.text()
    try:
        data: Any = loads(text)
    except (ValueError, RecursionError):
        data = text
    result = {
        "status": "success" if response.status < _CLIENT_ERROR else "error",
        "status_code": response.status,
        "url": response.url,
        "headers": dict(response.headers),
        "data": data,
        "fallback": False,
    }
    if response.status >= _CLIENT_ERROR:
        result["error"] = f"{service} answered {response.status}: the request is at fault."
    return result
