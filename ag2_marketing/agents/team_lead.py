"""The team lead: talks with the person and brings in colleagues."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from ag2_marketing.adapters.direct import AnyTool
from ag2_marketing.agents.base import MarketingAgent
from ag2_marketing_prompts import system_prompt
from ag2_marketing_tools.campaigns import list_campaigns, show_campaign
from ag2_marketing_tools.experiments import list_experiments
from ag2_marketing_tools.figures import calculate, resolve_time


class TeamLead(MarketingAgent):
    """Answers what it can and addresses colleagues with @name for the rest."""

    role: ClassVar[str] = "team_lead"
    default_name: ClassVar[str] = "team_lead"
    toolset: ClassVar[Sequence[AnyTool]] = (
        list_campaigns,
        show_campaign,
        list_experiments,
        calculate,
        resolve_time,
    )

    def __init__(self, *, colleagues: Sequence[MarketingAgent], **options: Any) -> None:
        self._colleagues = tuple(colleagues)
        super().__init__(**options)

    def _instructions(self) -> str:
        about = [
            {"name": agent.name, "about": (type(agent).__doc__ or "").splitlines()[0]}
            for agent in self._colleagues
        ]
        return system_prompt(self.role, language=self.settings.language, colleagues=about)
