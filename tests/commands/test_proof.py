"""The pack that the command made: accepted as it is, refused after any change."""

import json
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.sample_pack import flipped, remade, write
from tests.terminal import CPTS, Desk, Said, done, typed
from tests.world import ROOT
from verify import REQUIRED

NAMES = (
    "LISEZMOI.txt",
    "checkpoint.txt",
    "documents/compte-rendu",
    "dossier.pdf",
    "entries.jsonl",
    "log.vkey",
    "manifest.json",
    "openings.jsonl",
    "proofs.jsonl",
)
Members = dict[str, bytes]


def members_of(pack: Path) -> Members:
    with zipfile.ZipFile(pack) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture
def members(filed: Desk) -> Members:
    return members_of(filed.folder / "preuve.zip")


def judged(members: Mapping[str, bytes]) -> Said:
    """Have the command verify a pack of these members."""
    return typed("evidence", "verify", str(write(Path("altered.zip"), members)))


def is_refused(said: Said) -> bool:
    assert "Traceback" not in said.err
    return said.code == 1 and said.err.startswith("REFUSÉ : ") and said.out == ""


def full(members: Members, name: str) -> str:
    return next(full for full in members if full.startswith(name))


def test_the_pack_holds_what_its_format_says(members: Members) -> None:
    assert sorted(members) == [full(members, name) for name in NAMES]


def test_the_pack_as_made_is_accepted_by_its_published_key(
    filed: Desk, members: Members
) -> None:
    key = members["log.vkey"].decode().strip()
    pack = str(filed.folder / "preuve.zip")

    said = done("evidence", "verify", pack, "--key", key)

    assert said.out.startswith("ACCEPTÉ : rien n'a été changé")
    assert judged(members).code == 0


def test_the_verifier_beside_the_pack_needs_nothing_else(
    filed: Desk, tmp_path: Path
) -> None:
    alone = tmp_path / "alone"
    alone.mkdir()
    for name in ("verify.py", "preuve.zip"):
        shutil.copy(filed.folder / name, alone)
    assert (alone / "verify.py").read_bytes() == (ROOT / "verify.py").read_bytes()

    said = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", "preuve.zip"],
        check=False,
        capture_output=True,
        text=True,
        cwd=alone,
        timeout=30,
    )

    assert said.returncode == 0, said.stderr
    assert said.stdout.startswith("ACCEPTÉ")


@pytest.mark.parametrize("name", NAMES)
def test_one_byte_changed_in_a_member_is_refused(members: Members, name: str) -> None:
    name = full(members, name)
    last = len(members[name]) - 1

    for at in (0, last // 2, last):
        said = judged({**members, name: flipped(members[name], at)})
        assert is_refused(said), (name, at)


@pytest.mark.parametrize("name", NAMES)
def test_a_member_left_out_is_refused(members: Members, name: str) -> None:
    name = full(members, name)
    left = {one: data for one, data in members.items() if one != name}

    assert is_refused(judged(left))


@pytest.mark.parametrize("name", sorted(REQUIRED - {"manifest.json"}))
def test_a_member_left_out_with_its_manifest_line_is_refused(
    members: Members, name: str
) -> None:
    left = {one: data for one, data in members.items() if one != name}

    assert is_refused(judged(remade(left)))


def test_a_document_left_out_with_its_manifest_line_is_said(members: Members) -> None:
    name = full(members, "documents/")
    left = {one: data for one, data in members.items() if one != name}

    assert f"Nommés mais non joints : {name}" in judged(remade(left)).out


def without(lines: list[bytes]) -> list[bytes]:
    return lines[:2] + lines[3:]


def swapped(lines: list[bytes]) -> list[bytes]:
    return [*lines[:2], lines[3], lines[2], *lines[4:]]


def repeated(lines: list[bytes]) -> list[bytes]:
    return [*lines[:3], lines[2], *lines[3:]]


@pytest.mark.parametrize("change", [without, swapped, repeated])
@pytest.mark.parametrize("proofs_too", [False, True])
def test_an_entry_removed_added_or_reordered_is_refused(
    members: Members,
    change: Callable[[list[bytes]], list[bytes]],
    *,
    proofs_too: bool,
) -> None:
    names = ("entries.jsonl", "proofs.jsonl") if proofs_too else ("entries.jsonl",)
    changed = {n: b"".join(change(members[n].splitlines(keepends=True))) for n in names}

    said = judged(remade({**members, **changed}))

    assert is_refused(said)
    assert "ntrée" in said.err or "entries.jsonl" in said.err


def test_an_entry_invented_is_refused(members: Members) -> None:
    lines = members["entries.jsonl"].splitlines(keepends=True)
    forged = lines[3].replace(b'"kind":"', b'"kind":"x')

    for entries in ([*lines[:3], forged, *lines[4:]], [*lines, forged]):
        said = judged(remade({**members, "entries.jsonl": b"".join(entries)}))
        assert is_refused(said)


@pytest.mark.parametrize("name", ["dossier.pdf", "documents/compte-rendu"])
def test_a_document_swapped_with_its_manifest_line_is_refused(
    members: Members, name: str
) -> None:
    name = full(members, name)

    said = judged(remade({**members, name: b"%PDF-1.7 another"}))

    assert is_refused(said)
    assert f"{name} : ce n'est pas le document que nomme l'entrée" in said.err


def test_a_refusal_in_json_lists_its_problems(members: Members) -> None:
    pack = write(Path("altered.zip"), {**members, "dossier.pdf": b"x"})

    said = typed("evidence", "verify", str(pack), "--json")

    assert said.code == 1
    assert not said.document["accepted"]
    assert said.document["problems"]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no zip at all"])
def test_a_file_that_is_no_pack_is_refused(filed: Desk, content: bytes) -> None:
    path = filed.folder / "other.zip"
    path.write_bytes(content)

    assert is_refused(typed("evidence", "verify", str(path)))


def test_a_pack_that_is_not_there_is_named(filed: Desk) -> None:
    said = typed("evidence", "verify", str(filed.folder / "absent.zip"))

    assert said.code == 1
    assert "absent.zip : ce fichier n'existe pas" in said.sentence


def test_making_the_pack_again_keeps_the_first_valid(filed: Desk) -> None:
    again = done("evidence", "pack", filed.crisis, "--output", "2.zip", "--json")

    assert json.loads(again.out)["path"] == "2.zip"
    for pack in ("preuve.zip", "2.zip"):
        assert done("evidence", "verify", pack).code == 0


def test_the_whole_ledger_is_read_again_and_the_changed_entry_named(
    filed: Desk,
) -> None:
    assert done("evidence", "check", CPTS, "--json").document["wrong"] is None
    assert "Registre intact" in done("evidence", "check", CPTS).out
    with sqlite3.connect(filed.folder / "tocsin.db") as database:
        database.execute("DROP TRIGGER ledger_entries_no_update")
        database.execute("UPDATE ledger_entries SET canonical = '{}' WHERE seq = 3")

    said = typed("evidence", "check", CPTS)

    assert said.code == 1
    assert "écriture 3" in said.err
    assert typed("evidence", "check", CPTS, "--json").document["place"] == 3
    assert typed("evidence", "check", "nulle-part").code == 1
