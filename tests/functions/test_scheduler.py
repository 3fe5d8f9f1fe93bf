"""The scheduler's function: the clock's event and the route with the secret come to the same run."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.conftest import Database
from tests.functions.conftest import Client, invoke_here
from tests.people import People
from tests.requests import logged
from vizdots.errors import VizDotsError

Look = Callable[..., Any]
SAMPLE = Path(__file__).resolve().parents[2] / "events/cron_scheduler.json"
MONDAY = datetime(2026, 6, 8, 8, tzinfo=UTC)
ACTIVE_AT_ACME, ACTIVE_AT_GLOBEX = 5, 1


@pytest.fixture(autouse=True)
def long_ago(populated: Database) -> None:
    """Both organisations have been set up for long."""
    with psycopg.connect(populated.admin_url) as connection:
        connection.execute("update organizations set setup_completed_at = '2026-01-01', subscription_status = 'active'")


@pytest.fixture
def operator(nobody: Client) -> Client:
    """Whoever knows the secret."""
    return Client(nobody.invoke, "the scheduler's secret", MONDAY)


def tick() -> dict[str, Any]:
    """The event of the clock at 08:00 UTC on a Monday."""
    event: dict[str, Any] = json.loads(SAMPLE.read_text())
    return event


def test_the_clock_makes_the_check_ins_of_its_day(look: Look) -> None:
    answer = invoke_here("SchedulerFunction", tick())

    assert answer == {"people": 6, "created": {"pulse": ACTIVE_AT_ACME + ACTIVE_AT_GLOBEX}}
    assert look("select count(*) from sessions where scheduled_date = '2026-06-08' and source = 'autopilot'") == 6
    assert look("select count(*) from sessions where created_at <> '2026-06-08 08:00Z'") == 0
    assert look("select count(*) from sessions s join organizations o on o.id = s.org_id and o.name = 'Globex'") == 1


def test_a_clock_without_a_time_means_now(look: Look) -> None:
    event = tick()
    del event["time"]

    invoke_here("SchedulerFunction", event)

    assert look("select coalesce(bool_and(abs(extract(epoch from now() - created_at)) < 3600), true) from sessions")


def test_the_route_does_the_same_and_then_finds_nothing_to_do(operator: Client, look: Look) -> None:
    first, second = (operator.post("/api/internal/scheduler") for _ in range(2))

    assert (first.status, first.body) == (200, {"people": 6, "created": {"pulse": 6}})
    assert (second.status, second.body) == (200, {"people": 0, "created": {}})
    assert look("select count(*) from sessions") == 6


def test_a_member_sees_the_check_in_that_was_made_for_them(
    operator: Client, signed_in: Callable[..., Client], people: People
) -> None:
    operator.post("/api/internal/scheduler")
    items = signed_in(people.ana).get("/api/sessions", query="status=pending").body["items"]
    assert [(it["agent_code"], it["source"], it["scheduled_for"]) for it in items] == [
        ("pulse", "autopilot", "2026-06-08T07:00:00+00:00")
    ]


@pytest.mark.parametrize("token", [None, "", "wrong", "the scheduler's secre", "The scheduler's secret"])
def test_without_the_secret_nothing_happens(nobody: Client, look: Look, token: str | None) -> None:
    answer = Client(nobody.invoke, token, MONDAY).post("/api/internal/scheduler")
    assert (answer.status, answer.headers["content-type"]) == (401, "application/problem+json")
    assert look("select count(*) from sessions") == 0


def test_the_secret_counts_in_the_header_only(nobody: Client, look: Look) -> None:
    answer = nobody.send("POST", "/api/internal/scheduler", query="secret=the%20scheduler%27s%20secret")
    assert answer.status == 401
    assert look("select count(*) from sessions") == 0


def test_a_members_token_is_not_the_secret(ana: Client, look: Look) -> None:
    assert ana.post("/api/internal/scheduler").status == 401
    assert look("select count(*) from sessions") == 0


@pytest.fixture
def broken(populated: Database) -> None:
    """A database whose check-ins can't be written."""
    with psycopg.connect(populated.admin_url) as connection:
        connection.execute("revoke insert on sessions from service_role")


@pytest.mark.usefixtures("broken")
def test_a_failing_run_fails_the_function_so_that_the_alarm_and_the_retry_see_it() -> None:
    with pytest.raises(VizDotsError):
        invoke_here("SchedulerFunction", tick())


@pytest.mark.usefixtures("broken")
def test_a_failing_run_by_hand_is_a_problem_document(operator: Client) -> None:
    answer = operator.post("/api/internal/scheduler")
    assert answer.status >= 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert "sessions" not in json.dumps(answer.body)


def test_the_log_tells_counts_and_nobody(operator: Client, people: People) -> None:
    with logged() as lines:
        operator.post("/api/internal/scheduler")
    (line,) = [line for line in lines if line["message"] == "scheduled"]
    assert (line["people"], line["check_ins"]) == (6, {"pulse": 6})
    told = json.dumps(lines)
    for person in people.all():
        assert str(person.id) not in told
        assert person.name not in told
