"""A metric of a table, and all tables by key."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue, field_validator, model_validator

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.metrics.units import unit_named

Kind = Literal["benchmark", "kpi", "threshold", "alert_threshold", "template"]
Direction = Literal["higher", "lower", "target_band", "none"]
_STEP = r"[A-Za-z0-9][A-Za-z0-9_]*"
_ORDERS = (
    ("industry_average", "market_leaders", "our_targets"),
    ("industry_average", "top_performers"),
    ("average_performers", "top_performers"),
    ("median", "top_25_percent", "top_10_percent"),
    ("critical", "warning"),
)
"""Levels that must get better in this order, by the direction of the metric."""


class TableMetric(BaseModel):
    """One metric of one system.

    Attributes:
        path: Its place within the system, steps joined by `/`.
        title: Its name for people, in English: what is measured, told without its path.
        kind: What its levels are.
        table: The table of the specification, or the company's name for it.
        unit: Canonical unit of `metrics/units.toml`; None where it has none of them.
        unit_text: What the source says of the unit beyond that.
        direction: Which way is better.
        levels: The figures by level, in the order of the source.
        unset: Levels that the source leaves open.
        initial: What a definition without levels starts from.
        place: Where the source nests each level: `*` stands for the level; the path itself when not given.
        section: Where in the source.
        note: What must be known to read it.
        source: Publication or document of the figures, for a company's own tables.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    path: str = Field(pattern=rf"^{_STEP}(/{_STEP})*$", max_length=300)
    title: str = Field(min_length=1, max_length=200)
    kind: Kind = "benchmark"
    table: str = "benchmarks"
    unit: str | None = None
    unit_text: str | None = None
    direction: Direction
    levels: Mapping[str, Annotated[float, Field(strict=True)]] = {}
    unset: tuple[str, ...] = ()
    initial: JsonValue = None
    place: str | None = None
    section: str | None = None
    note: str | None = None
    source: str | None = None

    @field_validator("unit")
    @classmethod
    def _known_unit(cls, value: str | None) -> str | None:
        if value is None:
            return None
        unit = unit_named(value)
        if unit is None:
            raise ValueError(f"{value!r} is no unit of metrics/units.toml; say it in `unit_text`")
        return unit.name

    @model_validator(mode="after")
    def _levels_in_order(self) -> TableMetric:
        sign = {"higher": 1.0, "lower": -1.0}.get(self.direction)
        for order in _ORDERS:
            named = [(name, self.levels[name]) for name in order if name in self.levels]
            for (worse, low), (better, high) in pairwise(named):
                if sign is not None and sign * (high - low) < 0:
                    raise ValueError(
                        f"`{better}` ({high:g}) is worse than `{worse}` ({low:g}), although {self.direction} "
                        "is better"
                    )
        if self.kind != "template" and not self.levels and not self.unset:
            raise ValueError("it has no levels")
        return self

    @property
    def spoken_title(self) -> str:
        """Its title in the reader's language; a company's own titles stay as they are."""
        return say(self.title)

    @property
    def spoken_note(self) -> str | None:
        """Its note in the reader's language."""
        return say(self.note) if self.note else None

    @property
    def spoken_unit_text(self) -> str | None:
        """What the source says of its unit, in the reader's language."""
        return say(self.unit_text) if self.unit_text else None

    @property
    def steps(self) -> tuple[str, ...]:
        """The path's steps."""
        return tuple(self.path.split("/"))

    def place_of(self, level: str) -> tuple[str, ...]:
        """Return where the source nests this level."""
        return tuple(level if step == "*" else step for step in (self.place or self.path).split("/"))


@dataclass(frozen=True)
class Tables:
    """Every metric, by key `System/path/of/metric`."""

    metrics: Mapping[str, TableMetric]

    def __iter__(self) -> Iterator[str]:
        return iter(self.metrics)

    def __len__(self) -> int:
        return len(self.metrics)

    @cached_property
    def systems(self) -> tuple[str, ...]:
        """The systems' names, in the order of their files."""
        return tuple(dict.fromkeys(key.partition("/")[0] for key in self.metrics))

    def of(self, system: str, *, kinds: Sequence[Kind] | None = None) -> dict[str, TableMetric]:
        """Return a system's metrics by path, all of them or those of these kinds.

        Raises:
            InvalidInput: There is no such system; the remedy names the nearest.
        """
        if system not in self.systems:
            raise InvalidInput(
                f"There is no table system {system!r}.",
                remedy=_did_you_mean(difflib.get_close_matches(system, self.systems)),
            )
        return {
            metric.path: metric
            for key, metric in self.metrics.items()
            if key.partition("/")[0] == system and (kinds is None or metric.kind in kinds)
        }

    def metric(self, key: str) -> TableMetric:
        """Return the metric of a key.

        Raises:
            InvalidInput: There is none; the remedy names the nearest.
        """
        if key not in self.metrics:
            raise InvalidInput(f"There is no metric {key!r}.", remedy=_did_you_mean(self.nearest(key)))
        return self.metrics[key]

    def nearest(self, text: str, *, most: int = 5) -> list[str]:
        """Return the keys that a text may mean: by all its words in key and titles, else by how alike they are."""
        wanted = text.casefold().replace("_", " ").replace("/", " ").split()
        if wanted:
            spoken = {
                key: f"{key} {metric.title} {metric.spoken_title}".casefold()
                for key, metric in self.metrics.items()
            }
            holding = [key for key, words in spoken.items() if all(word in words for word in wanted)]
            if holding:
                return sorted(holding, key=lambda key: (len(key), key))[:most]
        leaves: dict[str, list[str]] = {}
        for key in self.metrics:
            leaves.setdefault(key.rpartition("/")[2], []).append(key)
        leaf = text.rpartition("/")[2].replace(" ", "_").casefold()
        alike = [key for near in difflib.get_close_matches(leaf, leaves, n=most) for key in leaves[near]]
        return (alike or difflib.get_close_matches(text, self.metrics, n=most, cutoff=0.5))[:most]

    def nested(self, system: str, table: str) -> dict[str, Any]:
        """Return one table nested as the specification writes it, with a number (or None) at each leaf."""
        root: dict[str, Any] = {}
        for metric in self.of(system).values():
            if metric.table != table:
                continue
            values = {**metric.levels, **dict.fromkeys(metric.unset)} or {"initial": metric.initial}
            for level, value in values.items():
                *branch, leaf = metric.place_of(level)
                node = root
                for step in branch:
                    node = node.setdefault(step, {})
                node[leaf] = value
        return root


def _did_you_mean(near: Sequence[str]) -> str:
    return f"Did you mean {', '.join(near[:5])}?" if near else "`ag2-marketing benchmarks list` lists them."
