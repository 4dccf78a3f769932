"""What changed between two stored results, and a page's history, as plain lines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ag2_marketing.cli.layout import item, section, wrapped
from ag2_marketing.cli.words import moment, more, severity, vital
from ag2_marketing.report.escaping import one_line
from ag2_marketing_tools.messages import say

MOST_FINDINGS = 20
MOST_TERMS = 15
_SHOWN_UNITS = frozenset({"ms", "s", "byte", "px", "%", "percent"})

Facts = Mapping[str, Any]


def audit_change_lines(changes: Facts) -> Iterator[str]:
    """Yield what changed between two audits."""
    if not changes["compared"]:
        yield from _nothing(changes)
        return
    counts = changes["counts"]
    yield ""
    earlier = changes["earlier"]
    yield say(
        "Compared with the audit of {time} UTC ({id})",
        time=moment(earlier["at"]),
        id=one_line(earlier["id"]),
    )
    yield say(
        "{new} new, {worse} worse, {fixed} fixed, {better} better, {unchanged} unchanged.",
        **{way: counts[way] for way in ("new", "worse", "fixed", "better", "unchanged")},
    )
    for figure in (changes["score"], *changes["severities"], *changes["vitals"]):
        if figure is not None and (figure["difference"] or figure["reason"]):
            yield from item(_figure(figure))
    yield from section(say("New since then"), _findings(changes["new"]))
    yield from section(say("Worse since then"), _findings(changes["worse"]))
    yield from section(say("Fixed since then"), _findings(changes["fixed"]))
    yield from section(say("Better since then"), _findings(changes["better"]))
    yield from _beside(changes)


def content_change_lines(changes: Facts) -> Iterator[str]:
    """Yield what changed between two content analyses."""
    if not changes["compared"]:
        yield from _nothing(changes)
        return
    yield ""
    earlier = changes["earlier"]
    yield say(
        "Compared with the analysis of {time} UTC ({id})",
        time=moment(earlier["at"]),
        id=one_line(earlier["id"]),
    )
    for figure in (changes["words"], *changes["readability"]):
        if figure is not None:
            yield from item(_figure(figure))
    yield from _terms(changes)
    for advice in changes["advice"]:
        if advice["recommended"] is not None and advice["before"] != advice["recommended"]:
            yield from item(_advised(advice))
    yield from _beside(changes)


def _terms(changes: Facts) -> Iterator[str]:
    titles = {
        "keywords_gained": say("Primary keywords gained"),
        "keywords_lost": say("Primary keywords lost"),
        "gaps_closed": say("Gaps closed"),
        "gaps_new": say("New gaps"),
        "gaps_open": say("Gaps that are still open"),
    }
    for name, title in titles.items():
        terms = changes[name]
        if terms:
            left = len(terms) - MOST_TERMS
            further = f" {more(left)}" if left > 0 else ""
            yield from item(f"{title}: {', '.join(terms[:MOST_TERMS])}{further}")


def _advised(advice: Facts) -> str:
    field = {
        "title": say("Title"),
        "meta_description": say("Meta description"),
        "h1": say("Main heading"),
    }.get(advice["field"], advice["field"])
    text = advice["recommended"]
    if advice["followed"]:
        return say("{field}: “{text}”, as recommended, stands on the page now", field=field, text=text)
    return say("{field}: “{text}”, as recommended, is not on the page", field=field, text=text)


def history_lines(history: Facts) -> Iterator[str]:
    """Yield a page's stored runs, newest first."""
    if not history["entries"]:
        yield from wrapped(history["reason"])
        return
    heads = (say("score"), say("crit."), say("warn."), say("info"), say("pages"))
    columns = " ".join(f"{head:>7}" for head in heads)
    yield f"{say('finished (UTC)'):<17}  {say('kind'):<8} {columns}  id"
    for entry in history["entries"]:
        figures = [entry[name] for name in ("score", "critical", "warning", "info", "pages")]
        columns = " ".join(f"{_value(value):>7}" for value in figures)
        yield f"{moment(entry['at']):<17}  {_run(entry['kind']):<8} {columns}  {one_line(entry['id'])}"
    if history["stored"] > len(history["entries"]):
        older = history["stored"] - len(history["entries"])
        yield say("… and {number} older ones (--limit lists more)", number=older)
    if history["score"] is not None:
        yield ""
        yield _figure(history["score"])


def _nothing(changes: Facts) -> Iterator[str]:
    yield ""
    yield from wrapped(say("Not compared: {why}", why=changes["reason"]))
    yield from section(
        say("Notes on the comparison"), (line for note in changes["notes"] for line in item(note))
    )


def _run(kind: str) -> str:
    return {"audit": say("audit"), "content": say("content")}.get(kind, kind)


def _figure(figure: Facts) -> str:
    name = _name(figure["name"])
    earlier, latest = _value(figure["earlier"]), _value(figure["latest"])
    difference = figure["difference"]
    if difference is None:
        return f"{name}: {earlier} → {latest} ({figure['reason']})"
    unit = f" {figure['unit']}" if figure["unit"] in _SHOWN_UNITS else ""
    if difference["value"] == 0:
        return say("{name}: {value}{unit}, as then", name=name, value=latest, unit=unit)
    sign = "+" if difference["value"] > 0 else "-" if difference["value"] < 0 else ""
    return f"{name}: {earlier} → {latest}{unit} ({sign}{_value(abs(difference['value']))})"


def _name(of: str) -> str:
    if of in {"lcp", "inp", "cls"}:
        return vital(of)
    return {
        "critical": say("critical findings"),
        "warning": say("warnings"),
        "info": say("pieces of advice"),
        "score": say("score"),
        "words": say("words"),
        "reading_ease": say("reading ease"),
    }.get(of, of.replace("_", " "))


def _value(value: float | None) -> str:
    return "–" if value is None else say("{value:g}", value=value)


def _findings(findings: list[Facts]) -> Iterator[str]:
    for one in findings[:MOST_FINDINGS]:
        message = one["message_latest"] or one["message_earlier"]
        told = [f"{severity(one['severity'])}  {one['title']}", *([message] if message else [])]
        changed = [
            _figure({**one[name], "name": label})
            for name, label in (("pages", say("pages affected")), ("measured", say("figure")))
            if one[name] is not None and one[name]["difference"]
        ]
        yield from item(": ".join(told) + (f" [{'; '.join(changed)}]" if changed else ""))
    if len(findings) > MOST_FINDINGS:
        yield f"  {more(len(findings) - MOST_FINDINGS)}"


def _beside(changes: Facts) -> Iterator[str]:
    others = [f"{one['title']}: {one['reason']}" for one in changes["not_comparable"]]
    yield from section(
        say("Not comparable"), (line for text in others[:MOST_FINDINGS] for line in item(text))
    )
    if len(others) > MOST_FINDINGS:
        yield f"  {more(len(others) - MOST_FINDINGS)}"
    yield from section(
        say("Notes on the comparison"), (line for note in changes["notes"] for line in item(note))
    )
