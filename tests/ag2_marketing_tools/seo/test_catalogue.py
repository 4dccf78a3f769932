from __future__ import annotations

import json
from pathlib import Path

import pytest

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.seo.catalogue import PARTS, checks, parts_named, vitals, wording
from ag2_marketing_tools.seo.rules import RULES


def test_checks_and_rules_match() -> None:
    assert list(checks()) == [check.id for check in checks().values()]
    assert RULES.keys() == checks().keys()
    assert {check.part for check in checks().values()} == set(PARTS)


def test_every_check_says_what_why_how_and_by_whom() -> None:
    for check in checks().values():
        for text in (check.title, check.what, check.why, check.how_to_fix, check.source):
            assert len(text) > 3, check.id
        assert all(check.related.values()), check.id


def test_limits_of_a_check_share_one_unit() -> None:
    for check in checks().values():
        assert len({limit.unit for limit in check.limits.values()}) <= 1, check.id


def test_ids_and_severities_are_those_of_the_research(shared_data: Path) -> None:
    researched = {
        one["id"]: one["severity"] for one in json.loads((shared_data / "checks.json").read_text())["checks"]
    }
    assert len(researched) == 109
    assert checks().keys() - researched.keys() == {"sec.certificate", "a11y.axe"}  # ours beyond the research
    assert researched.keys() <= checks().keys()
    differing = {one.id for one in checks().values() if one.severity != researched.get(one.id, one.severity)}
    assert differing == {"perf.render_blocking"}  # every site has some: worth a hint, no warning


def test_related_ids_exist_in_the_other_tools(shared_data: Path) -> None:
    rules = {one["id"] for one in json.loads((shared_data / "squirrelscan_rules.json").read_text())["rules"]}
    lighthouse = (shared_data / "lighthouse_audits_13.5.0.json").read_text()
    for check in checks().values():
        assert set(check.related.get("squirrelscan", [])) <= rules, check.id
        for name in check.related.get("lighthouse", []):
            assert f'"{name}"' in lighthouse, f"{check.id}: {name}"


def test_vitals_have_the_thresholds_of_2026() -> None:
    assert {name: (facts.good, facts.poor) for name, facts in vitals().items()} == {
        "lcp": (2500, 4000),
        "inp": (200, 500),
        "cls": (0.1, 0.25),
        "fid": (100, 300),
        "fcp": (1800, 3000),
        "ttfb": (800, 1800),
    }
    assert vitals()["fid"].retired == "2024-03-12"


def test_parts_are_kept_in_order_and_all_for_none() -> None:
    assert parts_named(None) == parts_named([]) == PARTS
    assert parts_named(["security", "core_web_vitals"]) == ("core_web_vitals", "security")


def test_an_unknown_part_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(InvalidInput, match=r"'speed' is not known.*core_web_vitals"):
        parts_named(["security", "speed"])


def test_words_are_folded() -> None:
    assert all(
        word == word.casefold() for lists in wording().values() for words in lists.values() for word in words
    )
