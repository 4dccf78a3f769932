"""Analysis of an experiment from its sufficient statistics, beside GrowthBook's gbstats.

Run `python benchmarks/experiments_analysis.py`. Three variants, four metrics (conversion, revenue, visits, clicks per
view), 30,000 users. Ours, twice: the engine's `analyze` (every key of the answer, words and warnings included), and
the statistics alone. Both have CUPED on revenue and visits, the delta method on the ratio, the confidence sequence
and its relative interval, Holm over the comparisons, and the sample ratio. gbstats 0.8.0: the same sums through
`process_experiment_results` with regression adjustment and sequential testing; it has neither Holm nor a sample
ratio in that call. gbstats needs numpy and pandas below 2, so it is looked for in the Python that GBSTATS_PYTHON
names. All are timed in turn, block by block, in one run: CPU time, one thread each, as nothing here waits.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from ag2_marketing_tools.experiments.analysis.analyze import analyze
from ag2_marketing_tools.experiments.metrics import MetricDefinition, built_in_metrics
from ag2_marketing_tools.experiments.model import Experiment, ExperimentMetric, Phase, Variant
from ag2_marketing_tools.experiments.suffstats.model import Cell, Exposures, Sums
from ag2_marketing_tools.statistics.cuped import cuped_difference
from ag2_marketing_tools.statistics.effects import Effect
from ag2_marketing_tools.statistics.inference import Inference
from ag2_marketing_tools.statistics.moments import JointMoments
from ag2_marketing_tools.statistics.multiplicity import holm
from ag2_marketing_tools.statistics.proportions import Proportion, difference_of_proportions
from ag2_marketing_tools.statistics.ratios import difference_of_ratios
from ag2_marketing_tools.statistics.relative import relative_lift
from ag2_marketing_tools.statistics.sample_ratio import Phase as Observed
from ag2_marketing_tools.statistics.sample_ratio import SampleRatio, sample_ratio
from ag2_marketing_tools.statistics.sequential import confidence_sequence

USERS, ARMS, SEED = 10_000, 3, 20_261_126
BLOCKS, RUNS, PEER_RUNS = 15, 40, 10
TARGET = 8.0
METRICS = ("conversion", "revenue", "visits", "clicks")
VARIANTS = ("control", "b", "c")
NOW = datetime(2026, 11, 26, tzinfo=UTC)
START = NOW - timedelta(days=10)
RawSums = dict[str, dict[str, float]]


def draw() -> list[RawSums]:
    """Return per arm and metric the sums that a database gives: of values, covariates, squares and products."""
    rng = np.random.default_rng(SEED)
    arms = []
    for arm in range(ARMS):
        size = rng.gamma(1.5, 2.0, USERS)
        past, visits = rng.poisson(size, USERS), rng.poisson(size * (1.0 + 0.02 * arm), USERS)
        spent, earlier = (
            rng.binomial(count, 0.1) * rng.lognormal(3.0, 0.5, USERS) for count in (visits, past)
        )
        views = 1 + rng.poisson(2.0 * visits)
        pairs = {
            "revenue": (spent, earlier),
            "visits": (visits, past),
            "clicks": (rng.binomial(views, 0.2), views),
        }
        sums = {name: _sums(*map(np.asarray, pair)) for name, pair in pairs.items()}
        arms.append({"conversion": {"main": float((spent > 0).sum())}, **sums})
    return arms


def _sums(main: np.ndarray, other: np.ndarray) -> dict[str, float]:
    return {
        "main": float(main.sum()),
        "main_squares": float((main * main).sum()),
        "other": float(other.sum()),
        "other_squares": float((other * other).sum()),
        "product": float((main * other).sum()),
    }


def analyse(arms: list[RawSums]) -> tuple[list[tuple[Inference, Inference]], list[float | None], SampleRatio]:
    """Return each comparison's verdict and lift, Holm's adjusted p-values, and the sample ratio's answer."""
    joint = [{name: _joint(arm[name]) for name in METRICS[1:]} for arm in arms]
    conversion = [Proportion(round(arm["conversion"]["main"]), USERS) for arm in arms]
    effects: list[Effect] = []
    for i in range(1, ARMS):
        others = [joint[k] for k in range(1, ARMS) if k != i]
        effects.append(difference_of_proportions(conversion[i], conversion[0]))
        for name in ("revenue", "visits"):
            effects.append(
                cuped_difference(joint[i][name], joint[0][name], [other[name] for other in others])
            )
        effects.append(difference_of_ratios(joint[i]["clicks"], joint[0]["clicks"]))
    verdicts = [confidence_sequence(effect) for effect in effects]
    lifts = [relative_lift(effect, verdict) for effect, verdict in zip(effects, verdicts, strict=True)]
    adjusted = holm([verdict.p_value for verdict in verdicts])
    phase = Observed((USERS,) * ARMS, (1.0 / ARMS,) * ARMS)
    return list(zip(verdicts, lifts, strict=True)), adjusted, sample_ratio([phase])


def _joint(sums: dict[str, float]) -> JointMoments:
    return JointMoments.from_sums(
        USERS,
        (sums["main"], sums["other"]),
        ((sums["main_squares"],), (sums["product"], sums["other_squares"])),
    )


def test_of_three() -> Experiment:
    """Return the experiment as the engine knows it: always valid, with two weeks before as covariate."""
    built_in = built_in_metrics()
    clicks = {
        "name": "clicks",
        "title": "clicks per view",
        "channels": ["website"],
        "kind": "ratio",
        "unit": "ratio",
    }
    definitions = {
        "conversion": built_in["conversion_rate"],
        "revenue": built_in["revenue_per_user"],
        "visits": built_in["page_views"],
        "clicks": MetricDefinition.model_validate({**clicks, "direction": "higher"}),
    }
    return Experiment(
        id="test_1",
        name="Homepage",
        state="running",
        salt="salt",
        hash_version=1,
        variants=tuple(
            Variant(id=name, name=name, content={}, is_control=not place, position=place + 1)
            for place, name in enumerate(VARIANTS)
        ),
        phases=(Phase(number=1, weights=dict.fromkeys(VARIANTS, 1.0 / ARMS), started_at=START),),
        metrics=tuple(ExperimentMetric(definition=definitions[name], role="goal") for name in METRICS),
        min_sample_size=1_000,
        pre_period=timedelta(days=14),
        timezone="UTC",
        start_at=START,
        end_at=START + timedelta(days=28),
    )


def sums_for(test: Experiment, arms: list[RawSums]) -> Sums:
    """Return the engine's sums from those of the database."""
    cells = []
    for variant, arm in zip(VARIANTS, arms, strict=True):
        for name, metric in zip(METRICS, test.metrics, strict=True):
            users = arm[name]["main"]
            squares = ((users * (USERS - users) / USERS,),)
            joint = (
                JointMoments(USERS, (users / USERS,), squares) if name == "conversion" else _joint(arm[name])
            )
            cells.append(
                Cell(variant_id=variant, metric=metric.name, users=USERS, active=USERS // 2, joint=joint)
            )
    shown = tuple(Exposures(variant_id=name, phase=1, day=START.date(), users=USERS) for name in VARIANTS)
    return Sums(cells=tuple(cells), exposures=shown, as_of=NOW, source="sqlite")


PEER = """
import json, sys, time, warnings
warnings.simplefilter("ignore")
from gbstats.gbstats import process_experiment_results
arms, users, runs = json.loads(sys.stdin.readline())
kinds = {"conversion": ("mean", "binomial", ""), "revenue": ("mean_ra", "count", "covariate"),
         "visits": ("mean_ra", "count", "covariate"), "clicks": ("ratio", "count", "denominator")}
metrics, rows = {}, [{"dimension": "", "variation": str(i), "users": users, "count": users} for i in range(len(arms))]
for place, (name, (statistic, kind, other)) in enumerate(kinds.items()):
    metrics[name] = {"id": name, "name": name, "statistic_type": statistic, "main_metric_type": kind}
    if other:
        metrics[name][other + "_metric_type"] = "count"
    for row, arm in zip(rows, arms):
        sums, prefix = arm[name], "m%d_" % place
        row[prefix + "main_sum"] = sums["main"]
        row[prefix + "main_sum_squares"] = sums.get("main_squares", sums["main"])
        if other:
            row[prefix + other + "_sum"] = sums["other"]
            row[prefix + other + "_sum_squares"] = sums["other_squares"]
            row[prefix + "main_" + other + "_sum_product"] = sums["product"]
names = [str(i) for i in range(len(arms))]
analysis = {"var_names": names, "var_ids": names, "weights": [1 / len(arms)] * len(arms),
            "stats_engine": "frequentist", "sequential_testing_enabled": True, "difference_type": "absolute"}
query = {"rows": rows, "metrics": list(kinds), "sql": ""}
data = {"metrics": metrics, "analyses": [analysis], "query_results": [query]}
def effects():
    found = []
    for result in process_experiment_results(data):
        found.append([v["expected"] for v in result["analyses"][0]["dimensions"][0]["variations"][1:]])
    return found
print(json.dumps(effects()), flush=True)
for _ in sys.stdin:
    times = []
    for _ in range(runs):
        start = time.process_time()
        process_experiment_results(data)
        times.append(1000 * (time.process_time() - start))
    print(json.dumps(times), flush=True)
"""


def timed_ms(run: Callable[[], object]) -> list[float]:
    """Return the CPU milliseconds of each of a block's runs."""
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        run()
        times.append(1000.0 * (time.process_time() - start))
    return times


def peer_process(python: str, arms: list[RawSums]) -> tuple[subprocess.Popen[str], Any]:
    """Start gbstats in its own Python; return the process and its differences, per metric and variant."""
    process = subprocess.Popen(
        [python, "-W", "ignore", "-c", PEER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps([arms, USERS, PEER_RUNS]) + "\n")
    process.stdin.flush()
    return process, json.loads(process.stdout.readline())


def agree(arms: list[RawSums], theirs: list[list[float]]) -> None:
    """Make sure that both analysed the same thing.

    Differences agree to a millionth of their standard error; with CUPED to a twentieth, as gbstats takes theta from
    the two arms that it compares and we from all of them.
    """
    ours = [verdict for (verdict, _) in analyse(arms)[0]]
    for variant in range(ARMS - 1):
        for place, name in enumerate(METRICS):
            mine, other = ours[variant * len(METRICS) + place], theirs[place][variant]
            allowed = 0.05 if name in ("revenue", "visits") else 1e-6
            if mine.estimate is None or mine.standard_error is None:
                raise RuntimeError(f"{name} was not analysed: {mine.reason}")
            if abs(mine.estimate - other) > allowed * mine.standard_error:
                raise RuntimeError(f"{name}: {mine.estimate} beside {other}")


def main() -> None:
    """Print the medians and their ratios."""
    arms, test = draw(), test_of_three()
    runs: dict[str, Callable[[], object]] = {
        "analyze": lambda: analyze(test, sums_for(test, arms), now=NOW),
        "the statistics alone": lambda: analyse(arms),
    }
    found = analyze(test, sums_for(test, arms), now=NOW)  # loads scipy.special
    adjusted = [one.cuped is not None for answer in found.metrics.values() for one in answer.comparisons]
    if found.monitor.mode != "always_valid" or sum(adjusted) != 4:
        raise RuntimeError(f"Not the analysis that is meant: {found.monitor.mode}, {adjusted}.")
    times: dict[str, list[float]] = {name: [] for name in (*runs, "gbstats")}
    python = os.environ.get("GBSTATS_PYTHON")
    process = None
    if python:
        process, theirs = peer_process(python, arms)
        agree(arms, theirs)
    for _ in range(BLOCKS):
        for name, run in runs.items():
            times[name] += timed_ms(run)
        if process is not None:
            times["gbstats"] += again(process)
    if process is not None:
        process.communicate()
    report(times)


def again(process: subprocess.Popen[str]) -> list[float]:
    """Return the CPU milliseconds of each of a block's runs of gbstats."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("again\n")
    process.stdin.flush()
    times: list[float] = json.loads(process.stdout.readline())
    return times


def report(times: dict[str, list[float]]) -> None:
    """Print medians, least times, and how much faster ours are."""
    for name, measured in times.items():
        if measured:
            median, least = statistics.median(measured), min(measured)
            print(f"{name}: CPU median {median:.2f} ms, least {least:.2f} ms of {len(measured)} runs")
    theirs = times.pop("gbstats")
    if not theirs:
        print("gbstats: not measured, GBSTATS_PYTHON names no Python that has it")
        return
    for name, ours in times.items():
        ratio = statistics.median(theirs) / statistics.median(ours)
        print(
            f"{name}: {ratio:.0f} times as fast, {min(theirs) / min(ours):.0f} by the least (target {TARGET:g})"
        )


if __name__ == "__main__":
    main()
