"""The mapping: which column of a file is what. One TOML file, checked before a row is read.

    source = "carelog"                  # the system that measured; part of what makes a measurement unique
    decimal = ","                       # decimal sign; "." when not given
    [subject]
    kind = "caregiver"                  # or kind_column = "…"
    id_column = "employee"
    [time]
    column = "day"
    format = "%d.%m.%Y"                 # ISO 8601 when not given; also "unix_s", "unix_ms"
    zone = "America/New_York"           # of times without one; the setting `timezone` when not given
    [[figure]]                          # wide: one column for each metric
    column = "on time"
    metric = "CaregiverQualityMetrics/visit_compliance/punctuality/on_time_arrival"
    unit = "ratio"                      # what the file holds; the figure is stored in the metric's unit
    n_column = "visits"
    most = 1                            # what lies above is refused; so is, with `least`, what lies below

A long file has `[long]` instead of `[[figure]]`: `metric_column`, `value_column`, `unit_column` or `unit`,
`n_column`, and `[long.names]` from the file's names of metrics to their keys.

The file of a register (who there is, and where they belong) has `[register]` instead of times and figures:

    [register]
    location_column = "branch"
    active_column = "state"             # everybody is active when not given
    active = ["employed", "on leave"]   # what the column holds for those; yes, true, 1, … when not given
    [[register.attribute]]
    name = "experience_years"
    column = "years"
    type = "number"                     # or "text" (when not given), or "list" with its `separator`
"""

from __future__ import annotations

import codecs
import tomllib
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.metrics.units import unit_named
from ag2_marketing_tools.tool import explain

FileFormat = Literal["csv", "json", "json_lines", "parquet"]
SubjectKind = Literal["company", "location", "caregiver", "client", "channel", "page", "campaign", "system"]
MOST_MAPPING_BYTES = 1_000_000
_FORMATS: dict[str, FileFormat] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".json": "json",
    ".jsonl": "json_lines",
    ".ndjson": "json_lines",
    ".parquet": "parquet",
}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Subject(_Part):
    """What was measured."""

    kind: SubjectKind | None = None
    kind_column: str | None = None
    id_column: str | None = None
    id: str | None = None

    @model_validator(mode="after")
    def _one_of_each(self) -> Subject:
        if (self.kind is None) == (self.kind_column is None):
            raise ValueError("give either `kind` or `kind_column`")
        if (self.id is None) == (self.id_column is None):
            raise ValueError("give either `id_column`, or `id` where the whole file is about one subject")
        return self


class Time(_Part):
    """When it was measured."""

    column: str
    format: str | None = None
    zone: str | None = None

    @field_validator("zone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None and value not in available_timezones():
            raise ValueError(f"there is no time zone {value!r}; expected a name such as America/New_York")
        return value

    @field_validator("format")
    @classmethod
    def _a_format(cls, value: str | None) -> str | None:
        if value is not None and "%" not in value and value not in {"unix_s", "unix_ms"}:
            raise ValueError(
                f'{value!r} is no format; expected one such as "%d.%m.%Y", "unix_s" or "unix_ms"'
            )
        return value


def _known_unit(value: str | None) -> str | None:
    if value is not None and unit_named(value) is None:
        raise ValueError(f"there is no unit called {value!r}")
    return value


class Figure(_Part):
    """One column of figures of one metric.

    Attributes:
        least: Figures below this, in the file's unit, are refused: nobody means them.
        most: Figures above this, too.
    """

    column: str
    metric: str
    unit: str | None = None
    n_column: str | None = None
    least: float | None = None
    most: float | None = None

    _unit = field_validator("unit")(_known_unit)


class Long(_Part):
    """One figure in a row, with the name of its metric."""

    metric_column: str
    value_column: str
    unit_column: str | None = None
    unit: str | None = None
    n_column: str | None = None
    names: dict[str, str] = Field(default_factory=dict)

    _unit = field_validator("unit")(_known_unit)

    @model_validator(mode="after")
    def _one_unit(self) -> Long:
        if self.unit is not None and self.unit_column is not None:
            raise ValueError("give `unit` or `unit_column`, not both")
        return self


class Attribute(_Part):
    """One column of what a register says of a subject.

    Attributes:
        separator: Between the parts of a list.
    """

    name: str = Field(min_length=1, max_length=100)
    column: str
    type: Literal["text", "number", "list"] = "text"
    separator: str = Field(default=",", min_length=1, max_length=5)


class Register(_Part):
    """Which columns of a register are what.

    Attributes:
        active: What the column of the active ones holds for them; the usual words for yes when not given.
    """

    location_column: str | None = None
    active_column: str | None = None
    active: tuple[str, ...] = ()
    attribute: tuple[Attribute, ...] = ()

    @model_validator(mode="after")
    def _each_name_once(self) -> Register:
        names = [each.name for each in self.attribute]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"the attribute {twice!r} is given twice")
        if self.active and self.active_column is None:
            raise ValueError("`active` needs an `active_column`")
        return self


class FileMapping(_Part):
    """How a file is written, and whose rows it holds.

    Attributes:
        source: The system that measured, or that keeps the register.
        format: The file's format; by its name when not given.
        encoding: Of a text file; UTF-8 (with or without mark) when not given.
        delimiter: Of a CSV file; found in its first line among `,`, `;`, tab and `|` when not given.
        decimal: Decimal sign of figures that are text.
        thousands: Sign between thousands; none when not given.
        missing: Texts that stand for no figure.
    """

    source: str = Field(min_length=1, max_length=100)
    format: FileFormat | None = None
    encoding: str = "utf-8"
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    decimal: Literal[".", ","] = "."
    thousands: Literal[".", ",", " ", "'"] | None = None
    missing: tuple[str, ...] = ("",)
    subject: Subject

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        try:
            return codecs.lookup(value).name
        except LookupError:
            raise ValueError(f"there is no encoding {value!r}") from None

    @model_validator(mode="after")
    def _two_signs(self) -> FileMapping:
        if self.thousands == self.decimal:
            raise ValueError(f"`thousands` and `decimal` are both {self.decimal!r}")
        return self

    def format_of(self, path: Path) -> FileFormat:
        """Return the format of a file.

        Raises:
            InvalidInput: Neither the mapping nor the file's name says it.
        """
        found = self.format or _FORMATS.get(path.suffix.casefold())
        if found is None:
            raise InvalidInput(
                f"The format of {path.name!r} is not known by its name.",
                remedy='Say it in the mapping: format = "csv", "json", "json_lines" or "parquet".',
            )
        return found


class Mapping(FileMapping):
    """A file of figures: which column is what."""

    time: Time
    figure: tuple[Figure, ...] = ()
    long: Long | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Mapping:
        if bool(self.figure) == (self.long is not None):
            raise ValueError("give either `[[figure]]` columns or `[long]`")
        columns = [each.column for each in self.figure]
        twice = next((column for column in columns if columns.count(column) > 1), None)
        if twice is not None:
            raise ValueError(f"the column {twice!r} is given twice")
        return self

    def zone(self, default: str) -> ZoneInfo:
        """Return the zone of times without one."""
        return ZoneInfo(self.time.zone or default)


class RegisterMapping(FileMapping):
    """The file of a register: which column is what, under `register`."""

    columns: Register = Field(alias="register")

    @model_validator(mode="after")
    def _many_subjects(self) -> RegisterMapping:
        if self.subject.id_column is None:
            raise ValueError("a register has many subjects; give `id_column`")
        return self


def read_mapping(path: Path) -> Mapping | RegisterMapping:
    """Return the mapping of a TOML file: that of a register where it has `[register]`.

    Raises:
        InvalidInput: It cannot be read; the message names each place and its fault.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_MAPPING_BYTES + 1)
    except OSError as error:
        raise InvalidInput(f"The mapping {str(path)!r} cannot be read ({error.strerror}).") from error
    if len(content) > MOST_MAPPING_BYTES:
        raise InvalidInput(f"The mapping {path.name!r} is larger than {MOST_MAPPING_BYTES:,} bytes.")
    try:
        given = tomllib.loads(content.decode("utf-8-sig"))
        return (RegisterMapping if "register" in given else Mapping).model_validate(given)
    except UnicodeDecodeError as error:
        raise InvalidInput(f"The mapping {path.name!r} is not UTF-8 text.") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InvalidInput(f"The mapping {path.name!r} is no TOML: {error}.") from error
    except ValidationError as error:
        raise InvalidInput(f"The mapping {path.name!r}: {explain(error)}.") from error
