"""The local product's database: a private PostgreSQL whose tables belong to an owner who is no superuser, as on RDS."""

from pathlib import Path
from types import TracebackType
from typing import Final, Self

import psycopg
from psycopg import sql

from common import migrations
from local.environments import ROOT
from local.errors import CannotRunError
from local.postgres import Server

NAME: Final = "vizdots"
OWNER: Final = "vizdots_owner"
FUNCTIONS: Final = "vizdots_functions"


class Database:
    """PostgreSQL with its data in `folder`, on this port of the loopback. A context manager.

    Raises CannotRunError when it can't start, and from `migrate` when a migration is refused.
    """

    def __init__(self, folder: Path, port: int) -> None:
        try:
            self._server = Server(folder, port=port)
        except RuntimeError as error:
            raise CannotRunError(f"PostgreSQL is missing: {error}.") from None

    def __enter__(self) -> Self:
        try:
            self._server.start()
        except (RuntimeError, OSError) as error:
            self._server.stop()
            reason = str(error).strip().splitlines()[-1]
            raise CannotRunError(f"PostgreSQL can't start: {reason} ({self._server.folder}/log says more)") from None
        except BaseException:
            self._server.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()

    def is_running(self) -> bool:
        """Whether the server is still there."""
        return self._server.is_running()

    @property
    def admin_url(self) -> str:
        """The database as the superuser, who sees every row: for a developer's own eyes."""
        return self._server.url(NAME)

    @property
    def owner_url(self) -> str:
        """The database as the owner of its tables, whom row-level security binds."""
        return self._server.url(NAME, OWNER)

    @property
    def functions_url(self) -> str:
        """The database as the functions sign in."""
        return self._server.url(NAME, FUNCTIONS)

    def migrate(self, folder: Path = ROOT / "sql") -> list[str]:
        """Make the database if need be and bring it to the newest migration; returns the names of those applied."""
        self._make()
        try:
            applied = migrations.up(self.owner_url, folder)
            migrations.ensure_login(self.owner_url, self.functions_url)
        except migrations.MigrationError as error:
            advice = "make reset forgets the local data, to start afresh"
            raise CannotRunError(f"The database can't be migrated: {error} ({advice}).") from None
        return applied

    def _make(self) -> None:
        with psycopg.connect(self._server.url(), autocommit=True) as connection:
            if not connection.execute("select from pg_roles where rolname = %s", [OWNER]).rowcount:
                connection.execute(sql.SQL("create role {} login createrole").format(sql.Identifier(OWNER)))
            if not connection.execute("select from pg_database where datname = %s", [NAME]).rowcount:
                made = sql.SQL("create database {} owner {}").format(sql.Identifier(NAME), sql.Identifier(OWNER))
                connection.execute(made)
