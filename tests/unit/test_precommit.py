"""What is checked before a commit is what `make lint` checks, with the tools that are there already."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
CONFIG = ROOT / ".pre-commit-config.yaml"


def hooks() -> list[dict[str, Any]]:
    repositories = yaml.safe_load(CONFIG.read_text())["repos"]
    assert [each["repo"] for each in repositories] == ["local"]
    listed: list[dict[str, Any]] = repositories[0]["hooks"]
    return listed


def commands(target: str) -> list[str]:
    """The tools that a target of the Makefile would run."""
    run = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, text=True, check=True)
    return [line.removeprefix(".venv/bin/") for line in run.stdout.splitlines() if line.startswith(".venv/bin/")]


def test_pre_commit_understands_the_file() -> None:
    run = subprocess.run(
        [Path(sys.executable).with_name("pre-commit"), "validate-config", CONFIG], capture_output=True, check=False
    )
    assert run.returncode == 0, run.stdout


def test_the_hooks_run_the_targets_of_the_makefile() -> None:
    assert [each["entry"] for each in hooks()] == ["make lint", "make lint-sql"]
    assert commands("lint")[:3] == ["ruff check .", "ruff format --check .", "mypy ."]
    assert commands("lint-sql") == ["squawk sql/*.sql"]


def test_a_changed_migration_is_always_looked_at_by_squawk() -> None:
    assert "squawk sql/*.sql" in commands("lint")
    assert hooks()[1]["files"] == r"^sql/.*\.sql$"


def test_the_hooks_need_no_network() -> None:
    assert {each["language"] for each in hooks()} == {"system"}
    assert "://" not in CONFIG.read_text()
