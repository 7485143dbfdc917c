"""Looks into the tables behind the endpoint."""

from __future__ import annotations

from sqlalchemy import Engine, Table, func, select


def count(engine: Engine, table: Table) -> int:
    """Count the rows of a table."""
    with engine.begin() as connection:
        found: int = connection.execute(select(func.count()).select_from(table)).scalar_one()
    return found
