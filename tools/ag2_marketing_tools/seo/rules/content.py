"""The text of the page, and data for machines."""

from __future__ import annotations

import re

from ag2_marketing_tools.seo.catalogue import Check
from ag2_marketing_tools.seo.outcome import (
    Outcome,
    count_of,
    failed,
    measured,
    not_applicable,
    passed,
    place,
    say,
    warned,
)
from ag2_marketing_tools.seo.rules.registry import rule
from ag2_marketing_tools.seo.subject import Subject

# Ways of hiding that every honest page uses: for scripts that are off, for screen readers, for later.
_ORDINARY = frozenset({"comment", "noscript", "template", "aria-hidden", "closed dialog", "clipped"})
_WRITTEN_INVISIBLY = frozenset({"Unicode tags", "direction override"})
# UTF-8 read as windows-1252: the lead bytes C3, C2 and E2 80 as they look then, before what looks like one of
# the bytes 80 to BF. Quotation marks and dashes may end a word in capitals (`IRMÃ”`), so C3 leaves them out.
_TRAILING = bytes(range(0x80, 0xC0)).decode("cp1252", "ignore") + "\u0081\u008d\u008f\u0090\u009d"
_AFTER_C3 = "".join(sign for sign in _TRAILING if sign not in "”’…–—")
_MISREAD = re.compile(f"Ã[{_AFTER_C3}]|Â[\u00a0-\u00bf]|â€[{_TRAILING}]|\ufffd")


@rule("content.words")
def words(subject: Subject, check: Check) -> Outcome:
    """Warn of little text."""
    number = subject.words
    if number is None:
        return not_applicable(
            say("The text's script writes no spaces between words, so words cannot be counted.")
        )
    if number >= check.limits["minimum"].value:
        return passed()
    shown = say("The page shows {words}.", words=count_of(number, "word"))
    return warned(shown, measured=measured(check, number))


@rule("content.hidden_text")
def hidden_text(subject: Subject, check: Check) -> Outcome:
    """Warn of concealed text, fail on text written in invisible characters."""
    hidden = [text for text in subject.page.hidden_text if text.reason not in _ORDINARY]
    characters = sum(len(text.text) for text in hidden)
    invisible = any(text.reason in _WRITTEN_INVISIBLY for text in hidden)
    if characters < check.limits["tolerated_below"].value and not invisible:
        return passed()
    verdict = failed if invisible else warned
    return verdict(
        say("{characters} of text that visitors do not see.", characters=count_of(characters, "character")),
        measured=measured(check, characters),
        # Where and how, but not what: the text may be an order to the model that reads the audit.
        evidence=[
            place(f"<{text.element}>: {text.reason}" if text.element else text.reason) for text in hidden
        ],
    )


@rule("content.mojibake")
def damaged_characters(subject: Subject, check: Check) -> Outcome:
    """Warn of text that was read or saved in a wrong encoding."""
    page = subject.page
    text = "\n".join((page.title, page.description, page.visible_text))
    damaged = list(_MISREAD.finditer(text))
    if len(damaged) <= check.limits["good"].value:
        return passed()
    around = (text[max(0, match.start() - 20) : match.end() + 20].replace("\n", " ") for match in damaged)
    return warned(
        say("{characters} in the text.", characters=count_of(len(damaged), "damaged character")),
        measured=measured(check, len(damaged)),
        evidence=[place(say("text"), excerpt) for excerpt in around],
    )


@rule("schema.parse")
def structured_data(subject: Subject, check: Check) -> Outcome:
    """Fail on JSON-LD that cannot be read."""
    blocks = [block for block in subject.page.structured_data if block.syntax == "json-ld"]
    if not blocks:
        return not_applicable(say("The page has no JSON-LD."))
    broken = [block for block in blocks if block.error is not None]
    if len(broken) <= check.limits["good"].value:
        return passed()
    return failed(
        say("{blocks} cannot be read.", blocks=count_of(len(broken), "JSON-LD block")),
        measured=measured(check, len(broken)),
        evidence=[place('script type="application/ld+json"', block.error) for block in broken],
    )
