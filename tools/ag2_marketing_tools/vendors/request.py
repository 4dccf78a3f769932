"""The one protocol of all vendors: a request that says what to send and how to read what comes back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from ag2_marketing_tools.tool import Params
from ag2_marketing_tools.vendors.facts import Vendor
from ag2_marketing_tools.vendors.outcome import Failure, FailureKind, Outcome, QuotaWindow, T, failed

JSON: Final = "application/json"
_BAD_REQUEST: Final = frozenset({400, 405, 406, 409, 410, 411, 413, 414, 415, 422, 501})
_BY_STATUS: Final[dict[int, FailureKind]] = {
    401: "invalid_key",
    402: "quota_exhausted",
    403: "key_not_permitted",
    404: "not_found",
    429: "rate_limited",
}


@dataclass(frozen=True)
class Call:
    """What to send, apart from the key.

    Attributes:
        path: Appended to the vendor's base URL.
        method: POST only where the vendor asks by POST: no request changes anything.
        query: Names and values, in order; a name may repeat.
        json: The body.
        accept: The media types that can be read.
    """

    path: str
    method: Literal["GET", "POST"] = "GET"
    query: tuple[tuple[str, str], ...] = ()
    json: dict[str, Any] | None = None
    accept: str | None = JSON


@dataclass(frozen=True)
class Answer:
    """What came back, and what it answers."""

    vendor: Vendor
    call: Call
    status: int
    headers: Mapping[str, str]
    content: bytes
    text: str

    @property
    def ok(self) -> bool:
        """Whether the HTTP status is a success."""
        return 200 <= self.status < 300


class VendorRequest(Params, ABC, Generic[T]):
    """A question to a vendor; `ask` sends it and returns its outcome."""

    vendor: ClassVar[str]
    """Whom it asks, as in `vendors.toml`."""

    @abstractmethod
    def call(self, request_id: str) -> Call:
        """Return what to send; `request_id` is for vendors that want one."""

    def most_units(self, vendor: Vendor) -> int:
        """Return the paid units that the answer may cost at most; none where the vendor asks for no money."""
        return 0

    @abstractmethod
    def read(self, answer: Answer) -> Outcome[T]:
        """Return what an answer says.

        Raises:
            Unreadable: It has not the form that the vendor documents.
        """


class Unreadable(ValueError):
    """An answer has not the form that the vendor documents; the text says where, and quotes nothing of it."""


class Wire(BaseModel):
    """The parts of an answer that are used: of exactly the documented types; the rest is ignored."""

    model_config = ConfigDict(
        extra="ignore", frozen=True, strict=True, allow_inf_nan=False, populate_by_name=True
    )


W = TypeVar("W", bound=Wire)


def understood(answer: Answer, form: type[W]) -> W:
    """Return a JSON body's parts.

    Raises:
        Unreadable: It is no JSON, or not of the documented form.
    """
    try:
        return form.model_validate_json(answer.content)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        # The first part of a place is a name of our form; further ones may be names that the answer chose.
        parts = dict.fromkeys(str(fault["loc"][0]) if fault["loc"] else "the whole body" for fault in faults)
        raise Unreadable(f"It is not as documented at: {', '.join(parts)}.") from None


def by_status(answer: Answer, *, said: str | None = None, code: str | int | None = None) -> Failure:
    """Return the failure that an HTTP status stands for, where the vendor gives nothing finer."""
    return of_status(answer.vendor, answer.status, said=said, code=code)


def of_status(
    vendor: Vendor, status: int, *, said: str | None = None, code: str | int | None = None
) -> Failure:
    """Return the failure that a status stands for: HTTP's own, or one that a body repeats."""
    if status in _BAD_REQUEST:
        kind: FailureKind = "bad_request"
    elif status >= 500:
        kind = "unavailable"
    else:
        kind = _BY_STATUS.get(status, "unexpected_answer")
    quota: QuotaWindow | None = "units" if kind == "quota_exhausted" else None
    return failed(vendor, kind, said=said, code=code, status=status, quota=quota)


def in_no_known_form(answer: Answer) -> Failure:
    """Return the failure of an error that the vendor did not word: a proxy's page, say.

    The status is believed where it can have one meaning only; a 403 may come from a firewall on the way.
    """
    if answer.status in (401, 429) or answer.status >= 500:
        return by_status(answer)
    return failed(answer.vendor, "unexpected_answer", status=answer.status, why=f"HTTP {answer.status}.")
