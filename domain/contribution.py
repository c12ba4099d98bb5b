"""What professionals declare from their own practice: numbers, never patients.

Source: docs/sources.md#contributions
"""

from collections.abc import Iterable, Mapping

from pydantic import BaseModel, ConfigDict, Field

from domain.card import ActionCard, CardMode, CountsFrom
from domain.mission_errors import ContributionNotWantedError

LARGEST = 9999
LONGEST_MINUTES = 1440
NUMBER_LABELS = {
    "a_contacter": "Personnes à contacter",
    "acceptees": "Demandes acceptées",
    "accessibles": "Officines accessibles",
    "actes_declares": "Actes déclarés",
    "autonomie_suffisante": "Autonomie suffisante",
    "cabinets_en_filtrage": "Cabinets qui filtrent l'accès",
    "cabinets_ouverts": "Cabinets ouverts",
    "capacite": "Capacité supplémentaire",
    "capacite_annoncee": "Capacité annoncée",
    "contactes": "Personnes contactées",
    "creneaux": "Créneaux offerts",
    "creneaux_ajoutes": "Créneaux ajoutés",
    "creneaux_ouverts": "Créneaux ouverts",
    "creneaux_utilises": "Créneaux utilisés",
    "en_difficulte": "Personnes en difficulté",
    "horaires_etendus": "Horaires étendus (lieux)",
    "ne_peut_attendre": "Soins qui ne peuvent attendre",
    "non_assure": "Soins non assurés",
    "officines_en_filtrage": "Officines qui filtrent l'accès",
    "officines_ouvertes": "Officines ouvertes",
    "orientations": "Personnes orientées",
    "patients_contactes": "Patients contactés",
    "patients_reperes": "Patients repérés",
    "personnes": "Personnes",
    "peut_attendre": "Soins qui peuvent attendre",
    "plages_protegees": "Plages protégées",
    "realises": "Passages réalisés",
    "refusees": "Demandes refusées",
    "reporte": "Soins reportés",
    "reports_estimes": "Reports estimés",
    "ruptures": "Ruptures de stock",
    "sans_solution": "Sans solution",
    "signalements": "Signalements",
    "signalements_au_prescripteur": "Signalements au prescripteur",
    "signales_15": "Signalés au 15",
    "situations_traitees": "Situations traitées",
}
"""Fields that are numbers; an hour or a zone is the cell's to write."""


class Declared(BaseModel):
    """What one person declared on one card: the last time counts."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    card_id: str
    fields: dict[str, int] = Field(default_factory=dict)  # by field of the card
    minutes: int | None = Field(default=None, ge=0, le=LONGEST_MINUTES)


class DeclaredTotals(BaseModel):
    """What everybody declared on one card, added up."""

    model_config = ConfigDict(frozen=True)

    card_id: str
    people: int
    fields: dict[str, int]  # by field of the card


def field_label(name: str) -> str:
    """Write a field of a contribution in French."""
    return NUMBER_LABELS[name]


def numbers_of(card: ActionCard) -> tuple[str, ...]:
    """List the fields of a card that a professional fills in."""
    return tuple(name for name in card.contribution if name in NUMBER_LABELS)


def wanted_of(cards: Iterable[ActionCard], profession: str) -> tuple[ActionCard, ...]:
    """List the cards to which somebody of this profession gives numbers."""
    return tuple(
        card
        for card in cards
        if card.mode is CardMode.CONTRIBUTION
        and card.counts_from is not CountsFrom.EVENT
        and card.welcomes(profession)
        and numbers_of(card)
    )


def check_declared(
    cards: Iterable[ActionCard], profession: str, declared: Iterable[Declared]
) -> None:
    """Refuse what no card asks of this person.

    Raises:
        ContributionNotWantedError: Another card, another field, or a number that is
            too large.
    """
    wanted: Mapping[str, ActionCard] = {
        card.card_id: card for card in wanted_of(cards, profession)
    }
    for each in declared:
        card = wanted.get(each.card_id)
        if card is None or not set(each.fields) <= set(numbers_of(card)):
            raise ContributionNotWantedError(card=each.card_id)
        if not all(0 <= number <= LARGEST for number in each.fields.values()):
            raise ContributionNotWantedError(card=each.card_id)
