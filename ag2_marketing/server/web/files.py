"""The files that the server brings along: the snippet for other sites' pages, styles and scripts for its own."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from functools import cache
from importlib import resources

from starlette.requests import Request
from starlette.responses import Response

from ag2_marketing_tools.workspace import Settings

Endpoint = Callable[[Request], Response]
_SETTINGS_PLACE = "var server = {};"
_FOR_AN_HOUR = {"cache-control": "public, max-age=3600"}
_FOR_EVERYBODY = {
    "cross-origin-resource-policy": "cross-origin",
    "access-control-allow-origin": "*",  # so that pages can pin it by `integrity`
}


def snippet(settings: Settings) -> Endpoint:
    """Return the endpoint of `snippet.js`, which knows what the server does not take anyway."""
    text = _text("snippet.js")
    if _SETTINGS_PLACE not in text:
        raise RuntimeError(f"snippet.js has no {_SETTINGS_PLACE!r} that takes the settings")
    own = {
        "requireConsent": settings.server_require_consent,
        "respectDoNotTrack": settings.server_respect_do_not_track,
    }
    content = text.replace(_SETTINGS_PLACE, f"var server = {json.dumps(own)};")

    def snippet_js(_request: Request) -> Response:
        return Response(content, media_type="text/javascript", headers={**_FOR_AN_HOUR, **_FOR_EVERYBODY})

    return snippet_js


def style() -> Endpoint:
    """Return the endpoint of `style.css`."""
    return sheet(_text("style.css"))


def sheet(content: str) -> Endpoint:
    """Return the endpoint of a style sheet."""

    def style_sheet(_request: Request) -> Response:
        return Response(content, media_type="text/css", headers=_FOR_AN_HOUR)

    return style_sheet


def plots() -> Endpoint:
    """Return the endpoint of `plots.js`, which draws a page's plots by plotly."""
    content = _text("plots.js")

    def plots_js(_request: Request) -> Response:
        return Response(content, media_type="text/javascript", headers=_FOR_AN_HOUR)

    return plots_js


def plotly(request: Request) -> Response:
    """Give plotly.js as its Python package brings it along; packed, it is a third of its 5 MB."""
    is_packed = "gzip" in request.headers.get("accept-encoding", "")
    packing = {"content-encoding": "gzip"} if is_packed else {}
    return Response(
        _plotly_packed() if is_packed else _plotly(),
        media_type="text/javascript",
        headers={**_FOR_AN_HOUR, "vary": "accept-encoding", **packing},
    )


def _plotly() -> bytes:
    return resources.files("plotly").joinpath("package_data", "plotly.min.js").read_bytes()


@cache
def _plotly_packed() -> bytes:
    return gzip.compress(_plotly(), mtime=0)


def _text(name: str) -> str:
    return resources.files("ag2_marketing.server").joinpath("static", name).read_text("utf-8")
