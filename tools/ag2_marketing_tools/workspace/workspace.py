"""The workspace itself: what a tool may reach, opened and closed as one."""

from __future__ import annotations

import getpass
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from pydantic import SecretStr

from ag2_marketing_tools.workspace.clock import Clock, SystemClock
from ag2_marketing_tools.workspace.gateway import Gateway, Services
from ag2_marketing_tools.workspace.ids import IdSource, RandomIds
from ag2_marketing_tools.workspace.settings import Settings
from ag2_marketing_tools.workspace.spending import Spending
from ag2_marketing_tools.workspace.store import Store

Credential = SecretStr | Mapping[str, SecretStr]


@dataclass(frozen=True)
class Workspace:
    """One company's settings, store, gateway, clock, ids and secrets, and what it spent since it was opened.

    `actor` is who works with it and `audience` for whom, as the log of accesses says it.
    """

    settings: Settings
    store: Store
    gateway: Gateway
    clock: Clock
    ids: IdSource
    api_keys: Mapping[str, SecretStr] = field(default_factory=dict, repr=False)
    platform_tokens: Mapping[str, Credential] = field(default_factory=dict, repr=False)
    spending: Spending = field(default_factory=Spending, repr=False)
    actor: str | None = None
    audience: str = "program"

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        settings: Settings | None = None,
        *,
        clock: Clock | None = None,
        ids: IdSource | None = None,
        gateway: Gateway | None = None,
        services: Services | None = None,
    ) -> AsyncIterator[Workspace]:
        """Open the store and the gateway, and close them at the end whatever happened.

        Args:
            settings: Read from the environment when not given.
            clock: The machine's clock when not given.
            ids: Random ids when not given.
            gateway: A gateway to share with other workspaces; it is then not closed here.
            services: Rate limits and circuit breakers to share with workspaces that were opened before.

        Raises:
            StoreError: The database cannot be reached, or is of another version.
        """
        settings = settings or Settings()
        clock = clock or SystemClock()
        store = await Store.open(settings, clock=clock)
        used_gateway = gateway or Gateway(settings, clock=clock, services=services)
        try:
            yield cls(
                settings=settings,
                store=store,
                gateway=used_gateway,
                clock=clock,
                ids=ids or RandomIds(),
                api_keys=settings.vendor_keys(),
                actor=settings.actor or _login_name(),
            )
        finally:
            if gateway is None:
                await used_gateway.aclose()
            await store.aclose()

    def seen_by(self, audience: str, *, actor: str | None = None) -> Workspace:
        """Return this workspace for another audience, and another actor where one is named."""
        return replace(self, audience=audience, actor=actor or self.actor)

    def with_credentials(
        self,
        *,
        api_keys: Mapping[str, str | SecretStr] | None = None,
        platform_tokens: Mapping[str, str | SecretStr | Mapping[str, str]] | None = None,
    ) -> Workspace:
        """Return this workspace with further keys and tokens; empty ones are left out.

        The gateway learns each secret's text, so that it is struck from logs and errors.
        """
        keys = {name: _secret(value) for name, value in (api_keys or {}).items() if value}
        tokens = {name: _credential(value) for name, value in (platform_tokens or {}).items() if value}
        self.gateway.redactor.learn(*_texts(keys), *_texts(tokens))
        return replace(
            self,
            api_keys={**self.api_keys, **keys},
            platform_tokens={**self.platform_tokens, **tokens},
        )


def _login_name() -> str:
    """Return the name that the machine knows its user by; a container may know none."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"


def _secret(value: str | SecretStr) -> SecretStr:
    return value if isinstance(value, SecretStr) else SecretStr(value)


def _credential(value: str | SecretStr | Mapping[str, str]) -> Credential:
    if isinstance(value, Mapping):
        return {name: _secret(part) for name, part in value.items()}
    return _secret(value)


def _texts(credentials: Mapping[str, Credential]) -> list[str]:
    parts = [
        part
        for value in credentials.values()
        for part in (value.values() if isinstance(value, Mapping) else (value,))
    ]
    return [part.get_secret_value() for part in parts]
