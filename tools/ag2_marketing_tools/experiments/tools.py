"""The tools by which experiments are set up, changed and ended."""

from __future__ import annotations
