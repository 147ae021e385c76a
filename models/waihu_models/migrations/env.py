"""Run by Alembic with a connection in ``config.attributes``."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Column

from waihu_models.tables import Base
from waihu_models.tables.base import Json, UtcDateTime


def written(kind: str, thing: Any, _context: Any) -> str | Literal[False]:
    """Write our types in the words of SQLAlchemy: a migration must not change when our types do."""
    if kind == "type" and isinstance(thing, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and thing is Json:
        return 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")'
    return False


def comparable(thing: Any, _name: str | None, kind: str, _reflected: bool, other: Any) -> bool:
    """Leave out indexes with a descending column, whose direction SQLite does not tell: they are changed by hand."""
    sides = (side for side in (thing, other) if kind == "index" and side is not None)
    return all(isinstance(column, Column) for side in sides for column in side.expressions)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes tables by copying them
    include_object=comparable,
    render_item=written,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
