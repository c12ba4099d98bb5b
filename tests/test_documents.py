import ast
import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from settings import Settings, variable
from starter import available
from worker import WORKFLOWS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
LAYERS = (
    *("domain", "acts", "activities", "workflows", "adapters", "web", "commands"),
    *("benchmarks", "plan_templates"),
)
LONGEST = 300
MAY_BE_LONG = frozenset(
    {
        "verify.py",  # one file, so that anyone can read and copy it
        "adapters/database/tables.py",  # one list: every key and reference in sight
    }
)
ADR_SECTIONS = ("Context", "Options", "Decision", "Consequences", "How it is checked")

_ANCHOR = re.compile(r"(docs/\w+\.md)#([\w-]+)")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_UNFRENCH = re.compile(r"\S* [:;!?»]|«[ \w]|\w'\w")  # breaks a line, or typewritten
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def _code() -> tuple[Path, ...]:
    inside = (p for layer in LAYERS for p in (ROOT / layer).rglob("*") if p.is_file())
    return (
        *sorted(p for p in inside if p.suffix != ".pyc"),
        *sorted(ROOT.glob("*.py")),
    )


def _pages() -> tuple[Path, ...]:
    return (*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md")))


def _anchors(page: Path) -> frozenset[str]:
    """Name the headings of a page as its readers' addresses do."""
    text = _FENCE.sub("", page.read_text("utf-8"))
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return frozenset(
        re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles
    )


def _commands() -> dict[str, frozenset[str]]:
    """List what may be typed: command → its long options."""
    found: dict[str, frozenset[str]] = {}
    for name in available():
        command = get_command(import_module(f"commands.{name}").app)
        found |= dict(_under(f"tocsin {name}", command))
    return found


def _under(path: str, command: object) -> Iterator[tuple[str, frozenset[str]]]:
    """Follow groups down to what may be typed."""
    if isinstance(command, TyperGroup):
        for name, inner in command.commands.items():
            yield from _under(f"{path} {name}", inner)
    else:
        yield path, _options(command)


def _options(command: object) -> frozenset[str]:
    assert isinstance(command, TyperCommand)
    names = (n for p in command.params for n in p.opts if n.startswith("--"))
    return frozenset(names) - {"--help", "--install-completion", "--show-completion"}


def _classes(path: Path) -> tuple[str, ...]:
    body = ast.parse(path.read_text("utf-8")).body
    names = (node.name for node in body if isinstance(node, ast.ClassDef))
    return tuple(name for name in names if not name.startswith("_"))


def test_every_command_and_option_is_in_the_interface() -> None:
    rows = (DOCS / "interface.md").read_text("utf-8").splitlines()

    for command, options in _commands().items():
        row = [r for r in rows if re.match(rf"\| `{command}[ `]", r)]
        assert len(row) == 1, command
        assert frozenset(re.findall(r"--[a-z-]+", row[0].split("|")[2])) == options


def test_every_command_is_in_the_guide() -> None:
    guide = "".join(p.read_text("utf-8") for p in (DOCS / "guide").glob("*.md"))

    assert [c for c in _commands() if not re.search(rf"{c}\b", guide)] == []


@pytest.mark.parametrize("page", ["README.md", "docs/guide/exploiter.md"])
def test_every_setting_is_in_the_list_and_no_other(page: str) -> None:
    rows = re.findall(
        r"^\| `(TOCSIN_\w+)`", (ROOT / page).read_text("utf-8"), re.MULTILINE
    )

    assert rows == [variable(name) for name in Settings.model_fields]


def test_the_readme_says_the_defaults() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    plain = {
        variable(name): field.default.get_secret_value()
        if hasattr(field.default, "get_secret_value")
        else field.default
        for name, field in Settings.model_fields.items()
        if field.default_factory is None and field.default is not None
    }
    del plain["TOCSIN_DATA_DIR"]  # said as `var/`

    assert [
        n for n, value in plain.items() if f"| `{n}` | `{value}` |" not in text
    ] == []


def test_every_rule_cites_an_anchor_that_exists() -> None:
    cited = {
        found
        for path in _code()
        for found in _ANCHOR.findall(path.read_text("utf-8", errors="ignore"))
    }

    assert cited
    assert [f"{p}#{a}" for p, a in sorted(cited) if a not in _anchors(ROOT / p)] == []


def test_every_public_class_of_the_rules_is_in_the_glossary_and_no_other() -> None:
    text = (DOCS / "glossary.md").read_text("utf-8")
    _, *parts = re.split(r"^### `(\w+\.py)`$", text, flags=re.MULTILINE)
    told = {
        name: tuple(re.findall(r"^\| `(\w+)`", rows, re.MULTILINE))
        for name, rows in zip(parts[::2], parts[1::2], strict=True)
    }
    written = {p.name: _classes(p) for p in sorted((ROOT / "domain").glob("*.py"))}

    assert told == {name: names for name, names in written.items() if names}


def test_an_alert_is_followed_from_page_to_smtp_in_six_files() -> None:
    text = (DOCS / "architecture.md").read_text("utf-8")
    path = text.split("## Follow an alert", 1)[1].split("What the letter says", 1)[0]
    steps = re.findall(r"^(\d)\. \[`([\w/.]+)`\][^`]*`(\w+)`", path, re.MULTILINE)

    assert [number for number, _, _ in steps] == list("123456")
    for _, file, name in steps:
        assert f"async def {name}(" in (ROOT / file).read_text("utf-8"), (file, name)


def test_every_workflow_is_run_by_the_worker() -> None:
    defined = {
        node.name
        for path in (ROOT / "workflows").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        and any("workflow.defn" in ast.unparse(d) for d in node.decorator_list)
    }

    assert defined == {workflow.__name__ for workflow in WORKFLOWS}


def test_no_module_is_too_long_to_read() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_bytes().splitlines())
        for path in _code()
        if path.suffix == ".py" and "migrations" not in path.parts
    }

    too_long = {name for name, lines in lengths.items() if lines > LONGEST}
    assert too_long - MAY_BE_LONG == set()


@pytest.mark.parametrize("page", _pages(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    text = _FENCE.sub("", page.read_text("utf-8"))
    lost = []
    for link in _LINK.findall(text):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        if not target.exists() or (anchor and anchor not in _anchors(target)):
            lost.append(link)

    assert lost == []


def test_the_guide_is_spaced_and_quoted_as_french_is() -> None:
    found = [
        f"{page.name}: {unlike}"
        for page in sorted((DOCS / "guide").glob("*.md"))
        for unlike in _UNFRENCH.findall(
            re.sub(r"`[^`\n]*`", "", _FENCE.sub("", page.read_text("utf-8")))
        )
    ]
    assert found == []


def test_decisions_are_numbered_without_a_gap_and_complete() -> None:
    pages = sorted((DOCS / "adr").glob("*.md"))

    numbers = [int(page.name[:4]) for page in pages]
    assert numbers == list(range(1, len(pages) + 1))
    for page in pages:
        text = page.read_text("utf-8")
        assert text.startswith(f"# {page.name[:4]} — ")
        assert re.search(r"^Status: \w+.* · Date: \d{4}-\d\d-\d\d$", text, re.MULTILINE)
        assert [s for s in ADR_SECTIONS if f"## {s}\n" not in text] == [], page.name


def test_an_installed_wheel_holds_every_package_and_module() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    declared = project["tool"]["setuptools"]
    inside = [p.parent for layer in LAYERS[:-2] for p in ROOT.glob(f"{layer}/**/*.py")]
    folders = {".".join(p.relative_to(ROOT).parts) for p in inside}

    assert sorted(folders) == sorted(declared["packages"])
    assert sorted(p.stem for p in ROOT.glob("*.py")) == declared["py-modules"]


def test_every_dependency_has_its_line_in_the_decision() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    groups = (project["dependencies"], *project["optional-dependencies"].values())
    wanted = [re.split(r"[\[<>=!~;]", name)[0] for group in groups for name in group]
    text = (DOCS / "adr" / "0007-dependencies.md").read_text("utf-8")

    assert re.findall(r"^\| `([\w.-]+)` \|", text, re.MULTILINE) == wanted
