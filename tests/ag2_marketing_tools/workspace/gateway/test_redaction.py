"""Secrets are struck from logs, errors and recordings."""

from __future__ import annotations

import gc
import logging
import traceback

import pytest
import vcr
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.errors import AddressRefused, FetchFailed, InvalidInput
from ag2_marketing_tools.workspace.gateway import Redactor
from ag2_marketing_tools.workspace.gateway.redaction import STRUCK

PUBLIC = "93.184.216.34"
SECRET = "s3cr3t/+key=="


@pytest.fixture
def redactor():
    redactor = Redactor()
    redactor.learn(SECRET)
    return redactor


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        f"x{SECRET}y",
        "s3cr3t%2F%2Bkey%3D%3D",
        "s3cr3t/%2Bkey%3D%3D",
        f"{SECRET}{SECRET}",
        f"https://a.test/?q={SECRET}",
    ],
)
def test_a_learned_secret_is_struck_in_every_form(text, redactor):
    assert "s3cr3t" not in redactor.text(text)
    assert "s3cr3t" not in redactor.strike(text)


def test_a_secret_within_json_is_struck():
    redactor = Redactor()
    redactor.learn('pass"word\n')
    assert redactor.text('{"key": "pass\\"word\\n"}') == f'{{"key": "{STRUCK}"}}'


def test_a_longer_secret_goes_before_a_shorter_one_that_begins_it(redactor):
    redactor.learn(f"{SECRET}-and-more")
    assert redactor.text(f"{SECRET}-and-more") == STRUCK


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("GET https://a.test/?url=x&key=abc&y=1", "GET https://a.test/?url=x&key=[secret]&y=1"),
        ("https://a.test/?API_KEY=abc", "https://a.test/?API_KEY=[secret]"),
        ("https://a.test/?access_token=abc#x", "https://a.test/?access_token=[secret]#x"),
        ("https://a.test/?X-Amz-Signature=abc", "https://a.test/?X-Amz-Signature=[secret]"),
        ("https://a.test/?client_secret=abc&x", "https://a.test/?client_secret=[secret]&x"),
        ("https://me:pw@a.test/", "https://[secret]@a.test/"),
        ("{'authorization': 'Bearer abc.def'}", "{'authorization': 'Bearer [secret]'}"),
        ("Authorization: Basic YWJjOmRlZg==", "Authorization: Basic [secret]"),
        ("Authorization: abcdef", "Authorization: [secret]"),
        ("[(b'Authorization', b'Bearer abcdef')]", "[(b'Authorization', b'Bearer [secret]')]"),
        ("a bearer abcdefghijklmnopqrstuv", "a bearer [secret]"),
    ],
)
def test_what_stands_where_a_secret_stands_is_struck(text, kept):
    assert Redactor().text(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "https://a.test/?keyword=shoes&monkey=1&page=2",
        "the bearer of news",
        "basic knowledge",
        "key=value",
        "https://a.test/@user",
        "",
    ],
)
def test_plain_text_stays(text):
    assert Redactor().text(text) == text


def test_words_too_short_for_a_secret_are_not_learned(redactor):
    redactor.learn("", "a", "the")
    assert redactor.text("the apple") == "the apple"


@given(st.text(min_size=4, max_size=30), st.text(max_size=20), st.text(max_size=20))
def test_no_learned_secret_stays_in_any_text(secret, before, after):
    redactor = Redactor()
    redactor.learn(secret)
    assert secret not in redactor.strike(f"{before}{secret}{after}").split(STRUCK)


def test_headers_fit_for_a_recording(redactor):
    headers = {
        "Authorization": "Bearer x",
        "Cookie": "a=b",
        "X-Api-Key": "k",
        "Accept": "text/html",
        "X": f"a {SECRET}",
    }
    assert redactor.headers(headers) == {
        "Authorization": STRUCK, "Cookie": STRUCK, "X-Api-Key": STRUCK, "Accept": "text/html",
        "X": f"a {STRUCK}",
    }  # fmt: skip


# Logs


def test_every_logger_of_the_process_is_guarded(redactor, caplog):
    caplog.set_level(logging.DEBUG)
    logger = logging.getLogger("somebody.else")
    logger.info("key is %s", SECRET)
    logger.info(f"key is {SECRET}")
    logger.info("%(key)s", {"key": SECRET})
    logger.info({"key": SECRET})
    assert "s3cr3t" not in caplog.text
    assert caplog.messages[0] == f"key is {STRUCK}"


def test_a_log_line_with_a_wrong_format_is_guarded_too(redactor):
    record = logging.LogRecord("x", logging.INFO, "x.py", 1, "wrong %d", (SECRET,), None)
    assert redactor.filter(record)
    assert "s3cr3t" not in f"{record.msg} {record.args}"


def test_a_traceback_in_a_log_is_guarded(redactor, caplog):
    try:
        raise ValueError(SECRET)
    except ValueError:
        logging.getLogger("x").exception("failed")
    assert "ValueError" in caplog.text
    assert "s3cr3t" not in caplog.text


def test_lines_without_secrets_are_left_alone(redactor, caplog):
    logging.getLogger("x").warning("%s and %d", "text", 7)
    (record,) = caplog.records
    assert (record.msg, record.args) == ("%s and %d", ("text", 7))


def test_a_redactor_that_is_gone_guards_no_longer(caplog):
    redactor = Redactor()
    redactor.learn("forgotten-secret")
    del redactor
    gc.collect()
    logging.getLogger("x").warning("forgotten-secret")
    assert caplog.messages == ["forgotten-secret"]


# The gateway


async def test_no_log_line_of_a_fetch_holds_a_secret(outside, serve_page, caplog):
    caplog.set_level(logging.DEBUG)
    outside.names.set("a.test", [PUBLIC])
    outside.web.on("*", serve_page())
    gateway = outside.make(pagespeed_api_key="AIzaTopSecret")
    headers = {"Authorization": "Bearer tok-12345", "X-Api-Key": "xkey-12345"}
    response = await gateway.fetch("http://a.test/?key=AIzaTopSecret&token=unlearned1&x=1", headers=headers)
    assert len(caplog.records) > 5
    assert "a.test" in caplog.text
    for secret in ("AIzaTopSecret", "unlearned1", "tok-12345", "xkey-12345"):
        assert secret not in caplog.text
        assert (secret in repr(response)) == (secret == "unlearned1")
    assert outside.web.requests[0].path == "/?key=AIzaTopSecret&token=unlearned1&x=1"
    assert outside.web.requests[0].headers["authorization"] == "Bearer tok-12345"


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://nowhere.test/?key=AIzaTopSecret", FetchFailed),
        ("http://127.0.0.1/?key=AIzaTopSecret", AddressRefused),
        ("http://127.0.0.1/?password=unlearned1", AddressRefused),
        ("http://me:unlearned1@a.test/", AddressRefused),
        ("http://AIzaTopSecret.test/", FetchFailed),
        ("http://a.test/br?key=unlearned1", FetchFailed),
        ("http://a.test/loop?key=AIzaTopSecret", FetchFailed),
        ("http://a.test/out?key=AIzaTopSecret", AddressRefused),
    ],
)
async def test_no_error_holds_a_secret(url, error, outside, serve_page, serve_redirect, caplog):
    caplog.set_level(logging.DEBUG)
    outside.names.set("a.test", [PUBLIC])
    outside.web.on("*", serve_page(headers=["Content-Encoding: br"]))
    outside.web.on("/loop?key=AIzaTopSecret", serve_redirect("/loop?key=AIzaTopSecret"))
    outside.web.on("/out?key=AIzaTopSecret", serve_redirect("http://10.0.0.1/?key=AIzaTopSecret"))
    gateway = outside.make(pagespeed_api_key="AIzaTopSecret")
    gateway.redactor.learn("aizatopsecret")  # as a host name is written
    with pytest.raises(error) as failure:
        await gateway.fetch(url)
    logging.getLogger("x").error("failed", exc_info=failure.value)
    shown = (
        "".join(traceback.format_exception_only(failure.value))
        + repr(failure.value)
        + str(failure.value)
        + caplog.text
    )
    for secret in ("AIzaTopSecret", "aizatopsecret", "unlearned1"):
        assert secret not in shown


async def test_a_header_that_is_refused_is_not_shown(outside):
    with pytest.raises(InvalidInput) as failure:
        await outside.make().fetch("http://a.test/", headers={"Authorization": "Bearer to\nken"})
    assert "ken" not in "".join(traceback.format_exception(failure.value)).split("InvalidInput")[-1].replace(
        "token", ""
    )


async def test_a_recording_replays_and_holds_no_secret(outside, serve_page, tmp_path):
    outside.names.set("a.test", [PUBLIC])
    outside.web.on("*", serve_page(b"answer"))
    gateway = outside.make(pagespeed_api_key="AIzaTopSecret", fetch_cache_s=0)
    cassette = tmp_path / "cassette.yaml"
    recorder = vcr.VCR(before_record_request=gateway.redactor.recorded)
    for _ in range(2):
        with recorder.use_cassette(cassette):
            response = await gateway.fetch(
                "http://a.test/?key=AIzaTopSecret&token=unlearned1",
                method="PUT",
                headers={"Authorization": "Bearer tok-12345"},
                json={"key": "AIzaTopSecret"},
            )
        assert response.content == b"answer"
    assert len(outside.web.requests) == 1
    for secret in ("AIzaTopSecret", "unlearned1", "tok-12345"):
        assert secret not in cassette.read_text()
        assert secret in repr(outside.web.requests[0])


async def test_secrets_of_the_settings_are_known_from_the_start(outside):
    gateway = outside.make(
        database_url="postgresql://me:dbsecret@db/x", llm_api_key="sk-model", ahrefs_api_key="ahrefs1"
    )
    assert gateway.redactor.text("dbsecret sk-model ahrefs1") == f"{STRUCK} {STRUCK} {STRUCK}"
