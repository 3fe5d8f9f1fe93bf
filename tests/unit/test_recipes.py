"""The recipes of CONTRIBUTING.md hold: followed to the letter in a scratch copy, what they make passes every check."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent

import pytest

from tests import architecture

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "CONTRIBUTING.md"
LEFT_BEHIND = (".git", ".venv*", "node_modules", ".local", ".aws-sam", ".mypy_cache", "__pycache__", ".*_cache")
FENCE = re.compile(
    r"^(?P<margin> *)```(?P<language>\w+)(?: (?P<file>\S+))?\n(?P<text>.*?)^(?P=margin)```$", re.M | re.S
)


@dataclass(frozen=True)
class Block:
    """A block of a recipe: the content of `file`, or commands where there is none. `above` is the text before it."""

    language: str
    file: str | None
    text: str
    above: str


def recipes() -> dict[str, list[Block]]:
    """The blocks of each recipe, in their order."""
    _, *chapters = re.split(r"^## ", GUIDE.read_text(encoding="utf-8"), flags=re.M)
    return {
        chapter.partition("\n")[0]: [
            Block(found["language"], found["file"], dedent(found["text"]), chapter[: found.start()])
            for found in FENCE.finditer(chapter)
        ]
        for chapter in chapters
    }


RECIPES = recipes()


@dataclass(frozen=True)
class Scratch:
    """A copy of the repository in which all recipes were followed, and the files that they made."""

    root: Path
    made: tuple[str, ...]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command there, as a developer would."""
        rooms = ("layers/common", "shared", "functions/web/console", ".")
        path = os.pathsep.join(str(self.root / each) for each in rooms)
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS", "PYTEST"))}
        return subprocess.run(
            command,
            cwd=self.root,
            env={**kept, "PYTHONPATH": path},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def tool(self, name: str, *arguments: str) -> None:
        """Run one of the tools of `make install`; fails with what it said."""
        run = self.run(f".venv/bin/{name}", *arguments)
        assert run.returncode == 0, run.stdout + run.stderr

    @property
    def python(self) -> list[str]:
        """The Python files that the recipes made."""
        return [each for each in self.made if each.endswith(".py")]


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scratch]:
    root = tmp_path_factory.mktemp("recipes") / "vizdots"
    shutil.copytree(ROOT, root, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    (root / ".venv").symlink_to(sys.prefix)
    made: list[str] = []
    for blocks in RECIPES.values():
        for block in blocks:
            if block.file == "template.yaml":
                put_on_the_map(root / block.file, block)
            elif block.file is not None:
                made.append(write(root, block.file, block.text))
            else:
                follow(Scratch(root, tuple(made)), block.text)
    yield Scratch(root, tuple(made))
    shutil.rmtree(root)


def write(root: Path, name: str, text: str) -> str:
    """Put a block into the file that it names; NNN is the next number of a migration."""
    if "NNN" in name:
        last = max(int(each.name[:3]) for each in (root / "sql").glob("[0-9]*.sql"))
        name = name.replace("NNN", f"{last + 1:03}")
    file = root / name
    assert not file.exists(), f"{name} is there already: the recipe needs another example"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return name


def put_on_the_map(template: Path, block: Block) -> None:
    """Put a block at the end of the section of template.yaml that the text above it names last."""
    section = re.findall(r"`# ---- ([^`]+)`", block.above)[-1]
    text = template.read_text(encoding="utf-8")
    start = text.index(f"  # ---- {section} ")
    end = text.index("\n  # ---- ", start + 1)
    template.write_text(f"{text[:end]}\n{indent(block.text, '  ')}{text[end:]}", encoding="utf-8")


def follow(scratch: Scratch, commands: str) -> None:
    """Run a block of commands; the first that fails ends it."""
    run = scratch.run("bash", "-euc", commands)
    assert run.returncode == 0, f"{commands}\n{run.stdout}{run.stderr}"


def test_there_is_a_recipe_for_each_kind_of_work() -> None:
    kinds = ["a route", "a page", "a cron job", "a worker", "a mail", "a migration"]
    assert list(RECIPES) == [f"Add {each}" for each in kinds]
    assert all(RECIPES.values())


def test_the_map_agrees_with_the_folders(scratch: Scratch) -> None:
    scratch.tool("python", "-m", "pytest", "-q", "-x", "tests/unit/test_template.py")


def test_the_directions_are_kept(scratch: Scratch) -> None:
    assert [fault for rule in architecture.RULES for fault in rule(scratch.root)] == []


def test_the_document_of_the_api_is_current(scratch: Scratch) -> None:
    scratch.tool(
        "python", "-m", "pytest", "-q", "tests/functions/test_openapi.py", "-k", "current or template or valid"
    )


def test_the_linters_have_nothing_to_say(scratch: Scratch) -> None:
    scratch.tool("ruff", "check", *scratch.python)
    scratch.tool("ruff", "format", "--check", *scratch.python)


def test_the_types_hold(scratch: Scratch) -> None:
    cache = ROOT / ".mypy_cache"  # make lint's: what hasn't changed needn't be checked again
    if cache.is_dir():
        shutil.copytree(cache, scratch.root / ".mypy_cache", dirs_exist_ok=True)
    for file in scratch.python:
        scratch.tool("mypy", file)  # one by one, since every handler is called app.py


def test_the_migrations_pass_squawk(scratch: Scratch) -> None:
    scratch.tool("squawk", *(each for each in scratch.made if each.endswith(".sql")))


def test_the_tests_of_the_recipes_pass(scratch: Scratch) -> None:
    # That of the migration has been run already: its recipe says so.
    scratch.tool(
        "python",
        "-m",
        "pytest",
        "-q",
        *(each for each in scratch.made if each.startswith(("tests/functions/", "tests/console/", "tests/unit/"))),
    )
