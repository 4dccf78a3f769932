from __future__ import annotations

from random import Random  # noqa: TID251 (each with its seed)

import pytest
from generated_site import GeneratedSite, document, paragraphs
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.pages.crawl.sketch import packed, similarity, sketch_of, unpacked


def runs(words: list[str]) -> set[tuple[str, ...]]:
    return {tuple(words[at : at + 3]) for at in range(len(words) - 2)}


def jaccard(one: list[str], other: list[str]) -> float:
    return len(runs(one) & runs(other)) / len(runs(one) | runs(other))


def text(seed: int, words: int) -> list[str]:
    return [f"w{Random(seed * 7919 + at).randrange(5000)}" for at in range(words)]


@pytest.mark.parametrize("words", [25, 60, 300, 2000])
@pytest.mark.parametrize("changed", [0.0, 0.01, 0.03, 0.1, 0.3, 0.7, 1.0])
def test_the_estimate_is_near_the_true_similarity(words: int, changed: float) -> None:
    errors = []
    for seed in range(40):
        one = text(seed, words)
        other = [
            f"x{at}" if Random(seed + at * 104729).random() < changed else word for at, word in enumerate(one)
        ]
        errors.append(similarity(sketch_of(one), sketch_of(other)) - jaccard(one, other))
    assert abs(sum(errors) / len(errors)) < 0.02  # without bias: 0.045 / sqrt(40) = 0.007 at worst
    assert max(map(abs, errors)) < 0.2  # within 4.5 standard errors of 0.044


@given(st.lists(st.text(max_size=5), max_size=200))
def test_a_text_is_like_itself_and_survives_packing(words: list[str]) -> None:
    sketch = sketch_of(words)
    assert similarity(sketch, sketch) == (1.0 if len(words) > 2 else 0.0)
    assert unpacked(packed(sketch)) == sketch
    assert len(packed(sketch)) == 344


def test_the_sketch_is_the_same_on_every_machine() -> None:
    sketch = sketch_of("a nurse visits you at home every day".split())  # noqa: SIM905
    filled = [(place, value) for place, value in enumerate(sketch) if value != 0xFFFF]
    assert filled == [(4, 25345), (24, 27217), (63, 14513), (69, 56438), (76, 18478), (104, 19048)]


def changed_text(seed: int, words: int) -> str:
    whole = paragraphs(300, seed="base").split(" ")
    for at in range(words):
        whole[(at * 37 + seed) % len(whole)] = f"new{seed}{at}"
    return " ".join(whole)


async def test_duplicates_are_told_by_their_kind(site: GeneratedSite, crawled) -> None:
    same, canonical = paragraphs(200, seed="same"), '<link rel="canonical" href="/a#part">'
    site.put("/a", document("A", paragraphs(200, seed="a"), [], head=canonical))
    site.put("/a-print", document("A print", paragraphs(200, seed="print"), [], head=canonical))
    site.put("/twin-1", document("Twin", same, []))
    site.put("/twin-2", document("Twin", f"\n  {same}<script>1</script>", []))
    site.put("/near-1", document("Near", changed_text(0, 0), []))
    site.put("/near-2", document("Near", changed_text(5, 3), []))
    site.put("/near-3", document("Near", changed_text(9, 3), []))
    site.put("/far", document("Near", changed_text(3, 60), []))
    for number in range(3):  # little text, empty app: their sameness says nothing
        site.put(
            f"/app-{number}",
            '<!doctype html><title>App</title><div id="app"></div><script src="/x.js"></script>',
        )
    paths = [path for path in site.answers if path.startswith("/")]
    site.put("/", document("Home", "", [(path, path) for path in paths]))
    _, report = await crawled()
    groups = [(each.kind, [url.removeprefix(site.origin) for url in each.urls]) for each in report.duplicates]
    assert groups == [
        ("canonical", ["/a", "/a-print"]),
        ("content", ["/twin-1", "/twin-2"]),
        ("near", ["/near-1", "/near-2", "/near-3"]),
    ]
    assert report.duplicates[2].similarity is not None
    assert 0.88 < report.duplicates[2].similarity < 1
    assert report.duplicate_count == 3
    assert report.needs_javascript_count == 3


async def test_pages_of_one_template_with_texts_of_their_own_are_no_duplicates(
    site: GeneratedSite, crawled
) -> None:
    site.pages = 60
    _, report = await crawled(max_pages=60)
    assert report.duplicates == []
