"""From sums to a verdict: pure analysis of an experiment, its status, and its planning."""
