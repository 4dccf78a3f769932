"""A client's assessment, kept as the baseline that progress is measured from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, Field

from ag2_marketing_tools.care.clients.facts import SYSTEM, section_names, section_of
from ag2_marketing_tools.care.clients.reading import ReadFigure, ReadFigures, read_figures
from ag2_marketing_tools.care.clients.records import (
    Assessment,
    assessments_of,
    keep_assessment,
    keep_figures,
    plain_json,
)
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.marks import health, personal
from ag2_marketing_tools.metrics.tables import Tables, load_tables
from ag2_marketing_tools.standing import RefusedMetric, UnknownMetric
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import Workspace

STATUS = ("physical_status", "cognitive_status", "emotional_status")
SOURCE = "assessment"
_LISTS = ("care_goals", "risk_factors")


class AboutClient(Params):
    """A client."""

    client_id: Annotated[str, personal(min_length=1, max_length=300, description="Which client.")]


class InitializeClient(AboutClient):
    """Whose assessment, and what it found."""

    assessment: Annotated[
        dict[str, Any],
        health(
            description="`physical`, `cognitive`, `emotional` (figures and texts; a figure is a number, or `value` "
            "with `unit`, `instrument`), `goals` (texts, or `metric`, `target`, `by`), `risks`, `preferences`."
        ),
    ]
    assessed_at: AwareDatetime | None = Field(default=None, description="When; now if not given.")


class BaselineFigure(Result):
    """One figure of an assessment, in `unit`."""

    key: str
    metric: str
    value: float
    unit: str
    instrument: str | None


class ClientProfile(Result):
    """A client's baseline; what was given, by section, and which figures of it are followed from here on."""

    client_id: Annotated[str, personal()]
    assessed_at: datetime
    physical_status: Annotated[dict[str, Any], health()]
    cognitive_status: Annotated[dict[str, Any], health()]
    emotional_status: Annotated[dict[str, Any], health()]
    care_goals: Annotated[list[Any], health()]
    risk_factors: Annotated[list[Any], health()]
    preferences: Annotated[dict[str, Any], health()]
    figures: Annotated[list[BaselineFigure], health(description="Stored as observations of the client.")]
    unmeasured: list[str] = Field(description="Measures of the table without a figure.")
    unknown: Annotated[list[UnknownMetric], health(description="Figures under names of no measure.")]
    refused: Annotated[list[RefusedMetric], health()]
    earlier: Annotated[list[datetime], health(description="Moments of earlier assessments.")]


@tool(family="care", effect="writes")
async def initialize_client(params: InitializeClient, ws: Workspace) -> ClientProfile:
    """Keep a client's assessment as the baseline, and its figures as observations to measure progress from.

    A later assessment becomes the new baseline; the earlier ones are kept.
    """
    tables = load_tables(ws.settings.benchmark_tables)
    now = ws.clock.now()
    at = params.assessed_at or now
    if at > now:
        raise InvalidInput(f"The assessment's moment ({at.isoformat()}) lies in the future.")
    content = _sections(params.assessment)
    read = {name: read_figures(content[name], tables, group=name) for name in STATUS}
    figures = [one for part in read.values() for one in part.figures.values()]
    instruments = {one.key: one.instrument for one in figures if one.instrument}
    await keep_assessment(ws, Assessment(params.client_id, at, content, instruments))
    await keep_figures(ws, params.client_id, figures, at=at, source=SOURCE)
    kept = (await assessments_of(ws.store, [params.client_id]))[params.client_id]
    return _profile(params.client_id, at, content, read, kept, tables)


def _profile(
    client_id: str,
    at: datetime,
    content: Mapping[str, Any],
    read: Mapping[str, ReadFigures],
    kept: list[Assessment],
    tables: Tables,
) -> ClientProfile:
    figures = {key: one for part in read.values() for key, one in part.figures.items()}
    return ClientProfile(
        client_id=client_id,
        assessed_at=at,
        **content,
        figures=[baseline_figure(one) for one in figures.values()],
        unmeasured=[path for path in measures(tables) if f"{SYSTEM}/{path}" not in figures],
        unknown=[one for part in read.values() for one in part.unknown],
        refused=[one for part in read.values() for one in part.refused],
        earlier=[one.assessed_at for one in kept if one.assessed_at < at],
    )


def measures(tables: Tables) -> list[str]:
    """Return the paths of the measures that an assessment has."""
    return [path for path in tables.of(SYSTEM) if path.startswith("baseline_assessment/")]


def baseline_figure(one: ReadFigure) -> BaselineFigure:
    """Return what is told of a figure of an assessment."""
    return BaselineFigure(
        key=one.key,
        metric=one.key.partition("/")[2],
        value=one.value,
        unit=one.unit,
        instrument=one.instrument,
    )


def _sections(assessment: Mapping[str, Any]) -> dict[str, Any]:
    """Return an assessment by section, each there.

    Raises:
        InvalidInput: A section that there is none of, one given twice, or of a wrong form; or it is too large.
    """
    content: dict[str, Any] = {name: {} for name in (*STATUS, "preferences")} | {name: [] for name in _LISTS}
    seen: set[str] = set()
    for name, given in assessment.items():
        section = section_of(name)
        if section is None:
            raise InvalidInput(
                f"An assessment has no part {str(name)[:100]!r}.",
                remedy=f"There are {', '.join(section_names())}.",
            )
        if section in seen:
            raise InvalidInput(f"The part {section} is given twice.")
        seen.add(section)
        if given is not None:
            content[section] = _formed(section, given)
    plain: dict[str, Any] = plain_json(content, "assessment")
    return plain


def _formed(section: str, given: Any) -> Any:
    if section in _LISTS:
        return list(given) if isinstance(given, list | tuple) else [given]
    if not isinstance(given, Mapping):
        raise InvalidInput(
            f"The part {section} is a {type(given).__name__}.",
            remedy="Give a mapping of names to what was found.",
        )
    return dict(given)
