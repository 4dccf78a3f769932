"""What a browser pretends to be."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Network(BaseModel):
    """An emulated connection; throughput in kilobits (1,000 bits) a second."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    latency_ms: float = Field(ge=0)
    download_kbps: float = Field(gt=0)
    upload_kbps: float = Field(gt=0)


class Device(BaseModel):
    """An emulated device: the window in CSS pixels, and how slow it is.

    Attributes:
        cpu_slowdown: How many times slower than this machine scripts run.
        network: The connection; None leaves it as it is.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    width_px: int = Field(gt=0)
    height_px: int = Field(gt=0)
    scale: float = Field(gt=0)
    mobile: bool
    user_agent: str
    cpu_slowdown: float = Field(ge=1)
    network: Network | None = None
