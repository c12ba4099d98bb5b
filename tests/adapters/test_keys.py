"""Keys: made once, read by all, seen by nobody else."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.keys import SECRET, SIGNING, KeyFileError, load_keys


def test_keys_are_made_once_and_read_afterwards(tmp_path: Path) -> None:
    first = load_keys(tmp_path / "secrets")

    assert load_keys(tmp_path / "secrets") == first
    assert len(first.secret) == len(first.signing_key) == 32


def test_nobody_else_may_read_them(tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    load_keys(folder)

    assert folder.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in folder.iterdir()} == {SECRET, SIGNING}
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_processes_that_start_at_once_end_with_the_same_keys(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = tuple(pool.map(load_keys, [tmp_path / "secrets"] * 32))

    assert len({(one.secret, one.signing_key) for one in keys}) == 1


def test_each_purpose_has_its_own_key(tmp_path: Path) -> None:
    keys = load_keys(tmp_path)

    assert len({keys.secret, keys.payload_key, keys.link_key, keys.signing_key}) == 4


def test_given_keys_are_used_and_nothing_is_written(tmp_path: Path) -> None:
    keys = load_keys(tmp_path / "none", secret=b"s" * 32, signing_key=b"k" * 32)

    assert (keys.secret, keys.signing_key) == (b"s" * 32, b"k" * 32)
    assert not (tmp_path / "none").exists()


def test_keys_derived_from_one_secret_never_change() -> None:
    keys = load_keys(Path("none"), secret=bytes(32), signing_key=bytes(32))

    assert keys.payload_key.hex().startswith("a71867b62f04d8a8")
    assert keys.link_key.hex().startswith("7d7d16fe4d4c76f1")


@pytest.mark.parametrize("content", [b"", b"short", b"not base64!", b"YWJj"])
def test_a_damaged_file_is_named(content: bytes, tmp_path: Path) -> None:
    (tmp_path / SECRET).write_bytes(content)

    with pytest.raises(KeyFileError) as damaged:
        load_keys(tmp_path)

    assert damaged.value.path == tmp_path / SECRET


def test_keys_do_not_show_themselves(tmp_path: Path) -> None:
    assert repr(load_keys(tmp_path)) == "Keys()"
