"""Keys and tokens as callers give them: checked before they enter a workspace, and named in no error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from ag2_marketing_tools.errors import InvalidInput


def checked_credentials(argument: str, given: object) -> dict[str, Any]:
    """Return keys or tokens by name, texts or (for a platform that needs several) mappings of texts.

    Args:
        argument: The argument's name, for the error.
        given: What the caller gave; None means none.

    Raises:
        InvalidInput: It is no mapping, or a value is of another kind; the value itself is not repeated.
    """
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise InvalidInput(
            f"{argument} is a {type(given).__name__}.",
            remedy="Give a mapping such as {'pagespeed': 'your_key'}.",
        )
    return {str(name): _checked(argument, name, value) for name, value in given.items() if value is not None}


def _checked(argument: str, name: object, value: object) -> str | SecretStr | dict[str, str | SecretStr]:
    if isinstance(value, Mapping):
        parts = {str(part): _text(argument, f"{name}.{part}", text) for part, text in value.items()}
        return {part: text for part, text in parts.items() if text}
    return _text(argument, name, value)


def _text(argument: str, name: object, value: object) -> str | SecretStr:
    if value is None:
        return ""
    if isinstance(value, str | SecretStr):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)  # the id of a page, say
    raise InvalidInput(
        f"{argument}: {name} is a {type(value).__name__}.", remedy="Give a key or token as text."
    )
