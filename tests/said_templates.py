"""Every sentence that is said in the reader's language, read from its sources and data files without running them."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from importlib import import_module
from itertools import chain
from pathlib import Path

from ag2_marketing_tools.metrics.tables import built_in_tables
from ag2_marketing_tools.vendors import outcome
from ag2_marketing_tools.vendors.facts import all_vendors

_ROOT = Path(__file__).resolve().parents[1]
ENGINE = _ROOT / "tools" / "ag2_marketing_tools"
SKIN = _ROOT / "ag2_marketing"

# The data files whose texts readers see: file, table, names of its texts.
_TEXTS_OF = (
    ("seo/data/checks.toml", "check", ("title", "what", "why", "how_to_fix")),
    ("content/data/rules.toml", "rule", ("action", "why")),
    ("benchmarks/data/actions.toml", "rule", ("action",)),
    ("kpi/data/actions.toml", "rule", ("action",)),
    ("care/data/actions.toml", "rule", ("action",)),
    ("care/data/clients.toml", "rule", ("action",)),
)
_TEXTS_OF_A_VENDOR = ("permission", "quota_resets", "renew")


class Unreadable(Exception):
    """A call of `say` whose sentence cannot be told from the source."""


def said_in_code() -> dict[str, str]:
    """Return each sentence with the file that says it."""
    return {
        template: str(path.relative_to(_ROOT))
        for path in sorted([*ENGINE.rglob("*.py"), *SKIN.rglob("*.py")])
        if ENGINE / "messages" not in path.parents
        for template in _in_file(path)
    }


def said_in_data() -> dict[str, str]:
    """Return each sentence of the data files whose texts readers see, with its origin."""
    found: dict[str, str] = {}
    for file, table, names in _TEXTS_OF:
        for entry in tomllib.loads((ENGINE / file).read_text("utf-8"))[table]:
            found |= dict.fromkeys((entry[name] for name in names), f"{table} {entry['id']}")
    told = tomllib.loads((ENGINE / "experiments/analysis/told.toml").read_text("utf-8"))
    found |= dict.fromkeys((*told["methods"], *told["reasons"]), "analysis of experiments")
    meanings = tomllib.loads((ENGINE / "seo/observatory/data/meanings.toml").read_text("utf-8"))
    found |= {text: f"result {result}" for result, text in meanings.items()}
    for name, vendor in all_vendors().items():
        texts = vendor.model_dump(include=set(_TEXTS_OF_A_VENDOR)).values()
        found |= dict.fromkeys(filter(None, texts), f"vendor {name}")
    facts = tomllib.loads((ENGINE / "standing/facts.toml").read_text("utf-8"))
    found |= dict.fromkeys(facts["level_names"].values(), "names of levels")
    found |= dict.fromkeys(chain(*(forms.values() for forms in facts["unit_forms"].values())), "units")
    for key, metric in built_in_tables().metrics.items():
        found |= dict.fromkeys(filter(None, (metric.title, metric.note, metric.unit_text)), f"metric {key}")
    reasons = import_module("ag2_marketing_tools.comparison.compare").REASONS
    found |= dict.fromkeys(reasons, "reasons of a comparison")
    failures = (*outcome._MESSAGES.values(), *outcome._REMEDIES.values(), *chain(*outcome._QUOTAS.values()))
    said_by_itself = {f"{{{name}}}" for name in _TEXTS_OF_A_VENDOR}
    return found | dict.fromkeys(
        (text for text in failures if text not in said_by_itself), "failures of vendors"
    )


def _in_file(path: Path) -> Iterator[str]:
    source = path.read_text("utf-8")
    if "say" not in source:
        return
    tree = ast.parse(source)
    assigned: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                assigned.setdefault(name, []).append(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                assigned.setdefault(name, []).append(value)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
            try:
                yield from _texts(node.args[0], assigned)
            except Unreadable as error:
                raise Unreadable(f"{path.name}:{node.lineno}: {ast.unparse(node)}") from error


def _texts(node: ast.expr, assigned: dict[str, list[ast.expr]]) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from _texts(body, assigned)
            yield from _texts(orelse, assigned)
        case ast.Name(id=name) if name in assigned:
            for value in assigned[name]:
                yield from _texts(value, assigned)
        case ast.Attribute() | ast.Subscript():  # a text of a data file: `said_in_data` has it
            return
        case _:
            raise Unreadable(ast.unparse(node))
