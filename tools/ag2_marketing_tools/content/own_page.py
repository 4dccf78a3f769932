"""What is kept of one of the site's own pages: far less than a `Page`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ag2_marketing_tools.content.duplicates import Runs
from ag2_marketing_tools.content.facts import is_general
from ag2_marketing_tools.content.profile import PageProfile
from ag2_marketing_tools.pages.model import Page
from ag2_marketing_tools.pages.urls import canonical_form
from ag2_marketing_tools.text.clean import clean
from ag2_marketing_tools.text.words import UNSPACED_LETTER, sentences, tokenise

Key = tuple[str, ...]
MOST_SUBJECTS = 10
_MOST_SENTENCES = 2_000


@dataclass(frozen=True)
class Sentence:
    """A sentence of the running text; `words` and `stems` run side by side."""

    text: str
    words: tuple[str, ...]
    stems: Key

    def anchor(self, key: Key, written: str) -> str | None:
        """Return a term as this sentence writes it, or None where it is not in it."""
        if UNSPACED_LETTER.search(written):
            return written if written in self.text else None
        size = len(key)
        for at in range(len(self.stems) - size + 1):
            if size and self.stems[at : at + size] == key:
                return _as_written(self.text, self.words[at : at + size])
        return None


@dataclass(frozen=True)
class OwnPage:
    """A page of the own site.

    Attributes:
        url: Its address.
        canonical: The canonical address that it names, in canonical form; None where it names none.
        title: Its title, or its main heading.
        code: The language that its text was read by.
        indexable: Whether it lets search engines show it, under this address.
        subjects: What its title and main heading are about: stems and the term as written, best first.
        sentences: Its running text.
        links: The addresses of the site that it links to, in canonical form.
        anchors: The texts of its links, in small letters.
        text: The text that is read.
    """

    url: str
    canonical: str | None
    title: str
    code: str | None
    indexable: bool
    subjects: tuple[tuple[Key, str], ...]
    sentences: tuple[Sentence, ...]
    links: frozenset[str]
    anchors: frozenset[str]
    text: str

    @classmethod
    def of(cls, profile: PageProfile) -> OwnPage:
        """Keep what is needed of a page."""
        page = profile.page
        canonical = _form(page.canonical_url)
        headings = profile.main_headings
        return cls(
            url=page.url,
            canonical=canonical,
            title=profile.telling_title or next(iter(headings), "") or clean(page.title),
            code=profile.code,
            indexable=not ({"noindex", "none"} & set(page.robots))
            and canonical in {None, canonical_form(page.url)},
            subjects=_subjects(profile),
            sentences=_sentences(profile),
            links=frozenset(form for link in page.links if link.internal and (form := _form(link.url))),
            anchors=frozenset(link.text.casefold() for link in page.links if link.text),
            text=profile.text,
        )

    @cached_property
    def runs(self) -> Runs:
        """The text's runs of words."""
        return Runs.of(self.text)

    @cached_property
    def addresses(self) -> frozenset[str]:
        """The addresses under which a link leads to it, in canonical form."""
        return frozenset({canonical_form(self.url), *([self.canonical] if self.canonical else [])})

    def says(self, key: Key, written: str) -> bool:
        """Tell whether its running text holds a term."""
        return any(sentence.anchor(key, written) for sentence in self.sentences)


def addresses_of(page: Page) -> frozenset[str]:
    """Return the addresses under which a link leads to a page, in canonical form."""
    forms = (_form(page.url), _form(page.transfer.requested_url), _form(page.canonical_url))
    return frozenset(form for form in forms if form)


def _form(url: str | None) -> str | None:
    if url is None or not url.lower().startswith(("http://", "https://")):
        return None
    return canonical_form(url)


def _subjects(profile: PageProfile) -> tuple[tuple[Key, str], ...]:
    index = profile.index
    named = [
        keyword.term
        for keyword in profile.keywords
        if {"title", "h1"} & set(keyword.places) and not is_general(keyword.term, profile.code)
    ]
    return tuple((index.key(term), term) for term in named[:MOST_SUBJECTS])


def _sentences(profile: PageProfile) -> tuple[Sentence, ...]:
    text = "\n".join(line for section in profile.sections for line in section.lines)
    found = []
    for sentence in sentences(text)[:_MOST_SENTENCES]:
        words = tuple(tokenise(sentence, profile.code))
        found.append(Sentence(sentence, words, profile.index.stems(words)))
    return tuple(found)


def _as_written(sentence: str, words: tuple[str, ...]) -> str:
    """Return the stretch of a sentence from the first of these words to the last."""
    start = 0
    while True:
        start = sentence.find(words[0], start)
        if start < 0:
            return " ".join(words)
        end = start
        for word in words:
            at = sentence.find(word, end)
            if at < 0 or (end > start and at - end > 2):
                break
            end = at + len(word)
        else:
            return sentence[start:end]
        start += 1
