"""The history of a page's content analyses: what was gained, lost, closed and followed."""
