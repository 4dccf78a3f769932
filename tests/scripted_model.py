"""An OpenAI-compatible chat-completions server on loopback that answers by script: honest, lying or broken.

A script is a list of answers, taken in order, or a function from the request's body to an answer. An answer
is a message (see `says` and `calls`), or a `Raw` status and body for what no honest server would send.
"""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Message = dict[str, Any]
_call_ids = itertools.count(1)


@dataclass(frozen=True)
class Raw:
    """An answer as bytes."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


Answer = Message | Raw
Script = Sequence[Answer] | Callable[[Message], Answer]


def says(text: str | None) -> Message:
    """A message of text."""
    return {"role": "assistant", "content": text}


def calls(*wanted: tuple[str, Any]) -> Message:
    """A message of tool calls; arguments that are a string are sent as they are."""
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {
                "id": f"call_{next(_call_ids)}",
                "type": "function",
                "function": {
                    "name": name,
                    "arguments": arguments if isinstance(arguments, str) else json.dumps(arguments),
                },
            }
            for name, arguments in wanted
        ],
    }


@dataclass
class ScriptedModel:
    """The running server: its base URL and what it was asked."""

    url: str
    requests: list[Message] = field(default_factory=list)

    @property
    def tool_names(self) -> set[str]:
        """The names of all tools that were shown to the model."""
        return {tool["function"]["name"] for request in self.requests for tool in request.get("tools", ())}


@contextmanager
def scripted_model(script: Script) -> Iterator[ScriptedModel]:
    """Serve a script; a list that is used up answers with an error, as a dead model would."""
    if callable(script):
        answer = script
    else:
        remaining = iter(script)

        def answer(_body: Message) -> Answer:
            return next(remaining, Raw(400, b'{"error": {"message": "the script is used up"}}'))

    model = ScriptedModel("")
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            """Keep the tests' output clean."""

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            with lock:
                model.requests.append(body)
                message = answer(body)
            raw = (
                message
                if isinstance(message, Raw)
                else Raw(200, json.dumps(_completion(body, message)).encode())
            )
            self.send_response(raw.status)
            for name, value in {"content-type": "application/json", **raw.headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(raw.body)))
            self.end_headers()
            self.wfile.write(raw.body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    model.url = f"http://127.0.0.1:{server.server_port}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _completion(request: Message, message: Message) -> Message:
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": request.get("model", "scripted"),
        "choices": [
            {
                "index": 0,
                "message": message,
                "finish_reason": "tool_calls" if message.get("tool_calls") else "stop",
            }
        ],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
    }
