"""What an order sets off, in words: people first, then partners."""

import json
from dataclasses import replace
from datetime import UTC, datetime

from domain.before_sending import Means, before_sending
from domain.calendar import NBSP
from domain.kept_preview import kept
from domain.overcall import Past
from domain.partner import Partner
from domain.preview import Foreseen
from domain.preview_words import PreviewWords
from domain.provider import Providers
from domain.sms_text import check_texts
from tests.places import PARTNERS, cpts_with_places
from tests.unit.test_preview import FIRE, everyone, plan
from tests.world import activation

NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)

VALUES = {
    "lieu": "Château-Neuf",
    "lien": "https://une-adresse-bien-longue.example/r/abc",
}
PROVIDERS = Providers.model_validate(
    {
        "fournisseurs": [
            {
                "code": "VOIX",
                "canal": "APPEL",
                "par_seconde": 2,
                "cout_centimes": "12",
                "http": {"url": "https://voix.example/appels"},
            }
        ]
    }
)


def words(*partners: Partner, now: datetime = NOON, **order: object) -> PreviewWords:
    tenant = cpts_with_places(places=(), partners=partners)
    said = activation(now, **({"types": FIRE} | order))
    foreseen = Foreseen(plan(), said, tenant.zone_info, now)
    found = foreseen.preview(everyone(), tenant.every_partner)
    means = Means(plan().template, PROVIDERS, found.kinetic, said.pace)
    texts = check_texts(plan().template.messages[:1], plan().template.variables, VALUES)
    before = before_sending(found.leaving, everyone(), means, tuple(texts))
    calls = foreseen.calls(everyone(), found, {"INFIRMIER": Past(20, 10, 2)})
    return PreviewWords(tenant, plan(), said, found, before, calls)


def test_partners_are_counted_apart_fromeveryone() -> None:
    said = words(*PARTNERS)

    told = said.reach().waves[-1]
    assert (told.people, told.when) == ("2 partenaires", f"à 12{NBSP}h{NBSP}50")
    assert said.departures().endswith(f". Et 2 partenaires, à 12{NBSP}h{NBSP}50.")


def test_what_leaves_on_the_day_after_leaves_tomorrow() -> None:
    told = words(*PARTNERS, kinetic="SLOW").reach().waves[-1]

    assert told.when == f"demain à 11{NBSP}h{NBSP}50"


def test_a_file_that_names_no_partner_is_said_so_before_confirming() -> None:
    said = words()

    told = said.reach().waves[-1]
    assert told.people == "Aucun partenaire"
    assert told.when == "le fichier de la CPTS n'en nomme aucun"
    assert "partenaire" not in said.departures()


def test_a_night_says_who_sleeps_and_what_wakes_them() -> None:
    night = datetime(2026, 11, 20, 23, tzinfo=UTC)

    fast = words(now=night).reach().night
    slow = words(now=night, kinetic="SLOW").reach().night
    assert "délai de réponse (15 min), ils sont réveillés pour répondre" in fast
    assert fast.endswith("sinon, ils sont prévenus au matin.")
    assert slow.endswith("les volontaires sont sollicités au matin.")
    assert not words().reach().night


def test_a_small_plan_that_asks_no_volunteer_tells_its_night_all_the_same() -> None:
    said = words(now=datetime(2026, 11, 20, 23, tzinfo=UTC))
    template = said.plan.template.model_copy(update={"waves": ()})
    small = said.plan.model_copy(update={"template": template})

    assert replace(said, plan=small).reach().night.endswith("sollicités au matin.")


def test_channels_are_counted_and_who_is_out_of_reach_is_named() -> None:
    reach = words().reach()

    assert "Courriel : " in reach.channels[-1]
    assert not [line for line in reach.channels if line.startswith("SMS")]
    assert any("â devient a" in line for line in reach.faults)
    assert any("2 SMS par personne" in line for line in reach.faults)


def test_a_preview_that_is_kept_counts_who_is_out_of_reach_and_names_nobody() -> None:
    seen = words()
    lost = tuple(
        replace(each.person, rpps=f"9900000119{n}")
        for n, each in enumerate(everyone()[:3])
    )
    document = kept(replace(seen, before=replace(seen.before, unreachable=lost)))

    unreached = json.loads(document)["unreached"]
    assert sum(each["people"] for each in unreached) == 3
    assert {each["profession"] for each in unreached} == {e.profession for e in lost}
    for each in lost:
        for fact in filter(None, (each.rpps, each.last_name, each.email, each.mobile)):
            assert fact.encode() not in document


def test_who_came_before_says_how_many_to_call_now() -> None:
    calls = words().reach().calls

    assert any(line.startswith("Infirmier") and "en appeler" in line for line in calls)
    assert any("ni crise ni exercice" in line for line in calls)
