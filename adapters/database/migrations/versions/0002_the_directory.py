"""The directory: what may be asked of people, places, who works where."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def _ties() -> list[sa.Column[Any]]:
    nothing = sa.text("'[]'")
    return [
        sa.Column("phone2", sa.String(length=20), nullable=True),
        sa.Column(
            "link", sa.String(length=20), nullable=False, server_default="VOLONTAIRE"
        ),
        sa.Column(
            "status", sa.String(length=20), nullable=False, server_default="LIBERAL"
        ),
        sa.Column("skills", sa.JSON(), nullable=False, server_default=nothing),
        sa.Column("accepted_types", sa.JSON(), nullable=False, server_default=nothing),
        sa.Column(
            "double_commitment",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
        ),
        sa.Column(
            "reachable_at_night",
            sa.Boolean(),
            nullable=False,
            server_default=sa.true(),
        ),
        sa.Column("employer_agrees", sa.Boolean(), nullable=True),
    ]


def _of_people() -> list[sa.Column[Any]]:
    nothing = sa.text("'[]'")
    return [
        *_ties(),
        sa.Column("absences", sa.JSON(), nullable=False, server_default=nothing),
    ]


def _of_crisis_people() -> list[sa.Column[Any]]:
    nothing = sa.text("'[]'")
    return [
        *_ties(),
        sa.Column("structures", sa.JSON(), nullable=False, server_default=nothing),
        sa.Column("absent", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("stands_in_for", sa.Text(), nullable=True),
    ]


def _place() -> list[sa.Column[Any]]:
    return [
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("commune", sa.String(length=5), nullable=False),
        sa.Column("zone", sa.String(length=40), nullable=False),
        sa.Column("hours", sa.Text(), nullable=True),
        sa.Column("duties", sa.JSON(), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("finess", sa.String(length=9), nullable=True),
    ]


def _key(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=120), nullable=False)


def upgrade() -> None:
    """Go up."""
    for column in _of_people():
        op.add_column("people", column)
    for column in _of_crisis_people():
        op.add_column("crisis_people", column)
    op.create_table(
        "structures",
        *(_key("cpts_id"), _key("structure_id"), *_place()),
        sa.ForeignKeyConstraint(
            ["cpts_id"], ["cpts.cpts_id"], name=op.f("fk_structures_cpts_id")
        ),
        sa.PrimaryKeyConstraint("cpts_id", "structure_id", name=op.f("pk_structures")),
    )
    op.create_table(
        "structure_people",
        *(_key("cpts_id"), _key("structure_id"), _key("person_id")),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cpts_id", "person_id"],
            ["people.cpts_id", "people.person_id"],
            name=op.f("fk_structure_people_cpts_id_person_id"),
        ),
        sa.ForeignKeyConstraint(
            ["cpts_id", "structure_id"],
            ["structures.cpts_id", "structures.structure_id"],
            name=op.f("fk_structure_people_cpts_id_structure_id"),
        ),
        sa.PrimaryKeyConstraint(
            *("cpts_id", "structure_id", "person_id"),
            name=op.f("pk_structure_people"),
        ),
    )
    op.create_table(
        "crisis_structures",
        *(_key("cpts_id"), _key("crisis_id"), _key("structure_id"), *_place()),
        sa.PrimaryKeyConstraint(
            *("cpts_id", "crisis_id", "structure_id"),
            name=op.f("pk_crisis_structures"),
        ),
    )


def downgrade() -> None:
    """Go down."""
    op.drop_table("crisis_structures")
    op.drop_table("structure_people")
    op.drop_table("structures")
    for column in reversed(_of_crisis_people()):
        op.drop_column("crisis_people", column.name)
    for column in reversed(_of_people()):
        op.drop_column("people", column.name)
