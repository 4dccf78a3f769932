"""The specification's monitoring loops: declared one by one, run by one engine.

A round looks at every subject of its monitor through the public classes. What they answer under the keys that the
specification handles (risks, action items, adjustments, …) becomes to-dos that a person sees; no round ever changes
anybody's care.
"""

from ag2_marketing.monitor.declared import MONITORS, Monitor, monitor_named
from ag2_marketing.monitor.interval import seconds_of
from ag2_marketing.monitor.rounds import Ran, run_round
from ag2_marketing.monitor.watching import watch

__all__ = ["MONITORS", "Monitor", "Ran", "monitor_named", "run_round", "seconds_of", "watch"]
