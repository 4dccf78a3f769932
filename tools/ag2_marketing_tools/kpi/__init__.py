"""KPIs: the four families of the specification, their report, trends and alerts."""
