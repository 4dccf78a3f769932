"""What the tools of assignment take."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue, StringConstraints

from ag2_marketing_tools.experiments.configuration import TestId
from ag2_marketing_tools.marks import personal
from ag2_marketing_tools.tool import Params

LONGEST_USER_ID = 256
MOST_CONTEXT_BYTES = 8_192
MOST_USERS = 10_000  # a call; PostgreSQL's protocol takes 32,767 values a query


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


def _small(context: dict[str, JsonValue]) -> dict[str, JsonValue]:
    if len(json.dumps(context, ensure_ascii=False, allow_nan=False).encode()) > MOST_CONTEXT_BYTES:
        raise ValueError(f"the context has more than {MOST_CONTEXT_BYTES:,} bytes of JSON")
    return context


Context = Annotated[dict[str, JsonValue], AfterValidator(_small)]


class Person(Params):
    """A user, with what is known of them before the exposure."""

    user_id: Annotated[UserId, personal()] = Field(
        description="The user's own id, always the same; best a pseudonym."
    )
    context: Annotated[Context | None, personal()] = Field(
        default=None,
        description="Attributes of the user that targeting, the segment and the bot filter (`user_agent`) read. "
        "Of these only what the test reads is kept.",
    )


class AssignVariant(TestId, Person):
    """Whom to assign in which test."""


def _as_person(given: Any) -> Any:
    return {"user_id": given} if isinstance(given, str) else given


class AssignVariants(TestId):
    """Whom to assign in which test, many at once."""

    users: list[Annotated[Person, BeforeValidator(_as_person, json_schema_input_type=str | Person)]] = Field(
        min_length=1,
        max_length=MOST_USERS,
        description="Their ids, or objects with `user_id` and `context`; of a user named twice the first counts.",
    )


class ExportExperiments(Params):
    """Which tests a client without a store is to know."""

    test_ids: list[str] = Field(
        default=[], max_length=1000, description="Ids of tests; none: all that are not archived."
    )
