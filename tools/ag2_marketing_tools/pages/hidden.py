"""Text that a visitor does not see: found, listed with its reason, and taken out of the tree.

Such text is a known carrier of orders to language models (OWASP LLM01:2025) and, where it is meant for search
engines, against their policies (Google Search, spam policies, "hidden text and link abuse").
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Set
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError

from ag2_marketing_tools.pages.css import Rule, declarations, hiding_reason, reason_of_block, rules
from ag2_marketing_tools.pages.elements import Elements
from ag2_marketing_tools.pages.model import HiddenText
from ag2_marketing_tools.pages.tree import ids_within
from ag2_marketing_tools.text.clean import clean, unusual

LONGEST_EXCERPT = 500  # characters kept of one hidden text
MOST_LISTED = 200  # hidden texts that are listed; all of them are stripped
_MOST_TESTS = 4_000_000  # elements times rules: about a second; real pages stay far below

_ARIA_HIDDEN = "aria-hidden"
_UNSPOKEN = "[aria-hidden=true]"
_SCREEN_MEDIA = ("all", "screen")
_MARKED = "[hidden]:not([hidden=until-found])"
# After U+1F3F4 up to six of them, and a closing one, make a flag (UTS 51, emoji tag sequences).
_TAG_CHARACTERS = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,6}\U000e007f|([\U000e0020-\U000e007f]{2,})")
_TAG_CHARACTER = re.compile("[\U000e0020-\U000e007f]")
_LETTER = "A-Za-zÀ-ɏЀ-ӿͰ-Ͽ"
_NO_WIDTH = "\u200b\u2060\ufeff\u200c\u200d"
_BETWEEN_LETTERS = re.compile(rf"\b[{_LETTER}][\w{_NO_WIDTH}]*")
_ZERO_WIDTH = re.compile(f"(?<=[{_LETTER}])[{_NO_WIDTH}]+(?=[{_LETTER}])")
_ZERO_WIDTH_RUN = re.compile(f"[{_NO_WIDTH}]+")
_WORD_WITH_THEM = re.compile(rf"[\w{_NO_WIDTH}]*")
# One of these stands in every text that the patterns above and below match.
_UNSEEN = re.compile("[\u200b-\u200d\u2060\ufeff\u202d\u202e\U000e0020-\U000e007f]")
_COMBINATOR = re.compile(r"[\s>+]+")
_IN_BRACKETS = re.compile(r"\[[^\]]*+\]")
_NAMED = re.compile(r"[\w-]+")  # elements, classes and ids of a compound selector
_OVERRIDING = re.compile("[\u202d\u202e]")
_OVERRIDE = re.compile("[\u202d\u202e][^\u202c\n]{1,500}")


@dataclass(frozen=True)
class Concealed:
    """What was found, with its nodes.

    Attributes:
        texts: What is listed.
        roots: The outermost hidden elements.
        comments: The comments outside them.
        node_ids: Ids of every hidden element and of what lies in it.
        unseen_ids: Those among them that no eye sees; `aria-hidden` ones are kept from screen readers only.
    """

    texts: list[HiddenText]
    roots: list[LexborNode]
    comments: list[LexborNode]
    node_ids: frozenset[int]
    unseen_ids: frozenset[int]


def find_hidden(elements: Elements) -> Concealed:
    """Return the hidden elements of a page, outermost only, in document order, and its comments."""
    reasons = _reasons(elements)
    root = elements.tree.root
    texts: list[HiddenText] = []
    roots: list[LexborNode] = []
    comments: list[LexborNode] = []
    covered: set[int] = set()
    only_unspoken: set[int] = set()
    for node in root.traverse() if root else ():
        if node.is_comment_node:
            if node.parent is None or node.parent.mem_id not in covered:
                comments.append(node)
                texts.append(_listed(node.comment_content or "", "comment"))
            continue
        reason = reasons.get(node.mem_id) if reasons else None
        if reason is None or node.mem_id in covered:
            continue
        roots.append(node)
        inside = ids_within(node)
        covered |= inside
        if reason == _ARIA_HIDDEN:
            only_unspoken |= inside.difference(
                *(ids_within(one) for one in node.css("*") if reasons.get(one.mem_id, reason) != reason)
            )
        texts.append(_listed(_text_of(node), reason, node.tag))
    return Concealed(
        [text for text in texts if text.text],
        roots,
        comments,
        frozenset(covered),
        frozenset(covered - only_unspoken),
    )


def hidden_characters(text: str) -> Iterator[HiddenText]:
    """Return texts that are written with, or torn by, characters that no reader sees.

    Joiners in scripts that need them, flags and plain direction marks are ordinary spelling and not listed.
    """
    rest = unusual(text)
    if not _UNSEEN.search(rest):
        return
    for run in _TAG_CHARACTERS.finditer(text) if _TAG_CHARACTER.search(rest) else ():
        if run[1]:
            ascii_text = "".join(chr(ord(character) - 0xE0000) for character in run[1][:LONGEST_EXCERPT])
            yield _listed(ascii_text, "Unicode tags")
    if _ZERO_WIDTH_RUN.search(rest):
        for word in _torn_words(text):
            yield _listed(word, "zero-width characters")
    for run in _OVERRIDE.finditer(text) if _OVERRIDING.search(rest) else ():
        yield _listed(run[0], "direction override")


def _torn_words(text: str) -> Iterator[str]:
    """Yield each word with characters of no width between two of its letters."""
    done = 0
    for run in _ZERO_WIDTH_RUN.finditer(text):
        if run.start() < done or not _ZERO_WIDTH.match(text, run.start()):
            continue
        start = run.start()
        while start > done and _WORD_WITH_THEM.fullmatch(text, start - 1, start):
            start -= 1
        done = _WORD_WITH_THEM.match(text, start).end()  # type: ignore[union-attr]  # it matches anything
        for word in _BETWEEN_LETTERS.finditer(text, start, done):
            if _ZERO_WIDTH.search(word[0]):
                yield word[0]


def remove_hidden(concealed: Concealed) -> None:
    """Take the hidden elements and the comments out of their tree; the nodes must not be used afterwards."""
    for node in (*concealed.roots, *concealed.comments):
        node.decompose()


def _listed(text: str, reason: str, element: str | None = None) -> HiddenText:
    excerpt = clean(text[: 4 * LONGEST_EXCERPT])[:LONGEST_EXCERPT]
    return HiddenText(text=excerpt, reason=reason, element=element)


def _text_of(node: LexborNode) -> str:
    if node.tag == "template":
        return " ".join(part.text(separator=" ") for part in node.template_fragments())
    return node.text(separator=" ")


def _reasons(elements: Elements) -> dict[int, str]:
    tree = elements.tree
    reasons = {node.mem_id: "hidden attribute" for node in tree.css(_MARKED)}
    for identity, reason in _hidden_by_tag(elements):
        reasons.setdefault(identity, reason)
    by_rule = _hidden_by_rules(elements)
    for identity, inline in _hidden_inline(tree):
        if identity not in by_rule:
            reasons.setdefault(identity, inline)
    for identity, by_style in by_rule.items():
        if by_style is not None:
            reasons.setdefault(identity, by_style)
    for node in tree.css(_UNSPOKEN):  # the least of the reasons: to the eye, such an element is there
        reasons.setdefault(node.mem_id, _ARIA_HIDDEN)
    for node in elements.named("html, head, body"):  # hidden until a script shows them; then all is seen
        reasons.pop(node.mem_id, None)
    return reasons


def _hidden_by_tag(elements: Elements) -> Iterator[tuple[int, str]]:
    for tag in ("noscript", "template"):
        yield from ((node.mem_id, tag) for node in elements.named(tag))
    for node, attributes in elements.described("dialog"):
        if "open" not in attributes:
            yield node.mem_id, "closed dialog"


def _hidden_inline(tree: LexborHTMLParser) -> Iterator[tuple[int, str]]:
    known: dict[str, str | None] = {}  # many elements of a page have the same style
    for node in tree.css("[style]"):
        style = node.attributes.get("style") or ""
        if style not in known:
            known[style] = reason_of_block(style)
        reason = known[style]
        if reason is not None:
            yield node.mem_id, reason


def _hidden_by_rules(elements: Elements) -> dict[int, str | None]:
    """Return, for each element that a rule of the page would hide, what holds after the cascade."""
    tree = elements.tree
    sheet = "\n".join(
        node.text()
        for node, attributes in elements.described("style")
        if (attributes.get("media", "all") or "").lower() in _SCREEN_MEDIA
    )
    known = list(rules(sheet))[: _MOST_TESTS // max(1, len(elements))] if sheet else []
    hides = {block: reason_of_block(block) is not None for block in {rule.block for rule in known}}
    hiding = [rule for rule in known if hides[rule.block]]
    touched = {node.mem_id: node for node in _select(tree, {rule.selector for rule in hiding})}
    if not touched:
        return {}
    properties = {name for rule in hiding for part in rule.declarations for name in part}
    names, around = _names(touched.values()), _names(_with_ancestors(touched.values()))
    relevant = sorted(
        (rule for rule in known if _may_match(rule.selector, names, around) and rule.sets(properties)),
        key=lambda rule: rule.specificity,  # stable: equal ones stay in source order
    )
    return _cascade(tree, relevant, touched)


def _cascade(
    tree: LexborHTMLParser, relevant: list[Rule], touched: dict[int, LexborNode]
) -> dict[int, str | None]:
    normal: dict[int, dict[str, str]] = {identity: {} for identity in touched}
    important: dict[int, dict[str, str]] = {identity: {} for identity in touched}
    matched = {
        selector: _ids_of(tree, selector, touched) for selector in {rule.selector for rule in relevant}
    }
    for rule in relevant:
        for identity in matched[rule.selector]:
            normal[identity].update(rule.declarations[0])
            important[identity].update(rule.declarations[1])
    result: dict[int, str | None] = {}
    for identity, node in touched.items():
        inline, inline_important = declarations(node.attributes.get("style") or "")
        result[identity] = hiding_reason(
            {**normal[identity], **inline, **important[identity], **inline_important}
        )
    return result


def _ids_of(tree: LexborHTMLParser, selector: str, among: Container[int]) -> list[int]:
    return [identity for node in _select(tree, {selector}) if (identity := node.mem_id) in among]


def _select(tree: LexborHTMLParser, selectors: Set[str]) -> list[LexborNode]:
    """Return the elements that one of the selectors matches; those that cannot be read match none."""
    if not selectors:
        return []
    try:
        return tree.css(", ".join(sorted(selectors)))  # one walk through the tree for all of them
    except SelectolaxError:
        return [node for one in selectors for node in _select(tree, {one})] if len(selectors) > 1 else []


def _names(nodes: Iterable[LexborNode]) -> frozenset[str]:
    """Return elements' names, classes and ids in lower case, as documents in quirks mode compare them."""
    written: list[str] = []
    for node in nodes:
        attributes = node.attributes
        written += (node.tag or "", attributes.get("class") or "", attributes.get("id") or "")
    return frozenset(" ".join(written).lower().split())


def _with_ancestors(nodes: Iterable[LexborNode]) -> Iterator[LexborNode]:
    known: set[int] = set()
    for node in nodes:
        above: LexborNode | None = node
        while above is not None and above.mem_id not in known:
            known.add(above.mem_id)
            yield above
            above = above.parent


def _may_match(selector: str, names: frozenset[str], around: frozenset[str]) -> bool:
    """Tell whether a selector may match an element of these names, which lies in elements of those around it.

    What stands in brackets or is escaped names nothing to compare; what `+` follows lies beside the element.
    """
    if "\\" in selector or '"' in selector or "'" in selector:
        return True
    parts = _COMBINATOR.split(_IN_BRACKETS.sub("", selector.lower()))
    if not names.issuperset(_NAMED.findall(parts[-1])):
        return False
    return "+" in selector or around.issuperset(_NAMED.findall(" ".join(parts)))
