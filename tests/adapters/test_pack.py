"""A pack is the same bytes from the same facts, and appears whole or not at all."""

import json
import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
import rfc8785

from adapters.pack import members_of, pack_bytes, write_pack, zip_bytes
from domain.checkpoint import Checkpoint
from tests.sample_pack import CPTS, CRISIS, DOSSIER, REPORT, SIGNER, sample_content
from verify import verify_pack

CONTENT = sample_content()


def test_the_same_facts_give_the_same_bytes() -> None:
    again = sample_content()

    assert pack_bytes(CONTENT) == pack_bytes(again)


def test_every_machine_and_python_write_the_same_zip() -> None:
    data = zip_bytes({"a.txt": b"a", "documents/é.pdf": b"b" * 100})

    assert sha256(data).hexdigest() == (
        "4dd4aa8643845c987d99daad1929aca891ac60f4d71290e97ce2a7c9c353aa8b"
    )


def test_members_are_sorted_undated_and_named_by_the_format(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    write_pack(replace(CONTENT, stamp=b"stamp"), path)

    with zipfile.ZipFile(path) as archive:
        infos = archive.infolist()
        held = {info.filename: archive.read(info) for info in infos}

    assert [info.filename for info in infos] == [
        "LISEZMOI.txt",
        "checkpoint.tsr",
        "checkpoint.txt",
        "documents/rapport.pdf",
        "dossier.pdf",
        "entries.jsonl",
        "log.vkey",
        "manifest.json",
        "openings.jsonl",
        "proofs.jsonl",
    ]
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert (held["dossier.pdf"], held["documents/rapport.pdf"]) == (DOSSIER, REPORT)
    assert held["checkpoint.tsr"] == b"stamp"
    assert held["log.vkey"].decode() == f"{SIGNER.vkey}\n"
    assert held["entries.jsonl"].decode() == "".join(
        f"{line.canonical}\n" for line in CONTENT.entries
    )


def test_the_manifest_can_be_computed_again() -> None:
    members = members_of(CONTENT)
    checkpoint = Checkpoint.parse(CONTENT.checkpoint)
    manifest = json.loads(members["manifest.json"])

    assert rfc8785.dumps(manifest) == members["manifest.json"]
    assert manifest == {
        "format": "tocsin-pack/1",
        "cpts_id": CPTS,
        "about": CRISIS,
        "checkpoint": {
            "size": checkpoint.size,
            "root": CONTENT.checkpoint.split("\n")[2],
        },
        "files": {
            name: sha256(data).hexdigest()
            for name, data in members.items()
            if name != "manifest.json"
        },
    }


def test_openings_are_sorted_whatever_the_database_says() -> None:
    (one,) = CONTENT.openings
    mixed = [replace(one, field="zone"), replace(one, seq=1), one]

    lines = members_of(replace(CONTENT, openings=mixed))["openings.jsonl"].splitlines()

    places = [(json.loads(line)["seq"], json.loads(line)["field"]) for line in lines]
    assert places == [(1, "person"), (3, "person"), (3, "zone")]


def test_the_notice_tells_in_french_how_to_verify() -> None:
    notice = members_of(CONTENT)["LISEZMOI.txt"].decode()

    assert notice.startswith(f"DOSSIER DE PREUVE — {CPTS}, {CRISIS}\n")
    assert "python3 verify.py CE_FICHIER.zip --key CLÉ" in notice
    assert max(len(line) for line in notice.splitlines()) <= 88


def test_a_pack_replaces_the_former_one_whole(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    path.write_bytes(b"former")

    digest = write_pack(CONTENT, path)

    assert sha256(path.read_bytes()).hexdigest() == digest
    assert verify_pack(path, SIGNER.vkey).accepted
    assert list(tmp_path.iterdir()) == [path]


def test_a_pack_that_cannot_take_its_name_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    path.mkdir()

    with pytest.raises(OSError, match=r"p\.zip"):
        write_pack(CONTENT, path)
    assert list(tmp_path.iterdir()) == [path]
