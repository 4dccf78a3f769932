"""A real Chromium, for what only a browser can tell; optional (extra `browser`).

chromium  finding it, starting it behind `gateway.proxy`, its only way out, one emulated device at a time
device    what it pretends to be
tab       one page: measured from a world of our own, which the page's scripts cannot reach
"""

from ag2_marketing_tools.workspace.browser.chromium import Browser, open_browser
from ag2_marketing_tools.workspace.browser.device import Device, Network
from ag2_marketing_tools.workspace.browser.tab import Tab, Visited

__all__ = ["Browser", "Device", "Network", "Tab", "Visited", "open_browser"]
