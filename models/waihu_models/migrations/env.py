"""Run by Alembic with a connection in ``config.attributes``."""

from alembic import context

from waihu_models.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes tables by copying them
    compare_type=True,
    user_module_prefix="base.",
)
with context.begin_transaction():
    context.run_migrations()
