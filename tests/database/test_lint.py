"""squawk reads every migration for what would stop a live table, as `make lint` does, and finds what is planted."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SQUAWK = Path(sys.executable).with_name("squawk")


def lint(*files: Path) -> subprocess.CompletedProcess[str]:
    """What squawk says, with the house's settings."""
    return subprocess.run([SQUAWK, *files], cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_migrations_pass() -> None:
    linted = lint(*sorted((ROOT / "sql").glob("*.sql")))
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("alter table public.sessions add column x int not null;", "adding-required-field"),
        ("create index x on public.sessions (source);", "require-concurrent-index-creation"),
        ("alter table public.sessions alter column source type varchar(5);", "changing-column-type"),
        ("alter table public.sessions rename column source to origin;", "renaming-column"),
        ("alter table public.sessions drop column source;", "ban-drop-column"),
    ],
)
def test_what_would_stop_a_live_table_is_found(tmp_path: Path, statement: str, rule: str) -> None:
    planted = tmp_path / "099_planted.sql"
    planted.write_text(statement)
    linted = lint(planted)
    assert linted.returncode != 0
    assert rule in linted.stdout
