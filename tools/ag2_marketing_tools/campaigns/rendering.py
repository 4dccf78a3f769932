"""From a content item to the words that one platform would show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from ag2_marketing_tools.campaigns.links import link_fault, tagged
from ag2_marketing_tools.campaigns.model import ContentItem, Email, Heading, Meta, Post, Template
from ag2_marketing_tools.campaigns.platforms import Platform
from ag2_marketing_tools.campaigns.results import LinkPreview
from ag2_marketing_tools.messages import say

PLACEHOLDER = re.compile(r"\{\{\s*([\w.]+)\s*\}\}")
LINK_IN_TEXT = re.compile(r"https?://[^\s<>\"“”()\[\]]+", re.IGNORECASE)
CLOSING_PUNCTUATION = ".,:;!?'’…"
AS_WRITTEN = "It is part of the text and stays as written; give it as the post's link to have it tagged."


@dataclass
class Rendered:
    """What a platform would show of an item, and what stands against it.

    Attributes:
        parts: The words by part (`text`; or `subject`, `preview_text`, `body`, `cta_text`, `cta_url`; …).
        links: Links as given and as published.
        media: Names of its media.
        faults: Why it cannot be posted there.
        warnings: What a person should know.
    """

    parts: dict[str, str] = field(default_factory=dict)
    links: list[LinkPreview] = field(default_factory=list)
    media: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Everything that a reader would see, in order."""
        lines = [words for name, words in self.parts.items() if words and not name.startswith("cta_")]
        button = self.parts.get("cta_text")
        address = self.parts.get("cta_url", "")
        if button or address:
            lines.append(" ".join(filter(None, (f"[{button}]" if button else "", address))))
        return "\n\n".join(lines)

    @property
    def placeholders(self) -> list[str]:
        """Names of the placeholders, in order of appearance."""
        return list(dict.fromkeys(PLACEHOLDER.findall(self.text)))


def render(item: ContentItem, platform: Platform, utm: Mapping[str, str]) -> Rendered:
    """Return what a platform would show of an item."""
    match item:
        case Post():
            found = Rendered({"text": item.text}, media=list(item.media))
            _place_link(found, item.link, platform, utm)
            if not (is_visible(item.text) or item.media):
                found.faults.append("there is neither text nor media")
        case Email():
            found = _email(item, utm)
        case Meta():
            found = _page_part("meta_description", item.value)
        case Heading():
            found = _page_part("heading", item.value)
        case Template():
            found = _template(item, platform, utm)
    for words in (found.parts.get("text"), found.parts.get("body")):
        _list_links(found, words or "")
    return found


def is_visible(text: str) -> bool:
    """Tell whether a text holds anything that can be seen."""
    return any(unicodedata.category(character)[0] not in "ZC" for character in text)


def control_fault(name: str, value: str) -> str | None:
    """Say that a one-line value holds a line break or control character: it could start a mail header."""
    held = next((c for c in value if unicodedata.category(c) in {"Cc", "Zl", "Zp"}), None)
    if held is None:
        return None
    return say(
        "{name} holds a line break or control character ({character})", name=name, character=repr(held)
    )


def _place_link(found: Rendered, link: str | None, platform: Platform, utm: Mapping[str, str]) -> None:
    if link is None:
        return
    fault = link_fault(link)
    if fault:
        found.faults.append(f"link: {fault}")
        return
    published = tagged(link, utm)
    text = found.parts.get("text", "")
    if platform.link == "none":
        found.warnings.append(
            say("{platform} has no place for a link; it is left out.", platform=platform.title)
        )
        return
    found.links.append(LinkPreview(place="link", given=link, published=published))
    if link in text.split():
        found.parts["text"] = re.sub(rf"(?<!\S){re.escape(link)}(?!\S)", lambda _: published, text)
    elif platform.link == "text":
        found.parts["text"] = f"{text} {published}".strip()


def _email(item: Email, utm: Mapping[str, str]) -> Rendered:
    found = Rendered({"subject": item.subject, "preview_text": item.preview_text})
    if item.body:
        found.parts["body"] = item.body
    if item.cta is not None:
        found.parts["cta_text"] = item.cta.text
    _check_mail(found, item.template)
    if not (item.body or item.template):
        found.warnings.append(say("The mail has neither a template nor a body."))
    if item.cta is not None:
        _button(found, item.cta.url, utm)
    return found


def _check_mail(found: Rendered, template: str | None = None) -> None:
    if not is_visible(found.parts.get("subject", "")):
        found.faults.append(say("the subject is empty"))
    for name in ("subject", "preview_text", "cta_text"):
        fault = control_fault(name, found.parts.get(name, ""))
        found.faults += [fault] if fault else []
    fault = control_fault("template", template or "")
    found.faults += [fault] if fault else []


def _button(found: Rendered, url: str | None, utm: Mapping[str, str]) -> None:
    if url is None:
        found.warnings.append(say("The button leads nowhere: it has no url."))
        return
    fault = link_fault(url)
    if fault:
        found.faults.append(f"cta url: {fault}")
        return
    found.parts["cta_url"] = tagged(url, utm)
    found.links.append(LinkPreview(place="cta", given=url, published=found.parts["cta_url"]))


def _page_part(name: str, value: str) -> Rendered:
    found = Rendered({name: value})
    if not is_visible(value):
        found.warnings.append(
            say("The {part} is empty: the page would have none.", part=name.replace("_", " "))
        )
    return found


def _template(item: Template, platform: Platform, utm: Mapping[str, str]) -> Rendered:
    found = Rendered()
    used = {"type", *_take_parts(found, item, platform)}
    media, link = item.value.get("media"), item.value.get("link")
    if isinstance(media, list):
        found.media = [str(name) for name in media]
        used.add("media")
    if platform.name == "email":
        used.add("personalization")  # switches for the mail service; they stay in the stored content
        _check_mail(found)
        address = found.parts.pop("cta_url", None)
        if address or "cta_text" in found.parts:
            _button(found, address, utm)
    elif isinstance(link, str):
        used.add("link")
        _place_link(found, link, platform, utm)
    if not found.parts:
        needed = sorted({name for sources in platform.template_parts.values() for name in sources})
        found.faults.append(
            say(
                "the template holds nothing that {platform} can show ({parts})",
                platform=platform.title,
                parts=", ".join(needed),
            )
        )
    left = [name for name in item.value if name not in used]
    if left:
        found.warnings.append(
            say("{platform} does not show {parts}.", platform=platform.title, parts=", ".join(left))
        )
    return found


def _take_parts(found: Rendered, item: Template, platform: Platform) -> set[str]:
    """Fill a platform's parts from the first field of the template that fits each; return the fields used."""
    used: set[str] = set()
    for part, sources in platform.template_parts.items():
        source = next((name for name in sources if _words(item.value.get(name))), None)
        if source is None:
            continue
        used.add(source)
        found.parts[part] = _words(item.value[source])
        if source not in {part, sources[0]}:
            found.warnings.append(
                say(
                    "{platform} shows {source!r} as {part}.",
                    platform=platform.title,
                    source=source,
                    part=part.replace("_", " "),
                )
            )
    if "detail" in found.parts:  # social platforms show one text
        found.parts = {"text": "\n\n".join(found.parts.values())}
    return used


def _words(value: object) -> str:
    return value if isinstance(value, str) and is_visible(value) else ""


def _list_links(found: Rendered, text: str) -> None:
    published = {link.published for link in found.links}
    for match in LINK_IN_TEXT.finditer(text):
        url = match[0].rstrip(CLOSING_PUNCTUATION)
        if url not in published:
            found.links.append(LinkPreview(place="text", given=url, published=url, reason=AS_WRITTEN))
