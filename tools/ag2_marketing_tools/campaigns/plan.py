"""From a campaign as it is asked for to its posts; every fault is found before anything is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from ag2_marketing_tools.campaigns.findings import Findings
from ag2_marketing_tools.campaigns.model import ContentItem, ScheduleCampaign, When
from ag2_marketing_tools.campaigns.platforms import Platform, find_platform
from ag2_marketing_tools.campaigns.preview import preview_of
from ag2_marketing_tools.campaigns.rendering import control_fault
from ag2_marketing_tools.campaigns.results import Preview
from ag2_marketing_tools.campaigns.schedule import Due, Frame, timing_of
from ag2_marketing_tools.campaigns.tracking import utm_parameters
from ag2_marketing_tools.errors import InvalidInput
from ag2_marketing_tools.messages import say
from ag2_marketing_tools.workspace import Settings
from ag2_marketing_tools.workspace.localtime import zone_named
from ag2_marketing_tools.workspace.workspace import Credential

MOST_POSTS = 1000


@dataclass(frozen=True)
class Draft:
    """One post that is ready to be stored; `item` counts from 1."""

    item: int
    content: ContentItem
    platform: Platform
    due: Due
    timezone: str
    preview: Preview


@dataclass(frozen=True)
class Plan:
    """A campaign's posts and what a person should know about them."""

    platforms: tuple[Platform, ...]
    drafts: tuple[Draft, ...]
    warnings: tuple[str, ...]


def plan_of(
    params: ScheduleCampaign, settings: Settings, tokens: Mapping[str, Credential], now: datetime
) -> Plan:
    """Return a campaign's posts.

    Raises:
        InvalidInput: It cannot be stored as asked; the message names every fault.
    """
    return _Planning(params, settings, tokens, now).plan()


@dataclass
class _Planning:
    params: ScheduleCampaign
    settings: Settings
    tokens: Mapping[str, Credential]
    now: datetime
    findings: Findings = field(default_factory=Findings)

    def plan(self) -> Plan:
        self._check_campaign()
        platforms = self._platforms()
        frame, when = self._read_frame()
        drafts = [
            draft
            for number, item in enumerate(self.params.content)
            for draft in self._drafts(number, item, platforms, frame, when)
        ]
        if len(drafts) > MOST_POSTS:
            self.findings.fault(
                "", f"the campaign would have {len(drafts):,} posts; at most {MOST_POSTS:,} are stored"
            )
        if self.findings.faults:
            told = "; ".join(self.findings.told_faults())
            raise InvalidInput(told if told.endswith("?") else f"{told}.")
        self._warn_of_repeats(drafts)
        self._warn_of_credentials(platforms)
        return Plan(platforms, tuple(drafts), tuple(self.findings.told_warnings()))

    def _check_campaign(self) -> None:
        params, findings = self.params, self.findings
        if not params.name:
            findings.fault("name", "the campaign has no name")
        fault = control_fault("name", params.name)
        if fault:
            findings.fault("name", fault)
        if not params.content:
            findings.fault("content", "no content; give at least one item, such as {'text': 'Hello'}")
        if not params.platforms:
            findings.fault("platforms", "no platforms; name at least one, such as facebook or email")
        if None not in (params.schedule, params.scheduling) and params.schedule != params.scheduling:
            findings.fault("schedule", "`schedule` and `scheduling` differ; give one of them")

    def _read_frame(self) -> tuple[Frame, When | None]:
        """Return what schedules are read against, and the campaign's own; a fault of these is told once."""
        settings, params, findings = self.settings, self.params, self.findings
        zone = params.timezone
        if zone is not None and findings.attempt("timezone", partial(zone_named, zone)) is None:
            zone = settings.timezone
        frame = Frame(self.now, settings.past_grace_s, params.on_past, settings.timezone, zone)
        when = params.schedule if params.scheduling is None else params.scheduling
        if when is not None and findings.attempt("schedule", partial(timing_of, when, frame)) is None:
            when = None
        return frame, when

    def _platforms(self) -> tuple[Platform, ...]:
        found: dict[str, Platform] = {}
        for name in self.params.platforms:
            platform = self.findings.attempt("platforms", partial(find_platform, name))
            if platform is None:
                continue
            if platform.name in found:
                self.findings.warn(
                    "platforms",
                    say(
                        "{name!r} is {platform} again; it is posted there once.",
                        name=name,
                        platform=platform.name,
                    ),
                )
            found[platform.name] = platform
        return tuple(found.values())

    def _drafts(
        self, number: int, item: ContentItem, platforms: tuple[Platform, ...], frame: Frame, when: When | None
    ) -> Iterator[Draft]:
        place = f"content[{number}]"
        previews = list(self._previews(place, item, platforms))
        own = when if item.schedule is None else item.schedule
        timing = self.findings.attempt(place, partial(timing_of, own, frame))
        if timing is None:
            return
        for note in timing.notes:
            self.findings.warn(place, note)
        for due in timing.due:
            for platform, preview in previews:
                yield Draft(number + 1, item, platform, due, timing.timezone, preview)

    def _previews(
        self, place: str, item: ContentItem, platforms: tuple[Platform, ...]
    ) -> Iterator[tuple[Platform, Preview]]:
        taking = [platform for platform in platforms if item.type in platform.takes]
        report = self.findings.warn if taking else self.findings.fault
        for platform in platforms:
            if platform not in taking:
                kinds = ", ".join(platform.takes)
                fault = say(
                    "{platform} takes {kinds}, not {kind}",
                    platform=platform.title,
                    kinds=kinds,
                    kind=item.type,
                )
                report(place, fault, platform.name)
        targeting = self.params.targeting
        for platform in taking:
            utm = utm_parameters(platform, self.params.name, targeting.variant_id if targeting else None)
            previewed = preview_of(
                item, platform, utm=utm, tokens=self.tokens, media_root=self.settings.media_root
            )
            for fault in previewed.faults:
                self.findings.fault(place, fault, platform.name)
            for warning in previewed.preview.warnings:
                self.findings.warn(place, warning, platform.name)
            yield platform, previewed.preview

    def _warn_of_repeats(self, drafts: list[Draft]) -> None:
        texts = Counter(
            (draft.platform.title, draft.preview.text)
            for draft in drafts
            if draft.platform.refuses_repeated_text
        )
        for title in dict.fromkeys(title for (title, _), uses in texts.items() if uses > 1):
            warning = say("{platform} refuses a text that was posted before; vary it.", platform=title)
            self.findings.warn("content", warning)

    def _warn_of_credentials(self, platforms: tuple[Platform, ...]) -> None:
        for platform in platforms:
            missing = ", ".join(platform.missing_credentials(self.tokens))
            if missing:
                warning = say(
                    "publishing on {platform} still needs {credentials}.",
                    platform=platform.title,
                    credentials=missing,
                )
                self.findings.warn("platforms", warning)
