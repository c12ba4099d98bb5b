"""Run the migrations on the connection that `migrate.py` hands over."""

from alembic import context

from adapters.database.columns import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
