"""Two content analyses side by side; functions of the two, without network, store or clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from ag2_marketing_tools.content.history.model import AdviceFollowed
from ag2_marketing_tools.content.history.snapshot import ContentSnapshot
from ag2_marketing_tools.history.changes import change
from ag2_marketing_tools.history.model import Change, NotComparable
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.text.clean import clean

_Field = Literal["title", "description", "h1"]


def folded(text: str | None) -> str:
    """Return a text as it is compared: without differences of case and of white space."""
    return " ".join(clean(text or "").split()).casefold()


def only_in(these: Sequence[str], others: Sequence[str]) -> list[str]:
    """Return the terms of one list that the other does not have."""
    known = {folded(term) for term in others}
    return [term for term in these if folded(term) not in known]


def in_both(these: Sequence[str], others: Sequence[str]) -> list[str]:
    """Return the terms of one list that the other has too."""
    known = {folded(term) for term in others}
    return [term for term in these if folded(term) in known]


def words(then: ContentSnapshot, now: ContentSnapshot) -> Change | None:
    """Return the change of the count of words; None where neither has one."""
    if then.page.words is None and now.page.words is None:
        return None
    return change(
        "words",
        then.page.words,
        now.page.words,
        "word",
        reason=now.page.words_reason or then.page.words_reason,
    )


def readability(then: ContentSnapshot, now: ContentSnapshot) -> Iterator[Change | NotComparable]:
    """Yield each measure that both have by the same formula, or why they cannot be compared."""
    before, after = then.page.readability, now.page.readability
    for name, unit in (("reading_ease", "score"), ("grade", "school grade")):
        earlier, latest = getattr(before, name), getattr(after, name)
        if earlier is None and latest is None:
            continue
        if earlier is None or latest is None:
            reason = (after if latest is None else before).reason or say(
                "Only one of the two has this figure."
            )
        elif before.formula != after.formula:
            reason = say("The two texts were measured by different formulas.")
        else:
            yield change(name, earlier, latest, unit)
            continue
        yield NotComparable(subject=name, title=say("Readability"), reason=reason)


def why_no_gaps(then: ContentSnapshot, now: ContentSnapshot) -> str | None:
    """Say why gaps cannot be compared: only gaps beside the same competitors can be."""
    if then.content_gaps_reason or now.content_gaps_reason:
        return now.content_gaps_reason or then.content_gaps_reason
    if then.competitors != now.competitors:
        return say("The two were compared with other competitors.")
    return None


def advice(then: ContentSnapshot, now: ContentSnapshot) -> Iterator[AdviceFollowed]:
    """Yield each text that was recommended then, beside what stands on the page now."""
    fields: tuple[tuple[_Field, str | None, str | None, str | None], ...] = (
        ("title", then.recommended_title, then.page.title, now.page.title),
        (
            "description",
            then.recommended_meta_description,
            then.page.description,
            now.page.description,
        ),
        ("h1", then.recommended_h1, next(iter(then.page.h1), None), next(iter(now.page.h1), None)),
    )
    for field, recommended, before, after in fields:
        yield AdviceFollowed(
            field=field,
            recommended=recommended,
            before=before or None,
            now=after or None,
            followed=None if recommended is None else folded(after) == folded(recommended),
            changed=folded(before) != folded(after),
        )
