"""What the tools of assignment take."""

from __future__ import annotations

import json
from typing import Annotated

from pydantic import AfterValidator, Field, JsonValue, StringConstraints, field_validator

from ag2_marketing_tools.experiments.configuration import TestId
from ag2_marketing_tools.marks import personal
from ag2_marketing_tools.tool import Params

LONGEST_USER_ID = 256
MOST_CONTEXT_BYTES = 8_192


def _as_it_is_hashed(user_id: str) -> str:
    if user_id != user_id.strip() or not user_id.isprintable():
        raise ValueError(
            "the user's id begins or ends with a space, or holds a character that is not printable"
        )
    return user_id


# Not stripped: the id is hashed as it is, here and in every other client.
UserId = Annotated[
    str,
    StringConstraints(strip_whitespace=False, min_length=1, max_length=LONGEST_USER_ID),
    AfterValidator(_as_it_is_hashed),
]


class AssignVariant(TestId):
    """Whom to assign in which test."""

    user_id: Annotated[UserId, personal()] = Field(
        description="The user's own id, always the same; best a pseudonym."
    )
    context: Annotated[dict[str, JsonValue] | None, personal()] = Field(
        default=None,
        description="Attributes of the user that targeting, the segment and the bot filter (`user_agent`) read. "
        "Of these only what the test reads is kept.",
    )

    @field_validator("context")
    @classmethod
    def _is_small(cls, value: dict[str, JsonValue] | None) -> dict[str, JsonValue] | None:
        if len(json.dumps(value, ensure_ascii=False, allow_nan=False).encode()) > MOST_CONTEXT_BYTES:
            raise ValueError(f"the context has more than {MOST_CONTEXT_BYTES:,} bytes of JSON")
        return value


class ExportExperiments(Params):
    """Which tests a client without a store is to know."""

    test_ids: list[str] = Field(
        default=[], max_length=1000, description="Ids of tests; none: all that are not archived."
    )
