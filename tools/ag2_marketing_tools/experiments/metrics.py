"""Metric definitions: data that come with the product, and those that a company adds."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ag2_marketing_tools.errors import InvalidInput

Channel = Literal["email", "website", "social"]
Kind = Literal["binary", "count", "continuous", "ratio", "quantile"]
Direction = Literal["higher", "lower"]
MetricName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class MetricDefinition(BaseModel):
    """What a metric is; `metrics.toml` says what each field means."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: MetricName
    title: str = Field(min_length=1, max_length=100)
    channels: tuple[Channel, ...] = Field(min_length=1)
    kind: Kind
    unit: str = Field(min_length=1, max_length=40)
    direction: Direction
    events: tuple[str, ...] = ()
    numerator: MetricName | None = None
    denominator: MetricName | None = None
    quantile: Annotated[float, Field(gt=0, lt=1)] | None = None
    cap: Annotated[float, Field(gt=0.5, lt=1)] | None = None
    lowest: float | None = None
    highest: float | None = None
    description: str = Field(default="", max_length=500)

    @model_validator(mode="after")
    def _fits_its_kind(self) -> MetricDefinition:
        if (self.kind == "quantile") != (self.quantile is not None):
            raise ValueError("a quantile metric, and only such a one, has a `quantile`")
        if (self.numerator is None) != (self.denominator is None):
            raise ValueError("a ratio has both a `numerator` and a `denominator`, or neither")
        if self.numerator is not None and self.kind != "ratio":
            raise ValueError("only a ratio has a `numerator`")
        if self.cap is not None and self.kind in {"binary", "quantile"}:
            raise ValueError(f"a {self.kind} metric is not capped")
        if self.lowest is not None and self.highest is not None and self.lowest > self.highest:
            raise ValueError("`lowest` is above `highest`")
        return self

    @property
    def parts(self) -> tuple[str, ...]:
        """The names of the tracked metrics that it is made of: numerator and denominator, else itself."""
        if self.numerator is not None and self.denominator is not None:
            return (self.numerator, self.denominator)
        return (self.name,)


Metrics = Mapping[str, MetricDefinition]


@cache
def built_in_metrics() -> Metrics:
    """Return the metrics that come with the product, by name."""
    text = resources.files(__package__).joinpath("metrics.toml").read_text("utf-8")
    found = [MetricDefinition.model_validate(entry) for entry in tomllib.loads(text)["metric"]]
    return {definition.name: definition for definition in found}


def metric_named(name: str, metrics: Metrics) -> MetricDefinition:
    """Return one definition.

    Raises:
        InvalidInput: There is none; the text is the specification's, and the remedy names the nearest.
    """
    if name not in metrics:
        near = difflib.get_close_matches(name, metrics, n=3)
        raise InvalidInput(
            f"Invalid metric type: '{name}'",
            remedy=f"Did you mean {', '.join(near)}?" if near else "`list_metrics` lists them.",
        )
    return metrics[name]


def fed_by(event: str, metrics: Metrics) -> tuple[str, ...]:
    """Return which of these metrics an event of this name feeds: the metric of that name, else by alias."""
    if event in metrics:
        return (event,)
    return tuple(name for name, definition in metrics.items() if event in definition.events)
