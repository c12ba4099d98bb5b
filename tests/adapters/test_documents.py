import resource
from hashlib import sha256
from pathlib import Path

import pytest

from adapters.documents import DocumentStore
from domain.errors import StorageError

REPORT = b"%PDF-1.7 rapport" * 100


@pytest.fixture
def store(tmp_path: Path) -> DocumentStore:
    return DocumentStore(tmp_path / "documents")


def test_a_document_is_named_by_its_hash_and_read_back(store: DocumentStore) -> None:
    digest = store.put(REPORT)

    assert digest == sha256(REPORT).hexdigest()
    assert store.path(digest).read_bytes() == REPORT
    assert store.get(digest) == REPORT


def test_the_same_document_twice_is_one_file_left_untouched(
    store: DocumentStore,
) -> None:
    first = store.put(REPORT)
    written = store.path(first).stat()

    assert store.put(REPORT) == first
    assert store.path(first).stat().st_ino == written.st_ino
    assert store.path(first).stat().st_mtime_ns == written.st_mtime_ns
    assert [file.name for file in store.folder.iterdir()] == [first]


def test_an_empty_document_is_a_document(store: DocumentStore) -> None:
    assert store.get(store.put(b"")) == b""


def test_a_damaged_document_is_refused_then_written_anew(store: DocumentStore) -> None:
    digest = store.put(REPORT)
    store.path(digest).write_bytes(REPORT[:-1])

    with pytest.raises(StorageError) as refused:
        store.get(digest)
    store.put(REPORT)

    assert refused.value.facts == {"reason": "DOCUMENT_ALTERE", "document": digest}
    assert store.get(digest) == REPORT


def test_an_absent_document_is_refused_by_name(store: DocumentStore) -> None:
    digest = sha256(b"jamais vu").hexdigest()

    with pytest.raises(StorageError) as refused:
        store.get(digest)

    assert refused.value.facts == {"reason": "DOCUMENT_ABSENT", "document": digest}


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63 + "\n"])
def test_only_a_hash_names_a_document(store: DocumentStore, name: str) -> None:
    with pytest.raises(StorageError) as refused:
        store.get(name)

    assert refused.value.facts == {"reason": "EMPREINTE_MAL_FORMEE"}


def test_a_read_only_disk_is_said_to_be_one() -> None:
    kernel = DocumentStore(Path("/sys/kernel"))  # refuses even root

    with pytest.raises(StorageError) as refused:
        kernel.put(REPORT)

    assert refused.value.code == "STOCKAGE"
    assert refused.value.facts["reason"] == "LECTURE_SEULE"


def test_a_full_disk_leaves_nothing_half_written(store: DocumentStore) -> None:
    store.put(b"avant")
    kept = sorted(store.folder.iterdir())
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)

    resource.setrlimit(resource.RLIMIT_FSIZE, (16, hard))
    try:
        with pytest.raises(StorageError) as refused:
            store.put(REPORT)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert refused.value.facts["reason"] == "DISQUE_PLEIN"
    assert sorted(store.folder.iterdir()) == kept


def test_a_disk_that_fails_otherwise_is_said_to_fail(tmp_path: Path) -> None:
    (tmp_path / "documents").write_bytes(b"un fichier, pas un dossier")

    with pytest.raises(StorageError) as refused:
        DocumentStore(tmp_path / "documents").put(REPORT)

    assert refused.value.facts["reason"] == "DISQUE_EN_PANNE"
