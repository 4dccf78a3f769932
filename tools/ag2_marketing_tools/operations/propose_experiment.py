"""From what a content analysis recommends to an experiment that could show whether it helps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field

from ag2_marketing_tools.experiments.model import Role
from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.operations.proposal_plan import ARMS, SamplePlan, defaults, plan_for
from ag2_marketing_tools.tool import Params, Result, tool
from ag2_marketing_tools.workspace import Workspace

Element = Literal["h1", "cta_text", "outline", "title", "meta_description"]
CONTROL, RECOMMENDED = "Control", "Recommended"
HYPOTHESIS = "Visitors who are shown the recommended texts click on more often."

_Text = Annotated[str | None, Field(max_length=1000)]
_Headings = Annotated[list[Annotated[str, Field(max_length=300)]] | None, Field(max_length=60)]
_Shown = Annotated[str, untrusted()] | list[Annotated[str, untrusted()]]


class PageTexts(Params):
    """The texts of a page that a test could vary; one that is absent is left out, one that is empty is empty."""

    h1: _Text = None
    cta_text: _Text = Field(
        default=None, description="Words of the button or link that visitors should follow."
    )
    outline: _Headings = Field(default=None, description="Headings of the page's sections, in order.")
    title: _Text = None
    meta_description: _Text = None


class ProposeExperiment(Params):
    """What an experiment is proposed from."""

    target_url: str = Field(description="The page.")
    current: PageTexts = Field(description="The texts as they stand: the control.")
    recommended: PageTexts = Field(
        description="The texts that were recommended, without those that may stay."
    )
    write_first: list[str] = Field(
        default_factory=list,
        max_length=10,
        description="What must be written on the page before a recommended text may be shown.",
    )
    baseline: float | None = Field(
        default=None, gt=0, lt=1, description="The click-through rate of the page today, 0.05 for 5 %."
    )
    daily_users: int | None = Field(default=None, gt=0, description="Visitors of the page a day.")


class TextChange(Result):
    """One text that the variant would show differently."""

    element: Element
    current: _Shown
    recommended: _Shown
    new_sections: Annotated[list[str], untrusted()] = Field(description="Of an outline: headings to add.")
    seen_on_page: bool = Field(
        description="Whether visitors of the page see it; else search engines show it."
    )


class ProposedVariant(Result):
    """A variant as `setup_experiment` takes it."""

    name: str
    content: dict[str, _Shown]
    traffic_allocation: Annotated[float, unit("ratio")]


class ProposedMetric(Result):
    """A metric in its role, as `setup_experiment` takes it."""

    name: str
    role: Role
    baseline: Annotated[float | None, unit("ratio")] = None
    minimum_detectable_effect: Annotated[float | None, unit("ratio")] = None


class ProposedTest(Result):
    """A configuration that `setup_experiment` takes as it is."""

    name: str
    hypothesis: str
    variants: list[ProposedVariant]
    metrics: list[ProposedMetric]
    duration_days: Annotated[int, unit("day")]
    confidence_level: Annotated[float, unit("ratio")]


class ExperimentProposal(Result):
    """A test that is worth running, or why there is none. Nothing is set up by proposing it."""

    target_url: str
    proposed: bool
    reason: str | None = Field(description="Why nothing is proposed.")
    hypothesis: str | None
    changes: list[TextChange]
    test_config: ProposedTest | None
    plan: SamplePlan | None
    write_first: list[str] = Field(description="What must be done before it may start.")
    cautions: list[str] = Field(description="What the test can and cannot show.")


@tool(family="operations")
async def propose_experiment(params: ProposeExperiment, ws: Workspace) -> ExperimentProposal:
    """Propose an A/B test of a page's recommended texts against its present ones.

    The control shows the texts as they stand, the variant those that were recommended. Nothing is set up:
    `setup_experiment` takes `test_config` as it is. How many users it needs is told only where the goal's rate
    today is known.
    """
    changes = list(_changes(params))
    if not any(change.seen_on_page for change in changes):
        return _nothing(params, changes)
    plan = await plan_for(params.target_url, params.baseline, params.daily_users, ws)
    return ExperimentProposal(
        target_url=params.target_url,
        proposed=True,
        reason=None,
        hypothesis=say(HYPOTHESIS),
        changes=changes,
        test_config=_configuration(params, changes, plan),
        plan=plan,
        write_first=list(dict.fromkeys([*params.write_first, *_to_write(changes)])),
        cautions=list(_cautions(changes)),
    )


def _changes(params: ProposeExperiment) -> Iterator[TextChange]:
    """Yield the texts that would differ, those that visitors see first."""
    for element, seen in defaults().seen_on_page.items():
        now, wanted = getattr(params.current, element), getattr(params.recommended, element)
        now = now or type(wanted)()
        new = _new_sections(now, wanted) if element == "outline" and wanted else []
        if wanted and wanted != now and (new or element != "outline"):
            yield TextChange(
                element=element, current=now, recommended=wanted, new_sections=new, seen_on_page=seen
            )


def _new_sections(now: Sequence[str], wanted: Sequence[str]) -> list[str]:
    there = {heading.casefold() for heading in now}
    return [heading for heading in wanted if heading.casefold() not in there]


def _to_write(changes: Sequence[TextChange]) -> Iterator[str]:
    if any(change.new_sections for change in changes):
        yield say("Write the new sections first, and show them to the variant only.")


def _nothing(params: ProposeExperiment, changes: Sequence[TextChange]) -> ExperimentProposal:
    if changes:
        reason = say(
            "Only what search engines show would change, and they show everybody the same: a test that splits "
            "visitors cannot judge it. Change it for all, and compare clicks in search before and after."
        )
    else:
        reason = say("Nothing on this page is recommended to change, so there is nothing to compare.")
    return ExperimentProposal(
        target_url=params.target_url,
        proposed=False,
        reason=reason,
        hypothesis=None,
        changes=list(changes),
        test_config=None,
        plan=None,
        write_first=[],
        cautions=[],
    )


def _configuration(
    params: ProposeExperiment, changes: Sequence[TextChange], plan: SamplePlan
) -> ProposedTest:
    sides = ((CONTROL, "current"), (RECOMMENDED, "recommended"))
    variants = [
        ProposedVariant(
            name=name,
            content={change.element: getattr(change, side) for change in changes},
            traffic_allocation=1 / ARMS,
        )
        for name, side in sides
    ]
    return ProposedTest(
        name=say("Recommended texts of {page}", page=_short(params.target_url)),
        hypothesis=say(HYPOTHESIS),
        variants=variants,
        metrics=list(_metrics(plan)),
        duration_days=plan.duration_days,
        confidence_level=defaults().confidence_level,
    )


def _metrics(plan: SamplePlan) -> Iterator[ProposedMetric]:
    metrics = defaults().metrics
    known = plan.users_per_variant is not None
    yield ProposedMetric(
        name=metrics.goal,
        role="goal",
        baseline=plan.baseline if known else None,
        minimum_detectable_effect=plan.minimum_detectable_effect if known else None,
    )
    yield from (ProposedMetric(name=name, role="guardrail") for name in metrics.guardrails)
    yield from (ProposedMetric(name=name, role="other") for name in metrics.others)


def _short(url: str) -> str:
    parts = urlsplit(url if "//" in url else f"//{url}")
    return f"{parts.netloc}{parts.path}".rstrip("/")[:80] or url[:80]


def _cautions(changes: Sequence[TextChange]) -> Iterator[str]:
    if not all(change.seen_on_page for change in changes):
        yield say(
            "Search engines show everybody the same title and description, so this test judges what happens on "
            "the page; what they bring from search shows in clicks before and after."
        )
    if sum(change.seen_on_page for change in changes) > 1:
        yield say(
            "Several texts change together: the test tells whether they help together, not which of them does."
        )
