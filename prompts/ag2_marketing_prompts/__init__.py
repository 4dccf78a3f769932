"""The words: one folder of jinja2 templates per agent, and their loader.

`<agent>/system.<language>.md.j2` tells a model who it is; `<agent>/<step>.<language>.md.j2` is what the
agent says
without a model; what several agents share lies in `shared/`. A spoken template holds no figure of its own:
it writes references with `cite(evidence, path…)`,
which the grounding guard checks and renders. A further language is a further file; English speaks where
one is missing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

FALLBACK_LANGUAGE = "en"


def system_prompt(agent: str, *, language: str = FALLBACK_LANGUAGE, **context: Any) -> str:
    """Return an agent's system prompt.

    Args:
        agent: The agent's folder, such as `seo_audit`.
        language: Preferred language, such as `de` or `de-AT`.
        context: Values that the template names.

    Raises:
        jinja2.TemplateNotFound: There is no such agent.
        jinja2.UndefinedError: The template names a value that was not given.
    """
    return _render(agent, "system", language, context)


def spoken(agent: str, step: str, *, language: str = FALLBACK_LANGUAGE, **context: Any) -> str:
    """Return what an agent says of a step, with references in place of figures (see `system_prompt`)."""
    return _render(agent, step, language, context)


def cite(evidence: Mapping[str, Any], *path: str | int) -> str:
    """Return the reference `[[E7/path]]` to a figure of a piece of evidence (`{"id": …, "result": …}`)."""
    return f"[[{evidence['id']}/{'/'.join(_escaped(part) for part in path)}]]"


def _escaped(part: str | int) -> str:
    return str(part).replace("~", "~0").replace("/", "~1")  # RFC 6901


def _render(agent: str, name: str, language: str, context: Mapping[str, Any]) -> str:
    base = re.split(r"[-_]", language.strip().lower(), maxsplit=1)[0]  # `de` for `de-AT`
    candidates = [
        f"{folder}/{name}.{code}.md.j2"
        for code in dict.fromkeys((base, FALLBACK_LANGUAGE))
        for folder in (agent, "shared")
    ]
    return _environment().select_template(candidates).render(context).strip()


@cache
def _environment() -> Environment:
    environment = Environment(  # noqa: S701 (these texts are Markdown; the report escapes them when it makes HTML)
        loader=PackageLoader("ag2_marketing_prompts", "."),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["cite"] = cite
    return environment
