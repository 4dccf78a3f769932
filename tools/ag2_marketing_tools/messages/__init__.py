"""What tools say to readers, in the reader's language.

    say("{images} without alternative text.", images=count_of(3, "image"))

is `3 images without alternative text.` in English. The English sentence is the key under which the files of
`data/<language>/` hold its translation; a sentence that a language lacks is said in English. A tool call speaks
the language of its workspace (`tool.py`); outside of one, English is spoken.

A further language is a further folder of `data/`, with the same keys as the files of `data/de/`.
"""

from ag2_marketing_tools.messages.count import Count, count_of
from ag2_marketing_tools.messages.language import known_language, language, languages, speaking
from ag2_marketing_tools.messages.say import say

__all__ = ["Count", "count_of", "known_language", "language", "languages", "say", "speaking"]
