"""What the documents tell to type, to open and to look for is there."""

import re
import tomllib
from pathlib import Path

import pytest

from local.up import ACCOUNTS

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
README = DOCUMENTS[0].read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda it: it.name)
def test_every_make_that_a_document_names_is_a_target(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^ {4}|^ *\$ |\()make (?:-s )?([a-z][a-z-]*)", text, re.MULTILINE))
    assert named - TARGETS == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda it: it.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\[[^\]]+\]\(([^)#:]+)\)", text)
    assert [each for each in links if not (document.parent / each).exists()] == []


def test_the_accounts_of_the_readme_are_those_of_the_demo() -> None:
    assert set(re.findall(r"[a-z]+@[a-z]+\.test", README.partition("| `make token")[0])) >= set(ACCOUNTS)


def test_the_rooms_of_the_readme_are_those_of_the_house() -> None:
    house = README.partition("## The house")[2].partition("```\n")[2].partition("```")[0]
    rooms = [line.split()[0] for line in house.splitlines()]
    assert [each for each in rooms if not (ROOT / each).exists()] == []
    there = {f"{file.relative_to(ROOT).parts[0]}/" for file in ROOT.glob("[a-z]*/**/*.py") if ".venv" not in str(file)}
    assert there - {f"{each.split('/')[0]}/" for each in rooms} - {"node_modules/", "requirements/"} == set()


def test_the_commands_of_the_makefile_are_told_by_make_help() -> None:
    told = re.findall(r"^([a-z][a-z-]*):.*## .", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert TARGETS - set(told) == set()
    assert {"up", "test", "lint", "build", "deploy", "migrate", "bench", "reset", "token", "invoke"} <= set(told)


def test_make_test_runs_the_tests_of_every_folder() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    run = set(settings["tool"]["pytest"]["ini_options"]["testpaths"])
    there = {str(file.parent.relative_to(ROOT)) for file in ROOT.glob("tests/**/test_*.py")}
    assert there - run == set()


DECISIONS = sorted((ROOT / "docs/decisions").iterdir())


def test_decisions_are_numbered_one_by_one() -> None:
    numbers = [int(each.name[:3]) for each in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda it: it.name)
def test_a_decision_says_what_why_and_at_what_cost(decision: Path) -> None:
    found = re.findall(r"\*\*(What|Why|Cost)\.\*\*", decision.read_text(encoding="utf-8"))
    assert found == ["What", "Why", "Cost"]


def test_each_dependency_has_its_line() -> None:
    lists = [ROOT / "layers/dependencies/requirements.in", *(ROOT / "requirements").glob("*.in")]
    pinned = {name for each in lists for name in re.findall(r"^([\w.-]+)(?:\[.*\])?==", each.read_text(), re.MULTILINE)}
    told = (ROOT / "docs/decisions/010-dependencies.md").read_text(encoding="utf-8")
    assert {name for name in pinned if not re.search(rf"`{re.escape(name)}(\[.*\])?`", told)} == set()
