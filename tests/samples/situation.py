"""One situation report of the fictitious CPTS."""

from datetime import timedelta
from typing import Any

from domain.situation import SituationReport
from tests.places import national
from tests.samples.crisis import FACTS

_COUNTS = {"open": 3, "slowed": 1, "closed": 1, "silent": 1, "closed_at_night": 0}
RAW: dict[str, Any] = {
    "cpts_name": FACTS.cpts_name,
    "fictitious": True,
    "population": 126_400,
    "size": "T3",
    "communes": 129,
    "zones": ("Haut-Autan", "Bas-Autan", "Lirène"),
    "crisis_id": FACTS.crisis_id,
    "types": ("Malades : épidémie saisonnière, canicule, grand froid, pollution",),
    "scenarios": ("Fumées d'incendie",),
    "place": "Castelorzac",
    "exercise": False,
    "pace": 1,
    "reference": "ARS-2026-118",
    "t0": FACTS.t0,
    "number": 3,
    "made_at": FACTS.made_at,
    "written_by": "Secrétariat et main courante",
    "validated_by": "Pilotage de la cellule",
    "headings": national().situation_report.headings,
    "texts": {
        "situation": "Fumées denses au nord ; le vent tourne à l'est depuis 21 h.",
        "instructions": "Préfecture, 22 novembre, version 2 : rester à l'intérieur.",
        "cell": "Pilotage, secrétariat, deux référents de zone ; jusqu'à 8 h.",
        "difficulties": "Oxygène : 4 concentrateurs demandés.",
        "forecast": "Relève à 7 h ; 12 infirmiers prévus demain.",
    },
    "engaged": (
        {"profession": "INFIRMIER", "label": "Infirmier", "zone": z, "number": n}
        for z, n in (("Haut-Autan", 8), ("Bas-Autan", 5), (None, 1))
    ),
    "needs": (
        {
            "card": "Passages à domicile",
            "profession": "Infirmier",
            "needed": 20,
            "filled": 14,
        },
    ),
    "places": (
        {"group": "cabinets", "counts": {**_COUNTS, "open": 6}},
        {"group": "officines", "counts": _COUNTS},
    ),
    "surveyed_at": FACTS.t0 + timedelta(minutes=9),
    "slots": 37,
    "cards": {"done": 9, "running": 7, "late": 2},
    "indicators": (
        {"name": "creneaux_snp_ouverts", "value": 37},
        {"name": "ehpad_en_difficulte", "value": 2, "typed": True},
        {"name": "vaccinations_realisees"},
        {"name": "officines_en_rupture", "value": 0},
    ),
    "next_at": FACTS.made_at + timedelta(hours=2),
    "timezone": "Europe/Paris",
    "seal": FACTS.seal,
}
RAW["engaged"] = (
    *RAW["engaged"],
    {
        "profession": "KINE",
        "label": "Masseur-kinésithérapeute",
        "zone": "Lirène",
        "number": 2,
    },
)
SITUATION = SituationReport.model_validate(RAW)


def changed(**facts: object) -> SituationReport:
    """Give the sample with other facts."""
    return SituationReport.model_validate({**SITUATION.model_dump(), **facts})
