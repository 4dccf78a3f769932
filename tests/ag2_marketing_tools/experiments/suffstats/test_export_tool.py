from __future__ import annotations

from pathlib import Path

import pytest
from running_tests import an_experiment, set_up

from ag2_marketing_tools.errors import NotFound
from ag2_marketing_tools.experiments import export_events
from ag2_marketing_tools.experiments.events import IncomingEvent, ingest
from ag2_marketing_tools.workspace import Workspace


async def test_a_tests_log_is_exported_below_the_home_and_nowhere_else(workspace: Workspace) -> None:
    test = await set_up(workspace, an_experiment("../../x", metrics=["page_views"]), {"u1": "A", "u2": "B"})
    await ingest(
        [IncomingEvent(event_id="e1", experiment_id=test.id, user_id="u1", metrics={"page_view": 2})],
        workspace,
    )
    found = await export_events.run({"test_id": test.id, "format": "csv"}, workspace)
    assert (found.events, found.exposures) == (1, 2)
    for path in (Path(found.events_file), Path(found.exposures_file)):
        assert path.is_file()
        assert path.resolve().is_relative_to((workspace.settings.home / "exports").resolve())
    assert "e1,../../x,page_views,u1" in Path(found.events_file).read_text()


async def test_a_test_that_does_not_exist_is_not_exported(workspace: Workspace) -> None:
    with pytest.raises(NotFound, match="no test 'nowhere'"):
        await export_events.run({"test_id": "nowhere"}, workspace)
    assert not (workspace.settings.home / "exports").exists()
