"""The leaves of a proposed call, each with the part of the schema that describes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Argument:
    """One leaf of a proposed call.

    Attributes:
        path: Where it stands, such as `posts/0/text`.
        keys: The names on the way to it, list places left out.
        value: The proposed value.
        schema: The part of the JSON schema that describes it.
        beside: Short strings that stand beside it, which may name what it is of.
    """

    path: str
    keys: tuple[str, ...]
    value: Any
    schema: Mapping[str, Any]
    beside: tuple[str, ...] = ()


def schema_of(tool: Any) -> Mapping[str, Any]:
    """Return the JSON schema of a tool's parameters, empty where only its name is known."""
    found = getattr(tool, "parameters_schema", None)
    if found is None and isinstance(tool, Mapping):
        function = tool.get("function", tool)
        found = function.get("parameters", function) if isinstance(function, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def leaves_in(
    node: Any,
    schema: Mapping[str, Any],
    defs: Mapping[str, Any],
    path: str,
    keys: tuple[str, ...],
    beside: tuple[str, ...] = (),
) -> Iterator[Argument]:
    """Yield the leaves of arguments that their schema does not itself give (a default, one of an enumeration)."""
    schema = _resolved(schema, defs)
    if schema and _is_given(node, schema):
        return
    if isinstance(node, Mapping):
        named = tuple(value for value in node.values() if isinstance(value, str) and len(value) <= 80)
        for name, child in node.items():
            inner = _property(schema, str(name), defs)
            place = f"{path}/{name}" if path else str(name)
            yield from leaves_in(child, inner, defs, place, (*keys, str(name)), named)
    elif isinstance(node, list | tuple):
        items = _first(schema, "items", defs)
        for at, child in enumerate(node):
            yield from leaves_in(child, items, defs, f"{path}/{at}" if path else str(at), keys, beside)
    elif node is not None and not isinstance(node, bool):
        yield Argument(path, keys, node, schema, beside)


def _resolved(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    if isinstance(reference, str):
        target = defs.get(reference.rsplit("/", 1)[-1], {})
        return {**target, **{k: v for k, v in schema.items() if k != "$ref"}}
    return schema


def _branches(schema: Mapping[str, Any], defs: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    inner = [_resolved(b, defs) for key in ("anyOf", "oneOf", "allOf") for b in schema.get(key, ())]
    return [schema, *inner]


def _property(schema: Mapping[str, Any], name: str, defs: Mapping[str, Any]) -> Mapping[str, Any]:
    for branch in _branches(schema, defs):
        if isinstance(found := branch.get("properties", {}).get(name), Mapping):
            return found
    return _first(schema, "additionalProperties", defs)


def _first(schema: Mapping[str, Any], key: str, defs: Mapping[str, Any]) -> Mapping[str, Any]:
    return next((b[key] for b in _branches(schema, defs) if isinstance(b.get(key), Mapping)), {})


def _is_given(value: Any, schema: Mapping[str, Any]) -> bool:
    """Tell whether the schema itself names the value: a default, a constant, one of an enumeration."""
    given = [schema["default"]] if schema.get("default") is not None else []
    given += [schema["const"]] if "const" in schema else []
    given += list(schema.get("enum", ()))
    for branch in (*schema.get("anyOf", ()), *schema.get("oneOf", ())):
        given += [*branch.get("enum", ()), *([branch["const"]] if "const" in branch else [])]
    return any(value == one and isinstance(value, bool) == isinstance(one, bool) for one in given)
