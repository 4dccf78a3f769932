"""The engine of ag2_marketing: deterministic tools, usable without any agent framework.

errors      what can go wrong, in one tree
marks       units, personal, health and untrusted data, marked on the fields that hold them
workspace   the only door to the outside: settings, store, gateway, clock, ids
tool        how a tool is declared
text        words, languages, keywords              (shared ground)
pages       a fetched page as a typed model         (shared ground)
web, seo, content, campaigns, figures               families of tools; none imports another
catalogue   every tool by name
"""
