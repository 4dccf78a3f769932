"""The right value: the words around a number must name the value that it shows."""

from __future__ import annotations

import pytest
from grounded_texts import assert_honest, assert_lie, ledger_of

from ag2_marketing.grounding import Ledger

RESULT = {
    "core_web_vitals": {
        "lcp": {"value": 2137, "threshold": 2500, "unit": "ms"},
        "inp": {"value": 340, "threshold": 200, "unit": "ms"},
        "cls": {"value": 0.04, "threshold": 0.1},
    },
    "platforms": [
        {"name": "Instagram", "followers": 5200, "target": 6000},
        {"name": "LinkedIn", "followers": 1800, "target": 2400},
    ],
    "title_length": {"value": 75, "limit": 60},
    "pages": {"https://shop.example/": {"links": 31}, "https://shop.example/lamps": {"links": 17}},
}


@pytest.fixture
def ledger() -> Ledger:
    return ledger_of(RESULT)


@pytest.fixture
def experiment() -> Ledger:
    return ledger_of(
        {
            "variants": [
                {"name": "A", "n": 4000, "rate": 0.033},
                {"name": "B", "n": 4100, "rate": 0.038},
            ],
            "confidence_level": 0.95,
            "confidence_interval": {"lower": 0.1, "upper": 0.9, "unit": "percentage point"},
            "p_value": 0.021,
            "significance_level": 0.05,
            "sample_sizes": {"control": 4000, "treatment": 4100},
            "srm": {"p_value": 0.61},
        },
        units={"/variants/*/rate": "ratio", "/confidence_level": "ratio"},
        tool="analyse_experiment",
    )


@pytest.mark.parametrize(
    "text",
    [
        "The LCP is 2.137 s [E1].",
        "The Largest Contentful Paint is 2.137 s [E1].",
        "The LCP is 2.137 s and the INP is 340 ms [E1].",
        "The LCP is 2.137 s, the INP 340 ms and the CLS 0.04 [E1].",
        "The LCP threshold is 2.5 s [E1].",
        "The LCP of 2.137 s is under its threshold of 2.5 s [E1].",
        "The INP is 340 ms; the threshold is 200 ms [E1].",
        "Instagram has 5,200 followers [E1].",
        "LinkedIn has 1,800 followers and Instagram 5,200 [E1].",
        "The followers of Instagram are 5,200 and those of LinkedIn are 1,800 [E1].",
        "The target for LinkedIn is 2,400 [E1].",
        "The target for LinkedIn is 2,400 followers [E1].",
        "Instagram has 5,200 of 6,000 targeted followers [E1].",
        "The title length is 75 characters, the limit is 60 characters [E1].",
        "https://shop.example/lamps has 17 links [E1].",
        "| platform | followers |\n|---|---|\n| Instagram | 5,200 [E1] |\n| LinkedIn | 1,800 [E1] |",
        "- LCP: 2.137 s [E1]\n- INP: 340 ms [E1]",
    ],
)
def test_the_words_of_the_clause_name_the_value(ledger: Ledger, text: str) -> None:
    assert_honest(text, ledger)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Our LCP is 2.5 s [E1].", "2.5"),  # the threshold
        ("The LCP is 340 ms [E1].", "340"),
        ("The INP is 2.137 s and the LCP is 340 ms [E1].", "2.137"),
        ("The INP is 2.137 s and the LCP is 340 ms [E1].", "340"),
        ("The INP is 200 ms [E1].", "200"),
        ("The CLS is 0.1 [E1].", "0.1"),
        ("The LCP threshold is 2.137 s [E1].", "2.137"),
        ("The INP threshold is 340 ms [E1].", "340"),
        ("The INP threshold is 2.5 s [E1].", "2.5"),
        ("Instagram has 1,800 followers [E1].", "1,800"),
        ("LinkedIn has 5,200 followers and Instagram 1,800 [E1].", "5,200"),
        ("LinkedIn has 5,200 followers and Instagram has 1,800 followers [E1].", "1,800"),
        ("Instagram has 6,000 followers [E1].", "6,000"),
        ("The target for LinkedIn is 1,800 followers [E1].", "1,800"),
        ("The target for LinkedIn is 6,000 followers [E1].", "6,000"),
        ("The title length is 60 characters [E1].", "60"),
        ("The title length limit is 75 characters [E1].", "75"),
        ("https://shop.example/lamps has 31 links [E1].", "31"),
        ("| platform | followers |\n|---|---|\n| Instagram | 1,800 [E1] |", "1,800"),
        ("| metric | value |\n|---|---|\n| INP | 2.137 s [E1] |", "2.137"),
        ("- LCP: 340 ms [E1]", "340"),
        # A tie between different values.
        ("There are 5,200 followers [E1].", "5,200"),
        ("It is 340 ms [E1].", "340"),
        # Each number of "a of b" is judged alone.
        ("Instagram has 5,200 of 2,400 targeted followers [E1].", "2,400"),
        ("Instagram has 1,800 of 6,000 targeted followers [E1].", "1,800"),
    ],
)
def test_a_value_under_another_name_is_misattributed(ledger: Ledger, text: str, number: str) -> None:
    assert_lie(text, ledger, number, "misattributed")


@pytest.mark.parametrize(
    "text",
    [
        "The 95 % confidence interval goes from 0.1 to 0.9 percentage points [E1].",
        "The rate of B is 3.8 % against 3.3 % for A [E1].",
        "Variant A had 4,000 visits and variant B 4,100 visits [E1].",
        "The p value is 0.021 [E1].",
        "The p-value is 0.021 [E1].",
        "The significance level is 0.05 [E1].",
        "The control had 4,000 users and the treatment 4,100 users [E1].",
        "The p value of the sample ratio mismatch is 0.61 [E1].",
    ],
)
def test_aliases_of_an_experiment_name_its_values(experiment: Ledger, text: str) -> None:
    assert_honest(text, experiment)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("The rate of A is 3.8 % [E1].", "3.8"),
        ("The rate of B is 3.3 % [E1].", "3.3"),
        ("Variant A had 4,100 visits [E1].", "4,100"),
        ("The p value is 0.05 [E1].", "0.05"),
        ("The p value of the sample ratio mismatch is 0.021 [E1].", "0.021"),
        ("The rate of B is 95 % [E1].", "95"),
        ("The 90 % confidence interval goes from 0.1 to 0.9 percentage points [E1].", "90"),
        ("The confidence interval goes from 0.9 to 0.9 percentage points [E1].", "0.9"),
        ("The control had 4,100 users [E1].", "4,100"),
    ],
)
def test_values_of_an_experiment_under_another_name_are_refused(
    experiment: Ledger, text: str, number: str
) -> None:
    assert_lie(text, experiment, number)


def test_equal_values_are_no_tie() -> None:
    ledger = ledger_of({"mobile": {"score": 71}, "desktop": {"score": 71}})
    assert_honest("The score is 71 [E1].", ledger)


def test_a_coincidence_is_no_support() -> None:
    ledger = ledger_of({"pages": 48, "competitors": {"followers": 913}})
    assert_lie("There are 913 pages [E1].", ledger, "913", "misattributed")


def test_values_of_two_calls_are_told_apart_by_their_citation() -> None:
    ledger = Ledger()
    ledger.record(tool="run_audit", arguments={"url": "https://a.example"}, result={"score": 71})
    ledger.record(tool="run_audit", arguments={"url": "https://b.example"}, result={"score": 64})
    assert_honest("The score of a.example is 71 [E1], that of b.example is 64 [E2].", ledger)
    assert_lie("The score of a.example is 64 [E1].", ledger, "64", "not_in_evidence")


CRAWLED = {
    "site": {"crawl": {"broken_linked": 3, "broken_sources": 1, "note": "Links of the site are broken"}},
    "campaigns": [{"name": "Spring", "clicks": 40}, {"name": "Autumn", "clicks": 70}],
}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Broken, linked within the site: [[E1/site/crawl/broken_linked]].", "en"),
        ("Auf dieser Website verlinkt, aber defekt: [[E1/site/crawl/broken_linked]].", "de"),
    ],
)
def test_texts_beside_other_values_draw_no_reference_from_a_path_that_says_it_all(
    text: str, language: str
) -> None:
    assert_honest(text, ledger_of(CRAWLED), language)


@pytest.mark.parametrize(
    "text",
    [
        "Links of the site come from [[E1/site/crawl/broken_linked]] broken sources.",
        "Clicks of Spring: [[E1/campaigns/1/clicks]].",
        "Clicks: [[E1/campaigns/1/clicks]].",
    ],
)
def test_a_reference_to_another_value_than_the_words_name_is_refused(text: str) -> None:
    assert_lie(text, ledger_of(CRAWLED), text[text.index("[[") : text.index("]]") + 2], "misattributed")
