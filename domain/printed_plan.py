"""What is printed of one version of a plan: ready to read, whatever the format.

PDF, cards, HTML and Word print the same model. Texts are French; `None` and an empty
tuple print as « à compléter » where the plan should say something.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, Field

from domain.plan_version import VersionStatus
from domain.printed import Count, Printed, Sha256
from domain.report import Seal

LONGEST_ADDRESSEE = 80  # signs that a footer holds
Addressee = Annotated[str, Field(min_length=1, max_length=LONGEST_ADDRESSEE)]


class Edition(StrEnum):
    """For whom a plan is printed."""

    CRISIS = "CRISE"  # numbered copies, with everybody's telephone
    PUBLIC = "PUBLIQUE"  # nobody is named


class PlanFormat(StrEnum):
    """A form in which a plan leaves."""

    PDF = "pdf"
    WORD = "docx"
    HTML = "html"  # one file, for a phone without network
    JSON = "json"  # its canonical text: what its hash is of
    CARDS = "cards"  # A5 sheets
    SUMMARY = "synthese"  # one page, for the ARS

    @property
    def extension(self) -> str:
        """How its files end."""
        sheets = (PlanFormat.CARDS, PlanFormat.SUMMARY)
        return "pdf" if self in sheets else self.value

    @property
    def may_be_public(self) -> bool:
        """Has it a public edition? Others hold contacts, whatever is asked."""
        return self not in (PlanFormat.JSON, PlanFormat.SUMMARY)

    def name_of(self, cpts_id: str, copy: "Copy") -> str:
        """Name the file of one copy."""
        kinds = {"cards": "fiches", "synthese": "synthese", "json": "plan"}
        kind = kinds.get(self.value, f"plan-{copy.edition.lower()}")
        number = f"-{copy.number}" if copy.number else ""
        return f"{kind}-{cpts_id}{number}.{self.extension}"


class Copy(Printed):
    """One copy: its edition, its number, and whom it is given to."""

    edition: Edition = Edition.CRISIS
    number: Annotated[int, Field(ge=1)] | None = None
    addressee: (
        Annotated[str, Field(min_length=1, max_length=LONGEST_ADDRESSEE)] | None
    ) = None


class PrintedLine(Printed):
    """Something said about a card or a version: « Délai », « 2 h »."""

    label: str
    text: str


class PrintedTable(Printed):
    """Rows of cells under their columns, as many in each row."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class PrintedField(Printed):
    """One field of a section: a text, else items, else a table, else nothing yet."""

    label: str
    text: str | None = None
    items: tuple[str, ...] = ()
    table: PrintedTable | None = None
    known: bool = False  # read from the directory, not typed
    withheld: bool = False  # it is in the other edition only

    @property
    def is_empty(self) -> bool:
        """Does the plan say nothing here yet?"""
        said = self.text or self.items or (self.table and self.table.rows)
        return not said and not self.withheld


class PrintedSection(Printed):
    """One section, its fields in the order of the template."""

    section_id: str
    title: str
    owner: str
    fields: tuple[PrintedField, ...]
    attested: tuple[str, ...] = ()  # « … : attesté par … le … »
    read: str | None = None  # « Relu par … le …, sans changement. »


class PrintedCard(Printed):
    """One action card; its lines say who, how many, by when, on whose order."""

    card_id: str
    title: str
    phase: str
    critical: bool
    local: bool
    lines: tuple[PrintedLine, ...]
    steps: tuple[str, ...]
    caution: str
    to_write: tuple[str, ...] = ()  # what proves it, left blank on paper
    edits: tuple[str, ...] = ()  # « Délai : modifié par la CPTS. Motif. »


class PrintedCards(Printed):
    """The cards of one type of crisis, or the common ones."""

    code: str  # COMMUNES, or the type
    label: str
    lines: tuple[PrintedLine, ...] = ()
    cautions: tuple[str, ...] = ()
    deactivation: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    cards: tuple[PrintedCard, ...]


class PrintedPerson(Printed):
    """Somebody to call: one role held, or a volunteer."""

    role: str | None = None
    deputy: bool = False
    name: str
    profession: str
    zone: str
    phones: tuple[str, ...] = ()
    email: str | None = None
    types: str | None = None  # numbers of those accepted, of a volunteer; None: all
    at_night: bool = False


class PrintedDifference(Printed):
    """One thing that changed since the version before."""

    section: str
    target: str
    kind: str  # ajouté, modifié, supprimé
    before: str | None = None
    after: str | None = None
    origin: str | None = None  # and its detail
    author: str | None = None
    on: date | None = None


class PrintedPlan(Printed):
    """One copy of one version of the plan of one CPTS."""

    cpts_id: str
    cpts_name: str
    fictitious: bool
    population: Count
    size: str
    communes: Count
    zones: tuple[str, ...]
    coordinator: str | None = None
    title: str
    note: str
    copy_of: Copy
    number: int
    based_on: int | None = None
    kind: str
    status: VersionStatus
    status_label: str
    life: tuple[PrintedLine, ...]  # dated: written, submitted, opinion, adopted
    sections: tuple[PrintedSection, ...]
    cards: tuple[PrintedCards, ...]
    disabled: tuple[PrintedLine, ...] = ()  # cards not played, and why
    holders: tuple[PrintedPerson, ...] = ()
    volunteers: tuple[PrintedPerson, ...] = ()  # by zone, profession and name
    differences: tuple[PrintedDifference, ...] = ()
    aside: tuple[PrintedLine, ...] = ()  # imported, in no section yet
    sha256: Sha256
    seal: Seal
    made_at: AwareDatetime
    expires_on: date | None = None  # of paper that holds telephones
    timezone: str

    @property
    def is_public(self) -> bool:
        """Is nobody named?"""
        return self.copy_of.edition is Edition.PUBLIC

    @property
    def edition_words(self) -> str:
        """Which copy this is: « Édition de crise, exemplaire n° 3 remis à … »."""
        if self.is_public:
            return "Édition publique"
        number, whom = self.copy_of.number, self.copy_of.addressee
        said = f"exemplaire n° {number}" if number else "exemplaire non numéroté"
        return f"Édition de crise, {said}" + (f" remis à {whom}" if whom else "")

    @property
    def is_draft(self) -> bool:
        """May it still change?"""
        return self.status is VersionStatus.DRAFT
