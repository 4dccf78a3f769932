"""Published cases end to end: sums in, the published figures out of the analysis."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from experiment_sums import AFTER, START, custom, experiment, exposures, metric, share, sums

from ag2_marketing_tools.experiments.analysis.analyze import analyze
from ag2_marketing_tools.experiments.analysis.model import Comparison
from ag2_marketing_tools.experiments.model import Experiment
from ag2_marketing_tools.experiments.suffstats.model import Cell, Sums
from ag2_marketing_tools.statistics.moments import JointMoments


@pytest.fixture
def cases(shared_data: Path) -> dict[str, Any]:
    found = json.loads((shared_data / "stats_reference.json").read_text("utf-8"))
    return {case["id"]: case for case in found}


def only(test: Experiment, data: Sums, **asked: Any) -> Comparison:
    found = analyze(test, data, now=AFTER, **asked)
    return found.metrics[test.metrics[0].name].comparisons[0]


def of_sums(name: str, arms: dict[str, dict[str, Any]]) -> Sums:
    cells = [
        Cell(
            variant_id=variant,
            metric=name,
            users=arm["n"],
            active=arm["n"],
            joint=JointMoments.from_sums(arm["n"], (arm["sum"],), ((arm["sum_squares"],),)),
        )
        for variant, arm in arms.items()
    ]
    return sums(cells)


def test_growthbooks_welch_example(cases: dict[str, Any]) -> None:
    case = cases["gbstats-welch-absolute"]
    arms = {"control": case["inputs"]["control"], "b": case["inputs"]["treatment"]}

    answer = only(experiment(metric("revenue_per_user")), of_sums("revenue_per_user", arms))

    expected, within = case["expected"], case["tolerance"]
    assert answer.absolute.difference == pytest.approx(expected["estimate"], abs=within)
    assert [answer.absolute.low, answer.absolute.high] == pytest.approx(expected["ci"], abs=within)
    assert answer.p_value == pytest.approx(expected["p"], abs=within)


def test_growthbooks_one_sided_example(cases: dict[str, Any]) -> None:
    case = cases["gbstats-one-sided-greater-absolute"]
    arms = {"control": case["inputs"]["control"], "b": case["inputs"]["treatment"]}
    shown = exposures({"control": 3_000, "b": 3_461})
    data = of_sums("revenue_per_user", arms)

    answer = only(
        experiment(metric("revenue_per_user"), weights=(3_000 / 6_461, 3_461 / 6_461)),
        data,
        alternative="better",
    )

    assert shown
    assert answer.absolute.low == pytest.approx(case["expected"]["ci_lower"], abs=case["tolerance"])
    assert answer.absolute.high is None
    assert answer.p_value == pytest.approx(case["expected"]["p"], abs=case["tolerance"])


def test_growthbooks_sequential_example_is_as_clear(cases: dict[str, Any]) -> None:
    """Its relative interval is the delta method's; ours is Fieller's, so only the estimate is the same."""
    case = cases["gbstats-asymptotic-cs-proportion"]
    control, treatment = case["inputs"]["control"], case["inputs"]["treatment"]
    test = experiment(weights=(3_000 / 6_461, 3_461 / 6_461), monitoring="always_valid")
    data = sums([share("control", control["x"], control["n"]), share("b", treatment["x"], treatment["n"])])

    answer = analyze(test, data, now=START).metrics["conversion_rate"].comparisons[0]

    assert answer.relative.lift == pytest.approx(case["expected"]["estimate"], abs=case["tolerance"])
    assert answer.p_value_kind == "always_valid"
    assert answer.p_value is not None
    assert 0.0 < answer.p_value < 1e-30
    assert answer.relative.low == pytest.approx(case["expected"]["ci"][0], abs=0.01)
    assert answer.relative.high == pytest.approx(case["expected"]["ci"][1], abs=0.01)


def test_posthogs_cuped_example(cases: dict[str, Any]) -> None:
    case = cases["posthog-cuped-mean"]
    cells = []
    for variant, arm in (("control", case["inputs"]["control"]), ("b", case["inputs"]["treatment"])):
        joint = JointMoments.from_sums(
            arm["n"], (arm["post"][0], arm["pre"][0]), ((arm["post"][1],), (arm["cross"], arm["pre"][1]))
        )
        cells.append(
            Cell(variant_id=variant, metric="revenue_per_user", users=arm["n"], active=arm["n"], joint=joint)
        )

    answer = only(experiment(metric("revenue_per_user")), sums(cells))

    expected = case["expected"]
    assert answer.cuped is not None
    if answer.cuped.used:
        assert answer.relative.lift == pytest.approx(expected["relative_estimate"], abs=case["tolerance"])
    assert answer.cuped.adjusted is not None
    adjusted = expected["treatment_adjusted_mean"] - expected["control_adjusted_mean"]
    assert answer.cuped.adjusted.difference == pytest.approx(adjusted, abs=case["tolerance"])


def test_growthbooks_cuped_ratio_example(cases: dict[str, Any]) -> None:
    case = cases["gbstats-ratio-cuped"]
    test = experiment(custom("per_order", "ratio"))
    cells = []
    for variant, arm in (("control", case["inputs"]["control"]), ("b", case["inputs"]["treatment"])):
        joint = JointMoments.from_sums(
            100,
            (arm["m_post"][0], arm["d_post"][0], arm["m_pre"][0], arm["d_pre"][0]),
            (
                (arm["m_post"][1],),
                (arm["m_post_d_post"], arm["d_post"][1]),
                (arm["m_post_m_pre"], arm["m_pre_d_post"], arm["m_pre"][1]),
                (arm["m_post_d_pre"], arm["d_post_d_pre"], arm["m_pre_d_pre"], arm["d_pre"][1]),
            ),
        )
        cells.append(Cell(variant_id=variant, metric="per_order", users=100, active=100, joint=joint))

    answer = only(test, sums(cells))

    assert answer.cuped is not None
    assert answer.cuped.used
    assert answer.relative.lift == pytest.approx(case["expected"]["estimate"], abs=case["tolerance"])
    assert answer.p_value == pytest.approx(case["expected"]["p"], abs=1e-3)  # theirs is of the relative scale


def test_posthogs_ratio_example(cases: dict[str, Any]) -> None:
    case = cases["posthog-ratio-metric-delta"]
    test = experiment(custom("per_order", "ratio"))
    cells = []
    for variant, arm in (("control", case["inputs"]["control"]), ("b", case["inputs"]["treatment"])):
        joint = JointMoments.from_sums(
            arm["n"], (arm["num"][0], arm["den"][0]), ((arm["num"][1],), (arm["cross"], arm["den"][1]))
        )
        cells.append(
            Cell(variant_id=variant, metric="per_order", users=arm["n"], active=arm["n"], joint=joint)
        )

    answer = only(test, sums(cells))

    assert answer.relative.lift == pytest.approx(case["expected"]["estimate"], abs=case["tolerance"])
    assert [answer.relative.low, answer.relative.high] == pytest.approx(case["expected"]["ci"], abs=5e-4)
    assert answer.significant


@pytest.mark.parametrize("name", ["newcombe10-b", "newcombe10-d"])
def test_newcombes_intervals(cases: dict[str, Any], name: str) -> None:
    given, expected = cases[name]["inputs"], cases[name]["expected"]
    n, m = given["n1"], given["n2"]
    test = experiment(weights=(m / (n + m), n / (n + m)))

    answer = only(test, sums([share("control", given["x2"], m), share("b", given["x1"], n)]))

    if answer.method.startswith("Fisher"):
        low, high = expected
        assert answer.absolute.high == pytest.approx(high, abs=cases[name]["tolerance"])
        # Fisher's test decides: where it does not reject, the interval reaches 0.
        assert answer.absolute.low == pytest.approx(low if answer.significant else min(low, 0.0), abs=6e-5)


@pytest.mark.parametrize("name", ["mn-diff-s1"])
def test_miettinen_and_nurminens_interval(cases: dict[str, Any], name: str) -> None:
    given = cases[name]["inputs"]
    n, m = given["n1"], given["n2"]
    test = experiment(weights=(m / (n + m), n / (n + m)))

    answer = only(test, sums([share("control", given["x2"], m), share("b", given["x1"], n)]))

    assert [answer.absolute.low, answer.absolute.high] == pytest.approx(
        cases[name]["expected"], abs=cases[name]["tolerance"]
    )


@pytest.mark.parametrize("name", ["srm-r-three-equal", "srm-r-five-unequal"])
def test_sample_ratios_of_r(cases: dict[str, Any], name: str) -> None:
    observed, weights = cases[name]["inputs"]["observed"], cases[name]["inputs"]["weights"]
    names = ["control", "b", "c", "d", "e"][: len(observed)]
    cells = [share(variant, 0, users) for variant, users in zip(names, observed, strict=True)]

    found = analyze(experiment(weights=weights), sums(cells), now=AFTER).sample_ratio

    expected = cases[name]["expected"]
    if found.method == "chi-square":
        p = expected["p"] if isinstance(expected, dict) else expected
        assert found.p_value == pytest.approx(p, abs=cases[name]["tolerance"])
    else:
        assert min(arm.expected_users for arm in found.phases[0].arms) < 5.0
