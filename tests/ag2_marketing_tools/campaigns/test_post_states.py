"""The state table is complete, and every change is held to it."""

from __future__ import annotations

import itertools

import pytest

from ag2_marketing_tools.campaigns.states import STATES, allowed_from, meaning_of, require_transition
from ag2_marketing_tools.errors import Conflict


def test_every_state_has_a_meaning_and_can_be_reached() -> None:
    reached = set().union(*(allowed_from(state) for state in (None, *STATES)))
    assert reached == set(STATES)
    assert all(meaning_of(state) for state in STATES)


def test_published_and_cancelled_are_final() -> None:
    assert {state for state in STATES if not allowed_from(state)} == {"published", "cancelled"}


def test_only_publishing_leads_to_published() -> None:
    assert [state for state in (None, *STATES) if "published" in allowed_from(state)] == ["publishing"]


def test_nothing_that_waits_for_approval_can_be_published() -> None:
    assert not allowed_from("awaiting_approval") & {"publishing", "published"}


@pytest.mark.parametrize(("source", "target"), list(itertools.product((None, *STATES), STATES)))
def test_a_change_is_refused_exactly_where_the_table_lacks_it(source: str, target: str) -> None:
    if target in allowed_from(source):  # type: ignore[arg-type]
        require_transition(source, target)  # type: ignore[arg-type]
        return
    with pytest.raises(Conflict, match=f"cannot become {target}"):
        require_transition(source, target)  # type: ignore[arg-type]
