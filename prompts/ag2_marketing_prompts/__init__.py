"""The words: one folder of jinja2 templates per agent, and their loader."""
