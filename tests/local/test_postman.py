"""The postman of this machine: what waits in the outbox is handed over a moment later."""

from typing import Any

import psycopg
import pytest

from local.postman import FUNCTION, Postman
from tests.conftest import Database, Servers
from tests.functions.conftest import eventually

WAITING = (
    "insert into email_logs (to_address, template, idempotency_key, due_at)"
    " values (%s, 'invitation', %s, now() + %s::interval)"
)


@pytest.fixture
def invoked() -> list[str]:
    """The functions that were invoked."""
    return []


def write(database: Database, address: str, due_in: str = "0") -> None:
    """A mail waits in the outbox."""
    with psycopg.connect(database.admin_url) as connection:
        connection.execute(WAITING, (address, address, due_in))


def test_what_is_due_is_handed_over_and_what_isnt_waits(populated: Database, invoked: list[str]) -> None:
    postman = Postman(populated.admin_url, lambda name, _: invoked.append(name))
    with psycopg.connect(populated.admin_url, autocommit=True) as connection:
        postman.look(connection)
        write(populated, "later@acme.test", "1 hour")
        postman.look(connection)
        assert invoked == []
        write(populated, "nina@acme.test")
        postman.look(connection)
    assert invoked == [FUNCTION]


def test_a_database_that_goes_away_for_a_moment_ends_no_postman(postgres: Servers, populated: Database) -> None:
    said: list[str] = []
    invoked: list[Any] = []
    with Postman(populated.admin_url, lambda *call: invoked.append(call), says=said.append):
        write(populated, "nina@acme.test")
        eventually(lambda: invoked, "the mail was handed over")
        with psycopg.connect(populated.admin_url, autocommit=True) as superuser:
            superuser.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
        invoked.clear()
        eventually(lambda: invoked, "it was handed over again")
    assert said
