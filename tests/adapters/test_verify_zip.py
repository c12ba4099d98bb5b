"""The verifier against zips that are not what they seem."""

import io
import struct
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import verify
from adapters.pack import zip_bytes
from tests.sample_pack import (
    SIGNER,
    Judge,
    judged,
    names,
    remade,
    sample_members,
    write,
)
from verify import verify_pack

MEMBERS = sample_members()
FEW = settings(max_examples=200, suppress_health_check=list(HealthCheck))


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    return judged(tmp_path)


@pytest.mark.parametrize(
    "name",
    [
        "extra.txt",
        "documents/",
        "documents/../x",
        "documents/.caché",
        "documents\\x",
        "../x",
        "/x",
        "DOSSIER.PDF",
    ],
)
def test_an_extra_member_is_refused(judge: Judge, name: str) -> None:
    assert names(judge(remade({**MEMBERS, name: b"x"})), repr(name)[1:-1])


def test_a_document_outside_the_manifest_is_refused(judge: Judge) -> None:
    verdict = judge({**MEMBERS, "documents/x.pdf": b"x"})

    assert names(verdict, "documents/x.pdf : ce membre n'est pas dans la liste")


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["dossier.pdf", "documents/Rapport.pdf"])
def test_a_name_given_twice_is_refused(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "p.zip", MEMBERS)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, b"another")

    assert names(verify_pack(path), f"'{name}' : un nom présent deux fois")


def test_a_bomb_is_refused_before_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "MAX_BYTES", 1024 * 1024)
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in MEMBERS.items():
            archive.writestr(name, data)
        archive.writestr("documents/bombe.pdf", bytes(1024 * 1024))

    verdict = verify_pack(path)

    assert path.stat().st_size < 16 * 1024
    assert names(verdict, "'documents/bombe.pdf' : trop de données")


def test_a_member_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("dossier.pdf", bytes(1024 * 1024))
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<L", 1024 * 1024), b"\x04\0\0\0"))

    assert names(verify_pack(path), "zip intact")


def test_too_large_a_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "MAX_BYTES", 1000)

    verdict = verify_pack(write(tmp_path / "p.zip", MEMBERS))

    assert names(verdict, "trop volumineux")


def test_too_many_members_are_refused(judge: Judge) -> None:
    crowd = {f"documents/{n}.pdf": b"" for n in range(5_000)}

    assert names(judge({**MEMBERS, **crowd}), "trop de données")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_uncommon_compression_is_refused(tmp_path: Path, method: int) -> None:
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("dossier.pdf", b"x")

    assert names(verify_pack(path), "'dossier.pdf'", "deflate")


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "p.zip", MEMBERS)
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)

    assert names(verify_pack(path), "chiffré")


def test_bytes_hidden_around_the_members_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "p.zip", MEMBERS)
    data = path.read_bytes()
    commented = zip_bytes(MEMBERS)[:-2] + b"\x01\x00x"

    for forged in (b"x" * 50 + data, data + b"x", commented):
        path.write_bytes(forged)
        assert not verify_pack(path).accepted


def test_a_second_archive_between_two_members_is_refused(tmp_path: Path) -> None:
    """What reads local headers one by one would see another pack."""
    path = tmp_path / "p.zip"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in MEMBERS.items():
            archive.writestr(name, data)
            if name == "dossier.pdf":
                assert archive.fp is not None
                archive.fp.write(b"x" * 40)
                archive.start_dir = archive.fp.tell()
    path.write_bytes(buffer.getvalue())

    assert names(verify_pack(path), "entries.jsonl", "octets sont cachés")


def test_a_pack_zipped_again_by_another_tool_is_still_accepted(tmp_path: Path) -> None:
    path = tmp_path / "p.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in reversed(MEMBERS.items()):
            with archive.open(name, "w") as member:
                member.write(data)

    assert verify_pack(path).accepted


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", zip_bytes(MEMBERS)[:-100]])
def test_what_is_no_zip_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "p.zip"
    path.write_bytes(data)

    assert names(verify_pack(path), "zip intact")


@FEW
@given(data=st.data())
def test_any_byte_of_the_file_changed_is_refused_or_changes_nothing_read(
    tmp_path: Path, data: st.DataObject
) -> None:
    packed = zip_bytes(MEMBERS)
    at = data.draw(st.integers(0, len(packed) - 1))
    bit = data.draw(st.integers(0, 7))
    path = tmp_path / "p.zip"
    path.write_bytes(packed[:at] + bytes([packed[at] ^ 1 << bit]) + packed[at + 1 :])

    if verify_pack(path, SIGNER.vkey).accepted:  # a date, a right: no content
        with zipfile.ZipFile(path) as archive:
            assert {n: archive.read(n) for n in archive.namelist()} == MEMBERS
