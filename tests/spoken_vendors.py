"""Vendors of the audit, spoken by the loopback site in the shapes of the stored examples."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from loopback_site import Answer, Asked, Site

PSI = "/pagespeedonline/v5/runPagespeed"
CRUX = "/crux/records:queryRecord"
SITES = "/search_console/sites"
INSPECTION = "/search_console_inspection/urlInspection/index:inspect"
JSON = {"content-type": "application/json"}
NO_RECORD = {
    "error": {"code": 404, "message": "chrome ux report data not found", "status": "NOT_FOUND"},
}

Reply = tuple[int, Any]


@dataclass
class Vendors:
    """What each vendor says: a status and a body, or what makes them of the request."""

    site: Site
    shared_data: Path
    replies: dict[str, Reply | Callable[[Asked], Reply]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.site.answering = self._answer

    def example(self, name: str) -> Reply:
        """Return a stored example."""
        text = (self.shared_data / "api_examples" / f"{name}.json").read_text()
        response = json.loads(text)["response"]
        return response["status"], response["body"]

    def say(self, path: str, reply: Reply | Callable[[Asked], Reply]) -> None:
        """Write down what is said at a path; a path that ends with `*` stands for all that begin so."""
        self.replies[path] = reply

    def asked(self, path: str) -> list[Asked]:
        """Return the requests to a path."""
        return [asked for asked in self.site.asked if _matches(path, asked.path)]

    def _answer(self, asked: Asked) -> Answer | None:
        reply = next((reply for path, reply in self.replies.items() if _matches(path, asked.path)), None)
        if reply is None:
            return None
        status, body = reply(asked) if callable(reply) else reply
        return Answer(body if isinstance(body, str) else json.dumps(body), status, JSON)


def by_device(mobile: Reply, desktop: Reply) -> Callable[[Asked], Reply]:
    """Answer PageSpeed Insights' question by its strategy."""
    return lambda asked: mobile if asked.query["strategy"] == ["MOBILE"] else desktop


def record(covers: Mapping[str, str], **p75: float | str) -> dict[str, Any]:
    """Return a record of the Chrome UX Report, of 28 days."""
    names = {
        "lcp": "largest_contentful_paint",
        "inp": "interaction_to_next_paint",
        "cls": "cumulative_layout_shift",
        "fcp": "first_contentful_paint",
    }
    return {
        "record": {
            "key": dict(covers),
            "metrics": {names[name]: {"percentiles": {"p75": value}} for name, value in p75.items()},
            "collectionPeriod": {
                "firstDate": {"year": 2026, "month": 2, "day": 1},
                "lastDate": {"year": 2026, "month": 2, "day": 28},
            },
        }
    }


def _matches(pattern: str, path: str) -> bool:
    return path.startswith(pattern[:-1]) if pattern.endswith("*") else path == pattern
