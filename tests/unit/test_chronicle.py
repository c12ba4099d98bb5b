"""The crisis log: every entry that acts write is told in French."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from domain.alert import ClosedWhy
from domain.answer import Availability
from domain.audit import Lack
from domain.audit_chronicle import lacking
from domain.authority import Authority
from domain.chronicle import KINDS, told

ACTS = Path(__file__).parents[2] / "acts"
NBSP = "\N{NO-BREAK SPACE}"

OPENED: Mapping[str, object] = {
    "reference": "ARS-2026-118",
    "exercise": False,
    "authority": "DG_ARS",
    "people": 378,
}
MISSION = {"mission": "m1", "card": "T2-07", "answer": "MISSION_ACCEPTEE"}
FACTS: dict[str, Mapping[str, object]] = {
    "cpts.added": {},
    "roster.imported": {},
    "plan.made": {},
    "plan.imported": {"number": 1, "parts": 12},
    "plan.part_closed": {"number": 1, "part": 4},
    "plan.submitted": {
        "number": 3,
        "incomplete": ["SEC-05", "SEC-09"],
        "despite": "conventions à signer en mars.",
    },
    "plan.opinion": {"number": 3, "opinion": "SILENCE", "on": "2027-03-02"},
    "plan.decided": {
        "number": 3,
        "adopted": False,
        "on": "2027-03-12",
        "present": 6,
        "quorum": 4,
        "deputy": True,
        "reason": "les lieux de la zone Nord manquent",
    },
    "plan.attested": {"number": 3, "checks": ["SEC-06.2"], "excepted": ["T2-03"]},
    "payment.recorded": {
        "year": 2026,
        "slice": "AVANCE",
        "part": "FIXE",
        "state": "NOTIFIE",
        "amount": 16_875,
        "on": "2026-04-12",
        "reference": "CPAM-1",
        "corrects": None,
    },
    "plan.edited": {"section": "SEC-09", "fields": ["regles_de_report"]},
    "plan.read": {"section": "SEC-09"},
    "plan.printed": {"number": 3, "copy": 2},
    "plan.circulated": {
        "number": 3,
        "members": 378,
        "partners": 12,
        "without_address": 4,
    },
    "plan.reading": {"number": 3},
    "cpts.changed": {"keys": ["roles", "communes"]},
    "review.opened": {"year": 2027, "due_on": "2027-03-15", "why": "CALENDRIER"},
    "review.joined": {"year": 2027, "why": "LEVEE"},
    "review.asked": {"tasks": 14, "again": 2},
    "review.answered": {"kind": "SECTION", "answer": "SANS_CHANGEMENT"},
    "review.ended": {
        "year": 2027,
        "due_on": "2027-03-15",
        "late": True,
        "number": 3,
        "sent": 5,
        "received": 4,
        "circulated": 390,
        "answered": 212,
        "silent": 4,
    },
    "review.missed": {"year": 2027},
    "poster.made": {},
    "preview.kept": {"at_once": 212, "unreached": 3},
    "join.proved": {"medium": "MOBILE", "waits": True},
    "join.settled": {"accepted": False},
    "contact.verified": {"medium": "MOBILE", "how": "RAPPEL"},
    "contact.returned": {"medium": "COURRIEL", "why": "BOITE_PLEINE"},
    "member.confirmed": {"consents": True, "changed": True},
    "roll_call.opened": {"kind": "ESSAI", "people": 352, "without_address": 3},
    "roll_call.ended": {
        "kind": "ESSAI",
        "people": 352,
        "answered": 301,
        "in_time": 288,
    },
    "contact.stopped": {"scope": "ALERTE", "via": "SMS"},
    "contact.resumed": {"scope": "NON_URGENT", "via": "COORDINATION"},
    "contacts.opened": {"period": "2026-T4", "contacts": 3},
    "plan.card_edited": {"about": "T1-02", "reason": "Accord du SAMU.", "number": 2},
    "plan.card_added": {"about": "L1-01", "reason": "Gymnase ouvert", "number": 2},
    "plan.card_disabled": {"about": "T1-15", "reason": "Tenue ailleurs", "number": 2},
    "plan.card_enabled": {"about": "T1-15", "reason": None, "number": 2},
    "plan.conflicts_decided": {"about": "T1-01.echeance", "number": 3},
    "audit.raised": {"lack": "VAGUE_NON_PARTIE", "subject": "V2", "late_s": 75},
    "audit.ended": {"lack": "VAGUE_NON_PARTIE", "subject": "V2"},
    "reply.kept": {"channel": "SMS", "why": "PAS_CLAIR"},
    "reply.settled": {"channel": "APPEL", "answer": "INDISPONIBLE", "stops": False},
    "crisis.opened": OPENED,
    "wave.opened": {"code": "V2", "asked": 1},
    "wave.reminded": {"code": "V2", "silent": 212},
    "wave.closed": {"code": "V2", "why": "DELAI_ECOULE", "silent": 3},
    "batch.sent": {"sent": 376, "not_sent": {"SANS_ADRESSE": 2}},
    "answer": {"answer": "INDISPONIBLE"},
    "help.asked": {"told": 2},
    "seat.passed": {"card": "T2-07"},
    "contribution": {"card": "T2-04", "fields": {"contactes": 4}, "minutes": None},
    "mission.proposed": {"mission": "m1", "card": "T2-07"},
    "mission.answered": MISSION,
    "mission.ended": MISSION,
    "mission.cancelled": MISSION,
    "survey.opened": {"asked": 12, "in_the_morning": 6, "not_asked": 2},
    "survey.answer": {"answer": "FERME", "changed": True},
    "partner.answer": {"answer": "BESOIN", "changed": False},
    "sitrep.sent": {"number": 3, "late": True},
    "workbook.kept": {},
    "request.link_made": {"contact": "ARS_DD"},
    "request.link_revoked": {"contact": "ARS_DD"},
    "cards.opened": {"cards": ["TC-01.1", "TC-02.1", "TC-03.1"]},
    "card.taken": {"card": "TC-03", "run": 1},
    "card.done": {"card": "TC-03", "run": 1, "late": True},
    "card.corrected": {"card": "TC-07", "run": 1, "proof": 2},
    "card.aside": {
        "card": "TC-09",
        "run": 2,
        "state": "SANS_OBJET",
        "reason": "aucun besoin",
    },
    "card.released": {"card": "T4-08", "source": "SAMU", "reference": "ordre 4"},
    "card.event": {"card": "T3-02", "event": 1},
    "crisis.dormant": {"after_hours": 72},
    "digests.sent": {"people": 4, "cards": ["TC-03", "TC-05"]},
    "wave.steered": {"code": "V3", "state": "AVANCEE", "reason": "relève"},
    "safety.sent": {"message": "abri", "zones": ["Nord"]},
    "order.called_back": {"reference": None},
    "order.confirmed": {
        "authority": "DG_ARS",
        "reference": "ARS-118",
        "recognises": False,
    },
    "kinetic.set": {"kinetic": "FAST", "reason": "premier cas suspect"},
    "type.added": {"label": "Malades", "reference": "ARS-119"},
    "type.removed": {
        "label": "Malades",
        "reference": "ARS-120",
        "reason": "aucun malade",
        "seated": 1,
    },
    "circulation.banned": {
        "authority": "PREFET",
        "zones": ["Nord", "Sud"],
        "until_at": None,
        "reference": "A-3",
    },
    "circulation.freed": {"authority": "PREFET", "reference": None},
    "log.noted": {},
    "lifting.proposed": {"criteria": None},
    "crisis.lifted": {"authority": "PREFET", "told": 376},
    "crisis.cancelled": {"reason": "fumigène", "told": 12},
    "cell.stood_down": {},
    "crisis.closed": {"cards": 2, "receipts": 1, "reference": True},
    "document.made": {"document": "RAPPORT"},
    "document.sent": {"contact": "ARS_DD"},
    "document.received": {"contact": "ARS_DD"},
}


def noted_kinds() -> Iterator[str]:
    """Find what the acts note: the first argument of each `act.note(…)`."""
    for path in ACTS.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(attr="note"), args=[ast.Constant(str(kind)), *_]
                ):
                    yield kind


def test_every_entry_that_acts_write_has_its_words() -> None:
    assert set(noted_kinds()) == set(KINDS) == set(FACTS)


@pytest.mark.parametrize("kind", KINDS)
def test_every_entry_is_one_french_sentence(kind: str) -> None:
    sentence = told(kind, FACTS[kind])

    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert "_" not in sentence.replace("ARS_DD", "")


@pytest.mark.parametrize("why", ClosedWhy)
def test_a_closing_says_why(why: ClosedWhy) -> None:
    facts = {"code": "V2", "why": why.value, "silent": 0}

    sentence = told("wave.closed", facts)

    assert why.value not in sentence
    assert "Sans réponse" not in sentence
    assert "Sans réponse" in told("wave.closed", facts | {"silent": 1})


@pytest.mark.parametrize("authority", Authority)
def test_an_opening_and_a_lifting_name_the_authority(authority: Authority) -> None:
    opened = told("crisis.opened", {**OPENED, "authority": authority.value})
    lifted = told("crisis.lifted", {"authority": authority.value, "told": 0})

    assert authority.value not in opened + lifted


@pytest.mark.parametrize("lack", Lack)
def test_the_auditor_names_no_code(lack: Lack) -> None:
    sentence = lacking(lack.value, "RAPPEL_FICHES.5")

    assert "RAPPEL_FICHES" not in sentence
    assert "5" not in sentence


def test_an_opening_says_what_is_missing_and_what_is_played() -> None:
    sentence = told("crisis.opened", {**OPENED, "reference": None, "exercise": True})

    assert sentence.startswith("EXERCICE.")
    assert "référence écrite attendue" in sentence
    assert "EXERCICE" not in told("crisis.opened", OPENED)


def test_a_choice_of_another_cpts_is_told_as_such_and_names_none() -> None:
    facts = {"answer": "DEJA_MOBILISE_AILLEURS", "elsewhere": True}
    assert "dans une autre CPTS pour le même ordre" in told("answer", facts)


@pytest.mark.parametrize("answer", Availability)
def test_an_answer_is_told_in_words(answer: Availability) -> None:
    assert answer.value not in told("answer", {"answer": answer.value})


def test_a_recognition_is_no_mere_confirmation() -> None:
    facts = FACTS["order.confirmed"]

    assert "reconnue" not in told("order.confirmed", facts)
    assert "reconnue" in told("order.confirmed", {**facts, "recognises": True})


def test_the_presidency_ends_what_it_began() -> None:
    said = told("crisis.lifted", {"authority": None, "told": 2})

    assert "présidence de la CPTS" in said


def test_a_note_is_told_with_its_words_only_where_they_are_open() -> None:
    words = {"role": "SECRETARIAT", "text": "Salle ouverte."}

    assert plain(told("log.noted", words)) == "Note (SECRETARIAT) : Salle ouverte."
    assert told("log.noted", {}) == "Note de la cellule."


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"zones": []}, "tout le territoire, jusqu'à nouvel ordre (référence A-3)"),
        ({"until_at": "2026-11-23T01:00:00Z"}, "zones Nord, Sud (référence A-3)"),
    ],
)
def test_a_ban_says_where_and_whether_its_end_is_known(
    facts: dict[str, object], words: str
) -> None:
    said = told("circulation.banned", {**FACTS["circulation.banned"], **facts})

    assert words in straight(said)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"cards": 0, "receipts": 0, "reference": False}, "rien ne reste"),
        (
            {"cards": 2, "receipts": 2, "reference": True},
            "2 fiches sans conclusion, 2 accusés de réception non reçus, référence",
        ),
        (
            {"cards": 1, "receipts": 1, "reference": False},
            "1 fiche sans conclusion, 1 accusé de réception non reçu.",
        ),
    ],
)
def test_a_closing_says_what_remains_open(facts: dict[str, object], words: str) -> None:
    assert words in told("crisis.closed", facts)


@pytest.mark.parametrize("speed", ["FAST", "SLOW"])
def test_delays_are_said_in_words(speed: str) -> None:
    facts = {**FACTS["kinetic.set"], "kinetic": speed}

    assert speed not in told("kinetic.set", facts)


def test_those_who_sit_are_to_be_told_that_their_type_is_gone() -> None:
    facts = FACTS["type.removed"]

    assert "1 personne à prévenir" in told("type.removed", facts)
    assert "à prévenir" not in told("type.removed", {**facts, "seated": 0})


def test_the_reasons_of_a_proposal_are_told() -> None:
    said = told("lifting.proposed", {"criteria": "Plus de fumées."})

    assert plain(said) == "Levée proposée à l’autorité : Plus de fumées."  # noqa: RUF001


def test_people_are_counted_as_french_counts() -> None:
    assert "1 personne." in plain(told("wave.opened", FACTS["wave.opened"]))
    assert "0 personne." in plain(told("wave.reminded", {"code": "V2", "silent": 0}))
    assert "2 personnes." in plain(told("wave.reminded", {"code": "V2", "silent": 2}))


def test_a_run_after_the_first_is_said_in_words() -> None:
    opened = told("cards.opened", {"cards": ["TC-13.2", "T1-07.1"]})
    done = {"card": "TC-13", "run": 2, "late": True, "same_call": ["T1-09.3"]}

    assert "(TC-13, 2e passage ; T1-07)" in plain(opened)
    assert plain(told("card.done", done)) == (
        "Fiche TC-13 faite, 2e passage, en retard. Du même appel : T1-09, 3e passage."
    )


def test_messages_that_did_not_leave_are_told() -> None:
    assert "2 non partis" in plain(told("batch.sent", FACTS["batch.sent"]))
    assert "non partis" not in told("batch.sent", {"sent": 3, "not_sent": {}})


def straight(sentence: str) -> str:
    return plain(sentence).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def plain(sentence: str) -> str:
    return sentence.replace(NBSP, " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
