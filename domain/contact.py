"""Mail addresses and telephone numbers, written one way."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberType
from pydantic import AfterValidator

from domain.wave import Channel

_REGIONS = ("FR", "GP", "MQ", "GF", "RE", "YT", "PM", "NC", "PF", "WF")
"""France, then overseas: `0692…` is valid in La Réunion only."""
_FICTION = ("19900", "26191", "35301", "46571", "53649", "63998")
"""Prefixes that the French numbering plan keeps for works of fiction."""
_MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
_PHONE_DIGITS = 9
_LONGEST_MAIL = 150


def phone(text: str) -> str:
    """Write a number as E.164: `06 39 98 00 12` is `+33639980012`.

    The zero that a spreadsheet lost at the beginning is put back.

    Raises:
        ValueError: No such number; the sentence is in French.
    """
    digits = "".join(text.split())
    if len(digits) == _PHONE_DIGITS and digits.isdecimal() and digits[0] != "0":
        text = f"0{digits}"
    for region in _REGIONS:
        if (number := _parsed(text, region)) and _exists(number):
            return phonenumbers.format_number(
                number, phonenumbers.PhoneNumberFormat.E164
            )
    message = f"numéro de téléphone refusé : « {text} » ; dix chiffres sont attendus"
    raise ValueError(message)


def is_mobile(e164: str) -> bool:
    """May this number, written by `phone`, receive text messages?"""
    if e164.startswith("+3363998"):
        return True
    number = phonenumbers.parse(e164)
    return phonenumbers.number_type(number) in _MOBILE


def number_for(channel: Channel, numbers: Iterable[str | None]) -> str | None:
    """Choose the number that a channel uses: a call takes any, a text a mobile."""
    fit = (n for n in numbers if n and (channel is Channel.CALL or is_mobile(n)))
    return next(fit, None)


@lru_cache(maxsize=512)  # on every page and every mail of a CPTS
def readable(e164: str) -> str:
    """Write a number, kept by `phone`, as people read it: `05 36 49 00 12`."""
    number = phonenumbers.parse(e164)
    shape = phonenumbers.PhoneNumberFormat.NATIONAL
    return phonenumbers.format_number(number, shape)


def mail(text: str) -> str:
    """Write an address one way: its domain in lower case.

    Raises:
        ValueError: No mail server would take it; the sentence is in French.
    """
    try:
        read = validate_email(
            text.strip(), check_deliverability=False, allow_smtputf8=False
        )
    except EmailNotValidError as refused:
        message = f"adresse de courriel refusée : « {text} »"
        raise ValueError(message) from refused
    address = read.ascii_email or ""
    if not text.isascii() or not 0 < len(address) <= _LONGEST_MAIL:
        message = f"adresse de courriel refusée (accent ou longueur) : « {text} »"
        raise ValueError(message)
    return address


def _parsed(text: str, region: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region)
    except NumberParseException:
        return None


def _exists(number: phonenumbers.PhoneNumber) -> bool:
    national = str(number.national_number)
    fiction = len(national) == _PHONE_DIGITS and national.startswith(_FICTION)
    if number.country_code == phonenumbers.country_code_for_region("FR") and fiction:
        return number.extension is None
    return phonenumbers.is_valid_number(number) and number.extension is None


Phone = Annotated[str, AfterValidator(phone)]
"""A telephone number, kept as E.164."""
Mail = Annotated[str, AfterValidator(mail)]
"""A mail address in ASCII."""
