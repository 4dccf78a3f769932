"""Pictures of where figures stand and how they went: for a review's report and for the server's pages.

positions   the five positions: their colour's class, their sign, their word
levels      a metric's levels in words, and the zones that they make
bullets     a figure against its levels, with its interval
strips      percentiles side by side
courses     a metric over time, with what changed or stood out, and its forecast
heat_map    subjects by metrics, each place with its position
fragment    the same as HTML, without style or script of its own

Figures come from the engine's results alone; in between they are only formatted.
"""
