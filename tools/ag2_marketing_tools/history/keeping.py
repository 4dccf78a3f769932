"""A finished audit or analysis, put into the store; whatever happens there, its result goes on to its reader."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from ag2_marketing_tools.errors import InvalidInput, MarketingError
from ag2_marketing_tools.history.model import Kind
from ag2_marketing_tools.history.versions import product_version
from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.urls import candidates, canonical_form
from ag2_marketing_tools.privacy import personal_values
from ag2_marketing_tools.tool import Params, Result
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.analyses import PAGE, Headline, StoredAnalysis, save
from ag2_marketing_tools.workspace.store.conversations import Subject
from ag2_marketing_tools.workspace.store.observations import Observation, record
from ag2_marketing_tools.workspace.store.schema import PERSON

FORM_VERSION: Final = 1
"""Of the stored JSON; a reader refuses versions that it does not know."""
LARGEST_RESULT_BYTES: Final = 4_000_000
"""A larger result is kept without what no comparison reads."""

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Measure:
    """A figure of the page, kept as an observation."""

    metric: str
    value: float
    unit: str
    source: str


@dataclass(frozen=True, kw_only=True)
class Finished:
    """What is to be kept.

    Attributes:
        kind: What it is.
        id: Its id in the history.
        asked_url: The page as it was asked for.
        page_url: Where the page was found.
        params: What was asked.
        result: What was found.
        core: Gives the part of the result that comparisons read, in case all of it is too large.
        catalogue_version: Names the state of the facts that it judged by.
        headline: The figures by which it is listed.
        measures: The figures that become observations.
    """

    kind: Kind
    id: str
    asked_url: str
    page_url: str
    params: Params
    result: Result
    core: Callable[[], Mapping[str, Any]]
    catalogue_version: str
    headline: Headline
    measures: Sequence[Measure] = field(default=())


@dataclass(frozen=True)
class Kept:
    """The id under which something is in the history, None where it is not; `note` says what was not kept, and why."""

    id: str | None
    note: str | None = None


def page_keys(address: str) -> tuple[str, ...]:
    """Return the canonical forms of what an address may mean; none for what is no address."""
    try:
        return tuple(dict.fromkeys(canonical_form(url) for url in candidates(address)))
    except InvalidInput:
        return ()


async def keep(finished: Finished, ws: Workspace) -> Kept:
    """Keep an audit or an analysis with its figures; a store that fails costs the history, never the result."""
    most = ws.settings.history_max_runs
    if most == 0:
        return Kept(None)
    now = ws.clock.now()

    async def saved() -> None:
        await save(ws.store, _stored(finished, now), most=most)

    async def recorded() -> None:
        await record(ws.store, _observations(finished, now), ids=ws.ids)

    if (why := await _tried(saved, finished, ws)) is not None:
        return Kept(None, say("This result was not kept in the history: {reason}", reason=why))
    if (why := await _tried(recorded, finished, ws)) is not None:
        return Kept(
            finished.id, say("The figures of this result were not kept as observations: {reason}", reason=why)
        )
    return Kept(finished.id)


async def _tried(write: Callable[[], Awaitable[None]], finished: Finished, ws: Workspace) -> str | None:
    """Write something into the store, and return why it could not be written, where it could not."""
    try:
        await write()
    except MarketingError as failure:
        return ws.gateway.redactor.text(str(failure))
    except Exception as defect:  # the result is worth more than its copy
        _logger.exception("the history could not keep %s", finished.id)
        return type(defect).__name__
    return None


def _stored(finished: Finished, now: datetime) -> StoredAnalysis:
    form, size = _form(finished)
    return StoredAnalysis(
        id=finished.id,
        kind=finished.kind,
        page_url=canonical_form(finished.page_url),
        finished_at=now,
        product_version=product_version(),
        catalogue_version=finished.catalogue_version,
        headline=finished.headline,
        size=size,
        parameters=finished.params.model_dump(mode="json"),
        result=form,
        subjects=tuple(_subjects(finished)),
    )


def _form(finished: Finished) -> tuple[dict[str, Any], int]:
    """Return what is stored as JSON, with its size in bytes."""
    for complete in (True, False):
        content = finished.result.model_dump(mode="json") if complete else dict(finished.core())
        form = {"version": FORM_VERSION, "complete": complete, "result": content}
        size = len(json.dumps(form))
        if size <= LARGEST_RESULT_BYTES:
            return form, size
    raise InvalidInput(f"It takes {size:,} bytes, and the history keeps {LARGEST_RESULT_BYTES:,} at most.")


def _subjects(finished: Finished) -> list[Subject]:
    pages = {canonical_form(finished.page_url), *page_keys(finished.asked_url)}
    names_people = bool(marked(type(finished.result), "personal"))
    people = personal_values(finished.result) if names_people else frozenset()
    return [*(Subject(PAGE, url) for url in pages), *(Subject(PERSON, name) for name in people)]


def _observations(finished: Finished, now: datetime) -> list[Observation]:
    return [
        Observation(
            subject_kind=PAGE,
            subject_id=canonical_form(finished.page_url),
            metric=measure.metric,
            value=measure.value,
            unit=measure.unit,
            observed_at=now,
            source=measure.source,
        )
        for measure in finished.measures
    ]
