"""The verdicts on real pages, each reviewed by hand; `tests/real_pages.py` tells how to change one."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import real_pages

from ag2_marketing_tools.seo.catalogue import checks

REVIEWED = real_pages.kept()
found = cache(real_pages.audited)  # one run of all pages for all tests


def test_every_shared_page_was_reviewed_by_every_check(shared_data: Path) -> None:
    assert REVIEWED.keys() == {page.name for page in (shared_data / "pages").glob("*.html")}
    assert len(REVIEWED) == 33
    for page, verdicts in REVIEWED.items():
        assert verdicts.keys() == checks().keys(), page


@pytest.mark.parametrize("page", REVIEWED)
def test_every_verdict_is_the_reviewed_one(shared_data: Path, page: str) -> None:
    differing = real_pages.differences(page, REVIEWED[page], found(shared_data / "pages")[page])
    assert list(differing) == []
