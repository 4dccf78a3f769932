"""Secrets never reach a log line, an error text or a recording."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from typing import Any, Final, Protocol, TypeVar
from urllib.parse import quote, quote_plus
from weakref import WeakSet

from ag2_marketing_tools.errors import MarketingError

STRUCK: Final = "[secret]"
_SHORTEST_SECRET: Final = 4
"""A shorter text would be struck out of the middle of words; no vendor issues one."""

_CREDENTIAL_NAME: Final = (
    r"(?:[\w.-]{0,40}(?:api[_-]?key|token|secret|passw(?:or)?d|signature|credentials?)|key|auth|sig|pwd)"
)
_CREDENTIAL_HEADER: Final = re.compile(rf"(?:proxy-)?authorization|cookie|[\w-]*key|{_CREDENTIAL_NAME}", re.I)
_IN_TEXT: Final = (
    re.compile(rf"([?&;]{_CREDENTIAL_NAME}=)[^&;#\s\"'<>\\]+", re.I),  # ?key=…
    re.compile(r"(\bauthorization\W{1,6}(?:b['\"])?(?:bearer |basic |token )?)[^\s\"',)]+", re.I),
    re.compile(r"(\bbearer\s+)[\w.~+/=-]{16,}", re.I),
    re.compile(r"(\w://)[^\s/@:]*:[^\s/@]+(?=@)"),  # user:password@
)
_Failure = TypeVar("_Failure", bound=MarketingError)


class _Recording(Protocol):
    """A request as vcrpy hands it over."""

    uri: str
    headers: dict[str, str]
    body: bytes | str | None


class Redactor(logging.Filter):
    """Strikes secrets from text: the ones it was taught, and what by its place in the text must be one.

    While a redactor lives, every log record of the process passes through it, those of the HTTP libraries
    included: they write whole URLs at level INFO.
    """

    def __init__(self) -> None:
        super().__init__()
        self._secrets: set[str] = set()
        self._pattern: re.Pattern[str] | None = None
        _guard_logs(self)

    def learn(self, *secrets: str) -> None:
        """Strike these texts from now on, as they are and as URLs and JSON write them."""
        new = {secret for secret in secrets if len(secret) >= _SHORTEST_SECRET}
        forms = {
            form
            for secret in new
            for form in (
                secret,
                quote(secret, safe=""),
                quote(secret),
                quote_plus(secret),
                json.dumps(secret)[1:-1],
            )
        }
        if not forms <= self._secrets:
            self._secrets |= forms
            longest_first = sorted(self._secrets, key=len, reverse=True)
            self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def learn_headers(self, headers: Mapping[str, str]) -> None:
        """Learn the values of the headers that carry credentials, scheme words such as `Bearer` left out."""
        for name, value in headers.items():
            if _CREDENTIAL_HEADER.fullmatch(name):
                self.learn(value, value.rpartition(" ")[2])

    def strike(self, text: str) -> str:
        """Return the text without the secrets that were learned; for URLs that must stay usable otherwise."""
        return self._pattern.sub(STRUCK, text) if self._pattern else text

    def text(self, text: str) -> str:
        """Return the text without learned secrets and what stands where a secret stands (`?key=…`)."""
        text = self.strike(text)
        for pattern in _IN_TEXT:
            text = pattern.sub(rf"\1{STRUCK}", text)
        return text

    def headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """Return headers fit for a recording."""
        return {
            name: STRUCK if _CREDENTIAL_HEADER.fullmatch(name) else self.text(value)
            for name, value in headers.items()
        }

    def error(self, error: _Failure) -> _Failure:
        """Strike secrets from an error's text, in place, and return it."""
        error.message = self.text(error.message)
        error.remedy = self.text(error.remedy) if error.remedy else error.remedy
        error.args = tuple(self.text(part) if isinstance(part, str) else part for part in error.args)
        return error

    def carries_credentials(self, url: str, headers: Mapping[str, str]) -> bool:
        """Whether a request shows who asks: its answer is then nobody else's."""
        named = any(_CREDENTIAL_HEADER.fullmatch(name) for name in headers)
        return named or any(self.text(text) != text for text in (url, *headers.values()))

    def recorded(self, exchange: _Recording) -> _Recording:
        """Strike secrets from a request before it is recorded: vcrpy's `before_record_request`."""
        exchange.uri = self.text(exchange.uri)
        exchange.headers = self.headers(exchange.headers)
        if exchange.body is not None:
            body = exchange.body if isinstance(exchange.body, bytes) else exchange.body.encode()
            exchange.body = self.text(body.decode("utf-8", "surrogateescape")).encode(
                "utf-8", "surrogateescape"
            )
        return exchange

    def filter(self, record: logging.LogRecord) -> bool:
        """Strike secrets from a log record's message and traceback; every record passes."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError, KeyError):  # a wrong format string; the handler reports it
            message, clean = "", self.text(str(record.args))
            record.args = record.args if clean == str(record.args) else (clean,)
        clean = self.text(message)
        if clean != message:
            record.msg, record.args = clean, ()
        if record.exc_info and record.exc_info[0] and not record.exc_text:
            trace = _FORMATTER.formatException(record.exc_info)
            clean = self.text(trace)
            record.exc_text = clean if clean != trace else None
        return True


_FORMATTER: Final = logging.Formatter()
_redactors: WeakSet[Redactor] = WeakSet()


def _guard_logs(redactor: Redactor) -> None:
    """Let every log record of the process pass through the redactor for as long as it lives.

    A filter on a logger sees no record of the loggers below it, and one on a handler is the application's to
    set; the record factory is the one place that all records pass.
    """
    current = logging.getLogRecordFactory()
    if not getattr(current, "redacts", False):

        def redacting(*args: Any, **kwargs: Any) -> logging.LogRecord:
            record = current(*args, **kwargs)
            for each in tuple(_redactors):
                each.filter(record)
            return record

        redacting.redacts = True  # type: ignore[attr-defined]
        logging.setLogRecordFactory(redacting)
    _redactors.add(redactor)
