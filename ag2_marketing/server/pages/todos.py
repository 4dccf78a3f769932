"""The page of what monitors found: to-dos that people deal with, and the last round of each monitor."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ag2_marketing.report.standings.shared import link_to, on
from ag2_marketing.server.access.identity import check_form, visitor
from ag2_marketing.server.access.roles import Role
from ag2_marketing.server.pages.asking import told
from ag2_marketing.server.pages.layout import page
from ag2_marketing.server.services import services_of
from ag2_marketing.server.web.bodies import read_form
from ag2_marketing_tools.messages import count_of, say, speaking
from ag2_marketing_tools.monitors import list_todos, settle_todo
from ag2_marketing_tools.monitors.todos import Todo
from ag2_marketing_tools.monitors.words import round_state, todo_kind
from ag2_marketing_tools.workspace.store.monitoring import last_rounds

_STATES = ("open", "done", "cleared")
_MOST_SHOWN = 200
_LONGEST_NAME = 100
_WITH_A_PAGE = ("caregiver", "client", "location")


@dataclass(frozen=True)
class ShownTodo:
    """A to-do as the page shows it: what it is, of whom, with the address of their page, and since when."""

    id: str
    kind: str
    subject: str
    link: str | None
    text: str
    when: str


async def show_todos(request: Request) -> Response:
    """Show the to-dos of one state, of all monitors or of one."""
    who = await visitor(request, Role.ANALYST)
    state, monitor = _state(request.query_params.get("state")), request.query_params.get("monitor") or None
    asked = {"monitor": monitor, "state": state, "limit": _MOST_SHOWN}
    found = await told(request, who, list_todos, asked)
    last = await last_rounds(services_of(request).ws.store)
    with speaking(services_of(request).ws.settings.language):
        return page(
            request,
            "todos",
            who,
            todos=[_shown(one) for one in (*found.todos, *found.care_todos)],
            more=say("Only the first {number} are shown.", number=_MOST_SHOWN) if found.more else "",
            state=state,
            monitor=monitor,
            states=[(word, _address(name, monitor), name == state) for name, word in _state_words().items()],
            monitors=[
                (say("all"), _address(state, None), monitor is None),
                *((one.monitor, _address(state, one.monitor), one.monitor == monitor) for one in last),
            ],
            rounds=last,
            round_state=round_state,
        )


def _shown(one: Todo) -> ShownTodo:
    since = say("since {at}, {rounds}", at=on(one.first_seen_at.date()), rounds=count_of(one.rounds, "round"))
    return ShownTodo(
        id=one.id,
        kind=todo_kind(one.kind),
        subject=one.subject,
        link=link_to(one.subject_kind, one.subject) if one.subject_kind in _WITH_A_PAGE else None,
        text=one.text,
        when=f"{one.monitor}, {since}",
    )


async def lead_to_todos(_request: Request) -> Response:
    """Lead whoever comes back here from a login to the list."""
    return RedirectResponse(_address(_STATES[0], None), 303)


async def change_todo(request: Request) -> Response:
    """Mark a to-do as done, or open it again, and return to the list."""
    who = await visitor(request, Role.ANALYST)
    services = services_of(request)
    fields = await read_form(request, timeout_s=services.ws.settings.server_body_timeout_s)
    check_form(request, fields.get("csrf"), who.csrf)
    asked = {"todo_id": request.path_params["todo"], "state": fields.get("state")}
    await told(request, who, settle_todo, asked)
    monitor = fields.get("monitor", "")[:_LONGEST_NAME] or None
    return RedirectResponse(_address(_state(fields.get("shown")), monitor), 303)


def _state(named: str | None) -> str:
    return named if named in _STATES else _STATES[0]


def _state_words() -> dict[str, str]:
    return {"open": say("open"), "done": say("done"), "cleared": say("no longer found")}


def _address(state: str, monitor: str | None) -> str:
    return f"/todos?{urlencode({'state': state} | ({'monitor': monitor} if monitor else {}))}"
