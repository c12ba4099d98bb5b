"""What the coordinator is told once, when something happened that nobody typed in."""

from datetime import date

from domain.calendar import french_date
from domain.knobs import ArsReview
from domain.notice import Notice
from domain.typography import typeset

_CONSEQUENCES = {
    ArsReview.OPINION: (
        "Son avis ne bloque rien : le bureau peut adopter cette version quand il veut."
    ),
    ArsReview.VALIDATION: (
        "Votre contrat attend sa validation : appelez-la. Sans son accord, le bureau "
        "ne peut pas adopter cette version."
    ),
    ArsReview.TACIT: (
        "Son silence vaut accord dans votre contrat : le bureau peut adopter cette "
        "version quand il veut."
    ),
}


def silence(number: int, until: date, mode: ArsReview) -> Notice:
    """Say that the ARS let its time pass, and what it means (doubt D10)."""
    return _letter(
        f"Plan, version {number} : l'ARS n'a pas répondu",
        f"L'ARS avait jusqu'au {french_date(until)} pour donner son avis sur la "
        f"version {number} du plan. Son silence est noté au registre ; un avis qui "
        "viendrait plus tard s'inscrit comme un autre.",
        _CONSEQUENCES[mode],
        "Tocsin n'adopte jamais rien à la place du bureau.",
    )


def new_template(cpts_id: str, template_id: str, title: str) -> Notice:
    """Say that a newer template than the one of the plan is there."""
    return _letter(
        "Un nouveau modèle de plan est disponible",
        f"{title} : ce modèle est plus récent que celui que suit votre plan. Les "
        "sections concernées sont à relire dans la revue du plan.",
        "Rien ne change tout seul. Pour passer à ce modèle : « tocsin plan upgrade "
        f"{cpts_id} --template {template_id} ». Ce que vous avez écrit est gardé ; ce "
        "qui diffère des deux côtés vous est montré, et se tranche point par point.",
    )


def _letter(subject: str, *paragraphs: str) -> Notice:
    said = tuple(map(typeset, paragraphs))
    return Notice(subject=typeset(subject), paragraphs=said)
