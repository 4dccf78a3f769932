"""Whom a test is for: conditions as data; and who is a program."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ag2_marketing_tools.experiments.assignment.bots import is_bot
from ag2_marketing_tools.experiments.assignment.targeting import matcher
from ag2_marketing_tools.experiments.configuration import SetupExperiment

VARIANTS = [{"name": "A", "traffic_allocation": 0.5}, {"name": "B", "traffic_allocation": 0.5}]


def meets(targeting: dict[str, Any], context: dict[str, Any]) -> bool:
    from ag2_marketing_tools.experiments.assignment.targeting import normalised

    config = SetupExperiment.model_validate({"variants": VARIANTS, "targeting": targeting})
    return matcher(normalised(config.targeting))(context)


@pytest.mark.parametrize(
    ("targeting", "context", "expected"),
    [
        ({}, {}, True),
        ({"country": "DE"}, {"country": "DE"}, True),
        ({"country": "DE"}, {"country": "de"}, False),
        ({"country": "DE"}, {}, False),
        ({"country": "DE"}, {"country": None}, False),
        ({"country": "DE"}, {"country": ["DE"]}, False),
        ({"country": {"equals": "DE"}, "plan": "pro"}, {"country": "DE", "plan": "pro"}, True),
        ({"country": {"equals": "DE"}, "plan": "pro"}, {"country": "DE", "plan": "free"}, False),
        ({"country": {"in": ["DE", "AT"]}}, {"country": "AT"}, True),
        ({"country": {"in": ["DE", "AT"]}}, {"country": "CH"}, False),
        ({"country": {"not_in": ["US"]}}, {"country": "DE"}, True),
        ({"country": {"not_in": ["US"]}}, {"country": "US"}, False),
        ({"country": {"not_in": ["US"]}}, {}, False),
        ({"age": {"at_least": 18, "below": 65}}, {"age": 18}, True),
        ({"age": {"at_least": 18, "below": 65}}, {"age": 64.9}, True),
        ({"age": {"at_least": 18, "below": 65}}, {"age": 65}, False),
        ({"age": {"at_least": 18}}, {"age": "40"}, False),
        ({"age": {"at_least": 0}}, {"age": True}, False),
        ({"visits": 1}, {"visits": 1.0}, True),
        ({"visits": 1}, {"visits": True}, False),
        ({"logged_in": True}, {"logged_in": 1}, False),
        ({"logged_in": False}, {"logged_in": False}, True),
        ({"flag": {"in": [0]}}, {"flag": False}, False),
        ({"email": {"exists": True}}, {"email": ""}, True),
        ({"email": {"exists": True}}, {}, False),
        ({"email": {"exists": False}}, {}, True),
        ({"email": {"exists": False}}, {"email": None}, True),
        ({"email": {"exists": False}}, {"email": "a@b"}, False),
    ],
)
def test_a_condition(targeting: dict[str, Any], context: dict[str, Any], *, expected: bool) -> None:
    assert meets(targeting, context) is expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)
EVERY = {
    "a": {"equals": 1},
    "b": {"in": ["x", True]},
    "c": {"not_in": [0]},
    "d": {"at_least": 1.5},
    "e": {"below": 2},
    "f": {"exists": False},
}


@given(st.dictionaries(st.sampled_from("abcdef"), JSON))
def test_no_context_breaks_it(context: dict[str, Any]) -> None:
    assert meets(EVERY, context) in {True, False}


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0) Chrome/116.0.1938.76",
        "Mozilla/5.0 (compatible; Baiduspider/2.0)",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/141.0.0.0 Safari/537.36",
        "curl/8.5.0",
        "python-requests/2.32.3",
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "AdsBot-Google (+http://www.google.com/adsbot.html)",
        "WhatsApp/2.23.20.0",
        "Mozilla/5.0 AppleWebKit/537.36 (compatible; GPTBot/1.2; +https://openai.com/gptbot)",
    ],
)
def test_programs_that_name_themselves_are_bots(agent: str) -> None:
    assert is_bot({"user_agent": agent})


@pytest.mark.parametrize(
    "agent",
    [
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1",
        "Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 30) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Linux; Android 10; CUBOT_P40) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36",
        "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Opera/9.80 (J2ME/MIDP; Opera Mini/7.1; U; en) Presto/2.12 Version/12.16 Java/1.4",
        "",
        None,
        7,
    ],
)
def test_people_are_not(agent: Any) -> None:
    assert not is_bot({"user_agent": agent})
    assert not is_bot({})
