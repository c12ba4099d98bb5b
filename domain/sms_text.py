"""How a text message leaves: what it takes, and what its alphabet cannot carry.

Source: docs/sources.md#messages
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from domain.gsm7 import ONE_MESSAGE, outside_gsm7, septets, spelled
from domain.message import Message, Variable, cut_at_word, placeholders

_PART = 153  # septets of a segment among several
_UNKNOWN = "x"  # stands in for a value that nobody knows yet, at its longest


@dataclass(frozen=True, slots=True)
class TextCheck:
    """One message as it would leave by text."""

    code: str
    septets: int
    replaced: tuple[tuple[str, str], ...]  # a character that it cannot carry, the safe

    @property
    def segments(self) -> int:
        """How many text messages it takes, and costs."""
        if self.septets <= ONE_MESSAGE:
            return 1
        return -(-self.septets // _PART)


def check_text(code: str, text: str) -> TextCheck:
    """Count a text as it leaves: in safe spelling, else a character doubles its price.

    Left as it is, one character outside the alphabet makes every segment of 70.
    """
    safe = spelled(text)
    replaced = tuple((each, spelled(each)) for each in outside_gsm7(text))
    return TextCheck(code, septets(safe), replaced)


def check_texts(
    messages: Sequence[Message],
    variables: Sequence[Variable],
    known: Mapping[str, str],
    prefix: str = "",
) -> Iterator[TextCheck]:
    """Check messages with what is known of an order; the rest at its longest.

    Args:
        messages: Those that would leave.
        variables: Of the template.
        known: Values by variable: the real link too, which is never cut.
        prefix: Of an exercise; empty otherwise.
    """
    rooms = {each.code: each.longest for each in variables}
    for message in messages:
        text = message.text
        for name in placeholders(text):
            room = rooms.get(name, 0)
            value = known.get(name, _UNKNOWN * room)
            cut = value if name == "lien" else cut_at_word(value, room)
            text = text.replace(f"{{{name}}}", cut)
        yield check_text(message.code, f"{prefix}{text}")
