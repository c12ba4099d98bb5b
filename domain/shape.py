"""Does a value have the shape that its field wants?"""

from domain.content import Value
from domain.form import ROWS, SectionForm, Shape

_WANTED = {
    Shape.LIST: "une liste est attendue",
    Shape.TABLE: "un tableau est attendu",
}


def unfit(form: SectionForm | None, name: str, value: Value) -> str | None:
    """Say in French why a field may not be written so; None if it may.

    Args:
        form: Of its section; None if the template has no such section.
        name: Of the field, or `lignes`, the one field of a section that is a table.
        value: What would be written.
    """
    if form is None:
        return "section inconnue"
    if form.table:
        return None if name == ROWS else f"cette section s'écrit sous « {ROWS} »"
    field = next((each for each in form.fields if each.name == name), None)
    if field is None:
        return "champ inconnu de cette section"
    if field.known:
        return "ce champ vient de l'annuaire : il ne s'écrit pas"
    if shape_of(value) is field.shape or not value:
        return None
    return _WANTED.get(field.shape, "un texte est attendu")


def shape_of(value: Value) -> Shape:
    """Tell a text, a list of texts and a table apart."""
    if isinstance(value, str):
        return Shape.TEXT
    return Shape.LIST if all(isinstance(each, str) for each in value) else Shape.TABLE


def plain(value: Value) -> str:
    """Write a value as lines of text."""
    if isinstance(value, str):
        return value
    return "\n".join(
        each if isinstance(each, str) else " ; ".join(filter(None, each.values()))
        for each in value
    )
