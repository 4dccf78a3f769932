"""What every test may use."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED_DATA = Path(
    os.environ.get("AG2_MARKETING_SHARED_DATA", Path(__file__).resolve().parents[2] / "shared" / "data")
)


@pytest.fixture
def shared_data() -> Path:
    """The folder of other people's pages, cases and reference figures, which lies beside the checkout."""
    if not SHARED_DATA.is_dir():
        pytest.skip("the folder of shared reference data is not beside this checkout")
    return SHARED_DATA
