"""The runner of the migrations: in order, once, whole or not at all, however many run at once."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from common import migrations
from common.migrations import MigrationError
from tests.conftest import SQL, Database, Servers


@pytest.fixture
def empty(postgres: Servers) -> Iterator[Database]:
    """A database without a migration."""
    made = postgres.empty()
    yield made
    postgres.drop(made)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes migrations: write(first="create table a ()") makes 001_first.sql; later ones get the next numbers."""

    def write(**texts: str) -> Path:
        taken = len(list(tmp_path.glob("*.sql")))
        for number, (name, text) in enumerate(texts.items(), taken + 1):
            (tmp_path / f"{number:03}_{name}.sql").write_text(text)
        return tmp_path

    return write


def tables(database: Database) -> set[str]:
    """The tables of public but for the record."""
    with psycopg.connect(database.admin_url) as connection:
        found = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
    return {name for (name,) in found} - {"schema_migrations"}


def test_files_are_applied_in_order_and_once(empty: Database, write: Callable[..., Path]) -> None:
    folder = write(first="create table a (x int)", second="alter table a rename to b")
    assert migrations.up(empty.owner_url, folder) == ["001_first.sql", "002_second.sql"]
    assert migrations.up(empty.owner_url, folder) == []
    assert tables(empty) == {"b"}


def test_what_is_new_comes_after_what_is_there(empty: Database, write: Callable[..., Path]) -> None:
    migrations.up(empty.owner_url, write(first="create table a ()"))
    assert migrations.up(empty.owner_url, write(second="create table b ()")) == ["002_second.sql"]


def test_an_edited_file_is_noticed_before_anything_runs(empty: Database, write: Callable[..., Path]) -> None:
    folder = write(first="create table a ()")
    migrations.up(empty.owner_url, folder)
    (folder / "001_first.sql").write_text("create table a (x int)")
    write(second="create table b ()")
    with pytest.raises(MigrationError, match=r"001_first.sql was edited"):
        migrations.up(empty.owner_url, folder)
    assert tables(empty) == {"a"}


def test_other_line_ends_are_no_edit(empty: Database, write: Callable[..., Path]) -> None:
    folder = write(first="create table a ();\n-- done\n")
    migrations.up(empty.owner_url, folder)
    (folder / "001_first.sql").write_bytes(b"create table a ();\r\n-- done\r\n")
    assert migrations.up(empty.owner_url, folder) == []


def test_a_missing_file_is_noticed(empty: Database, write: Callable[..., Path]) -> None:
    folder = write(first="create table a ()", second="create table b ()")
    migrations.up(empty.owner_url, folder)
    (folder / "001_first.sql").unlink()
    with pytest.raises(MigrationError, match=r"001_first.sql was applied, but its file is gone"):
        migrations.up(empty.owner_url, folder)


def test_a_database_may_be_ahead_of_the_files_where_code_is_rolled_back(
    empty: Database, write: Callable[..., Path]
) -> None:
    folder = write(first="create table a ()", second="create table b ()", third="create table c ()")
    migrations.up(empty.owner_url, folder)
    (folder / "003_third.sql").unlink()
    with pytest.raises(MigrationError, match=r"003_third.sql was applied, but its file is gone"):
        migrations.up(empty.owner_url, folder)
    assert migrations.up(empty.owner_url, folder, may_be_ahead=True) == []
    assert tables(empty) == {"a", "b", "c"}
    (folder / "001_first.sql").unlink()
    with pytest.raises(MigrationError, match=r"001_first.sql was applied, but its file is gone"):
        migrations.up(empty.owner_url, folder, may_be_ahead=True)


def test_a_file_that_comes_too_late_is_refused(empty: Database, write: Callable[..., Path]) -> None:
    folder = write(first="create table a ()", second="create table b ()", third="create table c ()")
    late = folder / "002_second.sql"
    text = late.read_text()
    late.unlink()
    migrations.up(empty.owner_url, folder)
    late.write_text(text)
    with pytest.raises(MigrationError, match=r"002_second.sql would come before 003_third.sql"):
        migrations.up(empty.owner_url, folder)


@pytest.mark.parametrize("name", ["1_short.sql", "004-dash.sql", "readme.sql", "004_Big.sql"])
def test_a_strange_name_is_refused(write: Callable[..., Path], name: str) -> None:
    folder = write(first="select 1")
    (folder / name).write_text("select 1")
    with pytest.raises(MigrationError, match=re.escape(name)):
        migrations.files(folder)


def test_a_number_is_used_once(write: Callable[..., Path]) -> None:
    folder = write(first="select 1")
    (folder / "001_again.sql").write_text("select 1")
    with pytest.raises(MigrationError, match="the same number"):
        migrations.files(folder)


def test_an_empty_folder_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(MigrationError, match="no migrations"):
        migrations.files(tmp_path)


def test_a_failing_file_leaves_nothing_of_itself(empty: Database, write: Callable[..., Path]) -> None:
    folder = write(first="create table a ()", second="create table b ();\nselect 1/0;", third="create table c ()")
    with pytest.raises(MigrationError, match=r"002_second.sql.*division by zero"):
        migrations.up(empty.owner_url, folder)
    assert tables(empty) == {"a"}
    assert migrations.status(empty.owner_url, folder) == [
        ("001_first.sql", "applied"),
        ("002_second.sql", "pending"),
        ("003_third.sql", "pending"),
    ]


def test_a_mistake_is_told_with_its_line(empty: Database, write: Callable[..., Path]) -> None:
    with pytest.raises(MigrationError, match=r"001_first.sql: line 3: .*nowhere"):
        migrations.up(empty.owner_url, write(first="-- a\n-- b\nselect * from nowhere;\n"))


@pytest.mark.parametrize(
    "ending",
    ["commit", "COMMIT AND CHAIN", "rollback", "end", "begin", "start transaction", "prepare transaction 'x'", "abort"],
)
def test_a_file_with_its_own_transaction_is_refused_before_it_runs(
    empty: Database, write: Callable[..., Path], ending: str
) -> None:
    folder = write(first=f"create table a (); /* now */ {ending}; create table b ();")
    with pytest.raises(MigrationError, match="has its own"):
        migrations.up(empty.owner_url, folder)
    assert tables(empty) == set()


def test_words_in_texts_bodies_and_comments_are_no_transaction(empty: Database, write: Callable[..., Path]) -> None:
    text = """
    -- commit; in a comment
    create table a (x text default 'a; commit; b');
    do $body$ begin perform 1; end $body$;
    create function f() returns trigger language plpgsql as $$ begin return new; end $$;
    """
    assert migrations.up(empty.owner_url, write(first=text)) == ["001_first.sql"]


def test_a_commit_hidden_in_a_procedure_ends_nothing(empty: Database, write: Callable[..., Path]) -> None:
    text = "create table a (); do $$ begin commit; end $$;"
    with pytest.raises(MigrationError, match=r"001_first.sql"):
        migrations.up(empty.owner_url, write(first=text))
    assert tables(empty) == set()


def test_three_runs_at_once_apply_each_file_once(empty: Database) -> None:
    outcomes: list[list[str]] = []
    together = threading.Barrier(3)

    def run() -> None:
        together.wait()
        outcomes.append(migrations.up(empty.owner_url, SQL))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=len) == [[], [], [file.name for file in migrations.files(SQL)]]


def test_a_run_doesnt_wait_for_another_for_ever(empty: Database, write: Callable[..., Path]) -> None:
    folder = write(first="create table a ()")
    with psycopg.connect(empty.owner_url, autocommit=True) as other:
        other.execute("select pg_advisory_lock(%s)", (migrations.LOCK,))
        with pytest.raises(MigrationError, match="another run"):
            migrations.up(empty.owner_url, folder, patience=0)
    assert migrations.up(empty.owner_url, folder) == ["001_first.sql"]


def test_a_killed_run_leaves_nothing_that_stops_the_next(empty: Database, write: Callable[..., Path]) -> None:
    folder = write(first="create table a ()", second="create table b (); select pg_sleep(600);")
    command = [sys.executable, "-m", "common.migrations", "up", empty.owner_url, "--folder", str(folder)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with psycopg.connect(empty.admin_url, autocommit=True) as watcher:
        asleep = "select pid from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'"
        with subprocess.Popen(command, env=environment) as killed:
            while not (found := watcher.execute(asleep).fetchone()):
                assert killed.poll() is None
            killed.send_signal(signal.SIGKILL)
        # The server notices a dead client when it next speaks to it, or here, when somebody ends its sleep.
        watcher.execute("select pg_terminate_backend(%s, 10000)", found)
    (folder / "002_second.sql").write_text("create table b ()")
    assert migrations.up(empty.owner_url, folder) == ["002_second.sql"]
    assert tables(empty) == {"a", "b"}


def test_a_file_gives_back_the_role_that_it_took(empty: Database, write: Callable[..., Path]) -> None:
    folder = write(first="set local role vizdots_owner; set role vizdots_owner; create table a ()")
    migrations.up(empty.owner_url, folder)
    assert migrations.status(empty.owner_url, folder) == [("001_first.sql", "applied")]


def test_status_tells_what_differs_and_verify_refuses_it(empty: Database, write: Callable[..., Path]) -> None:
    folder = write(first="create table a ()", second="create table b ()", third="create table c ()")
    assert {state for _, state in migrations.status(empty.owner_url, folder)} == {"pending"}
    migrations.up(empty.owner_url, folder)
    migrations.verify(empty.owner_url, folder)
    (folder / "001_first.sql").unlink()
    (folder / "002_second.sql").write_text("-- other")
    (folder / "004_fourth.sql").write_text("-- new")
    states = [state for _, state in migrations.status(empty.owner_url, folder)]
    assert states == ["missing", "edited", "applied", "pending"]
    with pytest.raises(
        MigrationError, match=r"001_first.sql: missing; 002_second.sql: edited; 004_fourth.sql: pending"
    ):
        migrations.verify(empty.owner_url, folder)


def test_the_owner_is_no_superuser_and_the_record_knows_them(database: Database) -> None:
    with psycopg.connect(database.owner_url) as connection:
        row = connection.execute(
            "select rolsuper or rolbypassrls,"
            " (select count(*) from public.schema_migrations where applied_by = rolname)"
            " from pg_roles where rolname = current_user"
        ).fetchone()
    assert row == (False, len(migrations.files(SQL)))


def test_on_supabase_the_first_file_changes_nothing(empty: Database) -> None:
    def census(connection: psycopg.Connection[Any]) -> list[Any]:
        return connection.execute(
            "select oid::regclass::text, relacl::text from pg_class"
            " where relnamespace::regnamespace::text !~ '^pg_'"
            " union all select oid::regprocedure::text, proacl::text || prosrc from pg_proc"
            " where pronamespace::regnamespace::text !~ '^pg_'"
            " union all select nspname, nspacl::text from pg_namespace"
            " union all select rolname, rolbypassrls::text from pg_roles order by 1, 2"
        ).fetchall()

    with psycopg.connect(empty.owner_url) as connection:
        connection.execute((SQL / "000_supabase_compat.sql").read_bytes())
        connection.execute("create or replace function auth.uid() returns uuid language sql as 'select null::uuid'")
        before = census(connection)
        connection.execute((SQL / "000_supabase_compat.sql").read_bytes())
        assert census(connection) == before


# ---- the functions' login ---------------------------------------------------------------------------------------


def test_the_functions_login_becomes_what_a_request_needs_and_is_nothing_itself(database: Database) -> None:
    with psycopg.connect(database.functions_url) as connection:
        for role in ("anon", "authenticated", "service_role"):
            connection.execute("select set_config('role', %s, true)", (role,))
        connection.rollback()
        row = connection.execute(
            "select rolinherit or rolsuper or rolbypassrls or rolcreaterole or rolcreatedb,"
            " has_table_privilege('organizations', 'select') from pg_roles where rolname = current_user"
        ).fetchone()
    assert row == (False, False)


def test_the_password_is_the_urls_and_follows_it(database: Database) -> None:
    def kept() -> str:
        with psycopg.connect(database.admin_url) as connection:
            row = connection.execute("select rolpassword from pg_authid where rolname = 'vizdots_functions'").fetchone()
        return str(row and row[0])

    migrations.ensure_login(database.owner_url, make_conninfo(database.functions_url, password="first one"))
    first = kept()
    migrations.ensure_login(database.owner_url, make_conninfo(database.functions_url, password="second one"))
    assert first.startswith("SCRAM-SHA-256$")
    assert kept() not in (first, "None")


def test_behind_supabases_pooler_the_role_is_what_stands_before_the_project(database: Database) -> None:
    pooled = "postgresql://vizdots_pooled.abcdefghij:secret@aws-0-eu-central-1.pooler.supabase.com:6543/postgres"
    migrations.ensure_login(database.owner_url, pooled)
    with psycopg.connect(database.owner_url) as connection:
        made = connection.execute("select rolname from pg_roles where rolname like 'vizdots_pooled%'").fetchall()
        connection.execute("drop role vizdots_pooled")
    assert made == [("vizdots_pooled",)]


def test_a_url_without_a_user_is_refused(database: Database) -> None:
    with pytest.raises(MigrationError, match="names no user"):
        migrations.ensure_login(database.owner_url, "postgresql:///vizdots")


def test_a_login_that_may_do_more_is_refused(database: Database) -> None:
    with pytest.raises(MigrationError, match="a role of their own"):
        migrations.ensure_login(database.owner_url, database.owner_url)


# ---- the command ------------------------------------------------------------------------------------------------


def test_the_command_migrates_tells_and_verifies(empty: Database, capsys: pytest.CaptureFixture[str]) -> None:
    folder = ["--folder", str(SQL)]
    assert migrations.main(["verify", empty.owner_url, *folder]) == 1
    assert migrations.main(["up", empty.owner_url, "--functions-url", empty.functions_url, *folder]) == 0
    assert migrations.main(["status", empty.owner_url, *folder]) == 0
    assert migrations.main(["verify", empty.owner_url, *folder]) == 0
    said = capsys.readouterr()
    assert "applied  020_privacy_controls.sql" in said.out
    assert "001_initial_schema.sql: pending" in said.err


def test_the_command_never_prints_a_url_that_cant_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert migrations.main(["up", "postgres//boss:hunter2@db.test/vizdots", "--folder", str(SQL)]) == 1
    assert capsys.readouterr().err == "the URL is not one of a database\n"


def test_the_command_never_prints_a_password(empty: Database, capsys: pytest.CaptureFixture[str]) -> None:
    url = make_conninfo(empty.owner_url, password="hunter2", user="nobody_known")
    assert migrations.main(["up", url, "--folder", str(SQL)]) == 1
    said = capsys.readouterr()
    assert "hunter2" not in said.out + said.err
    assert "nobody_known" in said.err
