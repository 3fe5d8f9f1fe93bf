"""The local database refuses in one sentence what it can't do."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.database import Database
from local.errors import CannotRunError
from local.folder import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    made = Folder(tmp_path / ".local")
    yield made
    made.forget()


def test_a_migration_that_is_refused_is_named_in_one_sentence(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql/000_nonsense.sql").write_text("create table nothing (of no_such_type);")
    with folder.hold(), Database(folder.database, folder.port()) as database:
        with pytest.raises(CannotRunError, match=r"can't be migrated: 000_nonsense\.sql: line 1: .*no_such_type"):
            database.migrate(tmp_path / "sql")
        assert database.is_running()
    assert not database.is_running()


def test_a_server_that_can_not_start_says_why_in_one_sentence(folder: Folder) -> None:
    data = folder.database / "data"
    data.mkdir(parents=True)
    (data / "PG_VERSION").write_text("9.6\n")
    with pytest.raises(CannotRunError, match="PostgreSQL can't start") as refused, Database(folder.database, 1):
        pass
    assert "\n" not in str(refused.value)
