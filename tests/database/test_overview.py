"""What an overview tells of check-ins: never whether one person has checked in, nor what one has said."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.types.json import Jsonb

from common import db
from tests.conftest import Database
from tests.office import FRIDAY, MONDAY, SATURDAY, TUESDAY, WEDNESDAY, Office, opened, working
from vizdots import overview
from vizdots.errors import Forbidden

WITHHELD = {"at_least": None, "reason": "too_few_people"}
NOON = time(12, tzinfo=UTC)


def at(day: date, clock: time = NOON) -> datetime:
    return datetime.combine(day, clock)


def told(number: int) -> dict[str, Any]:
    return {"at_least": number, "reason": None}


class Staff(Office):
    """An office with people who answer, and an owner who looks on."""

    def owner(self) -> UUID:
        return self.member(role="owner", level="exec")

    def people(self, count: int) -> list[UUID]:
        return [self.member() for _ in range(count)]

    def answers(self, who: UUID, when: datetime, *, private: bool = False, **answer: object) -> UUID:
        """A completed check-in and its dot."""
        session = uuid4()
        self.connection.execute(
            "insert into sessions (id, org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date,"
            " started_at, completed_at, created_at) values"
            " (%(id)s, %(org)s, %(who)s, 'pain_scanner', '{pain_general}', %(at)s, %(at)s, %(at)s, %(at)s, %(at)s)",
            {"id": session, "org": self.org_id, "who": who, "at": when},
        )
        row = self.connection.execute(
            "insert into answers (session_id, answer_json, is_private, privacy_level, created_at)"
            " values (%s, %s, %s, %s, %s) returning id",
            (session, Jsonb(answer), private, "private" if private else "normal", when),
        ).fetchone()
        assert row is not None
        dot: UUID = row[0]
        return dot

    def corrects(self, who: UUID, dot: UUID, **corrected: object) -> None:
        self._insert(
            "answer_reviews",
            org_id=self.org_id,
            user_id=who,
            answer_id=dot,
            verdict="corrected",
            corrected=Jsonb(corrected),
        )

    def look(self, who: UUID, when: datetime) -> dict[str, Any]:
        """What the overview tells somebody of the check-ins."""
        claims = {"sub": str(who), "role": "authenticated", "email": "somebody@office.test"}
        with db.reading(db.Scope("authenticated", claims)) as opened:
            check_ins: dict[str, Any] = json.loads(overview.shown(opened, at=when))["check_ins"]
        return check_ins


@pytest.fixture
def office(database: Database) -> Iterator[Staff]:
    with opened(database) as made:
        yield Staff(made.connection, made.org_id)


@pytest.fixture
def owner(office: Staff) -> UUID:
    return office.owner()


def steps(office: Staff, owner: UUID, count: int) -> list[int | None]:
    """What is told of today after each of so many people has answered, one by one."""
    seen = []
    for who in office.people(count):
        office.answers(who, at(MONDAY))
        seen.append(office.look(owner, at(MONDAY))["today"]["at_least"])
    return seen


# ---- how many --------------------------------------------------------------------------------------------------------


def test_one_more_person_never_shows(office: Staff, owner: UUID) -> None:
    assert steps(office, owner, 11) == [None] * 4 + [5] * 5 + [10] * 2


def test_a_planted_leak_is_found(office: Staff, owner: UUID) -> None:
    office.connection.execute(
        "create or replace function app.whole_groups(people bigint, active bigint, group_size bigint) returns jsonb"
        " language sql as $$ select jsonb_build_object('at_least', people, 'reason', null) $$"
    )
    assert steps(office, owner, 6) == [1, 2, 3, 4, 5, 6]


def test_nobody_and_a_few_read_the_same(office: Staff, owner: UUID) -> None:
    staff = office.people(8)
    nobody = office.look(owner, at(MONDAY))
    for who in staff[:4]:
        office.answers(who, at(MONDAY), tool_ref="Excel")

    assert office.look(owner, at(MONDAY)) == nobody
    assert nobody["today"] == nobody["this_week"] == nobody["waiting"] == nobody["participation"] == WITHHELD
    assert (nobody["begun"], nobody["themes"]["items"]) == (False, [])


def test_one_person_who_answers_often_is_one(office: Staff, owner: UUID) -> None:
    who, *_ = office.people(8)
    for minutes in range(12):
        office.answers(who, at(MONDAY) + timedelta(minutes=minutes), tool_ref="Excel")
    assert office.look(owner, at(MONDAY, time(13, tzinfo=UTC)))["today"] == WITHHELD
    assert office.look(owner, at(MONDAY + timedelta(days=7)))["themes"]["items"] == []


def test_private_dots_never_count(office: Staff, owner: UUID) -> None:
    for nth, who in enumerate(office.people(10)):
        office.answers(who, at(MONDAY), private=nth >= 4, tool_ref="Excel")

    seen = office.look(owner, at(MONDAY))

    assert (seen["begun"], seen["today"], seen["this_week"], seen["participation"]) == (False, *[WITHHELD] * 3)
    assert office.look(owner, at(MONDAY + timedelta(days=7)))["themes"]["items"] == []


def test_letting_somebody_rest_does_not_tell_whether_they_had_answered(office: Staff, owner: UUID) -> None:
    staff = office.people(12)
    for who in staff[:10]:
        office.answers(who, at(MONDAY))
    before = office.look(owner, at(MONDAY))

    for who in (staff[0], staff[11]):
        office.change(who, status="inactive")
        assert office.look(owner, at(MONDAY))["today"] == before["today"] == told(10)
        office.change(who, status="active")


def test_where_few_are_active_nothing_is_told(office: Staff, owner: UUID) -> None:
    staff = office.people(10)
    for who in staff:
        office.answers(who, at(MONDAY), tool_ref="Excel")
    for who in staff[:7]:
        office.change(who, status="inactive")

    seen = office.look(owner, at(MONDAY + timedelta(days=7)))

    assert (seen["begun"], seen["themes"]["items"]) == (False, [])
    assert office.look(owner, at(MONDAY))["this_week"] == WITHHELD


def test_participation_goes_in_whole_groups_too(office: Staff, owner: UUID) -> None:
    staff = office.people(11)  # twelve with the owner
    for who in staff:
        office.answers(who, at(TUESDAY))
    seen = office.look(owner, at(FRIDAY))
    assert (seen["this_week"], seen["participation"], seen["today"]) == (told(10), told(83), WITHHELD)


def test_an_organisation_that_wants_larger_groups_has_them(office: Staff, owner: UUID) -> None:
    office.settle(min_group_size=8)
    for who in office.people(9):
        office.answers(who, at(MONDAY))
    seen = office.look(owner, at(MONDAY))
    assert (seen["today"], seen["min_group_size"], seen["begun"]) == (told(8), 8, True)


def test_what_waits_does_not_move_as_the_day_goes_on(office: Staff, owner: UUID) -> None:
    staff = office.people(6)
    for who in staff:
        office.asked(who, "pulse", MONDAY, completed=False)
    assert office.look(owner, at(MONDAY))["waiting"] == WITHHELD  # they came at eight
    morning = office.look(owner, at(TUESDAY, time(7, tzinfo=UTC)))["waiting"]

    for who in staff[:3]:
        office.completes_all(who, TUESDAY)

    assert office.look(owner, at(TUESDAY, time(20, tzinfo=UTC)))["waiting"] == morning == told(5)
    assert office.look(owner, at(WEDNESDAY))["waiting"] == WITHHELD


# ---- when ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "before", "after"),
    [
        ("Europe/Berlin", "2026-06-08T21:59:59+00:00", "2026-06-08T22:00:00+00:00"),
        ("Pacific/Kiritimati", "2026-06-08T09:59:59+00:00", "2026-06-08T10:00:00+00:00"),
        ("Asia/Kathmandu", "2026-06-08T18:14:59+00:00", "2026-06-08T18:15:00+00:00"),
        ("Europe/Berlin", "2026-10-25T22:59:59+00:00", "2026-10-25T23:00:00+00:00"),  # a day of 25 hours
        ("America/New_York", "2026-03-09T03:59:59+00:00", "2026-03-09T04:00:00+00:00"),  # after one of 23
    ],
)
def test_a_day_is_that_of_the_organisation(office: Staff, owner: UUID, zone: str, before: str, after: str) -> None:
    office.settle(timezone=zone)
    last, first = datetime.fromisoformat(before), datetime.fromisoformat(after)
    for who in office.people(5):
        office.answers(who, last)
    assert office.look(owner, last)["today"] == told(5)
    assert office.look(owner, first)["today"] == WITHHELD


def test_a_week_begins_on_monday(office: Staff, owner: UUID) -> None:
    for who in office.people(5):
        office.answers(who, at(SATURDAY))
    assert office.look(owner, at(SATURDAY + timedelta(days=1)))["this_week"] == told(5)
    seen = office.look(owner, at(SATURDAY + timedelta(days=2)))
    assert (seen["this_week"], seen["begun"]) == (WITHHELD, True)


@pytest.mark.parametrize(
    ("now", "zone", "days", "following"),
    [
        ("2026-06-12T07:00+00:00", "UTC", ("monday", "friday"), "2026-06-12T08:00+00:00"),
        ("2026-06-12T08:00+00:00", "UTC", ("monday", "friday"), "2026-06-15T08:00+00:00"),
        ("2026-06-12T09:00+00:00", "UTC", ("friday",), "2026-06-19T08:00+00:00"),
        # Eight o'clock UTC is ten in the evening of that day there, and nine in the evening of the day before here.
        ("2026-06-12T09:00+00:00", "Pacific/Kiritimati", ("saturday",), "2026-06-13T08:00+00:00"),
        ("2026-06-12T09:00+00:00", "Pacific/Pago_Pago", ("friday",), "2026-06-13T08:00+00:00"),
        ("2026-10-24T12:00+00:00", "Europe/Berlin", ("sunday",), "2026-10-25T08:00+00:00"),
    ],
)
def test_the_next_check_ins_go_out_on_a_working_day_of_the_organisation(
    office: Staff, owner: UUID, now: str, zone: str, days: tuple[str, ...], following: str
) -> None:
    office.settle(timezone=zone, schedule_config=working(*days))
    found = office.look(owner, datetime.fromisoformat(now))["next_at"]
    assert datetime.fromisoformat(found) == datetime.fromisoformat(following)


def test_the_next_check_ins_are_those_that_the_scheduler_makes(office: Staff, owner: UUID) -> None:
    following = datetime.fromisoformat(office.look(owner, at(FRIDAY))["next_at"])
    for days in range(1, 4):
        made = office.run(FRIDAY + timedelta(days=days)).created
        assert bool(made) == (FRIDAY + timedelta(days=days) == following.date())


@pytest.mark.parametrize("columns", [{"setup_completed_at": None}, {"subscription_status": "expired"}])
def test_where_nobody_is_asked_none_go_out(office: Staff, owner: UUID, columns: dict[str, object]) -> None:
    office.settle(**columns)
    assert office.look(owner, at(MONDAY))["next_at"] is None


# ---- about what ------------------------------------------------------------------------------------------------------

NEXT_MONDAY = MONDAY + timedelta(days=7)


def test_a_theme_needs_twice_a_group(office: Staff, owner: UUID) -> None:
    staff = office.people(16)
    for who in staff[:9]:
        office.answers(who, at(MONDAY), tool_ref="Excel", workflow_ref=" Field Visit ")
    assert office.look(owner, at(NEXT_MONDAY))["themes"]["items"] == []

    office.answers(staff[9], at(MONDAY), tool_ref="EXCEL")

    assert office.look(owner, at(NEXT_MONDAY))["themes"]["items"] == [{"name": "excel", "at_least": 10}]
    for who in staff[9:]:
        office.answers(who, at(TUESDAY), workflow_ref="field visit")
    assert office.look(owner, at(NEXT_MONDAY))["themes"]["items"] == [
        {"name": "field visit", "at_least": 15},
        {"name": "excel", "at_least": 10},
    ]


def test_themes_change_once_a_week(office: Staff, owner: UUID) -> None:
    for who in office.people(10):
        office.answers(who, at(TUESDAY), tool_ref="Excel")
    sunday = office.look(owner, datetime.combine(NEXT_MONDAY, time(0), UTC) - timedelta(seconds=1))["themes"]
    assert (sunday["items"], sunday["reason"]) == ([], "too_few_people")
    monday = office.look(owner, datetime.combine(NEXT_MONDAY, time(0), UTC))["themes"]
    assert (monday["items"], monday["reason"]) == ([{"name": "excel", "at_least": 10}], None)
    assert office.look(owner, at(TUESDAY + timedelta(days=27)))["themes"]["items"] != []
    assert office.look(owner, at(TUESDAY + timedelta(days=34)))["themes"]["items"] == []


def test_a_theme_is_what_the_person_made_of_it(office: Staff, owner: UUID) -> None:
    staff = office.people(10)
    dots = [office.answers(who, at(MONDAY), tool_ref="SAP") for who in staff]
    office.corrects(staff[0], dots[0], tool_ref="Excel")
    assert office.look(owner, at(NEXT_MONDAY))["themes"]["items"] == []


# ---- for whom --------------------------------------------------------------------------------------------------------


def test_a_member_sees_none_of_it(office: Staff) -> None:
    (who,) = office.people(1)
    with pytest.raises(Forbidden) as refused:
        office.look(who, at(MONDAY))
    assert refused.value.code == "admins_only"


def test_an_owner_elsewhere_sees_their_own(office: Staff, owner: UUID) -> None:
    for who in office.people(5):
        office.answers(who, at(MONDAY))
    other = Staff(office.connection)
    other.found()
    assert other.look(other.owner(), at(MONDAY))["today"] == WITHHELD
    assert office.look(owner, at(MONDAY))["today"] == told(5)
