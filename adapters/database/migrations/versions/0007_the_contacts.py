"""Contacts kept true: proofs, codes, oppositions, enrolments, roll calls."""

import sqlalchemy as sa
from alembic import op

from adapters.database.columns import Instant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what keeps the directory true."""
    _of_one_person()
    _of_many()


def downgrade() -> None:
    """Take the contacts of members away."""
    for table in (
        *("join_requests", "roll_call_people", "roll_calls", "enrolments"),
        *("contact_codes", "contact_proofs", "oppositions"),
    ):
        op.drop_table(table)


def _of_one_person() -> None:
    op.create_table(
        "oppositions",
        sa.Column("cpts_id", sa.String(120), nullable=False),
        sa.Column("person_id", sa.String(120), nullable=False),
        sa.Column("scope", sa.String(12), nullable=False),
        sa.Column("crisis_id", sa.String(120), nullable=False),
        sa.Column("via", sa.String(12), nullable=False),
        sa.Column("since", Instant(), nullable=False),
        sa.PrimaryKeyConstraint(
            *("cpts_id", "person_id", "scope", "crisis_id"),
            name=op.f("pk_oppositions"),
        ),
    )
    op.create_table(
        "contact_proofs",
        sa.Column("cpts_id", sa.String(120), nullable=False),
        sa.Column("person_id", sa.String(120), nullable=False),
        sa.Column("medium", sa.String(12), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("verified_at", Instant(), nullable=False),
        sa.Column("how", sa.String(12), nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.PrimaryKeyConstraint(
            "cpts_id", "person_id", "medium", name=op.f("pk_contact_proofs")
        ),
    )
    op.create_table(
        "contact_codes",
        sa.Column("cpts_id", sa.String(120), nullable=False),
        sa.Column("person_id", sa.String(120), nullable=False),
        sa.Column("medium", sa.String(12), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("sent_today", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint(
            "cpts_id", "person_id", "medium", name=op.f("pk_contact_codes")
        ),
    )
    op.create_table(
        "enrolments",
        sa.Column("cpts_id", sa.String(120), nullable=False),
        sa.Column("person_id", sa.String(120), nullable=False),
        sa.Column("confirmed_at", Instant(), nullable=False),
        sa.Column("consented_at", Instant()),
        sa.Column("notice", sa.String(64)),
        sa.PrimaryKeyConstraint("cpts_id", "person_id", name=op.f("pk_enrolments")),
    )


def _of_many() -> None:
    op.create_table(
        "roll_calls",
        sa.Column("cpts_id", sa.String(120), nullable=False),
        sa.Column("roll_call_id", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("opened_by", sa.String(40), nullable=False),
        sa.Column("letters", sa.Integer(), nullable=False),
        sa.Column("ended_at", Instant()),
        sa.PrimaryKeyConstraint("cpts_id", "roll_call_id", name=op.f("pk_roll_calls")),
    )
    op.create_table(
        "roll_call_people",
        sa.Column("cpts_id", sa.String(120), nullable=False),
        sa.Column("roll_call_id", sa.String(120), nullable=False),
        sa.Column("person_id", sa.String(120), nullable=False),
        sa.Column("answered_at", Instant()),
        sa.PrimaryKeyConstraint(
            "cpts_id", "roll_call_id", "person_id", name=op.f("pk_roll_call_people")
        ),
    )
    op.create_table(
        "join_requests",
        sa.Column("cpts_id", sa.String(120), nullable=False),
        sa.Column("request_id", sa.String(120), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
        sa.Column("content", sa.JSON()),
        sa.Column("proved_at", Instant()),
        sa.PrimaryKeyConstraint("cpts_id", "request_id", name=op.f("pk_join_requests")),
    )
