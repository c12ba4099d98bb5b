"""A real pack of a small ledger, and an attacker who knows the format."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import rfc8785

from adapters.pack import PackContent, Proof, members_of, zip_bytes
from adapters.signing import Signer
from domain.checkpoint import Checkpoint, origin_of
from domain.ledger import Entry, Fact, Line, Opening, instant
from domain.merkle import (
    Edge,
    Node,
    assemble,
    fold_complete,
    inclusion_spans,
    needed_nodes,
)
from verify import Verdict, verify_pack

HOST, CPTS = "tocsin.example", "vallees-autan"
CRISIS, PLAN = "c-20261122-k7p2", "plan-2026"
SIGNER = Signer(bytes(range(32)), HOST)
DOSSIER, REPORT = b"%PDF-1.7 dossier", b"%PDF-1.7 report"
AT = datetime(2026, 11, 22, 21, 40, 7, 123_000, tzinfo=UTC)
SALT = bytes(range(32, 64))
Judge = Callable[[Mapping[str, bytes]], Verdict]


@dataclass
class Log:
    """A ledger in memory: what the database keeps, without one."""

    entries: tuple[Entry, ...] = ()
    openings: tuple[Opening, ...] = ()

    def add(
        self, kind: str, about: str, facts: Mapping[str, Fact], **sealed: str
    ) -> Entry:
        """Append an entry, as the store would."""
        seq = len(self.entries)
        opened = tuple(Opening.of(seq, n, v, SALT) for n, v in sealed.items())
        entry = Entry(
            seq=seq,
            prev=self.last(about),
            cpts_id=CPTS,
            about=about,
            kind=kind,
            at=instant(AT),
            recorded_at=instant(AT),
            actor="REFERENT_SSE",
            facts=facts,
            sealed={one.field: one.seal for one in opened},
        )
        self.entries += (entry,)
        self.openings += opened
        return entry

    def last(self, about: str) -> int | None:
        """Give the last entry about something."""
        seqs = [entry.seq for entry in self.entries if entry.about == about]
        return seqs[-1] if seqs else None

    def name(self, path: str, data: bytes, document: str, **facts: Fact) -> Entry:
        """Append the entry that names a document."""
        named = {"document": document, "path": path, "sha256": sha256(data).hexdigest()}
        return self.add("document.made", CRISIS, named | facts)


def sample_log() -> Log:
    """A plan, another crisis, an answer, a report, then the dossier."""
    log = Log()
    log.add("plan.adopted", PLAN, {"number": 1})
    log.add("opened", CRISIS, {"pace": 1})
    log.add("opened", "c-20261101-zzzz", {"pace": 1})
    log.add("answer", CRISIS, {"answer": "DISPONIBLE_IMMEDIAT"}, person="p-1", zone="Z")
    log.add("lifted", CRISIS, {"note": "levée « à l'aube »"})
    log.name("documents/rapport.pdf", REPORT, "RAPPORT")
    heads = {CRISIS: log.last(CRISIS), PLAN: log.last(PLAN)}
    log.name("dossier.pdf", DOSSIER, "DOSSIER", heads=heads)
    return log


def sample_content(log: Log | None = None, signer: Signer = SIGNER) -> PackContent:
    """Load a pack of this log: the crisis and its plan, one field of two opened."""
    log = log or sample_log()
    kept = [entry for entry in log.entries if entry.about in {CRISIS, PLAN}]
    edge = Edge().extend(entry.leaf_hash() for entry in log.entries)
    body = Checkpoint(origin_of(HOST, CPTS), edge.size, edge.root()).body
    return PackContent(
        cpts_id=CPTS,
        about=CRISIS,
        dossier=DOSSIER,
        entries=[Line(entry.seq, entry.canonical().decode()) for entry in kept],
        openings=[one for one in log.openings if one.field == "person"],
        proofs=[prove(log.entries, entry.seq) for entry in kept],
        checkpoint=signer.sign(body),
        vkey=signer.vkey,
        documents={"rapport.pdf": REPORT},
    )


def prove(entries: Sequence[Entry], seq: int) -> Proof:
    """Prove an entry from all of them."""
    spans = inclusion_spans(seq, len(entries))
    leaves = [entry.leaf_hash() for entry in entries]

    def hashed(node: Node) -> bytes:
        width = 1 << node.level
        return fold_complete(leaves[node.place * width : (node.place + 1) * width])

    nodes = {node: hashed(node) for node in needed_nodes(spans)}
    return Proof(seq, assemble(spans, nodes))


def sample_members() -> dict[str, bytes]:
    """The members of a pack that verifies."""
    return members_of(sample_content())


def remade(members: Mapping[str, bytes]) -> dict[str, bytes]:
    """Recompute the hashes of the manifest, as an attacker would."""
    manifest = json.loads(members["manifest.json"])
    manifest["files"] = {
        name: sha256(data).hexdigest()
        for name, data in members.items()
        if name != "manifest.json"
    }
    return dict(members) | {"manifest.json": rfc8785.dumps(manifest)}


def write(path: Path, members: Mapping[str, bytes]) -> Path:
    """Zip members where a test can hand them over."""
    path.write_bytes(zip_bytes(members))
    return path


def judged(tmp_path: Path) -> Judge:
    """Zip members, then verify them with the published key."""
    return lambda members: verify_pack(write(tmp_path / "p.zip", members), SIGNER.vkey)


def names(verdict: Verdict, *words: str) -> bool:
    """Refused, and one of the sentences holds each of these words."""
    return all(any(word in one for one in verdict.problems) for word in words)


def flipped(data: bytes, at: int) -> bytes:
    """Change one bit of one byte."""
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
