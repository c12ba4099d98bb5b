"""Before an order: how many texts, how long, how much, and whom nothing reaches."""

from datetime import timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.audience import Candidate
from domain.before_sending import BeforeSending, Means, before_sending
from domain.gsm7 import outside_gsm7
from domain.person import Person
from domain.preview import ExpectedWave
from domain.provider import NOBODY, Providers
from domain.sms_text import TextCheck, check_text, check_texts
from domain.wave import Channel, Kinetic
from domain.wave_departure import Departure
from tests.unit.test_preview import plan

TEXTS = Providers.model_validate(
    {
        "fournisseurs": [
            {
                "code": "TEXTES",
                "canal": "SMS",
                "par_seconde": 2,
                "cout_centimes": "5.5",
                "http": {"url": "https://sms.example/envoi"},
            }
        ]
    }
)


def _person(
    number: int, email: str | None = None, mobile: str | None = None
) -> Candidate:
    person = Person(
        rpps=None,
        last_name=f"Fictif{number}",
        first_name="Camille",
        profession="INFIRMIER",
        email=email,
        mobile=mobile,
    )
    return Candidate(f"p{number}", person)


PEOPLE = (
    _person(0, email="p0@val.example", mobile="+33639980000"),
    _person(1, mobile="+33639980001"),
    _person(2),
)


def _found(providers: Providers, *texts: TextCheck) -> BeforeSending:
    wave = ExpectedWave(
        code="V2",
        purpose="Appeler",
        people=3,
        asleep=0,
        departure=Departure("V2", None),
        asked=frozenset(each.person_id for each in PEOPLE),
    )
    means = Means(plan().template, providers, Kinetic.FAST, 1)
    return before_sending((wave,), PEOPLE, means, texts)


def test_texts_are_timed_and_paid_by_segment() -> None:
    found = _found(TEXTS, TextCheck("V2", 170, ()))
    by_channel = {each.channel: each for each in found.loads}

    texts, mails = by_channel[Channel.TEXT], by_channel[Channel.MAIL]
    assert (texts.people, texts.within) == (2, timedelta(seconds=1))
    assert found.centimes == texts.centimes == Decimal(33)  # a reminder is one segment
    assert (mails.people, mails.within) == (1, None)
    assert [each.last_name for each in found.unreachable] == ["Fictif2"]
    assert [each.code for each in found.too_long] == ["V2"]


def test_without_a_provider_only_mail_reaches() -> None:
    found = _found(NOBODY)

    assert [each.channel for each in found.loads] == [Channel.MAIL]
    assert [each.last_name for each in found.unreachable] == ["Fictif1", "Fictif2"]


def test_the_real_link_is_counted_whole() -> None:
    template = plan().template
    v2 = [each for each in template.messages if each.code == "V2"]
    short, long = (
        next(check_texts(v2, template.variables, {"lien": link}))
        for link in ("x" * 26, "x" * 60)
    )

    assert short.segments == 1
    assert long.septets - short.septets == 34
    assert long.segments == 2


@given(st.text(max_size=400))
def test_a_text_is_counted_in_its_safe_spelling(text: str) -> None:
    found = check_text("V2", text)

    assert [bad for bad, _ in found.replaced] == list(outside_gsm7(text))
    assert not any(outside_gsm7(safe) for _, safe in found.replaced)
    assert found.segments >= 1
    assert (found.segments == 1) == (found.septets <= 160)
