"""`tocsin demo` for real: what it leaves agrees with itself."""

import json
import re
import sqlite3
import subprocess
import sys
import zipfile
from base64 import b64decode
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import Message
from email.parser import BytesHeaderParser
from hashlib import sha256
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from pypdf import PdfReader

from adapters.embedded import holder
from commands.play import PACE
from commands.story import load_story
from domain.calendar import french_count
from tests.terminal import EXAMPLES, done

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]
ASKING = ("V0", "V0+", "V1", "V1+", "VS", "V2", "V3")
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

    def asked(self, code: str) -> int:
        """Count whom the waves of a code were for."""
        waves = self.facts("wave.opened")
        return sum(wave["asked"] for wave in waves if wave["code"] == code)

    def told_after_the_report(self, name: str) -> int:
        """Count what a slow machine still wrote to the cell while it was made."""
        made = [e["facts"].get("document") for e in self.entries].index("RAPPORT")
        later = (e["facts"] for e in self.entries[made:] if e["kind"] == "batch.sent")
        digests = [batch for batch in later if batch["message"] == "digest"]
        counts: dict[str, int] = {
            "asked": sum(batch["asked"] for batch in digests),
            "sent": sum(batch["sent"] for batch in digests),
            "not_sent": sum(sum(batch["not_sent"].values()) for batch in digests),
        }
        return counts[name]

    def facts(self, kind: str) -> list[dict[str, Any]]:
        return [entry["facts"] for entry in self.entries if entry["kind"] == kind]


def french(number: int) -> str:
    """Write a number as the report does, with plain spaces."""
    return normalize("NFKC", french_count(number))


def played(folder: Path, **environment: str) -> Demo:
    """Play it in this process; Temporal, worker and pages are others."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATA_DIR", "SMTP_URL", "MAIL_FROM"):  # which it sets for itself
            patch.setenv(f"TOCSIN_{name}", "")
        patch.delenv("TOCSIN_DATA_DIR")
        for name, value in environment.items():
            patch.setenv(name, value)
        said = done("demo", "--output", str(folder))
    assert said.err == ""
    assert holder(folder / "instance") is None
    return Demo(folder, said.out)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """Play it over the remains of an older one, which it sweeps."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / ".demonstration").touch()
    (folder / "mails").mkdir()
    (folder / "mails" / "0000.eml").write_text("an older demonstration")
    return played(folder)


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
    answered = Counter(answer["answer"] for answer in demo.facts("answer"))
    words = Counter(summary["answers"])  # the last of each person
    silent = words.pop("NON_REPONSE")
    assert words <= answered
    assert silent + words.total() < sum(
        wave["asked"] for wave in demo.facts("wave.opened") if wave["code"] in ASKING
    )


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


def test_the_figures_are_those_of_the_ledger(demo: Demo) -> None:
    summary, entries = demo.summary, demo.entries
    about = [e for e in entries if e["about"] == summary["crisis_id"]]
    done_cards = Counter((c["card"], c["run"]) for c in demo.facts("card.done"))
    with zipfile.ZipFile(demo.folder / "preuve.zip") as archive:
        _, size, root = archive.read("checkpoint.txt").decode().splitlines()[:3]

    assert summary["log_entries"] == len(about)
    assert summary["cards"]["done"] == len(done_cards)
    assert summary["cards"]["late"] >= sum(c["late"] for c in demo.facts("card.done"))
    assert summary["evidence"]["entries"] == int(size)
    assert summary["evidence"]["root"] == b64decode(root).hex()


def test_the_needs_are_the_seats_that_are_held(demo: Demo) -> None:
    with closing(sqlite3.connect(demo.folder / "instance" / "tocsin.db")) as database:
        held = dict(
            database.execute(
                "SELECT needs.card_id || needs.need_id, count(seats.person_id)"
                " FROM needs JOIN seats USING (cpts_id, crisis_id, need_id)"
                " GROUP BY 1"
            ).fetchall()
        )

    assert sum(need["filled"] for need in demo.summary["needs"]) == sum(held.values())


def test_the_whole_story_was_played(demo: Demo) -> None:
    waves = {wave["code"] for wave in demo.facts("wave.opened")}
    replies = {reply["answer"] for reply in demo.facts("mission.answered")}
    kinds = {entry["kind"] for entry in demo.entries}
    answers = demo.summary["answers"]

    assert waves >= {"V0", "V1", "VS", "V2", "V4", "LEVEE", "RAPPEL_FICHES"}
    assert replies == {"MISSION_ACCEPTEE", "MISSION_DECLINEE"}
    assert kinds >= {"card.released", "card.aside", "contribution", "mission.ended"}
    assert kinds >= {"order.confirmed", "lifting.proposed", "survey.answer"}
    assert demo.summary["sitreps"] == len(demo.facts("sitrep.sent")) == 1
    assert any(card["late"] for card in demo.facts("card.done"))
    assert answers["DISPONIBLE_SUR_PLACE"] > answers["DISPONIBLE_IMMEDIAT"] > 0


def test_its_story_ends_within_two_minutes_of_a_machine_that_keeps_up() -> None:
    """Of the clock of its pace: a busy machine proves nothing."""
    end = load_story(EXAMPLES / "incendie.yaml").end
    to_start_and_file = timedelta(seconds=20)

    assert timedelta(minutes=end.minute) / PACE + to_start_and_file <= timedelta(
        minutes=2
    )


def test_the_same_seed_gives_the_same_counts(
    demo: Demo, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """On a terminal this time, which changes nothing but what is shown."""
    screen = {"FORCE_COLOR": "1", "COLUMNS": "80", "LINES": "24"}
    again = played(tmp_path_factory.mktemp("again"), **screen)

    counted = ("answers", "needs", "sitreps", "types")
    assert "Main courante" in again.said
    for name in counted:
        assert again.summary[name] == demo.summary[name], name
    for state in ("done", "not_applicable", "not_done"):
        assert again.summary["cards"][state] == demo.summary["cards"][state], state
    for code in ASKING:
        assert again.asked(code) == demo.asked(code), code


def test_the_authority_was_sent_the_report_that_the_summary_names(demo: Demo) -> None:
    (report,) = (d for d in demo.summary["documents"] if d["kind"] == "RAPPORT")
    pdf = (demo.folder / report["path"]).read_bytes()
    to_ars = sorted(m for m in demo.mails if f"<{ARS}>".encode() in m.read_bytes())
    situation, sent = (
        message_from_bytes(mail.read_bytes(), policy=policy.default) for mail in to_ars
    )

    assert sha256(pdf).hexdigest() == report["sha256"]
    assert [part.get_content() for part in sent.iter_attachments()] == [pdf]
    assert [d["sha256"] for d in demo.facts("document.received")] == [
        *(report["sha256"] for report in demo.facts("sitrep.sent")),
        report["sha256"],
    ]
    assert "point de situation" in str(situation["Subject"]).lower()


def test_the_report_prints_the_figures_of_the_summary(demo: Demo) -> None:
    pages = PdfReader(demo.folder / "compte-rendu.pdf").pages
    text = " ".join(page.extract_text() for page in pages)
    printed = " ".join(normalize("NFKC", text).split())
    alerts, answers = demo.summary["alerts"], demo.summary["answers"]
    needed, filled = (
        sum(need[name] for need in demo.summary["needs"])
        for name in ("needed", "filled")
    )
    cards = demo.summary["cards"]
    (told,) = re.findall(r"(\d+) actions comptées(?:, (\d+) répétition)?", printed)

    assert sum(int(number or 0) for number in told) == cards["done"]
    counted = re.search(
        r"(\d{1,3}(?: \d{3})*) destinataires = "
        r"(\d{1,3}(?: \d{3})*) messages? partis? \+ (\d+) non parti",
        printed,
    )
    assert counted
    for name, said in zip(("asked", "sent", "not_sent"), counted.groups(), strict=True):
        number, last = int(said.replace(" ", "")), alerts[name]
        assert last - demo.told_after_the_report(name) <= number <= last, name
    for sentence in (
        f"{filled} places pourvues sur {needed}",
        f"Ensemble {needed} {filled} {needed - filled} ",
        f"{cards['not_applicable']} sans objet",
        f"ARS : {demo.summary['sitreps']}. N° 1 : envoyé à",
        f"{french(alerts['delivered'])} reçus à coup sûr",
        f"Oui, maintenant {answers['DISPONIBLE_IMMEDIAT']} ",
        f"Oui, depuis son lieu {answers['DISPONIBLE_SUR_PLACE']} ",
        f"Sans réponse {answers['NON_REPONSE']} ",
    ):
        assert sentence in printed, sentence


def test_seats_are_filled_and_never_overfilled(demo: Demo) -> None:
    needs = demo.summary["needs"]
    seats = sum(answer["seat"] for answer in demo.facts("answer"))

    assert needs
    for need in needs:
        assert 0 <= need["filled"] <= need["needed"]
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
