"""The parts of the README that the program prints, and the published schemas: `make readme` writes them anew.

Tests compare them with what the program gives.

Each part stands between `<!-- begin NAME -->` and `<!-- end NAME -->`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer.main

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
PART = re.compile(r"(<!-- begin (\w+) -->\n)(.*?)(<!-- end \2 -->)", re.DOTALL)
CHANGING = re.compile(r"127\.0\.0\.1:\d+|\d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d")
"""What differs from run to run of the demonstration: ports and times."""


def commands(group: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command that does something, with its path."""
    from ag2_marketing.cli.app import app

    group = group or typer.main.get_command(app)
    children: dict[str, Any] = getattr(group, "commands", {})
    if path and (not children or getattr(group, "invoke_without_command", False)):
        yield path, group
    for name, child in children.items():
        yield from commands(child, (*path, name))


def commands_table() -> str:
    """Return every command with its arguments and meaning."""
    rows = ["| `ag2-marketing …` | what it does |", "|---|---|"]
    for path, command in commands():
        arguments = [given.name.upper() for given in command.params if given.param_type_name == "argument"]
        meaning = " ".join((command.help or "").split()).rstrip(".")
        rows.append(f"| `{' '.join([*path, *arguments])}` | {meaning} |")
    return "\n".join(rows)


def settings_table() -> str:
    """Return every setting with its default and meaning."""
    from ag2_marketing_tools.workspace import Settings

    rows = ["| `AG2_MARKETING_…` | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = (
            _default(field.default) if field.default_factory is None else "the platform's user data folder"
        )
        rows.append(f"| `{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)


def _default(value: object) -> str:
    if value is None or value == ():
        return "–"
    if isinstance(value, tuple):
        return f"`{','.join(map(str, value))}`"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def demo_output() -> str:
    """Return what `ag2-marketing demo` prints, as a block of text."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith("AG2_MARKETING_")}
    path = os.pathsep.join(part for part in sys.path if part)
    with tempfile.TemporaryDirectory() as folder:
        finished = subprocess.run(
            [
                sys.executable,
                "-c",
                "from ag2_marketing.cli import main; main()",
                "demo",
                "--out",
                "reports/demo",
            ],
            capture_output=True,
            text=True,
            check=True,
            cwd=folder,
            env={**variables, "AG2_MARKETING_HOME": folder, "PYTHONPATH": path},
        )
    return f"```text\n{finished.stdout.strip()}\n```"


PARTS = {"demo": demo_output, "commands": commands_table, "settings": settings_table}


def shown(text: str) -> dict[str, str]:
    """Return the parts as they stand in a text."""
    return {part[2]: part[3].strip() for part in PART.finditer(text)}


def steady(text: str) -> str:
    """Return a part without what differs from run to run; a longer port may wrap a line elsewhere."""
    return " ".join(CHANGING.sub("…", text).split())


def main() -> None:
    """Write the parts and the schemas anew."""
    from ag2_marketing.report.exports.published import write_schemas

    write_schemas(ROOT / "ag2_marketing" / "report" / "schema")
    text = README.read_text("utf-8")
    README.write_text(PART.sub(lambda part: f"{part[1]}{PARTS[part[2]]()}\n{part[4]}", text), "utf-8")


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "tools"), str(ROOT / "prompts")]
    main()
