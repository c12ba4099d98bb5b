"""What an answer is worth."""

from domain.answer import Availability


def test_three_answers_offer_help_and_only_one_takes_a_seat() -> None:
    helping = {answer for answer in Availability if answer.offers_help}
    seated = {answer for answer in Availability if answer.takes_seat}

    assert helping == {
        Availability.IMMEDIATE,
        Availability.ON_SITE,
        Availability.LATER,
    }
    assert seated == {Availability.IMMEDIATE}


def test_an_answer_is_written_as_the_template_writes_it() -> None:
    assert [answer.value for answer in Availability] == [
        "DISPONIBLE_IMMEDIAT",
        "DISPONIBLE_SUR_PLACE",
        "DISPONIBLE_DIFFERE",
        "INDISPONIBLE",
        "DEJA_MOBILISE_AILLEURS",
        "RECU",
        "A_L_ABRI",
        "HORS_ZONE",
        "BESOIN_AIDE",
        "NON_REPONSE",
    ]
