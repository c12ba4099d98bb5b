"""`tocsin demo` for real: what it leaves agrees with itself."""

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message
from email.parser import BytesHeaderParser
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from adapters.embedded import holder
from tests.terminal import done

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(180)]
ARS = "alerte@ars-dd.vallees-autan.example"


@dataclass(frozen=True)
class Demo:
    """What a demonstration left in its folder, and said."""

    folder: Path
    said: str

    @property
    def summary(self) -> Any:  # noqa: ANN401 - as json.loads
        return json.loads((self.folder / "summary.json").read_text())

    @property
    def entries(self) -> list[dict[str, Any]]:
        with zipfile.ZipFile(self.folder / "preuve.zip") as archive:
            lines = archive.read("entries.jsonl").splitlines()
        return [json.loads(line) for line in lines]

    @property
    def mails(self) -> list[Path]:
        return list((self.folder / "mails").glob("*.eml"))

    @property
    def headers(self) -> list[Message]:
        """The head of each mail, not decoded: hundreds are read."""
        return [
            BytesHeaderParser().parsebytes(mail.read_bytes()) for mail in self.mails
        ]

    def facts(self, kind: str) -> list[dict[str, Any]]:
        return [entry["facts"] for entry in self.entries if entry["kind"] == kind]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """Play it over the remains of an older one, which it sweeps.

    In this process, so that it is measured; Temporal, worker and pages are others.
    """
    folder = tmp_path_factory.mktemp("demo")
    (folder / ".demonstration").touch()
    (folder / "mails").mkdir()
    (folder / "mails" / "0000.eml").write_text("an older demonstration")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATA_DIR", "SMTP_URL", "MAIL_FROM"):  # which it sets for itself
            patch.setenv(f"TOCSIN_{name}", "")
        patch.delenv("TOCSIN_DATA_DIR")
        said = done("demo", "--output", str(folder))
    assert said.err == ""
    yield Demo(folder, said.out)
    assert holder(folder / "instance") is None


def test_it_leaves_what_it_promises(demo: Demo) -> None:
    names = {path.name for path in demo.folder.iterdir()}

    assert names == {
        *(".demonstration", "compte-rendu.pdf", "preuve.zip", "mails", "instance"),
        *("summary.json", "verify.py"),
    }
    assert (demo.folder / "compte-rendu.pdf").read_bytes().startswith(b"%PDF")
    assert "Dossier de preuve accepté par le vérificateur" in demo.said
    assert "Tout est fictif" in demo.said


def test_everyone_asked_was_sent_a_message_or_is_counted_with_a_reason(
    demo: Demo,
) -> None:
    summary = demo.summary
    alerts = summary["alerts"]

    assert summary["state"] == "LEVEE"
    assert alerts["asked"] == alerts["sent"] + alerts["not_sent"]
    assert alerts["sent"] == alerts["delivered"] + alerts["unknown"]
    assert alerts["not_sent"] == sum(summary["not_sent_reasons"].values())
    assert sum(summary["answers"].values()) == 378
    assert summary["answers"]["NON_REPONSE"] < 378


def test_as_many_mails_were_taken_as_the_ledger_says_were_sent(demo: Demo) -> None:
    last = {batch["batch"]: batch for batch in demo.facts("batch.sent")}
    batches = last.values()  # a reply that came late corrects its batch
    sent = sum(batch["sent"] for batch in batches)
    in_doubt = sum(batch["not_sent"].get("ENVOI_INCERTAIN", 0) for batch in batches)
    heads = demo.headers

    assert sent <= len(heads) <= sent + in_doubt  # a slow machine closes on a sending
    assert len({head["Message-ID"] for head in heads}) == len(heads)
    for batch in batches:
        assert batch["asked"] == batch["sent"] + sum(batch["not_sent"].values())
    waves = sum(b["sent"] for b in batches if b["message"] != "transmission")
    reminders = sum(b["sent"] for b in batches if b["message"] == "relance")
    told = demo.summary["alerts"]["sent"] - waves + reminders
    assert 0 <= told <= in_doubt


def test_the_authority_was_sent_the_report_that_the_summary_names(demo: Demo) -> None:
    (report,) = (d for d in demo.summary["documents"] if d["kind"] == "RAPPORT")
    pdf = (demo.folder / report["path"]).read_bytes()
    (data,) = (d for d in map(Path.read_bytes, demo.mails) if f"<{ARS}>".encode() in d)
    sent = message_from_bytes(data, policy=policy.default)

    assert sha256(pdf).hexdigest() == report["sha256"]
    assert [part.get_content() for part in sent.iter_attachments()] == [pdf]
    assert [d["sha256"] for d in demo.facts("document.received")] == [report["sha256"]]


def test_seats_are_filled_and_never_overfilled(demo: Demo) -> None:
    needs = demo.summary["needs"]
    seats = sum(answer["seat"] for answer in demo.facts("answer"))

    assert needs
    for need in needs:
        assert 0 < need["filled"] <= need["needed"]
    assert sum(need["filled"] for need in needs) <= seats


def test_the_pack_is_accepted_by_the_verifier_alone(demo: Demo) -> None:
    (pack,) = (d for d in demo.summary["documents"] if d["kind"] == "PACK")
    path = demo.folder / pack["path"]

    verdict = subprocess.run(  # noqa: S603 - ourselves
        [sys.executable, "-I", "-S", demo.folder / "verify.py", path],
        capture_output=True,
        check=False,
        text=True,
        timeout=30,
    )

    assert verdict.returncode == 0, verdict.stdout
    assert verdict.stdout.startswith("ACCEPTÉ")
    assert sha256(path.read_bytes()).hexdigest() == pack["sha256"]
    assert demo.summary["evidence"]["verified"]


def test_nothing_it_writes_points_to_a_real_place(demo: Demo) -> None:
    for head in demo.headers:
        assert str(head["To"]).rstrip(">").endswith(".example")
