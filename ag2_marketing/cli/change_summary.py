"""What changed between two stored results, and a page's history, as plain lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ag2_marketing.cli.layout import item, section, wrapped
from ag2_marketing.report.escaping import one_line

MOST_FINDINGS = 20
MOST_TERMS = 15
_SEVERITIES = {"critical": "CRITICAL", "warning": "WARNING", "info": "advice"}
_TITLES = {"new": "New", "worse": "Worse", "fixed": "Fixed", "better": "Better"}
_TERMS = {
    "keywords_gained": "Primary keywords gained",
    "keywords_lost": "Primary keywords lost",
    "gaps_closed": "Gaps closed",
    "gaps_new": "New gaps",
    "gaps_open": "Gaps that are still open",
}
_NAMES = {
    "critical": "critical findings",
    "warning": "warnings",
    "info": "pieces of advice",
    "lcp": "Largest Contentful Paint",
    "inp": "Interaction to Next Paint",
    "cls": "Cumulative Layout Shift",
}
_SHOWN_UNITS = frozenset({"ms", "s", "byte", "px", "%", "percent"})

Facts = Mapping[str, Any]


def audit_change_lines(changes: Facts) -> Iterator[str]:
    """Yield what changed between two audits."""
    if not changes["compared"]:
        yield from _nothing(changes)
        return
    counts = changes["counts"]
    yield ""
    yield _since("audit", changes)
    told = ", ".join(f"{counts[way]} {way}" for way in ("new", "worse", "fixed", "better", "unchanged"))
    yield f"{told}."
    for figure in (changes["score"], *changes["severities"], *changes["vitals"]):
        if figure is not None and (figure["difference"] or figure["reason"]):
            yield from item(_figure(figure))
    for way, title in _TITLES.items():
        yield from section(f"{title} since then", _findings(changes[way]))
    yield from _beside(changes)


def content_change_lines(changes: Facts) -> Iterator[str]:
    """Yield what changed between two content analyses."""
    if not changes["compared"]:
        yield from _nothing(changes)
        return
    yield ""
    yield _since("analysis", changes)
    for figure in (changes["words"], *changes["readability"]):
        if figure is not None:
            yield from item(_figure(figure))
    for name, title in _TERMS.items():
        terms = changes[name]
        if terms:
            more = f" … and {len(terms) - MOST_TERMS} more" if len(terms) > MOST_TERMS else ""
            yield from item(f"{title}: {', '.join(terms[:MOST_TERMS])}{more}")
    for advice in changes["advice"]:
        if advice["recommended"] is not None and advice["before"] != advice["recommended"]:
            said = "stands on the page now" if advice["followed"] else "is not on the page"
            yield from item(f"Recommended {advice['field']} “{advice['recommended']}” {said}")
    yield from _beside(changes)


def history_lines(history: Facts) -> Iterator[str]:
    """Yield a page's stored runs, newest first."""
    if not history["entries"]:
        yield from wrapped(history["reason"])
        return
    yield f"{'finished (UTC)':<17}  {'kind':<8} {'score':>6} {'crit.':>6} {'warn.':>6} {'info':>6} {'pages':>6}  id"
    for entry in history["entries"]:
        figures = [entry[name] for name in ("score", "critical", "warning", "info", "pages")]
        columns = " ".join(f"{'–' if value is None else f'{value:g}':>6}" for value in figures)
        yield f"{entry['at'][:16].replace('T', ' '):<17}  {entry['kind']:<8} {columns}  {one_line(entry['id'])}"
    if history["stored"] > len(history["entries"]):
        yield f"… and {history['stored'] - len(history['entries'])} older ones (--limit lists more)"
    if history["score"] is not None:
        yield ""
        yield _figure(history["score"])


def _nothing(changes: Facts) -> Iterator[str]:
    yield ""
    yield from wrapped(f"Not compared: {changes['reason']}")
    yield from section("Notes on the comparison", (line for note in changes["notes"] for line in item(note)))


def _since(kind: str, changes: Facts) -> str:
    at = changes["earlier"]["at"][:16].replace("T", " ")
    return f"Compared with the {kind} of {at} UTC ({one_line(changes['earlier']['id'])})"


def _figure(figure: Facts) -> str:
    name = _NAMES.get(figure["name"], figure["name"].replace("_", " "))
    earlier, latest = _value(figure["earlier"]), _value(figure["latest"])
    difference = figure["difference"]
    if difference is None:
        return f"{name}: {earlier} → {latest} ({figure['reason']})"
    unit = f" {figure['unit']}" if figure["unit"] in _SHOWN_UNITS else ""
    if difference["value"] == 0:
        return f"{name}: {latest}{unit}, as then"
    return f"{name}: {earlier} → {latest}{unit} ({difference['value']:+g})"


def _value(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _findings(findings: list[Facts]) -> Iterator[str]:
    for one in findings[:MOST_FINDINGS]:
        message = one["message_latest"] or one["message_earlier"]
        told = [f"{_SEVERITIES[one['severity']]}  {one['title']}", *([message] if message else [])]
        changed = [
            _figure({**one[name], "name": label})
            for name, label in (("pages", "pages affected"), ("measured", "figure"))
            if one[name] is not None and one[name]["difference"]
        ]
        yield from item(": ".join(told) + (f" [{'; '.join(changed)}]" if changed else ""))
    if len(findings) > MOST_FINDINGS:
        yield f"  … and {len(findings) - MOST_FINDINGS} more (--json lists them)"


def _beside(changes: Facts) -> Iterator[str]:
    others = [f"{one['title']}: {one['reason']}" for one in changes["not_comparable"]]
    yield from section("Not comparable", (line for text in others[:MOST_FINDINGS] for line in item(text)))
    if len(others) > MOST_FINDINGS:
        yield f"  … and {len(others) - MOST_FINDINGS} more (--json lists them)"
    yield from section("Notes on the comparison", (line for note in changes["notes"] for line in item(note)))
