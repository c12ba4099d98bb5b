"""docs/evidence.md says what the code does: its example is computed again here."""

from hashlib import sha256
from pathlib import Path

import pytest

import verify
from adapters.pack import PackContent, members_of
from adapters.signing import Signer
from domain.checkpoint import Checkpoint, origin_of
from domain.ledger import Entry, Line, Opening
from domain.merkle import Edge, node_hash
from tests.sample_pack import prove, write

TEXT = (Path(verify.__file__).parent / "docs" / "evidence.md").read_text("utf-8")
HOST, CPTS, CRISIS = "tocsin.example", "vallees-autan", "c-20261122-k7p2"
SIGNER = Signer(bytes(range(32)), HOST)
DOSSIER = b"dossier\n"
OPENING = Opening.of(1, "person", "Zoé Exemple", bytes(range(32, 64)))
COMMON = {"cpts_id": CPTS, "about": CRISIS, "sealed": {}}
ENTRIES = tuple(
    Entry.model_validate(COMMON | entry)
    for entry in (
        {
            "seq": 0,
            "prev": None,
            "kind": "opened",
            "at": "2026-11-22T21:40:07.123Z",
            "recorded_at": "2026-11-22T21:40:07.130Z",
            "actor": "REFERENT_SSE",
            "facts": {"exercise": True, "pace": 1},
        },
        {
            "seq": 1,
            "prev": 0,
            "kind": "answer",
            "at": "2026-11-22T21:41:30.000Z",
            "recorded_at": "2026-11-22T21:41:30.004Z",
            "actor": "MEMBRE",
            "facts": {"answer": "DISPONIBLE_IMMEDIAT", "wave": 1},
            "sealed": {"person": OPENING.seal},
        },
        {
            "seq": 2,
            "prev": 1,
            "kind": "document.made",
            "at": "2026-11-23T09:00:00.000Z",
            "recorded_at": "2026-11-23T09:00:00.011Z",
            "actor": "SYSTEME",
            "facts": {
                "document": "DOSSIER",
                "heads": {CRISIS: 1},
                "path": "dossier.pdf",
                "sha256": sha256(DOSSIER).hexdigest(),
            },
        },
    )
)
LEAVES = tuple(entry.leaf_hash() for entry in ENTRIES)
EDGE = Edge().extend(LEAVES)
NOTE = SIGNER.sign(Checkpoint(origin_of(HOST, CPTS), EDGE.size, EDGE.root()).body)
CONTENT = PackContent(
    cpts_id=CPTS,
    about=CRISIS,
    dossier=DOSSIER,
    entries=[Line(entry.seq, entry.canonical().decode()) for entry in ENTRIES],
    openings=[OPENING],
    proofs=[prove(ENTRIES, entry.seq) for entry in ENTRIES],
    checkpoint=NOTE,
    vkey=SIGNER.vkey,
)
MEMBERS = members_of(CONTENT)
SHOWN = {
    "the three entries": MEMBERS["entries.jsonl"].decode(),
    "the salt": OPENING.salt.hex(),
    "the seal": OPENING.seal,
    "the leaf hashes": "\n".join(leaf.hex() for leaf in LEAVES),
    "the inner node": node_hash(LEAVES[0], LEAVES[1]).hex(),
    "the root": EDGE.root().hex(),
    "the edge's bytes": EDGE.to_bytes().hex(),
    "the signed note": NOTE,
    "the public key": SIGNER.vkey,
    "the fingerprint": SIGNER.fingerprint,
    "the opening": MEMBERS["openings.jsonl"].decode(),
    "the proofs": MEMBERS["proofs.jsonl"].decode(),
}


@pytest.mark.parametrize("name", SHOWN)
def test_the_worked_example_shows(name: str) -> None:
    assert SHOWN[name] in TEXT


def test_the_worked_example_is_a_pack_that_verifies(tmp_path: Path) -> None:
    verdict = verify.verify_pack(write(tmp_path / "p.zip", MEMBERS), SIGNER.vkey)

    assert verdict.problems == ()


@pytest.mark.parametrize("name", sorted({*verify.REQUIRED, verify.STAMP}))
def test_every_member_is_described(name: str) -> None:
    assert f"| `{name}` |" in TEXT
