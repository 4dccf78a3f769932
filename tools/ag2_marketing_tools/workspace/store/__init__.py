"""The workspace's database: SQLite by default, PostgreSQL by a setting, one schema.

schema         every table
types          column types that behave alike on both
"""
