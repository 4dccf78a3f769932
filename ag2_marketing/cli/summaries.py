"""The results of single commands as plain lines: the state, what matters, what is unknown, and what next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ag2_marketing.cli.lab_summary import lab
from ag2_marketing.cli.layout import failure, item, items, section, wrapped
from ag2_marketing.cli.protection_summary import protection
from ag2_marketing.cli.site_summary import site_findings, site_state
from ag2_marketing.cli.words import more, severity, state, vital
from ag2_marketing.report.escaping import one_line
from ag2_marketing_tools.messages import count_of, say

MOST_FINDINGS = 15
MOST_POSTS = 20
VITALS = ("lcp", "inp", "cls")

Facts = Mapping[str, Any]


def audit_lines(audit: Facts) -> Iterator[str]:
    """Yield an audit (as `public_audit` gives it) for a terminal."""
    if audit.get("status") == "error":
        yield from failure(say("The page could not be audited"), audit)
        return
    summary, findings = audit["summary"], audit["findings"]
    yield one_line(audit["final_url"])
    yield say(
        "{checks}: {failed} failed, {warned} with a warning, {passed} passed.",
        checks=count_of(summary["checks"], "check"),
        failed=summary["failed"],
        warned=summary["warned"],
        passed=summary["passed"],
    )
    yield from section(say("What to mend, gravest first"), _findings(findings))
    yield from section(say("The site"), items(site_state(audit)))
    yield from section(say("Across the site"), items(site_findings(audit)))
    yield from section("Core Web Vitals", _vitals(audit.get("core_web_vitals")))
    yield from section(say("In a browser"), items(lab(audit)))
    yield from section(say("Visitors' protection"), items(protection(audit)))
    yield from section(say("Not measured"), _not_measured(audit))
    yield from section(say("Notes"), items(audit.get("notes", ())))
    yield ""
    if findings:
        first = findings[0]
        yield from wrapped(say("Start with: {title}. {how}", title=first["title"], how=first["how_to_fix"]))
    else:
        yield say("The checks that were made found nothing to mend.")


def campaign_lines(campaign: Facts) -> Iterator[str]:
    """Yield a stored campaign for a terminal."""
    if campaign.get("status") == "error":
        yield from failure(say("The campaign was not stored"), campaign)
        return
    counts, posts = campaign["counts"], campaign["scheduled_posts"]
    yield f"{one_line(campaign['name'])} ({campaign['campaign_id']}): {state(campaign['status'])}"
    by_state = [f"{number} {state(name)}" for name, number in counts.items() if name != "posts" and number]
    yield (
        say(
            "{posts}: {states}. Nothing has been published.",
            posts=count_of(counts["posts"], "post"),
            states=", ".join(by_state),
        )
        if posts
        else say("No posts.")
    )
    yield from section(say("Posts"), _posts(posts))
    missing = sorted({name for post in posts for name in post["preview"]["missing_credentials"]})
    yield from section(say("Needed before publishing"), items(missing))
    warnings = [*campaign.get("warnings", ()), *(w for post in posts for w in post["preview"]["warnings"])]
    yield from section(say("Warnings"), items(dict.fromkeys(warnings)))
    if campaign["status"] == "awaiting_approval":
        yield ""
        command = f"ag2-marketing call approve_campaign --arg campaign_id={campaign['campaign_id']}"
        yield say("Next: {step}", step=command)


# ---- parts


def _findings(findings: list[Facts]) -> Iterator[str]:
    for finding in findings[:MOST_FINDINGS]:
        yield from item(f"{severity(finding['severity'])}: {finding['title']}. {finding['message']}")
        yield from wrapped(say("Fix: {how}", how=finding["how_to_fix"]), indent="    ")
    if len(findings) > MOST_FINDINGS:
        yield f"  {more(len(findings) - MOST_FINDINGS)}"


def _vitals(vitals: Facts | None) -> Iterator[str]:
    for key in VITALS:
        found = vitals[key] if vitals else None
        if found and found["value"] is not None:
            yield from item(
                say(
                    "{name}: {value:g}{unit}, {rating} (good up to {good:g}{unit}, {source})",
                    name=vital(key),
                    value=found["value"],
                    unit="" if found["unit"] == "score" else f" {found['unit']}",
                    rating=_rating(found["rating"]),
                    good=found["threshold_good"],
                    source=_source(found["source"]),
                )
            )


def _rating(name: str) -> str:
    return {
        "good": say("good"),
        "needs improvement": say("needs improvement"),
        "poor": say("poor"),
    }[name]


def _source(name: str) -> str:
    return {"field": say("field"), "lab": say("lab")}.get(name, name)


def _not_measured(audit: Facts) -> Iterator[str]:
    vitals = audit.get("core_web_vitals") or {}
    reasons: dict[str, list[str]] = {}
    for key in VITALS:
        if vitals and vitals[key]["value"] is None:
            reasons.setdefault(str(vitals[key]["reason"] or vitals.get("reason")), []).append(vital(key))
    for check in audit.get("checks", ()):
        if check["verdict"] == "not_testable":
            reasons.setdefault(str(check["reason"]), []).append(check["check"])
    for reason, names in reasons.items():
        yield from item(f"{', '.join(names)}: {reason}")


def _posts(posts: list[Facts]) -> Iterator[str]:
    for post in posts[:MOST_POSTS]:
        now = state(post["state"]) + (f" ({post['reason']})" if post["reason"] else "")
        yield f"  {post['local_time']}  {post['platform']}, {one_line(now)}"
        yield from wrapped(post["preview"]["text"], indent="    ")
    if len(posts) > MOST_POSTS:
        yield f"  {more(len(posts) - MOST_POSTS)}"
