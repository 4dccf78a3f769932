"""What the parts of a report are called in files."""

NAMES = {"html": "report.html", "markdown": "report.md", "json": "report.json"}
DATA_ID = "report-data"
