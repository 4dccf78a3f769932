"""The engine of ag2_marketing: deterministic tools, usable without any agent framework.

errors      what can go wrong, in one tree
marks       units, personal, health and untrusted data, marked on the fields that hold them
workspace   the only door to the outside: settings, store, gateway, clock, ids
tool        how a tool is declared
messages    sentences in the reader's language      (shared ground)
statistics  intervals, tests, power of experiments  (shared ground)
history     what was found before, compared         (shared ground)
vendors     other companies' APIs                   (shared ground)
text        words, languages, keywords              (shared ground)
pages       a fetched page as a typed model         (shared ground)
web, seo, content, campaigns, figures               families of tools; none imports another
catalogue   every tool by name
"""
