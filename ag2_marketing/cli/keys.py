"""Commands on the vendors' keys: which there are, and which of those that are set work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import typer

from ag2_marketing.cli.terminal import JOB_FAILED, MISSING, command, fail, print_json, progress, show
from ag2_marketing.cli.tooling import JsonOption
from ag2_marketing_tools.messages import say


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    keys_app = typer.Typer(help="List the vendors' keys, or test those that are set.", no_args_is_help=True)
    keys_app.command("list")(list_keys)
    keys_app.command("test")(try_keys)
    app.add_typer(keys_app, name="keys")


@command
async def list_keys(*, as_json: JsonOption = False) -> None:
    """List every key, whether it is set, what it opens, what that costs and where to make one."""
    from ag2_marketing_tools.vendors import vendors_of_key
    from ag2_marketing_tools.workspace import Settings

    settings = Settings()
    known = sorted(
        name for name in Settings.model_fields if name.endswith("_api_key") and name != "llm_api_key"
    )
    rows = [
        {
            "name": name.removesuffix("_api_key"),
            "setting": f"AG2_MARKETING_{name.upper()}",
            "set": getattr(settings, name) is not None,
            "opens": [
                {"title": vendor.title, "cost": vendor.cost, "keys_page": vendor.keys_page}
                for vendor in vendors_of_key(name.removesuffix("_api_key"))
            ],
        }
        for name in known
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        for line in _key_lines(row):
            show(line)


@command
async def try_keys(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Names of keys, as in `pagespeed`; all that are set if left out."),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Tell for each key that is set whether it works, and what to do where it does not.

    Each API is asked once, by its cheapest request; nothing that costs paid units is asked.
    """
    from ag2_marketing.adapters.direct import run_once
    from ag2_marketing_tools.seo import test_connection
    from ag2_marketing_tools.workspace import Workspace

    with progress(say("Trying the keys …")):
        result = await run_once(test_connection, {"services": names or None}, Workspace.open)
    found = result.model_dump(mode="json")
    if as_json:
        print_json(found)
    else:
        for line in _found_lines(found["services"]):
            show(line)
    if not found["services"]:
        fail(say("{error} `ag2-marketing keys list` names the settings.", error=found["error"]), MISSING)
    if found["status"] == "error":
        fail(say("Not every key works."), JOB_FAILED)


def _key_lines(row: Mapping[str, Any]) -> Iterator[str]:
    yield f"{row['name']}: {say('set') if row['set'] else say('not set')} ({row['setting']})"
    for api in row["opens"]:
        yield f"  {api['title']}. {api['cost']}"
    for page in dict.fromkeys(api["keys_page"] for api in row["opens"]):
        yield f"  {page}"


def _found_lines(services: Mapping[str, Any]) -> Iterator[str]:
    for name, found in services.items():
        yield f"{name}: {outcomes().get(found['outcome'], found['outcome'])}"
        for reason in [api["reason"] for api in found["apis"]] or [found["reason"]]:
            yield f"  - {reason}"
        if found["next_step"]:
            yield f"  {say('Next: {step}', step=found['next_step'])}"


def outcomes() -> Mapping[str, str]:
    """Return in words what became of a key, by the kind of outcome."""
    return {
        "works": say("works"),
        "works_in_part": say("works in part"),
        "not_tested": say("not tested"),
        "unsupported": say("of no vendor"),
        "invalid_key": say("is not known"),
        "key_not_permitted": say("may not ask this"),
        "service_disabled": say("is not switched on"),
        "quota_exhausted": say("has its quota used up"),
        "rate_limited": say("was asked too often"),
        "unavailable": say("could not be tried"),
    }
