"""One telephone, several people: the page asks who answers, each for themselves."""

import httpx

from adapters.database.unit import Database
from domain.link import Purpose, answer_subject, token
from tests.acts.test_cascade import opened, rows
from tests.web.conftest import filled, plain
from tests.workflows.conftest import KEYS
from tests.world import LINK_KEY, people


async def test_who_shares_a_telephone_picks_their_own_page_and_answers_there(
    database: Database, console: httpx.AsyncClient
) -> None:
    ref = await opened(database, people(4), "SMS")  # all on one fictitious mobile
    texts = [row for row in await rows(database) if row["channel"] == "SMS"]
    carrier = next(row for row in texts if row["reason"] is None)
    other = next(row for row in texts if row["carried_by"])

    def path(row: dict[str, object], key: bytes = LINK_KEY) -> str:
        subject = answer_subject(ref.crisis_id, str(row["recipient_id"]))
        return f"/r/{token(key, Purpose.ANSWER, subject)}"

    first = await console.get(path(carrier))
    assert "Ce téléphone est à plusieurs. Qui répond ?" in plain(first).replace(
        "\xa0", " "
    )
    shown = first.text.partition("</nav>")[0]
    assert path(other, KEYS.link_key) in shown  # pages and crisis have one key in life
    assert path(carrier, KEYS.link_key) not in shown
    theirs = await console.get(path(other))
    form = filled(theirs, answer="INDISPONIBLE")
    form = {name: values[:1] for name, values in form.items()}
    said = await console.post(path(other), data=form)

    assert "Merci de votre réponse" in plain(said)
    assert "Votre réponse est inscrite" not in plain(await console.get(path(carrier)))
