"""Bad input: one clear French sentence, and nothing half-done."""

import subprocess
import sys
from pathlib import Path

import pytest

from adapters.embedded import FolderLock
from tests.terminal import CPTS, EXAMPLES, Desk, Said, ago, done, order, typed
from tests.world import ROOT

FILE = str(EXAMPLES / "cpts.yaml")
ROSTER = str(EXAMPLES / "roster.csv")
HEADER = "RPPS;Nom;Prénom;Profession;Commune;Zone;Courriel;Mobile\n"
SICK_SCENARIOS = (
    "Choisissez parmi : EPIDEMIE_SAISONNIERE, CANICULE, GRAND_FROID, POLLUTION, "
    "INCENDIE_FUMEES."
)
GOOD = "99000000945;Alary;Arnaud;Infirmier;;;arnaud@val.example;06 39 98 00 93\n"


def refused(said: Said, *words: str) -> bool:
    """Exit code 1, one sentence, and each of these words in it."""
    assert said.code == 1
    assert [word for word in words if word not in said.sentence] == [], said.sentence
    return True


def misused(said: Said, *words: str) -> bool:
    """Exit code 2, one sentence and where to read more."""
    assert said.code == 2
    first, more = said.err.splitlines()
    assert more.startswith("Pour en savoir plus : tocsin ")
    assert [word for word in words if word not in first] == [], first
    return True


def written(desk: Desk, name: str, text: str) -> str:
    """Put a file beside the data, where a person would have it."""
    path = desk.folder.parent / name
    path.write_text(text)
    return str(path)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("cpts", "add", FILE), ("déjà l'identifiant « vallees-autan »", "rien n'a")),
        (("cpts", "show", "nulle"), ("Aucune CPTS", "« nulle »", "tocsin cpts list")),
        (("roster", "list", "nulle"), ("Aucune CPTS", "« nulle »")),
        (("roster", "import", "nulle", ROSTER), ("Aucune CPTS", "« nulle »")),
        (("roster", "import", "nulle", ROSTER, "--dry-run"), ("« nulle »",)),
        (("plan", "new", "nulle"), ("Aucune CPTS", "« nulle »")),
        (("plan", "show", "nulle"), ("Aucune CPTS", "« nulle »")),
        (("crisis", "list", "nulle"), ("Aucune CPTS", "« nulle »")),
        (order("nulle"), ("Aucune CPTS", "« nulle »")),
        (("crisis", "status", "c-nulle"), ("Aucune crise", "liste des crises")),
        (("crisis", "log", "c-nulle"), ("Aucune crise", "« c-nulle »")),
        (("crisis", "lift", "c-nulle", "--authority", "PREFET"), ("Aucune crise",)),
        (("evidence", "pack", "c-nulle"), ("Aucune crise", "« c-nulle »")),
        (order(), ("Cet ordre a déjà ouvert la crise c-", "rien de plus n'est parti")),
        (order(reference="  ars-2026-118 "), ("Cet ordre a déjà ouvert",)),
        (order(reference="2", type="NOVI"), ("type « NOVI »", "rien n'a changé")),
        (
            order(reference="2", scenario="FUMEES_TOXIQUES"),  # of another type
            ("scénario « FUMEES_TOXIQUES »", SICK_SCENARIOS),
        ),
        (order(reference="2", zone="Ouest"), ("zone « Ouest »", "Bas-Autan")),
        (
            order(reference="2", called_back_at=None),
            ("n'a pas été rappelée", "Rappelez-la", "--called-back-at"),
        ),
        (
            order(reference="2", called_back_at=ago(minutes=31)),
            ("n'a pas été rappelée",),
        ),
        (
            order(reference="2", called_back_at="2126-11-22T22:08"),
            ("dans l'avenir", "Vérifiez l'heure"),
        ),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    opened: Desk, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    before = opened.facts()

    assert refused(typed(*arguments), *words)

    assert opened.facts() == before


def test_a_crisis_is_lifted_once(filed: Desk) -> None:
    before = filed.facts()

    said = typed("crisis", "lift", filed.crisis, "--authority", "DG_ARS")

    assert refused(said, filed.crisis, "déjà levée", "personne n'est prévenu deux fois")
    assert filed.facts() == before


def test_a_text_too_short_is_refused_with_what_it_lacks(opened: Desk) -> None:
    said = typed("crisis", "cancel", opened.crisis, "--reason", "f")

    assert misused(said, "motif : au moins 2 caractères")


def test_a_cpts_without_a_plan_opens_nothing(empty: Desk) -> None:
    done("cpts", "add", FILE)
    before = empty.facts()

    assert refused(typed(*order()), "pas encore de plan", "tocsin plan new")
    assert refused(typed("plan", "new", CPTS), "personne", "tocsin roster import")
    assert refused(typed("roster", "list", CPTS), "tocsin roster import")
    assert empty.facts() == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (order(authority="MAIRE"), ("« --authority »", "DG_ARS", "PREFET")),
        (order(caller=""), ("« --caller »", "de 2 à 80 caractères")),
        (order(caller="D" * 81), ("« --caller »", "de 2 à 80 caractères")),
        (order(caller_function="D" * 81), ("« --caller-function »", "de 0 à 80")),
        (order(reference=""), ("« --reference »", "de 1 à 120 caractères")),
        (order(pace="601"), ("« --pace »", "600 est le plus grand permis")),
        (order(pace="0"), ("« --pace »", "1 est le plus petit permis")),
        (order(received_at="25:01"), ("« --received-at »", "« 25:01 »", "22:05")),
        (order(called_back_at="hier"), ("« --called-back-at »", "« hier »")),
        (order(place=None), ("Il manque l'option « --place »",)),
        (
            ("crisis", "lift", "c-1"),
            ("« --authority »", "dites qui lève", "DG_ARS, PREFET", "--proposed"),
        ),
        (("crisis", "status"), ("Il manque l'argument « CRISE »",)),
        (("evidence", "verify", FILE, "--key", "abc"), ("« --key »", "clé publique")),
    ],
)
def test_wrong_usage_names_the_option_and_what_it_expects(
    opened: Desk, arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    before = opened.facts()

    assert misused(typed(*arguments), *words)

    assert opened.facts() == before


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "99000003279;Alary;Claire;Orthofoniste;;;c@val.example;",
            "Ligne 3 refusée (Profession « Orthofoniste ») : profession inconnue.",
        ),
        (
            "99000000945;Alary;Claire;Infirmier;;;c@val.example;",
            "RPPS « 99000000945 ») : RPPS donné deux fois : lignes 2 et 3.",
        ),
        (
            "99000003279;Alary;Claire;Infirmier;;;claire@@val.example;",
            "Ligne 3 refusée (Courriel « claire@@val.example ») : ",
        ),
    ],
)
def test_a_bad_line_is_kept_out_and_told_the_good_ones_stay(
    empty: Desk, line: str, told: str
) -> None:
    done("cpts", "add", FILE)
    roster = written(empty, "roster.csv", f"{HEADER}{GOOD}{line}\n")

    said = done("roster", "import", CPTS, roster)

    assert said.err.startswith("Ligne 3 refusée (")
    first, *presumed = said.err.splitlines()
    assert told in first
    assert [line.split(" : ")[0] for line in presumed] == [
        "Ligne 1 à vérifier (Lien)",
        "Ligne 1 à vérifier (Joignable la nuit)",
    ]
    assert "1 personne ; 1 nouvelle, 0 modifiée, 0 partie" in said.out
    assert "1 ligne refusée." in said.out
    (bad,) = done("roster", "import", CPTS, roster, "--json").document["bad_lines"]
    assert (bad["line"], bad["value"] in line) == (3, True)
    assert len(done("roster", "list", CPTS).out.splitlines()) == 1


def test_a_roster_of_bad_lines_changes_nothing_and_tells_twenty(settled: Desk) -> None:
    lines = (f";Alary{n};Claire;Sorcière;;;c{n}@val.example;\n" for n in range(22))
    roster = written(settled, "roster.csv", HEADER + "".join(lines))
    before = settled.facts()

    said = typed("roster", "import", CPTS, roster)

    told = said.err.splitlines()
    assert said.code == 1
    assert len(told) == 22
    assert told[0].startswith("Ligne 2 refusée (Profession « Sorcière »)")
    assert told[20].startswith("… et 2 autres lignes")
    assert told[21].startswith("L’annuaire ne contient personne")  # noqa: RUF001
    assert settled.facts() == before


def test_a_doubt_about_a_line_is_told_and_its_person_kept(empty: Desk) -> None:
    done("cpts", "add", FILE)
    line = "99000003279;Alary;Claire;Infirmier;Atlantide;;c@val.example;\n"
    roster = written(empty, "roster.csv", HEADER + line)

    said = done("roster", "import", CPTS, roster)

    assert "Ligne 2 à vérifier (Commune « Atlantide »)" in said.err
    assert "1 personne ;" in said.out


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ("L'annuaire ne contient personne", "rien n'a changé")),
        (HEADER, ("L'annuaire ne contient personne", "rien n'a changé")),
        ("Nom;Prénom\nA;B\n", ("colonne absente : Profession", "n'a pas changé")),
        ("PK\x03\x04…", ("roster.csv", "pas un fichier Excel")),
    ],
)
def test_a_roster_without_a_reader_leaves_the_old_one(
    settled: Desk, text: str, words: tuple[str, ...]
) -> None:
    roster = written(settled, "roster.csv", text)
    before = settled.facts()

    assert refused(typed("roster", "import", CPTS, roster), *words)

    assert settled.facts() == before


def test_a_plan_without_a_role_holder_is_not_made(empty: Desk) -> None:
    text = Path(FILE).read_text().replace("99000000010", "99000009999")
    done("cpts", "add", written(empty, "cpts.yaml", text))
    done("roster", "import", CPTS, ROSTER)
    before = empty.facts()

    said = typed("plan", "new", CPTS)

    assert refused(said, "rôle REFERENT_SSE", "titulaire", "le plan n'est pas établi")
    assert empty.facts() == before


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ("fuseau: Europe/Paris", "fuseau: Europe/Lutèce", ("« fuseau »",)),
        ("taille_contractuelle: T3", "taille: T3", ("« taille",)),
        ("nom_court:", "\tnom_court:", ("ligne 6", "YAML illisible")),
        ("fictif: oui", "fictif: oui\nfictif: non", ("clé donnée deux fois",)),
        ("code: ARS_DD", "code: PREFECTURE", ("« autorites",)),
        ("cpts_id: vallees-autan", "cpts_id: Vallées !", ("« cpts_id »",)),
    ],
)
def test_a_broken_file_of_a_cpts_adds_nothing(
    empty: Desk, was: str, now: str, words: tuple[str, ...]
) -> None:
    file = written(empty, "cpts.yaml", Path(FILE).read_text().replace(was, now, 1))
    before = empty.facts()

    said = typed("cpts", "add", file)

    assert refused(said, "Le fichier cpts.yaml est refusé", "rien n'a été", *words)
    assert empty.facts() == before


@pytest.mark.parametrize("file", ["absent.yaml", "."])
def test_a_file_that_is_not_there_is_named(settled: Desk, file: str) -> None:
    before = settled.facts()

    assert refused(typed("cpts", "add", file), "introuvable ou illisible")
    assert refused(typed("roster", "import", CPTS, file), "introuvable ou illisible")

    assert settled.facts() == before


@pytest.mark.parametrize("folder", ["/proc/tocsin", "/sys/tocsin"])
def test_a_folder_that_cannot_be_written_is_named(
    folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOCSIN_DATA_DIR", folder)

    assert refused(typed("cpts", "list"), folder, "Corrigez cela, puis recommencez")
    assert not Path(folder).exists()


def test_a_database_that_refuses_to_be_written_keeps_what_it_had(
    opened: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///file:{opened.folder}/tocsin.db?mode=ro&uri=true"
    monkeypatch.setenv("TOCSIN_DATABASE_URL", url)
    before = opened.facts()

    for arguments in (
        ("roster", "import", CPTS, ROSTER),
        ("plan", "new", CPTS),
        order(reference="2"),
        ("crisis", "lift", opened.crisis, "--authority", "DG_ARS"),
    ):
        assert refused(typed(*arguments), "refuse l'écriture", "tocsin doctor")

    assert opened.facts() == before


@pytest.mark.usefixtures("empty")
def test_a_database_that_is_away_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_DATABASE_URL", "postgresql://x@/x?host=/nowhere")

    assert refused(typed("cpts", "list"), "La base de données ne répond pas")


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("/sys/preuve.zip", ("/sys", "il n'est pas permis")),
        (".", ("c'est un dossier, un fichier est attendu",)),
        ("tocsin.db/preuve.zip", ("tocsin.db : un fichier porte ce nom",)),
    ],
)
def test_a_pack_that_cannot_be_written_leaves_no_entry(
    opened: Desk, output: str, words: tuple[str, ...]
) -> None:
    before = opened.facts()

    assert refused(typed("evidence", "pack", opened.crisis, "--output", output), *words)

    assert opened.facts() == before


def test_another_instance_on_the_same_folder_is_named(empty: Desk) -> None:
    before = empty.facts()
    lock = FolderLock(empty.folder)
    lock.acquire()
    try:
        said = subprocess.run(  # noqa: S603 - ourselves
            [sys.executable, ROOT / "starter.py", "up", "--data-dir", empty.folder],
            check=False,
            capture_output=True,
            text=True,
            timeout=30,
        )
    finally:
        lock.release()

    assert said.returncode == 1
    assert said.stderr.startswith("Une autre instance de Tocsin (processus ")
    assert str(empty.folder) in said.stderr
    assert said.stderr.count("\n") == 1
    (empty.folder / "lock").unlink()
    assert empty.facts() == before


def test_a_demonstration_sweeps_nobody_elses_folder(tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").touch()

    said = typed("demo", "--output", str(tmp_path))

    assert misused(said, "« --output »", "contient autre chose", "dossier vide")
    assert [path.name for path in tmp_path.iterdir()] == ["photo.jpg"]


def test_a_demonstration_that_runs_is_not_swept(tmp_path: Path) -> None:
    (tmp_path / ".demonstration").touch()
    (tmp_path / "instance").mkdir()
    lock = FolderLock(tmp_path / "instance")
    lock.acquire()
    try:
        said = typed("demo", "--output", str(tmp_path))
    finally:
        lock.release()

    assert misused(said, "« --output »", "une démonstration en cours")
    assert (tmp_path / "instance" / "lock").exists()
