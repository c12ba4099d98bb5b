"""The conduct: several types, runs of cards, proofs, missions, reports, digests."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

from adapters.database.columns import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_CRISES = sa.table(
    "crises",
    sa.column("cpts_id"),
    sa.column("crisis_id"),
    sa.column("activation", sa.JSON()),
    *(sa.column(name, Instant()) for name in ("t0", "opened_at")),
    sa.column("reference"),
    *(sa.column(name, Instant()) for name in ("called_back_at", "confirmed_at")),
    sa.column("confirmed_by"),
)
_TYPES = sa.table(
    "crisis_types",
    *(sa.column(name) for name in ("cpts_id", "crisis_id", "type")),
    sa.column("scenarios", sa.JSON()),
    sa.column("t0", Instant()),
    sa.column("reference"),
)
_RUNS = sa.table(
    "card_runs",
    *(sa.column(name) for name in ("cpts_id", "crisis_id", "card_id", "state")),
    *(sa.column(name, Instant()) for name in ("due_at", "done_at", "opened_at")),
    sa.column("run"),
)
_WITH_OPENING = sa.select(
    *(column for column in _RUNS.c if column.name not in {"run", "opened_at"}),
    _CRISES.c.opened_at,
).join(
    _CRISES,
    sa.and_(
        _CRISES.c.cpts_id == _RUNS.c.cpts_id, _CRISES.c.crisis_id == _RUNS.c.crisis_id
    ),
)


def _of_crises() -> list[sa.Column[Any]]:
    return [
        sa.Column(
            "kinetic", sa.String(length=4), nullable=False, server_default="FAST"
        ),
        sa.Column(
            "kinetic_chosen", sa.Boolean(), nullable=False, server_default=sa.false()
        ),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("called_back_at", Instant(), nullable=True),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("confirmed_by", sa.String(length=40), nullable=True),
        sa.Column("dormant", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("ban", sa.JSON(), nullable=True),
        sa.Column("lifting_proposed_at", Instant(), nullable=True),
        sa.Column("stood_down_at", Instant(), nullable=True),
        sa.Column("cancelled_at", Instant(), nullable=True),
        sa.Column("next_at", Instant(), nullable=True),
    ]


def _of_waves() -> list[sa.Column[Any]]:
    return [
        sa.Column("says", sa.JSON(), nullable=False, server_default=sa.text("'{}'")),
        sa.Column("goes_on", sa.Boolean(), nullable=False, server_default=sa.false()),
    ]


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _number(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=False)


def _at(name: str, *, nullable: bool = True) -> sa.Column[Any]:
    return sa.Column(name, Instant(), nullable=nullable)


def _create(name: str, keys: tuple[str, ...], *columns: sa.Column[Any]) -> None:
    numbers = {"run", "proof", "event", "number", "wave"}
    named = ("cpts_id", "crisis_id", *keys)
    op.create_table(
        name,
        *(_number(key) if key in numbers else _text(key, 120) for key in named),
        *columns,
        sa.PrimaryKeyConstraint(*named, name=op.f(f"pk_{name}")),
    )


def upgrade() -> None:
    """Go up."""
    for column in _of_crises():
        op.add_column("crises", column)
    for name in ("structure_id", "partner_id"):
        op.add_column("links", _text(name, 120, nullable=True))
    for column in _of_waves():
        op.add_column("waves", column)
    _create(
        "crisis_types",
        ("type",),
        sa.Column("scenarios", sa.JSON(), nullable=False),
        _at("t0", nullable=False),
        sa.Column("reference", sa.Text(), nullable=True),
        _at("removed_at"),
        sa.Column("removed_because", sa.Text(), nullable=True),
    )
    _say_several_types()
    _number_runs()
    _create_cards()
    _create_waves()
    _create_requests()
    _create_partners()


def downgrade() -> None:
    """Go down."""
    for name in (
        *("crisis_partners", "request_links"),
        *("left_out", "wave_plans", "digests", "workbooks", "situation_reports"),
        *("structure_answers", "missions", "contributions", "proofs"),
        *("card_events", "card_orders"),
    ):
        op.drop_table(name)
    _number_runs_no_more()
    _say_one_type()
    op.drop_table("crisis_types")
    for column in reversed(_of_waves()):
        op.drop_column("waves", column.name)
    for name in ("partner_id", "structure_id"):
        op.drop_column("links", name)
    for column in reversed(_of_crises()):
        op.drop_column("crises", column.name)


def _say_several_types() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(_CRISES)).all():
        said = dict(row.activation)
        code, scenarios = said.pop("type_code"), [said.pop("scenario")]
        said["types"] = [{"code": code, "scenarios": scenarios}]
        called_back, reference = said.get("called_back_at"), said.get("reference")
        connection.execute(
            _this(row).values(
                activation=said,
                reference=reference,
                called_back_at=called_back and datetime.fromisoformat(called_back),
                confirmed_at=row.opened_at if reference else None,
                confirmed_by=said["authority"] if reference else None,
            )
        )
        connection.execute(
            sa.insert(_TYPES).values(
                cpts_id=row.cpts_id,
                crisis_id=row.crisis_id,
                type=code,
                scenarios=scenarios,
                t0=row.t0,
                reference=reference,
            )
        )


def _say_one_type() -> None:
    connection = op.get_bind()
    for row in connection.execute(sa.select(_CRISES)).all():
        said = dict(row.activation)
        first = said.pop("types")[0]
        said |= {"type_code": first["code"], "scenario": first["scenarios"][0]}
        connection.execute(_this(row).values(activation=said))


def _this(row: Any) -> sa.Update:  # noqa: ANN401 - a row of _CRISES
    same = (_CRISES.c.cpts_id == row.cpts_id, _CRISES.c.crisis_id == row.crisis_id)
    return sa.update(_CRISES).where(*same)


def _number_runs() -> None:
    """Give runs a number: the key changes, so the table is made anew."""
    runs = op.get_bind().execute(_WITH_OPENING).mappings().all()
    op.drop_table("card_runs")
    _create(
        "card_runs",
        ("card_id", "run"),
        _text("state", 30),
        _at("opened_at", nullable=False),
        _at("counted_from"),
        _at("due_at"),
        sa.Column(
            "milestones",
            sa.JSON(),
            nullable=False,
            server_default=sa.text("'[]'"),
        ),
        sa.Column(
            "milestones_done",
            sa.JSON(),
            nullable=False,
            server_default=sa.text("'[]'"),
        ),
        _text("taken_by", 120, nullable=True),
        _at("taken_at"),
        _at("done_at"),
        sa.Column("reason", sa.Text(), nullable=True),
        _at("raised_at"),
    )
    if runs:
        op.bulk_insert(_RUNS, [{**run, "run": 1} for run in runs])


def _number_runs_no_more() -> None:
    kept = [column for column in _RUNS.c if column.name not in {"run", "opened_at"}]
    first = sa.select(*kept).where(_RUNS.c.run == 1)
    runs = op.get_bind().execute(first).mappings().all()
    op.drop_table("card_runs")
    _create(
        "card_runs", ("card_id",), _text("state", 30), _at("due_at"), _at("done_at")
    )
    if runs:
        op.bulk_insert(_RUNS, [dict(run) for run in runs])


def _create_cards() -> None:
    _create(
        "card_orders",
        ("card_id", "source"),
        _at("at", nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
    )
    _create("card_events", ("card_id", "event"), _at("at", nullable=False))
    _create(
        "proofs",
        ("card_id", "run", "proof"),
        _text("kind", 40),
        sa.Column("fields", sa.JSON(), nullable=False),
        _text("actor", 40),
        _at("at", nullable=False),
    )
    _create(
        "contributions",
        ("card_id", "person_id"),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        _at("at", nullable=False),
    )
    _create(
        "missions",
        ("mission_id",),
        _text("card_id", 20),
        _text("person_id", 120),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        _text("zone", 40, nullable=True),
        sa.Column("contact", sa.Text(), nullable=False),
        _at("starts_at", nullable=False),
        _at("ends_at", nullable=False),
        _text("state", 20),
        _at("proposed_at", nullable=False),
        _at("answered_at"),
        sa.Column("employer_agrees", sa.Boolean(), nullable=True),
        _at("worked_from"),
        _at("worked_until"),
    )
    op.create_index(
        op.f("ix_missions_cpts_id_crisis_id_person_id"),
        "missions",
        ["cpts_id", "crisis_id", "person_id"],
    )


def _create_waves() -> None:
    _create(
        "structure_answers",
        ("structure_id",),
        _text("answer", 30),
        sa.Column("detail", sa.JSON(), nullable=True),
        _text("person_id", 120, nullable=True),
        sa.Column("name", sa.Text(), nullable=True),
        _at("at", nullable=False),
    )
    _create(
        "situation_reports",
        ("number",),
        _at("due_at", nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        _text("document_id", 120, nullable=True),
        _text("workbook_id", 120, nullable=True),
        _at("sent_at"),
    )
    op.create_table(
        "workbooks",
        _text("cpts_id", 120),
        _text("contact", 120),
        sa.Column("name", sa.Text(), nullable=False),
        _text("sha256", 64),
        sa.Column("mapping", sa.JSON(), nullable=False),
        _at("at", nullable=False),
        sa.PrimaryKeyConstraint("cpts_id", "contact", name=op.f("pk_workbooks")),
    )
    _create(
        "digests",
        ("person_id",),
        _at("sent_at", nullable=False),
        sa.Column("told", sa.JSON(), nullable=False),
    )
    _create(
        "wave_plans",
        ("code",),
        _text("state", 12),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        _at("decided_at"),
        sa.Column("wave", sa.Integer(), nullable=True),
    )
    _create("left_out", ("wave", "person_id"), _text("reason", 30))


def _create_requests() -> None:
    op.create_table(
        "request_links",
        _text("cpts_id", 120),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        _text("contact", 40),
        _at("made_at", nullable=False),
        _at("expires_at", nullable=False),
        _at("revoked_at"),
        sa.PrimaryKeyConstraint("cpts_id", "token_hash", name=op.f("pk_request_links")),
    )
    op.create_index(
        op.f("ix_request_links_token_hash"),
        "request_links",
        ["token_hash"],
        unique=True,
    )


def _create_partners() -> None:
    _create(
        "crisis_partners",
        ("partner_id",),
        _text("kind", 20),
        sa.Column("name", sa.Text(), nullable=False),
        _text("zone", 40, nullable=True),
        _text("phone", 20, nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
    )
