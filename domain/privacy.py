"""No patient data: what looks like a patient's identity is refused in free text.

Source: docs/sources.md#patient-data
"""

import re

from domain.errors import PatientDataError

_NIR = re.compile(  # 13 digits, then a key of 2: sex, year, month, department…
    r"(?<!\d)[12478][ .]?\d\d[ .]?(?:0[1-9]|1[0-2]|[2-9]\d)[ .]?"
    r"(?:\d\d|2[ABab])[ .]?\d{3}[ .]?\d{3}(?:[ .]?\d\d)?(?!\d)"
)
_BIRTH = re.compile(r"\bné(?:e|\(e\))?\s+le\s+\d", re.IGNORECASE)
_BIRTH_BY_NAME = re.compile(  # « Dupont 12/03/1950 »: too old to plan anything
    r"(?:\b[A-ZÀ-Þ][^\W\d_]+|\b[Pp]atiente?\s+[^\W\d_]+)[\s,:(]+"
    r"[0-3]?\d([/.-])[01]?\d\1(?:19\d\d|200\d|201[0-5])(?![\d/])"
)


def refuse_patient_data(*texts: str) -> None:
    """Refuse a text that holds a social security number or a date of birth.

    Raises:
        PatientDataError: One of the texts does.
    """
    if any(map(names_patient, texts)):
        raise PatientDataError


def names_patient(text: str) -> bool:
    """Does a text hold what looks like a patient's identity?"""
    shapes = (_NIR, _BIRTH, _BIRTH_BY_NAME)
    return any(shape.search(text) for shape in shapes)
