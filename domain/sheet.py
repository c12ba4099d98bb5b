"""The base of what is read from files: frozen, French keys, nothing unknown."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

_NOTHING = frozenset({"", "null", "~"})

Code = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=40)]
"""A reference code: `INFIRMIER`, `V2`, `ARS_DD`."""
FieldName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
"""The name of a field, an indicator, a letter: `creneaux_ouverts`."""
Text = Annotated[str, Field(min_length=1, max_length=2000)]
"""A French text that says something."""


def _yes_or_no(value: object) -> object:
    said = {"oui": True, "non": False}
    return said.get(value, value) if isinstance(value, str) else value


YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]
"""« oui » or « non »."""


class Sheet(BaseModel):
    """A frozen record whose file keys are French and whose unknown keys are refused.

    It is read from a file or from the JSON it wrote: both hold the French keys.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        serialize_by_alias=True,
        hide_input_in_errors=True,  # logs hold ids only
    )

    @field_validator("*", mode="before")
    @classmethod
    def _say_nothing_by_leaving_out(cls, value: object) -> object:
        """Refuse `key: null`, which a file of strings reads as the word « null »."""
        if isinstance(value, str) and value.strip() in _NOTHING:
            message = "valeur vide : donnez-en une, ou retirez la clé"
            raise ValueError(message)
        return value


class Coded(Sheet):
    """A record named by its code; files write `CODE: {…}`."""

    code: Code


class Labelled(Coded):
    """A code and what it means; files may write `CODE: "label"`."""

    label: Text = Field(alias="libelle")


class Pair(Sheet):
    """A code and a number; files write `CODE: 4`."""

    code: Code
    count: int = Field(alias="nombre", ge=1)


def _listed(field: str) -> BeforeValidator:
    """Turn `{CODE: value}` into a list of records; leave a list as it is.

    Args:
        field: The key that receives a value which is not a mapping itself.
    """

    def listed(value: object) -> object:
        if not isinstance(value, Mapping):
            return value
        return [
            {**(said if isinstance(said, Mapping) else {field: said}), "code": code}
            for code, said in value.items()
        ]

    return BeforeValidator(listed)


by_code = _listed("libelle")
"""`{CODE: {…}}` or `{CODE: "label"}`."""
by_count = _listed("nombre")
"""`{CODE: 4}`."""
by_text = _listed("texte")
"""`CODE: "text"`."""
