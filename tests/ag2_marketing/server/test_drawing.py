"""Pages are drawn beside the event loop: while pictures are made, events are taken."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import synthetic_company
from drawn_experiments import an_analysis, its_status
from tracking_server import OneExperiment, Tracking, server_settings, tracking_server

from ag2_marketing.server.access.roles import Role
from ag2_marketing.server.pages import caregivers, clients, experiment_body, locations
from ag2_marketing_tools.messages import language
from ag2_marketing_tools.workspace import FixedClock

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PATIENCE_S = 15.0
"""After so long it counts as never: a loop that draws takes no event meanwhile."""


class Drawn(OneExperiment):
    """An experiment with two weeks of figures."""

    async def status(self, experiment_id: str) -> Any:
        return its_status().model_dump(mode="json")

    async def results(self, experiment_id: str) -> Any:
        return an_analysis().model_dump(mode="json")


@pytest.fixture
async def company(company_home: Path, tmp_path: Path) -> AsyncIterator[Tracking]:
    """A German server on the synthetic company's database."""
    synthetic_company.copied(company_home, tmp_path / "home")
    settings = server_settings(tmp_path, language="de")
    async with tracking_server(
        settings, make_experiments=lambda _: Drawn(), clock=FixedClock(NOW)
    ) as running:
        yield running


@pytest.mark.parametrize(
    ("module", "fragment", "path"),
    [
        (locations, "locations_fragment", "/locations"),
        (locations, "location_fragment", "/locations/loc-01"),
        (caregivers, "caregiver_fragment", "/caregivers/cg-001"),
        (clients, "client_fragment", "/clients/cl-0001"),
        (experiment_body, "analysis_fragment", "/experiments/exp_1"),
    ],
)
async def test_an_event_is_taken_while_a_page_is_being_drawn_in_its_language(
    company: Tracking, monkeypatch: pytest.MonkeyPatch, module: ModuleType, fragment: str, path: str
) -> None:
    draw = getattr(module, fragment)
    begun, taken = threading.Event(), threading.Event()
    spoken: list[str] = []

    def draw_once_an_event_was_taken(*args: Any, **values: Any) -> Any:
        spoken.append(language())
        begun.set()
        assert taken.wait(PATIENCE_S), "no event was taken while the page was being drawn"
        return draw(*args, **values)

    monkeypatch.setattr(module, fragment, draw_once_an_event_was_taken)
    headers = {**await company.token(Role.ANALYST), "accept": "text/html"}
    async with company.client(headers=headers, timeout=60) as client:
        looking = asyncio.create_task(client.get(path))
        assert await asyncio.to_thread(begun.wait, PATIENCE_S)
        answer = await company.post("/api/track/conversion", {"user_id": "u1", "experiment_id": "exp_1"})
        taken.set()
        page = await looking
    assert answer.status_code == 200
    assert page.status_code == 200
    assert spoken == ["de"]
