"""What the ARS receives of a plan: situation reports, and one page about the plan."""

from pydantic import Field

from domain.sheet import Code, FieldName, Sheet, Text
from domain.wave import Delay


class SituationReportSheet(Sheet):
    """The form of the situation reports of a crisis."""

    header: tuple[FieldName, ...] = Field(alias="entete", min_length=1)
    headings: tuple[Text, ...] = Field(alias="rubriques", min_length=1)
    every: Delay = Field(alias="rythme")
    recipients: tuple[Code, ...] = Field(alias="destinataires", min_length=1)
    on_request: tuple[Code, ...] = Field(alias="sur_demande")
    formats: tuple[FieldName, ...] = Field(min_length=1)


class ArsSummarySheet(Sheet):
    """The form of the page that sums a plan up for the ARS."""

    headings: tuple[Text, ...] = Field(alias="rubriques", min_length=1)
    asked_back: tuple[Text, ...] = Field(alias="retour")
    grouping: Text = Field(alias="regroupement")
