"""The file of a CPTS is read, or refused in one sentence."""

from pathlib import Path

import pytest

from adapters.cpts_file import LARGEST_BYTES, load_cpts
from domain.cpts import RoleCode
from domain.errors import CptsFileError
from domain.structure import StructureKind

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/cpts.yaml"


def refused(path: Path) -> dict[str, str | int]:
    with pytest.raises(CptsFileError) as error:
        load_cpts(path)
    assert error.value.facts["file"] == path.name
    return error.value.facts


def test_the_example_is_read() -> None:
    cpts = load_cpts(EXAMPLE)

    assert cpts.cpts_id == "vallees-autan"
    assert (len(cpts.communes), len(cpts.zones)) == (129, 5)
    assert [c.code for c in cpts.communes] == [f"99{n:03}" for n in range(1, 130)]
    assert {commune.zone for commune in cpts.communes} == set(cpts.zones)
    assert cpts.ars_contact.phone == "+33536490020"
    assert {role.code for role in cpts.roles} == set(RoleCode)
    assert all(role.deputy for role in cpts.roles)
    assert len(cpts.structures) == 20
    assert {place.kind for place in cpts.structures} == set(StructureKind)
    phones = [place.phone or "" for place in cpts.structures]
    phones += [a.out_of_hours or "" for a in cpts.authorities]
    assert all(p.startswith(("+3353649", "+3363998")) for p in phones)


@pytest.mark.parametrize(
    ("was", "becomes", "key", "rule"),
    [
        ("fuseau: Europe/Paris", "fuseau: Paris", "fuseau", "fuseau inconnu"),
        ("taille_contractuelle: T3", "taille: T3", "taille_contractuelle", "absente"),
        ("T3", "T9", "taille_contractuelle", "permis : 'T1', 'T2', 'T3' or 'T4'"),
        ("fictif: oui", "fictif: oui\nfictif: non", "ligne", "deux fois : fictif"),
        ("zones: [", "zones: [[", "ligne", "YAML illisible"),
        ("zone: Causse", "zone: Cause", "fichier", "absente de « zones » : Cause"),
        ('"99007"', '"9907"', "9907.code", "écriture refusée"),
        ("code: ARS_DD", "code: ARS_DT", "fichier", "doit nommer ARS_DD"),
        ("pfr@ars", "pfr@@ars", "ARS_PFR.courriel", "adresse de courriel refusée"),
        ("05 36 49 00 10", "05 36", "coordinateur.telephone", "dix chiffres"),
        ("  PILOTAGE:", "  PILOTAJE:", "PILOTAJE.code", "valeur inconnue"),
        ("kind: EHPAD", "kind: MAISON", "EHPAD_MONTENCOUR.kind", "permis : 'CABINET'"),
        ("du: 2026-11-16", "du: 16", "OFF_AIGUSTEL.garde.n° 1.du", "date illisible"),
        ('"99000002123"', '"99000002115"', "ORGA_PHARMACIE", "une autre personne"),
    ],
)
def test_a_wrong_file_is_refused_with_its_key_and_what_to_do(
    tmp_path: Path, was: str, becomes: str, key: str, rule: str
) -> None:
    text = EXAMPLE.read_text("utf-8")
    assert was in text
    file = tmp_path / "cpts.yaml"
    file.write_text(text.replace(was, becomes, 1), "utf-8")

    facts = refused(file)

    assert str(facts["key"]).startswith(key)
    assert rule in str(facts["rule"])


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "introuvable" in str(refused(tmp_path / "cpts.yaml")["rule"])


def test_a_file_that_is_too_big_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "cpts.yaml"
    file.write_bytes(b"#" * (LARGEST_BYTES + 1))

    assert "trop gros" in str(refused(file)["rule"])


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "« clé: valeur »"),
        ("nom: Vallées".encode("cp1252"), "UTF-8"),
        (b"a: \x07", "YAML illisible"),
    ],
)
def test_a_file_of_another_kind_is_refused(
    tmp_path: Path, content: bytes, rule: str
) -> None:
    file = tmp_path / "cpts.yaml"
    file.write_bytes(content)

    assert rule in str(refused(file)["rule"])
