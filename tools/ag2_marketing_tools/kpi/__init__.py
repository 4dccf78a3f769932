"""KPIs: the four families of the specification, their report, trends, predictions and alerts."""

from ag2_marketing_tools.kpi.collect import collect_metrics
from ag2_marketing_tools.kpi.report import kpi_report
from ag2_marketing_tools.kpi.tables import nested_metrics

__all__ = ["collect_metrics", "kpi_report", "nested_metrics"]
