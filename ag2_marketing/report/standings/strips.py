"""A percentile strip: how many of the others a caregiver is ahead of, metric by metric."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ag2_marketing.report.charts.plot import Axis, Plot, Spot, Trace
from ag2_marketing_tools.messages import say

_ROW = 46
_NAME_ABOVE = 0.40
_REACH = 0.16
_LONGEST_NAME = 40


@dataclass(frozen=True)
class Rank:
    """A percentile, 0 to 100 from the worst, and the position of its figure."""

    title: str
    percentile: float
    position: str

    @property
    def words(self) -> str:
        """What it says."""
        return say(
            "{title}: percentile {rank}",
            title=self.title,
            rank=say("{value:,}", value=round(self.percentile)),
        )


def percentile_plot(ranks: Sequence[Rank], *, title: str, how: str = "") -> Plot | None:
    """Draw percentiles, a strip for each; None where there are none."""
    if not ranks:
        return None
    x = Axis(
        -3.0, 103.0, tuple((float(place), say("{value:,}", value=place)) for place in (0, 25, 50, 75, 100))
    )
    return Plot(
        title=title,
        axes=say("percentile: the share of the others that is not ahead"),
        description=say("{ranks}.", ranks="; ".join(rank.words for rank in ranks)),
        x=x,
        y=Axis(0.5, len(ranks) + 0.75),
        traces=tuple(_traces(ranks)),
        how=how,
        height=_ROW * len(ranks) + 34,
    )


def _traces(ranks: Sequence[Rank]) -> Iterator[Trace]:
    named = say("Middle half of the others")
    for place, rank in enumerate(ranks):
        height = float(len(ranks) - place)
        corners = ((25.0, -_REACH), (75.0, -_REACH), (75.0, _REACH), (25.0, _REACH))
        yield Trace("band", "middle", tuple(Spot(x, height + y) for x, y in corners), name=named)
        named = ""
        yield Trace("line", "zero", (Spot(0.0, height), Spot(100.0, height)))
        yield Trace("dots", rank.position, (Spot(rank.percentile, height, rank.words),))
        yield Trace("words", "named", (Spot(50.0, height + _NAME_ABOVE, _label(rank)),))


def _label(rank: Rank) -> str:
    title = rank.title if len(rank.title) <= _LONGEST_NAME else rank.title[: _LONGEST_NAME - 1].rstrip() + "…"
    return f"{title}: {say('{value:,}', value=round(rank.percentile))}"
