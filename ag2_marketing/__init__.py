"""ag2_marketing: a marketing team you can talk to, in which every number is real."""

__version__ = "0.1.0"
