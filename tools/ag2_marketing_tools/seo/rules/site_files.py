"""The files of a site that stand beside its pages, and what they tell crawlers."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ag2_marketing_tools.pages.site_files import SiteFile
from ag2_marketing_tools.pages.sitemap import is_complete
from ag2_marketing_tools.pages.urls import origin
from ag2_marketing_tools.seo.catalogue import Check, wording
from ag2_marketing_tools.seo.outcome import (
    Outcome,
    count_of,
    failed,
    measured,
    not_applicable,
    not_testable,
    passed,
    place,
    say,
    warned,
)
from ag2_marketing_tools.seo.rules.registry import rule
from ag2_marketing_tools.seo.subject import Subject

_NOT_ASKED = "The file was not asked for."
_ICON = re.compile(
    r"""<link\s(?:[^>]{0,2000}\s)?rel\s*=\s*["']?(?:shortcut\s+)?(?:apple-touch-)?icon(?:-precomposed)?["'\s/>]""",
    re.IGNORECASE,
)
_MARKDOWN_LINK = re.compile(r"\[[^\]\n]{1,200}\]\([^)\s]{1,2000}\)")


def _unknown(file: SiteFile | None) -> Outcome | None:
    if file is None:
        return not_testable(say(_NOT_ASKED))
    if file.status is None:
        return not_testable(file.reason or say("There was no answer."))
    return None


@rule("sitemap.exists")
def sitemap_exists(subject: Subject, _check: Check) -> Outcome:
    """Warn of a site without a sitemap."""
    file = subject.site.sitemap
    unknown = _unknown(file)
    if unknown is not None or file is None:
        return unknown or not_testable(say(_NOT_ASKED))
    if file.found:
        return passed()
    named = bool(subject.robots.sitemaps)
    return warned(
        say(
            "The sitemap that robots.txt names is not there." if named
            else "There is no sitemap in robots.txt and none at /sitemap.xml."
        ),
        evidence=[place("sitemap", f"HTTP {file.status}", file.url)],
    )  # fmt: skip


@rule("sitemap.valid")
def sitemap_valid(subject: Subject, check: Check) -> Outcome:
    """Fail on a sitemap that cannot be read, warn of addresses that it may not list."""
    file = subject.site.sitemap
    if file is None or not file.found:
        return not_applicable(say("There is no sitemap."))
    sitemap = subject.site_map
    if sitemap.error is not None:
        return failed(
            say("The sitemap cannot be read."), evidence=[place("sitemap", sitemap.error, file.url)]
        )
    number = len(sitemap.addresses)
    if not number:
        return warned(say("The sitemap lists nothing."), evidence=[place("sitemap", None, file.url)])
    if number > check.limits["maximum"].value:
        message = say("The sitemap lists {addresses} addresses.", addresses=number)
        return warned(message, measured=measured(check, number))
    hosts = {urlsplit(url).hostname for url in (file.url, subject.page.url)}
    wrong = [one for one in sitemap.addresses if not is_complete(one) or urlsplit(one).hostname not in hosts]
    if not wrong:
        return passed()
    return warned(
        say("The sitemap lists addresses that are incomplete or of another host."),
        evidence=[place("sitemap loc", one[:200], file.url) for one in wrong],
    )


@rule("meta.favicon")
def favicon(subject: Subject, _check: Check) -> Outcome:
    """Mention a site without an icon."""
    if any(resource.element == "icon" for resource in subject.page.resources):
        return passed()
    if _ICON.search(subject.page.source):
        return (
            passed()
        )  # written into the page itself (data:), or for Apple's devices, which Google takes too
    file = subject.site.favicon
    unknown = _unknown(file)
    if unknown is not None or file is None:
        return unknown or not_testable(say(_NOT_ASKED))
    if file.found:
        return passed()
    return warned(say("The page names no icon, and there is none at /favicon.ico."))


@rule("ai.llms_txt")
def llms_txt(subject: Subject, check: Check) -> Outcome:
    """Mention an llms.txt that breaks its own format; none is needed."""
    file = subject.site.llms_txt
    unknown = _unknown(file)
    if unknown is not None or file is None:
        return unknown or not_testable(say(_NOT_ASKED))
    if not file.found or file.media_type == "text/html":
        return not_applicable(say("The site has no llms.txt, and search engines do not ask for one."))
    text = file.content[:1_000_000].decode("utf-8", "replace").removeprefix("\ufeff").strip()
    missing = []
    if not text.startswith("# "):
        missing.append(say("a title in its first line"))
    if not _MARKDOWN_LINK.search(text):
        missing.append(say("links"))
    if len(text) < check.limits["minimum"].value:
        missing.append(say("text"))
    if not missing:
        return passed()
    return warned(
        say("llms.txt lacks {parts}.", parts=f" {say('and')} ".join(missing)),
        measured=measured(check, len(text)),
        evidence=[place("llms.txt", None, file.url)],
    )


@rule("ai.crawlers")
def ai_crawlers(subject: Subject, check: Check) -> Outcome:
    """Mention assistants and their searches that robots.txt keeps away; keeping training away is a choice."""
    robots, url = subject.robots, f"{origin(subject.page.url)}/"
    lists = wording()["ai_crawlers"]
    away = sorted(name for name in lists["answering"] if not robots.allows(url, name))
    if len(away) <= check.limits["good"].value:
        return passed()
    training = sorted(name for name in lists["training"] if not robots.allows(url, name))
    return warned(
        say("robots.txt keeps {crawlers} of AI assistants away.", crawlers=count_of(len(away), "crawler")),
        measured=measured(check, len(away)),
        evidence=[
            *(place(say("robots.txt: answers"), name, robots.url) for name in away),
            *(place(say("robots.txt: training"), name, robots.url) for name in training),
        ],
    )
