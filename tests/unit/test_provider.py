"""What the file of providers says, and what their replies mean."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.cpts_file import load_providers
from domain.inbound import Inbound
from domain.provider import Providers, usable_rate
from domain.provider_call import PLACEHOLDERS, Cause, HttpCall, OvhAccount, Told
from domain.provider_errors import ProvidersFileError
from domain.wave import Channel

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/fournisseurs.yaml"
VALUES = {name: f"<{name}>" for name in PLACEHOLDERS}


@pytest.fixture(scope="module")
def providers() -> Providers:
    return load_providers(EXAMPLE)


def test_the_order_of_the_file_is_the_order_of_a_channel(providers: Providers) -> None:
    texts = providers.of(Channel.TEXT)

    assert [each.code for each in texts] == ["OVH", "KANNEL"]
    assert usable_rate(texts) == 70
    assert [each.takes_replies for each in texts] == [False, True]
    assert providers.channels == (Channel.MAIL, Channel.TEXT, Channel.CALL)
    assert Providers.model_validate({}).channels == (Channel.MAIL,)
    assert providers.named("OVH") is texts[0]
    assert providers.named("AUTRE") is None


def test_a_request_is_filled_wherever_a_placeholder_stands(
    providers: Providers,
) -> None:
    kannel, voice = providers.every[1], providers.every[2]

    asked, said = kannel.call.fill(VALUES), voice.call.fill(VALUES)

    assert asked.query["dlr-url"] == "<accuse>?etat=%d"
    assert asked.query["to"] == "<numero>"
    assert isinstance(said.document, dict)
    assert said.document["say"] == "<texte>"
    assert said.document["lang"] == "fr-FR"


@pytest.mark.parametrize(
    ("status", "body", "cause"),
    [
        (202, "0: Accepted for delivery", None),
        (200, "0: Accepted for delivery", Cause.DOWN),
        (400, "Malformed number", Cause.NUMBER),
        (403, "Authorization failed", Cause.ACCOUNT),
        (402, "", Cause.CREDIT),
        (429, "", Cause.BUSY),
        (500, "", Cause.DOWN),
        (503, "Empty or invalid receiver", Cause.NUMBER),
        (504, "", Cause.DOUBT),
    ],
)
def test_a_reply_says_taken_or_why_not(
    providers: Providers, status: int, body: str, cause: Cause | None
) -> None:
    assert providers.every[1].call.read(status, body).cause is cause


def test_ovh_takes_a_message_for_somebody_only() -> None:
    account = OvhAccount.model_validate(
        {
            "service": "s",
            "cle_application": "a",
            "secret_application": "b",
            "cle_consommateur": "c",
        }
    )
    taken = account.call.read(200, '{"ids": [42], "validReceivers": ["+33600"]}')
    nobody = account.call.read(200, '{"ids": [], "invalidReceivers": ["+33600"]}')
    poor = account.call.read(403, '{"message": "Not enough credits"}')

    assert (taken.cause, taken.message_id) == (None, "42")
    assert nobody.cause is Cause.NUMBER
    assert poor.cause is Cause.CREDIT
    assert account.call.read(400, "bad signature").cause is Cause.DOWN


def test_an_id_stands_where_the_file_says() -> None:
    by_pattern = HttpCall.model_validate(
        {"url": "https://x.example", "accepte": {"identifiant_motif": r"id=(\w+)"}}
    )

    assert by_pattern.read(200, "ok id=a7").message_id == "a7"
    assert by_pattern.read(200, "ok").message_id is None


def test_a_callback_is_read_by_its_names(providers: Providers) -> None:
    receipts = providers.every[0].receipts
    assert receipts is not None

    read = receipts.read({"tag": "d1", "ptt": 1, "description": {}, "other": "x"})

    assert read == {Told.REFERENCE: "d1", Told.STATE: "1"}
    assert receipts.read("nothing of the kind") == {}


@pytest.mark.parametrize(
    ("was", "becomes", "key", "rule"),
    [
        ("canal: APPEL", "canal: COURRIEL", "VOIX", "TOCSIN_SMTP_URL"),
        ("code: KANNEL", "code: OVH", "fichier", "deux fois : OVH"),
        ('"{numero}"', '"{telephone}"', "to", "variable inconnue : {telephone}"),
        ('"say"', 'say"', "json", "pas un document JSON"),
        ('{texte}", "lang', '{text}", "lang', "json", "variable inconnue : {text}"),
        ("    ovh:", "    http: {url: https://a.fr}\n    ovh:", "OVH", "l'un des deux"),
        (
            "canal: SMS\n    par_seconde: 20",
            "canal: APPEL\n    par_seconde: 20",
            "OVH",
            "que des SMS",
        ),
        ("etat: ptt, ", "", "OVH", "où lire « etat »"),
        ("numero: from, texte: text", "texte: text", "KANNEL", "« numero »"),
        ("statuts: [202]", "identifiant_motif: '(a)(b)'", "accepte", "un seul"),
        ("statuts: [202]", "identifiant_motif: '('", "accepte", "illisible"),
        (
            "    cout_centimes: 12 ",
            "    lent_apres_secondes: 10\n    cout_centimes: 12 ",
            "VOIX",
            "sous « delai_secondes » (10)",
        ),
        ("par_seconde: 5\n", "par_seconde: 0\n", "VOIX.par_seconde", "refusée"),
    ],
)
def test_a_wrong_file_is_refused_with_its_key_and_what_to_do(
    tmp_path: Path, was: str, becomes: str, key: str, rule: str
) -> None:
    text = EXAMPLE.read_text("utf-8")
    assert was in text
    wrong = tmp_path / "fournisseurs.yaml"
    wrong.write_text(text.replace(was, becomes, 1), "utf-8")

    with pytest.raises(ProvidersFileError) as error:
        load_providers(wrong)

    assert key in str(error.value.facts["key"])
    assert rule in str(error.value.facts["rule"])


def test_an_answer_is_read_with_the_number_as_ours_are_kept(
    providers: Providers,
) -> None:
    kannel, voice = providers.every[1], providers.every[2]
    at = datetime(2026, 11, 22, 4, tzinfo=UTC)

    texted = Inbound.read(kannel, {"from": "33639980001", "text": " OUI "}, at)
    pressed = Inbound.read(voice, {"digits": "1", "from": "anonyme"}, at)

    assert texted is not None
    assert (texted.number, texted.text) == ("+33639980001", "OUI")
    assert pressed is not None
    assert (pressed.number, pressed.text) == (None, "1")
    assert Inbound.read(providers.every[0], {"text": "OUI"}, at) is None


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("687751234", "+687751234"),  # of New Caledonia: no mobile of France
        ("262692123456", "+262692123456"),
        ("639980001", "+33639980001"),
        ("0639980001", "+33639980001"),
        ("36105", None),
        ("INFO", None),
    ],
)
def test_a_number_without_its_sign_is_nobody_else_s(
    providers: Providers, told: str, kept: str | None
) -> None:
    at = datetime(2026, 11, 22, 4, tzinfo=UTC)

    texted = Inbound.read(providers.every[1], {"from": told, "text": "OUI"}, at)

    assert texted is not None
    assert texted.number == kept
