"""The product's main job on what was deployed: the clock plans a check-in, a person has it, a dot is there."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest

from local import clock
from local.template import Schedule
from tests.deployed.conftest import SCHEDULER_SECRET, Deployed, Person

BY_HAND = "/api/internal/scheduler"
WORDS = "I plan the tours of our technicians, talk to customers on the phone and write invoices. We measure delays."


def test_a_stranger_is_asked_to_sign_in(deployed: Deployed) -> None:
    answer = deployed.http.get("/api/me")
    assert answer.status_code == 401
    assert answer.json()["code"] == "not_signed_in"


def test_a_person_who_has_signed_in_is_known(ana: Person) -> None:
    answer = ana.http.get("/api/me")
    assert answer.status_code == 200, answer.text
    assert answer.json()["user"] == {"id": str(ana.user_id), "email": "ana@acme.test"}


def test_the_schedule_may_invoke_its_target(deployed: Deployed) -> None:
    target = daily(deployed)["Target"]
    simulated = deployed.cloud.client("iam").simulate_principal_policy(
        PolicySourceArn=target["RoleArn"], ActionNames=["lambda:InvokeFunction"], ResourceArns=[target["Arn"]]
    )
    assert [each["EvalDecision"] for each in simulated["EvaluationResults"]] == ["allowed"]


def test_the_clock_plans_a_check_in_that_becomes_a_dot(deployed: Deployed, ana: Person) -> None:
    strike(deployed, datetime.now(UTC))
    planned = ana.http.get("/api/sessions", params={"status": "pending"}).json()["items"]
    assert planned, "the scheduler has planned nothing"
    session = planned[-1]["id"]

    opening = say(ana.http, session, {"isOpening": True})
    assert "Ana" in opening["message"]
    turns = talk(ana.http, session)
    assert turns[-1]["isComplete"]
    assert 1 <= len(turns) <= 3

    dot = deployed.database.execute(
        "select user_id, raw_text from answers where session_id = %s", (session,)
    ).fetchone()
    assert dot
    assert dot[0] == ana.user_id
    assert WORDS in dot[1]
    assert session in [each["session_id"] for each in ana.http.get("/api/user/dots").json()["items"]]
    assert ana.http.get(f"/api/sessions/{session}").json()["status"] == "completed"
    assert ana.http.get("/api/user/profile").json()["version"] >= 1


def test_striking_twice_plans_nothing_twice(deployed: Deployed, ana: Person) -> None:
    at = datetime.now(UTC)
    strike(deployed, at)
    once = count_of_sessions(deployed)
    strike(deployed, at)
    assert count_of_sessions(deployed) == once


def test_an_operator_who_knows_the_secret_runs_the_scheduler(deployed: Deployed) -> None:
    answer = deployed.http.post(BY_HAND, headers={"Authorization": f"Bearer {SCHEDULER_SECRET}"})
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({}, {}),
        ({"Authorization": "Bearer a-guess"}, {}),
        ({"Authorization": SCHEDULER_SECRET}, {}),
        ({}, {"secret": SCHEDULER_SECRET, "authorization": f"Bearer {SCHEDULER_SECRET}"}),
    ],
    ids=["nothing", "a guess", "no scheme", "in the query"],
)
def test_nobody_else_runs_the_scheduler(deployed: Deployed, headers: dict[str, str], query: dict[str, str]) -> None:
    before = count_of_sessions(deployed)
    answer = deployed.http.post(BY_HAND, headers=headers, params=query)
    assert answer.status_code == 401
    assert answer.json()["code"] == "invalid_secret"
    assert count_of_sessions(deployed) == before


def daily(deployed: Deployed) -> dict[str, Any]:
    """The scheduler's schedule as EventBridge has it."""
    scheduler = deployed.cloud.client("scheduler")
    listed = scheduler.list_schedules()["Schedules"]
    all_of_them = [scheduler.get_schedule(Name=each["Name"], GroupName=each["GroupName"]) for each in listed]
    schedule: dict[str, Any]
    (schedule,) = [each for each in all_of_them if each["ScheduleExpression"] == "cron(0 8 * * ? *)"]
    assert schedule["State"] == "ENABLED"
    return schedule


def strike(deployed: Deployed, at: datetime) -> None:
    """Do what EventBridge Scheduler does when the schedule is due."""
    schedule = daily(deployed)
    target = schedule["Target"]
    due = Schedule(
        schedule["Name"], target["Arn"], schedule["ScheduleExpression"], "scheduler", input=target.get("Input")
    )
    deployed.cloud.invoke(target["Arn"], clock.event(due, at, str(uuid4())))


def count_of_sessions(deployed: Deployed) -> int:
    found = deployed.database.execute("select count(*) from sessions").fetchone()
    assert found
    return int(found[0])


def talk(http: httpx.Client, session: str) -> list[dict[str, Any]]:
    """Answer until the check-in is complete, at most five times."""
    turns: list[dict[str, Any]] = []
    while len(turns) < 5 and not (turns and turns[-1]["isComplete"]):
        turns.append(say(http, session, {"message": WORDS}))
    return turns


def say(http: httpx.Client, session: str, said: dict[str, object]) -> dict[str, Any]:
    answer = http.post(f"/api/sessions/{session}/messages", json=said)
    assert answer.status_code == 200, answer.text
    reply: dict[str, Any] = answer.json()
    return reply
