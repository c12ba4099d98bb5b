"""The checks of a plan at the terminal: what is missing first, in eighty columns."""

from unicodedata import normalize

from tests.terminal import CPTS, EXAMPLES, Desk, done, typed

REFERENT = "99000000010"  # of the example


def test_what_is_missing_is_read_then_vouched_for(empty: Desk) -> None:
    assert empty.folder.exists()
    done("cpts", "add", str(EXAMPLES / "cpts.yaml"))
    done("roster", "import", CPTS, str(EXAMPLES / "roster.csv"))
    done("plan", "new", CPTS)

    told = done("plan", "check", CPTS).out
    before = done("plan", "check", CPTS, "--json").document
    except_one = done(
        "plan", "attest", CPTS, "--person", REFERENT, "--all-except", "sec-04,T2-03"
    )
    one = done("plan", "attest", CPTS, "SEC-04", "--check", "3", "--person", REFERENT)
    after = done("plan", "check", CPTS, "--json").document

    assert all(len(line) <= 80 for line in told.splitlines())
    assert "Paiement en jeu" in told
    assert told.index("SEC-05") < told.index("SEC-06")  # what the agreement expects
    assert before["payment_at_stake"] == "FIRST_WRITING"
    assert before["total"] == 40
    assert "sauf SEC-04, T2-03" in except_one.out
    assert normalize("NFKC", one.out).strip() == "Attesté : SEC-04.3."
    assert after["satisfied"] > before["satisfied"]
    (card_check,) = (
        check
        for section in after["sections"]
        for check in section["checks"]
        if check["code"] == "FICHES_RELUES"
    )
    assert card_check["gaps"][0]["sentence"] == "Reste à relire : T2-03."


def test_vouching_wants_a_section_or_the_whole(settled: Desk) -> None:
    assert settled.folder.exists()
    neither = typed("plan", "attest", CPTS, "--person", REFERENT)
    nothing = done("plan", "check", CPTS).out

    assert neither.code == 2
    assert "donnez une section" in neither.err
    assert "0 contrôle" in normalize("NFKC", nothing)
