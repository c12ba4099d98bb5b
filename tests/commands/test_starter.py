"""The command line as a person meets it: another process, its words and exit code."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

import starter
from commands.edge import run
from commands.french import usage

PROJECT = Path(starter.__file__).parent
OLD = (
    "import sys; sys.hexversion = 0x03060F00; sys.version = '3.6.15 (x)'\n"
    "import starter; sys.exit(starter.main())"
)


def tocsin(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return ran(str(PROJECT / "starter.py"), *arguments, **environment)


def ran(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - ourselves
        (sys.executable, *arguments),
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
        cwd=PROJECT,
        env={**os.environ, **environment},
    )


def test_an_old_python_is_told_in_one_sentence() -> None:
    done = ran("-c", OLD)

    assert done.returncode == 1
    assert done.stderr == (
        "Tocsin demande Python 3.11 ou plus récent ; celui-ci est 3.6.15. "
        "Installez-le, puis relancez avec lui.\n"
    )


def test_an_old_python_can_read_the_file_that_tells() -> None:
    text = (PROJECT / "starter.py").read_text()

    assert ast.parse(text, feature_version=(3, 6)).body


def test_a_python_without_the_libraries_is_told_what_to_do() -> None:
    done = ran("-S", "-E", str(PROJECT / "starter.py"), "version")

    assert done.returncode == 1
    assert "make setup" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_version_is_told() -> None:
    done = tocsin("version")

    assert done.returncode == 0
    assert done.stdout.startswith("Tocsin 20")


def test_neither_database_nor_engine_is_loaded_to_tell_the_version() -> None:
    done = ran("-X", "importtime", str(PROJECT / "starter.py"), "version")

    for heavy in ("sqlalchemy", "temporalio", "rich.console", "fastapi"):
        assert heavy not in done.stderr


@pytest.mark.parametrize("arguments", [(), ("--help",), ("help",)])
def test_help_lists_the_commands_of_this_version(arguments: tuple[str, ...]) -> None:
    done = tocsin(*arguments)

    assert done.returncode == 0
    assert {"up", "doctor", "version"} <= set(done.stdout.split())


def test_every_command_listed_exists() -> None:
    for name in starter.available():
        assert (PROJECT / "commands" / f"{name}.py").exists()


def test_an_unknown_command_is_wrong_usage_with_a_suggestion() -> None:
    done = tocsin("docteur")

    assert done.returncode == 2
    assert "La commande « docteur » n'existe pas. Vouliez-vous dire « doctor »" in (
        done.stderr
    )


def test_an_unknown_option_is_wrong_usage() -> None:
    done = tocsin("up", "--nope")

    assert done.returncode == 2
    assert "L'option « --nope » n'existe pas." in done.stderr


def test_the_help_of_a_command_is_in_french() -> None:
    done = tocsin("up", "--help")

    assert done.returncode == 0
    assert "Affiche cette aide." in done.stdout
    assert "--install-completion" not in done.stdout


def test_a_bad_setting_is_one_sentence() -> None:
    done = tocsin("doctor", TOCSIN_SMTP_CONNECTIONS="huit")

    assert done.returncode == 1
    assert done.stderr.startswith("Le réglage TOCSIN_SMTP_CONNECTIONS vaut « huit »")
    assert done.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    done = tocsin("up", "--data-dir", str(tmp_path / "file" / "data"))

    assert done.returncode == 1
    assert str(tmp_path / "file") in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("remark", "said"),
    [
        ("Missing argument 'crisis'.", "Il manque l'argument « crisis »."),
        ("Missing option '--actor'.", "Il manque l'option « --actor »."),
        ("Missing command.", "Il manque une commande."),
        (
            "No such command 'opn'. Did you mean 'open'?",
            "La commande « opn » n'existe pas. Voulez-vous dire 'open' ?",
        ),
        (
            "No such option: --jsn (Possible options: --json)",
            "L'option « --jsn » n'existe pas. Voulez-vous dire --json ?",
        ),
        ("Got unexpected extra argument(s) (a b)", "En trop : « a b »."),
        ("Option '--pace' requires an argument.", "« --pace » attend une valeur."),
        (
            "Invalid value for 'file': File 'x.csv' does not exist.",
            "Valeur refusée pour « file » : « x.csv » n'existe pas.",
        ),
        (
            "Invalid value for '--pace': Input should be a valid integer, unable",
            "Valeur refusée pour « --pace » : un nombre entier est attendu.",
        ),
        (
            "Invalid value for '--pace': Input should be greater than or equal to 1",
            "Valeur refusée pour « --pace » : 1 est le plus petit permis.",
        ),
        (
            "Invalid value for '--format': Value error, 'doc' is not one of 'pdf'.",
            "Valeur refusée pour « --format » : « doc » n'est pas parmi 'pdf'.",
        ),
        ("Invalid value: dates inversées", "Valeur refusée : dates inversées"),
    ],
)
def test_the_remarks_of_the_library_are_told_in_french(remark: str, said: str) -> None:
    told = usage(remark, "tocsin crisis")

    assert said in told
    assert told.endswith("Pour en savoir plus : tocsin crisis --help\n")


def test_the_edge_returns_the_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("version", []) == 0
    assert run("version", ["--help"]) == 0
    assert run("version", ["--nope"]) == 2
    assert "n'existe pas" in capsys.readouterr().err


def test_a_wrong_option_points_to_the_help_of_its_own_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run("crisis", ["wave", "hold", "--nope"]) == 2
    assert run("crisis", ["status", "--nope"]) == 2

    told = capsys.readouterr().err
    assert "tocsin crisis wave hold --help\n" in told
    assert "tocsin crisis status --help\n" in told


def test_the_board_is_shown_without_loading_the_other_commands() -> None:
    code = (
        "import sys; from commands.edge import run\n"
        "run('crisis', ['status', '--help']); print(*sys.modules)"
    )
    loaded = ran("-c", code).stdout.splitlines()[-1].split()

    assert "commands.standing" in loaded
    assert "commands.opening" not in loaded
