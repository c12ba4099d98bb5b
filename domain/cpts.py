"""A CPTS as its own file describes it: territory, contacts, holders of roles."""

from enum import StrEnum
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from domain.contact import Mail, Phone
from domain.folding import folded
from domain.message import InGsm7
from domain.sheet import Code, Coded, Sheet, Text, by_code

CptsId = Annotated[str, Field(pattern=r"^[a-z0-9-]{2,40}$")]
Name = Annotated[str, Field(min_length=1, max_length=120)]
ShortName = Annotated[str, Field(min_length=1, max_length=18), InGsm7]
ZoneName = Annotated[str, Field(min_length=1, max_length=40)]
MAIN_AUTHORITY = "ARS_DD"


class SizeClass(StrEnum):
    """The size of a CPTS in the national agreement."""

    T1 = "T1"
    T2 = "T2"
    T3 = "T3"
    T4 = "T4"


def _yes_or_no(value: object) -> object:
    return (
        {"oui": True, "non": False}.get(value, value)
        if isinstance(value, str)
        else value
    )


def _time_zone(name: str) -> str:
    """Refuse what is no time zone.

    Raises:
        ValueError: No such zone; the sentence is in French.
    """
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        message = f"fuseau inconnu : « {name} » ; écrivez par exemple Europe/Paris"
        raise ValueError(message) from unknown
    return name


class Commune(Sheet):
    """A commune of the territory, by its five-character code."""

    code: Annotated[str, Field(pattern=r"^(\d{2}|2[AB])\d{3}$")]
    name: Text = Field(alias="nom")
    zone: ZoneName


class Contact(Sheet):
    """Somebody to write to and to call."""

    name: Name = Field(alias="nom")
    email: Mail = Field(alias="courriel")
    phone: Phone = Field(alias="telephone")


class AuthorityContact(Contact):
    """Where an authority is written to and called back."""

    code: Code


class RoleHolders(Coded):
    """Who holds a role, and who replaces them: an RPPS or a mail of the roster."""

    holder: Text = Field(alias="titulaire")
    deputy: Text | None = Field(default=None, alias="suppleant")

    @model_validator(mode="after")
    def _two_people(self) -> Self:
        if self.deputy and folded(self.deputy) == folded(self.holder):
            message = "« suppleant » doit être une autre personne que « titulaire »"
            raise ValueError(message)
        return self


class Cpts(Sheet):
    """One CPTS: a tenant."""

    cpts_id: CptsId
    name: Name = Field(alias="nom")
    short_name: ShortName = Field(alias="nom_court")
    fictitious: Annotated[bool, BeforeValidator(_yes_or_no)] = Field(alias="fictif")
    time_zone: Annotated[str, AfterValidator(_time_zone)] = Field(alias="fuseau")
    population: int = Field(alias="population_contractuelle", ge=1)
    size: SizeClass = Field(alias="taille_contractuelle")
    zones: tuple[ZoneName, ...] = Field(min_length=1)
    communes: tuple[Commune, ...] = Field(min_length=1)
    coordinator: Contact = Field(alias="coordinateur")
    authorities: tuple[AuthorityContact, ...] = Field(alias="autorites", min_length=1)
    roles: Annotated[tuple[RoleHolders, ...], by_code]

    @property
    def ars_contact(self) -> AuthorityContact:
        """The délégation départementale of the ARS, which receives the reports."""
        return next(a for a in self.authorities if a.code == MAIN_AUTHORITY)

    @property
    def zone_info(self) -> ZoneInfo:
        """The time zone in which hours are shown."""
        return ZoneInfo(self.time_zone)

    def role(self, code: str) -> RoleHolders | None:
        """Who holds this role, if the file says so."""
        return next((role for role in self.roles if role.code == code), None)

    @model_validator(mode="after")
    def _says_each_once(self) -> Self:
        lists = {
            "zones": [folded(zone) for zone in self.zones],
            "communes": [commune.code for commune in self.communes],
            "autorites": [authority.code for authority in self.authorities],
            "roles": [role.code for role in self.roles],
        }
        for key, codes in lists.items():
            if twice := next((c for c in codes if codes.count(c) > 1), None):
                message = f"« {key} » : {twice} est donné deux fois"
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _names_its_ars(self) -> Self:
        if all(a.code != MAIN_AUTHORITY for a in self.authorities):
            message = (
                f"« autorites » doit nommer {MAIN_AUTHORITY}, qui reçoit les bilans"
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _communes_lie_in_its_zones(self) -> Self:
        for commune in self.communes:
            if commune.zone not in self.zones:
                message = (
                    f"« communes » : {commune.code} est dans une zone absente de "
                    f"« zones » : {commune.zone}"
                )
                raise ValueError(message)
        return self
