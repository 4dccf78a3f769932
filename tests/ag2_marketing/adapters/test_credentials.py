"""Keys and tokens as callers give them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from ag2_marketing.adapters.credentials import checked_credentials
from ag2_marketing_tools.errors import InvalidInput


def test_texts_and_mappings_of_texts_are_taken() -> None:
    secret = SecretStr("s")
    given = {"a": "x", "b": secret, "c": {"token": "t", "page_id": 7, "none": None}, "d": None, "e": ""}

    assert checked_credentials("platform_tokens", given) == {
        "a": "x",
        "b": secret,
        "c": {"token": "t", "page_id": "7"},
        "e": "",
    }
    assert checked_credentials("api_keys", None) == {}


@pytest.mark.parametrize(
    "wrong", ["AIza-secret", ["AIza-secret"], 7, {"a": ["AIza-secret"]}, {"a": True}, {"a": {"b": 1.5}}]
)
def test_anything_else_is_refused_without_being_repeated(wrong: Any) -> None:
    with pytest.raises(InvalidInput, match="api_keys") as refused:
        checked_credentials("api_keys", wrong)

    assert "AIza-secret" not in str(refused.value)
