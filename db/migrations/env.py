"""How Alembic runs here: inside the one transaction that the caller began, on the caller's connection."""

from alembic import context
from sqlmodel import SQLModel

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("run migrations with: tracker database upgrade")

# For developers: `alembic revision --autogenerate` compares with the models; the installed program never does.
target_metadata = context.config.attributes.get("metadata", SQLModel.metadata)
context.configure(
    connection=connection,
    target_metadata=target_metadata,
    render_as_batch=True,
    transactional_ddl=True,
    compare_type=True,
)
context.run_migrations()
