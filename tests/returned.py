"""Mails that come back, as servers write them; addresses and hosts are invented."""

from textwrap import dedent

TO = "alerte+0123456789abcdef@val.example"


def _mail(text: str, to: str) -> bytes:
    return dedent(text).lstrip().replace("{to}", to).replace("\n", "\r\n").encode()


def report(
    status: str, diagnostic: str = "", action: str = "failed", to: str = TO
) -> bytes:
    """Give a report as Postfix writes them (RFC 3464)."""
    said = f"smtp; {diagnostic}" if diagnostic else "smtp; no"
    return _mail(
        f"""\
        Return-Path: <>
        From: MAILER-DAEMON@relay.example (Mail Delivery System)
        Subject: Undelivered Mail Returned to Sender
        To: {{to}}
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status;
        \tboundary="A/relay.example"

        --A/relay.example
        Content-Description: Notification
        Content-Type: text/plain; charset=us-ascii

        This is the mail system at host relay.example.

        --A/relay.example
        Content-Description: Delivery report
        Content-Type: message/delivery-status

        Reporting-MTA: dns; relay.example
        X-Postfix-Sender: rfc822; {{to}}
        Arrival-Date: Sun, 22 Nov 2026 22:00:00 +0100 (CET)

        Final-Recipient: rfc822; p1@val.example
        Original-Recipient: rfc822;p1@val.example
        Action: {action}
        Status: {status}
        Remote-MTA: dns; mx.val.example
        Diagnostic-Code: {said}

        --A/relay.example
        Content-Description: Undelivered Message
        Content-Type: message/rfc822

        From: alerte@val.example
        To: p1@val.example
        Subject: Alerte

        Corps
        --A/relay.example--
        """,
        to,
    )


QMAIL = _mail(
    """\
    Return-Path: <>
    From: MAILER-DAEMON@mx.example
    To: {to}
    Subject: failure notice

    Hi. This is the qmail-send program at mx.example.
    <p1@val.example>:
    Sorry, no mailbox here by that name. (#5.1.1)
    """,
    TO,
)
EXIM = _mail(
    """\
    Return-Path: <>
    X-Failed-Recipients: p1@val.example
    Auto-Submitted: auto-replied
    From: Mail Delivery System <system@mx.example>
    To: {to}
    Subject: Mail delivery failed: returning message to sender

    A message that you sent could not be delivered.
    """,
    TO,
)
ABSENCE = _mail(
    """\
    Return-Path: <>
    Auto-Submitted: auto-replied (vacation)
    From: =?utf-8?q?Camille_Fictif?= <p1@val.example>
    To: {to}
    Subject: Absence du bureau

    Je suis absent jusqu'au 30 novembre.
    """,
    TO,
)
OLD_ABSENCE = _mail(
    """\
    X-Autoreply: yes
    From: p1@val.example
    To: {to}
    Subject: Absent

    Absent.
    """,
    TO,
)
READ_RECEIPT = _mail(
    """\
    From: p1@val.example
    To: {to}
    Subject: Lu
    MIME-Version: 1.0
    Content-Type: multipart/report; report-type=disposition-notification;
     boundary=B

    --B
    Content-Type: text/plain

    Lu.
    --B
    Content-Type: message/disposition-notification

    Disposition: manual-action/MDN-sent-manually; displayed

    --B--
    """,
    TO,
)
PERSON = _mail(
    """\
    From: Camille Fictif <p1@val.example>
    To: {to}
    Subject: Re: Alerte

    Je viens.
    """,
    TO,
)
