"""The sentences of `domain/contact_errors.py`."""

from collections.abc import Mapping

SENTENCES: Mapping[str, str] = {
    "CONTACT_ABSENT": (
        "L'annuaire n'a pas cette coordonnée de la personne ; rien n'est vérifié. "
        "Inscrivez-la d'abord."
    ),
}
