"""A CPTS as its own file describes it: territory, contacts, holders of roles."""

from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, model_validator

from domain.contact import Mail, Phone
from domain.folding import folded
from domain.knobs import Knobs
from domain.message import InGsm7
from domain.order_errors import UnknownZoneError
from domain.partner import Partner
from domain.sheet import Code, Coded, Sheet, Text, YesNo, by_code
from domain.structure import Day, Structure

CptsId = Annotated[str, Field(pattern=r"^[a-z0-9-]{2,40}$")]
Name = Annotated[str, Field(min_length=1, max_length=120)]
ShortName = Annotated[str, Field(min_length=1, max_length=18), InGsm7]
ZoneName = Annotated[str, Field(min_length=1, max_length=40)]
MAIN_AUTHORITY = "ARS_DD"
TWO_PEOPLE = ("PILOTAGE", "SECRETARIAT")


class SizeClass(StrEnum):
    """The size of a CPTS in the national agreement."""

    T1 = "T1"
    T2 = "T2"
    T3 = "T3"
    T4 = "T4"


class RoleCode(StrEnum):
    """The roles that somebody holds, in any template (Source: docs/sources.md#roles).

    VOLONTAIRE and TOUS_MEMBRES are groups: nobody holds them.
    """

    DECISION = "DECISION"
    REFERENT_SSE = "REFERENT_SSE"
    PILOTAGE = "PILOTAGE"
    ORGA_MEDICALE = "ORGA_MEDICALE"
    ORGA_PARAMEDICALE = "ORGA_PARAMEDICALE"
    ORGA_PHARMACIE = "ORGA_PHARMACIE"
    COMMUNICATION = "COMMUNICATION"
    SUPPORT_LOGISTIQUE = "SUPPORT_LOGISTIQUE"
    SECRETARIAT = "SECRETARIAT"
    REFERENT_ZONE = "REFERENT_ZONE"


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
    """Where an authority is written to and called back, by day and out of hours."""

    code: Code
    out_of_hours: Phone | None = Field(default=None, alias="hors_heures")


class RoleHolders(Coded):
    """Who holds a role, and who replaces them: an RPPS or a mail of the roster."""

    code: RoleCode
    holder: Text = Field(alias="titulaire")
    deputy: Text | None = Field(default=None, alias="suppleant")

    @model_validator(mode="after")
    def _two_people(self) -> Self:
        if self.deputy and folded(self.deputy) == folded(self.holder):
            message = "« suppleant » doit être une autre personne que « titulaire »"
            raise ValueError(message)
        return self


class CellRoom(Sheet):
    """Where the crisis cell meets: two buildings, and a room on line."""

    main: Text = Field(alias="lieu_principal")
    fallback: Text = Field(alias="lieu_repli")
    online: Text | None = Field(default=None, alias="salle_virtuelle")

    @model_validator(mode="after")
    def _two_places(self) -> Self:
        if folded(self.main) == folded(self.fallback):
            message = (
                "« lieu_repli » doit être un autre bâtiment que « lieu_principal »"
            )
            raise ValueError(message)
        return self


class Cpts(Sheet):
    """One CPTS: a tenant."""

    cpts_id: CptsId
    name: Name = Field(alias="nom")
    short_name: ShortName = Field(alias="nom_court")
    fictitious: YesNo = Field(alias="fictif")
    time_zone: Annotated[str, AfterValidator(_time_zone)] = Field(alias="fuseau")
    population: int = Field(alias="population_contractuelle", ge=1)
    size: SizeClass = Field(alias="taille_contractuelle")
    legal_form: Text | None = Field(default=None, alias="forme_juridique")
    contract_on: Day | None = Field(default=None, alias="date_contrat_aci")
    anniversary_on: Day | None = Field(default=None, alias="date_anniversaire")
    mission_4_on: Day | None = Field(default=None, alias="date_debut_mission_4")
    knobs: Knobs = Field(default_factory=Knobs, alias="reglages")
    same_person: YesNo = Field(default=False, alias="reconnaissance_entre_cpts")
    region: Code | None = None  # whose layer completes the national template
    local_risks: tuple[Text, ...] = Field(default=(), alias="risques_locaux")
    cell_room: CellRoom | None = Field(default=None, alias="cellule")
    rest_hours: int = Field(default=11, ge=0, le=48, alias="repos_entre_postes")
    zones: tuple[ZoneName, ...] = Field(min_length=1)
    communes: tuple[Commune, ...] = Field(min_length=1)
    coordinator: Contact = Field(alias="coordinateur")
    authorities: tuple[AuthorityContact, ...] = Field(alias="autorites", min_length=1)
    roles: Annotated[tuple[RoleHolders, ...], by_code]
    bureau: tuple[Text, ...] = ()  # in the order they are called: RPPS or mail
    structures: Annotated[tuple[Structure, ...], by_code] = ()
    partners: Annotated[tuple[Partner, ...], by_code] = Field(
        default=(), alias="partenaires"
    )

    @property
    def ars_contact(self) -> AuthorityContact:
        """The délégation départementale of the ARS, which receives the reports."""
        return next(a for a in self.authorities if a.code == MAIN_AUTHORITY)

    def contact(self, code: str) -> AuthorityContact | Partner | None:
        """Whom a document goes to: an authority, a partner, a place of care."""
        known: dict[str, AuthorityContact | Partner]
        known = {partner.code: partner for partner in self.every_partner}
        known |= {authority.code: authority for authority in self.authorities}
        return known.get(code)

    @property
    def rest(self) -> timedelta:
        """How long people rest between two posts (Source: docs/sources.md#rest)."""
        return timedelta(hours=self.rest_hours)

    @property
    def zone_info(self) -> ZoneInfo:
        """The time zone in which hours are shown."""
        return ZoneInfo(self.time_zone)

    def role(self, code: str) -> RoleHolders | None:
        """Who holds this role, if the file says so."""
        return next((role for role in self.roles if role.code == code), None)

    def check_zones(self, zones: Iterable[str]) -> None:
        """Refuse a zone that is not one of its own.

        Raises:
            UnknownZoneError: The CPTS has no such zone.
        """
        for zone in zones:
            if zone not in self.zones:
                raise UnknownZoneError(zone=zone, zones=", ".join(self.zones))

    @model_validator(mode="after")
    def _says_each_once(self) -> Self:
        lists: dict[str, list[str]] = {
            "zones": [folded(zone) for zone in self.zones],
            "communes": [commune.code for commune in self.communes],
            "autorites": [authority.code for authority in self.authorities],
            "roles": [role.code for role in self.roles],
            "bureau": [folded(member) for member in self.bureau],
            "structures": [place.code for place in self.structures],
            "partenaires": [each.code for each in (*self.structures, *self.partners)],
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

    @model_validator(mode="after")
    def _structures_lie_on_its_territory(self) -> Self:
        communes = {commune.code for commune in self.communes}
        for place in self.structures:
            if place.commune not in communes:
                said = f"{place.code} est dans une commune absente de « communes »"
                message = f"« structures » : {said} : {place.commune}"
                raise ValueError(message)
            if place.zone and place.zone not in self.zones:
                said = f"{place.code} est dans une zone absente de « zones »"
                message = f"« structures » : {said} : {place.zone}"
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _partners_lie_in_its_zones(self) -> Self:
        for partner in self.partners:
            if partner.zone and partner.zone not in self.zones:
                said = f"{partner.code} est dans une zone absente de « zones »"
                message = f"« partenaires » : {said} : {partner.zone}"
                raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _dates_follow(self) -> Self:
        signed, mission = self.contract_on, self.mission_4_on
        if signed and mission and mission < signed:
            message = "« date_debut_mission_4 » vient avant « date_contrat_aci »"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _leads_and_writes_with_two_people(self) -> Self:
        lead, writer = (self.role(code) for code in TWO_PEOPLE)
        if lead and writer and folded(lead.holder) == folded(writer.holder):
            message = "PILOTAGE et SECRETARIAT doivent être deux personnes différentes"
            raise ValueError(message)
        return self

    @property
    def every_partner(self) -> tuple[Partner, ...]:
        """Its partners, and the places of care that are partners too."""
        places = (Partner.of_place(p, self.zone_of(p)) for p in self.structures)
        return (*filter(None, places), *self.partners)

    def zone_of(self, place: Structure) -> str:
        """The zone of a place: its own, else its commune's."""
        zones = {commune.code: commune.zone for commune in self.communes}
        return place.zone or zones[place.commune]
