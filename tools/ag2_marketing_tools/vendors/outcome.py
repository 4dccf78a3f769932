"""How a question to a vendor ends: with data, with the news that there is none, or with a failure."""

from __future__ import annotations

import re
from typing import Annotated, Final, Generic, Literal, TypeAlias, TypeVar

from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.vendors.facts import Vendor

T = TypeVar("T", bound=Result)

FailureKind = Literal[
    "no_key",
    "invalid_key",
    "key_not_permitted",
    "service_disabled",
    "quota_exhausted",
    "budget_reached",
    "rate_limited",
    "bad_request",
    "audited_site_fault",
    "not_found",
    "unavailable",
    "unexpected_answer",
]
QuotaWindow = Literal["minute", "day", "units", "none"]
"""Which quota is used up: a minute's, a day's, the paid units, or one that was nothing from the start."""

_LONGEST_SAID: Final = 300
_CODE: Final = re.compile(r"[A-Za-z0-9_.-]{1,60}")


class Usage(Result):
    """What a question cost.

    `told` says whether the vendor's answer told it; otherwise it is reckoned from the price list.
    """

    units: int
    unit_name: str
    told: bool
    rows: Annotated[int | None, unit("count")] = None
    from_vendor_cache: bool | None = None


class Data(Result, Generic[T]):
    """The vendor had data."""

    outcome: Literal["data"] = "data"
    vendor: str
    value: T
    usage: Usage | None = None


class NoData(Result):
    """The vendor took the question and has no data; nothing is assumed in its place."""

    outcome: Literal["no_data"] = "no_data"
    vendor: str
    reason: str
    usage: Usage | None = None


class Failure(Result):
    """The question was not answered.

    Attributes:
        kind: Why; each kind asks for another thing to be done.
        message: What happened, in our words.
        remedy: What to do next.
        code: The vendor's own code, such as `NO_FCP` or `132`, or ours of the connection.
        status: The HTTP status, where there was an answer.
        quota: Which quota is used up, for `quota_exhausted`.
        retry_after_s: How long to wait, where it is known.
        retryable: Whether the same question may be answered later without anything being done.
        said: The vendor's words: quoted matter.
    """

    outcome: Literal["failure"] = "failure"
    vendor: str
    kind: FailureKind
    message: str
    remedy: str
    code: str | None = None
    status: int | None = None
    quota: QuotaWindow | None = None
    retry_after_s: Annotated[float | None, unit("s")] = None
    retryable: bool = False
    said: Annotated[str | None, untrusted()] = None

    @property
    def text(self) -> str:
        """What happened and what to do next, with what the vendor said."""
        said = say(" It said: “{said}”.", said=self.said) if self.said else ""
        return f"{self.message}{said} {self.remedy}"

    @property
    def advice(self) -> str:
        """What happened and what to do next, in our words alone; where the page is at fault, with the code."""
        code = f" ({self.code})" if self.code and self.kind == "audited_site_fault" else ""
        return f"{self.message.removesuffix('.')}{code}. {self.remedy}"


Outcome: TypeAlias = Data[T] | NoData | Failure

_MESSAGES: Final[dict[FailureKind, str]] = {
    "no_key": "No key for {title} was given.",
    "invalid_key": "API request failed: Invalid API key for {key} ({title} does not know it).",
    "key_not_permitted": "{title} knows the key, but does not let it ask this.",
    "service_disabled": "{title} is not switched on for this key.",
    "budget_reached": "{title} was not asked: the question might overspend this run's budget of paid units.",
    "rate_limited": "{title} was asked too often in a short time.",
    "bad_request": "{title} could not use the request that was sent.",
    "audited_site_fault": "{title} could not load the page.",
    "not_found": "{title} knows nothing by that name.",
    "unavailable": "{title} could not be reached or is out of order.",
    "unexpected_answer": "{title} answered in a form that is not known.",
}
_REMEDIES: Final[dict[FailureKind, str]] = {
    "no_key": "Make one at {keys_page} and give it as `{key}`.",
    "invalid_key": "Copy it again from {keys_page}, or make a new one there, and give it as `{key}`.",
    "key_not_permitted": "{permission}",
    "service_disabled": "{permission}",
    "budget_reached": "Ask for less, or allow more for `{key}` in the setting "
    "AG2_MARKETING_VENDOR_MAX_UNITS_PER_RUN.",
    "rate_limited": "Wait, and ask for less at once.",
    "bad_request": "Check what was asked for against {documentation}; "
    "if it is right, this program is at fault.",
    "audited_site_fault": "Open the page in a browser from outside your network and mend what keeps it from "
    "loading; the key is not at fault.",
    "not_found": "Check the name that was asked for.",
    "unavailable": "Try again later; nothing here needs mending.",
    "unexpected_answer": "Nothing of it was used. Try again later; if it stays so, look for a change at "
    "{documentation}.",
}
_QUOTAS: Final[dict[QuotaWindow, tuple[str, str]]] = {
    "minute": ("{title} has served this minute's quota.", "Wait a minute."),
    "day": ("{title} has served this day's quota.", "{quota_resets}"),
    "units": ("The paid units for {title} are used up.", "{quota_resets}"),
    "none": (
        "{title} grants no quota to who asked: requests without a key of an own project are not served.",
        "Make a key in a project of your own at {keys_page} and give it as `{key}`; trying again is no use.",
    ),
}
_PASSING: Final = frozenset({"rate_limited", "unavailable"})


def failed(
    vendor: Vendor,
    kind: FailureKind,
    *,
    why: str | None = None,
    said: str | None = None,
    code: str | int | None = None,
    status: int | None = None,
    quota: QuotaWindow | None = None,
    retry_after_s: float | None = None,
    retryable: bool | None = None,
) -> Failure:
    """Return a failure with its text.

    Args:
        vendor: Who was asked.
        kind: Why it failed.
        why: A sentence of ours about this case.
        said: The vendor's words; shortened, and without what cannot be seen.
        code: The vendor's code; left out where it has not the form of one.
        status: The HTTP status.
        quota: Which quota, for `quota_exhausted`.
        retry_after_s: How long to wait.
        retryable: What the vendor says of trying again; by the kind when not given.
    """
    told = _QUOTAS[quota] if quota else (_MESSAGES[kind], _REMEDIES[kind])
    facts = vendor.model_dump(
        include={"title", "key", "keys_page", "documentation", "permission", "quota_resets"}
    )
    facts |= {name: say(facts[name]) for name in ("permission", "quota_resets") if facts[name]}
    known_code = str(code) if code is not None and _CODE.fullmatch(str(code)) else None
    return Failure(
        vendor=vendor.name,
        kind=kind,
        message=" ".join(filter(None, (say(told[0], **facts), why))),
        remedy=say(vendor.renew) if kind == "invalid_key" and vendor.renew else say(told[1], **facts),
        code=known_code,
        status=status,
        quota=quota,
        retry_after_s=retry_after_s,
        retryable=(kind in _PASSING or quota == "minute") if retryable is None else retryable,
        said=_shortened(said),
    )


def _shortened(said: str | None) -> str | None:
    """Return a vendor's words on one line, without what cannot be seen, and not too many."""
    seen = "".join(sign if sign.isprintable() else " " for sign in (said or "")[: 10 * _LONGEST_SAID])
    line = " ".join(seen.split())
    return (line if len(line) <= _LONGEST_SAID else f"{line[:_LONGEST_SAID].rstrip()}…") or None
