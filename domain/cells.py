"""What the cells of a roster may say, as people write them.

Each function raises `ValueError` with a French sentence when a cell makes no sense.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import TypeVar

from domain.contact import is_mobile, phone
from domain.folding import folded, nearest, tidy
from domain.person import Absence, CrisisType, Link, Status

T = TypeVar("T")
RPPS_DIGITS = 11
ADELI_DIGITS = 9
LONGEST_NAME = 60
PERIODS = "|"  # between the absences of one cell

_YES = frozenset({"oui", "o", "x", "1", "vrai", "true", "yes"})
_NO = frozenset({"non", "n", "0", "faux", "false", "no"})
_LINKS = {link.value.casefold(): link for link in Link} | {"membre": Link.MEMBER}
_STATUSES = {status.value.casefold(): status for status in Status}
_BETWEEN = re.compile(r"[,;/|+\n]")
_FORMULA = "=+-@"  # a spreadsheet would run what begins so
_DAY = re.compile(r"(\d\d?)[/.-](\d\d?)[/.-](?:20)?(\d\d)")
_TYPES = {
    folded(name): kind.value
    for number, kind in enumerate(CrisisType, start=1)
    for name in (kind.value, str(number), f"type {number}")
}


def link(text: str) -> Link:
    """« volontaire », « adhérente », or yes and no to « Volontaire ? »."""
    if not text.strip():
        return Link.MEMBER
    if folded(text) in _YES:
        return Link.VOLUNTEER
    if folded(text) in _NO:
        return Link.MEMBER
    return _by_first_word(text, _LINKS, "TERRITOIRE, ADHERENT ou VOLONTAIRE")


def status(text: str) -> Status:
    """« libérale », « salarié(e) », « Remplaçante »."""
    if not text.strip():
        return Status.SELF_EMPLOYED
    return _by_first_word(text, _STATUSES, ", ".join(Status))


def _by_first_word(text: str, known: Mapping[str, T], expected: str) -> T:
    first, *_ = folded(text).split() or [""]
    for word, meaning in known.items():
        if first.startswith(word):
            return meaning
    message = f"valeur inconnue ; écrivez {expected}"
    raise ValueError(message)


def yes(text: str) -> bool:
    """« oui », « x »; nothing is no."""
    return yes_or_no(text) is True


def yes_or_no(text: str) -> bool | None:
    """« oui », « non », or nothing."""
    word = folded(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    if not word:
        return None
    message = "écrivez oui ou non"
    raise ValueError(message)


def second_phone(text: str) -> str | None:
    """Another number, mobile or not."""
    return phone(tidy(text)) if text.strip() else None


def listed(text: str) -> tuple[str, ...]:
    """The parts of a cell that holds several, each once."""
    parts = (tidy(part) for part in _BETWEEN.split(text))
    return tuple(dict.fromkeys(part for part in parts if part))


def codes(text: str, known: Mapping[str, str], what: str) -> tuple[str, ...]:
    """The codes that a cell names.

    Args:
        text: The cell.
        known: Codes by folded name.
        what: What to say of a name that is not there: « compétence inconnue ».
    """
    found: list[str] = []
    for part in listed(text):
        code = known.get(folded(part))
        if code is None:
            close = nearest(part, known)
            advice = f" ; peut-être {known[close]}" if close else ""
            message = f"{what} : « {part} »{advice}"
            raise ValueError(message)
        found.append(code)
    return tuple(dict.fromkeys(found))


def crisis_types(text: str) -> tuple[str, ...]:
    """Types of crisis by number or code; all of them is nothing said."""
    if folded(text) in {"tous", "tout", "toutes"}:
        return ()
    found = codes(text, _TYPES, "type de crise inconnu")
    return () if len(found) == len(CrisisType) else found


def day(text: str) -> date:
    """A day: 2026-12-20, 20/12/2026, or the midnight that a spreadsheet adds."""
    first, *_ = text.split() or [""]
    french = _DAY.fullmatch(first)
    try:
        if french is None:
            return date.fromisoformat(first)
        return date(2000 + int(french[3]), int(french[2]), int(french[1]))
    except ValueError as failed:
        message = f"date illisible : « {tidy(text)} » ; écrivez 20/12/2026"
        raise ValueError(message) from failed


def absences(first: str, last: str, locums: str, mobiles: str) -> tuple[Absence, ...]:
    """The absences of a person, from four cells that hold one each, or several."""
    starts, ends = _periods(first), _periods(last)
    if len(starts) != len(ends):
        message = "une absence a deux dates : « Absent du » et « Absent au »"
        raise ValueError(message)
    names = _as_many(_periods(locums), len(starts))
    numbers = _as_many(_periods(mobiles), len(starts))
    return tuple(
        _absence(*each) for each in zip(starts, ends, names, numbers, strict=True)
    )


def _periods(text: str) -> tuple[str, ...]:
    if not text.strip():
        return ()
    return tuple(tidy(part) for part in text.split(PERIODS))


def _as_many(parts: tuple[str, ...], number: int) -> tuple[str, ...]:
    if len(parts) > number:
        message = "un remplaçant est donné sans les dates de l'absence"
        raise ValueError(message)
    return parts + ("",) * (number - len(parts))


def _absence(start: str, end: str, name: str, number: str) -> Absence:
    first_on, last_on = day(start), day(end)
    if last_on < first_on:
        message = "l'absence finit avant de commencer"
        raise ValueError(message)
    mobile = phone(number) if number else None
    if mobile and not is_mobile(mobile):
        message = f"le numéro du remplaçant n'est pas un mobile : « {number} »"
        raise ValueError(message)
    return Absence(first_on, last_on, proper_name(name) if name else None, mobile)


def proper_name(text: str) -> str:
    """A name that can be said."""
    name = tidy(text)
    if not any(c.isalpha() for c in name):
        message = "absent"
        raise ValueError(message)
    if len(name) > LONGEST_NAME or not name.isprintable() or name[0] in _FORMULA:
        message = f"illisible ou de plus de {LONGEST_NAME} caractères"
        raise ValueError(message)
    return name


def luhn(digits: str) -> bool:
    """Is the last digit the control that the others ask for?"""
    doubled = (int(d) * (1 + rank % 2) for rank, d in enumerate(reversed(digits)))
    return sum(sum(divmod(number, 10)) for number in doubled) % 10 == 0


def by_name(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Codes by folded code and folded name; a name given twice names nothing."""
    found: dict[str, str] = {}
    twice: set[str] = set()
    for code, name in pairs:
        if found.setdefault(folded(name), code) != code:
            twice.add(folded(name))
        found[folded(code)] = code
    return {name: code for name, code in found.items() if name not in twice}
