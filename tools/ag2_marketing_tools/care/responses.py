"""How clients responded to an intervention, from the responses that were given."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.marks import unit
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.tool import Result

_NAMES = ("client_responses", "client_response", "responses")
_ABOUT = frozenset({"client_id", "timestamp", "intervention_id", "immediate_response", "side_effects"})


class Rating(Result):
    """One rating over all responses that give it, on the scale on which it was given."""

    name: str
    n: Annotated[int, unit("count")]
    mean: float
    least: float
    most: float


class ClientResponse(Result):
    """What clients said and how they rated it."""

    responses: Annotated[int, unit("count")]
    with_side_effects: Annotated[int, unit("count")]
    ratings: list[Rating]
    reason: str | None


def client_response(data: Mapping[str, Any]) -> ClientResponse:
    """Count the responses, and average each rating; what is no number is not averaged.

    Raises:
        InvalidInput: A rating that is not finite.
    """
    given = next((data[name] for name in _NAMES if data.get(name)), None)
    if given is None:
        return ClientResponse(
            responses=0, with_side_effects=0, ratings=[], reason=say("No responses of clients were given.")
        )
    entries = _entries(given)
    rated: dict[str, list[float]] = {}
    for entry in entries:
        for name, value in entry.items():
            if name in _ABOUT or isinstance(value, bool) or not isinstance(value, int | float):
                continue
            if not math.isfinite(value):
                raise InvalidInput(
                    f"The rating {name} is {value!r}.", remedy="Give a number, or leave it out."
                )
            rated.setdefault(str(name), []).append(float(value))
    return ClientResponse(
        responses=len(entries),
        with_side_effects=sum(bool(entry.get("side_effects")) for entry in entries),
        ratings=[_rating(name, values) for name, values in rated.items()],
        reason=None,
    )


def _rating(name: str, values: Sequence[float]) -> Rating:
    return Rating(
        name=name,
        n=len(values),
        mean=math.fsum(values) / len(values),
        least=min(values),
        most=max(values),
    )


def _entries(given: Any) -> list[Mapping[str, Any]]:
    """One response, a list of them, or responses by client."""
    if isinstance(given, Mapping):
        below = list(given.values())
        by_client = bool(below) and all(isinstance(one, Mapping) for one in below)
        return below if by_client else [given]
    if isinstance(given, list | tuple) and all(isinstance(one, Mapping) for one in given):
        return list(given)
    raise InvalidInput(
        f"The clients' responses are a {type(given).__name__}.", remedy="Give a mapping, or a list of them."
    )
