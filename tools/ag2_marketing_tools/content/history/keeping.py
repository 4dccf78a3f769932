"""A finished content analysis on its way into the history."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from ag2_marketing_tools.content.history.snapshot import ContentSnapshot
from ag2_marketing_tools.content.model import AnalyzeContent, ContentAnalysis
from ag2_marketing_tools.history.keeping import Finished, Measure, keep
from ag2_marketing_tools.history.versions import digest_of
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.analyses import Headline

SOURCE = "analyze_content"


async def kept(analysis: ContentAnalysis, params: AnalyzeContent, ws: Workspace) -> ContentAnalysis:
    """Keep an analysis; return it with its id in the history, or with a note that it was not kept."""
    named = analysis.model_copy(update={"history_id": ws.ids.new("content")})
    snapshot = ContentSnapshot.model_validate(named.model_dump())
    answer = await keep(
        Finished(
            kind="content",
            id=str(named.history_id),
            asked_url=params.target_url,
            page_url=analysis.page.url,
            params=params,
            result=named,
            core=lambda: snapshot.model_dump(mode="json"),
            catalogue_version=catalogue_version(),
            headline=Headline(
                pages=1 + len(snapshot.competitors), words=analysis.page.words, gaps=_gap_count(analysis)
            ),
            measures=list(_measures(analysis)),
        ),
        ws,
    )
    notes = [*analysis.notes, *([answer.note] if answer.note else [])]
    return analysis.model_copy(update={"history_id": answer.id, "notes": notes})


def _gap_count(analysis: ContentAnalysis) -> int | None:
    return None if analysis.content_gaps_reason else analysis.content_gap_count


@cache
def catalogue_version() -> str:
    """Return what names the state of the facts that an analysis goes by."""
    folder = files("ag2_marketing_tools.content").joinpath("data")
    return digest_of(
        {
            file.name: hashlib.sha256(file.read_bytes()).hexdigest()
            for file in folder.iterdir()
            if file.is_file()
        }
    )


def _measures(analysis: ContentAnalysis) -> Iterator[Measure]:
    page, gaps = analysis.page, _gap_count(analysis)
    figures = (
        ("content.words", page.words, "word"),
        ("content.reading_ease", page.readability.reading_ease, "score"),
        ("content.gaps", gaps, "term"),
        ("content.primary_keywords", len(analysis.primary_keywords), "keyword"),
    )
    for metric, value, unit in figures:
        if value is not None:
            yield Measure(metric=metric, value=value, unit=unit, source=SOURCE)
