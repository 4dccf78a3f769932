"""Clients: what they were assessed with, how they responded, how they changed, and the same of a whole location."""
