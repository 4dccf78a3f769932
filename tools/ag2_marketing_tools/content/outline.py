"""The recommended outline: the page's sections, its competitors', and those of its kind of content."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ag2_marketing_tools.content.compare import Comparison
from ag2_marketing_tools.content.compose import Composer
from ag2_marketing_tools.content.facts import profiles
from ag2_marketing_tools.content.model import OutlineSection
from ag2_marketing_tools.content.model_terms import ContentGap, Topic
from ag2_marketing_tools.content.profile import PageProfile
from ag2_marketing_tools.content.wording import capitalised, figures_stand_on_page
from ag2_marketing_tools.text.clean import clean
from ag2_marketing_tools.text.lexicon import lexicon
from ag2_marketing_tools.text.words import tokenise

_MOST_OWN = 15
_MOST_FROM_GAPS = 4
_LONGEST_HEADING = 80  # characters; more is a paragraph in a heading's clothes
_QUESTION_MARKS = ("?", "？", "؟")


@dataclass(frozen=True)
class Outliner:
    """Writes the outline of one page."""

    comparison: Comparison
    topics: Sequence[Topic]
    focus: Sequence[str]
    composer: Composer

    @property
    def target(self) -> PageProfile:
        """The analysed page."""
        return self.comparison.target

    def outline(self, h1: str | None) -> list[OutlineSection]:
        """Return the outline; every section says where it comes from, and none comes twice.

        A gap becomes a section where a competitor of the same subject has it in a title or heading, one for each
        topic; a focus keyword where no other section names it; the sections of the content type's profile come in
        the page's language, or not at all. Nothing is named that only a competitor is, has or serves.
        """
        sections = [OutlineSection(level=1, heading=h1, origin="recommended_h1")] if h1 else []
        seen = {self.target.index.key(section.heading) for section in sections}
        for section in (*self._own(), *self._from_focus(), *self._from_gaps(), *self._from_profile()):
            key = self.target.index.key(section.heading)
            if key and key not in seen:
                seen.add(key)
                sections.append(section)
        return sections

    def _own(self) -> list[OutlineSection]:
        furniture = lexicon(self.target.code)
        stops = furniture.stop_words if furniture else frozenset()
        headings = [
            clean(h.text or h.image_alt) for h in self.target.headings if h.level == 2 and not h.hidden
        ]
        kept = [
            heading
            for heading in dict.fromkeys(headings)
            if heading
            and len(heading) <= _LONGEST_HEADING
            and any(word.casefold() not in stops for word in tokenise(heading, self.target.code))
        ]
        return [OutlineSection(level=2, heading=heading, origin="page") for heading in kept[:_MOST_OWN]]

    def _from_focus(self) -> Iterator[OutlineSection]:
        for term in self.focus:
            uses = self.target.placement(term)
            if (
                term != self.composer.lead
                and not uses.prominent
                and figures_stand_on_page(term, self.target.page)
            ):
                yield OutlineSection(level=2, heading=capitalised(term), origin="focus_keyword")

    def _from_gaps(self) -> list[OutlineSection]:
        sections: list[OutlineSection] = []
        topics_told: set[str] = set()
        for gap in self.comparison.gaps:
            topic = next((one.label for one in self.topics if gap.term in one.terms), gap.term)
            source = self._heading_of(gap)
            if source is None or topic in topics_told or len(sections) == _MOST_FROM_GAPS:
                continue
            topics_told.add(topic)
            sections.append(
                OutlineSection(
                    level=2,
                    heading=capitalised(gap.term),
                    origin="content_gap",
                    covered_by_count=gap.covered_by_count,
                    origin_url=source,
                )
            )
        return sections

    def _heading_of(self, gap: ContentGap) -> str | None:
        """Return a competitor's page that has a gap in a title or heading, if it fits this page's outline."""
        fits = (
            gap.kind == "topic"
            and not self.comparison.is_name(gap.term)
            and figures_stand_on_page(gap.term, self.target.page)
        )
        prominent = [one for one in gap.covered_by if one.uses.prominent]
        stands_alone = any(
            gap.term.casefold() == text.casefold() for one in prominent for text in one.headings
        )
        if not fits or not prominent or not (" " in gap.term or stands_alone or len(prominent) > 1):
            return None
        return prominent[0].url

    def _from_profile(self) -> Iterator[OutlineSection]:
        name = self.composer.profile_name
        if name == "default" and not self._only_competitors_answer_questions():
            return
        for section in profiles()[name].section:
            if heading := section.get(self.target.code or ""):
                yield OutlineSection(level=2, heading=heading, origin="profile")

    def _only_competitors_answer_questions(self) -> bool:
        theirs = any(_asks(one) for one in self.comparison.competitors)
        return theirs and not _asks(self.target)


def _asks(profile: PageProfile) -> bool:
    return any(clean(heading.text).endswith(_QUESTION_MARKS) for heading in profile.headings)
