"""What the report of mails tells: never who was reminded, who doesn't react, who stopped mails or called one spam."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.conftest import Database
from tests.mailed import NOON, YESTERDAY, Mailed
from tests.people import ACME, NOBODY, People, acting

Connection = psycopg.Connection[Any]

KINDS = ["reminder", "invitation", "trial_ending"]
REPORT = "select app.mail_delivery(7, %s, %s)"
FAILURES = "select app.mail_failures(50, null, null)"
REMINDED = ("queued", "sent", "bounced", "failed", "given_up", "complained")


@pytest.fixture
def mailed(populated: Database) -> Mailed:
    """The mails of Acme, where five people are active."""
    return Mailed(populated)


def one(db: Connection, statement: str, *parameters: object) -> Any:
    row = db.execute(statement.encode(), parameters).fetchone()
    return row[0] if row else None


def report(db: Connection, people: People) -> Any:
    with acting(db, "authenticated", people.admin):
        return one(db, REPORT, KINDS, NOON)


def of_kind(told: Any, kind: str) -> Any:
    return next(each for each in told["kinds"] if each["kind"] == kind)


def remind(mailed: Mailed, members: list[UUID], status: str = "sent", **facts: Any) -> None:
    for each in members:
        mailed.mail(each, status, template="reminder", **facts)


# ---- counts of people ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("reminded", "told"),
    [(0, None), (1, None), (4, None), (5, 5), (9, 5), (10, 10), (14, 10), (15, 15), (19, 15), (20, 15)],
)
def test_the_reminded_are_told_in_whole_groups_and_never_as_all(
    db: Connection, mailed: Mailed, people: People, reminded: int, told: int | None
) -> None:
    crowd = [*mailed.crowd(15), *(each.member_id for each in people.all() if each.org_id == ACME)][:20]
    remind(mailed, crowd[:reminded])
    sent = of_kind(report(db, people), "reminder")
    assert (sent["sent"], sent["trend"][-2]["sent"]) == (told, told)


@pytest.mark.parametrize("active", [5, 9])
def test_where_all_might_be_meant_nothing_is_told(db: Connection, mailed: Mailed, people: People, active: int) -> None:
    remind(mailed, [*mailed.crowd(active - 5), *(each.member_id for each in people.all() if each.status == "active")])
    told = report(db, people)
    assert {of_kind(told, "reminder")[each] for each in REMINDED} == {None}
    assert {(each["sent"], each["lost"]) for each in of_kind(told, "reminder")["trend"]} == {(None, None)}


def test_people_are_counted_not_mails(db: Connection, mailed: Mailed, people: People) -> None:
    crowd = mailed.crowd(10)
    for _ in range(5):
        remind(mailed, crowd[:1])
    assert of_kind(report(db, people), "reminder")["sent"] is None


def test_todays_are_told_tomorrow(db: Connection, mailed: Mailed, people: People) -> None:
    remind(mailed, mailed.crowd(10), at=NOON.replace(hour=9))
    assert of_kind(report(db, people), "reminder")["sent"] is None


@pytest.mark.parametrize("kind", ["reminder", "trial_ending"])
def test_few_read_like_none(db: Connection, mailed: Mailed, people: People, kind: str) -> None:
    mailed.crowd(10)
    before = report(db, people)
    for status, error_type in [
        ("sent", None),
        ("bounced", None),
        ("complained", None),
        ("failed", "MessageRejected"),
        ("queued", None),
        ("suppressed", "Unsubscribed"),
        ("suppressed", "TooLate"),
        ("suppressed", "AddressSuppressed"),
    ]:
        mailed.mail(people.ana.member_id, status, template=kind, error_type=error_type, attempts=5)
    assert report(db, people) == before


@pytest.mark.parametrize("why", ["Unsubscribed", "NothingToRemindOf", "NotActive"])
def test_who_doesnt_want_mails_isnt_counted_at_all(db: Connection, mailed: Mailed, people: People, why: str) -> None:
    crowd = mailed.crowd(20)
    remind(mailed, crowd[:10])
    before = report(db, people)
    remind(mailed, crowd[10:], "suppressed", error_type=why, attempts=0)
    assert report(db, people) == before


def test_dead_letters_are_told_by_kind_and_reason(db: Connection, mailed: Mailed, people: People) -> None:
    crowd = mailed.crowd(20)
    remind(mailed, crowd[:6], "failed", error_type="InternalServiceError", attempts=5)
    remind(mailed, crowd[6:8], "failed", error_type="LimitExceededException", attempts=5)
    assert report(db, people)["dead_letters"] == [
        {"kind": "reminder", "error_type": "InternalServiceError", "count": 5}
    ]


# ---- complaints ------------------------------------------------------------------------------------------------------


def test_a_mail_that_was_called_spam_has_arrived(db: Connection, mailed: Mailed, people: People) -> None:
    mail = mailed.mail(mailed.waiting("nina@acme.test"), "sent")
    before = report(db, people), failures(db, people)
    mailed.do("update email_logs set status = 'complained' where id = %s", mail)
    assert (report(db, people), failures(db, people)) == before


def test_an_address_that_may_not_be_written_to_reads_like_one_that_doesnt_exist(
    db: Connection, mailed: Mailed, people: People
) -> None:
    mail = mailed.mail(mailed.waiting("nina@acme.test"), "bounced")
    before = report(db, people), failures(db, people)
    mailed.do("update email_logs set status = 'suppressed', error_type = 'AddressSuppressed' where id = %s", mail)
    assert (report(db, people), failures(db, people)) == before


def test_complaints_are_told_in_whole_groups(db: Connection, mailed: Mailed, people: People) -> None:
    crowd = mailed.crowd(20)
    remind(mailed, crowd[:4], "complained")
    assert of_kind(report(db, people), "reminder")["complained"] is None
    remind(mailed, crowd[4:7], "complained")
    told = of_kind(report(db, people), "reminder")
    assert (told["complained"], told["sent"]) == (5, 5)


def test_of_invitations_complaints_are_told_in_whole_groups_too(db: Connection, mailed: Mailed, people: People) -> None:
    for nth in range(6):
        mailed.mail(mailed.waiting(f"guest{nth}@acme.test"), "complained")
    told = of_kind(report(db, people), "invitation")
    assert (told["sent"], told["complained"]) == (6, None)
    for nth in range(6, 12):
        mailed.mail(mailed.waiting(f"guest{nth}@acme.test"), "sent")
    assert of_kind(report(db, people), "invitation")["complained"] == 5


# ---- rows ------------------------------------------------------------------------------------------------------------


def failures(db: Connection, people: People) -> Any:
    with acting(db, "authenticated", people.admin):
        return one(db, FAILURES)


@pytest.mark.parametrize("kind", ["reminder", "trial_ending"])
def test_only_invitations_are_told_one_by_one(db: Connection, mailed: Mailed, people: People, kind: str) -> None:
    for status in ("bounced", "failed", "complained", "suppressed", "sent"):
        mailed.mail(people.ana.member_id, status, template=kind)
        mailed.mail(people.owner.member_id, status, template=kind)
    assert failures(db, people) == {"items": [], "next_cursor": None, "all": 0, "to_retry": 0}


# ---- with SQL of their own -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "select count(*) from public.email_logs",
        "select 1 from public.email_logs limit 1",
        "update public.email_logs set status = 'queued'",
        "insert into public.email_logs (to_address, template, idempotency_key) values ('a', 'reminder', 'b')",
        "delete from public.email_logs",
        "select * from app.suppressed_addresses",
        "select * from app.failed_invitations('aaaaaaaa-0000-4000-8000-000000000000')",
        "select app.mail_state(null::public.email_logs)",
        "select app.is_still_wanted(null::public.email_logs, now())",
        "select app.begin_mails('{}', '{}', now(), '1 minute')",
        "select app.finish_mails('[]', now())",
        "select app.note_mail_event(null, '', 'sent', '{}', now())",
        "select app.hand_over_mails(now(), 1)",
        "select app.hold_members_to_invite('{}')",
    ],
)
def test_nobody_comes_at_the_mails_by_another_way(db: Connection, people: People, statement: str) -> None:
    for who in (people.owner, people.admin, people.ana):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(db, "authenticated", who):
            db.execute(statement.encode())


CALLS = [
    "select app.mail_delivery(7, '{invitation}', now())",
    "select app.mail_failures(50, null, null)",
    f"select app.retry_invitation('{NOBODY}', null, now())",
    "select app.retry_invitations(now())",
]


@pytest.mark.parametrize("call", CALLS)
def test_only_admins_call_these(db: Connection, people: People, call: str) -> None:
    for who in (people.ana, people.her_manager, people.former):
        with pytest.raises(psycopg.Error) as refused, acting(db, "authenticated", who):
            db.execute(call.encode())
        assert refused.value.sqlstate == "VD403"


@pytest.mark.parametrize("call", CALLS)
def test_whoever_isnt_signed_in_calls_none(db: Connection, call: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(db, "anon"):
        db.execute(call.encode())


@pytest.mark.parametrize("days", [-5, 0, 1, 100_000])
def test_other_windows_tell_no_more(db: Connection, mailed: Mailed, people: People, days: int) -> None:
    mailed.crowd(20)
    remind(mailed, [people.ana.member_id], at=YESTERDAY)
    with acting(db, "authenticated", people.admin):
        for at in (NOON, YESTERDAY, NOON + timedelta(days=1)):
            told = one(db, "select app.mail_delivery(%s, '{reminder}', %s)", days, at)
            assert [each["sent"] for each in told["kinds"]] == [None]


def test_asking_for_a_kind_more_than_once_adds_nobody_up(db: Connection, mailed: Mailed, people: People) -> None:
    mailed.crowd(20)
    remind(mailed, [people.ana.member_id], "failed", attempts=5)
    with acting(db, "authenticated", people.admin):
        told = one(db, "select app.mail_delivery(7, array_fill('reminder'::text, '{6}'), %s)", NOON)
    assert {each["given_up"] for each in told["kinds"]} == {None}
    assert told["dead_letters"] == []
