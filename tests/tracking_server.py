"""A tracking server on loopback, with a real store behind it and stand-ins where a test looks at the server alone."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from experiment_sums import AFTER, experiment, share, sums
from sqlalchemy import func, select

from ag2_marketing.server.access.accounts import add_account
from ag2_marketing.server.access.roles import Role
from ag2_marketing.server.access.tokens import add_token
from ag2_marketing.server.access.write_keys import add_key
from ag2_marketing.server.app import build_app
from ag2_marketing.server.experiments import ListedExperiment
from ag2_marketing.server.run import Running, Tls, running
from ag2_marketing.server.services import Services, services_for
from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.experiments.analysis.analyze import analyze
from ag2_marketing_tools.experiments.analysis.status import status_of
from ag2_marketing_tools.experiments.events import EventOutcome, IncomingEvent
from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.workspace import Clock, Settings, Workspace
from ag2_marketing_tools.workspace.store.schema import tracked_event

SUMS = sums([share("control", 100, 1_000), share("b", 115, 1_000)])
PASSWORD = "correct horse battery staple"
_PATIENCE_S = 60.0
"""A machine that runs much else besides draws a page in more than httpx's usual 5 s."""


@dataclass
class StoringSink:
    """Writes each value of each event into the store's table, once."""

    ws: Workspace
    groups: list[int] = field(default_factory=list)

    async def write(self, events: Sequence[IncomingEvent]) -> Sequence[EventOutcome]:
        self.groups.append(len(events))
        outcomes = []
        async with self.ws.store.begin() as connection:
            for event in events:
                added = await connection.execute(
                    self.ws.store.insert_new(tracked_event),
                    [self._row(event, name) for name in event.metrics],
                )
                names = tuple(event.metrics)
                event_id = event.event_id or "none"
                recorded, known = (names, ()) if added.rowcount else ((), names)
                outcomes.append(EventOutcome(event_id, recorded, known))
        return outcomes

    def _row(self, event: IncomingEvent, metric: str) -> dict[str, Any]:
        now = self.ws.clock.now()
        return {
            "event_id": event.event_id,
            "metric": metric,
            "experiment_id": event.experiment_id,
            "variant_id": event.variant_id,
            "user_id": event.user_id,
            "channel": event.channel,
            "value": float(event.metrics[metric]),
            "counts": "nothing",
            "occurred_at": event.occurred_at or now,
            "received_at": now,
        }


@dataclass
class OneExperiment:
    """Knows the experiment `exp_1`, whose name looks like markup."""

    state: str = "running"
    assigned: list[str] = field(default_factory=list)

    async def assign(self, experiment_id: str, user_id: str, context: Mapping[str, Any]) -> Mapping[str, Any]:
        self._known(experiment_id)
        self.assigned.append(user_id)
        return {"status": "assigned", "variant_id": "var_1", "context": dict(context)}

    async def listed(self) -> Sequence[ListedExperiment]:
        return [ListedExperiment("exp_1", "<script>alert(1)</script>", self.state)]

    async def status(self, experiment_id: str) -> Mapping[str, Any]:
        self._known(experiment_id)
        return status_of(self._test(), SUMS, now=AFTER).model_dump(mode="json")

    async def results(self, experiment_id: str) -> Mapping[str, Any]:
        self._known(experiment_id)
        return analyze(self._test(), SUMS, now=AFTER).model_dump(mode="json")

    def _test(self) -> Experiment:
        return experiment(id="exp_1", name="<b>Prices</b>", state=self.state.split()[0])

    async def is_running(self, experiment_id: str) -> bool:
        self._known(experiment_id)
        return self.state == "running"

    async def stop(self, experiment_id: str, *, actor: str) -> None:
        self._known(experiment_id)
        self.state = f"stopped by {actor}"

    def _known(self, experiment_id: str) -> None:
        if experiment_id != "exp_1":
            raise NotFound(f"There is no test {experiment_id!r}.")


@dataclass
class Tracking:
    """The server of a test, and what is behind it."""

    ws: Workspace
    services: Services
    server: Running
    key: str

    @property
    def url(self) -> str:
        return self.server.url

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def client(self, **options: Any) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.url, **{"timeout": _PATIENCE_S, **options})

    async def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        """Send a body as JSON with the key; header names are written with underscores."""
        named = {
            "x-write-key": self.key,
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        async with self.client() as client:
            return await client.post(path, json=body, headers=named)

    async def rows(self) -> list[Any]:
        """Return what is stored of events."""
        async with self.ws.store.read() as connection:
            return list((await connection.execute(select(tracked_event))).all())

    async def count(self) -> int:
        async with self.ws.store.read() as connection:
            return await connection.scalar(select(func.count()).select_from(tracked_event)) or 0

    async def token(self, role: Role = Role.VIEWER) -> dict[str, str]:
        """Return the header of a new token."""
        return {"authorization": f"Bearer {await add_token(self.ws, 'a test', role)}"}

    async def account(self, name: str = "anna", role: Role = Role.VIEWER) -> None:
        await add_account(self.ws, name, PASSWORD, role)


def server_settings(folder: Path, **changes: Any) -> Settings:
    return Settings(_env_file=None, home=folder / "home", server_port=0, **changes)


@asynccontextmanager
async def tracking_server(
    settings: Settings,
    *,
    make_sink: Callable[[Workspace], Any] = StoringSink,
    make_experiments: Callable[[Workspace], Any] = lambda _: OneExperiment(),
    tls: Tls | None = None,
    clock: Clock | None = None,
) -> AsyncIterator[Tracking]:
    """Run a server whose store is empty but for one write key."""
    async with Workspace.open(settings, clock=clock) as ws:
        services = services_for(ws, make_sink(ws), make_experiments(ws))
        async with running(build_app(services), settings, tls=tls) as server:
            yield Tracking(ws, services, server, await add_key(ws, "site"))
