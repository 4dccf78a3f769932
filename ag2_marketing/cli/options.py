"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

CompetitorOption = Annotated[
    list[str] | None, typer.Option("--competitor", help="A competitor's page or host; repeat for more.")
]
KeywordOption = Annotated[
    list[str] | None, typer.Option("--keyword", help="A focus keyword; repeat for more.")
]
MaxPagesOption = Annotated[
    int, typer.Option("--max-pages", min=1, max=10_000, help="Pages of the site that the audit reads.")
]
LabOption = Annotated[
    bool, typer.Option("--lab", help="Visit the page in Chromium, too (extra `browser`); half a minute more.")
]
