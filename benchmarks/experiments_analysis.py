"""Analysis of an experiment from its sufficient statistics, beside GrowthBook's gbstats.

Run `python benchmarks/experiments_analysis.py`. Three variants, four metrics (conversion, revenue, visits, clicks per
view), 30,000 users. Ours: CUPED on revenue and visits, the delta method on the ratio, the confidence sequence and
its relative interval, Holm over the eight comparisons, and the sample ratio. gbstats 0.8.0: the same sums through
`process_experiment_results` with regression adjustment and sequential testing; it has neither Holm nor a sample
ratio in that call. gbstats needs numpy and pandas below 2, so it is looked for in the Python that GBSTATS_PYTHON
names. Both are timed in turn, block by block, in one run.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import time
from typing import Any

import numpy as np

from ag2_marketing_tools.statistics.cuped import cuped_difference
from ag2_marketing_tools.statistics.effects import Effect
from ag2_marketing_tools.statistics.inference import Inference
from ag2_marketing_tools.statistics.moments import JointMoments
from ag2_marketing_tools.statistics.multiplicity import holm
from ag2_marketing_tools.statistics.proportions import Proportion, difference_of_proportions
from ag2_marketing_tools.statistics.ratios import difference_of_ratios
from ag2_marketing_tools.statistics.relative import relative_lift
from ag2_marketing_tools.statistics.sample_ratio import Phase, SampleRatio, sample_ratio
from ag2_marketing_tools.statistics.sequential import confidence_sequence

USERS, ARMS, SEED = 10_000, 3, 20_261_126
BLOCKS, RUNS, PEER_RUNS = 15, 200, 10
TARGET = 8.0
METRICS = ("conversion", "revenue", "visits", "clicks")
Sums = dict[str, dict[str, float]]


def draw() -> list[Sums]:
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


def analyse(arms: list[Sums]) -> tuple[list[tuple[Inference, Inference]], list[float | None], SampleRatio]:
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
    phase = Phase((USERS,) * ARMS, (1.0 / ARMS,) * ARMS)
    return list(zip(verdicts, lifts, strict=True)), adjusted, sample_ratio([phase])


def _joint(sums: dict[str, float]) -> JointMoments:
    return JointMoments.from_sums(
        USERS,
        (sums["main"], sums["other"]),
        ((sums["main_squares"],), (sums["product"], sums["other_squares"])),
    )


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
        start = time.perf_counter()
        process_experiment_results(data)
        times.append(1000 * (time.perf_counter() - start))
    print(json.dumps(times), flush=True)
"""


def timed_ms(arms: list[Sums]) -> list[float]:
    """Return the milliseconds of each of a block's runs of ours."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        analyse(arms)
        times.append(1000.0 * (time.perf_counter() - start))
    return times


def peer_process(python: str, arms: list[Sums]) -> tuple[subprocess.Popen[str], Any]:
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


def agree(arms: list[Sums], theirs: list[list[float]]) -> None:
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
    """Print both medians and their ratio."""
    arms = draw()
    analyse(arms)  # loads scipy.special
    python = os.environ.get("GBSTATS_PYTHON")
    ours, theirs = list[float](), list[float]()
    if not python:
        for _ in range(BLOCKS):
            ours += timed_ms(arms)
        print(f"ours: median {statistics.median(ours):.3f} ms of {len(ours)} runs")
        print("gbstats: not measured, GBSTATS_PYTHON names no Python that has it")
        return
    process, found = peer_process(python, arms)
    assert process.stdin is not None
    assert process.stdout is not None
    agree(arms, found)
    for _ in range(BLOCKS):
        ours += timed_ms(arms)
        process.stdin.write("again\n")
        process.stdin.flush()
        theirs += json.loads(process.stdout.readline())
    process.stdin.close()
    process.wait()
    mine, other = statistics.median(ours), statistics.median(theirs)
    print(f"ours: median {mine:.3f} ms, least {min(ours):.3f} ms of {len(ours)} runs")
    print(f"gbstats: median {other:.1f} ms, least {min(theirs):.1f} ms of {len(theirs)} runs")
    print(
        f"{other / mine:.0f} times as fast by the medians, {min(theirs) / min(ours):.0f} by the least",
        end=" ",
    )
    print(f"(target {TARGET:g})")


if __name__ == "__main__":
    main()
