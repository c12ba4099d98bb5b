"""A situation report as a terminal shows it."""

from commands.situation_view import view
from tests.samples.situation import SITUATION, changed


def test_a_report_fits_a_terminal_and_shows_its_numbers() -> None:
    shown = view(SITUATION, SITUATION.made_at).replace("\N{NO-BREAK SPACE}", " ")

    assert max(map(len, shown.splitlines())) <= 80
    for words in (
        "Envoyé     le 23 novembre 2026",
        "Infirmier : Haut-Autan 8, Bas-Autan 5, sans zone 1",
        "Ensemble : 16 ; places pourvues : 14 sur 20",
        "Officines    ouverts 3, ralentis 1, fermés 1, sans réponse 1, nuit 0",
        "Créneaux de soins non programmés : 37",
        "Faites 9, en cours 7, en retard 2",
    ):
        assert words in shown


def test_what_was_not_collected_is_said_so() -> None:
    bare = changed(
        exercise=True, surveyed_at=None, places=(), slots=None, next_at=None, texts={}
    )
    shown = view(bare)

    for words in (
        "*** EXERCICE ***",
        "Non recueilli : aucune enquête auprès des lieux.",
        "Créneaux de soins non programmés : non recueilli",
        "Rien d'inscrit.",
        "Aucun : l'alerte est terminée.",
    ):
        assert words in shown
