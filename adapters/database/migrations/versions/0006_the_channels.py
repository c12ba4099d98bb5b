"""Several channels: who carries a message, when, what became of it."""

import sqlalchemy as sa
from alembic import op

from adapters.database.columns import Instant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_DELIVERIES = (
    "place",
    "return_code",
    "receipt_reason",
    "receipt_at",
    "receipt",
    "provider_id",
    "provider",
    "carried_by",
    "sharing",
    "stands_for",
)
_PARTIAL = {
    "ix_deliveries_provider": ("provider", "provider_id"),
    "ix_deliveries_carried_by": ("carried_by",),
    "ix_deliveries_return_code": ("return_code",),
}


def upgrade() -> None:
    """Add channels to batches, providers and receipts to deliveries."""
    op.add_column("crises", sa.Column("providers", sa.JSON()))
    op.add_column(
        "batches",
        sa.Column("channel", sa.String(10), nullable=False, server_default="COURRIEL"),
    )
    op.add_column("batches", sa.Column("leaves_at", Instant()))
    for column in (
        sa.Column("stands_for", sa.String(20)),
        sa.Column("sharing", sa.Integer()),
        sa.Column("carried_by", sa.String(120)),
        sa.Column("provider", sa.String(40)),
        sa.Column("provider_id", sa.String(200)),
        sa.Column("receipt", sa.String(10)),
        sa.Column("receipt_at", Instant()),
        sa.Column("receipt_reason", sa.Text()),
        sa.Column("return_code", sa.String(20)),
        sa.Column("place", sa.Integer(), nullable=False, server_default="0"),
    ):
        op.add_column("deliveries", column)
    for name, columns in _PARTIAL.items():
        only = sa.text(f"{columns[0]} IS NOT NULL")
        op.create_index(
            name,
            "deliveries",
            list(columns),
            unique=columns == ("return_code",),
            sqlite_where=only,
            postgresql_where=only,
        )


def downgrade() -> None:
    """Take the channels away: mail alone is left."""
    for name in _PARTIAL:
        op.drop_index(name, table_name="deliveries")
    for name in _DELIVERIES:
        op.drop_column("deliveries", name)
    op.drop_column("batches", "leaves_at")
    op.drop_column("batches", "channel")
    op.drop_column("crises", "providers")
