"""The databases of the tests: one throwaway server for each PostgreSQL at hand, migrated once, copied for each test."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from xdist.remote import Producer
from xdist.scheduler.loadscope import LoadScopeScheduling

from common import migrations
from local.postgres import Server, installed
from tests.people import People, populate

OWNER = "vizdots_owner"
FUNCTIONS = "vizdots_functions"
SQL = Path(__file__).parent.parent / "sql"


@dataclass(frozen=True)
class Database:
    """A database of the test's own, and the three who come to it."""

    admin_url: str
    """The superuser: sees and may do everything."""
    owner_url: str
    """Owns the tables, as in production: no superuser, no way around row-level security."""
    functions_url: str
    """The functions' login: owns nothing."""


class Servers:
    """The server of one PostgreSQL version: started at the first use, migrated into a template once."""

    def __init__(self, binaries: Path | None, parts: ExitStack) -> None:
        self._binaries = binaries
        self._parts = parts

    @cached_property
    def server(self) -> Server:
        """The running server, with an owner to migrate as."""
        server = self._parts.enter_context(Server.thrown_away(binaries=self._binaries))
        with psycopg.connect(server.url(), autocommit=True) as superuser:
            superuser.execute(sql.SQL("create role {} login createrole createdb").format(sql.Identifier(OWNER)))
        return server

    @cached_property
    def _migrated(self) -> str:
        database = self.empty("migrated")
        migrations.up(database.owner_url, SQL)
        migrations.ensure_login(database.owner_url, database.functions_url)
        return "migrated"

    @cached_property
    def _populated(self) -> str:
        database = self.copy(self._migrated, "populated")
        populate(database.owner_url)
        return "populated"

    def migrated(self) -> Database:
        """A new database with all migrations and nobody in it."""
        return self.copy(self._migrated)

    def populated(self) -> Database:
        """A new database with all migrations and the people of tests/people.py."""
        return self.copy(self._populated)

    def empty(self, name: str | None = None) -> Database:
        """A new database without a migration."""
        return self._create(name, sql.SQL(""))

    def copy(self, template: str, name: str | None = None) -> Database:
        """A new database like `template`, to which nobody may be connected."""
        return self._create(name, sql.SQL(" template {} strategy file_copy").format(sql.Identifier(template)))

    def _create(self, name: str | None, how: sql.Composable) -> Database:
        name = name or f"test_{uuid.uuid4().hex}"
        made = sql.SQL("create database {} owner {}").format(sql.Identifier(name), sql.Identifier(OWNER)) + how
        with psycopg.connect(self.server.url(), autocommit=True) as superuser:
            superuser.execute(made)
        url = self.server.url
        return Database(url(name), url(name, OWNER), url(name, FUNCTIONS))

    def drop(self, database: Database) -> None:
        """Remove a test's database, whoever is still connected."""
        name = psycopg.conninfo.conninfo_to_dict(database.admin_url)["dbname"]
        with psycopg.connect(self.server.url(), autocommit=True) as superuser:
            superuser.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(str(name))))


class SideBySide(LoadScopeScheduling):  # type: ignore[misc]  # it has no types
    """Which tests stay together on one core: those of a file, and all that need what is deployed, which takes long."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        if file.startswith("tests/deployed/"):
            return "tests/deployed"
        return f"{file}::{test.partition('[')[0]}" if file == "tests/browser/test_every_page.py" else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> SideBySide:
    """Share the tests out so that no two cores make the same things."""
    return SideBySide(config, log)


@pytest.fixture(scope="session")
def postgres_of() -> Iterator[Callable[[str], Servers]]:
    """The server of a version, by its id: "postgres-18" is the one that comes with `make install`."""
    with ExitStack() as parts:
        servers: dict[str, Servers] = {}

        def of(version: str) -> Servers:
            if version not in servers:
                binaries = installed(15) if version == "postgres-15" else None
                servers[version] = Servers(binaries, parts)
            return servers[version]

        yield of


@pytest.fixture(scope="session")
def postgres(postgres_of: Callable[[str], Servers]) -> Servers:
    """The server; tests/database runs on an installed PostgreSQL 15, too."""
    return postgres_of("postgres-18")


@pytest.fixture
def database(postgres: Servers) -> Iterator[Database]:
    """An empty migrated database."""
    made = postgres.migrated()
    yield made
    postgres.drop(made)


@pytest.fixture
def populated(postgres: Servers) -> Iterator[Database]:
    """A migrated database with the people of tests/people.py."""
    made = postgres.populated()
    yield made
    postgres.drop(made)


@pytest.fixture(scope="session")
def people() -> People:
    """Who is in a `populated` database."""
    return People()
