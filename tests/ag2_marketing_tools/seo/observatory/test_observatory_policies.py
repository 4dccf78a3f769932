"""Policies put together, by the published examples of the rule and by hand."""

from __future__ import annotations

import pytest

from ag2_marketing_tools.seo.observatory.policy import InvalidPolicy, combine, for_meta, split_policies


@pytest.mark.parametrize(
    ("policies", "sources"),
    [
        (["default-src https://a.org https://b.org"], {"https://a.org", "https://b.org"}),
        (["default-src https://a.org/x https://a.org/xy"], {"https://a.org/x"}),
        (["default-src 'self' 'SELF'"], {"'self'"}),
        (["default-src https://a.org", "default-src https://b.org"], {"'none'"}),
        (["default-src b a", "default-src c a b"], {"a", "b"}),
        (["default-src a/x/", "default-src a/x/y/"], {"a/x/y/"}),
        (["default-src a/x", "default-src a/xy/"], {"'none'"}),
        (["default-src a/%78", "default-src a/x"], {"a/x"}),
        (["default-src\u00a0a\ufeffb"], {"a", "b"}),
    ],
)
def test_only_what_each_policy_allows_is_allowed(policies: list[str], sources: set[str]) -> None:
    assert combine(policies).directives == {"default-src": sources}


@pytest.mark.parametrize(
    "policies",
    [[""], ["  "], ["\r\n"], ["img-s"], ["img-src a; img-src a"], ["img-src a/%", "img-src a/%zz"]],
)
def test_an_invalid_policy_is_refused(policies: list[str]) -> None:
    with pytest.raises(InvalidPolicy):
        combine(policies)


def test_a_repeated_report_is_remembered_and_kept() -> None:
    combined = combine(["report-to a; report-to b"])
    assert combined.repeats_report
    assert combined.directives == {"report-to": {"b"}}
    assert not combine(["report-to a", "report-to b"]).repeats_report


def test_what_metas_may_not_say_is_left_out() -> None:
    assert for_meta(["frame-ancestors a; sandbox; report-uri /r; img-src b"]).directives == {"img-src": {"b"}}


def test_a_directive_is_struck_for_all_that_fall_back_on_it() -> None:
    combined = combine(["default-src https: 'self'"])
    combined.first_of("script-src", "default-src").discard("https:")
    assert combined.first_of("object-src", "default-src") == {"'self'"}
    assert combined.first_of("object-src") == {"*"}


def test_a_comma_parts_policies() -> None:
    assert split_policies(["default-src a , img-src b", "script-src c"]) == [
        "default-src a",
        "img-src b",
        "script-src c",
    ]
    assert split_policies([]) == []
    assert split_policies([""]) == [""]
