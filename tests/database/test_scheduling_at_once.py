"""The scheduler twice, and many at once: nothing twice, nobody asked too often, and one statement for all."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import psycopg
import pytest

from common import db
from tests.conftest import Database
from tests.office import MONDAY, TUESDAY, WEDNESDAY, Office, morning, opened, run
from vizdots import scheduling
from vizdots.transaction import Json, Transaction

AT_ONCE = 8
DUPLICATES = """
    select count(*) from (
      select from sessions where completed_at is null
      group by org_id, user_id, agent_code, scheduled_date having count(*) > 1) twice
"""
OVER_THE_CAPS = """
    select count(*) from (
      select from sessions group by org_id, user_id
      having count(*) filter (where completed_at is null) > 2 or count(*) filter (where scheduled_date >= %s) > 3) over
"""


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    """An organisation without anybody in it."""
    with opened(database) as made:
        yield made


def count(office: Office, statement: Any, *parameters: object) -> int:
    """A number from the database."""
    row = office.connection.execute(statement, parameters or None).fetchone()
    return int(row[0]) if row else 0


def run_all_at_once(*moments: Any) -> list[scheduling.Scheduled]:
    """Run the scheduler for each moment in a thread and a connection of its own, all let go together."""
    start = Barrier(len(moments))

    def one(at: Any) -> scheduling.Scheduled:
        try:
            start.wait()
            return run(at)
        finally:
            db.close()

    with ThreadPoolExecutor(len(moments)) as threads:
        return list(threads.map(one, moments))


def test_the_second_run_of_a_day_makes_nothing(office: Office) -> None:
    for _ in range(5):
        office.member()
    assert office.run(MONDAY).created == {"pulse": 5}
    assert office.run(MONDAY).created == {}
    assert run(morning(MONDAY) + timedelta(hours=3)).created == {}


def test_the_second_run_makes_nothing_even_when_the_first_has_been_answered(office: Office) -> None:
    ana = office.member()
    office.run(MONDAY)
    office.completes_all(ana, MONDAY)
    assert office.run(MONDAY).created == {}


def test_eight_at_once_make_what_one_makes(office: Office) -> None:
    for _ in range(50):
        office.member()

    results = run_all_at_once(*[morning(MONDAY)] * AT_ONCE)

    assert sorted(sum(result.created.values()) for result in results) == [0] * (AT_ONCE - 1) + [50]
    assert count(office, "select count(*) from sessions") == 50
    assert count(office, DUPLICATES) == 0


def test_eight_at_once_of_different_days_keep_the_caps(office: Office) -> None:
    """The days would each have room for one more, if they didn't see what the others make."""
    people = [office.member() for _ in range(30)]
    for who in people[:20]:
        office.asked(who, "focus_tracker", MONDAY, completed=False)
    for who in people[10:]:
        for agent in ("pain_scanner", "pulse"):
            office.asked(who, agent, MONDAY)

    run_all_at_once(*[morning(day) for day in (TUESDAY, WEDNESDAY, MONDAY + timedelta(days=3)) * 3][:AT_ONCE])

    assert count(office, OVER_THE_CAPS, MONDAY) == 0
    assert count(office, DUPLICATES) == 0
    assert count(office, "select count(distinct user_id) from sessions where source = 'autopilot'") == 30


def test_eight_at_once_with_new_roles_trigger_each_once(office: Office) -> None:
    people = [office.member() for _ in range(20)]
    for who in people:
        office.changed_role(who, morning(MONDAY) - timedelta(days=1))

    run_all_at_once(*[morning(MONDAY)] * AT_ONCE)

    assert count(office, "select count(*) from sessions where source = 'triggered'") == len(people)
    assert count(office, OVER_THE_CAPS, MONDAY) == 0


def test_a_check_in_started_by_hand_meanwhile_stops_nobodys(office: Office, database: Database) -> None:
    """Its row isn't committed yet: the run waits for it at the unique index, and leaves that one out."""
    ana, colleague = office.member(), office.member()
    with psycopg.connect(database.admin_url) as by_hand, ThreadPoolExecutor(1) as thread:
        by_hand.execute(
            "insert into sessions (org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date, source)"
            " values (%s, %s, 'pulse', '{pulse_weekly}', %s, %s, 'manual')",
            (office.org_id, ana, morning(MONDAY), MONDAY),
        )
        running = thread.submit(run_all_at_once, morning(MONDAY))
        while not count(office, "select count(*) from pg_stat_activity where wait_event = 'transactionid'"):
            assert not running.done()
        by_hand.commit()
        (result,) = running.result()
    assert result.created == {"pulse": 1}
    assert office.new(colleague, MONDAY) == ["pulse"]
    assert count(office, DUPLICATES) == 0


def test_the_detector_of_duplicates_finds_one_that_is_planted(office: Office) -> None:
    ana = office.member()
    office.connection.execute("drop index one_open_session_a_day")
    for _ in range(2):
        office.asked(ana, "pulse", MONDAY, completed=False)
    assert count(office, DUPLICATES) == 1


def test_the_database_itself_refuses_a_duplicate(office: Office) -> None:
    ana = office.member()
    office.asked(ana, "pulse", MONDAY, completed=False)
    with pytest.raises(psycopg.errors.UniqueViolation, match="one_open_session_a_day"):
        office.asked(ana, "pulse", MONDAY, completed=False)


class Counted:
    """A transaction that counts its statements."""

    def __init__(self, inner: Transaction) -> None:
        self._inner = inner
        self.statements: list[str] = []

    def rows(self, statement: Any, /, **parameters: object) -> list[dict[str, Any]]:
        """All rows."""
        self.statements.append(statement)
        return self._inner.rows(statement, **parameters)

    def row(self, statement: Any, /, **parameters: object) -> dict[str, Any] | None:
        """The first row."""
        self.statements.append(statement)
        return self._inner.row(statement, **parameters)

    def value(self, statement: Any, /, **parameters: object) -> Any:
        """The first value."""
        self.statements.append(statement)
        return self._inner.value(statement, **parameters)

    def json(self, statement: Any, /, **parameters: object) -> Json[Any] | None:
        """The first value, as JSON."""
        self.statements.append(statement)
        return self._inner.json(statement, **parameters)


@pytest.mark.parametrize("members", [0, 1, 200])
def test_the_work_is_one_statement_whatever_the_number_of_members(office: Office, members: int) -> None:
    for _ in range(members):
        office.member()
    with db.as_service() as inner:
        counted = Counted(inner)
        result = scheduling.schedule(counted, at=morning(MONDAY))
    assert counted.statements == [scheduling.ALONE, scheduling.SCHEDULE]  # waiting for others, and all the work
    assert sum(result.created.values()) == members
