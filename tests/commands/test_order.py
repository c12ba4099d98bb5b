"""An order completed, extended and ended by commands: what each one says."""

from pathlib import Path

import pytest

from tests.terminal import Desk, ago, done, order, typed

AT = ago(minutes=25)
ZONE = "Bas-Autan"


@pytest.fixture
def watched(settled: Desk) -> Desk:
    """A pre-alert: nobody called back, no reference."""
    old = ago(hours=73)
    said = order(received_at=old, called_back_at=None, reference=None)
    opened = done(*said, "--pre-alert", "--json").document
    return Desk(settled.folder, opened["crisis_id"])


def status(desk: Desk) -> str:
    return " ".join(done("crisis", "status", desk.crisis).out.split())


def log(desk: Desk) -> str:
    said = " ".join(done("crisis", "log", desk.crisis).out.split())
    return said.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def test_a_pre_alert_is_called_back_then_confirmed(watched: Desk) -> None:
    crisis = watched.crisis
    assert "pré-alerte" in status(watched)
    assert "Attendu contre-appel, depuis" in status(watched)
    assert f"tocsin crisis call-back {crisis}" in status(watched)

    called = done("crisis", "call-back", crisis, "--at", AT)
    assert "active, référence écrite attendue" in called.out
    assert "Lancez « tocsin up »" in called.out
    waiting = status(watched)
    assert "contre-appel" not in waiting
    assert f"demandez-la : tocsin crisis letter {crisis}" in waiting  # 72 h are over
    confirmed = done(
        *("crisis", "confirm", crisis, "--reference", "ARS-9"),
        *("--written-at", AT, "--authority", "PREFET"),
    )
    assert f"crise {crisis} active." in confirmed.out
    assert "Attendu" not in status(watched)
    assert "Référence ARS-9" in status(watched)
    again = typed("crisis", "confirm", crisis, "--reference", "ARS-9")
    assert "a déjà sa référence écrite" in again.sentence


def test_an_initiative_says_that_it_is_not_payable_until_recognised(
    settled: Desk,
) -> None:
    said = order(called_back_at=None, reference=None, authority=None)
    crisis = done(*said, "--local", "--json").document["crisis_id"]
    desk = Desk(settled.folder, crisis)

    assert "Utile, mais non payable tant que" in status(desk)
    refused = typed("crisis", "confirm", crisis, "--reference", "ARS-9")
    assert "Dites quelle autorité la reconnaît" in refused.sentence
    lifted = typed("crisis", "lift", crisis, "--authority", "DG_ARS")
    assert "C'est sa présidence qui y met fin" in lifted.sentence
    assert "levée" in done("crisis", "lift", crisis, "--local").out
    assert "la présidence de la CPTS" in log(desk)


def test_an_order_names_its_zones_and_its_speed(settled: Desk) -> None:
    done(*order(zone=ZONE, kinetic="SLOW"))

    written = [row for row in settled.facts() if '"crisis.opened"' in row]
    assert any(f'"zones":["{ZONE}"]' in row for row in written)
    assert any('"kinetic":"SLOW"' in row for row in written)


def test_the_speed_is_chosen_with_a_reason(opened: Desk) -> None:
    said = done("crisis", "kinetic", opened.crisis, "SLOW", "--reason", "un seul cas")

    assert said.out == f"Délais lents pour {opened.crisis}.\n"
    assert "Délais lents choisis : un seul cas." in log(opened)


def test_types_join_and_leave_with_a_reference(opened: Desk) -> None:
    add = ("crisis", "type", "add", opened.crisis, "SICK", "--scenario", "CANICULE")
    given = typed(*add, "--received-at", AT, "--reference", "ARS-119")
    assert "a déjà le type « SICK »" in given.sentence
    remove = ("crisis", "type", "remove", opened.crisis, "SICK", "--reference", "R")
    last = typed(*remove, "--reason", "fini")
    assert "est le seul type de la crise" in last.sentence
    assert "Types Malades" in status(opened)


def test_a_ban_is_shown_until_it_ends(opened: Desk) -> None:
    ban = ("crisis", "ban", opened.crisis, "--authority", "PREFET")

    elsewhere = typed(*ban, "--zone", "Atlantide")
    assert "Ses zones : " in elsewhere.sentence
    assert ZONE in elsewhere.sentence
    done(*ban, "--zone", ZONE, "--from", AT, "--reference", "Arrêté 12")
    assert f"Interdit circuler, zones {ZONE}, par le préfet" in status(opened)
    assert "jusqu'à nouvel ordre" in status(opened)
    done(*ban, "--from", AT, "--until", "2126-11-01T06:00")
    assert "tout le territoire" in status(opened)
    backwards = typed(*ban, "--from", AT, "--until", "2026-10-01T06:00")
    assert backwards.code == 2
    assert "ne suit pas son début" in backwards.err
    freed = done(*ban, "--end")
    assert "Circulation rétablie" in freed.out
    assert "Interdit" not in status(opened)


def test_a_note_is_read_in_the_log(opened: Desk) -> None:
    done("crisis", "note", opened.crisis, "Salle ouverte.", "--actor", "SECRETARIAT")

    assert "Note (SECRETARIAT) : Salle ouverte." in log(opened)
    rows = done("crisis", "log", opened.crisis, "--json").document
    assert rows[-1]["actor"] == "SECRETARIAT"
    long = typed("crisis", "note", opened.crisis, "a" * 501)
    assert (long.code, "500 caractères" in long.err) == (2, True)


def test_a_false_alarm_is_cancelled_once(opened: Desk) -> None:
    cancel = ("crisis", "cancel", opened.crisis, "--reason")

    long = typed(*cancel, "un fumigène de chantier")
    assert (long.code, "20 caractères" in long.err) == (2, True)
    said = done(*cancel, "fumigène de chantier").out
    assert f"FAUSSE ALERTE : crise {opened.crisis} annulée, personne n'est" in said
    assert "Annulée le" in status(opened)
    before = opened.facts()
    again = typed(*cancel, "fumigène de chantier")
    assert "est annulée" in again.sentence
    assert "est annulée" in typed("crisis", "letter", opened.crisis).sentence
    assert opened.facts() == before


def test_a_lifting_is_proposed_by_the_cpts_and_decided_by_an_authority(
    opened: Desk,
) -> None:
    lift = ("crisis", "lift", opened.crisis)

    proposed = done(*lift, "--proposed", "--criteria", "plus de fumées")
    assert "c'est elle qui lève" in proposed.out
    assert "Proposée le" in status(opened)
    alone = typed(*lift, "--local")
    assert "ne peut être levée que par une autorité" in alone.sentence
    for wrong in ((), ("--local", "--proposed"), ("--authority", "PREFET", "--local")):
        assert typed(*lift, *wrong).code == 2
    state = done(*lift, "--authority", "PREFET", "--json").document["state"]
    assert state == "LEVEE"


def test_the_cell_stands_down_and_the_crisis_closes_once_filed(
    filed: Desk,
) -> None:
    done("crisis", "stand-down", filed.crisis)
    assert "Désarmée le" in status(filed)
    closed = done("crisis", "close", filed.crisis)
    assert f"Crise {filed.crisis} clôturée. Reste ouvert : " in closed.out
    assert "1 accusé de réception non reçu" in closed.out
    assert "est clôturée" in typed("crisis", "close", filed.crisis).sentence


def test_what_is_not_filed_is_not_closed(opened: Desk) -> None:
    done("crisis", "lift", opened.crisis, "--authority", "DG_ARS")

    said = typed("crisis", "close", opened.crisis)

    assert "n'est pas encore établi" in said.sentence


def test_a_letter_is_read_again_then_sent_once(watched: Desk, tmp_path: Path) -> None:
    draft = tmp_path / "lettre.pdf"
    before = watched.facts()

    shown = done("crisis", "letter", watched.crisis, "--output", str(draft))
    assert "rien n'est parti" in shown.out
    assert draft.read_bytes().startswith(b"%PDF")
    assert watched.facts() == before
    sent = done("crisis", "letter", watched.crisis)
    assert "elle part à l'ARS" in sent.out
    assert "référence écrite, depuis" in status(watched)
    assert "demandée par lettre" in status(watched)
    assert "RECONNAISSANCE" in status(watched)
    before = watched.facts()
    again = typed("crisis", "letter", watched.crisis)
    assert "est déjà partie" in again.sentence
    assert watched.facts() == before
    done("crisis", "lift", watched.crisis, "--authority", "DG_ARS")
    pack = str(tmp_path / "preuve.zip")
    done("evidence", "pack", watched.crisis, "--output", pack)
    assert done("evidence", "verify", pack, "--json").document["accepted"]


def test_an_open_crisis_with_its_reference_asks_for_nothing(opened: Desk) -> None:
    said = typed("crisis", "letter", opened.crisis)

    assert "a déjà sa référence écrite" in said.sentence
    assert "tocsin crisis letter" not in status(opened)


def test_an_authority_that_may_not_mobilise_opens_nothing(drafted: Desk) -> None:
    before = drafted.facts()

    refused = typed(*order(authority="MAIRE"))

    assert refused.code == 2
    assert "MAIRE" in refused.err
    assert "PREFET" in refused.err  # who may
    assert drafted.facts() == before
