"""The tool that lists what is stored of a page."""

from __future__ import annotations

from ag2_marketing_tools.history.changes import change
from ag2_marketing_tools.history.keeping import page_keys
from ag2_marketing_tools.history.model import Change, History, HistoryEntry, ListHistory
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.pages.urls import candidates
from ag2_marketing_tools.tool import tool
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.analyses import ListedAnalysis, count, find


@tool(family="history")
async def list_history(params: ListHistory, ws: Workspace) -> History:
    """List the stored audits and content analyses of a page, newest first, with score and counts over time."""
    candidates(params.url)  # raises for what is no address
    keys = page_keys(params.url)
    found = await find(ws.store, keys, kind=params.kind, limit=params.limit)
    return History(
        url=params.url,
        entries=[_entry(one) for one in found],
        stored=await count(ws.store, keys, kind=params.kind),
        score=_trend(found),
        reason=None if found else say("Nothing of this page is stored yet."),
    )


def _entry(stored: ListedAnalysis) -> HistoryEntry:
    figures = stored.headline
    return HistoryEntry(
        id=stored.id,
        kind="audit" if stored.kind == "audit" else "content",
        at=stored.finished_at.isoformat(),
        product_version=stored.product_version,
        score=figures.score,
        critical=figures.critical,
        warning=figures.warning,
        info=figures.info,
        pages=figures.pages,
        words=figures.words,
        gaps=figures.gaps,
        size=stored.size,
    )


def _trend(newest_first: list[ListedAnalysis]) -> Change | None:
    scores = [one.headline.score for one in newest_first if one.headline.score is not None]
    return change("score", scores[-1], scores[0], "point") if len(scores) > 1 else None
