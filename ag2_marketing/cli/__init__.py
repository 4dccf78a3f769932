"""The command line. `ag2-marketing --help` loads neither an agent framework nor scipy."""

from __future__ import annotations


def main() -> None:
    """Run the command line; the process ends with one of the exit codes that `--help` lists."""
    from ag2_marketing.cli.app import app

    app()
