"""Requests to a service of yours: with a rate limit, a circuit breaker and a fallback.

The service here fails on purpose. After two failures in a row its breaker opens, and the service is left in
peace; the fallback answers in its place, marked as such, so that nobody takes yesterday's figure for
today's.
"""

import asyncio
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

from ag2_marketing import APIGateway, Settings


class Failing(BaseHTTPRequestHandler):
    """A service that is down."""

    def do_GET(self) -> None:
        """Answer 503."""
        self.send_response(503)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


async def from_yesterday(request: dict[str, Any]) -> dict[str, Any]:
    return {
        "status": "success",
        "leads": 41,
        "note": f"yesterday's answer of {request['url'].rsplit('/', 1)[1]}",
    }


async def main() -> None:
    server = HTTPServer(("127.0.0.1", 0), Failing)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    origin = f"http://127.0.0.1:{server.server_port}"

    async with APIGateway(settings=Settings(allowed_origins=(origin,), fetch_max_attempts=1)) as gateway:
        await gateway.configure_service(
            "crm",
            {
                "rate_limit": 60,  # requests
                "window": 60,  # within so many seconds
                "failure_threshold": 2,
                "recovery_timeout": 30,
                "fallback_handler": from_yesterday,
            },
        )
        for _ in range(3):
            answer = await gateway.execute_request("crm", {"url": f"{origin}/leads"})
            print(f"{answer['leads']} leads, {answer['note']}, because: {answer['fallback_reason']}")
    server.shutdown()
    server.server_close()


if __name__ == "__main__":
    asyncio.run(main())
