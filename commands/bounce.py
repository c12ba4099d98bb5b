"""`tocsin bounce`: mails that came back, as the mail server hands them over."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from acts.receipt import take_receipt
from adapters.returned_mail import read_returned
from commands.acting import perform
from commands.errors import show
from domain.bounce import Returned, ReturnedMail
from domain.errors import PlanError
from domain.receipt import Receipt, ReceiptNote
from domain.receipt_errors import UnknownReceiptError
from domain.sentences import sentence
from domain.typography import typeset
from instance import Instance

app = typer.Typer(help="Les courriels non remis.", no_args_is_help=True)
TRY_AGAIN = 75  # EX_TEMPFAIL: the mail server keeps the mail, and comes back with it
_NOT_A_FAILURE = {
    Returned.DELAYED: "Un retard seulement : le serveur essaie encore. Rien à noter.",
    Returned.AUTOMATIC: "Une réponse automatique, ni refus ni réponse. Rien à noter.",
    Returned.OTHER: "Ce n'est pas un avis de non-remise. Rien à noter.",
}


@app.callback()
def bounce() -> None:
    """Les courriels non remis."""


@app.command()
def read(
    *,
    to: Annotated[
        str,
        typer.Option(
            help="Adresse où il est revenu ; sans elle, lue dans ses en-têtes.",
            metavar="ADRESSE",
        ),
    ] = "",
) -> None:
    """Lit sur l'entrée standard un courriel revenu, et note ce qu'il dit."""
    with _kept_by_the_server():
        mail = read_returned(sys.stdin.buffer.read())
        typer.echo(typeset(_told(mail, to)))


@contextmanager
def _kept_by_the_server() -> Iterator[None]:
    """Have the mail given again, if anything at all was in the way."""
    try:
        yield
    except Exception as error:  # whatever it is: else the mail server would drop it
        show(error)
        raise typer.Exit(TRY_AGAIN) from error


def _told(mail: ReturnedMail, to: str) -> str:
    """Note a failure; say in one sentence what this mail was.

    A stranger's mail is told the same way: an exit code would have it sent back.
    """
    if mail.says is not Returned.FAILED:
        return _NOT_A_FAILURE[mail.says]

    async def work(instance: Instance) -> bool:
        codes = map(instance.returns.code_in, (to, *mail.recipients))
        code = next(filter(None, codes), None)
        if code is None:
            raise UnknownReceiptError
        note = ReceiptNote(
            return_code=code,
            receipt=Receipt.FAILED,
            reason=mail.reason,
            at=instance.database.now(),
        )
        return await take_receipt(instance.database, note)

    try:
        is_new = perform(work)
    except PlanError as refusal:
        return sentence(refusal)
    return f"Noté : non remis ({mail.reason.told})." if is_new else "Déjà noté."
