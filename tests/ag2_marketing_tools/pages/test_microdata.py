from __future__ import annotations

from typing import Any

from ag2_marketing_tools.pages.parse import parse_document


def items(html: str) -> list[dict[str, Any] | None]:
    page = parse_document(html.encode(), url="https://care.example/a/")
    return [block.data for block in page.structured_data]


def test_an_item_within_an_item_is_a_property() -> None:
    html = """<div itemscope itemtype="https://schema.org/Product"><h1 itemprop=name>Walking  frame</h1>
    <a itemprop=url href=b>B</a><img itemprop=image src=/c.png>
    <time itemprop=releaseDate datetime=2026-01-02>today</time>
    <div itemprop=aggregateRating itemscope itemtype="https://schema.org/AggregateRating">
    <meta itemprop=ratingValue content=4.8><b itemprop="ratingCount reviewCount">12</b></div></div>"""
    assert items(html) == [
        {
            "@type": ["https://schema.org/Product"],
            "name": "Walking frame",
            "url": "https://care.example/a/b",
            "image": "https://care.example/c.png",
            "releaseDate": "2026-01-02",
            "aggregateRating": {
                "@type": ["https://schema.org/AggregateRating"],
                "ratingValue": "4.8",
                "ratingCount": "12",
                "reviewCount": "12",
            },
        }
    ]


def test_a_property_that_comes_twice_is_a_list() -> None:
    assert items("<p itemscope><i itemprop=a>1</i><i itemprop=a>2</i><i itemprop=a>3</i>") == [
        {"a": ["1", "2", "3"]}
    ]


def test_a_property_outside_any_item_belongs_to_none() -> None:
    assert items("<i itemprop=a>1</i><p itemscope><i itemprop=b>2</i>") == [{"b": "2"}]


def test_a_tower_of_items_ends_somewhere() -> None:
    (tower,) = items("<div itemscope itemprop=x>" * 1_000 + "<i itemprop=a>1") or [{}]
    depth = 0
    while isinstance(tower, dict) and "x" in tower:
        tower, depth = tower["x"], depth + 1
    assert depth <= 20
