"""Rendering: references filled in, each with its unit, formatted once, by us."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from ag2_marketing.grounding.check import check
from ag2_marketing.grounding.dates import Moment, moment_of
from ag2_marketing.grounding.errors import GroundingError
from ag2_marketing.grounding.leaves import Leaf
from ag2_marketing.grounding.ledger import Ledger
from ag2_marketing.grounding.lexicon import base_code, detect, lexicon, supported_languages
from ag2_marketing.grounding.measures import unit_after
from ag2_marketing.grounding.references import resolve
from ag2_marketing.grounding.scope import citations_in
from ag2_marketing.grounding.values import held_unit
from ag2_marketing_tools.metrics.units import Unit, convert, require_unit

Format = Literal["text", "markdown", "html"]
_REFERENCE = re.compile(r"\[\[([^\[\]\n]*)\]\]")
# More decimals than this are noise to a reader; smaller values keep three significant digits.
_MOST_DECIMALS = 4
_GROUPS = {"en": ",", "de": ".", "fr": "\u202f", "es": "."}
_YES_NO = {"en": ("yes", "no"), "de": ("ja", "nein"), "fr": ("oui", "non"), "es": ("sí", "no")}
_UNMEASURED = {"en": "not measured", "de": "nicht gemessen", "fr": "non mesuré", "es": "no medido"}
_QUOTATION = {"en": "“{}”", "de": "„{}“", "fr": "“{}”", "es": "“{}”"}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~])")


def render(text: str, ledger: Ledger, fmt: Format = "text", language: str | None = None) -> str:
    """Fill in the references of a text.

    Args:
        text: The text; it is checked first.
        ledger: The evidence.
        fmt: `text`; `markdown`, with links to the evidence entries (`#E7`); or `html`, escaped, with links.
        language: Code of the language whose separators are used; recognised when not given.

    Raises:
        GroundingError: A number in the text has no support, or the format is unknown; nothing is rendered.
    """
    if fmt not in _WRITERS:
        raise GroundingError(f"There is no format {fmt!r}.", remedy=f"Use one of {', '.join(_WRITERS)}.")
    report = check(text, ledger, language)
    if not report.grounded:
        told = "; ".join(str(violation) for violation in report.violations[:5])
        raise GroundingError(
            f"{len(report.violations)} of {report.numbers} numbers have no support: {told}",
            violations=tuple(report.violations),
        )
    code = base_code(language) if language else detect(text) or "en"
    return _filled(text, ledger, code if code in supported_languages() else "en", fmt)


def _filled(text: str, ledger: Ledger, code: str, fmt: Format) -> str:
    plain, value = _WRITERS[fmt]
    pieces, at = [], 0
    for match in _REFERENCE.finditer(text):
        pieces.append(plain(text[at : match.start()]))
        leaf = resolve(match.group(1).strip(), ledger)
        unit = unit_after(text, match.end(), code)
        shown = shown_value(leaf, code, unit[0] if unit else None)
        pieces.append(value(shown, leaf))
        at = match.end()
    return "".join([*pieces, plain(text[at:])])


# ---- writing


def _text_value(shown: str, leaf: Leaf) -> str:
    return shown


def _markdown_value(shown: str, leaf: Leaf) -> str:
    safe = _MARKDOWN.sub(lambda m: "\\" + m.group(), shown) if isinstance(leaf.value, str) else shown
    return f"[{safe}](#{leaf.evidence_id})"


def _html_value(shown: str, leaf: Leaf) -> str:
    title = html.escape(f"{leaf.evidence_id}/{leaf.path}", quote=True)
    return f'<a class="evidence" href="#{leaf.evidence_id}" title="{title}">{html.escape(shown)}</a>'


def _html_text(text: str) -> str:
    pieces, at = [], 0
    for citation in citations_in(text):
        pieces.append(html.escape(text[at : citation.start]))
        links = ", ".join(f'<a class="evidence" href="#{name}">{name}</a>' for name in citation.ids)
        pieces.append(f"[{links}]")
        at = citation.end
    return "".join([*pieces, html.escape(text[at:])])


_WRITERS: dict[str, tuple[Callable[[str], str], Callable[[str, Leaf], str]]] = {
    "text": (str, _text_value),
    "markdown": (str, _markdown_value),
    "html": (_html_text, _html_value),
}


# ---- values


def shown_value(leaf: Leaf, code: str, following: Unit | None) -> str:
    """Return a value as a reader sees it; a unit that the text says right after it is not said twice."""
    value: Any = leaf.value
    if value is None:
        return _UNMEASURED[code]
    if isinstance(value, bool):
        return _YES_NO[code][0 if value else 1]
    if isinstance(value, str):
        moment = moment_of(value)
        if moment is not None:
            return format_moment(moment, code)
        return _QUOTATION[code].replace("{}", value) if leaf.quoted else value
    figure = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    unit = held_unit(leaf.unit) if leaf.unit else None
    if following is not None and unit is not None and following.dimension == unit.dimension:
        return format_number(convert(figure, unit, following), code)
    return format_figure(figure, unit, code)


def format_figure(figure: Decimal, unit: Unit | None, code: str) -> str:
    """Return a figure with its unit, as a reader of the language expects it; a ratio is shown in percent."""
    if unit is None or unit.is_count:
        return format_number(figure, code)
    if unit.name == "ratio":
        percent = require_unit("percent")
        figure, unit = convert(figure, unit, percent), percent
    if unit.is_currency:
        return _money(figure, unit, code)
    if unit.dimension == "percentage point" and unit.name == "percentage point":
        return f"{format_number(figure, code)} {_POINTS[code]}"
    if unit.dimension == "time" and unit.factor >= 86400:
        name = unit.name if abs(figure) == 1 else f"{unit.name}s"
        return f"{format_number(figure, code)} {name if code == 'en' else _LONG.get((code, unit.name), name)}"
    return f"{format_number(figure, code)} {unit.symbol if unit.symbols and unit.name == 'percent' else _symbol(unit)}"


_POINTS = {
    "en": "percentage points",
    "de": "Prozentpunkte",
    "fr": "points de pourcentage",
    "es": "puntos porcentuales",
}
_LONG = {("de", "day"): "Tage", ("de", "week"): "Wochen", ("fr", "day"): "jours", ("fr", "week"): "semaines",
         ("es", "day"): "días", ("es", "week"): "semanas"}  # fmt: skip


def _symbol(unit: Unit) -> str:
    return (
        "B"
        if unit.name == "byte"
        else unit.symbols[0]
        if unit.name in {"permille", "basis point"}
        else unit.name
    )


def _money(figure: Decimal, unit: Unit, code: str) -> str:
    if figure == figure.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP):
        digits = 0 if figure == figure.to_integral_value() else 2
        amount = _grouped(abs(figure).quantize(Decimal(1).scaleb(-digits)), code)
    else:
        amount = format_number(abs(figure), code)
    sign = "-" if figure < 0 else ""
    if code == "en" and unit.symbol != unit.name and len(unit.symbol) == 1:
        return f"{sign}{unit.symbol}{amount}"
    return f"{sign}{amount} {unit.symbol if code != 'en' else unit.name}"


def format_number(figure: Decimal, code: str) -> str:
    """Return a number with the language's separators, at most four decimals, never 0 for what is not 0."""
    exponent = figure.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > _MOST_DECIMALS:
        digits = max(_MOST_DECIMALS, 2 - figure.adjusted())
        figure = figure.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
        figure = figure if figure == figure.to_integral_value() else figure.normalize()
    return ("-" if figure < 0 else "") + _grouped(abs(figure), code)


def _grouped(figure: Decimal, code: str) -> str:
    whole, _, part = f"{figure:f}".partition(".")
    grouped = f"{int(whole):,}".replace(",", _GROUPS[code])
    if code == "es" and len(whole) <= 4:
        grouped = whole
    if part and not part.strip("0") and len(part) > _MOST_DECIMALS:
        part = ""
    return f"{grouped}{lexicon(code).decimal}{part}" if part else grouped


def format_moment(moment: Moment, code: str) -> str:
    """Return a date or time in words, such as `3 December 2026, 12:00 UTC`."""
    day = ""
    if moment.month is not None:
        names = {number: name for name, number in reversed(lexicon(code).months.items())}
        name = names[moment.month] if code in {"fr", "es"} else names[moment.month].capitalize()
        of = " de " if code == "es" else " "
        first = "" if moment.day is None else f"{moment.day}{'.' if code == 'de' else ''}{of}"
        day = f"{first}{name}{of}{moment.year}"
    if moment.hour is None:
        return day
    zone = {None: "", "Z": " UTC", "+00:00": " UTC"}.get(moment.zone, f" {moment.zone}")
    seconds = f":{moment.second:02d}" if moment.second else ""
    clock = f"{moment.hour:02d}:{moment.minute or 0:02d}{seconds}{zone}"
    return f"{day}, {clock}" if day else clock
