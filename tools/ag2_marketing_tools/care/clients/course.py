"""Everything that is held of a client, as the analyses take it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ag2_marketing_tools.care.clients.changes import Window
from ag2_marketing_tools.care.clients.facts import CLIENT
from ag2_marketing_tools.care.clients.records import Assessment, Response, assessments_of, responses_of
from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.metrics.tables import Tables, load_tables
from ag2_marketing_tools.standing import history_of
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import Observation
from ag2_marketing_tools.workspace.store.subjects import Subject, find_subject

History = Mapping[str, Sequence[Observation]]


@dataclass(frozen=True)
class Course:
    """A client's course up to now.

    Attributes:
        history: Observations by metric key, in order of time.
        assessments: In order of time.
        responses: In order of time.
        entry: The register's entry, where there is one.
    """

    client_id: str
    now: datetime
    tables: Tables
    history: History
    assessments: Sequence[Assessment]
    responses: Sequence[Response]
    entry: Subject | None = None

    @property
    def baseline(self) -> Assessment | None:
        """The latest assessment."""
        return self.assessments[-1] if self.assessments else None

    @property
    def begins(self) -> datetime:
        """The moment from which on progress is measured: the baseline's, else that of the first observation."""
        if self.baseline is not None:
            return self.baseline.assessed_at
        moments = [observed[0].observed_at for observed in self.history.values() if observed]
        return min(moments, default=self.now)

    def window(self, since: datetime) -> Window:
        """Return what is compared over a timeframe."""
        return Window(since, self.now, self.baseline)


async def course_of(client_id: str, ws: Workspace) -> Course:
    """Return what is held of a client.

    Raises:
        NotFound: Nothing is.
    """
    history = await history_of(ws.store, CLIENT, client_id)
    assessments = (await assessments_of(ws.store, [client_id])).get(client_id, [])
    responses = (await responses_of(ws.store, [client_id])).get(client_id, [])
    entry = await find_subject(ws.store, CLIENT, client_id)
    if not (history or assessments or responses or entry):
        raise NotFound(
            "Nothing is held of this client.",
            remedy="Give the first assessment, or import the client's figures.",
        )
    tables = load_tables(ws.settings.benchmark_tables)
    return Course(client_id, ws.clock.now(), tables, history, assessments, responses, entry)
