from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import synthetic_company

from ag2_marketing.report import Report
from ag2_marketing.report.review.build import build_review
from ag2_marketing.workflows.review import run_location_review
from ag2_marketing_tools.workspace import FixedClock, SequentialIds, Settings, Workspace

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
Reviewing = Callable[..., Coroutine[Any, Any, Report]]


@pytest.fixture(scope="session")
def held() -> dict[str, Report]:
    """The reviews that were held: a report is frozen, so tests may share it."""
    return {}


@pytest.fixture
def reviewed(company_home: Path, held: dict[str, Report], tmp_path: Path) -> Reviewing:
    """Hold the review of a location of the synthetic company, and make its report."""

    async def review(location: str = "loc-01", **settings: Any) -> Report:
        known = f"{location} {settings}"
        if known not in held:
            home = synthetic_company.copied(company_home, tmp_path / f"home-{len(held)}")
            given = Settings(_env_file=None, home=home, **settings)
            async with Workspace.open(given, clock=FixedClock(NOW), ids=SequentialIds()) as ws:
                answer = await run_location_review(location, workspace=ws, llm_config=False)
                held[known] = await build_review(answer, ws)
        return held[known]

    return review
