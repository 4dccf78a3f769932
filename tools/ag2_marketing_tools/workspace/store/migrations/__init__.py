"""Alembic's migrations, shipped with the package and run by `store.revision`, not by Alembic's command."""
