"""The rules behind the checks, one function each, by the check's id.

A rule takes the subject and its check (whose thresholds it compares with) and returns an outcome. To add a
check, describe it in `data/checks.toml` and bind a function to its id in the module of its kind.
"""

from ag2_marketing_tools.seo.catalogue import checks
from ag2_marketing_tools.seo.rules import (
    accessibility,
    canonical,
    content,
    document,
    headings,
    hreflang,
    images,
    indexing,
    lab,
    links,
    local,
    meta,
    mobile,
    performance,
    protection,
    schema,
    security,
    site,
    site_files,
    titles,
    transfer,
    vitals,
    wording,
)
from ag2_marketing_tools.seo.rules.registry import RULES, Rule

_MODULES = (
    accessibility,
    canonical,
    content,
    document,
    headings,
    hreflang,
    images,
    indexing,
    lab,
    links,
    local,
    meta,
    mobile,
    performance,
    protection,
    schema,
    security,
    site,
    site_files,
    titles,
    transfer,
    vitals,
    wording,
)

if RULES.keys() != checks().keys():
    raise RuntimeError(f"checks and rules do not match: {sorted(RULES.keys() ^ checks().keys())}")

__all__ = ["RULES", "Rule"]
