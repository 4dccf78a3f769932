"""A visit in a real Chromium: laboratory figures and accessibility (extra `browser`).

facts      how a visit is made (`data/lab.toml`), the observer (`data/observe.js`), axe-core
measures   from what the browser reported to the figures
axe        accessibility
visit      the tool
"""

from ag2_marketing_tools.seo.lab.model import LabVisit, VisitInBrowser
from ag2_marketing_tools.seo.lab.visit import lab_visit, visit_in_browser

__all__ = ["LabVisit", "VisitInBrowser", "lab_visit", "visit_in_browser"]
