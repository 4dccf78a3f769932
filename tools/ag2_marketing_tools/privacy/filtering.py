"""The one filter for personal and health data before every reader.

The marks (`marks.personal`, `marks.health`) on a model's fields say what must not travel freely. A personal
value becomes a pseudonym, the same for the same value wherever it stands in one database; a health value is
withheld.

    audience     sees personal values if       sees health values if
    model        share_personal_data           share_health_data_with_remote_model
    transcript   share_personal_data           share_health_data_with_remote_model
    report       share_personal_data           never
    log          never                         never
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel

from ag2_marketing_tools.marks import marked
from ag2_marketing_tools.workspace.settings import Settings

Audience = Literal["model", "transcript", "report", "log"]

_PSEUDONYM_BYTES = 8  # 64 bits: among a million people, two share one with a chance of 1 in 37 million
PSEUDONYM = re.compile(rf"person-[0-9a-f]{{{2 * _PSEUDONYM_BYTES}}}")
_Schema = dict[str, Any]


def pseudonym(value: object, key: bytes) -> str:
    """Return the name that stands for a personal value, `person-` and 16 hexadecimal digits.

    HMAC-SHA256 (RFC 2104) under the database's own key: stable within it, and nobody without the key can try
    names against it.
    """
    text = str(value).encode(errors="surrogatepass")
    return f"person-{hmac.digest(key, text, hashlib.sha256)[:_PSEUDONYM_BYTES].hex()}"


def for_audience(result: BaseModel, *, audience: Audience, settings: Settings, key: bytes) -> dict[str, Any]:
    """Return a result as the JSON that this audience may see.

    Args:
        result: A tool's result or its parameters.
        audience: Who reads it.
        settings: Say what is shared.
        key: `store.pseudonym_key`.

    Returns:
        The JSON, in which personal values are pseudonyms and health values are null; where any was withheld,
        `withheld` lists their JSON pointers.
    """
    value = result.model_dump(mode="json", by_alias=True)
    return json_for_audience(value, type(result), audience=audience, settings=settings, key=key)


def json_for_audience(
    value: Mapping[str, Any], model: type[BaseModel], *, audience: Audience, settings: Settings, key: bytes
) -> dict[str, Any]:
    """Do what `for_audience` does for the stored JSON of a model."""
    if not (marked(model, "personal") or marked(model, "health")):
        return dict(value)
    shown = _Filter(
        definitions=_schema(model).get("$defs", {}),
        key=None if settings.share_personal_data and audience != "log" else key,
        show_health=settings.share_health_data_with_remote_model and audience in {"model", "transcript"},
    )
    filtered: dict[str, Any] = shown.apply(dict(value), [_schema(model)], "", personal=False)
    return {**filtered, "withheld": shown.withheld} if shown.withheld else filtered


def personal_values(result: BaseModel) -> frozenset[str]:
    """Return the personal values that a result holds, so that its evidence can be linked to those people."""
    return personal_values_in(result.model_dump(mode="json", by_alias=True), type(result))


def personal_values_in(value: Mapping[str, Any], model: type[BaseModel]) -> frozenset[str]:
    """Do what `personal_values` does for the stored JSON of a model, in which values may have been withheld."""
    schema = _schema(model)
    collector = _Filter(definitions=schema.get("$defs", {}), key=b"", show_health=True)
    collector.apply(dict(value), [schema], "", personal=False)
    return frozenset(collector.personal)


@lru_cache(maxsize=256)
def _schema(model: type[BaseModel]) -> _Schema:
    return model.model_json_schema(mode="serialization")


@dataclass
class _Filter:
    """Walks a value beside its schema, so that marks are found at any depth, in recursive models too."""

    definitions: Mapping[str, _Schema]
    key: bytes | None
    show_health: bool
    withheld: list[str] = field(default_factory=list)
    personal: set[str] = field(default_factory=set)

    def apply(self, value: Any, schemas: Sequence[_Schema], path: str, *, personal: bool) -> Any:
        nodes = list(self._expand(schemas, set()))
        if value is None:
            return None
        if not self.show_health and any(node.get("health") is True for node in nodes):
            self.withheld.append(path)
            return None
        personal = personal or any(node.get("personal") is True for node in nodes)
        if isinstance(value, dict):
            return self._mapping(value, nodes, path, personal=personal)
        if isinstance(value, list):
            return [
                self.apply(item, list(_items(nodes, index)), f"{path}/{index}", personal=personal)
                for index, item in enumerate(value)
            ]
        return self._leaf(value) if personal else value

    def _mapping(
        self, value: Mapping[str, Any], nodes: Sequence[_Schema], path: str, *, personal: bool
    ) -> dict[str, Any]:
        filtered = {}
        for name, item in value.items():
            declared = [node["properties"][name] for node in nodes if name in node.get("properties", {})]
            # A name that no schema declares is a mapping's key, and as personal as what it stands in.
            shown = self._leaf(name) if personal and not declared else name
            place = f"{path}/{str(shown).replace('~', '~0').replace('/', '~1')}"
            schemas = declared or list(_values(nodes))
            filtered[shown] = self.apply(item, schemas, place, personal=personal)
        return filtered

    def _leaf(self, value: Any) -> Any:
        self.personal.add(str(value))
        return value if self.key is None else pseudonym(value, self.key)

    def _expand(self, schemas: Sequence[_Schema], seen: set[str]) -> Iterator[_Schema]:
        """Yield the schemas that may hold here: references followed, every branch of a union."""
        for schema in schemas:
            yield schema
            reference = schema.get("$ref", "").rpartition("/")[2]
            if reference and reference not in seen:
                yield from self._expand([self.definitions[reference]], seen | {reference})
            for union in ("anyOf", "oneOf", "allOf"):
                yield from self._expand(schema.get(union, ()), seen)


def _items(nodes: Sequence[_Schema], index: int) -> Iterator[_Schema]:
    for node in nodes:
        prefix = node.get("prefixItems", ())
        if index < len(prefix):
            yield prefix[index]
        elif isinstance(node.get("items"), dict):
            yield node["items"]


def _values(nodes: Sequence[_Schema]) -> Iterator[_Schema]:
    for node in nodes:
        yield from node.get("patternProperties", {}).values()
        if isinstance(node.get("additionalProperties"), dict):
            yield node["additionalProperties"]
