"""The words that stand on the pages themselves, around what is shown; in the language that is spoken."""

from __future__ import annotations

from ag2_marketing.server.access.roles import Role
from ag2_marketing_tools.messages import say


def page_words() -> dict[str, str]:
    """Return the words of the frame, of its forms and of its tables."""
    return {
        "pages": say("Pages"),
        "tracking": say("Tracking"),
        "experiments": say("Experiments"),
        "experiment": say("Experiment"),
        "locations": say("Locations"),
        "access": say("Access"),
        "log_in": say("Log in"),
        "log_out": say("Log out"),
        "name": say("Name"),
        "password": say("Password"),
        "role": say("Role"),
        "since": say("Since"),
        "until": say("Until"),
        "for_good": say("for good"),
        "label": say("Label"),
        "project": say("Project"),
        "remove": say("Remove"),
        "people": say("People"),
        "tokens": say("Tokens of programs"),
        "keys": say("Write keys of projects"),
        "state": say("State"),
        "none_yet": say("None has been set up yet."),
        "stop": say("Stop this experiment"),
        "put_in": say("Put this into your pages, with a write key of your own:"),
        "make_key": say("This command makes a write key and prints it:"),
        "tell": say("Then tell what visitors do:"),
        "origin": say("Add the origin of your site to this setting:"),
        "todos": say("To-dos"),
        "monitor": say("Monitor"),
        "mark_done": say("Done"),
        "open_again": say("Open again"),
        "nothing_here": say("There is nothing here."),
        "last_rounds": say("Last rounds"),
        "begun": say("Begun"),
        "looked_at": say("Looked at"),
        "failed": say("Failed"),
        "open_todos": say("Open"),
        "no_round": say("No monitor was run yet. These commands list them, and run one:"),
        "not_possible": say("This is not possible"),
        "back": say("Back"),
    }


def role_word(role: Role) -> str:
    """Return what a role is called on the pages."""
    words = {Role.VIEWER: say("viewer"), Role.ANALYST: say("analyst"), Role.ADMIN: say("admin")}
    return words[role]
