"""Brings a database to the newest chapter of sql/: in order, once, each file in one transaction, or not at all.

    python -m common.migrations up|status|verify DATABASE_URL [--functions-url URL]

The files are sql/NNN_name.sql and go forward only. What was applied is kept in public.schema_migrations with the
sha256 of the file, so that an edited, missing or late file is noticed before anything runs.
"""

import argparse
import hashlib
import os
import re
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, LiteralString

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

Connection = psycopg.Connection[Any]
State = Literal["applied", "pending", "edited", "missing"]

LOCK = (
    0x76697A646F7473  # "vizdots": the advisory lock of whoever migrates this database; the server frees it if they die
)
PATIENCE = 60.0  # seconds to wait for another run to finish
LOCK_TIMEOUT = "5s"  # a migration gives up rather than queue behind traffic, with all later traffic queued behind it

_MEMBERSHIP_HAS_OPTIONS = 160000  # since this server version a grant of a role says whether it is inherited

_FILE = re.compile(r"^(\d{3,})_[a-z0-9_]+\.sql$")
_NOT_CODE = re.compile(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|\"[^\"]*\"|(\$\w*\$).*?\1", re.DOTALL)
_OWN_TRANSACTION = re.compile(
    r"^\s*(begin|start\s+transaction|commit|end|rollback|abort|prepare\s+transaction)\b", re.IGNORECASE
)

# Made by the runner, since it is needed before the first file is applied. Row-level security binds its owner, too.
_LEDGER: LiteralString = """
create table if not exists public.schema_migrations (
  version int primary key,
  name text not null,
  sha256 text not null,
  ms int not null,
  applied_by text not null default current_user,
  applied_at timestamptz not null default now(),
  created_at timestamptz not null default now()
);
alter table public.schema_migrations enable row level security;
alter table public.schema_migrations force row level security;
create policy "the owner keeps the record" on public.schema_migrations to current_user using (true) with check (true);
"""


class MigrationError(RuntimeError):
    """The files and the database don't fit together, or a file was refused. The message names the file, no secrets."""


@dataclass(frozen=True)
class Migration:
    """One file of sql/: its number, its name, the sha256 of its text (line ends don't count) and the text."""

    version: int
    name: str
    sha256: str
    text: str


def folder() -> Path:
    """Where the files are: MIGRATIONS_DIR, or the folder sql beside our modules (in Lambda a layer brings it)."""
    if chosen := os.environ.get("MIGRATIONS_DIR"):
        return Path(chosen)
    beside = (Path(entry or ".") / "sql" for entry in sys.path)
    return next((found for found in beside if any(found.glob("*.sql"))), Path("sql"))


def files(where: Path | None = None) -> list[Migration]:
    """All migrations in order. Raises MigrationError for a strange name, a number used twice, or an empty folder."""
    found: dict[int, Migration] = {}
    for path in sorted((where or folder()).glob("*.sql")):
        matched = _FILE.match(path.name)
        if not matched:
            raise MigrationError(f"{path.name} isn't named like 021_what_it_brings.sql")
        version = int(matched[1])
        if version in found:
            raise MigrationError(f"{found[version].name} and {path.name} have the same number")
        raw = path.read_bytes().replace(b"\r\n", b"\n")
        found[version] = Migration(version, path.name, hashlib.sha256(raw).hexdigest(), raw.decode())
    if not found:
        raise MigrationError(f"there are no migrations in {where or folder()}")
    return [found[version] for version in sorted(found)]


def up(
    database_url: str, where: Path | None = None, *, patience: float = PATIENCE, may_be_ahead: bool = False
) -> list[str]:
    """Apply what is pending and return the names of the files applied, in order.

    `database_url` is the owner's, straight to the server: a transaction pooler loses the lock. Several runs at once
    wait for each other, at most `patience` seconds. A file that fails leaves nothing of itself; those before it stay.

    A database that has newer migrations than there are files is refused, unless it `may_be_ahead`: when code is rolled
    back, its files are the older ones, and what they lack stays applied.
    """
    migrations = files(where)
    for migration in migrations:
        _refuse_own_transactions(migration)
    with _alone(database_url, patience) as connection:
        if not _has_ledger(connection):
            with connection.transaction():
                connection.execute(_LEDGER)
        done = _ledger(connection)
        _check(migrations, done, may_be_ahead=may_be_ahead)
        pending = [migration for migration in migrations if migration.version not in done]
        for migration in pending:
            _apply(connection, migration)
        return [migration.name for migration in pending]


def status(database_url: str, where: Path | None = None) -> list[tuple[str, State]]:
    """The name and state of every file and of every migration applied whose file is gone. Changes nothing."""
    migrations = {migration.version: migration for migration in files(where)}
    with psycopg.connect(database_url, autocommit=True) as connection:
        done = _ledger(connection) if _has_ledger(connection) else {}

    def state(version: int) -> tuple[str, State]:
        if version not in migrations:
            return done[version][0], "missing"
        migration = migrations[version]
        if version not in done:
            return migration.name, "pending"
        return migration.name, "applied" if done[version] == (migration.name, migration.sha256) else "edited"

    return [state(version) for version in sorted(migrations.keys() | done.keys())]


def verify(database_url: str, where: Path | None = None) -> None:
    """Raise MigrationError unless exactly the files at hand are applied, as they are now."""
    wrong = [f"{name}: {state}" for name, state in status(database_url, where) if state != "applied"]
    if wrong:
        raise MigrationError("; ".join(wrong))


def ensure_login(database_url: str, functions_url: str) -> None:
    """Let the functions sign in as `functions_url` says: make the role, or give it that password.

    The role owns nothing, inherits nothing and can't bypass row-level security: all it can do is become anon,
    authenticated or service_role for one transaction. Run it after `up`, as the owner.
    """
    login = conninfo_to_dict(functions_url)
    name, password = str(login.get("user") or ""), login.get("password")
    if str(login.get("host") or "").endswith(".pooler.supabase.com"):
        name = name.partition(".")[0]  # Supabase's pooler is told the role and the project: role.project
    if not name:
        raise MigrationError("the functions' database URL names no user")
    role = sql.Identifier(name)
    with psycopg.connect(database_url, autocommit=True) as connection, connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", (LOCK,))
        if not connection.execute("select 1 from pg_roles where rolname = %s", (name,)).fetchone():
            connection.execute(sql.SQL("create role {} login noinherit").format(role))
        if password:
            encrypted = connection.pgconn.encrypt_password(
                str(password).encode(), name.encode(), b"scram-sha-256"
            ).decode()
            connection.execute(sql.SQL("alter role {} login noinherit password {}").format(role, encrypted))
        member_only = (
            " with inherit false, set true" if connection.info.server_version >= _MEMBERSHIP_HAS_OPTIONS else ""
        )
        for group in ("anon", "authenticated", "service_role"):
            held = connection.execute("select pg_has_role(%s, %s, 'member')", (name, group)).fetchone()
            if not held or not held[0]:
                grant = sql.SQL("grant {} to {}" + member_only)
                connection.execute(grant.format(sql.Identifier(group), role))
        faults = connection.execute(
            "select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb from pg_roles where rolname = %s", (name,)
        ).fetchone()
        if faults and faults[0]:
            raise MigrationError(f"{name} may do more than the functions' login should: give them a role of their own")


@contextmanager
def _alone(database_url: str, patience: float) -> Iterator[Connection]:
    """A connection of the only run on this database."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        until = time.monotonic() + patience
        while not _value(connection, "select pg_try_advisory_lock(%s)", LOCK):
            if time.monotonic() > until:
                raise MigrationError("another run has been migrating this database for too long")
            time.sleep(0.05)
        try:
            yield connection
        finally:
            if not connection.closed:
                connection.execute("select pg_advisory_unlock(%s)", (LOCK,))


def _apply(connection: Connection, migration: Migration) -> None:
    began = time.monotonic()
    try:
        with connection.transaction():
            connection.execute("select set_config('lock_timeout', %s, true)", (LOCK_TIMEOUT,))
            transaction = _value(connection, "select pg_current_xact_id()::text")
            # Without parameters: the simple protocol, which takes many statements. The file is ours, nobody's input.
            connection.execute(migration.text.encode())
            connection.execute("reset role")
            if _value(connection, "select pg_current_xact_id()::text") != transaction:
                raise MigrationError(f"{migration.name} ends its transaction by itself")
            connection.execute(
                "insert into public.schema_migrations (version, name, sha256, ms) values (%s, %s, %s, %s)",
                (migration.version, migration.name, migration.sha256, round((time.monotonic() - began) * 1000)),
            )
    except psycopg.Error as error:
        raise MigrationError(f"{migration.name}: {_where(error, migration.text)}") from error


def _refuse_own_transactions(migration: Migration) -> None:
    for statement in _NOT_CODE.sub(" ", migration.text).split(";"):
        matched = _OWN_TRANSACTION.match(statement)
        if matched:
            raise MigrationError(
                f"{migration.name} has its own {matched[1].upper()}: a file is one transaction already"
            )


def _check(migrations: list[Migration], done: Mapping[int, tuple[str, str]], *, may_be_ahead: bool) -> None:
    known = {migration.version: migration for migration in migrations}
    for version, (name, sha256) in done.items():
        if may_be_ahead and version > max(known):
            continue
        if version not in known:
            raise MigrationError(f"{name} was applied, but its file is gone")
        if (known[version].name, known[version].sha256) != (name, sha256):
            raise MigrationError(
                f"{known[version].name} was edited after it was applied; what changes later is a new file"
            )
    newest = max(done, default=-1)
    late = [migration.name for migration in migrations if migration.version < newest and migration.version not in done]
    if late:
        raise MigrationError(
            f"{', '.join(late)} would come before {done[newest][0]}, which is applied; take the next number"
        )


def _has_ledger(connection: Connection) -> bool:
    return bool(_value(connection, "select to_regclass('public.schema_migrations') is not null"))


def _ledger(connection: Connection) -> dict[int, tuple[str, str]]:
    applied = connection.execute("select version, name, sha256 from public.schema_migrations order by version")
    return {version: (name, sha256) for version, name, sha256 in applied}


def _value(connection: Connection, statement: LiteralString, *parameters: object) -> Any:
    row = connection.execute(statement, parameters or None).fetchone()
    return row[0] if row else None


def _where(error: psycopg.Error, text: str) -> str:
    """What the server said, with the line of the file where it knows one."""
    said = error.diag.message_primary or type(error).__name__
    position = error.diag.statement_position
    return f"line {text.count(chr(10), 0, int(position)) + 1}: {said}" if position else said


def main(arguments: list[str] | None = None) -> int:
    """The command line; what it prints never holds a URL."""
    parser = argparse.ArgumentParser(prog="python -m common.migrations", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("command", choices=("up", "status", "verify"))
    parser.add_argument("database_url", help="of the owner; the password may come from PGPASSWORD")
    parser.add_argument("--functions-url", help="let the functions sign in with this URL (up)")
    parser.add_argument("--folder", type=Path, default=None, help="default: MIGRATIONS_DIR, or sql on the import path")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "up":
            applied = up(chosen.database_url, chosen.folder)
            if chosen.functions_url:
                ensure_login(chosen.database_url, chosen.functions_url)
            _say("\n".join(applied) if applied else "nothing to apply")
        elif chosen.command == "status":
            _say("\n".join(f"{state:8} {name}" for name, state in status(chosen.database_url, chosen.folder)))
        else:
            verify(chosen.database_url, chosen.folder)
            _say("the database is as the files say")
    except (MigrationError, psycopg.OperationalError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except psycopg.Error as error:  # of a URL that can't be read the driver quotes the whole, password included
        sys.stderr.write(f"{error.diag.message_primary or 'the URL is not one of a database'}\n")
        return 1
    return 0


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
