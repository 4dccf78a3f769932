"""Do trends, seasons, change points, anomalies and forecasts keep what they promise? Simulated, with a fixed seed.

Run `python benchmarks/time_series_simulations.py` (`--quick` for a twenty-fifth of the replications). Each line holds
what was measured against the Monte-Carlo interval of what is promised (99.9 %). Where neighbours resemble each other no
method keeps 5 % exactly; what is promised then is what the line says, beside what published methods do (warnings). It
ends with an error if a promise is broken.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from simulated import courses
from simulated.table import printed

SEED = 20_261_126
REPLICATIONS, QUICK = 2_000, 80


def main(arguments: list[str]) -> int:
    """Simulate everything, print the table and return the number of broken promises."""
    started = time.process_time()
    replications = QUICK if "--quick" in arguments else REPLICATIONS
    contest: list[courses.Contest] = []
    broken = printed(courses.rows(np.random.default_rng(SEED), replications, contest))
    print("\n| series | another method than the naive is used | error, naive = 1 |\n|---|---|---|")
    for setting, used, error in contest:
        print(f"| {setting} | {100 * used:.0f} % | {error:.2f} |")
    print(f"\n{broken} broken promises; {time.process_time() - started:.0f} s of CPU time, seed {SEED}.")
    return broken


if __name__ == "__main__":
    if main(sys.argv[1:]):
        sys.exit("The time series do not keep what they promise.")
