"""Two stored runs of one page, chosen and read; what cannot be read is told, not crashed on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, ValidationError

from ag2_marketing_tools.errors import InvalidInput, NotFound
from ag2_marketing_tools.history.keeping import FORM_VERSION, page_keys
from ag2_marketing_tools.history.model import CompareRuns, Kind, RunReference
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.urls import candidates
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.analyses import ListedAnalysis, StoredAnalysis, find, load

MOST_SKIPPED = 20
"""So many earlier runs that cannot be read are passed over."""


class Snapshot(BaseModel):
    """What a comparison reads of a stored result.

    It ignores what it does not know and has a default for what came later, so that a result of an earlier
    version stays readable.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)


S = TypeVar("S", bound=Snapshot)


@dataclass(frozen=True)
class Read(Generic[S]):
    """A stored run with its content."""

    stored: StoredAnalysis
    content: S

    @property
    def reference(self) -> RunReference:
        """The run as results name it."""
        return reference(self.stored)


@dataclass(frozen=True)
class Pair(Generic[S]):
    """The run and the one before it; where one is missing, `reason` says why."""

    latest: Read[S] | None
    earlier: Read[S] | None
    reason: str | None = None
    notes: tuple[str, ...] = ()

    def uncompared(self, url: str) -> dict[str, Any]:
        """Return what every comparison says of a page where there is nothing to compare."""
        return {
            "url": url,
            "compared": False,
            "reason": self.reason,
            "latest": self.latest.reference if self.latest else None,
            "earlier": None,
            "not_comparable": [],
            "notes": list(self.notes),
        }


def reference(stored: ListedAnalysis) -> RunReference:
    """Return a stored run as results name it."""
    return RunReference(
        id=stored.id,
        at=stored.finished_at.isoformat(),
        product_version=stored.product_version,
        catalogue_version=stored.catalogue_version,
    )


async def read_pair(params: CompareRuns, kind: Kind, model: type[S], ws: Workspace) -> Pair[S]:
    """Return the two runs that are asked for.

    Raises:
        InvalidInput: The address is none, or `against` is neither an id nor a time.
        NotFound: A run that is asked for by its id is not stored, or is of another page or kind.
    """
    candidates(params.url)  # raises for what is no address
    keys = page_keys(params.url)
    newer = await _newer(params, keys, kind, ws)
    if newer is None:
        return Pair(None, None, say("Nothing of this page is stored yet, so there is nothing to compare."))
    latest = await _read(newer, model, ws)
    if isinstance(latest, str):
        return Pair(None, None, latest)
    if params.against is not None and (named := await _named(params.against, keys, kind, ws)) is not None:
        if named.id == newer.id:
            raise InvalidInput(f"against: {params.against!r} is the run itself; expected another one.")
        earlier = await _read(named, model, ws)
        return Pair(latest, None, earlier) if isinstance(earlier, str) else Pair(latest, earlier)
    until = None if params.against is None else _moment(params.against, ws)
    return await _with_the_one_before(latest, keys, kind, model, until, ws)


async def _newer(
    params: CompareRuns, keys: tuple[str, ...], kind: Kind, ws: Workspace
) -> ListedAnalysis | None:
    if params.run is None:
        return next(iter(await find(ws.store, keys, kind=kind, limit=1)), None)
    found = await _named(params.run, keys, kind, ws)
    if found is None:
        raise NotFound(
            f"There is no stored run {params.run!r}.", remedy="`ag2-marketing history URL` lists them."
        )
    return found


async def _named(run_id: str, keys: tuple[str, ...], kind: Kind, ws: Workspace) -> ListedAnalysis | None:
    """Return the run of an id, or None where there is none of it."""
    stored = await load(ws.store, run_id)
    if stored is None:
        return None
    about = {one.id for one in await find(ws.store, keys, kind=kind)}
    if run_id not in about:
        raise NotFound(f"The run {run_id!r} ({stored.kind} of {stored.page_url}) is no {kind} of this page.")
    return stored


async def _with_the_one_before(
    latest: Read[S],
    keys: tuple[str, ...],
    kind: Kind,
    model: type[S],
    until: datetime | None,
    ws: Workspace,
) -> Pair[S]:
    notes: list[str] = []
    before = await find(ws.store, keys, kind=kind, before=latest.stored, until=until, limit=MOST_SKIPPED)
    for listed in before:
        earlier = await _read(listed, model, ws)
        if not isinstance(earlier, str):
            return Pair(latest, earlier, None, tuple(notes))
        notes.append(earlier)
    reason = say("There is no earlier one of this page, so there is nothing to compare.")
    return Pair(latest, None, reason, tuple(notes))


async def _read(listed: ListedAnalysis, model: type[S], ws: Workspace) -> Read[S] | str:
    """Return a run with its content, or the sentence that says why it cannot be read."""
    stored = await load(ws.store, listed.id)
    if stored is None:
        return _unreadable(listed, say("it was deleted meanwhile"))
    form = stored.result
    if not isinstance(form, Mapping) or not isinstance(form.get("version"), int):
        return _unreadable(listed, say("its form is not known"))
    if form["version"] > FORM_VERSION:
        return _unreadable(listed, say("a newer version of this program stored it"))
    try:
        return Read(stored, model.model_validate(form.get("result")))
    except ValidationError:
        return _unreadable(listed, say("it is damaged"))


def _unreadable(listed: ListedAnalysis, why: str) -> str:
    at = listed.finished_at.isoformat(timespec="minutes")
    return say("The stored run {run} of {time} cannot be read: {reason}.", run=listed.id, time=at, reason=why)


def _moment(text: str, ws: Workspace) -> datetime:
    """Return the moment that a date or time means; a bare date means its end, in the workspace's time zone."""
    zone = ZoneInfo(ws.settings.timezone)
    try:
        if (day := _date(text)) is not None:
            return datetime.combine(day + timedelta(days=1), time(), zone) - timedelta(microseconds=1)
        moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(
            f"against: {text!r} is neither the id of a stored run nor a date.",
            remedy="Expected an id that `ag2-marketing history URL` lists, or a date such as 2026-03-02.",
        ) from error
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def _date(text: str) -> date | None:
    """Return the day that a text in any form of ISO 8601 is, or None where it is no bare date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
