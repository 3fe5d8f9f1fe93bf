"""Rules that the tables keep by themselves: trials, consents, alerts, schedules."""

from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import errors
from psycopg.types.json import Jsonb

from tests.conftest import Database
from tests.database.matrix import GIVEN, GIVEN_ROWS
from tests.people import People, acting

Connection = psycopg.Connection[Any]


def give_rows(connection: Connection, people: People) -> None:
    """Ana's rows of matrix.py."""
    with psycopg.ClientCursor(connection) as cursor:
        cursor.execute(GIVEN_ROWS, {"acme": people.acme, "ana": people.ana.id, **GIVEN})


@pytest.fixture
def given(populated: Database, people: People) -> Iterator[Connection]:
    """A superuser's connection, with Ana's rows, uncommitted."""
    with psycopg.connect(populated.admin_url) as connection:
        give_rows(connection, people)
        yield connection
        connection.rollback()


# ---- organisations ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "trial_ends_at = '2099-01-01'",
        "subscription_status = 'active'",
        "current_period_end = '2099-01-01'",
        "past_due_since = null",
        "stripe_customer_id = 'cus_other'",
        "created_at = now()",
        "id = gen_random_uuid()",
    ],
)
def test_not_even_an_owner_extends_the_trial(db: Connection, people: People, change: LiteralString) -> None:
    with pytest.raises(errors.InsufficientPrivilege), acting(db, "authenticated", people.owner):
        db.execute("update organizations set " + change)  # noqa: S608 - from the list above


def test_a_trial_lasts_thirty_days(database: Database) -> None:
    with psycopg.connect(database.admin_url) as connection:
        row = connection.execute(
            "insert into organizations (name, created_at) values ('New', '2026-01-01Z')"
            " returning subscription_status, trial_started_at = created_at, trial_ends_at = '2026-01-31Z'"
        ).fetchone()
    assert row == ("trialing", True, True)


def test_no_trial_begins_in_the_future(db: Connection, people: People) -> None:
    with acting(db, "authenticated", people.former):
        db.execute("select app.create_organization('Late', 'Fred Former', now() + interval '100 years')")
        row = db.execute("select trial_started_at = now(), created_at = now() from organizations").fetchone()
    assert row == (True, True)


@pytest.mark.parametrize("flags", [{"OWNER_NOTES": "banana"}, {"OWNER_NOTES": None}, {"OWNER_NOTES": [True]}, [], 1])
def test_a_feature_is_on_or_off(db: Connection, people: People, flags: object) -> None:
    with pytest.raises(errors.CheckViolation), acting(db, "authenticated", people.owner):
        db.execute("update organizations set feature_flags = %s", (Jsonb(flags),))


def test_an_unknown_time_zone_is_refused(db: Connection, people: People) -> None:
    with pytest.raises(errors.CheckViolation, match="time zone"), acting(db, "authenticated", people.owner):
        db.execute("update organizations set timezone = 'Europe/Atlantis'")


WHOLE_DAY = {"on": True, "start": "09:00", "end": "17:00"}


@pytest.mark.parametrize(
    ("override", "accepted"),
    [
        (None, True),
        ({}, True),
        ({"monday": WHOLE_DAY}, True),
        ({"sunday": WHOLE_DAY | {"on": False}}, True),
        ({"someday": WHOLE_DAY}, False),
        ({"monday": WHOLE_DAY | {"on": "yes"}}, False),
        ({"monday": WHOLE_DAY | {"start": "9"}}, False),
        ({"monday": WHOLE_DAY | {"end": "24:00"}}, False),
        ({"monday": WHOLE_DAY | {"start": "18:00"}}, False),
        ({"monday": {"on": True}}, False),
        ({"monday": None}, False),
        (["monday"], False),
        ("monday", False),
    ],
)
def test_a_schedule_is_made_of_days(db: Connection, people: People, override: object, accepted: bool) -> None:
    def change() -> int:
        value = None if override is None else Jsonb(override)
        with acting(db, "authenticated", people.admin):
            return db.execute(
                "update organization_members set schedule_override = %s where id = %s", (value, people.ana.member_id)
            ).rowcount

    if accepted:
        assert change() == 1
    else:
        with pytest.raises(errors.CheckViolation):
            change()


def test_an_organisations_week_has_seven_days(db: Connection, people: People) -> None:
    with pytest.raises(errors.CheckViolation), acting(db, "authenticated", people.owner):
        db.execute("update organizations set schedule_config = schedule_config - 'sunday'")


# ---- check-ins --------------------------------------------------------------------------------------------------


def test_there_is_one_open_check_in_of_an_agent_a_day(given: Connection, people: People) -> None:
    again = (
        "insert into sessions (org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date)"
        " values (%s, %s, 'pulse', '{pulse_weekly}', now(), %s)"
    )
    with acting(given, "service_role"):
        given.execute(again, (people.acme, people.ana.id, "2026-01-04"))  # that day's is completed
    with pytest.raises(errors.UniqueViolation), acting(given, "service_role"):
        given.execute(again, (people.acme, people.ana.id, "2026-01-05"))


def test_a_person_makes_no_check_in_look_like_the_schedulers(db: Connection, people: People) -> None:
    with pytest.raises(errors.InsufficientPrivilege), acting(db, "authenticated", people.ana):
        db.execute(
            "insert into sessions (org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date, source)"
            " values (%s, %s, 'pulse', '{pulse_weekly}', now(), current_date, 'autopilot')",
            (people.acme, people.ana.id),
        )


def test_a_message_sent_twice_with_one_key_is_kept_once(given: Connection, people: People) -> None:
    say = (
        "insert into session_messages (session_id, turn, role, content, idempotency_key)"
        " values (%s, %s, 'person', 'tired', 'k')"
    )
    with acting(given, "authenticated", people.ana):
        given.execute(say, (GIVEN["open"], 1))
    with pytest.raises(errors.UniqueViolation), acting(given, "authenticated", people.ana):
        given.execute(say, (GIVEN["open"], 2))


# ---- consents and alerts ----------------------------------------------------------------------------------------


def test_a_withdrawn_consent_stays_withdrawn_and_can_be_given_again(db: Connection, people: People) -> None:
    consent = (
        "insert into user_consents (org_id, user_id, consent_type, version, granted_at)"
        " values (%s, %s, 'analytics', '1', now())"
    )
    with acting(db, "authenticated", people.ana):
        db.execute(consent, (people.acme, people.ana.id))
        db.execute("update user_consents set withdrawn_at = now()")
        db.execute(consent, (people.acme, people.ana.id))
        rows = db.execute("select count(*), count(withdrawn_at) from user_consents").fetchone()
    assert rows == (2, 1)
    with pytest.raises(errors.CheckViolation), acting(db, "authenticated", people.ana):
        db.execute("update user_consents set withdrawn_at = null where withdrawn_at is not null")


@pytest.mark.parametrize(
    ("before", "after", "allowed"),
    [
        ("open", "acknowledged", True),
        ("open", "dismissed", True),
        ("acknowledged", "resolved", True),
        ("acknowledged", "open", False),
        ("resolved", "open", False),
        ("dismissed", "resolved", False),
    ],
)
def test_an_alert_goes_one_way(db: Connection, people: People, before: str, after: str, allowed: bool) -> None:
    with acting(db, "service_role"):
        db.execute(
            "insert into pattern_alerts (org_id, alert_type, severity, status) values (%s, 'burnout_risk', 'info', %s)",
            (people.acme, before),
        )
    with acting(db, "authenticated", people.admin):
        if allowed:
            assert db.execute("update pattern_alerts set status = %s", (after,)).rowcount == 1
        else:
            with pytest.raises(errors.CheckViolation), db.transaction():
                db.execute("update pattern_alerts set status = %s", (after,))


def test_one_alert_of_a_type_is_open_even_for_the_whole_organisation(db: Connection, people: People) -> None:
    alert = "insert into pattern_alerts (org_id, alert_type, severity) values (%s, 'burnout_risk', 'info')"
    with acting(db, "service_role"):
        db.execute(alert, (people.acme,))
    with pytest.raises(errors.UniqueViolation), acting(db, "service_role"):
        db.execute(alert, (people.acme,))
