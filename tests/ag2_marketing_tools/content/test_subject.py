import json

import pytest
from care_pages import example, html, page

from ag2_marketing_tools.content.subject import place, site_name, title_parts


def with_data(data: object, *, body: str = "", title: str = "") -> bytes:
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    return html(body, title=title, head=script)


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        ("Respite care | Oak Lane", ["Respite care", "Oak Lane"]),
        ("Live-in care - Oak Lane – Boone", ["Live-in care", "Oak Lane", "Boone"]),
        ("Oak Lane: respite care", ["Oak Lane: respite care"]),
        ("  |  ", []),
        ("", []),
    ],
)
def test_the_parts_of_a_title(title: str, parts: list[str]) -> None:
    assert title_parts(title) == parts


def test_the_name_comes_from_open_graph_then_data_then_the_titles_part_in_the_host() -> None:
    assert site_name(example("linden")) == "Linden Home Care"
    company = {
        "@graph": [{"@type": "WebPage", "name": "About"}, {"@type": "MedicalBusiness", "name": "Oak Lane"}]
    }
    assert site_name(page(with_data(company))) == "Oak Lane"
    assert (
        site_name(page(html("", title="Respite care | Oak Lane"), "https://www.oak-lane.example/"))
        == "Oak Lane"
    )


def test_a_name_is_not_made_up() -> None:
    assert site_name(page(html("", title="Respite care | Boone"), "https://oak-lane.example/")) is None
    assert site_name(page(html("", title="Oak Lane"), "https://oak-lane.example/")) is None
    slogan = {"@type": "Organization", "name": "We care for everyone in the whole county since the old days"}
    assert site_name(page(with_data(slogan))) is None


def test_a_place_counts_only_where_the_page_names_it() -> None:
    data = {"@type": "LocalBusiness", "address": {"addressLocality": "Boone"}}
    assert place(page(with_data(data, body="<p>Care in Boone</p>"))) == "Boone"
    assert place(page(with_data(data, body="<p>Care</p>"))) is None
    area = {"@type": "LocalBusiness", "areaServed": [{"@type": "City", "name": "Blowing Rock"}, "Boone"]}
    assert place(page(with_data(area, title="Blowing Rock care"))) == "Blowing Rock"


@pytest.mark.parametrize(
    "data", [[], {}, {"@type": 5}, {"@type": ["LocalBusiness"], "name": 3, "address": "x"}, 7]
)
def test_odd_data_names_nothing(data: object) -> None:
    assert site_name(page(with_data(data))) is None
    assert place(page(with_data(data))) is None
