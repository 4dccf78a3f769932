"""Which URLs and addresses are let through."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ag2_marketing_tools.errors import AddressRefused, InvalidInput
from ag2_marketing_tools.workspace.gateway.addresses import (
    AddressRules,
    embedded_ipv4,
    refused_address,
    refused_host,
)

RULES = AddressRules(allowed_ports=(80, 443, 8080, 8443))
LOCAL = AddressRules(
    allowed_ports=(80, 443), allowed_origins=("http://127.0.0.1:8000", "https://[::1]:9000/")
)

HOSTILE = [
    # loopback, written otherwise
    "http://127.1/", "http://127.0.1/", "http://0x7f000001/", "http://0X7F.1/", "http://0177.1/",
    "http://017700000001/",
    "http://0x7f.0.0.0x1/", "http://127.0.0.0x1/", "http://127.0.0.01/", "http://00127.0.0.1/",
    "http://127.000.000.001/",
    "http://2130706433/", "http://4294967297/", "http://0/", "http://0.0.0.0/", "http://0x0/",
    "http://127.0.0.1./",
    "http://127.0.0.1.:80/", "http://127.0.0.1../", "http://127.127.127.127/", "http://0x/", "http://1.2.3/",
    "http://8.8.2056/", "http://134744072/", "http://256.256.256.256/", "http://999999999999/",
    "http://1.2.3.4.5/",
    "http://-127.0.0.1/", "http://1e1/", "http://a.0x7f/", "http://a.1/",
    # digits and dots of other scripts
    "http://①②⑦.⓪.⓪.①/", "http://１２７.０.０.１/", "http://127。0。0。1/", "http://127．0．0．1/", "http://127｡0｡0｡1/",
    "http://١٢٧.٠.٠.١/", "http://𝟏𝟐𝟕.𝟎.𝟎.𝟏/", "http://ⅼocalhost/", "http://ｌｏｃａｌｈｏｓｔ/",
    "http://loc\u00adalhost/",
    "http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", "http://x.ⓛocal/", "http://LOCALHOST/", "http://localHost./", "http://x.LOCAL./",
    # IPv6
    "http://[::1]/", "http://[::]/", "http://[0000::1]/", "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://[::ffff:8.8.8.8]/", "http://[::127.0.0.1]/", "http://[::8.8.8.8]/",
    "http://[::ffff:0:127.0.0.1]/",
    "http://[64:ff9b::127.0.0.1]/", "http://[64:ff9b::10.0.0.1]/", "http://[64:ff9b::8.8.8.8]/",
    "http://[64:ff9b:1::8.8.8.8]/", "http://[2002:7f00:1::]/", "http://[2002:808:808::1]/",
    "http://[2001::1]/",
    "http://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/", "http://[fe80::1%25eth0]/", "http://[fe80::1%eth0]/",
    "http://[fd12:3456::1]/", "http://[fec0::1]/", "http://[ff02::1]/", "http://[ff0e::1]/",
    "http://[2001:db8::1]/",
    "http://[3fff:fff::1]/", "http://[5f00::1]/", "http://[100::1]/", "http://[2001:2::1]/",
    "http://[2001:10::1]/",
    "http://[2001:20::1]/", "http://[4000::1]/", "http://[2a00::5efe:10.0.0.1]/", "http://[1::1]/",
    "http://[::1",
    "http://::1/", "http://[127.0.0.1]/", "http://[v1.x]/", "http://[]/", "http://[::1]x/",
    "http://[::1]:80:80/",
    # other networks
    "http://10.1.2.3/", "http://172.16.0.1/", "http://192.168.0.1/", "http://169.254.169.254/",
    "http://100.100.100.200/",
    "http://168.63.129.16/", "http://192.0.0.192/", "http://192.0.0.9/", "http://198.19.255.255/",
    "http://198.51.100.1/", "http://224.0.0.251/", "http://239.255.255.250/", "http://255.255.255.255/",
    # names
    "http://localhost/", "http://a.b.localhost/", "http://localhost.localdomain/", "http://router/",
    "http://intranet/",
    "http://printer.local/", "http://x.internal/", "http://metadata.google.internal/",
    "http://metadata.goog/",
    "http://x.metadata.goog/", "http://a.home.arpa/", "http://com/", "http://com./",
    # user names, percent signs, backslashes, white space, control characters
    "http://user@example.com/", "http://user:pw@example.com/", "http://@example.com/",
    "http://:@example.com/",
    "http://example.com@127.0.0.1/", "http://example.com%40127.0.0.1/", "http://127.0.0.1%2f@example.com/",
    "http://%31%32%37.0.0.1/", "http://%6c%6f%63%61%6c%68%6f%73%74/", "http://example.com%00.evil.test/",
    "http://127.0.0.1%0d%0aHost:x/", "http://example.com\\@127.0.0.1/", "http://127.0.0.1\\@example.com/",
    "http:\\\\127.0.0.1\\", "http://example.com\\", "http://exa mple.com/", " http://example.com/",
    "http://example.com/ ",
    "http://example.com/a b", "http://exam\tple.com/", "http://exam\nple.com/", "\thttp://example.com/",
    "http\n://example.com/",
    "http://example.com/\r\nHost: x", "http://example.com/\x00", "http://example.com/\x7f",
    "http://example.com/\u0085",
    "http://example.com/\u2028", "http://example.com/\u00a0", "http://example.com\u3000/",
    "http://example.com/\ud800",
    # ports
    "http://example.com:0/", "http://example.com:00000/", "http://example.com:22/",
    "http://example.com:65536/",
    "http://example.com:99999/", "http://example.com:-80/", "http://example.com:+80/",
    "http://example.com:8 0/",
    "http://example.com:８０/", "http://example.com:80:80/", "http://example.com:0x50/",
    "http://example.com:443a/",
    "http://example.com:000000080/",
    # schemes and shapes
    "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "ws://example.com/",
    "javascript:alert(1)",
    "data:text/html,x", "HTTPX://example.com/", "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
    "http:example.com", "http:/example.com/",
    "http:///example.com/", "http://", "http:///", "http://?x", "http://#x", "//example.com/",
    "/example.com", "example.com", "",
    "://example.com", "http//example.com", "h ttp://example.com/", "http://.example.com/",
    "http://example..com/",
    "http://example.com../", "http://.../", "http://-example.com/", "http://example-.com/",
    "http://exa$mple.com/",
    "http://exam,ple.com/", "http://[example.com]/", "http://example.com]/", "http://exa^mple.com/",
    "http://*.example.com/",
    f"http://{'a' * 64}.com/", f"http://{'a.' * 127}com/", f"http://example.com/{'a' * 2048}",
]  # fmt: skip

ALLOWED = {
    "https://example.com": "https://example.com/",
    "HTTPS://EXAMPLE.com:443/A?b=C#frag": "https://example.com/A?b=C",
    "http://example.com:80/": "http://example.com/",
    "http://example.com:/": "http://example.com/",
    "http://example.com.": "http://example.com/",
    "http://example.com?x=1": "http://example.com/?x=1",
    "https://example.com:8443/x": "https://example.com:8443/x",
    "https://exämple.com/ü?ß=1": "https://xn--exmple-cua.com/%C3%BC?%C3%9F=1",
    "https://xn--exmple-cua.com/": "https://xn--exmple-cua.com/",
    "https://faß.de/": "https://xn--fa-hia.de/",
    "http://i❤.ws/".replace("i❤", "xn--i-7iq"): "http://xn--i-7iq.ws/",
    "https://例え.テスト.jp/": "https://xn--r8jz45g.xn--zckzah.jp/",
    "https://1.1.1.1.example.com/": "https://1.1.1.1.example.com/",
    "https://8.8.8.8/": "https://8.8.8.8/",
    "https://[2606:4700:4700:0::1111]/": "https://[2606:4700:4700::1111]/",
    "http://my_site.example.com/": "http://my_site.example.com/",
    "http://localhost.example.com/": "http://localhost.example.com/",
    "http://notlocal.com/": "http://notlocal.com/",
    "http://example.com/?next=http://127.0.0.1/": "http://example.com/?next=http://127.0.0.1/",
    "http://example.com/@x:80/\u200d": "http://example.com/@x:80/%E2%80%8D",
}


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_url_is_refused_before_anything_is_looked_up(url):
    with pytest.raises(AddressRefused) as refusal:
        RULES.target(url)
    assert len(str(refusal.value)) < 700
    assert "is refused: " in str(refusal.value)


@pytest.mark.parametrize(("url", "normal"), ALLOWED.items())
def test_a_public_url_is_let_through_in_its_normal_form(url, normal):
    assert RULES.target(url).url == normal
    assert RULES.target(normal).url == normal


@pytest.mark.parametrize("url", [None, 7, b"http://example.com/", ["http://example.com/"]])
def test_what_is_not_text_is_not_a_url(url):
    with pytest.raises(InvalidInput, match="is not a URL"):
        RULES.target(url)


def test_exactly_the_allowed_origin_is_let_through():
    assert LOCAL.target("http://127.0.0.1:8000/x").trusted
    assert LOCAL.target("HTTPS://[0::1]:9000/x").trusted
    others = [
        "https://127.0.0.1:8000/", "http://127.0.0.1:8001/", "http://127.0.0.1/", "http://127.0.0.2:8000/",
        "http://localhost:8000/", "http://[::1]:9000/", "http://127.0.0.1.:8001/", "http://x@127.0.0.1:8000/",
        "http://2130706433:8000/",
    ]  # fmt: skip
    for url in others:
        with pytest.raises(AddressRefused):
            LOCAL.target(url)


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1:8000",
        "http://127.0.0.1:8000/path",
        "ftp://x:1",
        "http://",
        "http://a@b",
        "http://a:0",
        "http://0x7f.1",
    ],
)
def test_an_allowed_origin_that_is_none_is_an_error(text):
    with pytest.raises(InvalidInput, match="origin"):
        AddressRules(allowed_ports=(80,), allowed_origins=(text,))


def test_a_port_is_allowed_by_the_settings_alone():
    with pytest.raises(AddressRefused, match="port 8080"):
        LOCAL.target("http://example.com:8080/")


@pytest.mark.parametrize(
    ("address", "hidden"),
    [
        ("::ffff:10.0.0.1", "10.0.0.1"),
        ("::10.0.0.1", "10.0.0.1"),
        ("2002:0a00:0001::", "10.0.0.1"),
        ("64:ff9b::10.0.0.1", "10.0.0.1"),
        ("64:ff9b:1::10.0.0.1", "10.0.0.1"),
        # RFC 4380, section 4 gives the client's address with every bit turned: 192.0.2.45
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", "192.0.2.45"),
        ("2a00::200:5efe:10.0.0.1", "10.0.0.1"),
        ("2606:4700:4700::1111", None),
        ("8.8.8.8", None),
        ("::1", None),
    ],
)
def test_an_ipv4_address_is_found_where_it_hides(address, hidden):
    assert embedded_ipv4(ip_address(address)) == (IPv4Address(hidden) if hidden else None)


def test_dns64_answers_of_public_sites_are_let_through_and_of_private_ones_not():
    assert refused_address("64:ff9b::8.8.8.8") is None
    assert "10.0.0.1" in refused_address("64:ff9b::10.0.0.1")


@pytest.mark.parametrize(
    "text", ["", "x", "1.2.3", "127.1", "fe80::1%eth0", "2606:4700::1%1", "8.8.8.8%1", "0x08080808"]
)
def test_an_answer_that_is_no_plain_address_is_refused(text):
    assert refused_address(text)


def networks(text: str) -> list:
    return [IPv6Network(part) if ":" in part else IPv4Network(part) for part in text.split()]


# Written down anew from the two IANA registries, and not read from the file under test.
DENIED = networks(
    "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 "
    "192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 "
    "240.0.0.0/4 168.63.129.16/32 ::/128 ::1/128 ::ffff:0:0/96 64:ff9b:1::/48 100::/64 2001::/23 "
    "2001:db8::/32 2002::/16 3fff::/20 5f00::/16 fc00::/7 fe80::/10 ff00::/8 fec0::/10 ::/96 "
)


@st.composite
def denied_addresses(draw) -> str:
    network = draw(st.sampled_from(DENIED))
    address = network[draw(st.integers(0, min(network.num_addresses - 1, 2**100)))]
    if isinstance(address, IPv6Address):
        return draw(st.sampled_from([str(address), address.exploded, str(address).upper()]))
    form = draw(
        st.sampled_from(
            ["{v4}", "::ffff:{v4}", "::{v4}", "64:ff9b::{v4}", "64:ff9b:1::{v4}", "2002:{hex}::1"]
        )
    )
    number = f"{int(address):08x}"
    return form.format(v4=address, hex=f"{number[:4]}:{number[4:]}")


@given(denied_addresses())
@example("168.63.129.16")
@example("::127.0.0.1")
def test_no_form_of_a_denied_address_passes(address):
    assert refused_address(address) is not None


@given(st.ip_addresses())
def test_nothing_passes_that_the_standard_library_calls_private(address):
    if refused_address(str(address)) is None:
        hidden = embedded_ipv4(address) or address
        assert hidden.is_global
        assert not hidden.is_multicast


@given(st.text(max_size=60))
@example("①")
@example("xn--")
@example("。。")
def test_any_text_as_host_is_refused_or_becomes_a_host_that_passes_again(host):
    try:
        target = RULES.target(f"http://{host}/")
    except AddressRefused:
        return
    assert target.host.isascii()
    assert refused_host(target.host) is None
    assert RULES.target(target.url) == target
