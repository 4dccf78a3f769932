"""Whether a page needs JavaScript to show its content."""

from __future__ import annotations

from selectolax.lexbor import LexborHTMLParser

from ag2_marketing_tools.pages.crawl.facts import javascript_facts


def inline_script_bytes(tree: LexborHTMLParser) -> int:
    """Return the size of all script that lies in the page itself, data for scripts included."""
    return sum(len(node.text().encode()) for node in tree.css("script:not([src])"))


def notices(tree: LexborHTMLParser) -> str:
    """Return what the page says to those without JavaScript."""
    return " ".join(node.text(separator=" ") for node in tree.css("noscript"))


def javascript_signs(
    tree: LexborHTMLParser, *, visible_text: str, notice: str, script_bytes: int
) -> list[str]:
    """Return the signs that a page shows its content by a script only; none for a page that says enough.

    Args:
        tree: The page; texts that are never seen may be gone from it.
        visible_text: What is seen without JavaScript.
        notice: What is said to those without JavaScript.
        script_bytes: Size of the inline script.
    """
    facts = javascript_facts()
    if len(visible_text) > facts.most_characters:
        return []
    signs = [f"empty {selector}" for selector in facts.signs.roots if _is_empty_root(tree, selector)]
    told = f"{notice} {visible_text}".lower()
    signs += [f"notice: {phrase}" for phrase in facts.signs.notice if phrase in told][:1]
    heavy = max(facts.signs.inline_script_bytes, facts.signs.script_bytes_per_character * len(visible_text))
    if script_bytes >= heavy:
        signs.append(f"{script_bytes} bytes of inline script beside {len(visible_text)} visible characters")
    return signs


def _is_empty_root(tree: LexborHTMLParser, selector: str) -> bool:
    most = javascript_facts().signs.most_root_words
    return any(len(node.text(separator=" ").split()) <= most for node in tree.css(selector))
