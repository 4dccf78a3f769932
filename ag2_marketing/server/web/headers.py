"""The security headers of every answer."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
"""Scripts and styles come as files of this server: nothing inline, nothing evaluated."""

ONE_YEAR_S = 31_536_000
ALWAYS = {
    "content-security-policy": POLICY,
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "referrer-policy": "same-origin",  # without any, browsers would hide the origin of this server's own forms
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",  # for browsers that do not know frame-ancestors
    "cache-control": "no-store",
}
_ALWAYS = tuple((name.encode(), value.encode()) for name, value in ALWAYS.items())
_ALWAYS_HTTPS = (*_ALWAYS, (b"strict-transport-security", f"max-age={ONE_YEAR_S}".encode()))


class SecurityHeaders:
    """Adds to every answer those of the headers that it has not set itself; over https also HSTS."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}
                added = _ALWAYS_HTTPS if scope["scheme"] == "https" else _ALWAYS
                message["headers"] = [*message["headers"], *(one for one in added if one[0] not in own)]
            await send(message)

        await self._app(scope, receive, with_headers)
