"""What every table is made of: the metadata, an aware instant, a key."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    FromClause,
    MetaData,
    String,
    and_,
    bindparam,
)
from sqlalchemy.types import TypeDecorator, TypeEngine
from typing_extensions import override

from domain.reference import CrisisRef, WaveRef

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware instant, kept in UTC; SQLite has no zone to keep it with."""

    impl = DateTime(timezone=True)
    cache_ok = True

    @override
    def process_bind_param(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Refuse a naive instant, store the others in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            message = "an instant without a zone"
            raise ValueError(message)
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    @override
    def process_result_value(
        self, value: datetime | None, dialect: Dialect
    ) -> datetime | None:
        """Give back what was stored, aware."""
        if value is None or dialect.name != "sqlite":
            return value
        return value.replace(tzinfo=UTC)


def given(name: str, kind: type[TypeEngine[Any]] | None = None) -> BindParameter[Any]:
    """Name a value that each execution gives; `kind` where no column tells it.

    A statement built once, at import, costs a third of one built at each call: what
    each answer asks is written so.
    """
    return bindparam(name, type_=kind, required=False)


def in_crisis(table: FromClause) -> ColumnElement[bool]:
    """Say of rows that they are of the crisis that each execution gives (`named`)."""
    return and_(
        table.c.cpts_id == given("k_cpts"), table.c.crisis_id == given("k_crisis")
    )


def named(ref: CrisisRef | WaveRef) -> dict[str, object]:
    """Give the crisis to a statement built once."""
    return {"k_cpts": ref.cpts_id, "k_crisis": ref.crisis_id}


def key(name: str = "cpts_id") -> Column[str]:
    """Give a text column of the primary key."""
    return Column(name, String(120), primary_key=True, nullable=False)
