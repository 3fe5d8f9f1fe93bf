"""Who is reminded, and when: within their own hours, once a day, and nobody who doesn't want to be."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from psycopg.types.json import Jsonb

from common import db
from tests.conftest import Database
from tests.office import MONDAY, TUESDAY, WEDNESDAY, Office, opened, working
from vizdots import reminders, trials

NINE: Final = 9
TWO: Final = 14


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    """An organisation in UTC that works from nine to five, Monday to Friday."""
    with opened(database) as made:
        yield made


def waiting(office: Office, *, since: date = MONDAY, **columns: object) -> UUID:
    """Somebody with an address, for whom a check-in waits."""
    who = office.member(invited_email=f"{uuid4()}@office.test", **columns)
    office.asked(who, "pulse", since, completed=False)
    return who


def remind(day: date, hour: int = NINE) -> int:
    """The job's run of that day and hour (UTC). Returns how many reminders it wrote."""
    at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return db.service_step(reminders.prepare, at=at).reminders


def test_a_check_in_that_waits_is_reminded_of_once_a_day(office: Office) -> None:
    who = waiting(office)
    assert [remind(TUESDAY), remind(TUESDAY), remind(TUESDAY, TWO)] == [1, 0, 0]
    assert remind(WEDNESDAY) == 1
    keys = office.rows("select idempotency_key from email_logs order by created_at", ())
    assert [row["idempotency_key"] for row in keys] == [f"reminder:{who}:{TUESDAY}", f"reminder:{who}:{WEDNESDAY}"]


def test_the_first_reminder_comes_after_a_day_and_the_last_after_three(office: Office) -> None:
    waiting(office)
    days = [remind(MONDAY + timedelta(days=n), hour) for n in range(5) for hour in (NINE, TWO)]
    assert days == [0, 0, 1, 0, 1, 0, 0, 0, 0, 0]  # at nine on Thursday it has waited for more than 72 hours


def test_several_check_ins_are_one_mail(office: Office) -> None:
    who = waiting(office)
    office.asked(who, "focus_tracker", MONDAY, completed=False)
    assert remind(TUESDAY) == 1


@pytest.mark.parametrize(
    "columns",
    [
        {"reminders_enabled": False},
        {"unsubscribed_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"snoozed_until": datetime(2026, 6, 9, 10, tzinfo=UTC)},
        {"status": "inactive"},
        {"invited_email": None},
        {"schedule_override": working("monday")},
        {"schedule_override": Jsonb({"tuesday": {"on": True, "start": "10:00", "end": "17:00"}})},
        {"schedule_override": Jsonb({"tuesday": {"on": True, "start": "06:00", "end": "09:00"}})},
    ],
    ids=" ".join,
)
def test_whoever_is_off_or_wants_none_gets_none(office: Office, columns: dict[str, Any]) -> None:
    who = office.member(**{"invited_email": "ana@office.test", **columns})
    office.asked(who, "pulse", MONDAY, completed=False)
    assert remind(TUESDAY) == 0


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Kolkata"])
def test_nobody_is_reminded_from_the_first_day_away_to_the_last(office: Office, zone: str) -> None:
    office.settle(timezone=zone)
    there = ZoneInfo(zone)
    who = office.member(
        invited_email="ana@office.test",
        snoozed_from=datetime.combine(WEDNESDAY, time(), there),
        snoozed_until=datetime.combine(WEDNESDAY + timedelta(days=2), time(), there),
    )
    for n in range(5):
        office.asked(who, "pulse", MONDAY + timedelta(days=n - 1), completed=False)
    office.connection.execute("update sessions set scheduled_for = scheduled_for - interval '3 hours'")
    due = [sum(remind(MONDAY + timedelta(days=n), hour) for hour in (NINE, TWO)) for n in range(5)]
    assert due == [1, 1, 0, 0, 1]


@pytest.mark.parametrize(
    "columns",
    [
        {"subscription_status": "expired"},
        {"subscription_status": "canceled"},
        {"subscription_status": "trialing", "trial_ends_at": datetime(2026, 6, 9, 8, tzinfo=UTC)},
        {"subscription_status": "past_due", "past_due_since": datetime(2026, 5, 1, tzinfo=UTC)},
        {"setup_completed_at": None},
        {"schedule_config": working("monday", "wednesday")},
        {"data_processing_consent_required": True},
    ],
    ids=" ".join,
)
def test_where_nobody_is_asked_nobody_is_reminded(office: Office, columns: dict[str, Any]) -> None:
    waiting(office)
    office.settle(**columns)
    assert remind(TUESDAY) == 0


def test_whoever_consented_is_reminded_where_consent_is_needed(office: Office) -> None:
    office.settle(data_processing_consent_required=True)
    who = waiting(office)
    office.consented(who)
    assert remind(TUESDAY) == 1


def test_what_was_begun_or_done_is_not_reminded_of(office: Office) -> None:
    begun, done = waiting(office), waiting(office)
    office.connection.execute("update sessions set started_at = scheduled_for where user_id = %s", (begun,))
    office.completes_all(done, MONDAY)
    assert remind(TUESDAY) == 0


def test_an_address_that_bounced_is_left_alone(office: Office) -> None:
    waiting(office)
    office.connection.execute(
        "insert into app.suppressed_addresses (address, reason)"
        " select invited_email, 'bounced' from organization_members"
    )
    assert remind(TUESDAY) == 0


@pytest.mark.parametrize(
    ("zone", "day", "hour", "due"),
    [
        ("America/Los_Angeles", date(2026, 6, 9), NINE, 0),  # two at night
        ("America/Los_Angeles", date(2026, 6, 9), TWO, 0),  # seven
        ("America/New_York", date(2026, 6, 9), TWO, 1),  # ten
        ("Asia/Tokyo", date(2026, 6, 9), NINE, 0),  # six in the evening
        ("Asia/Kolkata", date(2026, 6, 9), NINE, 1),  # half past two
        ("Pacific/Auckland", date(2026, 6, 9), TWO, 0),  # two at night, of the next day
        ("America/New_York", date(2026, 3, 9), NINE, 0),  # five, the day after clocks went forward
        ("America/New_York", date(2026, 3, 6), TWO, 1),  # nine, on winter time
        ("America/New_York", date(2026, 3, 9), TWO, 1),  # ten, on summer time
        ("Europe/London", date(2026, 3, 27), NINE, 1),  # nine, on winter time
        ("Europe/London", date(2026, 10, 23), 8, 1),  # nine, on summer time: an hour before the job would come by UTC
        ("Europe/London", date(2026, 10, 26), 8, 0),  # eight, the day after clocks went back
        ("America/Sao_Paulo", date(2026, 6, 9), 20, 0),  # five in the evening: the end of the window is outside of it
    ],
)
def test_a_day_and_an_hour_are_those_of_the_organisation(
    office: Office, zone: str, day: date, hour: int, due: int
) -> None:
    office.settle(timezone=zone)
    who = office.member(invited_email="ana@office.test")
    office.asked(who, "pulse", day - timedelta(days=1), completed=False)
    office.connection.execute(
        "update sessions set scheduled_for = %s",
        (datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=30),),
    )
    assert remind(day, hour) == due


def test_one_mail_a_day_whatever_somebodys_organisations(office: Office) -> None:
    who = waiting(office)
    other = Office(office.connection).found()
    other._insert(
        "organization_members", org_id=other.org_id, user_id=who, status="active", invited_email="ana@other.test"
    )
    other.asked(who, "pulse", MONDAY, completed=False)
    assert remind(TUESDAY) == 1


def test_a_trial_that_ends_is_told_of_three_times(office: Office) -> None:
    ends = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    office.settle(subscription_status="trialing", trial_ends_at=ends, timezone="Europe/Berlin")
    office.member(invited_email="olivia@office.test", role="owner")
    office.member(invited_email="adam@office.test", role="admin")
    days: dict[date, int] = {}
    for n in range(12):
        at = datetime(2026, 6, 20, 9, tzinfo=UTC) + timedelta(days=n)
        for _ in range(2):
            days[at.date()] = days.get(at.date(), 0) + db.service_step(trials.warn, at=at).mails
    # In Berlin it ends on the first of July.
    assert [day for day, mails in days.items() if mails] == [date(2026, 6, 24), date(2026, 6, 28), date(2026, 6, 30)]
    assert {*days.values()} == {0, 1}
    told = office.rows("select facts from email_logs order by created_at", ())
    assert [row["facts"] for row in told] == [{"days_left": n, "ends_on": "2026-07-01"} for n in (7, 3, 1)]
