"""Letters on the wire: whole, French, ASCII, and closed to what a name may hold."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from html import unescape
from itertools import pairwise
from pathlib import Path
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.letters import LetterPress
from domain.answer import Availability
from domain.errors import UnknownPlaceholderError
from domain.letter import (
    EXERCISE_MARK,
    Letter,
    MessageKind,
    Offer,
    TransmissionKind,
    TransmissionText,
    WaveText,
)

PRESS = LetterPress(Path(__file__).parents[2] / "plan_templates")
AT = datetime(2026, 11, 22, 21, 40, 7, tzinfo=UTC)
HEAD = {
    "cpts_name": "CPTS des Vallées de l'Autan (fictive)",
    "cpts_short": "Vallées de l'Autan",
    "sender": "alerte@vallees-autan.example",
    "coordinator": "Anne-Lise Descombes",
    "reply_to": "coordination@vallees-autan.example",
    "phone": "05 36 49 00 12",
    "fictitious": True,
}
TEXT = WaveText.model_validate(
    HEAD
    | {
        "kind": MessageKind.REQUEST,
        "repeats": MessageKind.REQUEST,
        "message": "CPTS {cpts} : {scenario}, {lieu} ({autorite}). Oui ? {lien}",
        "scenario": "canicule",
        "place": "Saint-Martin-le-Pré",
        "authority": "l'ARS",
        "of_authority": "de l'ARS",
        "day": "22 novembre 2026",
        "hour": "22 h 40",
        "perimeter": "Zones 4, 5 et 6",
        "mission": "Appuyer les EHPAD et établissements médico-sociaux",
        "says": {
            "heure": "23h05",
            "salle": "sur place",
            "adresse": "Maison de santé, salle du premier étage",
            "motif": "fumigène de chantier",
            "fiche": "appui EHPAD",
            "lieu": "Saint-Martin-le-Pré",
            "nom": "Claude Fictif",
            "contact": "Claude Fictif",
            "jour": "23/11",
            "debut": "08h00",
            "fin": "12h00",
        },
        "offers": (
            Offer(answer=Availability.IMMEDIATE, button="Oui, maintenant"),
            Offer(answer=Availability.UNAVAILABLE, button="Non"),
        ),
    }
)
REPORT = TransmissionText.model_validate(
    HEAD
    | {
        "kind": TransmissionKind.DOCUMENT,
        "title": "Compte rendu de crise",
        "filename": "compte-rendu-é.pdf",
        "about": "canicule, Saint-Martin-le-Pré",
        "authority": "l'ARS",
        "sent_on": "23 novembre 2026",
        "sha256": "ab" * 32,
        "ledger_size": 412,
        "ledger_root": "q1" * 21 + "o=",
    }
)
NOTHING_TO_DO = (  # no page to open
    MessageKind.WATCH,
    MessageKind.CANCELLED,
    MessageKind.PARTNER_END,
)
WITH_A_LINK = tuple(kind for kind in MessageKind if kind not in NOTHING_TO_DO)
LETTER = Letter(
    delivery_id="c-20261122-k7p2.1.p-abcdefghij.COURRIEL",
    address="anne@vallees-autan.example",
    name="Anne Descombes",
    link="https://alerte.example/r/a7K2mQ9bcd",
    return_path="retours+a7K2mQ9bcd@vallees-autan.example",
)
SKELETON = PRESS.skeleton(TEXT)
NAMES = [
    "Zoé Müller-Françoise",
    'Jean "Jo" O\'Neill, <b>',
    "Ngọc Ánh 👩🏽‍⚕️",
    "A" * 200,
    "=?utf-8?q?forged?=",
    "3D=20=3D",
    "ﷺ" * 60,
]
LONG_LINK = f"https://a.example/{'b=&' * 90}c"
HOSTILE = "Anne\r\nBcc: x@y.example\r\n\r\n--=_\u2028\u202e\ud800\ue000link\ue000"


def _read(raw: bytes) -> EmailMessage:
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert not [d for part in mail.walk() for d in part.defects]
    return mail


def _part(mail: EmailMessage, subtype: str) -> str:
    body = mail.get_body((subtype,))
    assert isinstance(body, EmailMessage)
    content = body.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n").replace("\N{NO-BREAK SPACE}", " ")


def _name_in_to(raw: bytes) -> str:
    """Read a long name as RFC 2047 has it; `policy.default` puts spaces in."""
    phrase, _address = parseaddr(message_from_bytes(raw)["To"])
    return str(make_header(decode_header(phrase)))


def _shown(page: str) -> str:
    """Read the HTML as a person does: no tag, no style."""
    body = page.partition("<body")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", f"<body{body}")).split())


def _straight(text: str) -> str:
    return text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")


def test_the_headers_are_those_of_mail_that_arrives() -> None:
    mail = _read(SKELETON.personalise(LETTER, date=AT))

    assert mail["From"].addresses == (
        Address(TEXT.cpts_name, addr_spec="alerte@vallees-autan.example"),
    )
    assert mail["To"].addresses == (Address(LETTER.name, addr_spec=LETTER.address),)
    assert mail["Reply-To"].addresses[0].addr_spec == TEXT.reply_to
    assert mail["Message-ID"] == f"<{LETTER.delivery_id}@vallees-autan.example>"
    assert mail["Date"].datetime == AT
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Auto-Response-Suppress"] == "All"
    assert mail["Content-Language"] == "fr"
    assert mail["MIME-Version"] == "1.0"
    assert mail.get_content_type() == "multipart/alternative"
    assert not {"List-Unsubscribe", "Bcc", "Return-Path"} & set(mail.keys())


@pytest.mark.parametrize("kind", WITH_A_LINK)
def test_both_parts_promise_the_same(kind: MessageKind) -> None:
    text = TEXT.model_copy(update={"kind": kind})
    mail = _read(PRESS.skeleton(text).personalise(LETTER, date=AT))
    plain, page = _part(mail, "plain"), _part(mail, "html")
    shown = _straight(_shown(page))

    for promise in (
        *("Bonjour", "Anne Descombes", "Démonstration : CPTS fictive."),
        *(LETTER.link, TEXT.phone, TEXT.coordinator, TEXT.perimeter),
        *("l'ARS, le 22 novembre 2026 à 22 h 40"),
        _straight(TEXT.cpts_name),
    ):
        assert promise in _straight(plain), promise
        assert promise in shown, promise
    for line in filter(None, map(str.strip, _straight(plain).split("\n"))):
        if line not in {"---", LETTER.link}:
            words = line.removeprefix(">>> ").removesuffix(" :")
            assert words in shown, line
    assert page.count(f'href="{LETTER.link}"') == 2
    assert EXERCISE_MARK not in mail["Subject"] + plain + page


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (MessageKind.WATCH, ("l'ARS, le 22 novembre 2026 à 22 h 40", "restez")),
        (MessageKind.CANCELLED, ("fumigène de chantier", "Faites demi-tour.")),
    ],
)
def test_who_has_nothing_to_do_is_told_who_called_and_given_no_link(
    kind: MessageKind, said: tuple[str, ...]
) -> None:
    text = TEXT.model_copy(update={"kind": kind, "message": "À {heure} : rien."})
    mail = _read(PRESS.skeleton(text).personalise(LETTER, date=AT))
    plain, page = _part(mail, "plain"), _part(mail, "html")

    for promise in (*said, "À 23h05 : rien.", TEXT.perimeter, TEXT.phone):
        assert promise in _straight(plain), promise
        assert promise in _straight(_shown(page)), promise
    assert LETTER.link not in plain + page
    assert "lien" not in plain


@pytest.mark.parametrize("kind", [MessageKind.REQUEST, MessageKind.REMINDER])
def test_who_is_asked_is_told_not_to_leave(kind: MessageKind) -> None:
    text = TEXT.model_copy(update={"kind": kind})
    plain = _part(_read(PRESS.skeleton(text).personalise(LETTER, date=AT)), "plain")

    assert "\n>>> Ne partez pas sans mission acceptée.\n" in plain
    assert "\nCe qu'on vous demande : Appuyer les EHPAD" in _straight(plain)
    assert "« Oui, maintenant », « Non »" in plain


def test_answers_are_not_named_when_none_is_known() -> None:
    text = TEXT.model_copy(update={"offers": ()})
    plain = _part(_read(PRESS.skeleton(text).personalise(LETTER, date=AT)), "plain")

    assert "Réponses possibles" not in plain
    assert "\n\n\n" not in plain


@pytest.mark.parametrize("kind", MessageKind)
def test_an_exercise_is_marked_in_the_subject_and_the_first_line(
    kind: MessageKind,
) -> None:
    text = TEXT.model_copy(update={"kind": kind, "exercise": True})
    mail = _read(PRESS.skeleton(text).personalise(LETTER, date=AT))

    assert mail["Subject"].startswith(EXERCISE_MARK)
    assert _part(mail, "plain").startswith(EXERCISE_MARK)
    assert _shown(_part(mail, "html")).startswith(EXERCISE_MARK)


@pytest.mark.parametrize("kind", MessageKind)
def test_the_page_of_a_mail_is_small_and_fetches_nothing(kind: MessageKind) -> None:
    text = TEXT.model_copy(update={"kind": kind, "exercise": True})
    raw = PRESS.skeleton(text).personalise(LETTER, date=AT)
    page = _part(_read(raw), "html")

    assert len(page.encode()) <= 6_000
    assert len(raw) <= 8_000
    assert not re.search(r"<(script|img|link|iframe|form|button|input)|url\(|@im", page)
    links = set(re.findall(r"https?://[^\s\"<]+", page))
    assert links == ({LETTER.link} if kind in WITH_A_LINK else set())


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
@pytest.mark.parametrize("link", [LETTER.link, LONG_LINK], ids=len)
def test_names_and_links_arrive_intact(name: str, link: str) -> None:
    raw = SKELETON.personalise(replace(LETTER, name=name, link=link), date=AT)
    mail = _read(raw)

    assert _name_in_to(raw) == name
    assert f"Bonjour {name},\n" in _part(mail, "plain")
    assert f"\n{link}\n" in _part(mail, "plain")
    assert f"Bonjour {name}," in unescape(_part(mail, "html"))
    assert unescape(_part(mail, "html")).count(link) == 3
    assert "<b>" not in _part(mail, "html")
    _is_tidy(raw)


@given(st.text(max_size=300))
def test_no_name_breaks_a_letter(name: str) -> None:
    raw = SKELETON.personalise(replace(LETTER, name=name), date=AT)

    mail = _read(raw)
    assert len(mail["To"].addresses) == 1
    assert mail["To"].addresses[0].addr_spec == LETTER.address
    assert f"\n{LETTER.link}\n" in _part(mail, "plain")
    _is_tidy(raw)


def _is_tidy(raw: bytes) -> None:
    """Check: ASCII, CRLF, lines of 76 at most, none ending with a space."""
    raw.decode("ascii")
    assert re.sub(rb"\r\n", b"", raw).count(b"\r") == 0
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 76
    assert b" \r\n" not in raw.partition(b"\r\n\r\n")[2]


def test_a_name_cannot_leave_its_header() -> None:
    kind = _read(SKELETON.personalise(LETTER, date=AT))
    raw = SKELETON.personalise(replace(LETTER, name=HOSTILE), date=AT)
    mail = _read(raw)

    assert mail.keys() == kind.keys()
    assert len(list(mail.walk())) == 3
    assert [a.addr_spec for a in mail["To"].addresses] == [LETTER.address]
    assert "Bonjour Anne Bcc: x@y.example --=_ link," in _part(mail, "plain")
    _is_tidy(raw)


def test_what_a_cpts_writes_cannot_leave_its_header() -> None:
    words = HOSTILE.replace("\ud800", "")
    text = TEXT.model_copy(
        update={"cpts_name": words, "coordinator": words, "cpts_short": words}
    )
    mail = _read(PRESS.skeleton(text).personalise(LETTER, date=AT))

    assert "Bcc" not in mail
    assert len(mail["From"].addresses) == len(mail["Reply-To"].addresses) == 1


def test_two_letters_differ_only_where_they_should() -> None:
    other = Letter(
        delivery_id="c-20261122-k7p2.1.p-zyxwvutsrq.COURRIEL",
        address="zoe@vallees-autan.example",
        name="Zoé Martin",
        link="https://alerte.example/r/zzzzzzzzzz",
        return_path="retours+zzzzzzzzzz@vallees-autan.example",
    )
    a = SKELETON.personalise(LETTER, date=AT).split(b"\r\n")
    b = SKELETON.personalise(other, date=AT).split(b"\r\n")

    ours = {line for line in a if line not in b}
    assert ours == {
        b"To: Anne Descombes <anne@vallees-autan.example>",
        f"Message-ID: <{LETTER.delivery_id}@vallees-autan.example>".encode(),
        b"Anne Descombes=",
        f"{LETTER.link}=".encode(),
    }
    assert SKELETON.personalise(other, date=AT) == b"\r\n".join(b)


def test_a_repeated_letter_is_the_same_letter() -> None:
    again = PRESS.skeleton(TEXT)

    assert again == SKELETON
    assert again.personalise(LETTER, date=AT) == SKELETON.personalise(LETTER, date=AT)
    later = _read(SKELETON.personalise(LETTER, date=AT + timedelta(seconds=1)))
    assert later["Date"].datetime == AT + timedelta(seconds=1)


def test_a_letter_is_joined_in_a_blink() -> None:
    letter = replace(LETTER, name="Zoé Müller-Françoise")

    def spent(make: Callable[[], object]) -> float:
        ticks = [perf_counter()]
        for _ in range(300):
            make()
            ticks.append(perf_counter())
        return min(b - a for a, b in pairwise(ticks))

    assert spent(lambda: SKELETON.personalise(letter, date=AT)) <= 0.000_1


def test_a_text_with_an_unknown_variable_makes_no_skeleton() -> None:
    with pytest.raises(UnknownPlaceholderError):
        PRESS.skeleton(TEXT.model_copy(update={"message": "Salle {chambre}"}))


def test_a_report_leaves_with_its_document_and_its_receipt() -> None:
    link = "https://alerte.example/recu/a7K2mQ9bcd"
    letter = replace(LETTER, name="Délégation de l'ARS\r\nBcc: x@y.example", link=link)
    files = [(REPORT.filename, b"%PDF-1.7\x00"), ("tableur.xlsx", b"PK")]
    raw = PRESS.transmission_message(REPORT, letter, date=AT, attached=files)
    mail = _read(raw)
    plain, page = _part(mail, "plain"), _part(mail, "html")

    assert "Bcc" not in mail
    assert mail["Message-ID"] == f"<{LETTER.delivery_id}@vallees-autan.example>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert _straight(mail["Subject"]).startswith("Compte rendu de crise, CPTS des")
    assert f"\nAccuser réception :\n{link}\n" in plain
    for said in (REPORT.sha256, "412 inscriptions", REPORT.ledger_root, "PDF"):
        assert said in plain
        assert said in _shown(page)
    attached, workbook = mail.iter_attachments()
    assert attached.get_content_type() == "application/pdf"
    assert attached.get_filename() == REPORT.filename
    assert attached.get_content() == b"%PDF-1.7\x00"
    assert workbook.get_content_type().endswith("spreadsheetml.sheet")
    assert workbook.get_filename() == "tableur.xlsx"
    raw.decode("ascii")


def test_a_reminder_says_since_when() -> None:
    text = REPORT.model_copy(update={"kind": TransmissionKind.REMINDER})
    mail = _read(PRESS.transmission_message(text, LETTER, date=AT))

    assert mail["Subject"].startswith("Rappel\N{NO-BREAK SPACE}: ")
    assert "le 23 novembre 2026, en pièce jointe" in _part(mail, "plain")
    assert f"Accuser réception :\n{LETTER.link}\n" in _part(mail, "plain")
    assert not list(mail.iter_attachments())


def test_the_coordinator_is_told_that_no_receipt_came_without_the_link() -> None:
    kind = TransmissionKind.NO_RECEIPT
    text = REPORT.model_copy(update={"kind": kind, "exercise": True})
    mail = _read(PRESS.transmission_message(text, LETTER, date=AT))
    plain, page = _part(mail, "plain"), _part(mail, "html")

    assert mail["Subject"].startswith(f"{EXERCISE_MARK}À faire\N{NO-BREAK SPACE}: ")
    assert "\n>>> À faire : appelez votre interlocuteur" in plain
    assert "Destinataire : l'ARS" in _straight(plain)
    assert LETTER.link not in plain + page


@pytest.mark.parametrize(
    ("first", "answer", "asks", "recalls"),
    [
        (MessageKind.CELL, "RECU", "avez-vous reçu", "salle du premier"),
        (MessageKind.SHELTER, "A_L_ABRI", "êtes-vous en sécurité", "à l'abri main"),
        (MessageKind.REQUEST, "DISPONIBLE_IMMEDIAT", "êtes-vous dispo", "sans mission"),
    ],
)
def test_a_reminder_asks_what_its_wave_asked(
    first: MessageKind, answer: str, asks: str, recalls: str
) -> None:
    said = {
        "kind": MessageKind.REMINDER,
        "repeats": first,
        "offers": (Offer(answer=Availability(answer), button="Oui"),),
        "since": "22 h 40",
    }
    text = TEXT.model_copy(update=said)
    mail = _read(PRESS.skeleton(text).personalise(LETTER, date=AT))

    assert asks in _straight(mail["Subject"])
    plain = _straight(_part(mail, "plain"))
    assert recalls in plain
    assert ("sans mission" in plain) is (first is MessageKind.REQUEST)
