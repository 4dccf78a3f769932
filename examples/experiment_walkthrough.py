"""An experimenter's walk-through: a site's traffic through the real tracking server, watched, judged, written up.

Everything in it is simulated, and the same in each run: made-up visitors of fourteen made-up days ask a tracking
server on loopback which call to action they see and send what they did in batches, as a site's pages would. The
server is that of `ag2-marketing serve`, with a clock that the simulation moves. The report lands in `report/`.
"""

import asyncio
import random  # noqa: TID251 (seeded for each visitor)
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from ag2_marketing import Settings
from ag2_marketing.report.experiments import write_analysis
from ag2_marketing.server.access.roles import Role
from ag2_marketing.server.access.tokens import add_token
from ag2_marketing.server.access.write_keys import add_key
from ag2_marketing.server.app import build_app
from ag2_marketing.server.engine import EngineExperiments, EngineSink
from ag2_marketing.server.run import serve
from ag2_marketing.server.services import services_for
from ag2_marketing_tools.experiments import setup_experiment
from ag2_marketing_tools.experiments.analysis.model import Analysis, ExperimentStatus
from ag2_marketing_tools.workspace import SequentialIds, SystemClock, Workspace

SEED = 11
START = datetime(2026, 3, 2, tzinfo=UTC)
DAYS = 14
VISITORS_A_DAY = {"weekday": 150, "weekend": 80}
TEST = {
    "name": "Simulated: call to action on the homepage",
    "hypothesis": "A button that says what happens next is used more often.",
    "variants": [
        {"name": "Control", "content": {"cta": "Submit"}, "traffic_allocation": 0.5},
        {"name": "Book a visit", "content": {"cta": "Book a free visit"}, "traffic_allocation": 0.5},
    ],
    "metrics": [
        {"name": "conversion_rate", "baseline": 0.12, "minimum_detectable_effect": 0.4},
        {"name": "bounce_rate", "role": "guardrail", "margin": 0.15},
        {"name": "avg_time_on_page", "role": "other"},
    ],
    "duration_days": DAYS,
    "min_sample_size": 800,
    "timezone": "UTC",
}
# What the made-up visitors of each variant do: these are the truths that the analysis should find.
CONVERTS = {"Control": 0.12, "Book a visit": 0.18}
BOUNCES = {"Control": 0.44, "Book a visit": 0.42}


class SimulatedClock(SystemClock):
    """Tells the time of the simulation, which stands in a file that both processes read."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "now"

    def now(self) -> datetime:
        """Return the moment of the simulation."""
        return datetime.fromisoformat(self._file.read_text("ascii"))

    def move(self, moment: datetime) -> None:
        """Go on to a moment."""
        beside = self._file.with_suffix(".next")
        beside.write_text(moment.isoformat(), "ascii")
        beside.replace(self._file)


def settings(folder: Path) -> Settings:
    return Settings(home=folder, server_port=0, server_requests_per_s=100_000, server_burst_requests=100_000)


async def be_the_server(folder: Path) -> None:
    async with Workspace.open(settings(folder), clock=SimulatedClock(folder)) as ws:
        services = services_for(ws, EngineSink(ws), EngineExperiments(ws))
        await serve(build_app(services), ws.settings, ready=lambda url: print(url, flush=True))


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[str]:
    command = (sys.executable, __file__, "--server", str(folder))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        yield (await process.stdout.readline()).decode().strip() if process.stdout else ""
    finally:
        process.terminate()
        await process.wait()


async def a_day(client: httpx.AsyncClient, clock: SimulatedClock, test_id: str, day: int) -> None:
    """Let the day's visitors come in the morning, and send in the evening what they did."""
    morning = START + timedelta(days=day, hours=9)
    kind = "weekend" if morning.weekday() >= 5 else "weekday"
    visitors = [f"visitor-{day}-{number}" for number in range(VISITORS_A_DAY[kind])]
    clock.move(morning)
    shown = {}
    for first in range(0, len(visitors), 50):
        some = visitors[first : first + 50]
        asked = [
            client.post("/api/assign", json={"test_id": test_id, "user_id": visitor}) for visitor in some
        ]
        for visitor, answer in zip(some, await asyncio.gather(*asked), strict=True):
            shown[visitor] = answer.raise_for_status().json()
    clock.move(morning + timedelta(hours=10))
    events = [event for visitor, seat in shown.items() for event in told(visitor, seat, morning)]
    for first in range(0, len(events), 500):
        sent = await client.post("/api/track/batch", json={"events": events[first : first + 500]})
        sent.raise_for_status()


def told(visitor: str, seat: dict[str, str], morning: datetime) -> Iterator[dict[str, object]]:
    """Yield what a visitor does; chance is drawn per visitor, so that every run is the same."""
    chance = random.Random(f"{SEED} {visitor}")  # noqa: S311 (a simulation)
    when = morning + timedelta(minutes=chance.randint(1, 500))
    converts = chance.random() < CONVERTS[seat["variant_name"]]
    bounces = not converts and chance.random() < BOUNCES[seat["variant_name"]]
    happened: dict[str, object] = {"avg_time_on_page": round(chance.lognormvariate(3.4, 0.7), 1)}
    happened |= {"conversion_rate": True} if converts else {}
    happened |= {"bounce_rate": True} if bounces else {}
    for metric, value in happened.items():
        yield {
            "event_id": f"{visitor}-{metric}",
            "test_id": seat["test_id"],
            "variant_id": seat["variant_id"],
            "user_id": visitor,
            "metrics": {metric: value},
            "occurred_at": when.isoformat(),
        }


def watch(day: int, status: ExperimentStatus) -> None:
    print(
        f"Day {day:2}: {status.current_sample_size:,} of {status.required_sample_size:,} users "
        f"({status.progress_percent:.0f} %), {status.daily_traffic:.0f} a day, ends in {status.days_until_end}; "
        f"shares of the variants {'wrong' if status.sample_ratio_mismatch else 'as planned'}"
    )


def tell(analysis: Analysis) -> None:
    winner = analysis.winning_variant
    print(f"\n{analysis.recommendation}: {analysis.summary}")
    for reason in analysis.reasons:
        print(f"  - {reason}")
    if winner is not None:
        print(f"Ship: {winner.name}, {winner.content}")
    for metric in analysis.metrics.values():
        for one in metric.comparisons:
            print(f"  {metric.title} ({metric.role}): {one.variant_name} is {one.verdict}")


async def main() -> None:
    print(f"SIMULATED: {DAYS} days of made-up visitors, seed {SEED}. No figure below is about a real site.")
    with tempfile.TemporaryDirectory() as home:
        folder = Path(home)
        clock = SimulatedClock(folder)
        clock.move(START)
        async with Workspace.open(settings(folder), clock=clock, ids=SequentialIds()) as ws:
            test = await setup_experiment.run(TEST, ws)
            key, token = await add_key(ws, "homepage"), await add_token(ws, "walk-through", Role.VIEWER)
        headers = {"x-write-key": key, "authorization": f"Bearer {token}"}
        async with served(folder) as url, httpx.AsyncClient(base_url=url, headers=headers) as client:
            print(f"The tracking server listens at {url}")
            about = f"/api/experiments/{test.test_id}"
            for day in range(DAYS):
                await a_day(client, clock, test.test_id, day)
                if day % 4 == 1 or day == DAYS - 1:
                    answer = (await client.get(f"{about}/status")).raise_for_status()
                    watch(day + 1, status := ExperimentStatus.model_validate(answer.json()))
            clock.move(START + timedelta(days=DAYS, hours=1))
            answer = (await client.get(f"{about}/results")).raise_for_status()
            analysis = Analysis.model_validate(answer.json())
        tell(analysis)
        written = write_analysis(analysis, "report", status)
        print(f"\nReport: {written['html']} and {written['json']}")


if __name__ == "__main__":
    asyncio.run(be_the_server(Path(sys.argv[2])) if "--server" in sys.argv else main())
