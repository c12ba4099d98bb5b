"""Letters that are prefilled, and definitions that are printed under totals."""

from pydantic import Field

from domain.sheet import Code, FieldName, Sheet, Text


class LetterSheet(Sheet):
    """A letter to an authority, its {placeholders} to be filled in."""

    code: FieldName
    subject: Text = Field(alias="objet")
    body: Text = Field(alias="corps")
    when: Text = Field(alias="quand")
    recipients: tuple[Code, ...] = Field(alias="destinataires", min_length=1)


class Definition(Sheet):
    """What a total counts, printed under it."""

    code: FieldName
    text: Text = Field(alias="texte")
