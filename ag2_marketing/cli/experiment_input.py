"""What people type or write about an experiment, as the tools take it."""

from __future__ import annotations

import json
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ag2_marketing_tools.errors import InvalidInput

MOST_BYTES = 5_000_000


def config_file(path: Path) -> dict[str, Any]:
    """Return a test's configuration from a JSON or TOML file; `-` reads JSON from standard input.

    Raises:
        InvalidInput: It cannot be read, or holds no configuration.
    """
    text = _text_of(path)
    try:
        value = tomllib.loads(text) if path.suffix.lower() == ".toml" else json.loads(text)
    except (ValueError, RecursionError) as error:
        form = "TOML" if path.suffix.lower() == ".toml" else "JSON"
        raise InvalidInput(f"{path} is not {form}: {error}.") from error
    if not isinstance(value, dict):
        raise InvalidInput(f"{path} holds no test; expected an object with name and variants.")
    return value


def _text_of(path: Path) -> str:
    try:
        if str(path) == "-":
            return sys.stdin.read(MOST_BYTES)
        if path.stat().st_size > MOST_BYTES:
            raise InvalidInput(
                f"{path} is too large for a test's configuration ({path.stat().st_size} bytes)."
            )
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} cannot be read: {error}.") from error


def equal_shares(number: int) -> list[float]:
    """Return so many equal shares, whose sum is 1."""
    shares = [round(1 / number, 12)] * (number - 1)
    return [*shares, 1 - sum(shares)]


def simple_config(
    name: str | None, variants: Sequence[str], metrics: Sequence[str], **further: Any
) -> dict[str, Any]:
    """Return the configuration of a test whose variants share the traffic equally; the first is the control.

    Args:
        name: The test's name.
        variants: Names, each with its text behind an equals sign where it has one.
        metrics: Names; the first decides.
        further: Other parts of the configuration; those that are None are left out.

    Raises:
        InvalidInput: There are fewer than two variants.
    """
    if len(variants) < 2:
        raise InvalidInput(
            "A test needs two variants or more.",
            remedy='Give --variant twice, as in --variant "Control=Sign up" --variant "B=Start", or --config FILE.',
        )
    parts = [variant.partition("=") for variant in variants]
    config: dict[str, Any] = {
        "variants": [
            {
                "name": named,
                "content": {"text": text} if text else None,
                "traffic_allocation": allocation,
                "is_control": place == 0,
            }
            for place, ((named, _, text), allocation) in enumerate(
                zip(parts, equal_shares(len(variants)), strict=True)
            )
        ]
    }
    given = {"name": name, "metrics": list(metrics) or None, **further}
    return {**config, **{key: value for key, value in given.items() if value is not None}}


def pairs(given: Sequence[str], what: str) -> dict[str, Any]:
    """Return `name=value` arguments as a mapping; a value that is JSON is read as JSON.

    Raises:
        InvalidInput: One has no name or no value, or a name stands twice.
    """
    found: dict[str, Any] = {}
    for text in given:
        name, separator, value = text.partition("=")
        if not (separator and name):
            raise InvalidInput(f"{what} {text!r} is not name=value, as in conversion=true.")
        if name in found:
            raise InvalidInput(f"{what} {name!r} is given twice.")
        found[name] = _value(value)
    return found


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def json_object(text: str | None, option: str) -> dict[str, Any] | None:
    """Return the JSON object that an option holds.

    Raises:
        InvalidInput: It holds none.
    """
    if text is None:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{option} is not JSON: {error}.") from error
    if not isinstance(value, dict):
        raise InvalidInput(f'{option} is {text!r}; expected a JSON object such as {{"country": "DE"}}.')
    return value
