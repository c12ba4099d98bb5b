"""French spacing and apostrophes."""

import re

_NBSP = "\N{NO-BREAK SPACE}"
_BEFORE = re.compile(r" (?=[;:!?»])")
_AFTER = re.compile(r"(?<=«) ")
_APOSTROPHE = re.compile(r"(?<=\w)(?:'|&#39;)(?=\w)")
_HOUR = re.compile(r"(?<=\d) h (?=\d\d)")
_PHONE = re.compile(r"\b\d\d(?: \d\d){4}\b")


def typeset(text: str) -> str:
    """Put non-breaking spaces and curved apostrophes where French wants them.

    Safe on our HTML: its style sheets write no space before a colon or semicolon.
    """
    text = _BEFORE.sub(_NBSP, text)
    text = _AFTER.sub(_NBSP, text)
    text = _APOSTROPHE.sub("\N{RIGHT SINGLE QUOTATION MARK}", text)
    text = _HOUR.sub(f"{_NBSP}h{_NBSP}", text)
    return _PHONE.sub(lambda number: number[0].replace(" ", _NBSP), text)
