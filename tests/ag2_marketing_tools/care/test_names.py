"""Names in free forms stand for the tables' own; what stands for none says what there is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.care.names import (
    experience_named,
    intervention_named,
    names_of,
    region_named,
    specialty_named,
)
from ag2_marketing_tools.errors import InvalidInput


@pytest.mark.parametrize(
    ("given_name", "region"),
    [
        ("urban_markets", "urban_markets"),
        ("urban", "urban_markets"),
        (" Urban-Market ", "urban_markets"),
        ("Suburban", "suburban_markets"),
        ("RURAL", "rural_markets"),
        ("ländlich", "rural_markets"),
    ],
)
def test_a_region_is_known_by_its_long_and_short_names(given_name: str, region: str) -> None:
    assert region_named(given_name) == region


@pytest.mark.parametrize(
    ("given_level", "group", "bands"),
    [
        ("under_1_year", "new_caregivers", ("under_1_year",)),
        ("new", "new_caregivers", ("under_1_year",)),
        (0, "new_caregivers", ("under_1_year",)),
        ("11 months", "new_caregivers", ("under_1_year",)),
        ("12 months", "mid_career", ("1to3_years",)),
        ("mid career", "mid_career", ("1to3_years",)),
        (2.99, "mid_career", ("1to3_years",)),
        ("3 years", "veteran_caregivers", ("3to5_years",)),
        ("4,5 Jahre", "veteran_caregivers", ("3to5_years",)),
        ("5plus_years", "veteran_caregivers", ("5plus_years",)),
        ("5+ years", "veteran_caregivers", ("5plus_years",)),
        ("5", "veteran_caregivers", ("5plus_years",)),
        (40, "veteran_caregivers", ("5plus_years",)),
        ("veteran", "veteran_caregivers", ("3to5_years", "5plus_years")),
        ("veteran_caregivers", "veteran_caregivers", ("3to5_years", "5plus_years")),
    ],
)
def test_experience_is_known_by_name_and_by_years(
    given_level: str | float, group: str, bands: tuple[str, ...]
) -> None:
    found = experience_named(given_level)

    assert (found.group, found.bands) == (group, bands)


@given(st.floats(min_value=0, max_value=80))
def test_every_number_of_years_lies_in_exactly_one_band(years: float) -> None:
    assert len(experience_named(years).bands) == 1


@pytest.mark.parametrize(
    "wrong", [-1, 81, float("nan"), float("inf"), "900 years", True, None, "", "urban", "x" * 9999]
)
def test_what_is_no_experience_is_refused(wrong: object) -> None:
    with pytest.raises(InvalidInput):
        experience_named(wrong)


def test_an_unknown_region_names_the_nearest_and_all() -> None:
    with pytest.raises(InvalidInput) as refused:
        region_named("suburbn")

    assert "Did you mean suburban?" in str(refused.value)
    assert all(name in str(refused.value) for name in names_of("region"))


@pytest.mark.parametrize(
    ("given_name", "specialty"),
    [
        ("dementia_care", "dementia_care"),
        ("Dementia", "dementia_care"),
        ("chronic_disease_mgmt", "chronic_disease_management"),
        ("wound care", "wound_care"),
        ("falls", "fall_prevention"),
        ("astrology", None),
        ("", None),
    ],
)
def test_a_specialty_is_known_by_its_aliases(given_name: str, specialty: str | None) -> None:
    assert specialty_named(given_name) == specialty


@pytest.mark.parametrize("name", names_of("intervention"))
def test_every_intervention_is_known_by_its_own_name(name: str) -> None:
    assert intervention_named(name) == name
    assert intervention_named(name.replace("_", " ").title()) == name
