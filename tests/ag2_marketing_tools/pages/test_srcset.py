"""`srcset` attributes, read as the HTML standard does; expectations by hand from its steps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.pages.srcset import candidates

INLINE = "data:image/png;base64,iVBORw0KGgo="


@pytest.mark.parametrize(
    ("srcset", "found"),
    [
        ("", []),
        (" \t\n", []),
        (",,", []),
        ("a.png", ["a.png"]),
        ("a.png 1x, b.png 2x", ["a.png", "b.png"]),
        ("a.png 480w,b.png 960w", ["a.png", "b.png"]),
        ("a.png, b.png", ["a.png", "b.png"]),
        ("a.png,b.png", ["a.png,b.png"]),  # no space: the comma belongs to the address
        ("a.png,, b.png", ["a.png", "b.png"]),
        (" , a.png 1.5x ,b.png", ["a.png", "b.png"]),
        (f"{INLINE} 1x, b.png 2x", [INLINE, "b.png"]),
        (f"{INLINE}, b.png 2x", [INLINE, "b.png"]),
        ("a,b;c=1 100w 50h, d 200w", ["a,b;c=1", "d"]),
        ("https://cdn.example/w_100,h_50/a.png 100w", ["https://cdn.example/w_100,h_50/a.png"]),
        ("a.png 1x 2x, b.png 2x", ["b.png"]),  # two densities
        ("a.png 100w 2x, b.png", ["b.png"]),
        ("a.png 100h", []),  # a height needs a width
        ("a.png 0w, b.png 1w", ["b.png"]),
        ("a.png -1x, b.png 0x, c.png 1e1x, d.png .5x", ["b.png", "c.png", "d.png"]),
        ("a.png large, b.png 2x", ["b.png"]),
        ("a.png f(1, 2), b.png 2x", ["b.png"]),  # the comma between brackets ends no candidate
        ("a.png f(1, b.png 2x", []),
        ("a.png\f2x,\rb.png\t3x", ["a.png", "b.png"]),
        (f"a.png {'9' * 5000}w", ["a.png"]),
    ],
)
def test_each_candidate_that_a_browser_would_take(srcset: str, found: list[str]) -> None:
    assert list(candidates(srcset)) == found


@given(st.text(alphabet="a,. ()wxh120-e\t\n", max_size=60) | st.text(max_size=60))
def test_whatever_stands_there_it_ends_and_addresses_hold_no_space(srcset: str) -> None:
    for url in candidates(srcset):
        assert url in srcset
        assert url
        assert set(url).isdisjoint("\t\n\f\r ")
