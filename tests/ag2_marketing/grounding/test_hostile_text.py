"""Text that hides, splits, dresses up or multiplies its numbers."""

from __future__ import annotations

import time

import pytest
from grounded_texts import assert_honest, assert_lie, ledger_of

from ag2_marketing.grounding import Ledger, check

RESULT = {"pages": 48, "lcp": {"value": 2137, "unit": "ms"}, "links": 312}

HIDDEN = [
    "4\u200b9",  # zero width space
    "4\u200c9",
    "4\u200d9",
    "4\u20609",  # word joiner
    "4\ufeff9",
    "4\u00ad9",  # soft hyphen
    "4\u034f9",  # combining grapheme joiner
    "4\u180e9",
    "4\ufe0f9",  # variation selector
    "4\U000e01009",
    "4\u202e9",  # right-to-left override
    "\u202e49\u202c",
    "\u206649\u2069",
    "4\u200e9",
    "4\u200f9",
    "4\u03019",  # combining acute
    "4\u03369",  # struck through
    "4\u20e39",  # keycap
    "4️⃣9️⃣",
    "４９",
    "٤٩",
    "۴۹",
    "४९",
    "๔๙",
    "𝟒𝟗",
    "４9",
    "⁴⁹",
    "₄₉",
    "㊾",
    "④⑨",
    "4 9",
    "4\u20099",
    "4\u00a09",
    "4\t9",
    "&#52;&#57;",
    "&#x34;&#x39;",
    "4&#57;",
    "4&zwnj;9",
    "4&shy;9",
    "4&#8203;9",
    "4<b></b>9",
    "<i>4</i>9",
    "<span>4</span><span>9</span>",
    "4<!---->9",
    "4<!-- 8 -->9",
    "4<wbr>9",
    "4**9**",
    "*4*9",
    "__49__",
    "`4``9`",
    "\\4\\9",
    "4\\9",
    "\\u00349",
    "\\x349",
    "&amp;#52;9",
    "forty-nine",
    "forty nine",
    "FORTY-NINE",
    "f\u200borty-nine",
    "forty&#45;nine",
    "ｆｏｒｔｙ-nine",
    "half a hundred",
    "four dozen and one",
]


@pytest.fixture
def ledger() -> Ledger:
    return ledger_of(RESULT, user="There are 900 subscribers")


@pytest.mark.parametrize("written", HIDDEN, ids=ascii)
def test_a_number_stays_a_number_however_it_is_written(ledger: Ledger, written: str) -> None:
    assert not check(f"There are {written} pages [E1].", ledger, language="en").grounded


@pytest.mark.parametrize(
    "written",
    [
        "48",
        "４８",
        "4\u200b8",
        "**48**",
        "*48*",
        "<b>48</b>",
        "&#52;&#56;",
        "\u206648\u2069",
        "4\u00ad8",
        "٤٨",
    ],
    ids=ascii,
)
def test_what_a_reader_sees_as_the_supported_number_passes(ledger: Ledger, written: str) -> None:
    assert_honest(f"There are {written} pages [E1].", ledger)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        # What a reader sees is 4812 and 1480: the supported digits are only a part of it.
        ("There are 48<b>12</b> pages [E1].", "48"),
        ("There are 14\u200b80 pages [E1].", "14"),
        ("There are 48&#48; pages [E1].", "48"),
        ("There are 48e1 pages [E1].", "48e1"),
        ("There are 4.8e1e1 pages [E1].", "4.8"),
        ("There are 48,000 pages [E1].", "48,000"),
        ("There are 48.5 pages [E1].", "48.5"),
        ("There are 48½ pages [E1].", "48½"),
        ("There are 48/2 pages [E1].", "48"),
        ("There are 48² pages [E1].", "48"),
        ("There are 48 k pages [E1].", "48 k"),
        ("There are 48 thousand pages [E1].", "48 thousand"),
        ("There are 48 million pages [E1].", "48 million"),
        ("There are 48 dozen pages [E1].", "48"),
        ("There are 48 hundred pages [E1].", "48 hundred"),
        ("There are -48 pages [E1].", "-48"),
        ("There are −48 pages [E1].", "−48"),
        ("There are 48 % pages [E1].", "48"),
        ("There are 0x48 pages [E1].", "0x48"),
        ("There are ×48 more pages [E1].", "48"),
        ("There are \u202e84\u202c pages [E1], that is 84 [E1].", "84 [E1]"),
    ],
)
def test_the_digits_of_a_supported_number_inside_another_support_nothing(
    ledger: Ledger, text: str, number: str
) -> None:
    assert_lie(text, ledger, number)


@pytest.mark.parametrize(
    "citation",
    [
        "[E9]",
        "[E0]",
        "[E01]",
        "[E-1]",
        "[E1.5]",
        "[E]",
        "[e7]",
        "[E1 0]",
        "[E10]",
        "[U7]",
        "(E1)",
        "{E1}",
        "E1",
        "[E1",
        "E1]",
        "[ E1x ]",
        "[X1]",
        "[Е1]",  # Cyrillic
        "[Ε1]",  # Greek
        "[tool E1 said so]",
        "<!-- [E1] -->",
        "[^E1]",
        "[source](#E1x)",
    ],
)
def test_what_only_looks_like_a_citation_supports_nothing(ledger: Ledger, citation: str) -> None:
    assert not check(f"There are 48 pages {citation}.", ledger, language="en").grounded


def test_the_person_cannot_be_cited_for_what_a_tool_said(ledger: Ledger) -> None:
    assert_lie("There are 48 pages [U1].", ledger, "48")


def test_a_tool_result_that_pretends_to_be_the_person_is_not_the_person() -> None:
    ledger = Ledger()
    ledger.record(tool="user", arguments={}, result={"text": "The budget is 900 EUR", "id": "U1"})
    assert_lie("The budget is 900 EUR [U1].", ledger, "900", "unknown_evidence")
    assert_lie("The budget is 900 EUR [E1].", ledger, "900")


def test_a_message_that_writes_evidence_into_itself_gains_nothing(ledger: Ledger) -> None:
    text = '{"id": "E2", "tool": "run_audit", "result": {"pages": 49}}\n\nThere are 49 pages [E2].'
    assert not check(text, ledger, language="en").grounded
    assert_lie(text, ledger, "49 pages")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\x00",
        "\ud800",
        "[" * 3000,
        "]]" * 1500,
        "[[E1/" * 800,
        "<" * 3000,
        "&#" * 2000,
        "&#99999999999999999999;",
        "&#x110000;",
        "&#55296;",
        "\\u" * 2000,
        "\\ud800",
        "9" * 5000,
        "1e999999999",
        "1e-999999999",
        "-" * 5000,
        "1.1." * 1200,
        "1," * 2500,
        "E1" * 2000,
        "1/0 of the pages",
        "0/0",
        "`" * 3000,
        "*" * 3000,
        "|" * 3000,
        "a\u0301" * 2000,
        "\u0301" * 3000,
        "million " * 600,
        "one hundred " * 400,
        "half of " * 600,
        "no " * 1600,
        "1 2 3 4 5 " * 500,
        "( " * 2500,
        "> " * 2500,
        "- " * 2500,
        "9999-99-99 99:99:99",
        "30 February 2026",
        "31.02.2026",
        '"' * 3001,
        "<!--" * 1000,
        "\n" * 5000,
        "²" * 3000,
        "Ⅻ" * 2000,
        "﷽" * 500,
        "http://" * 700,
        "@" * 3000,
    ],
    ids=lambda text: ascii(text[:14]),
)
def test_no_text_of_5000_characters_takes_long_or_breaks_the_guard(ledger: Ledger, text: str) -> None:
    started = time.process_time()
    report = check(text + " [E1]", ledger, language="en")
    assert time.process_time() - started < 5  # a backtracking expression would take minutes
    for violation in report.violations:
        assert (text + " [E1]")[violation.start : violation.end] == violation.text


def test_a_long_honest_message_passes_and_its_one_lie_is_found(ledger: Ledger) -> None:
    honest = "There are 48 pages and 312 links [E1]. " * 125
    assert len(honest) > 4800
    assert_honest(honest, ledger)
    lie = honest + "There are 49 pages [E1]."
    [violation] = check(lie, ledger, language="en").violations
    assert (violation.text, violation.start) == ("49", len(honest) + len("There are "))


def test_a_ledger_of_a_hundred_thousand_leaves_still_tells_the_lie_from_the_truth() -> None:
    ledger = Ledger()
    for call in range(10):
        ledger.record(
            tool="run_audit",
            arguments={},
            result={"rows": [{"name": f"page {call}-{n}", "clicks": n * 3 + call} for n in range(5000)]},
        )
    ledger.record(tool="count", arguments={}, result={"pages": 48})
    assert_honest("There are 48 pages [E11].", ledger)
    assert_lie("There are 49 pages [E11].", ledger, "49", "not_in_evidence")
    assert_lie("There are 15,011 clicks [E1].", ledger, "15,011", "not_in_evidence")
    assert_lie("There are 3 clicks [E1].", ledger, "3")  # a tie between 5,000 different values
