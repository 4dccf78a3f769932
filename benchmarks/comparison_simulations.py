"""Do comparisons with benchmarks keep what they promise? Simulated, with a fixed seed.

Run `python benchmarks/comparison_simulations.py` (`--quick` for a fiftieth of the replications). Each line holds what
was measured against the Monte-Carlo interval of what was promised (99.9 %); a warning is a method that does not keep
its level. It ends with an error if a promise is broken.
"""

from __future__ import annotations

import sys
import time

import numpy as np
from simulated import comparisons
from simulated.table import printed

SEED = 20_261_126
REPLICATIONS, QUICK = 20_000, 400


def main(arguments: list[str]) -> int:
    """Simulate everything, print the table and return the number of broken promises."""
    started = time.process_time()
    found = comparisons.rows(np.random.default_rng(SEED), QUICK if "--quick" in arguments else REPLICATIONS)
    broken = printed(sorted(found, key=lambda row: row.section))
    print(f"\n{broken} broken promises; {time.process_time() - started:.0f} s of CPU time, seed {SEED}.")
    return broken


if __name__ == "__main__":
    if main(sys.argv[1:]):
        sys.exit("The comparisons do not keep what they promise.")
