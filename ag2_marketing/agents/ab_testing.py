"""The experimenter: sets up A/B tests, watches them, and judges them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from ag2_marketing.adapters.direct import AnyTool
from ag2_marketing.agents.base import MarketingAgent
from ag2_marketing_tools.figures import calculate, resolve_time
from ag2_marketing_tools.operations import propose_experiment


class ABTestingAgent(MarketingAgent):
    """Sets up A/B tests, assigns users to variants, tracks what they do, and says whether a variant wins."""

    role: ClassVar[str] = "ab_testing"
    default_name: ClassVar[str] = "experimenter"
    toolset: ClassVar[Sequence[AnyTool]] = (propose_experiment, calculate, resolve_time)
