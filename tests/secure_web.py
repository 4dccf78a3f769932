"""Public hosts by http and https on loopback, with real certificates: a test says who answers what.

The Gateway asks for `https://care.example/` and judges a public address, as in use; only the last step, the
connection, is led to loopback, port 80 to the one server and port 443 to the other.
"""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpcore
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from led_to_loopback import RoutedToLoopback

PUBLIC_ADDRESS = "93.184.215.14"
CLOSED = "http://127.0.0.1:9"  # the discard service, which nobody runs
HTML = ("Content-Type", "text/html; charset=utf-8")
Headers = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Reply:
    """An answer; `{origin}` in a header's value stands for the Origin that was sent."""

    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (HTML,)


@dataclass
class SecureWeb:
    """The hosts: put answers into it, give hosts certificates, close ports."""

    authority: trustme.CA
    replies: dict[tuple[str, str], Reply] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    certificates: dict[str, ssl.SSLContext] = field(default_factory=dict)
    closed: set[int] = field(default_factory=set)
    ports: dict[int, int] = field(default_factory=dict)

    def put(
        self,
        url: str,
        body: str = "<p>Care",
        *headers: tuple[str, str],
        status: int = 200,
        method: str = "GET",
    ) -> None:
        """Write down what is said to a request."""
        self.replies[method, url] = Reply(body.encode(), status, (HTML, *headers))

    def redirect(self, url: str, location: str, *headers: tuple[str, str], status: int = 301) -> None:
        """Write down a redirect."""
        self.replies["GET", url] = Reply(b"", status, (("Location", location), *headers))

    def certify(
        self, host: str, *names: str, not_before: datetime | None = None, not_after: datetime | None = None
    ) -> None:
        """Give a host a certificate of the authority that the Gateway trusts, for itself or for other names."""
        issued = self.authority.issue_cert(*(names or (host,)), not_before=not_before, not_after=not_after)
        self.show(host, issued)

    def show(self, host: str, issued: trustme.LeafCert) -> None:
        """Let a host show any certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issued.configure_cert(context)
        self.certificates[host] = context

    def show_self_signed(self, host: str, folder: Path) -> None:
        """Let a host show a certificate that it signed itself."""
        path = folder / "self_signed.pem"
        path.write_bytes(self_signed(host))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        self.certificates[host] = context

    def reply(self, method: str, url: str) -> Reply:
        """Return what is said to a request, and note it."""
        self.asked.append((method, url))
        return self.replies.get((method, url)) or Reply(b"", 405 if method == "OPTIONS" else 404)

    @property
    def client_tls(self) -> ssl.SSLContext:
        """What the Gateway checks certificates against: this web's authority alone."""
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
        self.authority.configure_trust(context)
        return context


class LedToLoopback(RoutedToLoopback):
    """Connects to loopback where the public address is meant, and refuses closed ports."""

    def __init__(self, web: SecureWeb) -> None:
        def port_of(host: str, port: int) -> int | None:
            if host != PUBLIC_ADDRESS:
                return None
            if port in web.closed:
                raise httpcore.ConnectError("connection refused")
            return web.ports[port]

        super().__init__(port_of)


async def resolver(host: str, port: int) -> Sequence[str]:
    """Know all hosts of `.example`, and one whose address is private."""
    if host == "inside.example":
        return ["10.0.0.7"]
    if host.endswith(".example"):
        return [PUBLIC_ADDRESS]
    raise OSError(f"{host} is not known")


def self_signed(host: str) -> bytes:
    """Return a key and a certificate that it signed for a host, as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)  # noqa: TID251  OpenSSL reads the machine's clock
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=90))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + built.public_bytes(serialization.Encoding.PEM)


@contextmanager
def running_web() -> Iterator[SecureWeb]:
    """Run both servers; `care.example` and `www.care.example` have good certificates."""
    web = SecureWeb(trustme.CA())
    for host in ("care.example", "www.care.example"):
        web.certify(host)
    outer = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    web.authority.issue_cert("nobody.example").configure_cert(outer)

    def choose(connection: ssl.SSLSocket | ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        connection.context = web.certificates.get(name or "", outer)

    outer.sni_callback = choose
    servers = {80: _server(web, "http", None), 443: _server(web, "https", outer)}
    web.ports = {port: server.server_address[1] for port, server in servers.items()}
    threads = [
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        for server in servers.values()
    ]
    for thread in threads:
        thread.start()
    try:
        yield web
    finally:
        for server in servers.values():
            server.shutdown()
            server.server_close()
        for thread in threads:
            thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that refuse a certificate."""


def _server(web: SecureWeb, scheme: str, tls: ssl.SSLContext | None) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            if tls is not None:
                self.request = tls.wrap_socket(self.request, server_side=True)
            super().setup()

        def finish(self) -> None:
            super().finish()
            self.request.close()  # the server closes what it accepted, not what TLS made of it

        def do_GET(self) -> None:
            host = self.headers.get("host", "")
            reply = web.reply(self.command, f"{scheme}://{host}{self.path}")
            self.send_response(reply.status)
            for name, value in reply.headers:
                self.send_header(name, value.replace("{origin}", self.headers.get("origin", "")))
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        def do_OPTIONS(self) -> None:
            self.do_GET()

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except (ConnectionError, ssl.SSLError):  # the client had enough
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return _Server(("127.0.0.1", 0), Handler)
