"""What the letters of a review say; the page that they open says the rest."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from domain.calendar import french_date
from domain.notice import Notice, NoticeKind
from domain.review import PlannedStep, ReviewTask, TaskKind
from domain.typography import typeset
from domain.who_answers import Asked

_BUTTON = "Ouvrir ma page"
_ENOUGH = (
    "La page montre ce qui vous est demandé. Si rien n'a changé, un geste suffit : "
    "« Relu, sans changement ». Sinon, écrivez ce qui change."
)
_SILENCE = (
    "Cette demande est restée sans réponse, de vous ou de la personne que vous "
    "remplacez. Elle prend une minute."
)
_CALL = (
    "Appelez chaque autorité de la page, de jour et hors heures ouvrées, puis dites "
    "si quelqu'un a répondu. En crise, c'est à ces numéros que tout commence."
)
_YOURS = (
    "Êtes-vous toujours volontaire en cas de crise ? La page montre ce que nous savons "
    "de vous : confirmez en un geste, ou corrigez."
)
_FREE = "Vous pouvez vous retirer quand vous voulez, sans donner de raison."


_OWED = {
    TaskKind.SECTION: "sections",
    TaskKind.PROFILE: "volontaires",
    TaskKind.AUTHORITY: "autorités",
}
_WHERE = (
    "De qui, depuis quand, et qui prend la suite : la page « Revue du plan » de la "
    "console le dit, ou « tocsin review status »."
)


class Lack(StrEnum):
    """What a review cannot end without, as the coordinator is told."""

    ADOPTION = (
        "Aucune version n'est adoptée depuis l'ouverture de la revue : elle reste "
        "ouverte d'ici là."
    )
    SENDING = (
        "La version adoptée n'est pas partie à l'ARS : envoyez-lui une copie. La revue "
        "reste ouverte d'ici là."
    )


def kind_of(told: Sequence[Asked]) -> NoticeKind:
    """Say which link somebody's one letter holds: it opens all that they are asked."""
    kinds = {asked.task.kind for asked in told}
    if kinds == {TaskKind.PROFILE}:
        return NoticeKind.PROFILE
    return NoticeKind.AUTHORITY if kinds == {TaskKind.AUTHORITY} else NoticeKind.TASK


def asking(kind: NoticeKind, by: date, *, again: bool) -> Notice:
    """Write the letter that asks; `again`: after a silence."""
    day = french_date(by)
    subject, words = {
        NoticeKind.PROFILE: ("Volontaire en cas de crise", (_YOURS, _FREE)),
        NoticeKind.AUTHORITY: (
            "Contacts des autorités à vérifier",
            (_CALL, f"Appelez-les avant le {day}."),
        ),
    }.get(
        kind,
        (
            f"Plan de crise à relire avant le {day}",
            (_ENOUGH, f"Le plan doit être à jour le {day}."),
        ),
    )
    before = (_SILENCE,) if again else ()
    return Notice(
        subject=typeset(f"Rappel : {subject}" if again else subject),
        paragraphs=tuple(map(typeset, (*before, *words))),
        button=_BUTTON,
    )


def to_coordinator(
    due_on: date,
    steps: Sequence[PlannedStep],
    missing: Sequence[ReviewTask],
    lack: Lack | None,
) -> Notice:
    """Write what the coordinator has to do now, and how much is missing."""
    todo = tuple(f"À faire : {step.action}." for step in steps)
    counts = Counter(task.kind for task in missing)
    left = ", ".join(
        f"{label} : {counts[k]}" for k, label in _OWED.items() if counts[k]
    )
    owed = f"Réponses encore attendues : {left or 'aucune'}."
    return Notice(
        subject=typeset(f"Revue du plan : échéance le {french_date(due_on)}"),
        paragraphs=tuple(
            map(typeset, (*todo, *([lack] if lack else []), owed, _WHERE))
        ),
        button=_BUTTON,
    )
