"""References: resolving, what may not touch them, and how they are rendered."""

from __future__ import annotations

import pytest

from ag2_marketing.grounding import (
    GroundingError,
    Ledger,
    UnknownEvidence,
    UnknownPath,
    check,
    render,
    resolve,
)


def test_a_reference_resolves_to_a_leaf_with_its_unit(ledger: Ledger) -> None:
    leaf = resolve("[[E1/core_web_vitals/lcp/value]]", ledger)
    assert (leaf.value, leaf.unit, leaf.evidence_id, leaf.path) == (
        2137,
        "ms",
        "E1",
        "core_web_vitals/lcp/value",
    )
    assert resolve("E1/headings", ledger).value == 3


def test_unknown_evidence_and_paths_are_told_apart(ledger: Ledger) -> None:
    with pytest.raises(UnknownEvidence, match="E9"):
        resolve("E9/score", ledger)
    with pytest.raises(UnknownPath, match="total, missing_alt"):
        resolve("E1/images/count", ledger)
    with pytest.raises(UnknownPath, match="is an object"):
        resolve("E1/images", ledger)
    assert [v.reason for v in check("LCP: [[E9/a]]", ledger).violations] == ["unknown_evidence"]
    assert [v.reason for v in check("LCP: [[E1/a]]", ledger).violations] == ["unknown_path"]


def test_paths_escape_slashes_and_tildes_as_json_pointers_do() -> None:
    held = Ledger()
    held.record(tool="t", arguments={}, result={"a/b": {"c~d": 7}})
    assert resolve("E1/a~1b/c~0d", held).value == 7


@pytest.mark.parametrize(
    "text",
    [
        "The score is [[E1/score]]0.",
        "The score is 1[[E1/score]].",
        "The score is -[[E1/score]].",
        "The score is −[[E1/score]].",
        "The score is [[E1/score]].5.",
        "The score is [[E1/score]]k.",
        "The score is [[E1/score]] million.",
        "The score is [[E1/score]] thousand.",
        "The score is [[E1/score]]e3.",
        "The score is $[[E1/score]].",
        "The score is [[E1/score]]%.",
        "The score is [[E1/score]] %.",
        "LCP is [[E1/core_web_vitals/lcp/value]] kB.",
        "The score is [[E1/score]][[E1/images/total]].",
        "The score is [[[[E1/score]]]]7.",
        "The score is [[E1/[[E1/score]]]].",
        "The score is [[E1/score]]\u200b0.",
        "The score is [[E1/score]]**0**.",
    ],
)
def test_nothing_may_touch_a_reference_that_changes_its_value(text: str, ledger: Ledger) -> None:
    assert not check(text, ledger).grounded
    with pytest.raises(GroundingError):
        render(text, ledger)


@pytest.mark.parametrize(
    ("reference", "fmt", "language", "shown"),
    [
        ("The LCP is [[E1/core_web_vitals/lcp/value]].", "text", "en", "The LCP is 2,137 ms."),
        ("Der LCP ist [[E1/core_web_vitals/lcp/value]].", "text", "de", "Der LCP ist 2.137 ms."),
        ("Rate of control: [[E2/variants/0/conversion_rate]]", "text", "en", "Rate of control: 3.2 %"),
        ("Budget: [[E3/budget/amount]]", "text", "en", "Budget: €500"),
        ("Budget: [[E3/budget/amount]]", "text", "de", "Budget: 500 €"),
        ("Difference: [[E2/difference/value]]", "text", "en", "Difference: 0.9 percentage points"),
        ("facebook: [[E3/scheduled_posts/0/run_at]]", "text", "en", "facebook: 3 December 2026, 12:00 UTC"),
        ("Headings: [[E1/headings]]", "text", "en", "Headings: 3"),
        ("LCP: [[E1/core_web_vitals/lcp/value]] ms", "text", "en", "LCP: 2,137 ms"),
        ("LCP: [[E1/core_web_vitals/lcp/value]] s", "text", "en", "LCP: 2.137 s"),
        ("Score: [[E1/score]]", "markdown", "en", "Score: [87](#E1)"),
        (
            "Score: [[E1/score]] & <b>",
            "html",
            "en",
            'Score: <a class="evidence" href="#E1" title="E1/score">87</a> &amp; &lt;b&gt;',
        ),
        (
            "Score: 87 [E1]",
            "html",
            "en",
            'Score: 87 [<a class="evidence" href="#E1">E1</a>]',
        ),
    ],
)
def test_a_reference_is_rendered_once_with_its_unit(
    reference: str, fmt: str, language: str, shown: str, ledger: Ledger
) -> None:
    assert render(reference, ledger, fmt=fmt, language=language) == shown  # type: ignore[arg-type]


def test_render_refuses_an_unsupported_number_and_lists_it(ledger: Ledger) -> None:
    with pytest.raises(GroundingError, match="99"):
        render("The score is 99 [E1].", ledger)


def test_render_refuses_a_format_that_it_does_not_know(ledger: Ledger) -> None:
    with pytest.raises(GroundingError, match="pdf"):
        render("Fine.", ledger, fmt="pdf")  # type: ignore[arg-type]


def test_markup_in_evidence_is_escaped() -> None:
    held = Ledger()
    held.record(tool="t", arguments={}, result={"name": "<script>alert(1)</script> *x*"})
    assert "<script>" not in render("Name: [[E1/name]]", held, fmt="html")
    assert "\\*x\\*" in render("Name: [[E1/name]]", held, fmt="markdown")


def test_an_erased_result_can_no_longer_be_cited(ledger: Ledger) -> None:
    ledger.erase("E1")
    assert not check("The score is 87 [E1].", ledger).grounded
    assert [v.reason for v in check("[[E1/score]]", ledger).violations] == ["unknown_evidence"]
