"""Configured services with limits and fallbacks, against real servers."""

from __future__ import annotations

import pytest

from ag2_marketing_tools.errors import (
    AddressRefused,
    CircuitOpen,
    FetchFailed,
    InvalidInput,
    NotFound,
    RateLimited,
)
from ag2_marketing_tools.workspace.gateway import APIGateway, CircuitBreaker, RateLimiter

PUBLIC = "93.184.216.34"
REQUEST = {"url": "http://api.test/leads"}


@pytest.fixture
def api(outside, clock):
    outside.names.set("api.test", [PUBLIC])
    return APIGateway(gateway=outside.make(clock=clock, fetch_max_attempts=1))


def config(**changes):
    async def fallback(request):
        return {"leads": [], "asked": request["url"]}

    return {"rate_limit": 100, "window": 60, "failure_threshold": 2, "recovery_timeout": 30,
            "fallback_handler": fallback, **changes}  # fmt: skip


async def test_a_service_is_asked_and_its_json_returned(api, outside, serve_page):
    outside.web.on(
        "/leads?x=1&since=2026&all=true&q=a+%26b",
        serve_page(b'{"leads": [1]}', content_type="application/json"),
    )
    await api.configure_service("crm", config())
    request = {
        **REQUEST,
        "url": "http://api.test/leads?x=1#part",
        "params": {"since": 2026, "all": True, "q": "a &b"},
        "method": "POST",
        "json": {"ü": 1},
        "headers": {"X-Own": "1"},
    }
    result = await api.execute_request("crm", request)
    assert (result["status"], result["status_code"], result["data"]) == ("success", 200, {"leads": [1]})
    assert result["fallback"] is False
    sent = outside.web.requests[0]
    assert (sent.method, sent.body.decode(), sent.headers["x-own"]) == ("POST", '{"ü": 1}', "1")
    assert sent.headers["content-type"] == "application/json"


async def test_text_is_returned_as_text(api, outside, serve_page):
    await api.configure_service("crm", config())
    for text in ("hello", "[" * 100_000, "9" * 5000):
        outside.web.on("/leads", serve_page(text.encode()))
        assert (await api.execute_request("crm", REQUEST))["data"] == text


async def test_an_unknown_service_is_a_clear_error(api):
    await api.configure_service("crm", config())
    with pytest.raises(NotFound, match=r"'mail' is not configured \(known: crm\)"):
        await api.execute_request("mail", REQUEST)


async def test_a_server_error_falls_back_and_the_result_is_marked(api, outside, serve_page):
    outside.web.on("/leads", serve_page(status="500 Oops"))
    await api.configure_service("crm", config())
    result = await api.execute_request("crm", REQUEST)
    assert result["asked"] == REQUEST["url"]
    assert result["fallback"] is True
    assert "crm answered 500" in result["fallback_reason"]


async def test_a_fallback_may_be_a_plain_function_and_return_anything(api):
    await api.configure_service("crm", config(fallback_handler=lambda request: [1, 2]))
    result = await api.execute_request("crm", {"url": "http://nowhere.test/"})
    assert (result["data"], result["fallback"]) == ([1, 2], True)
    assert "not found" in result["fallback_reason"]


async def test_a_fallback_cannot_pass_for_the_service(api):
    await api.configure_service("crm", config(fallback_handler=lambda request: {"fallback": False}))
    assert (await api.execute_request("crm", {"url": "http://nowhere.test/"}))["fallback"] is True


async def test_without_a_fallback_the_error_is_raised(api, outside, serve_page):
    await api.configure_service("crm", config(fallback_handler=None))
    outside.web.on("/leads", serve_page(status="503 Busy"))
    with pytest.raises(FetchFailed, match="crm answered 503") as failure:
        await api.execute_request("crm", REQUEST)
    assert (failure.value.kind, failure.value.status) == ("status", 503)
    outside.web.on("/leads", serve_page(status="429 Too Many"))
    with pytest.raises(RateLimited):
        await api.execute_request("crm", REQUEST)


async def test_the_breaker_opens_rests_and_tries_again(api, outside, serve_page, clock):
    outside.web.on("/leads", serve_page(status="500 Oops"))
    await api.configure_service("crm", config())
    for _ in range(4):
        assert (await api.execute_request("crm", REQUEST))["fallback"]
    assert len(outside.web.requests) == 2
    assert api.circuit_breakers["crm"].is_open()
    assert "Circuit breaker is open" in (await api.execute_request("crm", REQUEST))["fallback_reason"]
    clock.advance(30)
    outside.web.on("/leads", serve_page())
    assert not (await api.execute_request("crm", REQUEST))["fallback"]
    assert api.circuit_breakers["crm"].failures == 0


async def test_an_open_breaker_takes_no_token(api, outside, serve_page, clock):
    outside.web.on("/leads", serve_page(status="500 Oops"))
    await api.configure_service("crm", config(rate_limit=3, window=1000))
    for _ in range(20):
        await api.execute_request("crm", REQUEST)
    assert api.rate_limiters["crm"].wait_s() == 0


async def test_a_4xx_is_the_callers_own_fault(api, outside, serve_page):
    outside.web.on("/leads", serve_page(b'{"why": "no"}', status="422 No"))
    await api.configure_service("crm", config())
    for _ in range(5):
        result = await api.execute_request("crm", REQUEST)
        assert (result["status"], result["status_code"], result["data"]) == ("error", 422, {"why": "no"})
        assert not result["fallback"]
        assert "422" in result["error"]
    assert api.circuit_breakers["crm"].is_closed()


async def test_a_429_falls_back_and_does_not_count(api, outside, serve_page):
    outside.web.on("/leads", serve_page(status="429 Too Many"))
    await api.configure_service("crm", config(failure_threshold=1))
    for _ in range(3):
        assert "429" in (await api.execute_request("crm", REQUEST))["fallback_reason"]
    assert api.circuit_breakers["crm"].is_closed()


async def test_the_rate_limit_is_kept(api, outside, serve_page, clock):
    outside.web.on("/leads", serve_page())
    await api.configure_service("crm", config(rate_limit=2, window=10))
    for _ in range(5):
        await api.execute_request("crm", REQUEST)
    assert clock.monotonic_s() == 20


@pytest.mark.parametrize(
    "request_", [{}, {"url": 7}, {"url": "http://api.test/", "verify": False}, {"url": "http://api.test/",
    "method": "BREW"},
                 {"url": "http://api.test/", "json": {}, "content": "x"}, "http://api.test/", None]
)  # fmt: skip
async def test_a_request_that_is_not_valid_neither_falls_back_nor_counts(request_, api):
    await api.configure_service("crm", config(failure_threshold=1))
    with pytest.raises(InvalidInput):
        await api.execute_request("crm", request_)
    assert api.circuit_breakers["crm"].is_closed()


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://private.test/", "http://x y/", "http://[/"])
async def test_an_address_that_is_not_allowed_neither_falls_back_nor_counts(url, api, outside):
    outside.names.set("private.test", ["10.0.0.1"])
    await api.configure_service("crm", config(failure_threshold=1))
    for extra in ({}, {"params": {"a": 1}}):
        with pytest.raises(AddressRefused):
            await api.execute_request("crm", {"url": url, **extra})
    assert api.circuit_breakers["crm"].is_closed()


@pytest.mark.parametrize(
    "changes",
    [{"rate_limit": 0}, {"window": 0}, {"window": float("inf")}, {"failure_threshold": 0},
    {"recovery_timeout": -1},
     {"rate_limit": "many"}, {"fallback_handler": "later"}, {"unknown": 1}, {"rate_limit": None}],
)  # fmt: skip
async def test_a_configuration_that_is_not_valid_is_refused(changes, api):
    with pytest.raises(InvalidInput, match="configuration of 'crm'"):
        await api.configure_service("crm", config(**changes))
    with pytest.raises(NotFound):
        await api.execute_request("crm", REQUEST)


async def test_a_secret_is_not_in_the_reason(api, outside):
    api._gateway.redactor.learn("tops3cret")
    await api.configure_service("crm", config())
    result = await api.execute_request("crm", {"url": "http://nowhere.test/?key=tops3cret"})
    assert "tops3cret" not in result["fallback_reason"]


async def test_it_needs_no_arguments_and_shows_its_parts(monkeypatch):
    monkeypatch.setenv("AG2_MARKETING_FETCH_DEADLINE_S", "3")
    async with APIGateway() as api:
        await api.configure_service("crm", config())
        assert isinstance(api.rate_limiters["crm"], RateLimiter)
        assert isinstance(api.circuit_breakers["crm"], CircuitBreaker)
        assert callable(api.fallback_handlers["crm"])
        api.circuit_breakers["crm"].failure()
        api.circuit_breakers["crm"].failure()
        await api.configure_service("bare", {"rate_limit": 1, "window": 1})
        assert (await api.execute_request("crm", {"url": "http://example.com/"}))["fallback"]
        api.circuit_breakers["bare"].record_failure()
        api.circuit_breakers["bare"].record_failure()
        api.circuit_breakers["bare"].record_failure()
        with pytest.raises(CircuitOpen):
            await api.execute_request("bare", {"url": "http://example.com/"})
