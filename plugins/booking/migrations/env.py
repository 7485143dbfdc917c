"""Alembic environment: runs migrations in the transaction that `plugins.booking.storage.migrate` opened."""

from alembic import context

from plugins.booking.storage.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata)
context.run_migrations()
