"""Commands on observations: import them from a file, and give out or erase what is held of a person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ag2_marketing.cli.outputs import once
from ag2_marketing.cli.terminal import JOB_FAILED, command, fail, print_json, progress, show
from ag2_marketing.cli.tooling import JsonOption
from ag2_marketing_tools.errors import InvalidInput, NotFound
from ag2_marketing_tools.messages import count_of, say

if TYPE_CHECKING:
    from ag2_marketing_tools.observations.report import ImportReport, Rejection

KindArgument = Annotated[str, typer.Argument(help="What it is: caregiver, client, location, person, …")]
IdArgument = Annotated[str, typer.Argument(help="Its id.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("import")(import_file)
    group = typer.Typer(
        help="Give out, or erase, everything that is held of a subject; who looked at it.",
        no_args_is_help=True,
    )
    group.command("export")(export)
    group.command("erase")(erase)
    group.command("accesses")(accesses)
    app.add_typer(group, name="subject")


@command
async def import_file(
    file: Annotated[Path, typer.Argument(help="CSV, JSON, JSON lines or Parquet (extra `duckdb`).")],
    *,
    mapping: Annotated[Path, typer.Option("--mapping", help="TOML file: which column is what.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Check everything, store nothing.")] = False,
    keep: Annotated[
        int,
        typer.Option("--show", min=0, max=10_000, help="So many refused rows are shown; all are counted."),
    ] = 20,
    as_json: JsonOption = False,
) -> None:
    """Import measured figures, or a register; rows that cannot be used are told with line and reason."""
    from ag2_marketing_tools.observations import import_observations

    given = {"file": str(file), "mapping": str(mapping), "dry_run": dry_run, "keep": keep}
    report: ImportReport = await once(import_observations, given, say("Reading the file …"))
    if as_json:
        print_json({**report.model_dump(mode="json"), "complete": report.complete})
    else:
        for line in _lines(report):
            show(line)
    if not report.complete:
        fail(say("Not everything in {file} was taken.", file=file.name), JOB_FAILED)


def _lines(report: ImportReport) -> Iterator[str]:
    if report.dry_run:
        yield say("A dry run: nothing was stored.")
    yield say("{rows} read, {rejected} of them of no use.", **_rows(report))
    for kind, counts in report.registers.items():
        yield say(
            "Register of the kind {kind}: {new} new, {changed} changed, {unchanged} as they stood there.",
            kind=kind,
            new=counts.new,
            changed=counts.changed,
            unchanged=counts.unchanged,
        )
    if not report.registers:
        yield from _figures(report)
    for each in report.rejections:
        yield f"  {_place(each)}: {each.reason}{_quoted(each)}"
    left = sum(report.reasons.values()) - len(report.rejections)
    if left > 0:
        yield say("And {more}; --show shows more of them.", more=count_of(left, "further refusal"))
    if report.look_like_shares:
        yield say(
            "{figures} taken as percentages although they look like shares:",
            figures=count_of(report.look_like_shares, "figure"),
        )
        for each in report.doubtful[:5]:
            yield f"  {_place(each)}{_quoted(each)}"
    if report.broken:
        yield report.broken


def _figures(report: ImportReport) -> Iterator[str]:
    yield say(
        "{figures} taken; {duplicates} were there already, {rejected} refused, {missing} empty.",
        figures=count_of(report.taken, "figure"),
        duplicates=report.duplicates,
        rejected=report.rejected,
        missing=report.missing,
    )
    if report.converted:
        yield say("{figures} converted into the metric's unit.", figures=count_of(report.converted, "figure"))
    for column in report.columns_refused:
        yield say("Column {column} was left out: {reason}", column=column.column, reason=column.reason)


def _rows(report: ImportReport) -> dict[str, object]:
    return {"rows": count_of(report.rows, "row"), "rejected": report.rows_rejected}


def _place(each: Rejection) -> str:
    lines = str(each.line) if each.line == each.last_line else f"{each.line}-{each.last_line}"
    if each.column is None:
        return say("line {lines}", lines=lines)
    return say("line {lines}, {column}", lines=lines, column=each.column)


def _quoted(each: Rejection) -> str:
    return "" if each.text is None else f" ({each.text!r})"


@command
async def export(
    kind: KindArgument,
    id: IdArgument,
    *,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; standard output if not given.")
    ] = None,
) -> None:
    """Give out everything that is held of a subject, as JSON."""
    from ag2_marketing_tools.privacy import LOGGED, export_subject, log_accesses
    from ag2_marketing_tools.workspace import Workspace

    with progress(say("Reading the database …")):
        async with Workspace.open() as ws:
            found = await export_subject(ws.store, kind, id)
            if kind in LOGGED:
                await log_accesses(ws.seen_by("terminal"), "subject export", [(kind, id)])
    if not any(rows for name, rows in found.items() if name != "subject"):
        raise NotFound(say("Nothing is held of a {kind} {id}.", kind=kind, id=id))
    if out is None:
        print_json(found)
        return
    _write_private(out, found)
    show(say("Written to {file}.", file=str(out)))


def _write_private(path: Path, found: object) -> None:
    """Write a file that only its owner may read, and never over another."""
    import json
    import os

    text = json.dumps(found, ensure_ascii=False, indent=2, default=str)
    try:
        with os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8"
        ) as file:
            file.write(text)
    except OSError as error:
        raise InvalidInput(
            say("{file} cannot be written ({reason}).", file=str(path), reason=error.strerror or str(error))
        ) from error


@command
async def erase(
    kind: KindArgument,
    id: IdArgument,
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Erase everything that is held of a subject, for good. Backups are not touched."""
    from dataclasses import asdict

    from ag2_marketing.cli.terminal import ask
    from ag2_marketing_tools.privacy import erase_subject
    from ag2_marketing_tools.workspace import Workspace

    question = say(
        "Erase everything that is held of {kind} {id}, for good? Type its id to confirm: ", kind=kind, id=id
    )
    if not yes and await ask(question) != id:
        raise InvalidInput(say("Nothing was erased."))
    with progress(say("Erasing …")):
        async with Workspace.open() as ws:
            erased = await erase_subject(ws.store, kind, id, ids=ws.ids)
    if as_json:
        print_json(asdict(erased))
        return
    show(
        say(
            "{observations} erased, with {records} records, {payloads} results of tools, {conversations} "
            "conversations, {analyses} analyses and {values} single values.",
            observations=count_of(erased.observations, "observation"),
            records=erased.records,
            payloads=erased.payloads,
            conversations=erased.conversations,
            analyses=erased.analyses,
            values=erased.values,
        )
    )


@command
async def accesses(
    kind: KindArgument,
    id: IdArgument,
    *,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most so many, the latest.")] = 100,
    as_json: JsonOption = False,
) -> None:
    """List who reached a caregiver's or a client's figures: when, through which tool, and for whom."""
    from dataclasses import asdict

    from ag2_marketing_tools.privacy import accesses_of
    from ag2_marketing_tools.workspace import Workspace

    with progress(say("Reading the database …")):
        async with Workspace.open() as ws:
            found = await accesses_of(ws.store, kind, id, limit=limit)
    if as_json:
        print_json([{**asdict(one), "at": one.at.isoformat()} for one in found])
        return
    for one in found:
        show(f"{one.at:%Y-%m-%d %H:%M:%S} UTC  {one.actor or '-'}  {one.tool}  ({one.audience})")
    if not found:
        show(say("Nobody has reached figures of {kind} {id} through a tool.", kind=kind, id=id))
