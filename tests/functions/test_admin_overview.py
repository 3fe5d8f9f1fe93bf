"""GET /api/admin/overview: how an organisation is doing, for those who run it. What it withholds: tests/database."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from pydantic import TypeAdapter

from local import cloudformation
from tests.conftest import Database
from tests.functions.conftest import ROOT, Client
from tests.people import People, Person
from vizdots.overview import Overview
from vizdots.schedules import SCHEDULER_RUNS_AT

OVERVIEW = "/api/admin/overview"
FRIDAY = datetime(2026, 11, 6, 12, 0, tzinfo=UTC)
SignIn = Callable[[Person], Client]
Do = Callable[..., None]


@pytest.fixture
def do(populated: Database) -> Do:
    """Change the database, as its superuser."""

    def change(statement: str, *parameters: object) -> None:
        with psycopg.connect(populated.admin_url) as connection:
            connection.execute(statement.encode(), parameters)

    return change


@pytest.fixture
def admin(signed_in: SignIn, people: People) -> Client:
    """The admin's client, on a Friday."""
    return signed_in(people.admin).on(FRIDAY)


def seen(client: Client) -> dict[str, Any]:
    """The overview, held against its model."""
    answer = client.get(OVERVIEW)
    assert answer.status == 200, answer.body
    TypeAdapter(Overview).validate_python(answer.body)
    body: dict[str, Any] = answer.body
    return body


def test_owners_and_admins_see_it(admin: Client, signed_in: SignIn, people: People) -> None:
    assert seen(admin) == seen(signed_in(people.owner).on(FRIDAY))


def test_members_and_former_ones_do_not(ana: Client, signed_in: SignIn, people: People) -> None:
    told = [client.get(OVERVIEW) for client in (ana, signed_in(people.her_manager), signed_in(people.former))]
    assert [(each.status, each.body["code"]) for each in told] == [
        *((403, "admins_only"), (403, "admins_only"), (403, "no_organisation"))
    ]


def test_an_owner_elsewhere_sees_their_own(signed_in: SignIn, people: People) -> None:
    stranger = signed_in(people.stranger)
    assert seen(stranger)["people"]["active"] == 1
    assert stranger.get(OVERVIEW, headers={"x-org-id": str(people.acme)}).status == 403


@pytest.mark.parametrize(
    ("left", "days"),
    [
        *((timedelta(days=30), 30), (timedelta(hours=25), 2), (timedelta(hours=24), 1), (timedelta(seconds=1), 1)),
        *((timedelta(0), 0), (-timedelta(days=1), 0)),
    ],
)
def test_the_last_day_of_a_trial_is_one_day(admin: Client, do: Do, left: timedelta, days: int) -> None:
    do("update organizations set trial_ends_at = %s", FRIDAY + left)
    assert seen(admin)["subscription"]["trial_days_left"] == days
    assert admin.get("/api/me").body["membership"]["trial_days_left"] == days


@pytest.mark.parametrize("status", ["active", "past_due", "canceled", "expired"])
def test_without_a_trial_there_are_no_days_of_it(admin: Client, do: Do, status: str) -> None:
    do("update organizations set subscription_status = %s", status)
    told = seen(admin)["subscription"]
    assert (told["status"], told["trial_days_left"]) == (status, None)


def test_what_the_set_up_lacks_is_told(admin: Client, do: Do, people: People) -> None:
    assert seen(admin)["hints"] == []
    for name, expires in (
        ("never", None),
        ("soon", FRIDAY + timedelta(days=3)),
        ("later", FRIDAY + timedelta(days=3, seconds=1)),
        ("over", FRIDAY),
    ):
        do(
            "insert into organization_members (org_id, invited_email, invite_expires_at, supervisor, department_id)"
            " values (%s, %s, %s, %s, %s)",
            *(people.acme, f"{name}@acme.test", expires, people.her_manager.member_id, people.field_department),
        )
    do("update organization_members set supervisor = null, department_id = null where user_id = %s", people.ana.id)

    told = seen(admin)

    assert {each["code"]: each["count"] for each in told["hints"]} == {
        "not_invited_yet": 1,
        "invitations_expire_soon": 1,
        "invitations_expired": 1,
        "without_supervisor": 1,
        "without_department": 1,
    }
    assert told["people"] == {
        "active": 5,
        "invited": 4,
        "inactive": 1,
        "without_department": 1,
        "without_supervisor": 1,
    }
    assert [(each["email"], each["is_expired"]) for each in told["invited"]] == [
        *(("never@acme.test", False), ("over@acme.test", True), ("soon@acme.test", False), ("later@acme.test", False))
    ]


def test_whoever_is_alone_is_told_to_invite_somebody(signed_in: SignIn, people: People) -> None:
    codes = [each["code"] for each in seen(signed_in(people.stranger))["hints"]]
    assert codes == ["nobody_invited", "without_department"]


def test_early_warnings_are_the_newest_five(admin: Client, do: Do, people: People) -> None:
    kinds = ["low_participation", "high_friction", "sentiment_drop", "workload_spike", "burnout_risk", "focus_drift"]
    for nth, kind in enumerate(kinds):
        do(
            "insert into pattern_alerts (org_id, alert_type, severity, details, created_at)"
            " values (%s, %s, 'warning', '{\"snapshot\": 1}', %s)",
            *(people.acme, kind, FRIDAY - timedelta(hours=nth)),
        )
    do("insert into pattern_alerts (org_id, alert_type, severity) values (%s, 'focus_drift', 'info')", people.globex)

    told = seen(admin)["warnings"]

    assert ([each["alert_type"] for each in told["items"]], told["open"]) == (kinds[:5], 6)
    assert "details" not in told["items"][0]
    do("update organizations set feature_flags = '{\"PATTERN_ALERTS\": false}'")
    assert seen(admin)["warnings"] is None


def test_the_scheduler_runs_when_the_overview_says() -> None:
    template = cloudformation.load(ROOT / "template.yaml")
    (daily, *_) = template["Resources"]["SchedulerFunction"]["Properties"]["Events"].values()
    assert daily["Properties"]["ScheduleExpression"] == f"cron(0 {SCHEDULER_RUNS_AT.hour} * * ? *)"
