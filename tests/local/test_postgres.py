"""The private PostgreSQL: kept or thrown away, never left behind, of whichever version."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from local.postgres import Server, installed

VERSIONS = [None, *([installed(15)] if installed(15) else [])]


@pytest.fixture
def reachable() -> Iterator[Path]:
    """A folder that a server started by root, which runs as somebody else, can reach: pytest's own is closed to it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.mark.parametrize("binaries", VERSIONS)
def test_what_is_kept_is_there_again(reachable: Path, binaries: Path | None) -> None:
    folder = reachable / "kept"
    with Server(folder, binaries=binaries) as server, psycopg.connect(server.url()) as connection:
        connection.execute("create table kept as select 'still here' as said")
    with Server(folder, binaries=binaries) as server, psycopg.connect(server.url()) as connection:
        assert connection.execute("select said from kept").fetchone() == ("still here",)


@pytest.mark.parametrize("binaries", VERSIONS)
def test_what_is_thrown_away_leaves_nothing(binaries: Path | None) -> None:
    with Server.thrown_away(binaries=binaries) as server:
        assert server.is_running()
        with psycopg.connect(server.url()) as connection:
            row = connection.execute("select current_setting('fsync'), current_setting('server_encoding')").fetchone()
    assert row == ("off", "UTF8")
    assert not server.is_running()
    assert not server.folder.exists()


@pytest.mark.parametrize("binaries", VERSIONS)
def test_texts_sort_alike_on_every_machine(binaries: Path | None) -> None:
    with Server.thrown_away(binaries=binaries) as server, psycopg.connect(server.url()) as connection:
        row = connection.execute(
            "select array_agg(x order by x), upper('ä') from unnest(array['b', 'A', 'ä', 'a']) x"
        ).fetchone()
    assert row == (["A", "a", "b", "ä"], "Ä")


def test_others_are_kept_out_of_its_folder() -> None:
    with Server.thrown_away() as server:
        assert server.folder.stat().st_mode & 0o077 == 0


def test_it_dies_with_its_parent_even_when_that_is_killed() -> None:
    program = (
        "import os, time; from local.postgres import Server; s = Server.thrown_away().start();"
        "print(s.url(), s.folder, flush=True); time.sleep(600)"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        url, folder = parent.stdout.readline().rsplit(" ", 1)
        with psycopg.connect(url) as connection:
            parent.send_signal(signal.SIGKILL)
            parent.wait()
            # Ended by the server, long before its sleep is over.
            with pytest.raises(psycopg.OperationalError):
                connection.execute("select pg_sleep(600)")
    subprocess.run(["rm", "-r", folder.strip()], check=True)


def test_a_server_that_cant_start_says_why() -> None:
    with (
        pytest.raises(RuntimeError, match="no_such_setting"),
        Server.thrown_away(settings={"no_such_setting": "1"}) as server,
    ):
        server.stop()


def test_a_first_start_that_was_interrupted_is_begun_again() -> None:
    server = Server.thrown_away()
    (server.folder / "data").mkdir(parents=True)
    (server.folder / "data" / "half").touch()
    with server, psycopg.connect(server.url()) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
