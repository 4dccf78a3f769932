"""What counts as a number: read as a reader sees it, and what is none."""

from __future__ import annotations

import pytest
from grounded_texts import assert_honest, assert_lie, ledger_of

from ag2_marketing.grounding import Ledger, check

NOTHING = ledger_of({"status": "finished"})


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("The site has 7 pages.", "7"),
        ("The site has 1,234 pages.", "1,234"),
        ("The site has 1 234 pages.", "1 234"),
        ("The site has 1'234 pages.", "1'234"),
        ("The site has 1\u202f234 pages.", "1\u202f234"),
        ("The load takes 2.5 s.", "2.5"),
        ("The load takes .5 s.", ".5"),
        ("It changed by +4 pages.", "+4"),
        ("It changed by -4 pages.", "-4"),
        ("It changed by −4 pages.", "−4"),
        ("It loses 12%.", "12%"),
        ("It loses 12 %.", "12"),
        ("It loses 12 percent.", "12"),
        ("It costs €900.", "900"),
        ("It costs 900 EUR.", "900"),
        ("It costs $900.", "900"),
        ("It has 12k visitors.", "12k"),
        ("It has 1.2M visitors.", "1.2M"),
        ("It has 3bn visitors.", "3bn"),
        ("It has 2e5 visitors.", "2e5"),
        ("It has 2×10^5 visitors.", "2"),
        ("It has 2·10⁵ visitors.", "2"),
        ("The load takes 900ms.", "900"),
        ("It has 3–5 pages.", "3"),
        ("It has 3–5 pages.", "5"),
        ("It has between 3 and 8 pages.", "8"),
        ("It has 1/2 of the pages.", "1/2"),
        ("It has ½ of the pages.", "½"),
        ("It has 3½ pages.", "3½"),
        ("There are three issues.", "three"),
        ("There are twenty-three issues.", "twenty-three"),
        ("There are one hundred and five issues.", "hundred"),
        ("Half of the pages have issues.", "Half"),
        ("A third of the pages have issues.", "third"),
        ("Two thirds of the pages have issues.", "Two thirds"),
        ("Three quarters of the pages have issues.", "Three quarters"),
        ("There are a dozen issues.", "dozen"),
        ("Traffic doubled.", "doubled"),
        ("Traffic tripled.", "tripled"),
        ("There are zero issues.", "zero"),
        ("There are no issues.", "no"),
        ("It is at the 72nd percentile.", "72nd"),
        ("A million visitors came.", "million"),
        ("The campaign starts on 3 December 2026.", "3 December 2026"),
        ("The campaign starts on 2026-12-03.", "2026-12-03"),
        ("The campaign starts in 2026.", "2026"),
        ("The call is at 12:30.", "12:30"),
        ("The figure is “42”.", "42"),
        ('The figure is "42 %".', "42"),
        ("The figure is `42`.", "42"),
        ("The figure is `42 %`.", "42"),
        ("The figure is `1.2k`.", "1.2k"),
        ("Sessions: ４２.", "４２"),
        ("Sessions: ٤٢.", "٤٢"),
        ("Sessions: ४२.", "४२"),
        ("Sessions: 𝟜𝟚.", "𝟜𝟚"),
        ("Sessions: ⁴².", "⁴²"),
        ("Sessions: ㊷.", "㊷"),
        ("Sessions: ④.", "④"),
        ("There are Ⅻ issues.", "Ⅻ"),
        ("Sessions: 4\u200b2.", "4\u200b2"),
        ("Sessions: 4 2.", "4 2"),
        ("Sessions: &#52;&#50;.", "&#52;"),
        ("Sessions: &#x34;2.", "&#x34;2"),
        ("Sessions: 4<b>2</b>.", "4"),
        ("Sessions: 4<!-- x -->2.", "4"),
        ("Sessions: 4**2**.", "4"),
        ("Sessions: \\42.", "42"),
        ("Sessions: \\u0034\\u0032.", "0034"),
        ("<p>Sessions: <strong>42</strong></p>", "42"),
        ("- Sessions: 42", "42"),
        ("# 42 sessions", "42"),
        ("> 42 sessions", "42"),
        ("~~42~~ sessions", "42"),
        ("[42 sessions](https://shop.example/)", "42"),
        ("![42 sessions](https://shop.example/a.png)", "42"),
    ],
)
def test_a_quantity_without_evidence_is_refused(text: str, number: str) -> None:
    report = check(text, NOTHING, language="en")
    assert not report.grounded, f"{number!r} passed in {text!r}"
    assert_lie(text, NOTHING, number)
    assert report.numbers >= 1


@pytest.mark.parametrize(
    "text",
    [
        "1. Look at the titles.\n2. Look at the images.\n3) Look at the links.",
        "## 2. Findings\n\nThe titles are fine.",
        "## 2.1 Titles\n\nThe titles are fine.",
        "The H1 is fine, and so is every H2.",
        "GA4 is set up and HTTP/2 is on.",
        "Both pages are fine.",
        "One of them is fine.",
        "The time to first byte is fine.",
        "Set `max-age=31536000` on the images.",
        "Write to team42@shop.example.",
        "See https://shop.example/products/42?page=7 for more.",
        "See [the page](https://shop.example/products/42).",
        "It runs on WordPress 6.4.2.",
        "It runs on Python 3.11.4.",
        "The schema uses `utf8mb4`.",
        "Use SHA-256 for the file.",
        "This is the first step.",
        "On the one hand the titles are fine.",
        "No doubt the titles are fine.",
        "The plan covers Q1.",
        "The tag is `gtag('config', 'G-12345')`.",
        "Set the tag `<h2>` on it.",
        "",
        "   \n\t ",
        "Nothing to report.",
    ],
)
def test_what_is_no_quantity_passes_without_evidence(text: str) -> None:
    assert_honest(text, NOTHING)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("The audit [E1] is finished, as E1 says, and 7 pages remain.", "7"),
        ("GA4 counts 900 sessions.", "900"),
        ("HTTP/2 saves 300 ms.", "300"),
        ("The H1 has 75 characters.", "75"),
        ("Both pages have 4 links.", "4"),
        ("1. It has 40 pages.", "40"),
        ("Q1 brought 1,200 visits.", "1,200"),
        ("See https://shop.example/ for the 14 pages.", "14"),
    ],
)
def test_an_identifier_does_not_hide_the_quantity_beside_it(text: str, number: str) -> None:
    assert_lie(text, NOTHING, number)


@pytest.mark.parametrize(
    "text",
    [
        "Sessions rose by `47 percent`.",
        "See https://traffic is up 47 percent now.",
        "See <https://up 47 percent>.",
        "See `traffic = 47 %`.",
        "Mail us @ 47 percent more.",
        "The footnote says so[^1].\n\n[^1]: Traffic rose by 47 %.",
        "Revenue (`€4,700`) is fine.",
        "Revenue is ``4,700 EUR``.",
        "```\nrevenue: 4700 EUR\n```",
    ],
)
def test_a_quantity_in_the_dress_of_an_identifier_stays_a_quantity(text: str) -> None:
    assert not check(text, NOTHING, language="en").grounded


def test_the_numbers_of_a_text_are_counted() -> None:
    ledger = ledger_of({"pages": 48, "links": 7})
    report = check("There are 48 pages and 7 links [E1], see [[E1/pages]].", ledger, language="en")
    assert report.numbers == 3
    assert check("Nothing to report.", ledger, language="en").numbers == 0


def test_every_number_of_a_text_is_judged_and_violations_come_in_order() -> None:
    ledger: Ledger = ledger_of({"pages": 48})
    text = "There are 48 pages [E1]. There are 49 pages [E1]. There are 50 pages [E1]."
    report = check(text, ledger, language="en")
    assert [v.text for v in report.violations] == ["49", "50"]
    assert [text[v.start : v.end] for v in report.violations] == ["49", "50"]
    assert report.numbers == 3
