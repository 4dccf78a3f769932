"""Three small invented sites, served on loopback: the demonstration runs on real pages without the web."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from importlib import resources
from pathlib import Path
from typing import Any

TARGET = "maple_lane"
COMPETITORS = ("harbor_home_care", "silver_oak")


@contextmanager
def served_sites() -> Iterator[dict[str, str]]:
    """Serve the sites and yield their origins by name, such as `http://127.0.0.1:40123`."""
    with ExitStack() as stack:
        sites = resources.files("ag2_marketing.demo").joinpath("sites")
        folder = stack.enter_context(resources.as_file(sites))
        yield {name: stack.enter_context(_served(folder / name)) for name in (TARGET, *COMPETITORS)}


@contextmanager
def _served(folder: Path) -> Iterator[str]:
    handler = functools.partial(_Handler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Keep the terminal for the conversation."""
        return None
