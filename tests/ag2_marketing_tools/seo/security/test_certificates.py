"""Certificates of real TLS servers: what they say, and what is wrong with them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import trustme
from secure_web import SecureWeb

from ag2_marketing_tools.errors import CertificateFault, FetchFailed, InvalidInput
from ag2_marketing_tools.seo import Audit, run_audit
from ag2_marketing_tools.seo.security.certificate import covers, read_certificate
from ag2_marketing_tools.seo.security.model import Certificate
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.gateway import TlsSession

HOME, PLAIN = "https://care.example/", "http://care.example/"


async def audit(ws: Workspace, url: str) -> Audit:
    return await run_audit.run({"url": url, "specific_metrics": ["security"]}, ws)


def certificate(found: Audit) -> Certificate:
    assert found.security is not None
    assert found.security.certificate is not None
    return found.security.certificate


def verdict(found: Audit, check: str) -> str:
    return {one.check: one.verdict for one in found.checks}[check]


async def test_a_good_certificate_is_told_from_the_connection_itself(web: SecureWeb, ws: Workspace) -> None:
    now = ws.clock.now()
    web.certify(
        "care.example", "care.example", "*.care.example",
        not_before=now - timedelta(days=5), not_after=now + timedelta(days=60, hours=1),
    )  # fmt: skip
    web.put(HOME)
    found = await audit(ws, HOME)
    told = certificate(found)
    assert (told.host, told.hosts) == ("care.example", ["care.example", "*.care.example"])
    assert (told.subject or "").startswith("trustme")  # the organisation: there is no common name
    assert (told.issuer or "").startswith("trustme")
    assert (told.valid, told.host_matches, told.chain_trusted, told.fault) == (True, True, True, None)
    assert told.days_left == 60
    assert told.valid_until - told.valid_from == timedelta(days=65, hours=1)
    assert told.tls_version == "TLSv1.3"
    assert (told.key_type, told.key_size) == ("EC", 256)  # what trustme makes
    assert verdict(found, "sec.certificate") == "pass"


@pytest.mark.parametrize(("days", "expected"), [(15, "pass"), (14, "warn"), (1, "warn"), (0, "warn")])
async def test_a_certificate_that_expires_within_two_weeks_warns(
    web: SecureWeb, ws: Workspace, days: int, expected: str
) -> None:
    web.certify("care.example", not_after=ws.clock.now() + timedelta(days=days, hours=1))
    web.put(HOME)
    found = await audit(ws, HOME)
    assert verdict(found, "sec.certificate") == expected
    if expected == "warn":
        (finding,) = [one for one in found.findings if one.check == "sec.certificate"]
        assert finding.measured is not None
        assert (finding.measured.value, finding.measured.unit) == (days, "day")
        assert finding.message == f"The certificate expires in {days} day{'' if days == 1 else 's'}."


def show(web: SecureWeb, fault: CertificateFault, ws: Workspace, folder: Path) -> None:
    now = ws.clock.now()
    match fault:
        case "expired":
            web.certify(
                "care.example", not_before=now - timedelta(days=90), not_after=now - timedelta(days=3)
            )
        case "not_yet_valid":
            web.certify(
                "care.example", not_before=now + timedelta(days=2), not_after=now + timedelta(days=90)
            )
        case "wrong_host":
            web.certify("care.example", "shop.example")
        case "unknown_issuer":
            web.show("care.example", trustme.CA().issue_cert("care.example"))
        case _:
            web.show_self_signed("care.example", folder)


FAULTS: list[tuple[CertificateFault, bool, bool, str]] = [
    ("expired", True, True, "has expired"),
    ("not_yet_valid", True, True, "is not valid yet"),
    ("wrong_host", False, True, "was issued for another host"),
    ("unknown_issuer", True, False, "No authority that browsers know"),
    ("self_signed", True, False, "is signed by nobody whom browsers know"),
]


@pytest.mark.parametrize("case", FAULTS, ids=[fault for fault, *_ in FAULTS])
async def test_a_faulty_certificate_beside_a_page_by_http_is_a_finding_with_its_reason(
    web: SecureWeb, ws: Workspace, tmp_path: Path, case: tuple[CertificateFault, bool, bool, str]
) -> None:
    fault, host_matches, trusted, words = case
    show(web, fault, ws, tmp_path)
    web.put(HOME, "<p>Care", ("Strict-Transport-Security", "max-age=31536000"))
    web.put(PLAIN)
    found = await audit(ws, "care.example")
    assert found.final_url == PLAIN
    told = certificate(found)
    assert (told.valid, told.fault) == (False, fault)
    assert (told.host_matches, told.chain_trusted) == (host_matches, trusted)
    assert (told.days_left < 0) == (fault == "expired")
    (finding,) = [one for one in found.findings if one.check == "sec.certificate"]
    assert finding.verdict == "fail"
    assert words in finding.message
    assert found.security is not None
    result = found.security.observatory
    assert result is not None, "the Observatory reads on"
    assert result.test("strict-transport-security").result == "hsts-invalid-cert"
    assert verdict(found, "sec.hsts") == "not_applicable", "the certificate is said once"


@pytest.mark.parametrize("fault", [fault for fault, *_ in FAULTS])
async def test_a_page_that_is_asked_for_by_https_is_never_read_past_its_certificate(
    web: SecureWeb, ws: Workspace, tmp_path: Path, fault: CertificateFault
) -> None:
    show(web, fault, ws, tmp_path)
    web.put(HOME)
    with pytest.raises(FetchFailed, match=r"No secure connection to care\.example:443") as caught:
        await audit(ws, HOME)
    assert (caught.value.kind, caught.value.certificate_fault) == ("tls", fault)
    assert web.asked == []


async def test_plain_http_that_leads_to_a_faulty_certificate_fails(web: SecureWeb, ws: Workspace) -> None:
    web.certify("www.care.example", "shop.example")
    web.put(HOME)
    web.redirect(PLAIN, "https://www.care.example/")
    web.put("https://www.care.example/")
    found = await audit(ws, HOME)
    assert found.security is not None
    assert found.security.observatory is not None
    assert found.security.observatory.test("redirection").result == "redirection-invalid-cert"
    assert verdict(found, "http.http_to_https") == "fail"
    assert certificate(found).host == "care.example", "the page's own certificate is told"
    assert verdict(found, "sec.certificate") == "pass"


async def test_a_server_that_is_not_checked_is_told_nothing_secret(web: SecureWeb, ws: Workspace) -> None:
    web.put(HOME)
    sent = ws.with_credentials(api_keys={"security": "the-key-nobody-may-see"})
    for how in (
        {"headers": {"Authorization": "Bearer abc"}},
        {"headers": {"X-Trace": "the-key-nobody-may-see"}},
        {"method": "POST", "content": b"x"},
    ):
        with pytest.raises(InvalidInput, match="not sent to a server that was not checked"):
            await sent.gateway.fetch(HOME, check_certificate=False, **how)  # type: ignore[arg-type]
    assert web.asked == []


async def test_what_an_unchecked_server_says_is_not_kept_for_those_who_check(
    web: SecureWeb, ws: Workspace
) -> None:
    web.certify("care.example", "shop.example")
    web.put(HOME)
    looked = await ws.gateway.fetch(HOME, check_certificate=False)
    assert looked.tls is not None
    assert not looked.tls.checked
    with pytest.raises(FetchFailed):
        await ws.gateway.fetch(HOME)


@pytest.mark.parametrize(
    ("name", "host", "expected"),
    [
        ("care.example", "care.example", True),
        ("CARE.example", "care.example", True),
        ("*.care.example", "www.care.example", True),
        ("*.care.example", "care.example", False),
        ("*.care.example", "a.b.care.example", False),
        ("www.*.example", "www.care.example", False),
        ("127.0.0.1", "127.0.0.1", True),
        ("*.0.0.1", "127.0.0.1", False),
        ("*", "localhost", False),
    ],
)
def test_names_cover_hosts_as_rfc_9525_says(name: str, host: str, expected: bool) -> None:
    assert covers([name], host) is expected


@pytest.mark.parametrize(
    "der", [b"", b"\x30\x03\x02\x01", bytes(range(256)), b"\x30\x82\xff\xff" + b"\x00" * 64]
)
def test_what_is_no_certificate_is_refused(der: bytes, ws: Workspace) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_certificate(TlsSession("TLSv1.3", der, checked=False), "care.example", "other", ws.clock.now())
