"""What looks like a patient's identity, and what does not."""

import pytest

from domain.errors import PatientDataError
from domain.privacy import refuse_patient_data


def refused(text: str) -> bool:
    try:
        refuse_patient_data("Castelorzac", text)
    except PatientDataError:
        return True
    return False


@pytest.mark.parametrize(
    "text",
    [
        "Patient 1 84 12 76 451 089 46 à voir",
        "NIR 284127645108946",
        "2 69 05 2A 123 456",
        "Mme X, née le 3 mai 1950",
        "Né le 03/05/1950",
        "patient Dupont 12/03/1950",
        "Mme LEFICTIF Ève (3.5.2004)",
        "patiente dupont, 12-03-1950",
    ],
)
def test_a_social_security_number_or_a_birth_date_is_refused(text: str) -> None:
    assert refused(text)


@pytest.mark.parametrize(
    "text",
    [
        "Communes du Bas-Autan, EHPAD de 120 lits",
        "Rappel au 05 36 49 00 12 le 12/11/2026",
        "Référence ARS-2026-118 du 22 novembre 2026",
        "RPPS 99000000945",
        "OUI dispo le 12/03, Camille Dupont",
        "Camille Dupont 12/03/2027",
        "Convention du 12/03/2014, loi du 21/07/2009",
        "",
    ],
)
def test_places_numbers_and_references_are_let_through(text: str) -> None:
    assert not refused(text)
