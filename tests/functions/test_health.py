"""GET /api/health: 200 while the product can work, 503 with a reason while it can't, and never a secret."""

import json

import pytest
from psycopg.conninfo import make_conninfo
from pydantic import TypeAdapter

from common import db
from tests.conftest import SQL, Database, Servers
from tests.functions.conftest import Client, Look
from vizdots.health import Health


def test_it_tells_the_database_and_its_migrations(nobody: Client, look: Look) -> None:
    answer = nobody.get("/api/health")

    assert answer.status == 200
    told = TypeAdapter(Health).validate_python(answer.body)
    assert told.migrations_applied == len([*SQL.glob("*.sql")])
    assert told.latest_migration == max(file.name for file in SQL.glob("*.sql"))
    assert told.server_version == look("show server_version")


def test_it_asks_for_nobody_but_is_harmed_by_no_token(nobody: Client) -> None:
    assert nobody.get("/api/health", headers={"authorization": "Bearer garbage"}).status == 200


@pytest.mark.parametrize("address", ["host=127.0.0.1 port=1", "host=/nowhere/at/all"])
def test_it_is_503_while_the_database_is_down(nobody: Client, monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("DATABASE_URL", f"{address} dbname=vizdots user=vizdots_functions password=s3cret-word")

    answer = nobody.get("/api/health")

    assert (answer.status, answer.body["code"]) == (503, "unavailable")
    assert answer.headers["content-type"] == "application/problem+json"
    assert int(answer.headers["retry-after"]) > 0
    assert "s3cret-word" not in json.dumps(answer.body)


def test_it_is_503_while_there_are_no_migrations(
    nobody: Client, postgres: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty = postgres.empty()
    monkeypatch.setenv("DATABASE_URL", empty.functions_url)

    answer = nobody.get("/api/health")
    db.close()
    postgres.drop(empty)

    assert (answer.status, answer.body["code"]) == (503, "not_migrated")


def test_who_may_not_sign_in_to_the_database_isnt_told_to_the_world(
    nobody: Client, populated: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = make_conninfo(populated.functions_url, user="nobody_here", password="s3cret-word")
    monkeypatch.setenv("DATABASE_URL", address)

    answer = nobody.get("/api/health")

    assert answer.status == 503
    assert "s3cret-word" not in json.dumps(answer.body)
    assert "nobody_here" not in json.dumps(answer.body)


def test_it_is_well_again_when_the_database_is(nobody: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as down:
        down.setenv("DATABASE_URL", "host=127.0.0.1 port=1")
        assert nobody.get("/api/health").status == 503

    assert nobody.get("/api/health").status == 200
