"""What a reader of an analysis must know to read it rightly."""

from __future__ import annotations

from collections.abc import Iterator

from ag2_marketing_tools.content.compare import Comparison
from ag2_marketing_tools.content.facts import phrases, profile_named, profiles
from ag2_marketing_tools.content.profile import PageProfile
from ag2_marketing_tools.content.rivals import moved_host
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.text.lexicon import known_languages, lexicon


def notes(target: PageProfile, comparison: Comparison, content_type: str | None) -> Iterator[str]:
    """Yield the notes."""
    yield from _on_words(target, content_type)
    yield from _on_reading(target)
    yield from _on_competitors(comparison)


def _on_words(target: PageProfile, content_type: str | None) -> Iterator[str]:
    if content_type is not None and not profile_named(content_type)[1]:
        known = ", ".join(profiles())
        yield say(
            "There is no profile for content type {type!r}; the default one is used. Known: {known}.",
            type=content_type,
            known=known,
        )
    if target.code is not None and lexicon(target.code) is None:
        known = ", ".join(known_languages())
        yield say(
            "There are no word lists for language {code!r}, only for {known}: its keywords are "
            "rougher, and recommendations use the page's own words only.",
            code=target.code,
            known=known,
        )
    elif target.code is not None and phrases(target.code) is None:
        yield say(
            "There are no phrases for language {code!r}: recommendations use the page's own words only.",
            code=target.code,
        )


def _on_reading(target: PageProfile) -> Iterator[str]:
    if not target.text:
        yield say("The page has no text that a visitor sees.")
    elif target.code is None:
        yield say("The text is too short or too mixed to tell its language, so its keywords are rougher.")
    if target.words is None:
        yield say("The text writes no spaces between words, so its keywords are runs of characters.")
    if moved_host(target.page):
        yield say("The page was read from another host than asked for: {url}.", url=target.page.url)
    if target.is_cut:
        yield say("The text is very long; only its beginning was analysed.")


def _on_competitors(comparison: Comparison) -> Iterator[str]:
    apart = sorted({one.page.url for one in comparison.competitors} - comparison.related)
    if apart:
        yield say(
            "These pages speak of other things than the analysed one, so that their terms are hardly gaps of it "
            "and come last: {pages}.",
            pages=", ".join(apart),
        )
