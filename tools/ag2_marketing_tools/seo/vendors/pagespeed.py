"""PageSpeed Insights, version 5.

Field figures (Chrome UX Report) are the 75th percentile of real visits over 28 days; lab figures are one run
of Lighthouse. Shapes by the discovery document of 2026-06-29. The key travels in a header, so that no log of
addresses holds it.
"""

from __future__ import annotations

from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ag2_marketing_tools.errors import OutgoingError
from ag2_marketing_tools.seo.catalogue import vendors
from ag2_marketing_tools.seo.vendors.failure import VendorFailure
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.gateway.response import Response

SERVICE = "pagespeed"
_REFUSED = "API request failed: "


class _Answer(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


class FieldMetric(_Answer):
    """One metric of real visits; `percentile` is the 75th, for CLS times 100."""

    percentile: float


class FieldData(_Answer):
    """What real visits measured; `metrics` is empty where they were too few, as on small sites."""

    metrics: dict[str, FieldMetric] = {}
    origin_fallback: bool = False


class LabAudit(_Answer):
    """One audit of Lighthouse."""

    numeric_value: float | None = Field(default=None, alias="numericValue")


class LabCategory(_Answer):
    """One category of Lighthouse; `score` is 0 to 1, or null where the run failed."""

    score: float | None = None


class RuntimeFault(_Answer):
    """Why Lighthouse could not run."""

    code: str = ""
    message: str = ""


class LabData(_Answer):
    """One run of Lighthouse."""

    lighthouse_version: str | None = Field(default=None, alias="lighthouseVersion")
    audits: dict[str, LabAudit] = {}
    categories: dict[str, LabCategory] = {}
    runtime_error: RuntimeFault | None = Field(default=None, alias="runtimeError")


class PageSpeedAnswer(_Answer):
    """The parts of the answer that are used here."""

    field: FieldData = Field(default=FieldData(), alias="loadingExperience")
    lab: LabData | None = Field(default=None, alias="lighthouseResult")


class _FaultInfo(_Answer):
    reason: str = ""


class _Fault(_Answer):
    message: str = ""
    errors: list[_FaultInfo] = []
    details: list[_FaultInfo] = []

    @property
    def reasons(self) -> set[str]:
        return {info.reason for info in (*self.errors, *self.details)}


async def ask_pagespeed(url: str, ws: Workspace) -> PageSpeedAnswer | VendorFailure:
    """Return what PageSpeed Insights knows of a page on mobile devices, or why it could not tell."""
    facts = vendors()[SERVICE]
    base = ws.settings.vendor_base_urls.get(SERVICE) or facts.base_url
    query = urlencode({"url": url, "strategy": "MOBILE", "category": "PERFORMANCE"})
    try:
        response = await ws.gateway.fetch(
            f"{base}/runPagespeed?{query}",
            headers={"X-Goog-Api-Key": ws.api_keys[SERVICE].get_secret_value()},
            service=SERVICE,
            deadline_s=facts.timeout_s,
        )
    except OutgoingError as error:
        return VendorFailure("unreachable", f"{_REFUSED}{error.message}")
    if response.status != 200:
        return _failure(response, ws)
    try:
        return PageSpeedAnswer.model_validate_json(response.content)
    except ValidationError:
        return VendorFailure(
            "vendor", f"{_REFUSED}{facts.name} answered in a form that is not known (HTTP {response.status})"
        )


def _failure(response: Response, ws: Workspace) -> VendorFailure:
    name = vendors()[SERVICE].name
    fault = _fault(response)
    said = ws.gateway.redactor.text(" ".join(fault.message.split()))[:300] or f"HTTP {response.status}"
    if "API_KEY_INVALID" in fault.reasons or response.status == 401:
        return VendorFailure("invalid_key", f"{_REFUSED}Invalid API key for {SERVICE}")
    if response.status == 403:
        return VendorFailure("not_enabled", f"{_REFUSED}{name} does not serve this key: {said}")
    if response.status == 429:
        return VendorFailure("rate_limited", f"{_REFUSED}{name} says that the quota is used up: {said}")
    if "lighthouseUserError" in fault.reasons:
        return VendorFailure("page", f"{name} could not load the page: {said}")
    return VendorFailure("vendor", f"{_REFUSED}{name} failed with HTTP {response.status}: {said}")


def _fault(response: Response) -> _Fault:
    class Envelope(_Answer):
        error: _Fault = _Fault()

    try:
        return Envelope.model_validate_json(response.content).error
    except ValidationError:
        return _Fault()
