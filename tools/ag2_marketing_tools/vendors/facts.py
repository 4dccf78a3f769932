"""What is known of each vendor's API: read from `vendors.toml`."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.workspace import Workspace
from ag2_marketing_tools.workspace.gateway.services import ServicePolicy


class Vendor(BaseModel):
    """One API of a vendor; the comment at the top of `vendors.toml` says what each field means.

    Sizes are in bytes, times in seconds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: str
    version: str
    key: str
    base_url: Annotated[str, Field(pattern=r"^https://[^\s?#]+[^/?#\s]$")]
    documentation: str
    keys_page: str
    key_header: str | None = None
    key_prefix: str = ""
    key_query: str | None = None
    key_pair: bool = False
    permission: str
    timeout_s: Annotated[float, Field(gt=0)]
    max_bytes: Annotated[int, Field(gt=0)] = 4_000_000
    max_requests: Annotated[int, Field(gt=0)] | None = None
    window_s: Annotated[float, Field(gt=0)] = 60.0
    cost: str
    quota_resets: str
    test: str
    test_cost: str | None = None
    errors: dict[str, str] = {}
    site_faults: frozenset[str] = frozenset()
    price: dict[str, int] = {}
    run_units: Annotated[int, Field(ge=0)] | None = None
    renew: str | None = None

    @model_validator(mode="after")
    def _one_way_to_give_the_key(self) -> Vendor:
        if sum((self.key_header is not None, self.key_query is not None, self.key_pair)) != 1:
            raise ValueError(f"{self.name} needs one of key_header, key_query and key_pair")
        return self

    def url(self, ws: Workspace) -> str:
        """Return where the API is: as the settings' `vendor_base_urls` say, else as the vendor does."""
        return ws.settings.vendor_base_urls.get(self.name, self.base_url).rstrip("/")

    def budget(self, ws: Workspace) -> int:
        """Return how many paid units one run may spend with the key."""
        return ws.settings.vendor_max_units_per_run.get(self.key, self.run_units or 0)

    def policy(self, ws: Workspace) -> ServicePolicy:
        """Return the rate limit and circuit breaker that its requests share."""
        return ServicePolicy(
            max_requests=self.max_requests,
            window_s=self.window_s,
            failure_threshold=ws.settings.breaker_max_failures,
            recovery_timeout_s=ws.settings.breaker_reset_s,
        )


@cache
def all_vendors() -> dict[str, Vendor]:
    """Return every vendor's API by its name."""
    text = files("ag2_marketing_tools.vendors").joinpath("vendors.toml").read_text("utf-8")
    return {name: Vendor(name=name, **facts) for name, facts in tomllib.loads(text).items()}


def vendor_named(name: str) -> Vendor:
    """Return the facts of one vendor's API.

    Raises:
        InvalidInput: No API goes by this name; the message lists those that do.
    """
    found = all_vendors().get(name)
    if found is None:
        raise InvalidInput(
            f"No vendor's API is called {name!r}.", remedy=f"Known are {', '.join(all_vendors())}."
        )
    return found


def vendors_of_key(key: str) -> tuple[Vendor, ...]:
    """Return the APIs that a key of this name (`pagespeed`, `security`, …) may open."""
    return tuple(vendor for vendor in all_vendors().values() if vendor.key == key)
