"""How long a plan of the largest size takes to check."""

import time
from datetime import UTC, datetime

from adapters.cpts_file import load_cpts
from adapters.templates import load_template
from benchmarks.measures import ROOT, Measure, median_of
from domain.known import with_known
from domain.known_facts import KnownFacts
from domain.person import Person
from domain.plan import Holder, Plan, plan_id_of
from domain.plan_check import check_plan

MEMBERS, RUNS, CHECK_BAR_S = 2000, 7, 1.0


def plan_measures() -> tuple[Measure, ...]:
    """Check the draft of a CPTS of size 4, known fields read again, as people ask."""
    tenant = load_cpts(ROOT / "examples" / "cpts.yaml")
    template = load_template(ROOT / "plan_templates" / "fr-2022-12")
    professions = [each.code for each in template.professions]
    members = tuple(
        Person(
            rpps=f"99{rank:09d}",
            last_name=f"Fictif{rank:05d}",
            first_name="Camille",
            profession=professions[rank % len(professions)],
            zone=tenant.zones[rank % len(tenant.zones)],
            email=f"p{rank}@autan.example",
        )
        for rank in range(MEMBERS)
    )
    facts = KnownFacts(
        tenant=tenant,
        roster=tuple((f"p-{rank}", person) for rank, person in enumerate(members)),
        versions=(),
        exercises=(),
        on=datetime.now(UTC).date(),
    )
    plan = Plan(
        cpts_id=tenant.cpts_id,
        plan_id=plan_id_of(tenant.cpts_id),
        number=1,
        holders=tuple(
            Holder(role=role.code, person_id=f"p-{rank}", deputy_id=f"p-{rank + 100}")
            for rank, role in enumerate(template.held_roles)
        ),
        template=template,
    )
    runs = []
    for _ in range(RUNS):
        began = time.perf_counter()
        check_plan(with_known(plan, facts), facts)
        runs.append(time.perf_counter() - began)
    how = f"every check of a plan of {MEMBERS} members, its known fields read; median"
    return (median_of("plan_check_s", "s", runs, how, CHECK_BAR_S),)
