"""The facts about platforms: names, credentials, and data that is complete."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from ag2_marketing_tools.campaigns.platforms import all_platforms, find_platform
from ag2_marketing_tools.errors import InvalidInput


@pytest.mark.parametrize(
    ("name", "platform"),
    [
        ("twitter", "twitter"),
        ("x", "twitter"),
        ("X", "twitter"),
        ("email", "email"),
        ("email_platform", "email"),
        ("e-mail", "email"),
        ("website", "website"),
        ("website_cms", "website"),
        ("WordPress", "website"),
        ("facebook", "facebook"),
        ("instagram", "instagram"),
        ("LinkedIn", "linkedin"),
    ],
)
def test_every_name_in_use_finds_its_platform(name: str, platform: str) -> None:
    assert find_platform(name).name == platform


def test_an_unknown_platform_is_refused_with_the_nearest_names() -> None:
    with pytest.raises(InvalidInput, match=r"'facebok' is unknown \(did you mean facebook"):
        find_platform("facebok")


@pytest.mark.parametrize(
    ("name", "limit"), [("twitter", 280), ("facebook", 63_206), ("instagram", 2_200), ("linkedin", 3_000)]
)
def test_the_published_text_limits(name: str, limit: int) -> None:
    assert find_platform(name).length.limit == limit


def test_no_name_or_token_belongs_to_two_platforms_and_every_fact_has_a_source() -> None:
    platforms = all_platforms()
    for field in ("names", "tokens"):
        names = [name for platform in platforms for name in getattr(platform, field)]
        assert len(names) == len(set(names))
    for platform in platforms:
        rules = (platform.length, platform.media, platform.hashtags, platform.price)
        assert all(rule.source for rule in rules if rule)


@pytest.mark.parametrize(
    ("platform", "tokens", "missing"),
    [
        ("facebook", {}, ["access_token", "page_id"]),
        ("facebook", {"facebook": SecretStr("t")}, ["page_id"]),
        ("facebook", {"facebook": {"access_token": SecretStr("t"), "page_id": SecretStr("")}}, ["page_id"]),
        ("twitter", {"x": SecretStr("t")}, []),
        ("email", {"email_platform": SecretStr("t")}, ["host", "username", "sender"]),
        ("website", {"wordpress": SecretStr("t")}, ["base_url", "username"]),
    ],
)
def test_a_lone_token_is_the_secret_and_the_rest_is_named_as_missing(
    platform: str, tokens: dict[str, SecretStr], missing: list[str]
) -> None:
    assert find_platform(platform).missing_credentials(tokens) == missing
