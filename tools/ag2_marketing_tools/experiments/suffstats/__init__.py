"""Sufficient statistics of an experiment: what every analysis is computed from, wherever the events lie."""
