"""The report of one experiment as HTML: what stands between the head and the foot of its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from ag2_marketing.server.experiments import Experiments


async def experiment_body(experiment_id: str, experiments: Experiments) -> Markup:
    """Return an experiment's results as HTML, safe to stand in a page without inline scripts or styles.

    Raises:
        NotFound: There is no such experiment.
    """
    return _table(await experiments.results(experiment_id))


def _table(values: Mapping[str, Any]) -> Markup:
    rows = Markup().join(
        Markup("<tr><th scope=row>{}</th><td>{}</td></tr>\n").format(name, _cell(value))
        for name, value in values.items()
    )
    return Markup("<table>\n{}</table>\n").format(rows)


def _cell(value: Any) -> Markup:
    if isinstance(value, Mapping):
        return _table(value)
    if isinstance(value, list | tuple):
        return Markup("<ul>{}</ul>").format(
            Markup().join(Markup("<li>{}</li>").format(_cell(one)) for one in value)
        )
    return Markup("—") if value is None else escape(value)
