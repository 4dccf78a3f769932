"""The gateway: the one way out to other servers."""

from __future__ import annotations

import ssl
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlsplit

import httpcore
from pydantic import SecretStr

from ag2_marketing_tools.errors import InvalidInput, MarketingError
from ag2_marketing_tools.workspace.clock import Clock
from ag2_marketing_tools.workspace.gateway.addresses import AddressRules, Target
from ag2_marketing_tools.workspace.gateway.cache import ResponseCache, cache_key
from ag2_marketing_tools.workspace.gateway.call import Call, prepared
from ag2_marketing_tools.workspace.gateway.deadline import Deadline
from ag2_marketing_tools.workspace.gateway.exchange import Exchange
from ag2_marketing_tools.workspace.gateway.redaction import Redactor
from ag2_marketing_tools.workspace.gateway.redirects import Trail
from ag2_marketing_tools.workspace.gateway.response import Answer, Hop, Response
from ag2_marketing_tools.workspace.gateway.retry import IDEMPOTENT_METHODS, retrying
from ag2_marketing_tools.workspace.gateway.services import WEB, ServicePolicy, Services
from ag2_marketing_tools.workspace.gateway.transport import CheckedBackend, Resolver, system_resolver
from ag2_marketing_tools.workspace.settings import Settings


class Gateway:
    """Fetches from other servers, within the rules, caps and limits that the settings hold.

    Every address is judged where the connection is made, again at each redirect; proxies and other network
    settings of the environment are not read. One gateway belongs to one event loop.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock,
        resolver: Resolver | None = None,
        services: Services | None = None,
        connector: httpcore.AsyncNetworkBackend | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        """Read the rules; nothing is connected yet.

        Args:
            settings: Every limit, and the secrets to strike from logs.
            clock: Where the time comes from, and what sleeps.
            resolver: Looks names up; the operating system when not given.
            services: Limiters and breakers to share with other gateways.
            connector: Opens the connection to an address that was found to be allowed; TCP when not given.
            tls: What certificates are checked against; the usual authorities when not given.

        Raises:
            InvalidInput: An entry of `allowed_origins` is not an origin.
        """
        self.redactor = Redactor()
        self.redactor.learn(*_secrets_of(settings))
        self.services = services or Services(clock)
        self._settings = settings
        self._clock = clock
        self._rules = AddressRules(
            allowed_ports=settings.allowed_ports,
            allowed_origins=settings.allowed_origins,
            max_url_length=settings.fetch_max_url_length,
        )
        self._backend = partial(
            CheckedBackend,
            rules=self._rules,
            resolver=resolver or system_resolver,
            connector=connector or httpcore.AnyIOBackend(),
        )
        self._exchange = Exchange(
            settings, clock=clock, services=self.services, backend=self._backend, tls=tls
        )
        self._cache = ResponseCache(
            keep_s=settings.fetch_cache_s, max_bytes=settings.fetch_cache_max_bytes, clock=clock
        )

    async def aclose(self) -> None:
        """Close the connections."""
        await self._exchange.aclose()

    def target(self, url: str) -> Target:
        """Return a URL in its normal form, if its text is allowed.

        Raises:
            AddressRefused: It is not.
        """
        return self._rules.target(url)

    def backend(self, scheme: str) -> CheckedBackend:
        """Return what opens connections to addresses that were judged, for a URL's scheme."""
        return self._backend(scheme)

    def slow_down(self, host: str, interval_s: float) -> None:
        """Leave at least so much time between requests to a host, as its robots.txt may ask for."""
        self.services.pace(host, interval_s)

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        content: bytes | str | None = None,
        json: Any = None,
        service: str = WEB,
        accept: str | Sequence[str] | None = None,
        max_bytes: int | None = None,
        deadline_s: float | None = None,
        follow_redirects: bool = True,
        cached: bool = True,
        max_attempts: int | None = None,
        check_certificate: bool = True,
    ) -> Response:
        """Fetch a URL.

        Args:
            url: An http or https URL.
            method: The method; only idempotent ones are tried again after a failure.
            headers: Further headers; they are dropped when a redirect leaves the origin.
            content: A body.
            json: A body to be written as JSON.
            service: Whose rate limit and circuit breaker count; for `web` each host is a service of its own.
            accept: Media types or an `Accept` header; a 2xx answer of another type is refused before its body
                is read.
            max_bytes: The cap on the body, wire and decoded; `fetch_max_bytes` when not given.
            deadline_s: The deadline over everything; `fetch_deadline_s` when not given.
            follow_redirects: Whether redirects are followed; each is judged like a new URL.
            cached: Whether an earlier answer may be reused and this one kept.
            max_attempts: Tries in all; `fetch_max_attempts` when not given. A caller that reads from the body
                whether trying again makes sense gives 1.
            check_certificate: False takes any certificate, to tell what a server with a faulty one says, and
                not to believe it: such a request carries nothing secret and its answer is not kept.

        Returns:
            The answer; a 4xx or 5xx is an answer, too, after the retries.

        Raises:
            AddressRefused: The address, or one that it redirects to, is not allowed.
            FetchFailed: There was no usable answer; `kind` says why.
            RateLimited: Our own rate limit for the service asks for a longer wait than is sensible.
            CircuitOpen: The service, or the host, failed too often and rests.
            InvalidInput: The request itself is not valid.
        """
        try:
            call = prepared(
                self._rules.target(url),
                method=method,
                headers=headers,
                content=content,
                json=json,
                accept=accept,
                user_agent=self._settings.user_agent,
                max_bytes=int(_positive("max_bytes", max_bytes, self._settings.fetch_max_bytes)),
                service=service,
                follow_redirects=follow_redirects,
                max_attempts=int(_positive("max_attempts", max_attempts, self._settings.fetch_max_attempts)),
                check_certificate=check_certificate,
            )
            if not check_certificate:
                self._require_nothing_secret(call)
            self.redactor.learn_headers(call.headers)
            limit_s = _positive("deadline_s", deadline_s, self._settings.fetch_deadline_s)
            return await self._cached_or_fetched(call, url, limit_s=limit_s, cached=cached)
        except MarketingError as error:
            # Without its cause, whose text is not ours to vouch for.
            raise self.redactor.error(error) from None

    def _require_nothing_secret(self, call: Call) -> None:
        if call.content is not None or self.redactor.carries_credentials(call.target.url, call.headers):
            raise InvalidInput(
                "A request with a body or a credential is not sent to a server that was not checked.",
                remedy="Leave check_certificate on.",
            )

    async def _cached_or_fetched(self, call: Call, url: str, *, limit_s: float, cached: bool) -> Response:
        if (
            cached
            and self._settings.fetch_cache_s > 0
            and call.method == "GET"
            and call.content is None
            and call.check_certificate
            and not self.redactor.carries_credentials(call.target.url, call.headers)
        ):
            earlier = self._cache.get(cache_key(call))
            if earlier is not None:
                return earlier
            response = await self._follow(call, url, limit_s)
            self._cache.put(cache_key(call), response)
            return response
        return await self._follow(call, url, limit_s)

    async def _follow(self, call: Call, requested_url: str, limit_s: float) -> Response:
        trail = Trail(call, rules=self._rules, max_redirects=self._settings.fetch_max_redirects)
        async with Deadline(requested_url, limit_s, clock=self._clock) as deadline:
            answer = await self._answer(call, deadline)
            while call.follows(answer.status, answer.headers):
                call = trail.follow(call, answer)
                answer = await self._answer(call, deadline)
            total_ms = deadline.spent_s() * 1000
        strike = self.redactor.strike
        return Response(
            requested_url=strike(requested_url),
            url=strike(call.target.url),
            status=answer.status,
            headers=answer.headers,
            content=answer.content,
            wire_bytes=answer.wire_bytes,
            redirects=tuple(
                Hop(strike(hop.url), hop.status, strike(hop.location), hop.headers) for hop in trail.hops
            ),
            time_to_first_byte_ms=answer.time_to_first_byte_ms,
            total_ms=total_ms,
            http_version=answer.http_version,
            address=answer.address,
            tls=answer.tls,
        )

    async def _answer(self, call: Call, deadline: Deadline) -> Answer:
        """Get one server's answer, behind the service's breaker and with retries."""
        settings = self._settings
        default = ServicePolicy(
            failure_threshold=settings.breaker_max_failures, recovery_timeout_s=settings.breaker_reset_s
        )
        service = self.services.service(call.service, call.target.host, default)
        attempt = retrying(
            clock=self._clock,
            attempts=call.max_attempts if call.method in IDEMPOTENT_METHODS else 1,
            base_s=settings.fetch_backoff_s,
            longest_s=settings.fetch_max_backoff_s,
            remaining_s=deadline.remaining_s,
            seed=call.target.url,
        )
        service.enter()
        try:
            answer: Answer = await attempt(self._exchange.send, call, service, deadline)
        except BaseException as error:
            service.record_error(error, out_of_time=deadline.expired)
            raise
        service.record_status(answer.status)
        return answer


def _secrets_of(settings: Settings) -> list[str]:
    secrets = [value.get_secret_value() for _, value in settings if isinstance(value, SecretStr)]
    passwords = [
        password for secret in secrets if "://" in secret and (password := urlsplit(secret).password)
    ]
    return [*secrets, *passwords]


def _positive(name: str, value: float | None, default: float) -> float:
    if value is None:
        return default
    if not value > 0:
        raise InvalidInput(f"{name} is {value!r}.", remedy="Give a number above zero.")
    return value
