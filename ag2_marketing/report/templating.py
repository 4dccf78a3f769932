"""What every page is made with: one way to render templates, to embed data, and to allow a style by its hash."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def environment(package: str = "ag2_marketing.report", **options: Any) -> Environment:
    """Return an environment for a package's templates: every value is escaped, a name that is not there an error."""
    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        auto_reload=False,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        **options,
    )


def embedded(value: Any) -> Markup:
    """Return JSON for a script element, in which only `<` could end the data; as an escape it is the same JSON."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))  # noqa: S704


def hash_of(text: str) -> str:
    """Return a style's hash as a content security policy names it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
