"""Series for tests: with months or days for times, and noise that remembers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import numpy as np

from ag2_marketing_tools.time_series import Series

NILE = (
    1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
    1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969,
    831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759,
    781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
    744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
)  # fmt: skip
"""Yearly flow of the Nile at Aswan, 1871 to 1970, in 10^8 cubic metres: Cobb (1978), Biometrika 65."""

PASSENGERS = (
    112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118,
    115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114, 140,
    145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166,
    171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194,
    196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201,
    204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229,
)  # fmt: skip
"""Airline passengers of each month, 1949 to 1954, in thousands: Box and Jenkins (1976), series G."""


def monthly(values: Sequence[float | None], year: int = 2020) -> Series:
    """One value for each month from January of a year on."""
    return Series.of([date(year + i // 12, i % 12 + 1, 1) for i in range(len(values))], values)


def yearly(values: Sequence[float | None], year: int) -> Series:
    """One value for each year."""
    return Series.of([date(year + i, 1, 1) for i in range(len(values))], values)


def daily(values: Sequence[float | None]) -> Series:
    """One value for each day."""
    return Series.daily(values, date(2026, 1, 1))


def remembering(rng: np.random.Generator, count: int, memory: float) -> np.ndarray:
    """Return noise of spread 1 of which each value keeps a share of the one before (AR(1))."""
    noise = rng.standard_normal(count + 50)
    values = np.zeros(count + 50)
    for i in range(1, count + 50):
        values[i] = memory * values[i - 1] + noise[i]
    return values[50:] * np.sqrt(1.0 - memory**2)
