"""Plans with layers, and a second national template derived from the first."""

from copy import deepcopy
from functools import cache

from domain.card import ActionCard
from domain.content import SectionContent
from domain.plan import Holder, Plan
from domain.region import RegionSheet
from domain.template import Template
from tests.national import national
from tests.world import CPTS_ID


@cache
def drafted() -> Plan:
    """A first draft on the national template, nothing written yet."""
    held = (role.code for role in national().held_roles)
    return Plan(
        cpts_id=CPTS_ID,
        plan_id=f"plan-{CPTS_ID}",
        number=1,
        holders=tuple(
            Holder(role=role, person_id=f"p-{rank}", deputy_id=f"q-{rank}")
            for rank, role in enumerate(held)
        ),
        template=national(),
    )


def local_card(**changes: object) -> ActionCard:
    said: dict[str, object] = {
        "id": "L1-01",
        "titre": "Ouvrir le gymnase de la Lirène",
        "phase": "CONDUITE",
        "scenarios": ["TOUS"],
        "roles": ["SUPPORT_LOGISTIQUE"],
        "effectif": {"min": 1, "cible": 2},
        "mode": "CELLULE",
        "echeance": {"rapide": "PT1H", "lente": "PT4H"},
        "quoi": [
            "Appeler le gardien de jour ou de nuit.",
            "Ouvrir, éclairer, chauffer.",
            "Dire à la cellule que le lieu est ouvert.",
        ],
        "preuve": {"kind": "HORODATAGE_ACCUSE", "champs": ["heure_ouverture"]},
        "prudence": "Personne n'attend dehors.",
    }
    return ActionCard.model_validate(said | changes)


DERIVED = "fr-essai"
_NO_MORE = ("T1-13", "T1-14")


@cache
def derived() -> Template:
    """Another edition of the national template: a few cards and fields changed.

    T1-01 is due earlier, T2-14 says more, T1-13 and T1-14 are gone, T1-16 is new;
    SEC-08 loses a field and its first check.
    """
    data = deepcopy(national().model_dump(mode="json"))
    data |= {"id": DERIVED, "titre": "Modèle d'essai, dérivé du modèle national"}
    cards = data["types"][0]["cartes"]
    one = next(card for card in cards if card["id"] == "T1-01")
    one["echeance"] = {"rapide": "PT15M", "lente": "PT15M"}
    new = local_card(id="T1-16").model_dump(mode="json")
    cards[:] = [card for card in cards if card["id"] not in _NO_MORE] + [new]
    sick = next(c for c in data["types"][1]["cartes"] if c["id"] == "T2-14")
    sick["prudence"] = "Une phrase nouvelle du modèle."
    section = next(s for s in data["sections"] if s["id"] == "SEC-08")
    form = next(f for f in data["formulaires"] if f["id"] == "SEC-08")
    section["champs"] = [name for name in section["champs"] if name != "orsec"]
    form["champs"] = [field for field in form["champs"] if field["nom"] != "orsec"]
    for checks in (section["controles"], form["controles"]):
        del checks[0]
    return Template.model_validate(data)


def written(*sections: SectionContent) -> Plan:
    """The first draft, saying this."""
    return drafted().model_copy(update={"sections": sections})


def region(**changes: object) -> RegionSheet:
    said: dict[str, object] = {
        "region": "ESSAI",
        "libelle": "Région d'essai (inventée)",
        "note": "Inventée pour les tests.",
        "complete": ["fr-2022-12"],
        "valeurs": {"SEC-08": {"orsan_region": "ORSAN Essai 2026"}},
        "fiches": {
            "T1-02": {
                "motif": "Numéro régional dédié.",
                "champs": {"prudence": "Appeler le numéro régional."},
            }
        },
        "fiches_ajoutees": [local_card(id="L5-51").model_dump(mode="json")],
    }
    return RegionSheet.model_validate(said | changes)
