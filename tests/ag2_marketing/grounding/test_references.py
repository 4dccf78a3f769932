"""References: `[[E7/path]]`, what they name, where they may stand, what may not touch them."""

from __future__ import annotations

import pytest
from grounded_texts import assert_honest, assert_lie, ledger_of

from ag2_marketing.grounding import (
    GroundingError,
    Ledger,
    UnknownEvidence,
    UnknownPath,
    check,
    render,
    resolve,
)

RESULT = {
    "core_web_vitals": {
        "lcp": {"value": 2500, "unit": "ms", "threshold": 4000},
        "cls": {"value": 0.04, "threshold": 0.1},
    },
    "bounce_rate": 0.415,
    "pages": 48,
    "issues": [{"name": "missing title", "pages": 3}, {"name": "missing alt text", "pages": 7}],
    "a/b": {"t~t": 5},
    "title": "Lamps for every room",
    "missing": None,
}


@pytest.fixture
def ledger() -> Ledger:
    return ledger_of(RESULT, units={"/bounce_rate": "ratio"}, user="We spend 900 EUR a month on ads")


@pytest.mark.parametrize(
    ("path", "value", "unit"),
    [
        ("core_web_vitals/lcp/value", 2500, "ms"),
        ("core_web_vitals/cls/value", 0.04, None),
        ("bounce_rate", 0.415, "ratio"),
        ("issues/1/pages", 7, None),
        ("issues", 2, None),
        ("title", "Lamps for every room", None),
        ("a~1b/t~0t", 5, None),
    ],
)
@pytest.mark.parametrize("written", ["[[E1/{}]]", "E1/{}"])
def test_a_reference_names_a_leaf(
    ledger: Ledger, path: str, value: object, unit: str | None, written: str
) -> None:
    leaf = resolve(written.format(path), ledger)
    assert (leaf.value, leaf.unit, leaf.evidence_id, leaf.path) == (value, unit, "E1", path)


@pytest.mark.parametrize("reference", ["[[E9/pages]]", "[[E0/pages]]", "[[E01/pages]]", "[[U9/text]]"])
def test_a_reference_to_evidence_that_is_not_there_is_an_error(ledger: Ledger, reference: str) -> None:
    with pytest.raises(UnknownEvidence):
        resolve(reference, ledger)


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "pages/0",
        "issues/2",
        "issues/-1",
        "issues/01",
        "issues/-",
        "core_web_vitals",
        "core_web_vitals/lcp",
        "Pages",
        "a/b",
        "",
    ],
)
def test_a_reference_to_a_path_that_is_not_there_is_an_error(ledger: Ledger, path: str) -> None:
    with pytest.raises(UnknownPath):
        resolve(f"[[E1/{path}]]", ledger)


@pytest.mark.parametrize(
    "text", ["", "E1", "pages", "[[E1]]", "[[]]", "[[[E1/pages]]]", "[E1/pages]", "\x00"]
)
def test_what_is_no_reference_is_an_error(ledger: Ledger, text: str) -> None:
    with pytest.raises((UnknownPath, UnknownEvidence)):
        resolve(text, ledger)


@pytest.mark.parametrize(
    "text",
    [
        "The LCP is [[E1/core_web_vitals/lcp/value]].",
        "The LCP is **[[E1/core_web_vitals/lcp/value]]**, the threshold is "
        "[[E1/core_web_vitals/lcp/threshold]].",
        "The bounce rate is [[E1/bounce_rate]].",
        "We looked at [[E1/pages]] pages.",
        "The audit lists [[E1/issues]] issues.",
        "Missing alt text: [[E1/issues/1/pages]] pages.",
    ],
)
def test_a_reference_is_grounded_where_the_words_fit(ledger: Ledger, text: str) -> None:
    assert_honest(text, ledger)


@pytest.mark.parametrize(
    ("text", "reference", "reason"),
    [
        ("The LCP is [[E9/lcp]].", "[[E9/lcp]]", "unknown_evidence"),
        ("The LCP is [[E1/lcp]].", "[[E1/lcp]]", "unknown_path"),
        ("The audit: [[E1/core_web_vitals]].", "[[E1/core_web_vitals]]", "unknown_path"),
        ("There are [[E1/issues/2/pages]] pages.", "[[E1/issues/2/pages]]", "unknown_path"),
        # The words are judged for references too.
        (
            "Our LCP is [[E1/core_web_vitals/lcp/threshold]].",
            "[[E1/core_web_vitals/lcp/threshold]]",
            "misattributed",
        ),
        (
            "Missing alt text: [[E1/issues/0/pages]] pages.",
            "[[E1/issues/0/pages]]",
            "misattributed",
        ),
        ("The bounce rate is [[E1/core_web_vitals/cls/value]].", "[[E1/", "misattributed"),
    ],
)
def test_a_reference_that_says_something_else_is_refused(
    ledger: Ledger, text: str, reference: str, reason: str
) -> None:
    assert_lie(text, ledger, reference, reason)


@pytest.mark.parametrize(
    "text",
    [
        "We looked at 1[[E1/pages]] pages.",
        "We looked at [[E1/pages]]0 pages.",
        "We looked at [[E1/pages]]k pages.",
        "We looked at [[E1/pages]] k pages.",
        "We looked at [[E1/pages]]M pages.",
        "We looked at [[E1/pages]] million pages.",
        "We looked at [[E1/pages]] thousand pages.",
        "We looked at [[E1/pages]].5 pages.",
        "We looked at [[E1/pages]],000 pages.",
        "We looked at [[E1/pages]]%.",
        "We looked at -[[E1/pages]] pages.",
        "We looked at −[[E1/pages]] pages.",
        "We looked at 0.[[E1/pages]] pages.",
        "We looked at [[E1/pages]]e3 pages.",
        "We looked at [[E1/pages]]**0** pages.",
        "We looked at **1**[[E1/pages]] pages.",
        "We looked at 1\u200b[[E1/pages]] pages.",
        "We looked at [[E1/pages]]\u200b0 pages.",
        "We looked at [[E1/pages]]&#48; pages.",
        "We looked at [[E1/pages]]<b>0</b> pages.",
        "We looked at [[E1/pages]]<!-- -->0 pages.",
        "We looked at [[E1/pages]]٣ pages.",
        "We looked at [[E1/pages]][[E1/issues/0/pages]] pages.",
    ],
)
def test_nothing_may_touch_a_reference_that_changes_its_figure(ledger: Ledger, text: str) -> None:
    assert not check(text, ledger, language="en").grounded


@pytest.mark.parametrize(
    "text",
    [
        "We looked at the pages ([[E1/pages]]).",
        "Pages: [[E1/pages]], as agreed.",
        "Pages: **[[E1/pages]]**!",
        '"[[E1/pages]]" pages were looked at.',
    ],
)
def test_punctuation_and_markup_may_touch_a_reference(ledger: Ledger, text: str) -> None:
    assert_honest(text, ledger)


@pytest.mark.parametrize(
    "text",
    [
        "Pages: [[E1/pages]",
        "Pages: [E1/pages]]",
        "Pages: [[[E1/pages]]]",
        "Pages: [[E1/[[E1/pages]]]]",
        "Pages: [[E1/pages",
        "Pages: [[]]",
        "Pages: [[E1 / pages]]",
        "Pages: [[e1/pages]]",
        "Pages: [\u200b[E1/pages]]",
        "Pages: [[E\u200b1/pages]]",
        "Pages: [[E١/pages]]",
        "Pages: ［［E1/pages］］",
        "Pages: [[E1/pages?x=5]]",
        "Pages: [[Е1/pages]]",  # a Cyrillic letter
    ],
)
def test_malformed_brackets_never_raise_and_are_rendered_only_where_they_pass(
    ledger: Ledger, text: str
) -> None:
    report = check(text, ledger, language="en")
    for violation in report.violations:
        assert text[violation.start : violation.end] == violation.text
    if report.grounded:
        render(text, ledger, fmt="text", language="en")
    else:
        with pytest.raises(GroundingError):
            render(text, ledger, fmt="text", language="en")


def test_a_number_beside_a_malformed_reference_stays_a_number(ledger: Ledger) -> None:
    assert_lie("Pages: [[E1/pages] 49", ledger, "49")
    assert_lie("Pages: [[E1/49", ledger, "49")


def test_a_null_says_that_nothing_was_measured(ledger: Ledger) -> None:
    assert resolve("E1/missing", ledger).value is None
    assert render("The missing value: [[E1/missing]].", ledger, language="en") == (
        "The missing value: not measured."
    )
