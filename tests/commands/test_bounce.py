"""Mails that came back, handed over as a mail server does: on standard input."""

import io
import sqlite3
import sys
from contextlib import closing

import pytest

from commands.bounce import TRY_AGAIN
from tests import returned
from tests.terminal import Desk, Said, ago, done, order, typed


def handed(mail: bytes, *arguments: str) -> Said:
    """Hand a mail over to `tocsin bounce read`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(mail)))
        return typed("bounce", "read", *arguments)


def told(mail: bytes, *arguments: str) -> str:
    """Hand it over; give the one sentence that is said, never an error."""
    said = handed(mail, *arguments)
    assert (said.code, said.err) == (0, "")
    assert said.out.count("\n") == 1
    words = said.out.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return words.replace("\N{NO-BREAK SPACE}", " ").strip()


def test_a_mail_that_came_back_is_noted_once_and_a_stranger_s_never(
    drafted: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_MAIL_FROM", "alerte@val.example")
    done(*order(received_at=ago(hours=2), called_back_at=ago(minutes=90)))
    path = drafted.folder / "tocsin.db"
    with closing(sqlite3.connect(path)) as database:
        query = "SELECT return_code FROM deliveries WHERE address IS NOT NULL"
        (code,) = database.execute(query).fetchone()
    to = f"alerte+{code}@val.example"
    before = drafted.facts()

    strangers = [
        told(returned.report("5.1.1")),
        told(returned.PERSON),
        told(returned.ABSENCE),
        told(returned.report("4.4.1", action="delayed", to=to)),
        told(b"", "--to", to),
    ]
    untouched = drafted.facts()
    noted = told(returned.report("5.2.2", to=to))
    again = told(returned.QMAIL, "--to", to.upper())

    assert untouched == before
    assert "n'est celui d'aucun message de Tocsin" in strangers[0]
    assert noted == "Noté : non remis (boîte pleine ; prévenez la personne)."
    assert again == "Déjà noté."
    with closing(sqlite3.connect(path)) as database:
        query = "SELECT receipt, receipt_reason FROM deliveries WHERE return_code = ?"
        assert database.execute(query, (code,)).fetchone() == ("ECHEC", "BOITE_PLEINE")


def test_the_mail_server_keeps_what_could_not_be_noted(
    drafted: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert drafted.folder.exists()
    monkeypatch.setenv("TOCSIN_DATABASE_URL", "postgresql://t@127.0.0.1:1/none")

    said = handed(returned.report("5.1.1", to=f"tocsin+{'0' * 20}@localhost"))

    assert said.code == TRY_AGAIN
    assert said.out == ""
    assert said.err.startswith("La base de données ne répond pas")
