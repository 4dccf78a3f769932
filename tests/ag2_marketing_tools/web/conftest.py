"""A real site on loopback, and a workspace that may reach it."""

from loopback_workspace import NOW, site, ws

__all__ = ["NOW", "site", "ws"]
