"""`serve` and its commands: who may use the server, and the server itself."""

from __future__ import annotations

import json
import re
import signal
import socket
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
import trustme
from command_line import Invoke, is_one_sentence

PASSWORD = "correct horse battery staple"
Start = Callable[..., "subprocess.Popen[str]"]


def told(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def test_a_key_is_shown_once_and_then_only_named(invoke: Invoke) -> None:
    secret = invoke("serve", "keys", "add", "shop").stdout.strip()
    assert re.fullmatch(r"ag2m_key_[\w-]{32}", secret)
    (listed,) = json.loads(invoke("serve", "keys", "list", "--json").stdout)
    assert listed["project"] == "shop"
    assert secret not in json.dumps(listed)
    assert invoke("serve", "keys", "remove", listed["id"]).exit_code == 0
    assert invoke("serve", "keys", "list").stdout == ""


def test_a_token_is_shown_once_and_has_a_role_and_an_end(invoke: Invoke) -> None:
    secret = invoke("serve", "tokens", "add", "dashboard", "--role", "analyst", "--days", "30").stdout.strip()
    assert secret.startswith("ag2m_token_")
    (listed,) = json.loads(invoke("serve", "tokens", "list", "--json").stdout)
    assert (listed["label"], listed["role"]) == ("dashboard", "analyst")
    assert listed["until"] is not None
    assert invoke("serve", "tokens", "remove", listed["id"]).exit_code == 0
    assert json.loads(invoke("serve", "tokens", "list", "--json").stdout) == []


def test_a_person_is_let_in_with_a_password_that_is_never_shown(invoke: Invoke) -> None:
    added = invoke(
        "serve", "users", "add", "anna", "--role", "admin", "--password-stdin", typed=f"{PASSWORD}\n"
    )
    assert (added.exit_code, added.stdout) == (0, "anna may log in as admin.\n")
    (listed,) = json.loads(invoke("serve", "users", "list", "--json").stdout)
    assert (listed["name"], listed["role"]) == ("anna", "admin")
    assert invoke("serve", "users", "remove", "anna").exit_code == 0
    assert json.loads(invoke("serve", "users", "list", "--json").stdout) == []


@pytest.mark.parametrize(
    ("arguments", "typed", "code"),
    [
        (("users", "add", "anna", "--role", "root", "--password-stdin"), PASSWORD, 2),
        (("users", "add", "anna", "--password-stdin"), "short", 2),
        (("users", "remove", "nobody"), None, 2),
        (("keys", "add", ""), None, 2),
        (("keys", "remove", "key_0"), None, 2),
        (("tokens", "add", "x", "--role", "root"), None, 2),
        (("tokens", "remove", "token_0"), None, 2),
        (("--tls-cert", "chain.pem"), None, 2),
        (("--tls-cert", "chain.pem", "--tls-key", "key.pem"), None, 2),
        (("--port", "70000"), None, 2),
        (("--host", "203.0.113.7", "--port", "0"), None, 3),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(
    invoke: Invoke, arguments: tuple[str, ...], typed: str | None, code: int
) -> None:
    result = invoke("serve", *arguments, typed=typed)
    assert result.exit_code == code, result.output
    assert is_one_sentence(result.stderr)
    assert PASSWORD not in result.output


def test_an_address_that_is_taken_is_said_so(invoke: Invoke) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = invoke("serve", "--port", taken.getsockname()[1])
    assert result.exit_code == 3
    assert "in use" in result.stderr
    assert "--port" in result.stderr


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_the_server_binds_to_this_machine_and_stops_cleanly(start: Start, sent: int) -> None:
    process = start("serve", "--port", "0")
    url = told(process).split()[-1]
    assert url.startswith("http://127.0.0.1:")
    assert httpx.get(f"{url}/health").json()["status"] == "ok"
    process.send_signal(sent)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert out == "Stopped; every event that was answered is stored.\n"


def test_the_server_speaks_https_with_a_certificate(start: Start, tmp_path: Path) -> None:
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    key.write_bytes(issued.private_key_pem.bytes())
    trusted = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(trusted)
    process = start("serve", "--port", "0", "--tls-cert", chain, "--tls-key", key)
    url = told(process).split()[-1]
    assert url.startswith("https://")
    answer = httpx.get(f"{url}/health", verify=ssl.create_default_context(cafile=str(trusted)))
    assert "strict-transport-security" in answer.headers
