"""What a workflow found, as HTML, Markdown and JSON; every figure links to the tool call that it comes from.

model      the report as data
build      from a workflow's answer to its report
page       the report as HTML and Markdown
write      its files, all or none
reading    a report from its file
verify     a stored report, checked again
terminal   the report in a few lines
"""

from ag2_marketing.report.build import build_report
from ag2_marketing.report.model import Report
from ag2_marketing.report.terminal import summary_lines
from ag2_marketing.report.write import write_report

__all__ = ["Report", "build_report", "summary_lines", "write_report"]
