"""What is known before an order is confirmed: channels, delay, cost, texts."""

from collections.abc import Iterable

from domain.audience import Candidate
from domain.before_sending import BeforeSending, Means, before_sending
from domain.cpts import Cpts
from domain.link import LENGTH, Purpose
from domain.preview import Foreseen, Preview
from domain.sms_text import check_texts
from instance import Instance


def before_of(
    instance: Instance,
    tenant: Cpts,
    order: Foreseen,
    found: Preview,
    everyone: Iterable[Candidate],
) -> BeforeSending:
    """Check the texts that leave at once, with the real link; add up what leaves."""
    template, said = order.plan.template, order.said
    codes = {wave.code for wave in found.leaving}
    sent = {sheet.messages[0] for sheet in template.waves if sheet.code in codes}
    scenario, *_ = template.scenarios_of(said.types)
    known = {
        "cpts": tenant.short_name,
        "scenario": scenario.short,
        "lieu": said.place,
        "lien": instance.address(Purpose.ANSWER, "x" * LENGTH),
    }
    texts = check_texts(
        [message for message in template.messages if message.code in sent],
        template.variables,
        known,
        template.exercise_prefix if said.exercise else "",
    )
    means = Means(template, instance.database.providers, found.kinetic, said.pace)
    return before_sending(found.leaving, everyone, means, tuple(texts))
