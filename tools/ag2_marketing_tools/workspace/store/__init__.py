"""The workspace's database: SQLite by default, PostgreSQL by a setting, one schema.

location       where it lies and how it is connected to
types          column types that behave alike on both
schema         every table
migrations     how they came to be
revision       which version a database holds; `upgrade`
faults         from the drivers' words to this project's errors
writing        whole transactions on SQLite as plain functions
turns          whose turn it is to write
store          the open database and its transactions
rows           rows as JSON
backups        `backup` and `restore`
observations   measured values of any subject
conversations  finished conversations and their evidence
analyses       finished audits and content analyses
"""

from ag2_marketing_tools.workspace.store.backups import backup, restore
from ag2_marketing_tools.workspace.store.revision import upgrade
from ag2_marketing_tools.workspace.store.store import Store

__all__ = ["Store", "backup", "restore", "upgrade"]
