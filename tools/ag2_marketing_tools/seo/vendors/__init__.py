"""Clients of vendors' APIs, each reached through the gateway alone."""
