"""What an audit tells of certificate and reputation."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from ag2_marketing_tools.errors import CertificateFault
from ag2_marketing_tools.marks import unit, untrusted
from ag2_marketing_tools.tool import Result

Text = Annotated[str, untrusted()]


class Certificate(Result):
    """A server's certificate, and whether browsers would take it."""

    host: str = Field(description="The host that was asked.")
    subject: Text | None = Field(
        description="Whom it was issued to: common name, else organisation, else host."
    )
    hosts: list[Text] = Field(description="The hosts that it is valid for, ten at most.")
    issuer: Text | None = Field(description="Who issued it.")
    valid_from: datetime
    valid_until: datetime
    days_left: Annotated[int, unit("day")] = Field(
        description="Whole days until it expires, by the workspace's clock; below zero once it has expired."
    )
    host_matches: bool
    chain_trusted: bool | None = Field(
        description="Whether a known authority vouches for it; null where another fault hides that."
    )
    valid: bool = Field(description="Whether a connection that checks certificates was made.")
    fault: CertificateFault | None = Field(default=None, description="Why none was made.")
    reason: str | None = Field(default=None, description="The same in words.")
    tls_version: str = Field(description="As in `TLSv1.3`.")
    key_type: str | None = Field(description="As in `RSA`, `EC` or `Ed25519`.")
    key_size: Annotated[int | None, unit("bit")]


class Reputation(Result):
    """What Google's lists of dangerous pages say; whoever is not listed is not thereby safe."""

    verdict: Literal["listed", "not listed", "unknown"]
    source: str = Field(description="Whose list was asked.")
    threats: list[str] = Field(default=[], description="As the list calls them: `MALWARE`, …")
    reason: str | None = Field(default=None, description="Why it is unknown.")
    note: str | None = Field(default=None, description="What to know about the source.")
