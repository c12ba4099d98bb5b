"""The verifier against an attacker who knows the format, line by line."""

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import rfc8785

import verify
from adapters.pack import members_of
from adapters.signing import Signer
from domain.checkpoint import Checkpoint, origin_of
from domain.ledger import Line
from tests.sample_pack import (
    CPTS,
    CRISIS,
    HOST,
    SIGNER,
    Judge,
    Log,
    flipped,
    judged,
    names,
    prove,
    remade,
    sample_content,
    sample_log,
    sample_members,
    write,
)
from verify import verify_pack

MEMBERS = sample_members()


@pytest.fixture
def judge(tmp_path: Path) -> Judge:
    return judged(tmp_path)


def lines_of(name: str) -> list[bytes]:
    return MEMBERS[name].splitlines(keepends=True)


def with_lines(**changed: list[bytes]) -> dict[str, bytes]:
    """Replace the lines of some `.jsonl` members, manifest recomputed."""
    new = {f"{name}.jsonl": b"".join(lines) for name, lines in changed.items()}
    return remade({**MEMBERS, **new})


# --- A real pack ---


def test_a_real_pack_is_accepted_with_the_published_key(judge: Judge) -> None:
    verdict = judge(MEMBERS)

    assert verdict.accepted
    assert verdict.problems == ()
    assert (verdict.origin, verdict.size, verdict.entries) == (f"{HOST}/{CPTS}", 7, 6)
    assert verdict.fingerprint == SIGNER.fingerprint
    assert not any("clé" in one for one in verdict.unchecked)


def test_without_a_key_the_verdict_says_whose_word_it_takes(tmp_path: Path) -> None:
    verdict = verify_pack(write(tmp_path / "p.zip", MEMBERS))

    assert verdict.accepted
    assert SIGNER.fingerprint in verdict.unchecked[0]
    assert "si la clé est bien celle de la CPTS" in verify.describe(verdict)


def test_the_verdict_says_what_was_not_looked_at(judge: Judge) -> None:
    unchecked = " ".join(judge(MEMBERS).unchecked)
    stamped = members_of(replace(sample_content(), stamp=b"stamp"))

    assert "n'ouvre pas : 1" in unchecked
    assert "registre (1)" in unchecked
    assert "Aucun horodatage" in unchecked
    assert "LISEZMOI.txt" in unchecked
    assert any("checkpoint.tsr" in one for one in judge(stamped).unchecked)


def test_a_document_that_is_named_and_not_joined_is_listed(judge: Judge) -> None:
    verdict = judge(members_of(replace(sample_content(), documents={})))

    assert verdict.accepted
    assert any("documents/rapport.pdf" in one for one in verdict.unchecked)


# --- One byte ---


@pytest.mark.parametrize("where", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("name", sorted(MEMBERS))
def test_one_byte_changed_is_refused_and_its_member_named(
    judge: Judge, name: str, where: float
) -> None:
    at = int(where * (len(MEMBERS[name]) - 1))

    verdict = judge({**MEMBERS, name: flipped(MEMBERS[name], at)})

    assert not verdict.accepted
    assert names(verdict, name)


@pytest.mark.parametrize("where", [0.0, 0.3, 0.5, 0.8, 1.0])
@pytest.mark.parametrize("name", sorted(set(MEMBERS) - {"LISEZMOI.txt"}))
def test_one_byte_changed_is_refused_even_with_its_hash_in_the_manifest(
    judge: Judge, name: str, where: float
) -> None:
    at = int(where * (len(MEMBERS[name]) - 1))
    forged = {**MEMBERS, name: flipped(MEMBERS[name], at)}

    verdict = judge(forged if name == "manifest.json" else remade(forged))

    assert not verdict.accepted


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("format", "tocsin-pack/2"),
        ("cpts_id", "autre"),
        ("about", "c-20261101-zzzz"),
        ("checkpoint", {"size": 8, "root": "x"}),
        ("checkpoint", {}),
    ],
)
def test_a_manifest_that_says_something_else_is_refused(
    judge: Judge, name: str, value: object
) -> None:
    manifest = json.loads(MEMBERS["manifest.json"]) | {name: value}

    verdict = judge({**MEMBERS, "manifest.json": rfc8785.dumps(manifest)})

    assert names(verdict, f"manifest.json : « {name} »")


# --- Entries ---


@pytest.mark.parametrize("index", range(6))
def test_an_entry_removed_with_its_proof_is_refused(judge: Judge, index: int) -> None:
    entries, proofs = lines_of("entries.jsonl"), lines_of("proofs.jsonl")
    gone = json.loads(entries.pop(index))
    del proofs[index]

    verdict = judge(with_lines(entries=entries, proofs=proofs))

    about = {"plan-2026": "plan-2026", CRISIS: f"{gone['seq']}"}[gone["about"]]
    assert names(verdict, about)


def test_entries_removed_from_the_end_of_another_chain_are_refused(
    judge: Judge,
) -> None:
    """The plan's only entry: nothing follows it, and its absence still shows."""
    verdict = judge(
        with_lines(
            entries=lines_of("entries.jsonl")[1:], proofs=lines_of("proofs.jsonl")[1:]
        )
    )

    assert names(verdict, "« plan-2026 » : ses entrées vont jusqu'à la None")


def test_tail_entries_removed_are_refused_by_name(judge: Judge) -> None:
    entries, proofs = lines_of("entries.jsonl"), lines_of("proofs.jsonl")

    without_tail = judge(with_lines(entries=entries[:-1], proofs=proofs[:-1]))
    but_the_dossier = judge(
        with_lines(entries=entries[:3] + entries[-1:], proofs=proofs[:3] + proofs[-1:])
    )

    assert names(without_tail, "l'entrée 6, qui nomme le dossier, manque")
    assert names(but_the_dossier, CRISIS, "annonce la 5")


def test_a_tree_cut_short_is_refused_although_it_was_signed(judge: Judge) -> None:
    """An older checkpoint, genuine: the dossier's entry is not in it."""
    log = sample_log()
    short = sample_content(Log(log.entries[:-1], log.openings))

    verdict = judge(members_of(short))

    assert names(verdict, "l'entrée 5, qui nomme le dossier, manque")


def test_a_genuine_entry_about_something_else_is_refused(judge: Judge) -> None:
    log, content = sample_log(), sample_content()
    foreign = Line(2, log.entries[2].canonical().decode())
    content = replace(
        content,
        entries=sorted([*content.entries, foreign], key=lambda line: line.seq),
        proofs=sorted(
            [*content.proofs, prove(log.entries, 2)], key=lambda proof: proof.seq
        ),
    )

    assert names(judge(members_of(content)), "c-20261101-zzzz", "annonce la None")


def test_an_entry_added_with_a_proof_of_its_own_is_refused(judge: Judge) -> None:
    entries, proofs = lines_of("entries.jsonl"), lines_of("proofs.jsonl")
    forged = json.loads(entries[2]) | {"facts": {"answer": "INDISPONIBLE"}, "seq": 2}
    entries.insert(2, rfc8785.dumps(forged) + b"\n")
    proof = json.loads(proofs[2]) | {"seq": 2}
    proofs.insert(2, rfc8785.dumps(proof) + b"\n")

    verdict = judge(with_lines(entries=entries, proofs=proofs))

    assert names(verdict, "Entrée 2 : elle n'est pas dans l'arbre signé")


def test_entries_reordered_are_refused(judge: Judge) -> None:
    entries, proofs = lines_of("entries.jsonl"), lines_of("proofs.jsonl")
    for lines in (entries, proofs):
        lines[1], lines[2] = lines[2], lines[1]

    assert names(judge(with_lines(entries=entries, proofs=proofs)), "Entrée 1", "place")


def test_entries_renumbered_are_refused(judge: Judge) -> None:
    entries = lines_of("entries.jsonl")
    one, two = json.loads(entries[1]), json.loads(entries[2])
    entries[1] = rfc8785.dumps(two | {"seq": one["seq"], "prev": one["prev"]}) + b"\n"
    entries[2] = rfc8785.dumps(one | {"seq": two["seq"], "prev": two["prev"]}) + b"\n"

    assert names(judge(with_lines(entries=entries)), "Entrée 1", "Entrée 3")


def test_an_entry_given_twice_is_refused(judge: Judge) -> None:
    entries, proofs = lines_of("entries.jsonl"), lines_of("proofs.jsonl")

    verdict = judge(
        with_lines(entries=[entries[0], *entries], proofs=[proofs[0], *proofs])
    )

    assert names(verdict, "Entrée 0 : elle n'est pas à sa place")


def test_an_entry_rewritten_in_a_whole_new_tree_is_refused(judge: Judge) -> None:
    """All is recomputed: only the signature cannot be."""
    log = sample_log()
    rewritten = log.entries[3].model_copy(update={"facts": {"answer": "INDISPONIBLE"}})
    forged = Log((*log.entries[:3], rewritten, *log.entries[4:]), log.openings)
    thief = Signer(bytes(32), HOST)
    mine = sample_content(forged, thief)
    genuine = sample_content().checkpoint.partition("\n\n")[2]
    body = mine.checkpoint.partition("\n\n")[0]
    pasted = replace(mine, checkpoint=f"{body}\n\n{genuine}", vkey=SIGNER.vkey)

    assert names(judge(members_of(mine)), "log.vkey", "aucune signature de la clé")
    assert names(judge(members_of(pasted)), "la signature n'est pas la bonne")


def test_a_forger_with_a_key_of_their_own_shows_by_its_fingerprint(
    tmp_path: Path,
) -> None:
    thief = Signer(bytes(32), HOST)
    members = members_of(sample_content(signer=thief))

    verdict = verify_pack(write(tmp_path / "p.zip", members))

    assert verdict.accepted
    assert verdict.fingerprint == thief.fingerprint != SIGNER.fingerprint
    assert not verdict.key_given


def test_an_entry_of_another_ledger_is_refused(judge: Judge) -> None:
    log = sample_log()
    moved = tuple(e.model_copy(update={"cpts_id": "autre"}) for e in log.entries)

    verdict = judge(members_of(sample_content(Log(moved, log.openings))))

    assert names(verdict, "Entrée 0 : elle vient d'un autre registre")


@pytest.mark.parametrize(
    "heads",
    [
        None,
        {},
        {CRISIS: 5},
        {CRISIS: 4, "plan-2026": 0},
        {CRISIS: "5", "plan-2026": 0},
        {CRISIS: 5, "plan-2026": 0, "c-20261101-zzzz": 2},
        {CRISIS: True, "plan-2026": 0},
    ],
)
def test_heads_that_are_not_those_of_the_pack_are_refused(
    judge: Judge, heads: dict[str, int] | None
) -> None:
    log = sample_log()
    last = log.entries[-1]
    named = last.model_copy(update={"facts": {**last.facts, "heads": heads}})

    verdict = judge(
        members_of(sample_content(Log((*log.entries[:-1], named), log.openings)))
    )

    assert not verdict.accepted


def test_a_dossier_that_does_not_follow_its_crisis_is_refused(judge: Judge) -> None:
    log = sample_log()
    last = log.entries[-1].model_copy(update={"prev": 4})

    verdict = judge(
        members_of(sample_content(Log((*log.entries[:-1], last), log.openings)))
    )

    assert names(verdict, "Entrée 6 : elle ne suit pas celle qu'elle annonce")


# --- Proofs, documents, openings ---


def test_a_proof_missing_swapped_or_cut_is_refused(judge: Judge) -> None:
    proofs = lines_of("proofs.jsonl")
    cut = json.loads(proofs[1])
    longer = cut | {"path": [*cut["path"], cut["path"][0]]}
    wrong = cut | {"path": ["", *cut["path"][1:]]}

    for forged in (longer, wrong, cut | {"path": cut["path"][1:]}):
        lines = [proofs[0], rfc8785.dumps(forged) + b"\n", *proofs[2:]]
        assert names(judge(with_lines(proofs=lines)), "Entrée 1", "preuve")
    assert names(judge(with_lines(proofs=proofs[1:])), "proofs.jsonl")


def test_a_document_swapped_with_its_manifest_line_is_refused(judge: Judge) -> None:
    for name, seq in (("documents/rapport.pdf", 5), ("dossier.pdf", 6)):
        verdict = judge(remade({**MEMBERS, name: b"%PDF-1.7 another"}))

        assert verdict.problems == (
            f"{name} : ce n'est pas le document que nomme l'entrée {seq}.",
        )


def test_an_older_version_of_a_document_is_refused(judge: Judge) -> None:
    log = sample_log()
    log.name("documents/rapport.pdf", b"%PDF-1.7 second", "RAPPORT")
    heads = {CRISIS: 7, "plan-2026": 0}
    log.name("dossier.pdf", b"%PDF-1.7 dossier", "DOSSIER", heads=heads)
    content = sample_content(log)
    second = replace(content, documents={"rapport.pdf": b"%PDF-1.7 second"})

    assert judge(members_of(second)).accepted
    assert names(judge(members_of(content)), "documents/rapport.pdf", "l'entrée 7")


def test_a_document_that_no_entry_names_is_refused(judge: Judge) -> None:
    verdict = judge(remade({**MEMBERS, "documents/ajout.pdf": b"x"}))

    assert verdict.problems == (
        "documents/ajout.pdf : aucune entrée ne nomme ce document.",
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"value": "p-2"},
        {"salt": b64encode(bytes(32)).decode()},
        {"salt": "AAAA"},
        {"seq": 4},
        {"field": "zone"},
        {"field": "name"},
    ],
)
def test_an_opening_changed_is_refused(
    judge: Judge, changes: Mapping[str, object]
) -> None:
    opening = json.loads(MEMBERS["openings.jsonl"]) | changes

    verdict = judge(with_lines(openings=[rfc8785.dumps(opening) + b"\n"]))

    assert names(verdict, f"champ « {opening['field']} »", f"Entrée {opening['seq']}")


def test_an_opening_given_twice_is_refused(judge: Judge) -> None:
    twice = lines_of("openings.jsonl") * 2

    assert names(judge(with_lines(openings=twice)), "openings.jsonl")


# --- The checkpoint ---


def note(body: str, signer: Signer = SIGNER) -> dict[str, bytes]:
    return remade({**MEMBERS, "checkpoint.txt": signer.sign(body).encode()})


def test_another_genuine_checkpoint_is_refused(judge: Judge) -> None:
    own = Checkpoint.parse(MEMBERS["checkpoint.txt"].decode())

    larger = judge(note(replace(own, size=8).body))
    elsewhere = judge(note(replace(own, origin=origin_of("other.example", CPTS)).body))
    neighbour = judge(note(replace(own, origin=origin_of(HOST, "autre")).body))

    assert names(larger, "l'entrée 7, qui nomme le dossier, manque", "manifest.json")
    assert names(elsewhere, "n'est pas celle du registre")
    assert names(neighbour, "Entrée 0 : elle vient d'un autre registre")


def test_a_checkpoint_nobody_or_somebody_else_signed_is_refused(judge: Judge) -> None:
    own = MEMBERS["checkpoint.txt"].decode()
    body = own.partition("\n\n")[0] + "\n"
    unsigned = remade({**MEMBERS, "checkpoint.txt": body.encode()})

    assert names(judge(unsigned), "checkpoint.txt : ce n'est pas un point de contrôle")
    for thief in (Signer(bytes(32), HOST), Signer(bytes(range(32)), "other.example")):
        verdict = judge(note(body, thief))
        assert names(verdict, f"aucune signature de la clé « {HOST} »")


def test_a_witness_may_sign_below(judge: Judge) -> None:
    own = MEMBERS["checkpoint.txt"].decode()
    body = own.partition("\n\n")[0] + "\n"
    witness = Signer(bytes(32), "witness.example").sign(body).splitlines()[-1]

    assert judge(
        remade({**MEMBERS, "checkpoint.txt": f"{own}{witness}\n".encode()})
    ).accepted


@pytest.mark.parametrize(
    "vkey", [b"", b"x\n", SIGNER.vkey.replace("+01", "+02").encode()[:-4], b"\xff"]
)
def test_a_key_that_is_none_is_refused(judge: Judge, vkey: bytes) -> None:
    verdict = judge(remade({**MEMBERS, "log.vkey": vkey}))

    assert not verdict.accepted


# --- Lines that are not what they seem ---


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"{}",
        b'{"path":[],"seq":0} ',
        b'{"seq":0,"path":[]}',
        b'{"path":[],"seq":0,"seq":0}',
        b'{"path":[],"seq":0.0}',
        b'{"path":[],"seq":NaN}',
        b'{"path":[],"seq":true}',
        b'{"path":{},"seq":0}',
        b'{"path":["\\ud800"],"seq":0}',
        b"[" * 200_000,
        b"\xff",
    ],
)
def test_a_line_in_another_form_is_refused_by_its_number(
    judge: Judge, line: bytes
) -> None:
    lines = [line + b"\n", *lines_of("proofs.jsonl")[1:]]

    assert names(judge(with_lines(proofs=lines)), "proofs.jsonl, ligne 1 :")


def test_a_last_line_without_end_is_refused(judge: Judge) -> None:
    cut = remade({**MEMBERS, "entries.jsonl": MEMBERS["entries.jsonl"][:-1]})
    empty = remade({**MEMBERS, "entries.jsonl": b""})

    assert names(judge(cut), "entries.jsonl : la dernière ligne")
    assert names(judge(empty), "entries.jsonl : il n'y a aucune entrée")


def test_a_member_listed_and_absent_is_refused(judge: Judge) -> None:
    short = {n: d for n, d in MEMBERS.items() if n != "documents/rapport.pdf"}

    assert names(judge(short), "documents/rapport.pdf : manifest.json l'annonce")


@pytest.mark.parametrize("name", sorted(set(MEMBERS) - {"documents/rapport.pdf"}))
def test_a_member_missing_is_refused(judge: Judge, name: str) -> None:
    short = {n: d for n, d in MEMBERS.items() if n != name}

    assert names(judge(short), f"Il manque dans le zip : {name}.")
