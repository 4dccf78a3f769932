"""The Chrome UX Report: what real visitors met, now and over up to 40 weeks."""

from __future__ import annotations

import math
from datetime import date
from typing import Annotated, Any, ClassVar, Final, Generic, Literal

from pydantic import Field, model_validator

from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.vendors.field_data import (
    Bin,
    FieldExperience,
    Number,
    Share,
    Shares,
    metrics,
    shares,
)
from ag2_marketing_tools.vendors.google import GoogleRequest
from ag2_marketing_tools.vendors.outcome import Data, Failure, NoData, Outcome, T
from ag2_marketing_tools.vendors.request import Answer, Call, Unreadable, Wire, understood

FormFactor = Literal["PHONE", "DESKTOP", "TABLET"]
Metric = Literal["lcp", "inp", "cls", "fcp", "ttfb"]

_NAMES: Final[dict[Metric, str]] = {
    "lcp": "largest_contentful_paint",
    "inp": "interaction_to_next_paint",
    "cls": "cumulative_layout_shift",
    "fcp": "first_contentful_paint",
    "ttfb": "experimental_time_to_first_byte",
}
_TOO_FEW: Final = (
    "The Chrome UX Report has no data for {subject}: too few visits, or another spelling of it is visited."
)


class CruxRecord(Result):
    """The report of the 28 days up to `last_date`; a null form factor stands for all of them together."""

    experience: FieldExperience
    form_factor: FormFactor | None = None
    first_date: date
    last_date: date
    round_trip_time: Annotated[float | None, unit("ms")] = None
    form_factor_shares: dict[str, Annotated[float, unit("ratio")]] = Field(default={})
    normalized_url: Annotated[str | None, untrusted()] = None


class Period(Result):
    """28 days, both dates included."""

    first_date: date
    last_date: date


class Series(Result):
    """One metric over the periods; null where visits were too few. `unit` is `ms`, or `score` for CLS."""

    metric: Metric
    unit: Literal["ms", "score"]
    p75: tuple[float | None, ...]
    good_share: tuple[float | None, ...] | None = None


class CruxHistory(Result):
    """Metrics over the periods, oldest first; each overlaps the one before by three weeks."""

    covers: Literal["page", "origin"]
    subject: Annotated[str | None, untrusted()]
    form_factor: FormFactor | None
    periods: tuple[Period, ...]
    series: tuple[Series, ...]


Figure = Annotated[str, Field(pattern=r"^[0-9]{1,9}(\.[0-9]{1,9})?$")]
"""A number written as a string, as the vendor does for CLS."""


class _Day(Wire):
    year: int
    month: int
    day: int

    def date(self) -> date:
        try:
            return date(self.year, self.month, self.day)
        except (ValueError, OverflowError):
            raise Unreadable("A date of it is not one.") from None


class _Period(Wire):
    first: _Day = Field(alias="firstDate")
    last: _Day = Field(alias="lastDate")


class _Key(Wire):
    form_factor: FormFactor | None = Field(default=None, alias="formFactor")
    url: str | None = None
    origin: str | None = None


class _Percentiles(Wire):
    p75: Number | Figure


class _Metric(Wire):
    histogram: tuple[Bin, ...] = ()
    percentiles: _Percentiles | None = None
    fractions: dict[str, Share] = Field(default={})


class _Record(Wire):
    key: _Key
    metrics: dict[str, _Metric]
    period: _Period = Field(alias="collectionPeriod")


class _Normalization(Wire):
    url: str | None = Field(default=None, alias="normalizedUrl")


class _RecordAnswer(Wire):
    record: _Record
    normalization: _Normalization = Field(default=_Normalization(), alias="urlNormalizationDetails")


class _Densities(Wire):
    densities: tuple[Share | Literal["NaN"] | None, ...]


class _P75s(Wire):
    p75s: tuple[Number | Figure | None, ...]


class _Timeseries(Wire):
    histogram: tuple[_Densities, ...] = Field(default=(), alias="histogramTimeseries")
    percentiles: _P75s | None = Field(default=None, alias="percentilesTimeseries")


class _History(Wire):
    key: _Key
    metrics: dict[str, _Timeseries]
    periods: tuple[_Period, ...] = Field(alias="collectionPeriods")


class _HistoryAnswer(Wire):
    record: _History


class _CruxRequest(GoogleRequest[T], Generic[T]):
    """What both questions share."""

    vendor: ClassVar[str] = "crux"

    url: Annotated[str | None, Field(pattern=r"^https?://\S+$")] = None
    origin: Annotated[str | None, Field(pattern=r"^https?://[^/\s]+$")] = None
    form_factor: FormFactor | None = "PHONE"
    metrics: tuple[Metric, ...] = ()
    """Which metrics; all when empty."""

    @model_validator(mode="after")
    def _one_subject(self) -> _CruxRequest[T]:
        if (self.url is None) == (self.origin is None):
            raise ValueError("give either url or origin; the origin as it is after redirects, www included")
        return self

    @property
    def subject(self) -> str:
        """What is asked about."""
        return self.url or self.origin or ""

    def body(self) -> dict[str, Any]:
        """Return what is asked for."""
        subject = {"url": self.url} if self.url else {"origin": self.origin}
        form_factor = {"formFactor": self.form_factor} if self.form_factor else {}
        wanted = {"metrics": [_NAMES[name] for name in self.metrics]} if self.metrics else {}
        return {**subject, **form_factor, **wanted}

    def read(self, answer: Answer) -> Outcome[T]:
        """Return what an answer says: 404 is how this vendor says that it has no data."""
        outcome = super().read(answer)
        if isinstance(outcome, Failure) and outcome.kind == "not_found":
            return NoData(vendor=self.vendor, reason=say(_TOO_FEW, subject=self.subject))
        return outcome


class Crux(_CruxRequest[CruxRecord]):
    """Ask for the latest 28 days of a page or an origin."""

    def call(self, request_id: str) -> Call:
        """Return what to send."""
        return Call("/records:queryRecord", method="POST", json=self.body())

    def data(self, answer: Answer) -> Outcome[CruxRecord]:
        """Return the record."""
        found = understood(answer, _RecordAnswer)
        record = found.record
        p75s: dict[str, tuple[float, Shares | None]] = {
            name: (float(metric.percentiles.p75), shares(metric.histogram))
            for name, wire in _NAMES.items()
            if (metric := record.metrics.get(wire)) and metric.percentiles
        }
        trip = record.metrics.get("round_trip_time")
        share = record.metrics.get("form_factors")
        return Data(
            vendor=self.vendor,
            value=CruxRecord(
                experience=FieldExperience(
                    covers=_covers(record.key), subject=_subject(record.key), **metrics(p75s)
                ),
                form_factor=record.key.form_factor,
                first_date=record.period.first.date(),
                last_date=record.period.last.date(),
                round_trip_time=float(trip.percentiles.p75) if trip and trip.percentiles else None,
                form_factor_shares=share.fractions if share else {},
                normalized_url=found.normalization.url,
            ),
        )


class CruxOverTime(_CruxRequest[CruxHistory]):
    """Ask for the history of a page or an origin, one period a week."""

    periods: Annotated[int, Field(ge=1, le=40)] = 25

    def call(self, request_id: str) -> Call:
        """Return what to send."""
        body = {**self.body(), "collectionPeriodCount": self.periods}
        return Call("/records:queryHistoryRecord", method="POST", json=body)

    def data(self, answer: Answer) -> Outcome[CruxHistory]:
        """Return the history."""
        record = understood(answer, _HistoryAnswer).record
        series = [
            _series(name, found, len(record.periods))
            for name, wire in _NAMES.items()
            if (found := record.metrics.get(wire)) and found.percentiles
        ]
        return Data(
            vendor=self.vendor,
            value=CruxHistory(
                covers=_covers(record.key),
                subject=_subject(record.key),
                form_factor=record.key.form_factor,
                periods=tuple(
                    Period(first_date=period.first.date(), last_date=period.last.date())
                    for period in record.periods
                ),
                series=tuple(series),
            ),
        )


def _series(name: Metric, found: _Timeseries, periods: int) -> Series:
    p75 = tuple(
        None if value is None else float(value)
        for value in (found.percentiles.p75s if found.percentiles else ())
    )
    good = tuple(
        share if isinstance(share, float) and math.isfinite(share) else None
        for share in (found.histogram[0].densities if found.histogram else ())
    )
    if len(p75) != periods or (good and len(good) != periods):
        raise Unreadable("Its series and its periods differ in length.")
    return Series(metric=name, unit="score" if name == "cls" else "ms", p75=p75, good_share=good or None)


def _covers(key: _Key) -> Literal["page", "origin"]:
    return "page" if key.url else "origin"


def _subject(key: _Key) -> str | None:
    return key.url or key.origin
