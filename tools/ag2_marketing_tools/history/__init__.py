"""Finished audits and analyses, kept: what was found when, so that a later one can be compared with it.

model       what is told of them
"""
