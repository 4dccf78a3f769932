"""Moz: the authority of sites and the demand for keywords, by JSON-RPC 2.0 (2013)."""

from __future__ import annotations

from abc import abstractmethod
from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Final, Generic, Literal

from pydantic import Field, ValidationError

from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.tool import Result
from ag2_marketing_tools.vendors.facts import Vendor
from ag2_marketing_tools.vendors.field_data import Number
from ag2_marketing_tools.vendors.keywords import Allowance, KeywordDemand, KeywordDemands, Phrase
from ag2_marketing_tools.vendors.outcome import Data, Failure, NoData, Outcome, T, Usage, failed
from ag2_marketing_tools.vendors.request import (
    Answer,
    Call,
    Unreadable,
    VendorRequest,
    Wire,
    in_no_known_form,
    of_status,
    understood,
)

Text = Annotated[str, untrusted()]
_SHORTEST_ID: Final = 24
"""A shorter id is refused (-32654)."""
_ROWS_PATH: Final = "api.limits.data.rows"
_SPAM_UNKNOWN: Final = -1


class SiteAuthority(Result):
    """How strong a site's links are, by Moz: authority 0 to 100, relative to all other sites.

    `spam_score` is the share of sites like this that search engines punished; null where Moz has none.
    """

    page: Text | None = None
    root_domain: Text | None = None
    title: Text | None = None
    last_crawled: date | None = None
    domain_authority: Annotated[int | float | None, unit("score")] = None
    page_authority: Annotated[int | float | None, unit("score")] = None
    spam_score: Annotated[int | float | None, unit("percent")] = None
    linking_root_domains: Annotated[int | float | None, unit("count")] = None
    linking_pages: Annotated[int | float | None, unit("page")] = None


class SiteWire(Wire):
    """The metrics of a site, as both of the vendor's APIs send them."""

    page: str | None = None
    root_domain: str | None = None
    title: str | None = None
    last_crawled: str | None = None
    domain_authority: Number | None = None
    page_authority: Number | None = None
    spam_score: Number | None = None
    root_domains_to_root_domain: Number | None = None
    pages_to_root_domain: Number | None = None
    external_pages_to_root_domain: Number | None = None

    def authority(self) -> SiteAuthority:
        """Return the metrics."""
        pages = self.pages_to_root_domain
        return SiteAuthority(
            page=self.page,
            root_domain=self.root_domain,
            title=self.title,
            last_crawled=_day(self.last_crawled),
            domain_authority=self.domain_authority,
            page_authority=self.page_authority,
            spam_score=None if self.spam_score == _SPAM_UNKNOWN else self.spam_score,
            linking_root_domains=self.root_domains_to_root_domain,
            linking_pages=self.external_pages_to_root_domain if pages is None else pages,
        )


class _ErrorData(Wire):
    key: str | None = None
    issue: str | None = None


class _Error(Wire):
    code: int
    message: str = ""
    status: int | None = None
    http_status: int | None = Field(default=None, alias="httpStatus")
    data: _ErrorData | None = None


class _Envelope(Wire):
    id: str | int | None
    jsonrpc: Literal["2.0"]
    error: _Error | None = None


class _SiteResult(Wire):
    site_metrics: SiteWire | None = None


class _KeywordMetrics(Wire):
    volume: Number | None = None
    difficulty: Number | None = None
    organic_ctr: Number | None = None
    priority: Number | None = None


class _KeywordResult(Wire):
    keyword_metrics: _KeywordMetrics | None = None


class _Quota(Wire):
    allotted: int | None = None
    used: int | None = None
    reset: str | int | None = None


class _QuotaResult(Wire):
    quota: _Quota


class _SiteAnswer(Wire):
    result: _SiteResult


class _KeywordAnswer(Wire):
    result: _KeywordResult


class _QuotaAnswer(Wire):
    result: _QuotaResult


class _MozRequest(VendorRequest[T], Generic[T]):
    """What all questions share."""

    vendor: ClassVar[str] = "moz"
    method: ClassVar[str]

    def call(self, request_id: str) -> Call:
        """Return what to send."""
        body = {
            "jsonrpc": "2.0",
            "id": request_id.ljust(_SHORTEST_ID, "_"),
            "method": self.method,
            "params": {"data": self.query()},
        }
        return Call("/jsonrpc", method="POST", json=body)

    def read(self, answer: Answer) -> Outcome[T]:
        """Return what an answer says; an error may come with HTTP 200."""
        try:
            envelope = _Envelope.model_validate_json(answer.content)
        except ValidationError:
            if answer.ok:
                raise Unreadable("It is not in the documented envelope.") from None
            return in_no_known_form(answer)
        sent = (answer.call.json or {})["id"]
        if envelope.id != sent and not (envelope.error and envelope.id is None):
            raise Unreadable("It answers another request.")
        if envelope.error:
            return _refused(answer, envelope.error)
        return self.data(answer) if answer.ok else in_no_known_form(answer)

    def most_units(self, vendor: Vendor) -> int:
        """Return the rows that the method costs at most."""
        return vendor.price.get(self.method, 0)

    @abstractmethod
    def query(self) -> dict[str, Any]:
        """Return what is asked for."""

    @abstractmethod
    def data(self, answer: Answer) -> Data[T] | NoData:
        """Return what an answer without an error says."""

    def rows(self, answer: Answer) -> Usage:
        """Return what the question costs at most, by the documentation."""
        return Usage(units=answer.vendor.price[self.method], unit_name="row", told=False, rows=1)


class MozSite(_MozRequest[SiteAuthority]):
    """Ask for the authority of a site."""

    method: ClassVar[str] = "data.site.metrics.fetch"

    site: Annotated[str, Field(min_length=3, max_length=1500, pattern=r"^\S+$")]
    scope: Literal["domain", "subdomain", "subfolder", "url"] = "domain"

    def query(self) -> dict[str, Any]:
        """Return the site."""
        return {"site_query": {"query": self.site, "scope": self.scope}}

    def data(self, answer: Answer) -> Data[SiteAuthority] | NoData:
        """Return the authority."""
        found = understood(answer, _SiteAnswer).result.site_metrics
        if found is None:
            return NoData(vendor=self.vendor, reason=f"Moz knows nothing of {self.site}.")
        return Data(vendor=self.vendor, value=found.authority(), usage=self.rows(answer))


class MozKeyword(_MozRequest[KeywordDemands]):
    """Ask how a keyword is searched for."""

    method: ClassVar[str] = "data.keyword.metrics.fetch"

    keyword: Phrase
    locale: Annotated[str, Field(pattern=r"^[a-z]{2}-[A-Z]{2}$")] = "en-US"
    device: Literal["desktop", "mobile"] = "desktop"

    def query(self) -> dict[str, Any]:
        """Return the keyword."""
        names = {"keyword": self.keyword, "locale": self.locale, "device": self.device, "engine": "google"}
        return {"serp_query": names}

    def data(self, answer: Answer) -> Data[KeywordDemands] | NoData:
        """Return the demand."""
        found = understood(answer, _KeywordAnswer).result.keyword_metrics
        if found is None or (found.volume is None and found.difficulty is None):
            return NoData(vendor=self.vendor, reason=f"Moz knows nothing of this keyword in {self.locale}.")
        demand = KeywordDemand(
            keyword=self.keyword, monthly_searches=found.volume, difficulty=found.difficulty
        )
        return Data(vendor=self.vendor, value=KeywordDemands(keywords=(demand,)), usage=self.rows(answer))


class MozQuota(_MozRequest[Allowance]):
    """Ask for the rows that are left; costs none."""

    method: ClassVar[str] = "quota.lookup"

    def query(self) -> dict[str, Any]:
        """Return which quota is meant."""
        return {"path": _ROWS_PATH}

    def data(self, answer: Answer) -> Data[Allowance] | NoData:
        """Return the quota."""
        found = understood(answer, _QuotaAnswer).result.quota
        limit, used = found.allotted, found.used
        left = None if limit is None or used is None else max(0, limit - used)
        resets_on = _day(found.reset) if isinstance(found.reset, str) else None
        value = Allowance(unit_name="row", limit=limit, used=used, left=left, resets_on=resets_on)
        return Data(vendor=self.vendor, value=value)


def _refused(answer: Answer, error: _Error) -> NoData | Failure:
    status = error.status or error.http_status or answer.status
    if status == 404:  # of the data: an unknown method is a 400
        return NoData(vendor="moz", reason="Moz has no data on what was asked for.")
    issue = error.data or _ErrorData()
    about_quota = "quota" in f"{issue.key} {issue.issue} {error.message}".casefold()
    if about_quota and 400 <= status < 500:
        return failed(
            answer.vendor,
            "quota_exhausted",
            said=error.message,
            code=error.code,
            status=status,
            quota="units",
        )
    return of_status(answer.vendor, status, said=error.message, code=error.code)


def _day(text: str | None) -> date | None:
    try:
        return datetime.fromisoformat(text).date() if text else None
    except ValueError:
        return None
