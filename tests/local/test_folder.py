"""The folder .local/ belongs to one process at a time and remembers what it should."""

import json
import os
import stat
from pathlib import Path

import pytest

from local.errors import CannotRunError
from local.folder import Folder, Running

RUNNING = Running(os.getpid(), "http://localhost:8123", "postgresql://admin", "postgresql://owner", {"A": "1"})


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / ".local")


def test_what_runs_is_known_while_it_runs_and_not_before_or_after(folder: Folder) -> None:
    with folder.hold() as held:
        assert folder.running() is None
        held.tell(RUNNING)
        assert folder.running() == RUNNING
    assert folder.running() is None


def test_a_second_holder_is_told_where_the_first_one_is(folder: Folder) -> None:
    with folder.hold() as held:
        held.tell(RUNNING)
        with pytest.raises(CannotRunError, match=r"running here already on http://localhost:8123\."):
            folder.hold()
        with pytest.raises(CannotRunError, match="running here already"):
            folder.forget()
    with folder.hold():
        assert folder.running() is None


def test_what_a_killed_process_left_behind_does_not_count_as_running(folder: Folder) -> None:
    folder.path.mkdir()
    (folder.path / "running.json").write_text(json.dumps(RUNNING.__dict__))
    assert folder.running() is None


def test_without_a_running_product_the_reason_is_said(folder: Folder) -> None:
    with pytest.raises(CannotRunError, match="was never started here"):
        folder.require_running()
    with folder.hold():
        pass
    with pytest.raises(CannotRunError, match="isn't running"):
        folder.require_running()


def test_a_secret_is_made_once_and_closed_to_others(folder: Folder) -> None:
    secret = folder.remembered("scheduler-secret")
    assert (folder.remembered("scheduler-secret"), len(secret) >= 32) == (secret, True)
    assert stat.S_IMODE((folder.path / "scheduler-secret").stat().st_mode) == 0o600
    with folder.hold():
        assert stat.S_IMODE((folder.path / "running.json").stat().st_mode) == 0o600


def test_the_database_keeps_its_port(folder: Folder) -> None:
    with folder.hold():
        assert folder.port() == folder.port()


def test_what_is_forgotten_is_gone(folder: Folder) -> None:
    folder.remembered("scheduler-secret")
    assert (folder.forget(), folder.path.exists(), folder.forget()) == (True, False, False)


def test_a_first_start_is_complete_once_it_is_said_to_be(folder: Folder) -> None:
    with folder.hold():
        assert not folder.is_complete()
        folder.first_run_is_done()
        assert folder.is_complete()


def test_data_that_postgresql_could_not_reach_are_kept_where_it_can(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    folder = Folder(closed / ".local")
    kept = folder.database
    assert kept == folder.database
    assert (kept.is_relative_to(closed)) is (os.geteuid() != 0)
    folder.remembered("scheduler-secret")
    folder.forget()
    assert not kept.exists()
