from __future__ import annotations

import gzip
import socket

import pytest
from loopback_site import Site

from ag2_marketing_tools.errors import AddressRefused, FetchFailed, InvalidInput
from ag2_marketing_tools.pages.fetch import fetch_page
from ag2_marketing_tools.workspace import Workspace

PAGE = "<!doctype html><title>Care at home</title><h1>Care</h1><p>We visit you.</p>"


async def failure(url: str, ws: Workspace) -> FetchFailed:
    with pytest.raises(FetchFailed) as caught:
        await fetch_page(url, ws)
    return caught.value


async def test_a_page_comes_with_how_it_came(site: Site, ws: Workspace) -> None:
    site.put("/", gzip.compress(PAGE.encode()), content_encoding="gzip", x_robots_tag="noindex")
    page = await fetch_page(site.url("/"), ws)
    assert page.title == "Care at home"
    assert page.transfer.status == 200
    assert page.transfer.html_bytes == len(PAGE)
    assert page.transfer.wire_bytes == len(gzip.compress(PAGE.encode()))
    assert page.transfer.headers["x-robots-tag"] == "noindex"
    assert page.transfer.media_type == "text/html"
    assert page.transfer.time_to_first_byte_ms is not None
    assert site.paths() == ["/robots.txt", "/"]


async def test_a_bare_host_falls_back_to_http(site: Site, ws: Workspace) -> None:
    site.put("/", PAGE)
    page = await fetch_page(site.origin.removeprefix("http://"), ws)
    assert page.url == site.url("/")


async def test_redirects_are_followed_and_told(site: Site, ws: Workspace) -> None:
    site.put("/old", status=301, location="/new")
    site.put("/new", PAGE)
    page = await fetch_page(site.url("/old"), ws)
    assert page.url == site.url("/new")
    assert [(hop.status, hop.url) for hop in page.transfer.redirects] == [(301, site.url("/old"))]


async def test_a_page_that_robots_txt_forbids_is_not_asked_for(site: Site, ws: Workspace) -> None:
    site.put("/robots.txt", "User-agent: ag2-marketing\nDisallow: /private", content_type="text/plain")
    site.put("/private", PAGE)
    error = await failure(site.url("/private"), ws)
    assert error.kind == "forbidden_by_robots"
    assert "disallows /private for 'ag2-marketing'" in str(error)
    assert site.paths() == ["/robots.txt"]


async def test_a_redirect_to_a_forbidden_page_is_refused(site: Site, ws: Workspace) -> None:
    site.put("/robots.txt", "User-agent: *\nDisallow: /private", content_type="text/plain")
    site.put("/", status=302, location="/private")
    site.put("/private", PAGE)
    assert (await failure(site.url("/"), ws)).kind == "forbidden_by_robots"


async def test_a_broken_robots_txt_forbids_all(site: Site, ws: Workspace) -> None:
    site.put("/robots.txt", status=503)
    site.put("/", PAGE)
    error = await failure(site.url("/"), ws)
    assert error.kind == "forbidden_by_robots"
    assert "HTTP 503" in str(error)


@pytest.mark.parametrize("status", [404, 500])
async def test_an_error_page_with_html_is_a_page(site: Site, ws: Workspace, status: int) -> None:
    site.put("/gone", PAGE, status=status)
    page = await fetch_page(site.url("/gone"), ws)
    assert page.transfer.status == status
    assert page.title == "Care at home"


@pytest.mark.parametrize(("body", "kind"), [("", "text/html"), ('{"error": 1}', "application/json")])
async def test_an_error_without_a_page_names_its_status(
    site: Site, ws: Workspace, body: str, kind: str
) -> None:
    site.put("/gone", body, status=404, content_type=kind)
    error = await failure(site.url("/gone"), ws)
    assert (error.kind, error.status) == ("status", 404)
    assert "HTTP 404" in str(error)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "application/json"),
        (b"%PDF-1.7", "application/pdf"),
        (b"%PDF-1.7 ...", "text/html"),
        (b"\x89PNG\r\n", "text/html"),
        (b"\x00\x01\x02" * 99, "text/html"),
    ],
)
async def test_what_is_no_html_is_refused(site: Site, ws: Workspace, body: bytes, kind: str) -> None:
    site.put("/", body, content_type=kind)
    assert (await failure(site.url("/"), ws)).kind == "content_type"


async def test_html_without_a_declared_type_is_read(site: Site, ws: Workspace) -> None:
    site.put("/", PAGE, content_type="")
    assert (await fetch_page(site.url("/"), ws)).title == "Care at home"


async def test_an_empty_page_is_a_page_without_text(site: Site, ws: Workspace) -> None:
    site.put("/", "")
    page = await fetch_page(site.url("/"), ws)
    assert (page.titles, page.visible_text, page.dom_nodes) == ([], "", 3)


async def test_a_page_in_another_charset_than_it_declares_is_read_with_damage(
    site: Site, ws: Workspace
) -> None:
    site.put("/", "<title>Für</title>".encode("cp1252"), content_type="text/html; charset=utf-8")
    page = await fetch_page(site.url("/"), ws)
    assert page.title == "F\ufffdr"
    assert page.transfer.encoding == "utf-8"


async def test_a_page_of_50_megabytes_is_refused(site: Site, ws: Workspace) -> None:
    site.put("/", b"<p>care</p>" * 4_600_000)
    assert (await failure(site.url("/"), ws)).kind == "too_large"


async def test_a_redirect_loop_ends(site: Site, ws: Workspace) -> None:
    site.put("/a", status=302, location="/b")
    site.put("/b", status=302, location="/a")
    assert (await failure(site.url("/a"), ws)).kind == "redirect_loop"


async def test_an_unreachable_host_says_so(site: Site, ws: Workspace) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        origin = f"http://127.0.0.1:{free.getsockname()[1]}"
    settings = ws.settings.model_copy(update={"allowed_origins": (origin,)})
    async with Workspace.open(settings, clock=ws.clock) as other:
        assert (await failure(f"{origin}/", other)).kind == "connect"


async def test_a_name_that_nobody_knows_says_so(ws: Workspace) -> None:
    error = await failure("https://no-such-name.invalid/", ws)
    assert error.kind == "dns"


async def test_a_private_address_is_refused(ws: Workspace) -> None:
    with pytest.raises(AddressRefused):
        await fetch_page("http://169.254.169.254/latest/", ws)


async def test_what_is_no_address_is_refused(ws: Workspace) -> None:
    with pytest.raises(InvalidInput):
        await fetch_page("ftp://care.example/", ws)
