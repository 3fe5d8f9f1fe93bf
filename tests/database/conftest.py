"""The tests of the database hold on every PostgreSQL at hand: 18, and an installed 15 where there is one."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from local.postgres import installed
from tests.conftest import Database, Servers

VERSIONS = ["postgres-18", *(["postgres-15"] if installed(15) else [])]


@pytest.fixture(scope="session", params=VERSIONS)
def postgres(request: pytest.FixtureRequest, postgres_of: Callable[[str], Servers]) -> Servers:
    """Each PostgreSQL in turn."""
    version: str = request.param
    return postgres_of(version)


@pytest.fixture
def owner(populated: Database) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the tables' owner to a database with people in it. What a test does is never committed."""
    with psycopg.connect(populated.owner_url) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def db(populated: Database) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the functions' login to a database with people in it. What a test does is never committed."""
    with psycopg.connect(populated.functions_url) as connection:
        yield connection
        connection.rollback()
