"""One turn of an agent: what it says or calls next, with or without a model.

Without a model the step's own calls are made and its template speaks. With one, every answer is reviewed
before it reaches the group: a figure or an argument that no evidence supports sends the answer back to its
author, twice at most; then the template speaks instead, and the transcript says so, without repeating the
figure. This module knows no agent framework.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ag2_marketing.adapters.direct import AnyTool
from ag2_marketing.adapters.session import FixedCall, ToolSession, explained_faults
from ag2_marketing.agents.messages import Message, as_history, calling, parts_of
from ag2_marketing.agents.model import Budget
from ag2_marketing.agents.step import Step
from ag2_marketing.grounding import (
    GroundingError,
    GroundingReport,
    Violation,
    check,
    check_arguments,
    render,
)
from ag2_marketing_prompts import spoken
from ag2_marketing_tools.messages import say, speaking

MOST_CORRECTIONS = 2
MOST_MODEL_CALLS_PER_STEP = 8
MOST_TOOL_CALLS_PER_ANSWER = 8
NOTHING_TO_SAY = "My part is done; what was found is on record."

AskModel = Callable[[Sequence[Message]], Awaitable[tuple[Any, int]]]
"""Takes corrections to append to the history; returns the model's answer and the tokens it used."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with an answer: in full for its author, without the author's words for the transcript."""

    explained: str
    noted: str


def _no_tools() -> Mapping[str, Message]:
    return {}


@dataclass
class Voice:
    """How one agent takes its turns; it lives as long as its step, or as its agent where it has none.

    Args:
        name: The agent's name.
        role: The folder of its templates.
        language: The language of its templates. A model's own words are checked in the language that they
            are in.
        session: The conversation's session.
        tools: The agent's tools by name.
        budget: What the conversation may still ask of the model.
        foreign_tools: Returns the schemas of tools that another application gave to the agent, by name.
    """

    name: str
    role: str
    language: str
    session: ToolSession
    tools: Mapping[str, AnyTool]
    budget: Budget | None = None
    foreign_tools: Callable[[], Mapping[str, Message]] = _no_tools
    step: Step | None = None
    limited: bool = False
    model_calls: int = 0
    template_only: bool = False

    def begin(self, step: Step | None) -> None:
        """Take the floor: from here on the model's answers are counted."""
        self.step = step
        self.limited = True
        self.model_calls = 0
        self.template_only = False

    async def take_turn(self, ask: AskModel | None) -> str | Message:
        """Return the next message: text for the group, or tool calls for the agent itself."""
        with speaking(self.language):
            return await self._take_turn(ask)

    async def _take_turn(self, ask: AskModel | None) -> str | Message:
        missing = self.step.missing(self.session) if self.step else []
        if ask is not None and self._may_ask():
            answer = await self._ask_until_grounded(ask, missing)
            if answer is not None:
                return answer
            self.template_only = self.limited  # outside a workflow nobody says when the next turn begins
        return calling(missing) if missing else self._speak(has_model=ask is not None)

    def _may_ask(self) -> bool:
        if self.template_only:
            return False
        reason = self._spent
        if reason is not None:
            self._note(say("The template speaks from here: {reason}.", reason=reason))
            self.template_only = self.limited
        return reason is None

    @property
    def _spent(self) -> str | None:
        """Say why the model may not be asked again, or None."""
        if self.budget is not None and self.budget.exhausted is not None:
            return self.budget.exhausted
        if self.limited and self.model_calls >= MOST_MODEL_CALLS_PER_STEP:
            return say("the model answered {times} times without coming to an end", times=self.model_calls)
        return None

    async def _ask_until_grounded(self, ask: AskModel, missing: list[FixedCall]) -> str | Message | None:
        corrections: list[Message] = []
        for _ in range(1 + MOST_CORRECTIONS):
            if corrections and (spent := self._spent) is not None:
                self._note(say("The template speaks: {reason}.", reason=spent))
                return None
            try:
                answer = await self._ask(ask, corrections)
            except Exception as failure:  # noqa: BLE001 (whatever breaks at the model, the team goes on)
                name = type(failure).__name__
                self._note(say("The template speaks: the model gave no answer ({failure}).", failure=name))
                return None
            reviewed = self._review(answer, missing)
            if not isinstance(reviewed, Fault):
                return reviewed
            self._note(say("An answer of the model was sent back: {fault}", fault=reviewed.noted))
            corrections += [
                as_history(answer),
                {"role": "user", "name": "number_guard", "content": reviewed.explained},
            ]
        self._note(say("The template speaks: the model's answers stayed ungrounded."))
        return None

    async def _ask(self, ask: AskModel, corrections: Sequence[Message]) -> Any:
        self.model_calls += 1
        if self.budget is not None:
            self.budget.calls += 1  # before the answer: a request that fails was made too
        answer, tokens = await ask(corrections)
        if self.budget is not None:
            self.budget.tokens += tokens
        return answer

    def _review(self, answer: Any, missing: list[FixedCall]) -> str | Message | Fault:
        """Return the message that may go out, or what is wrong with the answer."""
        calls, text = parts_of(answer)
        if calls is None:
            return _same(say("That is neither text nor a call of one of your tools."))
        if calls:
            # Words beside a call are no message to the group: they are dropped whole, not mended.
            return self._fault_of_calls(calls) or {"role": "assistant", "content": "", "tool_calls": calls}
        if missing:
            return calling(missing)  # it spoke before its evidence was there: the step's own call is made
        return self._review_words(text)

    def _review_words(self, text: str) -> str | Fault:
        if not text.strip():
            return _same(say("The answer is empty. Report what the evidence shows."))
        report = check(text, self.session.ledger)
        if not report.grounded:
            noted = say("it holds figures without support ({reasons}).", reasons=_reasons(report))
            return Fault(explained(report), noted)
        try:
            return self._say(text, by="model")
        except GroundingError as refused:
            return Fault(str(refused), say("it cannot be rendered."))

    def _fault_of_calls(self, calls: list[Message]) -> Fault | None:
        if len(calls) > MOST_TOOL_CALLS_PER_ANSWER:
            return _same(
                say("At most {most} tool calls fit into one answer.", most=MOST_TOOL_CALLS_PER_ANSWER)
            )
        faults = (self._fault_of_call(str(call["function"].get("name")), call["function"]) for call in calls)
        return next((fault for fault in faults if fault is not None), None)

    def _fault_of_call(self, name: str, function: Message) -> Fault | None:
        foreign = {} if name in self.tools else self.foreign_tools()
        if name not in self.tools and name not in foreign:
            return Fault(
                f"There is no tool {name!r} here; yours are {', '.join((*self.tools, *foreign))}.",
                say("it calls a tool that is not there."),
            )
        try:
            arguments = json.loads(function.get("arguments") or "{}")
        except (TypeError, ValueError, RecursionError):
            return _same(say("The arguments of {tool} are not JSON.", tool=name))
        if not isinstance(arguments, dict):
            return _same(say("The arguments of {tool} are not a JSON object.", tool=name))
        if name in self.tools:
            faults = self.session.argument_faults(self.tools[name], arguments)
        else:
            faults = explained_faults(check_arguments(foreign[name], arguments, self.session.ledger))
        return _unsupported(name, faults) if faults else None

    def _speak(self, *, has_model: bool) -> str:
        results: dict[str, Any] = {}
        if self.step is not None:
            template, results = self.step.name, self.step.results(self.session)
        else:
            template = "unanswered" if has_model else "alone"
        # The page's own words can make a sentence of ours ambiguous; then its line is left out.
        for name in (template, "recorded" if results else "unanswered"):
            text = self._words(name, results)
            try:
                return self._say(text, by="template")
            except GroundingError:
                violations = check(text, self.session.ledger, self.language).violations
                kept = without_lines(text, violations)
            if kept.strip() and check(kept, self.session.ledger, self.language).grounded:
                self._note(say("The guard refused a sentence of the template, so it was left out."))
                return self._say(kept, by="template")
            self._note(say("The guard refused a sentence of the template, so it says no figure."))
        last_word = say(NOTHING_TO_SAY)
        self.session.transcript.said(self.name, last_word, source=last_word, by="template")
        return last_word

    def _words(self, template: str, results: Mapping[str, Any]) -> str:
        tools = tuple(self.tools.values())
        return spoken(self.role, template, language=self.language, results=results, tools=tools)

    def _say(self, text: str, *, by: Any) -> str:
        rendered = render(text, self.session.ledger, language=self.language if by == "template" else None)
        self.session.transcript.said(self.name, rendered, source=text, by=by)
        return rendered

    def _note(self, text: str) -> None:
        self.session.transcript.note(self.name, text)


def _same(sentence: str) -> Fault:
    return Fault(sentence, sentence)


def _unsupported(name: str, faults: Sequence[str]) -> Fault:
    return Fault(
        f"{name} was not run: no evidence supports {'; '.join(faults)}.",
        say("no evidence supports the arguments that it gives to {tool}.", tool=name),
    )


def _reasons(report: GroundingReport) -> str:
    return ", ".join(sorted({violation.reason.replace("_", " ") for violation in report.violations}))


def explained(report: GroundingReport) -> str:
    """Tell a message's author which of its numbers no evidence supports."""
    lines = [
        f"- {violation.text!r}: {violation.reason}" + (f"; {violation.hint}" if violation.hint else "")
        for violation in report.violations
    ]
    return (
        "These numbers are not supported by the evidence that you cite:\n"
        + "\n".join(lines)
        + "\nWrite figures as references such as [[E1/path]], or leave them out. "
        + "Let `calculate` do arithmetic."
    )


def without_lines(text: str, violations: Sequence[Violation]) -> str:
    """Return a text without the lines in which a violation stands."""
    kept, begin = [], 0
    for line in text.splitlines(keepends=True):
        end = begin + len(line)
        if not any(violation.start < end and violation.end > begin for violation in violations):
            kept.append(line)
        begin = end
    return "".join(kept)
