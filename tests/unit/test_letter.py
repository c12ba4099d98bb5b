"""What letters say, and what may never run out of its place."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import UnknownPlaceholderError, UnusableAddressError
from domain.letter import (
    Letter,
    MessageKind,
    WaveText,
    fill,
    wire_address,
)
from domain.message import cut_at_word, zones_in_short
from domain.typography import typeset

CURVED = "\N{RIGHT SINGLE QUOTATION MARK}"
TEXT = WaveText(
    cpts_name="CPTS des Vallées de l'Autan (fictive)",
    cpts_short="Vallées de l'Autan",
    sender="alerte@vallees-autan.example",
    coordinator="Anne-Lise Descombes",
    reply_to="coordination@vallees-autan.example",
    phone="05 36 49 00 12",
    kind=MessageKind.REQUEST,
    message="CPTS {cpts} : {scenario}, {lieu} ({autorite}, {heure}). Oui ? {lien}",
    scenario="canicule",
    place="Saint-Martin-le-Pré",
    authority="l'ARS",
    of_authority="de l'ARS",
    day="22 novembre 2026",
    hour="22\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}40",
    perimeter="Zones 4 à 6",
    mission="Appuyer les EHPAD",
)
FINE: dict[str, Any] = {
    "delivery_id": "c-20261122-k7p2.1.p-abcdefghij.COURRIEL",
    "address": "anne@vallees-autan.example",
    "name": "Anne Descombes",
    "link": "https://alerte.example/r/a7K2mQ9bcd",
    "return_path": "retours+a7K2mQ9bcd@vallees-autan.example",
}


def test_the_message_of_the_plan_is_filled() -> None:
    assert TEXT.sentence() == (
        "CPTS Vallées de l'Autan : canicule, Saint-Martin-le-Pré (l'ARS, 22h40). "
        "Oui ? (lien ci-dessous)"
    )


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Bonjour {prenom}", "{prenom}"),
        ("Bonjour {}", "{}"),
        ("Bonjour {cpts.__class__}", "{cpts.__class__}"),
        ("Bonjour {cpts!r:>99}", "{cpts!r:>99}"),
        ("Bonjour {cpts", "{"),
        ("Bonjour cpts}", "}"),
        ("Bonjour {{cpts}}", "{"),
    ],
)
def test_a_variable_outside_the_closed_list_is_refused(text: str, named: str) -> None:
    with pytest.raises(UnknownPlaceholderError) as refused:
        fill(text, {"cpts": "Vallées"})

    assert refused.value.facts == {"placeholder": named}


@given(st.text())
def test_a_value_is_never_read_again(value: str) -> None:
    assert fill("<{lieu}>", {"lieu": value, "cpts": "no"}) == f"<{value}>"


def test_message_ids_are_of_the_domain_of_the_sender() -> None:
    assert TEXT.domain == "vallees-autan.example"


def test_a_domain_with_accents_is_written_in_ascii() -> None:
    assert wire_address(" anne@café.example ") == "anne@xn--caf-dma.example"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "anne",
        "@vallees-autan.example",
        "anne@",
        "anne@a..example",
        "hélène@vallees-autan.example",
        "anne@vallees-autan.example\r\nBcc: x@y.example",
        "anne@vallees-autan.example, x@y.example",
        "<anne@vallees-autan.example>",
        "anne lise@vallees-autan.example",
    ],
)
def test_an_address_no_server_would_take_is_refused(address: str) -> None:
    with pytest.raises(UnusableAddressError):
        wire_address(address)
    with pytest.raises(UnusableAddressError):
        Letter(**FINE | {"address": address})
    with pytest.raises(UnusableAddressError):
        TEXT.model_validate(TEXT.model_dump() | {"sender": address})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("delivery_id", "c-1.1.p\r\nBcc: x@y.example"),
        ("delivery_id", "c-1.1.p>"),
        ("return_path", "retours@vallees-autan.example>\r\nRCPT TO:<x@y.example"),
        ("link", "https://alerte.example/r/a b"),
        ("link", "https://alerte.example/r/é"),
        ("link", "https://alerte.example/r/a\n"),
    ],
)
def test_a_value_that_would_leave_its_header_is_refused(field: str, value: str) -> None:
    with pytest.raises(ValueError, match="a "):
        Letter(**FINE | {field: value})


@pytest.mark.parametrize(
    ("plain", "set_in_french"),
    [
        ("Oui ? Non ! Si ; donc : «a»", "Oui_? Non_! Si_; donc_: «a»"),
        ("le mot « oui » ici", "le mot «_oui_» ici"),
        ("à 22 h 40, 05 36 49 00 12.", "à 22_h_40, 05_36_49_00_12."),
        ("l'ARS d&#39;Autan", "l@ARS d@Autan".replace("@", CURVED)),
        ("a{color:red;font:'Segoe UI'}", "a{color:red;font:'Segoe UI'}"),
        ("https://alerte.example/r/a?b=1;c", "https://alerte.example/r/a?b=1;c"),
    ],
)
def test_french_is_typeset(plain: str, set_in_french: str) -> None:
    assert typeset(plain) == set_in_french.replace("_", "\N{NO-BREAK SPACE}")
    assert typeset(typeset(plain)) == typeset(plain)


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Nord-Est", "Nord-Est"),
        ("Haute-Lirène", "Haute-Lirène"),  # twelve exactly
        ("Vallées de la Lirène", "Vallées"),
        ("Saint-Martin-le-Pré", "Saint-Martin"),
        ("Castelencourtois", "Castelencour"),  # one word: it is cut
    ],
)
def test_a_zone_is_cut_at_a_word_and_none_hangs(zone: str, said: str) -> None:
    assert zones_in_short((zone,), "concernée") == said


def test_zones_that_do_not_all_fit_are_not_named_in_part() -> None:
    assert zones_in_short(("Nord", "Sud"), "concernée") == "Nord, Sud"
    assert zones_in_short(("Haut-Autan", "Bas-Autan"), "concernée") == "concernée"


@given(st.text(), st.integers(min_value=1, max_value=40))
def test_what_is_cut_takes_its_room_at_most(text: str, room: int) -> None:
    assert len(cut_at_word(text, room)) <= room
