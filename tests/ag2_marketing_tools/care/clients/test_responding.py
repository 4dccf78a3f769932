"""A response says what was given, computes what follows, and gives the reason where nothing does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from conftest import NOW

from ag2_marketing_tools.care import initialize_client, track_response
from ag2_marketing_tools.care.clients.ratings import adherence_of, rating_of, side_effects_of
from ag2_marketing_tools.errors import Conflict, InvalidInput
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.store.observations import find


async def responded(ws: Workspace, response: dict[str, Any], **given: Any) -> Any:
    arguments = {"client_id": "anna", "intervention_id": "walks", "response": response, **given}
    return await track_response.run(arguments, ws)


async def test_what_was_given_is_computed_and_the_figures_are_stored(ws: Workspace) -> None:
    found = await responded(
        ws,
        {
            "before": {"pain": 6},
            "metrics": {"pain": 4, "pian": 1},
            "completed": 9,
            "planned": 10,
            "comfort": {"value": 4, "least": 1, "most": 5},
            "effectiveness": "7/10",
            "side_effects": [{"name": "dizziness", "severity": "mild"}],
            "responded_at": "2026-03-01T10:00:00+02:00",
        },
    )
    (change,) = found.immediate_response.changes
    assert (change.before, change.after, change.improvement) == (6.0, 4.0, 2.0)
    adherence = found.adherence_level
    assert adherence.percent == 90.0
    # Wilson's interval of 9 of 10 at 95 %, by the formula: 59.6 % to 98.2 %
    assert (adherence.lower, adherence.upper) == (
        pytest.approx(59.6, abs=0.05),
        pytest.approx(98.2, abs=0.05),
    )
    assert found.comfort_score.percent == 75.0
    assert found.effectiveness_rating.percent == 70.0
    assert [(one.name, one.severity) for one in found.side_effects.reported] == [("dizziness", "mild")]
    assert [one.metric for one in found.unknown] == ["pian"]
    (stored,) = await find(ws.store, subject_kind="client")
    assert (stored.value, stored.source) == (4.0, "response walks")
    assert stored.observed_at == found.responded_at == NOW.replace(day=1, hour=8)


async def test_nothing_given_is_null_with_a_reason_for_each(workspace: Workspace) -> None:
    found = await responded(workspace, {})
    for part in (
        found.immediate_response,
        found.side_effects,
        found.adherence_level,
        found.comfort_score,
        found.effectiveness_rating,
    ):
        assert part.reason
    assert found.side_effects.asked is False
    assert found.responded_at == NOW


async def test_the_same_response_again_is_kept_once_and_another_of_the_moment_refused(ws: Workspace) -> None:
    response = {"comfort": "6/10", "metrics": {"pain": 4}, "timestamp": "2026-03-01T08:00:00"}
    first = await responded(ws, response)
    assert await responded(ws, response) == first
    assert len(await find(ws.store, subject_kind="client")) == 1
    with pytest.raises(Conflict, match="Another response"):
        await responded(ws, {**response, "comfort": "5/10"})


async def test_without_a_rating_the_measures_say_how_effective_it_was(workspace: Workspace) -> None:
    given = {"before": {"pain": 6, "mood": 5, "sleep": 4}, "after": {"pain": 7, "mood": 6, "sleep": 5}}
    found = await responded(workspace, given)
    assert found.effectiveness_rating.words == "2 of 3 measures improved at once."
    assert found.effectiveness_rating.percent is None


async def test_a_figure_of_another_instrument_than_the_baselines_is_refused(workspace: Workspace) -> None:
    pain = {"pain": {"value": 7, "instrument": "NRS"}}
    before = NOW - timedelta(days=9)
    await initialize_client.run(
        {"client_id": "anna", "assessment": {"physical": pain}, "assessed_at": before}, workspace
    )
    found = await responded(workspace, {"metrics": {"pain": {"value": 4, "instrument": "GAD-7"}}})
    assert "The baseline was measured by Numeric rating scale of pain" in found.refused[0].reason
    found = await responded(workspace, {"metrics": {"pain": 70}}, responded_at=NOW - timedelta(hours=1))
    assert "outside of the scale" in found.refused[0].reason


@pytest.mark.parametrize("when", ["tomorrow", "2026-13-01", "2027-01-01"])
async def test_a_moment_that_is_none_or_lies_ahead_is_refused(workspace: Workspace, when: str) -> None:
    with pytest.raises(InvalidInput, match="moment"):
        await responded(workspace, {"responded_at": when})


@pytest.mark.parametrize(
    ("given", "percent", "counted"),
    [
        ({"doses_taken": 27, "doses_prescribed": 30}, 90.0, True),
        ({"adherence": "3/4"}, 75.0, True),
        ({"adherence": {"value": 80, "most": 100}}, 80.0, False),
        ({"adherence": 85}, 85.0, False),
        ({"adherence_percent": 0.5}, 0.5, False),
        ({"adherence": 0.8}, None, False),  # a share or a percentage: asked, not guessed
        ({"adherence": 5}, None, False),  # of five, of ten, or percent
        ({"adherence": 10}, None, False),
        ({"adherence": {"value": 85}}, 85.0, False),
        ({"adherence": {"value": 85, "most": 10}}, None, False),
        ({"adherence": {"value": 85, "unit": "minutes"}}, None, False),
        ({"adherence": {"value": 0.8, "unit": "ratio"}}, 80.0, False),
        ({"adherence": {"value": 5, "unit": "percent"}}, 5.0, False),
        ({"adherence": "80 %"}, 80.0, False),
        ({"adherence": "80 Prozent"}, 80.0, False),
        ({"adherence": "80 minutes"}, None, False),
        ({"adherence": "mostly"}, None, False),
        ({"completed": 5, "planned": 4}, None, False),
        ({"completed": 0, "planned": 0}, None, False),
        ({"adherence_percent": 120}, None, False),
    ],
)
def test_adherence_is_counted_told_or_asked_for(
    given: dict[str, Any], percent: float | None, counted: bool
) -> None:
    found = adherence_of(given)
    assert found.percent == percent
    assert (found.lower is not None) == counted
    assert (found.reason is None) == counted


@pytest.mark.parametrize(
    ("given", "percent"),
    [(7, None), ("7 of 10", 70.0), ({"value": 2, "min": 1, "max": 5}, 25.0), ({"value": 9, "most": 5}, None),
     ("good", None), (float("inf"), None), ([], None)],
)  # fmt: skip
def test_a_rating_needs_its_scale(given: object, percent: float | None) -> None:
    found = rating_of(given, "missing")
    assert found.percent == percent
    assert (found.reason is None) == (percent is not None)


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ([], []), ("none", []), (False, []), ("rash", ["rash"]), ({"rash": "mild", "pain": None}, ["rash"]),
        ("None reported", []), ("none.", []), ("No side effects so far!", []), ("NONE observed", []),
        ("keine Nebenwirkungen", []), ("Nebenwirkungen: keine", []), ("Keine bemerkt.", []), ("0", []),
        ("Es wurden keine unerwünschten Wirkungen berichtet.", []),
        (["none", "rash"], ["rash"]), ([{"name": "rash", "severity": "none"}], []), ({"rash": "keine"}, []),
        ("no appetite", ["no appetite"]), ("kein Appetit", ["kein Appetit"]), ("reaction", ["reaction"]),
        (True, ["not described"]),
    ],
)  # fmt: skip
def test_side_effects_that_were_asked_for_are_told_from_silence(given: object, names: list[str]) -> None:
    found = side_effects_of({"side_effects": given})
    assert found.asked is True
    assert [one.name for one in found.reported] == names


@pytest.mark.parametrize("given", ["n/a", "N.A.", "unknown", "keine Angabe", "k. A.", "", "-", ["n/a"]])
def test_what_says_that_nobody_asked_is_no_side_effect_and_no_answer(given: object) -> None:
    found = side_effects_of({"side_effects": given})
    assert (found.asked, found.reported) == (False, [])
    assert found.reason
