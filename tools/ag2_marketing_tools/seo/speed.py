"""A page's speed by vendors: PageSpeed Insights for both kinds of devices, the Chrome UX Report where it is silent."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import ValidationError

from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.urls import origin
from ag2_marketing_tools.seo.speed_model import CollectionPeriod
from ag2_marketing_tools.vendors import (
    Crux,
    Data,
    Failure,
    FieldExperience,
    LabRun,
    Outcome,
    PageSpeed,
    PageSpeedReport,
    ask,
)
from ag2_marketing_tools.vendors.crux import CruxRecord, FormFactor
from ag2_marketing_tools.workspace import Workspace

KEY: Final = "pagespeed"
Device = Literal["mobile", "desktop"]

_FORM_FACTORS: Final[dict[Device, FormFactor]] = {"mobile": "PHONE", "desktop": "DESKTOP"}
_CODE: Final = re.compile(r"[A-Z_]{2,60}")
_NO_USE_OF_ASKING_ELSEWHERE: Final = frozenset({"no_key", "invalid_key"})  # it is one key for both


@dataclass(frozen=True)
class Speed:
    """What vendors know of a page on one kind of device.

    Attributes:
        field: What real visitors met, of the page or of its origin.
        period: The days of those visits, where they were told.
        lab: One run of Lighthouse.
        field_reason: Why there are no field figures.
        lab_reason: Why there is no run.
        failures: What went wrong on the way, whether or not another source could stand in.
    """

    field: FieldExperience | None = None
    period: CollectionPeriod | None = None
    lab: LabRun | None = None
    field_reason: str | None = None
    lab_reason: str | None = None
    failures: tuple[str, ...] = ()


@dataclass(frozen=True)
class Speeds:
    """What vendors know of a page on both kinds of devices."""

    mobile: Speed
    desktop: Speed

    @classmethod
    def unknown(cls, reason: str) -> Speeds:
        """Return that nobody was asked, and why."""
        nothing = Speed(field_reason=reason, lab_reason=reason)
        return cls(nothing, nothing)

    @property
    def failures(self) -> list[str]:
        """What went wrong, each once."""
        return list(dict.fromkeys((*self.mobile.failures, *self.desktop.failures)))


async def ask_speeds(url: str, ws: Workspace) -> Speeds:
    """Ask the vendors about a page on both kinds of devices at the same time: 10 to 30 seconds."""
    try:
        questions = [PageSpeed(url=url, strategy=device) for device in _FORM_FACTORS]
    except ValidationError:
        return Speeds.unknown(say("PageSpeed Insights takes no address such as this: it is too long, say."))
    mobile, desktop = await asyncio.gather(*(_ask_about(question, ws) for question in questions))
    return Speeds(mobile, desktop)


async def _ask_about(question: PageSpeed, ws: Workspace) -> Speed:
    outcome = await ask(question, ws)
    report = outcome.value if isinstance(outcome, Data) else None
    lab_reason = _why_no_lab(outcome)
    failures = (outcome.advice,) if isinstance(outcome, Failure) else ()
    if report and report.experience:
        return Speed(field=report.experience, lab=report.lab, lab_reason=lab_reason)
    if isinstance(outcome, Failure) and outcome.kind in _NO_USE_OF_ASKING_ELSEWHERE:
        return Speed(field_reason=outcome.advice, lab_reason=lab_reason, failures=failures)
    field = await _ask_crux(question.url, _FORM_FACTORS[question.strategy], ws)
    if isinstance(field, Data):
        record = field.value
        period = CollectionPeriod(first_date=record.first_date, last_date=record.last_date)
        lab = report.lab if report else None
        return Speed(record.experience, period, lab, lab_reason=lab_reason, failures=failures)
    crux_reason = field.advice if isinstance(field, Failure) else field.reason
    return Speed(
        lab=report.lab if report else None,
        field_reason=" ".join(dict.fromkeys((*failures, crux_reason))),
        lab_reason=lab_reason,
        failures=(*failures, field.advice) if isinstance(field, Failure) else failures,
    )


async def _ask_crux(url: str, form_factor: FormFactor, ws: Workspace) -> Outcome[CruxRecord]:
    """Ask the Chrome UX Report about the page, then about its origin."""
    of_page = await ask(Crux(url=url, form_factor=form_factor), ws)
    if isinstance(of_page, Data | Failure):
        return of_page
    return await ask(Crux(origin=origin(url), form_factor=form_factor), ws)


def _why_no_lab(outcome: Outcome[PageSpeedReport]) -> str | None:
    if isinstance(outcome, Failure):
        return outcome.advice
    lab = outcome.value.lab if isinstance(outcome, Data) else None
    if lab is None:
        return say("PageSpeed Insights sent no run of Lighthouse.")
    if lab.fault and _CODE.fullmatch(lab.fault.code):
        return say("Lighthouse could not load the page ({code}).", code=lab.fault.code)
    if lab.fault:
        return say("Lighthouse could not load the page.")
    return None
