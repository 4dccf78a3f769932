"""Ctrl-C, as the real process gets it."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from command_line import is_one_sentence
from scripted_model import scripted_model

Start = Callable[..., "subprocess.Popen[str]"]
SOON_S = 45
"""Far less than the work that is interrupted, far more than the second that it takes on a machine of its own."""


class Silent:
    """A server that takes connections, reads what it is asked and never answers."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self.origin = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._connections.append(connection)
            if connection.recv(1):
                self.asked.set()

    def close(self) -> None:
        """Let everybody go."""
        self._socket.close()
        for connection in self._connections:
            connection.close()


@pytest.fixture
def silent() -> Iterator[Silent]:
    """A server that never answers."""
    server = Silent()
    yield server
    server.close()


def _interrupted(process: subprocess.Popen[str]) -> tuple[str, str]:
    process.send_signal(signal.SIGINT)
    begun = time.monotonic()
    told = process.communicate(timeout=SOON_S)
    assert time.monotonic() - begun < SOON_S
    assert process.returncode == 130, told
    return told


def test_a_run_that_is_interrupted_leaves_no_half_written_file(
    start: Start, silent: Silent, tmp_path: Path
) -> None:
    out = tmp_path / "report"
    out.mkdir()
    process = start("run", f"{silent.origin}/", "--out", out, AG2_MARKETING_ALLOWED_ORIGINS=silent.origin)
    assert silent.asked.wait(60)
    _, told = _interrupted(process)
    assert is_one_sentence(told)
    assert "Interrupted" in told
    assert list(out.iterdir()) == []


def test_nobody_waits_for_a_model_that_still_thinks(start: Start, target: str) -> None:
    asked, finished = threading.Event(), threading.Event()

    def think(_body: dict[str, object]) -> dict[str, object]:
        asked.set()
        finished.wait(300)
        return {"role": "assistant", "content": "too late"}

    with scripted_model(think) as model:
        process = start("run", target, AG2_MARKETING_LLM_MODEL="slow", AG2_MARKETING_LLM_BASE_URL=model.url)
        assert asked.wait(60)
        _, told = _interrupted(process)
        finished.set()
    assert is_one_sentence(told)


def _until_it_waits(process: subprocess.Popen[str]) -> None:
    """Return once the process sleeps in a read; CPython takes no signal between its last look and the read."""
    asleep, stat = 0, Path(f"/proc/{process.pid}/stat")
    deadline = time.monotonic() + 60
    while asleep < 10 and time.monotonic() < deadline:
        asleep = asleep + 1 if stat.read_text().rpartition(")")[2].split()[0] == "S" else 0
        time.sleep(0.02)
    assert asleep == 10, "the chat never came to rest"


def test_a_chat_that_waits_for_its_person_ends_at_once(start: Start) -> None:
    process = start("chat", AG2_MARKETING_LLM_MODEL="any", AG2_MARKETING_LLM_BASE_URL="http://127.0.0.1:9/v1")
    assert process.stdout is not None
    assert "Your team is here" in process.stdout.readline()
    _until_it_waits(process)
    _, told = _interrupted(process)
    assert "Interrupted" in told
    assert "Traceback" not in told


def test_a_server_for_other_apps_ends_at_once(start: Start) -> None:
    process = start("mcp")
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(
        '{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"protocolVersion": "2025-06-18", '
        '"capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}}\n'
    )
    process.stdin.flush()
    assert '"serverInfo"' in process.stdout.readline()
    _, told = _interrupted(process)
    assert "Traceback" not in told
