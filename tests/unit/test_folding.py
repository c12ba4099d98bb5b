"""Names in the order in which people look for them."""

from domain.folding import in_order


def test_an_accent_moves_no_name_to_the_end_of_a_list() -> None:
    names = ("Zoé", "Étienne", "estève", "Fabre")

    assert sorted(names, key=in_order) == ["estève", "Étienne", "Fabre", "Zoé"]
