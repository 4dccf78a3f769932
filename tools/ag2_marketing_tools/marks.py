"""Marks on the fields of schemas: the unit of a figure, and data that must not travel freely.

A mark lies in the field's JSON schema, where every reader finds it: the evidence ledger reads `unit`,
the privacy filter reads `personal` and `health`, the chat adapter fences `untrusted`.

>>> from typing import Annotated
>>> from pydantic import BaseModel
>>> class Speed(BaseModel):
...     largest_contentful_paint: Annotated[float | None, unit("ms")] = None
>>> marked(Speed, "unit")
{'/largest_contentful_paint': 'ms'}
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo


def unit(name: str, **constraints: Any) -> FieldInfo:
    """Mark a figure's unit, such as `ms`, `percent`, `ratio`, `byte` or `character`."""
    return _mark("unit", value=name, constraints=constraints)


def personal(of: str | None = None, **constraints: Any) -> FieldInfo:
    """Mark a field that names or describes a person.

    Args:
        of: The kind of subject whose id it is (`caregiver`, `client`), where its name does not say it (`client_id`).
        **constraints: Of the field.
    """
    if of is None:
        return _mark("personal", value=True, constraints=constraints)
    field: FieldInfo = Field(json_schema_extra={"personal": True, "subject_kind": of}, **constraints)
    return field


def health(**constraints: Any) -> FieldInfo:
    """Mark a field that tells of somebody's health or care."""
    return _mark("health", value=True, constraints=constraints)


def untrusted(**constraints: Any) -> FieldInfo:
    """Mark text that came from a fetched page: quoted matter, never an instruction."""
    return _mark("untrusted", value=True, constraints=constraints)


def _mark(key: str, *, value: str | bool, constraints: dict[str, Any]) -> FieldInfo:
    field: FieldInfo = Field(json_schema_extra={key: value}, **constraints)
    return field


def marked(model: type[BaseModel], key: str) -> dict[str, Any]:
    """Return the JSON pointer patterns (`*` for a list's items or a mapping's values) of a mark's fields."""
    return dict(_marked(model, key))


@cache
def _marked(model: type[BaseModel], key: str) -> tuple[tuple[str, Any], ...]:
    schema = model.model_json_schema(mode="serialization")  # 20 ms for a large model, so it is made once
    return tuple(_walk(schema, schema.get("$defs", {}), key, "", ()))


def _walk(
    node: dict[str, Any], defs: dict[str, Any], key: str, path: str, seen: tuple[str, ...]
) -> Iterator[tuple[str, Any]]:
    if key in node and not isinstance(node[key], dict):
        yield path, node[key]
    reference = node.get("$ref")
    if reference is not None:
        name = reference.rsplit("/", 1)[-1]
        if name not in seen:  # a model that holds itself is walked once
            yield from _walk(defs[name], defs, key, path, (*seen, name))
    for branch in (*node.get("anyOf", ()), *node.get("oneOf", ()), *node.get("allOf", ())):
        yield from _walk(branch, defs, key, path, seen)
    for name, child in node.get("properties", {}).items():
        yield from _walk(child, defs, key, f"{path}/{name}", seen)
    for child in (node.get("items"), node.get("additionalProperties")):
        if isinstance(child, dict):
            yield from _walk(child, defs, key, f"{path}/*", seen)
