"""What Alembic runs for every migration: on the connection, and in the transaction, that it is given."""

from alembic import context

from ag2_marketing_tools.workspace.store.revision import VERSION_TABLE
from ag2_marketing_tools.workspace.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,  # SQLite changes a column by copying its table
)
with context.begin_transaction():
    context.run_migrations()
