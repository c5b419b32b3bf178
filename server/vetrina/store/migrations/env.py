"""What Alembic runs: the migrations, on the connection that `schema.migrate` hands over."""

from alembic import context

from vetrina.store.sql.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite changes tables by copying them.
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
