"""From the order to the proof, as typed: what each command says."""

from pathlib import Path

import pytest

from commands.life import EmbeddedLife, Plan
from domain.answer import Availability
from tests.terminal import CPTS, EXAMPLES, NOWHERE, SMALL, Desk, done, order, typed

KEYS = {  # design of the public interface; docs/interface.md
    *("cpts_id", "crisis_id", "types", "state", "exercise", "pace", "t0", "alerts"),
    *("answers", "needs", "cards", "log_entries", "sitreps", "documents", "evidence"),
    "timings",
}
ALERTS = {"asked", "sent", "not_sent", "delivered", "failed", "unknown"}
NEED = {"card", "profession", "zone", "needed", "filled"}
CARDS = {
    *("total", "to_do", "waiting", "running", "done", "not_applicable", "not_done"),
    "late",
}
TIMINGS = {"open_to_first_message_s", "open_to_last_message_s"}
WIDTH = 80
ASKED = 186  # of 378: the volunteers whose profession the card wants


def widest(text: str) -> int:
    return max(len(line) for line in text.splitlines())


def test_a_crisis_goes_from_its_order_to_its_proof(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("TOCSIN_DATABASE_URL", database_url)
    monkeypatch.setenv("TOCSIN_TEMPORAL_ADDRESS", NOWHERE)
    pack = str(tmp_path / "sorties" / "preuve.zip")

    assert "129 communes" in done("cpts", "add", str(EXAMPLES / "cpts.yaml")).out
    read = done("roster", "import", CPTS, str(EXAMPLES / "roster.csv"))
    assert "378 personnes ; 378 nouvelles" in read.out
    assert "Plan version 1" in done("plan", "new", CPTS, *SMALL).out
    crisis = done(*order(), "--json").document["crisis_id"]
    lifted = done("crisis", "lift", crisis, "--authority", "PREFET", "--json").document
    assert lifted["state"] == "LEVEE"
    assert lifted["alerts"]["asked"] == lifted["alerts"]["not_sent"] == ASKED
    made = done("evidence", "pack", crisis, "--output", pack, "--json").document
    assert made["path"] == pack
    assert (tmp_path / "sorties" / "verify.py").exists()
    verdict = done("evidence", "verify", pack, "--json").document
    assert verdict["accepted"]
    assert verdict["problems"] == []
    status = done("crisis", "status", crisis, "--json").document
    assert status["evidence"]["verified"]
    assert status["evidence"]["entries"] == verdict["size"]


def test_a_fresh_folder_needs_no_other_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_DATA_DIR", str(tmp_path / "new" / "var"))

    assert done("cpts", "list").out == ""
    assert (tmp_path / "new" / "var" / "tocsin.db").exists()


@pytest.mark.usefixtures("settled")
def test_opening_says_how_many_are_asked_and_what_to_do_without_an_engine() -> None:
    said = done(*order())

    assert f"{ASKED} personnes à joindre" in said.out
    assert "Lancez « tocsin up »" in said.out
    assert "Suivre : tocsin crisis status c-" in said.out


def test_opening_and_lifting_say_that_messages_leave_when_the_engine_runs(
    settled: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("TOCSIN_TEMPORAL_ADDRESS")
    life = EmbeddedLife(settled.folder, Plan(parts=("temporal",)))
    life.start()
    try:
        opened = done(*order()).out
        crisis = opened.split()[1]
        lifted = done("crisis", "lift", crisis, "--authority", "DG_ARS").out
    finally:
        life.stop()

    assert "Les messages partent." in opened
    assert f"Crise {crisis} levée : personne n'est à prévenir. Le compte" in lifted


def test_the_status_is_a_board_of_eighty_columns(opened: Desk) -> None:
    said = done("crisis", "status", opened.crisis).out

    assert f"Crise {opened.crisis} : active" in said
    assert "Messages : 186 demandés, 0 partis, 1 non parti, 185 en attente" in said
    assert "sans adresse : 1" in said
    assert "\n  appui EHPAD\n    Infirmier  " in said
    assert "T2-07" not in said  # cards are named, never by their code
    assert widest(said) <= WIDTH


@pytest.mark.usefixtures("settled")
def test_the_longest_words_that_an_order_may_hold_fit_the_board() -> None:
    words = {"reference": "N° 118 " * 17, "place": "Aiguabrane " * 5}
    opened = done(*order(**words), "--exercise", "--pace", "600", "--json").document

    said = done("crisis", "status", opened["crisis_id"]).out

    assert "*** EXERCICE *** (délais divisés par 600)" in said
    assert widest(said) <= WIDTH
    assert " EXERCICE" in done("crisis", "list", CPTS).out


def test_the_status_in_json_has_the_keys_of_the_interface(opened: Desk) -> None:
    said = done("crisis", "status", opened.crisis, "--json").document

    assert said.keys() >= KEYS
    assert said["alerts"].keys() == ALERTS
    assert set(said["answers"]) == {answer.value for answer in Availability}
    assert {key for need in said["needs"] for key in need} == NEED
    assert said["cards"].keys() == CARDS
    assert said["evidence"].keys() == {"entries", "root", "verified"}
    assert said["timings"].keys() == TIMINGS


def test_the_documents_of_a_crisis_are_named_with_their_hash(filed: Desk) -> None:
    said = done("crisis", "status", filed.crisis, "--json").document

    kinds = [made["kind"] for made in said["documents"]]
    assert {"RAPPORT", "DOSSIER", "PACK"} <= set(kinds)
    for made in said["documents"]:
        assert made.keys() == {"kind", "path", "sha256"}
        assert (filed.folder / "documents" / made["sha256"]).exists()
    board = done("crisis", "status", filed.crisis).out
    assert "Levée      le" in board
    assert "RAPPORT" in board
    assert widest(board) <= WIDTH


def test_those_to_call_are_listed_with_their_telephone(opened: Desk) -> None:
    said = done("crisis", "status", opened.crisis, "--unreached").out

    assert said.endswith("À appeler : 1.\n")
    assert "06 39 98 02 22" in said
    assert widest(said) <= WIDTH


def test_crises_are_listed(opened: Desk) -> None:
    assert done("crisis", "list", CPTS).out == f"{opened.crisis}  active\n"
    listed = done("crisis", "list", CPTS, "--json").document
    assert listed == [{"crisis_id": opened.crisis, "state": "ACTIVE"}]


@pytest.mark.usefixtures("settled")
def test_a_cpts_without_a_crisis_is_told_so() -> None:
    assert done("crisis", "list", CPTS).out == "Aucune crise n'a été ouverte.\n"
    assert done("crisis", "list", CPTS, "--json").document == []


def test_the_log_tells_the_crisis_in_order(filed: Desk) -> None:
    lines = done("crisis", "log", filed.crisis).out.splitlines()
    plain = [line for line in lines if line.startswith("  ")]  # the others are days
    rows = done("crisis", "log", filed.crisis, "--json").document

    assert [row["kind"] for row in rows[:2]] == ["crisis.opened", "cards.opened"]
    assert "crisis.lifted" in [row["kind"] for row in rows]
    assert [row["seq"] for row in rows] == sorted(row["seq"] for row in rows)
    for line, row in zip(plain, rows, strict=True):
        assert line.endswith(row["text"])
    assert len(lines) - len(plain) == 1  # one day


def test_the_pack_is_written_here_and_its_key_may_be_given(opened: Desk) -> None:
    done("evidence", "pack", opened.crisis)

    pack = f"preuve-{opened.crisis}.zip"
    said = done("evidence", "verify", pack).out
    assert "ACCEPTÉ, si la clé est bien celle de la CPTS" in said
    assert "Non vérifié :" in said


def test_a_pack_may_be_written_beside_the_program(
    opened: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    (opened.folder / "verify.py").touch()
    monkeypatch.setattr("commands.evidence.PROJECT", opened.folder)

    said = done("evidence", "pack", opened.crisis)

    assert "Empreinte (SHA-256)" in said.out


@pytest.mark.usefixtures("settled")
def test_a_cpts_is_listed_and_shown() -> None:
    name = "CPTS des Vallées de l'Autan (fictive)"

    assert name in done("cpts", "list").out
    assert done("cpts", "list", "--json").document == [{"cpts_id": CPTS, "nom": name}]
    shown = done("cpts", "show", CPTS).out
    assert "Annuaire        378 professionnels" in shown
    assert widest(shown) <= WIDTH
    assert done("cpts", "show", CPTS, "--json").document["cpts_id"] == CPTS


@pytest.mark.usefixtures("settled")
def test_a_plan_names_who_holds_its_roles() -> None:
    shown = done("plan", "show", CPTS).out

    assert "titulaire : Élise Estève ; suppléant : Adèle Leroux" in shown
    assert "T2-07" in shown
    document = done("plan", "show", CPTS, "--json").document
    assert document["number"] == 1
    assert len(document["sha256"]) == 64
    assert "Plan version 1" in done("plan", "new", CPTS).out  # a draft, written over


@pytest.mark.usefixtures("settled")
def test_the_roster_is_listed() -> None:
    assert len(done("roster", "list", CPTS).out.splitlines()) == 378
    rows = done("roster", "list", CPTS, "--json").document
    assert len(rows) == 378
    assert rows[0].keys() == {"person_id", "profession", "lien", "contacts"}


def test_a_dry_run_of_a_roster_changes_nothing(settled: Desk) -> None:
    lines = (EXAMPLES / "roster.csv").read_text().splitlines()
    (settled.folder / "half.csv").write_text("\n".join(lines[:101]))
    before = settled.facts()

    said = done("roster", "import", CPTS, "half.csv", "--dry-run").out

    assert "Rien n'est changé (essai) : 100 personnes ; 0 nouvelle," in said
    assert "278 parties" in said
    assert settled.facts() == before


@pytest.mark.parametrize("noun", ["cpts", "roster", "plan", "crisis", "evidence"])
def test_a_noun_alone_shows_its_help_in_french(noun: str) -> None:
    said = typed(noun)

    assert said.code == 2
    assert "Affiche cette aide." in said.out
    assert said.err == ""


def test_cards_are_listed_taken_ended_and_set_aside_as_typed(opened: Desk) -> None:
    crisis = opened.crisis
    listed = done("crisis", "card", "list", crisis).out
    assert "T2-07" in listed
    assert "TC-01" not in listed  # the call-back proved it
    assert widest(listed) <= WIDTH
    rows = done("crisis", "card", "list", crisis, "--all", "--json").document
    assert {row["card_id"] for row in rows} == {"TC-01", "T2-07"}

    assert "prise en charge" in done("crisis", "card", "take", crisis, "t2-07").out
    fields = ["personnes_suivies=4", "duree=2"]
    refused = typed("crisis", "card", "done", crisis, "T2-07", *fields)
    assert refused.code == 1
    assert "À remplir" in refused.sentence
    aside = ("crisis", "card", "aside", crisis, "T2-07", "--reason", "ordre annulé")
    assert "motif inscrit" in done(*aside).out


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("card", "take", "{}", "TC-99"), "n'est pas dans cette crise"),
        (("card", "event", "{}", "T2-07"), "n'est pas dans cette crise"),
        (
            (
                *("card", "order", "{}", "T2-07", "--source", "SAMU"),
                *("--at", "2026-11-02", "--reference", "r"),
            ),
            "n'attend pas d'ordre",
        ),
        (("wave", "hold", "{}", "V9", "--reason", "attendre"), "n'a pas de vague V9"),
        (("wave", "hold", "{}", "V2", "--reason", "attendre"), "déjà partie"),
        (("wave", "safety", "{}", "abri"), "n'a pas de vague VS"),
    ],
)
def test_what_the_crisis_does_not_allow_is_said_in_one_sentence(
    opened: Desk, arguments: tuple[str, ...], why: str
) -> None:
    said = typed("crisis", *(word.format(opened.crisis) for word in arguments))

    assert said.code == 1
    assert why in said.sentence


def test_a_field_is_typed_with_its_value(opened: Desk) -> None:
    said = typed("crisis", "card", "done", opened.crisis, "T2-07", "personnes")

    assert said.code == 2
    assert "champ=valeur" in said.err


def test_waves_are_listed(opened: Desk) -> None:
    assert (
        "Appel aux professionnels" in done("crisis", "wave", "list", opened.crisis).out
    )
