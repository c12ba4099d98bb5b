"""French spacing and apostrophes."""

import re

_NBSP = "\N{NO-BREAK SPACE}"
# each begins with what is seldom met: a page is gone through in microseconds
_BEFORE = re.compile(r" (?=[;:!?»%€])")
_APOSTROPHE = re.compile(r"'(?<=\w')(?=\w)|&#39;(?<=\w&#39;)(?=\w)")
_HOUR = re.compile(r" h (?<=\d h )(?=\d\d)")
_PHONE = re.compile(r"0(?<!\d0)\d(?: \d\d){4}\b")


def typeset(text: str) -> str:
    """Put non-breaking spaces and curved apostrophes where French wants them.

    Safe on our HTML: its style sheets write no space before a colon or semicolon.
    """
    text = _BEFORE.sub(_NBSP, text)
    text = text.replace("« ", f"«{_NBSP}").replace("n° ", f"n°{_NBSP}")
    text = _APOSTROPHE.sub("\N{RIGHT SINGLE QUOTATION MARK}", text)
    text = _HOUR.sub(f"{_NBSP}h{_NBSP}", text)
    return _PHONE.sub(lambda number: number[0].replace(" ", _NBSP), text)
