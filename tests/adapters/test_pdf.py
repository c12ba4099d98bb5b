import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

import pytest
from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject, StreamObject

from adapters.payment_file import load_variable_part
from adapters.pdf import PdfPress
from adapters.templates import load_template
from domain.alert import NotSent
from domain.outcome import CardRow, Outcome
from domain.payment import expected
from domain.recognition_letter import RecognitionLetter
from domain.report import CrisisFacts, DocumentRow, EntryRow
from domain.situation import ReportTexts, SituationReport
from tests.samples.crisis import (
    AWKWARD,
    DOCUMENTS,
    FACTS,
    RAW,
    changed,
    nothing,
    ordered,
)
from tests.samples.situation import SITUATION
from tests.samples.situation import changed as a_situation

TEMPLATES = Path(__file__).parents[2] / "plan_templates"

LAYOUTS = TEMPLATES / "documents"
MONEY = load_variable_part(TEMPLATES / "part-variable.yaml")
EN_DASH = "\N{EN DASH}"
PDF = Mapping[str, bytes]


@pytest.fixture(scope="module")
def press() -> PdfPress:
    return PdfPress(LAYOUTS)


def entries(count: int) -> Iterator[EntryRow]:
    kinds = islice(cycle(("réponse", "réponse", "place prise", "relance")), count)
    for seq, kind in enumerate(kinds):
        yield EntryRow(seq=seq, at=FACTS.t0 + timedelta(seconds=seq), kind=kind)


def both(press: PdfPress, facts: CrisisFacts, count: int = 30) -> PDF:
    amount = expected(MONEY, facts.claim) if facts.claim else None
    return {
        "report": press.render_report(facts),
        "dossier": press.render_dossier(facts, DOCUMENTS, entries(count), amount),
    }


@pytest.fixture(scope="module")
def printed(press: PdfPress) -> PDF:
    return both(press, FACTS)


LETTER = RecognitionLetter(
    recipient="Délégation départementale (fictive)",
    sender="Anne-Lise Descombes",
    phone="05 36 49 00 12",
    email="coordination@vallees-autan.example",
    subject="demande de reconnaissance écrite",
    about="fumées d'incendie, Saint-Martin-le-Pré",
    body="Le 22 novembre 2026 à 22 h 05, on nous a demandé : appuyer. Merci.",
)


@pytest.mark.parametrize("body", [LETTER.body, "Appuyer les EHPAD. " * 40])
def test_the_letter_that_asks_for_recognition_is_one_page(
    press: PdfPress, body: str
) -> None:
    letter = LETTER.model_copy(update={"body": body})

    pdf = press.render_letter(FACTS, letter)

    assert pages(pdf) == 1
    said = words(pdf)
    for told in (LETTER.recipient, LETTER.phone, body.strip()[:60], "La référence de"):
        assert told in said, told
    assert pdf == press.render_letter(FACTS, letter)


def words(pdf: bytes) -> str:
    """Say the text on one line, with plain spaces and apostrophes."""
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return " ".join(text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


def dictionaries(pdf: bytes) -> Iterator[DictionaryObject]:
    reader = PdfReader(BytesIO(pdf))
    for number in range(1, int(str(reader.trailer["/Size"]))):
        held = IndirectObject(number, 0, reader).get_object()
        if isinstance(held, DictionaryObject):
            yield held


def pages(pdf: bytes) -> int:
    return len(PdfReader(BytesIO(pdf)).pages)


@pytest.mark.parametrize("name", ["report", "dossier"])
def test_the_same_facts_give_the_same_bytes(
    printed: PDF, press: PdfPress, name: str
) -> None:
    assert both(press, FACTS)[name] == printed[name]


@pytest.mark.parametrize("name", ["report", "dossier"])
def test_documents_can_be_kept_for_years_and_read_aloud(
    printed: PDF, name: str
) -> None:
    reader = PdfReader(BytesIO(printed[name]))
    root = reader.root_object
    (claims,) = (
        held.get_data().decode()
        for held in dictionaries(printed[name])
        if isinstance(held, StreamObject) and held.get("/Type") == "/Metadata"
    )

    assert "<pdfaid:part>3</pdfaid:part>" in claims
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in claims
    assert "<pdfuaid:part>1</pdfuaid:part>" in claims
    assert str(root["/Lang"]) == "fr-FR"
    assert "'/Marked': True" in str(root["/MarkInfo"])
    assert "/StructTreeRoot" in root
    assert reader.metadata is not None
    assert FACTS.crisis_id in str(reader.metadata.title)


@pytest.mark.parametrize("name", ["report", "dossier"])
def test_the_date_of_a_document_is_the_one_of_its_facts(
    printed: PDF, name: str
) -> None:
    made = PdfReader(BytesIO(printed[name])).metadata

    assert made is not None
    assert isinstance(made.creation_date, datetime)
    assert made.creation_date == FACTS.made_at


@pytest.mark.parametrize("name", ["report", "dossier"])
def test_only_the_fonts_inside_typst_are_used(printed: PDF, name: str) -> None:
    fonts = {
        str(held["/BaseFont"]).split("+")[1].split("-")[0]
        for held in dictionaries(printed[name])
        if "/BaseFont" in held
    }

    assert fonts <= {"LibertinusSerif", "DejaVuSansMono"}


@pytest.mark.parametrize(
    "words",
    [
        "Sans réponse : 167",
        "À 15 minutes : 139 réponses, dont 83 propositions d'aide",
        "8 faites à l'heure, 2 faites en retard, 1 non terminée, en retard, 1 non",
    ],
)
def test_charts_have_a_text_alternative(printed: PDF, words: str) -> None:
    said = [
        str(held["/Alt"]).replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        for held in dictionaries(printed["report"])
        if "/Alt" in held
    ]

    assert any(words in alternative for alternative in said)


@pytest.mark.parametrize("case", AWKWARD)
def test_the_dossier_is_two_pages_whatever_the_crisis(
    press: PdfPress, case: str
) -> None:
    facts = AWKWARD[case]

    assert pages(both(press, facts, count=5000)["dossier"]) == 2


@pytest.mark.parametrize(
    ("case", "most"),
    [
        ("nothing recorded", 2),
        ("no answer", 3),
        ("unknown words", 3),
        ("2,000 members", 6),
        ("long texts", 12),
    ],
)
def test_a_report_runs_on_no_further_than_its_lists(
    press: PdfPress, case: str, most: int
) -> None:
    pdf = press.render_report(AWKWARD[case])

    assert pages(pdf) <= most
    printed_on = re.findall(r"page (\d+) / (\d+)", words(pdf))
    wanted = range(1, pages(pdf) + 1)
    assert printed_on == [(str(each), str(pages(pdf))) for each in wanted]


def test_two_types_of_the_national_plan_make_four_pages(press: PdfPress) -> None:
    template = load_template(TEMPLATES / "fr-2022-12")
    sheets = (template.type_sheet("SICK"), template.type_sheet("CASUALTIES"))
    told = (*template.common_cards, *(card for sheet in sheets for card in sheet.cards))
    cards = [
        CardRow(
            id=card.card_id,
            title=card.title,
            state="faite",
            outcome=outcome,
            due_at=FACTS.t0,
            done_at=FACTS.t0 if outcome is Outcome.DONE else None,
            proof="comptage",
            reason="aucune demande de l'ARS",
        )
        for card, outcome in zip(told, cycle(Outcome), strict=False)
    ]
    rows = [{"at": FACTS.t0, "text": f"Fait numéro {n}."} for n in range(300)]

    assert len(cards) == 54
    assert pages(press.render_report(changed(cards=cards, timeline=rows))) <= 4


def test_the_report_tells_the_crisis(printed: PDF) -> None:
    said = words(printed["report"])

    for sentence in (
        "361 messages partis sur 378",
        "133 réponses favorables",
        "Confirmation référence écrite non reçue",
        "ont répondu 55 15 % 139 39 % 172 48 % 190 53 %",
        "Nord 91 87 51 n. r.",
        "Pas encore comptés, faute de temps confirmé : 17.",
        "24 missions proposées : 19 acceptées, 3 refusées, 11 terminées.",
        "créneaux ouverts 112, créneaux utilisés 64",
        "T2-11, T2-13 : aucune demande de l'ARS.",
        "9 actions comptées, 2 répétitions à part",
        "Officine (ouverte le jour, de garde la nuit) 6 2 0 3 0 1",
        "N° 1 : envoyé le 23 novembre à 0 h 49 (attendu à 0 h 40), en retard",
        "Les points de situation n'en signalent aucune.",
        "9 sans adresse de courriel",
        "0,6 s après l'ouverture",
        "Sans réponse 167 44 %",
        "toute profession de la fiche toutes 8 8 0",
        "Infirmier 141 136 88 n. r.",
        "en retard",
        "un oui sans suite ne compte pas.",
        "Action : fiche menée et prouvée, comptée une fois ; répétitions à part.",
        "23 novembre 2026 0 h 51 Fiche T2-07 faite, preuve versée.",
        "temps confirmé par chaque professionnel",
        "page 3 / 3",
    ):
        assert sentence in said


def test_the_heading_and_the_duration_run_between_the_same_two_instants(
    printed: PDF,
) -> None:
    """The desk was opened nine minutes after the order: that counts for neither."""
    for pdf in printed.values():
        assert (
            "Ordre reçu (T0) le 22 novembre 2026 à 22 h 40, "
            "crise levée le 23 novembre 2026 à 2 h 12" in words(pdf)
        )
    assert "3 h 32" in words(printed["report"])


def test_the_dossier_says_what_is_missing_before_what_is_proved(printed: PDF) -> None:
    said = words(printed["dossier"])
    order = [
        said.index(sentence)
        for sentence in (
            "NON PAYABLE en l'état",
            "la référence écrite de la décision n'a pas été reçue",
            "Ce qui manque (4)",
            "Indicateur Valeur Preuve Ce qui manque",
            "entrées 1840, 1842",
            "aucun en l'état ; le barème donne 67 500 €",
            "Professionnel participant : personne distincte, mission acceptée",
            "ACI des CPTS, avenant 2, depuis le 3 septembre 2022",
            "dit par une seule source, à vérifier",
            "du 1er avril 2026 au 31 mars 2027",
            "le montant accordé est celui que la CPAM notifie",
            DOCUMENTS[0].sha256,
            "python3 verify.py DOSSIER.zip --key CLÉ",
            FACTS.seal.root,
        )
    ]

    assert order == sorted(order)


def test_an_amount_stands_in_the_dossier_only_and_is_never_promised(
    printed: PDF,
) -> None:
    said = words(printed["dossier"])

    assert "€" not in words(printed["report"])
    assert said.count("67 500 €") == 2
    assert "67 500 € barème, jamais promis" in said
    assert "Ce dossier ne promet rien" in said


def test_a_doubtful_size_and_another_crisis_of_the_year_are_said(
    press: PdfPress,
) -> None:
    claim = RAW["claim"]
    assert isinstance(claim, Mapping)
    others = ["2026-05-02", "2025-05-02"]
    doubtful = {**claim, "population": 175_000, "others_on": others}
    said = words(both(press, changed(population=175_000, claim=doubtful))["dossier"])

    assert "donnerait la taille 3 ou la taille 4 : à vérifier au contrat" in said
    assert "1 autre crise de la même année peut donner droit" in said


def test_without_a_scale_or_a_contract_year_nothing_is_expected(
    press: PdfPress,
) -> None:
    claim = RAW["claim"]
    assert isinstance(claim, Mapping)
    early = {**claim, "activated_on": "2021-01-01", "anniversary_on": None}
    said = words(both(press, changed(claim=early))["dossier"])

    assert "€" not in said
    assert "Aucun barème connu à la date qui compte." in said
    assert "l'ordre précède le début de la mission 4 de la CPTS" in said
    assert "Date anniversaire du contrat." in said


def test_a_recognised_crisis_that_lacks_nothing_is_promised_nothing(
    press: PdfPress,
) -> None:
    facts = changed(
        fictitious=False,
        order=ordered(written_reference="ARS-2026-118"),
        authority_replies=3,
        retex_at="2026-12-10T17:00:00Z",
        professions=[FACTS.professions[0].model_copy(update={"came": 12})],
        unconfirmed=0,
    )
    said = words(both(press, facts)["dossier"])

    assert "NON PAYABLE" not in said
    assert "payable" not in said.lower()
    assert "67 500 € selon le barème (taille 3), jamais promis" in said
    assert "rien de ce que ce dossier relève" in said
    assert "12 : infirmier 12" in said


def test_what_is_not_a_real_crisis_says_so_on_both_documents(press: PdfPress) -> None:
    printed = both(press, changed(exercise=True, pace=60, fictitious=True))

    for pdf in printed.values():
        said = words(pdf)
        assert "EXERCICE EXERCICE" in said
        assert "les délais du plan ont été divisés par 60" in said
        assert said.count("EXERCICE FICTIF") == pages(pdf)
    assert "NON PAYABLE" in words(printed["dossier"])


def test_a_local_initiative_says_that_it_is_not_payable_yet(press: PdfPress) -> None:
    facts = changed(order=ordered(local_initiative=True))

    for pdf in both(press, facts).values():
        assert (
            "Ouverte à votre initiative. Utile, mais non payable tant que l'ARS ne l'a"
            " pas reconnue." in words(pdf)
        )


def test_partners_are_told_in_numbers_unless_the_plan_tells_none(
    press: PdfPress,
) -> None:
    told = {"asked": 18, "unreached": 1, "needs": 3, "nothing": 9, "unanswered": 5}

    def printed(partners: object) -> str:
        return words(press.render_report(changed(partners=partners)))

    assert "Prévenus : 18. Besoins signalés : 3 ; rien à signaler : 9" in printed(told)
    assert "Aucun partenaire n'a été prévenu." in printed({})
    assert "partenaire" not in printed(None)


def test_what_was_not_recorded_is_said_not_to_be(press: PdfPress) -> None:
    printed = both(press, nothing(), count=0)
    report, dossier = words(printed["report"]), words(printed["dossier"])

    assert "population et taille non recueillies" in report
    assert "non levée à la date de ce document" in report
    assert "Personne n'a encore été sollicité." in report
    assert "Aucune ligne recueillie." in report
    assert "non notifiée" in dossier
    assert "Aucune entrée." in dossier


def test_lines_that_do_not_fit_are_counted(press: PdfPress) -> None:
    rows = [{"at": FACTS.t0, "text": f"Fait numéro {n}."} for n in range(1200)]
    said = words(press.render_report(changed(timeline=rows)))
    shown = said.count("Fait numéro ")

    left_out = f"… {1200 - shown:,}".replace(",", " ")
    assert f"{left_out} lignes ne tiennent pas ici" in said
    assert "Fait numéro 0." in said
    assert "Fait numéro 1199." in said


def test_every_page_carries_the_seal_of_the_ledger(printed: PDF) -> None:
    for pdf in printed.values():
        for page in PdfReader(BytesIO(pdf)).pages:
            said = " ".join(page.extract_text().split())
            assert "Registre : 2 147 entrées, racine" in said
            assert FACTS.seal.key_fingerprint in said


def test_text_from_a_cpts_is_never_code(press: PdfPress) -> None:
    evil = '#panic("x") *gras* $x$ <etiquette> @ref \\ " ] }'
    said = words(press.render_report(changed(cpts_name=evil)))

    assert '#panic("x") *gras* $x$ <etiquette> @ref' in said


@pytest.mark.parametrize("name", ["report", "dossier"])
def test_another_process_prints_the_same_bytes(printed: PDF, name: str) -> None:
    root = LAYOUTS.parents[1]
    program = (
        "import sys\n"
        "from tests.adapters.test_pdf import FACTS, LAYOUTS, PdfPress, both\n"
        "sys.stdout.buffer.write(both(PdfPress(LAYOUTS), FACTS)[sys.argv[1]])\n"
    )

    other = subprocess.run(  # noqa: S603 - our own interpreter and our own program
        [sys.executable, "-c", program, name], cwd=root, check=True, capture_output=True
    )

    assert sha256(other.stdout).digest() == sha256(printed[name]).digest()


def test_messages_still_leaving_are_neither_sent_nor_unsent(press: PdfPress) -> None:
    facts = changed(alerts={"asked": 12, "sent": 0, "not_sent": 0}, lifted_at=None)
    said = words(press.render_report(facts))

    assert "12 en cours d'envoi" in said
    assert "Aucun message n'est encore parti." in said
    assert "reçus à coup sûr" not in said


@pytest.mark.parametrize(
    ("asked", "sent", "curve", "told"),
    [
        (0, 0, (), "Personne n'a été sollicité."),
        (21, 0, (), "Personne n'a pu être joint : aucun message n'est parti."),
        (21, 9, (), "Aucune aide n'a été demandée : les messages partis portaient"),
        (21, 9, FACTS.curve, "Personne n'a répondu à la demande d'aide."),
    ],
)
def test_a_lifted_crisis_without_an_answer_says_why_there_is_none(
    press: PdfPress, asked: int, sent: int, curve: object, told: str
) -> None:
    group = {"label": "Infirmier", "asked": asked, "sent": sent, "answered": 0}
    facts = changed(
        alerts={"asked": asked, "sent": sent, "not_sent": asked - sent},
        answers={"NON_REPONSE": asked},
        professions=[group],
        curve=curve,
    )
    said = words(press.render_report(facts))

    assert told in said
    assert said.count("sollicité.") == (asked == 0)
    assert "encore parti" not in said
    assert ("Sans réponse 21 100 %" in said) is (asked > 0)


def test_a_refused_message_is_counted_among_those_that_did_not_leave(
    printed: PDF,
) -> None:
    said = words(printed["report"])

    assert "3 refusés par le serveur de courriel" in said
    assert (
        "Parmi les messages partis : 211 reçus à coup sûr (la personne a répondu),"
        " 150 sans nouvelle." in said
    )


def test_a_reason_agrees_with_its_number(press: PdfPress) -> None:
    facts = changed(
        not_sent_reasons={"DEJA_REPONDU": 1, "ENVOI_INCERTAIN": 2},
        alerts={"asked": 3, "sent": 0, "not_sent": 3},
    )
    said = words(press.render_report(facts))

    assert "1 avait déjà répondu" in said
    assert "2 envois incertains, non répétés" in said


@pytest.mark.parametrize("reason", NotSent)
def test_every_reason_not_to_send_has_its_words(
    press: PdfPress, reason: NotSent
) -> None:
    facts = changed(not_sent_reasons={reason: 2})

    assert reason.value not in words(press.render_report(facts))


def test_a_piece_says_to_whom_it_went(press: PdfPress) -> None:
    (sent,) = FACTS.documents_sent
    bare = DocumentRow(title=sent.title, sha256=sent.sha256)
    said = words(press.render_dossier(FACTS, [bare], entries(3), None))

    assert f"destinataire : {sent.sent_to}" in said
    assert "versée au dossier" not in said


def test_entries_say_their_day_when_it_changes(press: PdfPress) -> None:
    rows = [
        EntryRow(seq=n, at=FACTS.t0 + timedelta(hours=n), kind=f"fait {n}")
        for n in range(4)
    ]
    said = words(press.render_dossier(FACTS, DOCUMENTS, rows, None))

    assert "22 novembre 2026 0 fait 0" in said
    assert "23 novembre 2026 2 fait 2" in said


def test_a_run_of_entries_that_passes_midnight_says_on_which_day_it_ends(
    press: PdfPress,
) -> None:
    rows = [
        EntryRow(seq=n, at=FACTS.t0 + timedelta(hours=2 * n), kind="réponse")
        for n in range(2)
    ]
    said = words(press.render_dossier(FACTS, DOCUMENTS, rows, None))

    assert f"réponse (2) 22 h 40 {EN_DASH} 23 novembre 2026, 0 h 40" in said


class Weighed(DocumentRow):
    kilograms: float = 1.5


def test_what_has_no_french_form_is_refused(press: PdfPress) -> None:
    odd = Weighed(title="Plan", sha256="ab" * 32)

    with pytest.raises(TypeError, match="cannot be printed: float"):
        press.render_dossier(FACTS, [odd], (), None)


def test_documents_for_2000_members_are_made_within_three_seconds(
    press: PdfPress,
) -> None:
    facts = AWKWARD["2,000 members"]
    started = perf_counter()
    press.render_report(facts)
    reported = perf_counter()
    press.render_dossier(facts, DOCUMENTS, entries(5000), None)
    filed = perf_counter()

    assert reported - started < 3
    assert filed - reported < 3


def test_other_answers_are_shown_only_when_somebody_gave_them(press: PdfPress) -> None:
    answers = {**FACTS.answers, "RECU": 4, "HORS_ZONE": 0}
    said = words(press.render_report(changed(answers=answers)))

    assert "Bien reçu (cellule) 4" in said
    assert "Hors zone" not in said


def situation(case: str) -> SituationReport:
    texts = dict.fromkeys(ReportTexts.model_fields, "Texte long. " * 50)
    engaged = [
        {
            "profession": f"P{n}",
            "label": f"Métier {n}",
            "zone": f"Zone {z}",
            "number": n,
        }
        for n in range(20)
        for z in range(6)
    ]
    cases: dict[str, dict[str, object]] = {
        "as usual": {},
        "nothing collected": {
            "texts": {},
            "engaged": (),
            "needs": (),
            "indicators": (),
            "surveyed_at": None,
            "places": (),
            "slots": None,
            "reference": None,
            "validated_by": None,
            "next_at": None,
        },
        "all that fits": {
            "texts": texts,
            "engaged": engaged,
            "exercise": True,
            "pace": 60,
            "types": ("Type long " * 9,) * 5,
            "scenarios": ("Scénario long " * 6,) * 6,
        },
    }
    return a_situation(**cases[case])


@pytest.mark.parametrize(
    ("case", "most"), [("as usual", 1), ("nothing collected", 1), ("all that fits", 2)]
)
def test_a_situation_report_is_one_page_or_two(
    press: PdfPress, case: str, most: int
) -> None:
    assert pages(press.render_situation(situation(case))) == most


def test_a_situation_report_has_its_ten_headings_and_its_numbers(
    press: PdfPress,
) -> None:
    said = words(press.render_situation(SITUATION))
    order = [
        said.index(words_)
        for words_ in (
            "Point de situation n° 3",
            "Validé par Pilotage de la cellule",
            "1. Situation et évolution",
            "Fumées denses au nord",
            "2. Consignes officielles",
            "3. Cellule",
            "4. Professionnels mobilisés",
            "Infirmier 5 8 0 1 14",
            "Places pourvues : 14 sur 20",
            "Cabinets, maisons et centres de santé 6 1 1 1 0",
            "Ensemble 9 2 2 2 0",
            "« Sans réponse » ne veut pas dire « fermé ».",
            "soins non programmés offerts : 37",
            "9 fiches faites, 7 en cours, 2 en retard, faites depuis ou non",
            "EHPAD en difficulté 2",
            "Vaccinations réalisées non recueilli",
            "8. Difficultés et demandes",
            "9. Prévision à 24 h",
            "10. Prochain point à",
            "Registre : 2 147 entrées",
        )
    ]

    assert order == sorted(order)


def test_what_a_situation_report_lacks_is_said(press: PdfPress) -> None:
    said = words(press.render_situation(situation("nothing collected")))

    for sentence in (
        "projet, non validé",
        "écrite attendue",
        "aucune enquête n'a été faite",
        "offerts : non recueilli",
        "Aucun professionnel mobilisé",
        "aucun : l'alerte est terminée",
    ):
        assert sentence in said


def test_a_situation_report_can_be_kept_read_aloud_and_made_again(
    press: PdfPress,
) -> None:
    pdf = press.render_situation(SITUATION)
    (claims,) = (
        held.get_data().decode()
        for held in dictionaries(pdf)
        if isinstance(held, StreamObject) and held.get("/Type") == "/Metadata"
    )

    assert "<pdfaid:part>3</pdfaid:part>" in claims
    assert "<pdfuaid:part>1</pdfuaid:part>" in claims
    assert press.render_situation(SITUATION) == pdf


def test_what_the_cell_writes_is_never_code(press: PdfPress) -> None:
    texts = {"situation": '#panic("x") *gras* $x$ @ref \\'}
    said = words(press.render_situation(a_situation(texts=texts)))

    assert '#panic("x") *gras* $x$ @ref' in said
