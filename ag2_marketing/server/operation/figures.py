"""The server's own figures, in Prometheus' text format; units and endings as Prometheus names them."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_EVENTS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000)


class Figures:
    """What one server counts; each has a registry of its own, so that several servers fit into one process."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self.requests = Counter(
            "ag2_marketing_requests_total", "Requests by route and status.", ["route", "status"],
            registry=registry,
        )  # fmt: skip
        self.request_s = Histogram(
            "ag2_marketing_request_seconds", "From a request's headers to its answer.", ["route"],
            registry=registry, buckets=_SECONDS,
        )  # fmt: skip
        self.events = Counter(
            "ag2_marketing_events_total", "Events by what became of them.", ["outcome"], registry=registry
        )
        self.refusals = Counter(
            "ag2_marketing_refusals_total", "Requests that were turned away, by reason.", ["reason"],
            registry=registry,
        )  # fmt: skip
        self.turned_away = self.refusals.labels("queue_full")
        self.waiting = Gauge(
            "ag2_marketing_waiting_events", "Events that wait to be stored.", registry=registry
        )
        self.commit_s = Histogram(
            "ag2_marketing_commit_seconds", "One durable transaction of events.", registry=registry,
            buckets=_SECONDS,
        )  # fmt: skip
        self.group_events = Histogram(
            "ag2_marketing_group_events", "Events of one transaction.", registry=registry, buckets=_EVENTS
        )

    def text(self) -> bytes:
        """Return all of it as Prometheus reads it."""
        return generate_latest(self.registry)
