"""Letters on the wire: one skeleton a wave, cut once, joined again for each person."""

import re
from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from domain.letter import (
    EXERCISE_MARK,
    Letter,
    Letterhead,
    NoticeText,
    TransmissionText,
    WaveText,
)
from domain.notice import LEAVE
from domain.typography import typeset

_HEADERS = (
    ("Auto-Submitted", "auto-generated"),
    ("X-Auto-Response-Suppress", "All"),
    ("Content-Language", "fr"),
)
_SUBTYPES = {
    ".pdf": "pdf",
    ".xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_ASCII = SMTP.clone(cte_type="7bit")
_WIDTH = 75  # of an encoded line, before the « = » of a soft break
_SOFT = "=\r\n"
_CONTINUED = range(0x80, 0xC0)  # bytes within a UTF-8 character
_WORD = 39  # bytes in an encoded word: no header line of ours passes 76
_SIGN = re.compile(r"=..|.")
_SLOT = re.compile("\ue000([a-z_]+)\ue000")  # of private use: no name holds it
_TRAILING = re.compile(r"[ \t]+(?=\n)")
_PLAIN_PHRASE = re.compile(r"[A-Za-z0-9' -]{1,60}")
_UNPRINTABLE = re.compile(
    r"[\x00-\x20\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ue000]+"
)


@dataclass(frozen=True, slots=True)
class Skeleton:
    """A message cut where it changes from one person to the next.

    `pieces` and `slots` alternate: piece, slot, piece, …, piece.
    """

    domain: str
    pieces: tuple[bytes, ...]
    slots: tuple[str, ...]

    def personalise(self, letter: Letter, *, date: datetime) -> bytes:
        """Join the message of one person; no value can run out of its place."""
        name = _printable(letter.name)
        values = {
            "to": _mailbox(name, letter.address),
            "date": _date(date.replace(microsecond=0)),
            "message_id": f"<{letter.delivery_id}@{self.domain}>",
            "name": _quoted(name),
            "leave": f"{letter.link}/{LEAVE}",
            "link": _quoted(letter.link),
            "name_html": _quoted(escape(name)),
            "link_html": _quoted(escape(letter.link)),
        }
        parts = [self.pieces[0]]
        for slot, piece in zip(self.slots, self.pieces[1:], strict=True):
            parts += (values[slot].encode(), piece)
        return b"".join(parts)


class LetterPress:
    """Turns what is to be said into messages.

    Args:
        templates: The folder `plan_templates`.
    """

    def __init__(self, templates: Path) -> None:
        self._layouts = Environment(
            loader=FileSystemLoader(templates / "mails"),
            undefined=StrictUndefined,
            autoescape=select_autoescape(("html.j2",)),
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def skeleton(self, text: WaveText | NoticeText) -> Skeleton:
        """Render one message, which all the recipients of a batch share.

        Raises:
            UnknownPlaceholderError: The plan's text uses what is unknown here.
        """
        plain = self._render("mail.txt", text, _slot("name"), _slot("link"))
        page = self._render("mail.html", text, _slot("name_html"), _slot("link_html"))
        boundary = f"=_{sha256((plain + page).encode()).hexdigest()[:24]}"
        whole = "".join(
            (
                *_opening(text, self._render("subject.txt", text), boundary),
                *_part(boundary, "plain", plain),
                *_part(boundary, "html", page),
                f"--{boundary}--\r\n",
            )
        )
        pieces = _SLOT.split(whole)
        return Skeleton(
            domain=text.domain,
            pieces=tuple(piece.encode() for piece in pieces[::2]),
            slots=tuple(pieces[1::2]),
        )

    def transmission_message(
        self,
        text: TransmissionText,
        letter: Letter,
        *,
        date: datetime,
        attached: Iterable[tuple[str, bytes]] = (),
    ) -> bytes:
        """Write a mail about one document; `attached`: files by name."""
        name = _printable(letter.name)
        mail = EmailMessage(policy=_ASCII)
        mail["From"] = Address(_printable(text.cpts_name), addr_spec=text.sender)
        mail["To"] = Address(name, addr_spec=letter.address)
        mail["Reply-To"] = Address(
            _printable(text.coordinator), addr_spec=text.reply_to
        )
        mail["Subject"] = self._render("subject.txt", text)
        mail["Date"] = date
        mail["Message-ID"] = f"<{letter.delivery_id}@{text.domain}>"
        for header, value in _HEADERS:
            mail[header] = value
        plain = self._render("mail.txt", text, name, letter.link)
        page = self._render("mail.html", text, name, letter.link)
        mail.set_content(plain, cte="quoted-printable")
        mail.add_alternative(page, subtype="html", cte="quoted-printable")
        for filename, content in attached:
            mail.add_attachment(
                content,
                maintype="application",
                subtype=_SUBTYPES[Path(filename).suffix],
                filename=_printable(filename),
            )
        return mail.as_bytes()

    def _render(
        self,
        part: str,
        text: WaveText | TransmissionText | NoticeText,
        name: str = "",
        link: str = "",
    ) -> str:
        """Render one part with the words of this kind of mail.

        The mark of exercises is put on here, by the last layer before the provider.
        """
        rendered = self._layouts.get_template(f"{part}.j2").render(
            text=text,
            layout="notice" if isinstance(text, NoticeText) else text.kind.value,
            sentence=text.sentence() if isinstance(text, WaveText) else "",
            name=name,
            link=link,
            mark=EXERCISE_MARK if text.exercise else "",
        )
        return _TRAILING.sub("", typeset(rendered))


@lru_cache(maxsize=2)
def _date(second: datetime) -> str:
    return format_datetime(second)


def _slot(name: str) -> str:
    return f"\ue000{name}\ue000"


def _printable(text: str) -> str:
    """Keep what can be shown on one line: no line end, no change of direction."""
    return _UNPRINTABLE.sub(" ", text).strip()


def _opening(text: Letterhead, subject: str, boundary: str) -> Iterator[str]:
    yield f"From: {_mailbox(_printable(text.cpts_name), text.sender)}\r\n"
    yield f"To: {_slot('to')}\r\n"
    yield f"Reply-To: {_mailbox(_printable(text.coordinator), text.reply_to)}\r\n"
    yield f"Subject: {_phrase(_printable(subject))}\r\n"
    yield f"Date: {_slot('date')}\r\n"
    yield f"Message-ID: {_slot('message_id')}\r\n"
    for header, value in _HEADERS:
        yield f"{header}: {value}\r\n"
    if isinstance(text, NoticeText) and text.may_be_left:
        yield f"List-Unsubscribe: <{_slot('leave')}>\r\n"
        yield "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
    yield "MIME-Version: 1.0\r\n"
    yield f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n'


def _part(boundary: str, subtype: str, text: str) -> Iterator[str]:
    """Yield one part; each slot has a line of its own between two soft breaks."""
    yield f"--{boundary}\r\n"
    yield f"Content-Type: text/{subtype}; charset=utf-8\r\n"
    yield "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    for place, piece in enumerate(_SLOT.split(text)):
        if place % 2:
            yield f"{_SOFT}{_slot(piece)}{_SOFT}"
        else:
            yield "\r\n".join(map(_quoted, piece.split("\n")))
    yield "\r\n"


def _quoted(line: str) -> str:
    """Encode one line as quoted-printable, in lines of `_WIDTH` and soft breaks."""
    quoted = b2a_qp(line.encode(), istext=False).decode()
    if len(quoted) <= _WIDTH:
        return quoted
    lines = [""]
    for sign in _SIGN.findall(quoted.replace("=\n", "")):
        if len(lines[-1]) + len(sign) > _WIDTH:
            lines.append("")
        lines[-1] += sign
    return _SOFT.join(lines)


def _mailbox(name: str, address: str) -> str:
    """Write a name and an address, the name on lines of its own if it is encoded."""
    phrase = _phrase(name)
    gap = " " if phrase == name else "\r\n "
    return f"{phrase}{gap}<{address}>"


def _phrase(text: str) -> str:
    """Write a header's text, as encoded words (RFC 2047) unless it is quite plain."""
    if _PLAIN_PHRASE.fullmatch(text):
        return text
    words = (
        f"=?utf-8?b?{b64encode(chunk).decode()}?=" for chunk in _chunks(text.encode())
    )
    return "\r\n ".join(words)


def _chunks(data: bytes) -> Iterator[bytes]:
    """Cut UTF-8 bytes in pieces that hold whole characters."""
    start = 0
    while start < len(data):
        end = min(start + _WORD, len(data))
        while end < len(data) and data[end] in _CONTINUED:
            end -= 1
        yield data[start:end]
        start = end
