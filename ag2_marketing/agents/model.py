"""The model behind an agent: where it is, and how much of it a conversation may use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ag2_marketing_tools.messages import say
from ag2_marketing_tools.workspace import Settings


def llm_config_from(settings: Settings) -> Any:
    """Return AG2's `LLMConfig` for the endpoint in the settings, or False where no model is set."""
    if settings.llm_model is None:
        return False
    from autogen import LLMConfig

    entry: dict[str, Any] = {
        "model": settings.llm_model,
        # Local endpoints take any key, but the client insists on one.
        "api_key": settings.llm_api_key.get_secret_value() if settings.llm_api_key else "not-needed",
        "price": [0, 0],  # AG2 would warn of a model whose price it does not know; the budget counts tokens
        "timeout": settings.llm_timeout_s,
    }
    if settings.llm_base_url is not None:
        entry["base_url"] = settings.llm_base_url
    return LLMConfig(entry, cache_seed=None)


@dataclass
class Budget:
    """What a conversation may still ask of the model."""

    max_tokens: int
    max_calls: int
    tokens: int = 0
    calls: int = 0

    @classmethod
    def of(cls, settings: Settings) -> Budget:
        """Return the full budget that the settings grant a run."""
        return cls(max_tokens=settings.llm_max_tokens_per_run, max_calls=settings.llm_max_calls_per_run)

    def renew(self) -> None:
        """Grant the full budget again: another run begins."""
        self.tokens = self.calls = 0

    @property
    def exhausted(self) -> str | None:
        """Say what is used up, or None."""
        if self.calls >= self.max_calls:
            return say("the budget of {requests} model requests is used up", requests=self.max_calls)
        if self.tokens >= self.max_tokens:
            return say("the budget of {tokens} tokens is used up", tokens=self.max_tokens)
        return None
