"""The engine of ag2_marketing: deterministic tools, usable without any agent framework.

errors       what can go wrong, in one tree
marks        units, personal, health and untrusted data, marked on the fields that hold them
workspace    the only door to the outside: settings, store, gateway, clock, ids
privacy      who may see what, who looked, and a person's rights
tool         how a tool is declared

messages     sentences in the reader's language      (shared ground, as all up to `pages`)
statistics   intervals, tests, power of experiments
metrics      units, and every benchmark table as data
comparison   where a figure stands among published levels
time_series  trends, seasons, changes, outliers, forecasts
standing     stored figures compared, their trends, and actions by rules
history      what was found before, compared
vendors      other companies' APIs
text         words, languages, keywords
pages        a fetched page as a typed model

web, seo, content, campaigns, experiments, observations, benchmarks, kpi, care, monitors, figures
             families of tools; none imports another
operations   actions that span families
catalogue    every tool by name
"""
