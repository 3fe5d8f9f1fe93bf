"""The migrations during a deploy, as CloudFormation sees them: one answer, whatever happens."""

import importlib.util
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import psycopg
import pytest

from common import custom_resource, migrations
from tests.conftest import SQL, Database, Servers

ROOT = Path(__file__).parents[2]


class CloudFormation:
    """Where a custom resource sends its answer: a signed URL, really an HTTP server."""

    def __init__(self) -> None:
        self.answers: list[dict[str, Any]] = []
        self.content_types: list[str | None] = []
        heard = self

        class Listener(BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                length = int(self.headers["Content-Length"])
                heard.content_types.append(self.headers["Content-Type"])
                heard.answers.append(json.loads(self.rfile.read(length)))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Listener)

    def event(self, kind: str) -> dict[str, Any]:
        """A recorded event of that kind, to be answered here."""
        event: dict[str, Any] = json.loads((ROOT / "events/deploy_migrate.json").read_text())
        return event | {"RequestType": kind, "ResponseURL": f"http://127.0.0.1:{self.server.server_port}/answer?signed"}


@pytest.fixture
def cloudformation() -> Iterator[CloudFormation]:
    """CloudFormation, waiting for an answer."""
    waiting = CloudFormation()
    thread = threading.Thread(target=waiting.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield waiting
    waiting.server.shutdown()
    thread.join()
    waiting.server.server_close()


@pytest.fixture
def function() -> ModuleType:
    """functions/deploy/migrate/app.py."""
    spec = importlib.util.spec_from_file_location("deploy_migrate", ROOT / "functions/deploy/migrate/app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def empty(postgres: Servers, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database without a migration, whose URLs the function is given."""
    made = postgres.empty()
    monkeypatch.setenv("DATABASE_ADMIN_URL", made.owner_url)
    monkeypatch.setenv("DATABASE_URL", made.functions_url)
    monkeypatch.setenv("MIGRATIONS_DIR", str(SQL))
    yield made
    postgres.drop(made)


def lambda_with(seconds: float) -> SimpleNamespace:
    """The context of an invocation that has so many seconds left."""
    return SimpleNamespace(get_remaining_time_in_millis=lambda: seconds * 1000, log_stream_name="2026/01/05/[1]abc")


def only(cloudformation: CloudFormation) -> dict[str, Any]:
    """The one answer."""
    (answer,) = cloudformation.answers
    return answer


@pytest.mark.parametrize("kind", ["Create", "Update"])
def test_a_deploy_brings_the_database_to_the_newest_migration(
    function: ModuleType, cloudformation: CloudFormation, empty: Database, kind: str
) -> None:
    function.handler(cloudformation.event(kind), lambda_with(900))
    answer = only(cloudformation)
    assert answer["Status"] == "SUCCESS"
    assert "001_initial_schema.sql" in answer["Reason"]
    assert answer["RequestId"] == "5d478078-13e9-baf0-464a-7ef285ecc786"
    assert answer["LogicalResourceId"] == "Migration"
    migrations.verify(empty.owner_url, SQL)
    with psycopg.connect(empty.functions_url) as connection:
        connection.execute("set role authenticated")


def test_the_answer_is_what_the_signature_was_made_for(
    function: ModuleType, cloudformation: CloudFormation, empty: Database
) -> None:
    function.handler(cloudformation.event("Update"), lambda_with(900))
    assert cloudformation.content_types == [""]


def test_deploying_again_keeps_the_same_resource(
    function: ModuleType, cloudformation: CloudFormation, empty: Database
) -> None:
    first = cloudformation.event("Create")
    del first["PhysicalResourceId"]
    function.handler(first, lambda_with(900))
    function.handler(cloudformation.event("Update"), lambda_with(900))
    assert {answer["PhysicalResourceId"] for answer in cloudformation.answers} == {"vizdots-migrations"}
    assert "nothing to apply" in cloudformation.answers[1]["Reason"]


def test_deleting_the_stack_leaves_the_data(
    function: ModuleType, cloudformation: CloudFormation, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DATABASE_ADMIN_URL", raising=False)  # by then the secret may be gone
    function.handler(cloudformation.event("Delete"), lambda_with(900))
    assert only(cloudformation)["Status"] == "SUCCESS"
    migrations.verify(database.owner_url, SQL)


def test_a_failing_migration_fails_the_deploy_and_says_which(
    function: ModuleType,
    cloudformation: CloudFormation,
    empty: Database,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (tmp_path / "001_wrong.sql").write_text("select 1/0")
    monkeypatch.setenv("MIGRATIONS_DIR", str(tmp_path))
    function.handler(cloudformation.event("Update"), lambda_with(900))
    answer = only(cloudformation)
    assert answer["Status"] == "FAILED"
    assert "001_wrong.sql" in answer["Reason"]
    assert "division by zero" in answer["Reason"]


def _without_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_ADMIN_URL")


def _without_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_ADMIN_URL", "postgresql://boss:hunter2@127.0.0.1:1/vizdots")


def _with_half_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_ADMIN_URL", "postgresql://boss:hunter2@[::1/vizdots")


def _with_no_url_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_ADMIN_URL", "postgres//boss:hunter2@db.test/vizdots")


def _with_no_url_for_the_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres//boss:hunter2@db.test/vizdots")


@pytest.mark.parametrize(
    "breakage",
    [
        _without_secret,
        _without_server,
        _with_half_an_address,
        _with_no_url_at_all,
        _with_no_url_for_the_functions,
    ],
)
def test_it_answers_when_it_cant_even_begin_and_tells_no_secret(
    function: ModuleType,
    cloudformation: CloudFormation,
    empty: Database,
    monkeypatch: pytest.MonkeyPatch,
    breakage: Callable[[pytest.MonkeyPatch], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    breakage(monkeypatch)
    function.handler(cloudformation.event("Create"), lambda_with(900))
    answer = only(cloudformation)
    assert answer["Status"] == "FAILED"
    assert "migrations failed" in caplog.text
    for told in (answer["Reason"], caplog.text):
        assert "hunter2" not in told
        assert "boss" not in told


def test_it_answers_before_its_time_is_over_and_only_once(
    function: ModuleType, cloudformation: CloudFormation, empty: Database
) -> None:
    with psycopg.connect(empty.owner_url, autocommit=True) as other:
        other.execute("select pg_advisory_lock(%s)", (migrations.LOCK,))
        working = threading.Thread(
            target=function.handler, args=(cloudformation.event("Update"), lambda_with(custom_resource.TIME_TO_ANSWER))
        )
        working.start()
        while not cloudformation.answers:
            assert working.is_alive()
    working.join()
    answer = only(cloudformation)
    assert answer["Status"] == "FAILED"
    assert "longer" in answer["Reason"]
