"""Audits for programs: a table, SARIF, and JSON with its published schema.

rows       findings as rows, one for each place
table      the rows as CSV
sarif      SARIF 2.1.0
published  what JSON output holds, and its schema
files      an audit or an analysis as files in a folder
"""

from ag2_marketing.report.exports.files import FINDINGS_FILES, audit_files, content_files, write_findings
from ag2_marketing.report.exports.published import SCHEMAS, schema_text
from ag2_marketing.report.exports.sarif import sarif_text
from ag2_marketing.report.exports.table import csv_text

__all__ = [
    "FINDINGS_FILES",
    "SCHEMAS",
    "audit_files",
    "content_files",
    "csv_text",
    "sarif_text",
    "schema_text",
    "write_findings",
]
