"""Who leads whom is a tree, whatever one statement or two people at once make of it; and none of it is slow."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final
from uuid import UUID

import psycopg
import pytest
from psycopg import errors

from tests.conftest import Database
from tests.people import ACME, GLOBEX, People, become

Connection = psycopg.Connection[Any]

A_CHAIN: Final = 10_000
CIRCLE: Final = "supervise each other"

PLACE: Final = """
    insert into organization_members (id, org_id, supervisor, invited_email)
    select * from unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[])
"""
MOVE: Final = """
    update organization_members m set supervisor = moved.above
    from unnest(%s::uuid[], %s::uuid[]) moved (id, above) where m.id = moved.id
"""


def person(number: int) -> UUID:
    """The member id of somebody who isn't in tests/people.py."""
    return UUID(f"cccccccc-0000-4000-8000-{number:012d}")


@pytest.fixture
def org(owner: Connection) -> Connection:
    """The tables' owner, as the service; what a test does is never committed."""
    become(owner, "service_role", "")
    return owner


def place(org: Connection, places: Sequence[tuple[int, int | None]], org_id: UUID = ACME) -> None:
    """Let people come, all in one statement: everybody's number, and that of who leads them."""
    org.execute(
        PLACE,
        (
            [person(number) for number, _ in places],
            [org_id] * len(places),
            [None if above is None else person(above) for _, above in places],
            [f"{number}@{org_id}.test" for number, _ in places],
        ),
    )


def move(org: Connection, *moves: tuple[int, int | None]) -> int:
    """Put people below others, all in one statement; how many."""
    above = [None if each is None else person(each) for _, each in moves]
    return org.execute(MOVE, ([person(number) for number, _ in moves], above)).rowcount


def led(org: Connection, column: str = "supervisor") -> dict[int, Any]:
    """A column of everybody's, by number."""
    rows = org.execute(
        psycopg.sql.SQL("select id, {} from organization_members where id::text like 'cccccccc-%%' order by id").format(
            psycopg.sql.Identifier(column)
        ),
        (),
    ).fetchall()
    return {number_of(each): number_of(value) if isinstance(value, UUID) else value for each, value in rows}


def number_of(member: UUID) -> int:
    return int(str(member)[-12:])


# ---- one statement ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "places",
    [
        [(1, 2), (2, 1)],
        [(1, 2), (2, 3), (3, 1)],
        [(1, None), (2, 1), (3, 5), (4, 3), (5, 4)],
        [(1, None), (2, 1), (3, 2), (11, 13), (12, 11), (13, 12), (14, 13), (15, 14)],
        [(number, number % 1_000 + 1) for number in range(1, 1_001)],
    ],
    ids=["two", "three", "beside a tree", "with people below", "a thousand"],
)
def test_people_who_come_in_a_circle_are_refused(org: Connection, places: list[tuple[int, int | None]]) -> None:
    with pytest.raises(psycopg.Error, match=CIRCLE) as refused:
        place(org, places)
    assert (refused.value.sqlstate, refused.value.diag.message_hint) == ("VD422", "supervisors_in_a_circle")


def test_people_may_come_in_any_order(org: Connection) -> None:
    place(org, [(4, 3), (2, 1), (3, 1), (5, 4), (1, None)])
    assert led(org) == {1: None, 2: 1, 3: 1, 4: 3, 5: 4}


def test_nobody_is_above_themself(org: Connection) -> None:
    with pytest.raises(errors.CheckViolation):
        place(org, [(1, 1)])


def test_two_organisations_in_one_statement_are_two_trees(org: Connection) -> None:
    ids, orgs = [1, 2, 3, 4], [ACME, ACME, GLOBEX, GLOBEX]
    above = [None, person(1), None, person(3)]
    org.execute(PLACE, ([*map(person, ids)], orgs, above, [f"{number}@both.test" for number in ids]))
    assert led(org) == {1: None, 2: 1, 3: None, 4: 3}
    with pytest.raises(psycopg.Error, match=CIRCLE):
        move(org, (2, None), (3, 4), (4, 3))


@pytest.mark.parametrize("moves", [[(1, 3)], [(1, 4)], [(1, 2), (2, 4)], [(2, 4), (5, 1)]])
def test_a_move_below_ones_own_people_is_refused(org: Connection, moves: list[tuple[int, int | None]]) -> None:
    place(org, [(1, None), (2, 1), (3, 2), (4, 3), (5, None)])
    with pytest.raises(psycopg.Error, match=CIRCLE):
        move(org, *moves)


def test_two_swap_places_in_one_statement(org: Connection) -> None:
    """Row by row it would be a circle on the way; the whole is none."""
    place(org, [(1, None), (2, 1), (3, 2), (4, 3)])
    assert move(org, (2, None), (1, 2), (3, 1)) == 3
    assert led(org) == {1: 2, 2: None, 3: 1, 4: 3}


def test_a_whole_chain_is_turned_round_in_one_statement(org: Connection) -> None:
    place(org, [(number, number - 1 or None) for number in range(1, 101)])
    move(org, *((number, number + 1 if number < 100 else None) for number in range(1, 101)))
    assert led(org)[1] == 2
    assert led(org)[100] is None


def test_a_refused_move_leaves_everybody_where_they_were(org: Connection) -> None:
    place(org, [(1, None), (2, 1), (3, 2)])
    with pytest.raises(psycopg.Error, match=CIRCLE), org.transaction():
        move(org, (3, None), (1, 2))
    assert led(org) == {1: None, 2: 1, 3: 2}


def test_whoever_leads_somebody_is_marked_so(org: Connection) -> None:
    place(org, [(1, None), (2, 1), (3, None), (4, None)])
    assert led(org, "has_direct_reports") == {1: True, 2: False, 3: False, 4: False}
    move(org, (2, 3))
    move(org, (4, 3))
    assert led(org, "has_direct_reports") == {1: True, 2: False, 3: True, 4: False}  # what an admin says stays said


def test_a_change_of_something_else_asks_nothing_of_the_structure(org: Connection) -> None:
    """It waits for nobody, either: the lock is for those who move people."""
    place(org, [(1, None), (2, 1)])
    org.commit()
    become(org, "service_role", "")
    org.execute("update organization_members set job_title = 'Lead'")
    assert org.execute(
        "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"
    ).fetchone() == (0,)
    move(org, (2, None), (1, 2))
    assert org.execute(
        "select count(*) from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()"
    ).fetchone() == (1,)


# ---- two at once -----------------------------------------------------------------------------------------------------


@pytest.fixture
def trio(populated: Database) -> Iterator[Callable[[], Connection]]:
    """Three people beside each other, and connections of the service to a database where they are."""
    opened: list[Connection] = []

    def connect() -> Connection:
        connection = psycopg.connect(populated.functions_url)
        become(connection, "service_role", "")
        opened.append(connection)
        return connection

    first = connect()
    place(first, [(1, None), (2, None), (3, None)])
    first.commit()
    yield connect
    for connection in opened:
        connection.close()


def in_the_background(do: Callable[[], object]) -> tuple[threading.Thread, list[object]]:
    """Something that waits for somebody else; and how it ended, once it has."""
    ended: list[object] = []

    def run() -> None:
        try:
            ended.append(do())
        except psycopg.Error as error:
            ended.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, ended


def until_it_waits(watching: Connection, waiting: Connection) -> None:
    """Until a connection waits for a lock."""
    deadline = time.monotonic() + 20
    question = "select wait_event_type = 'Lock' from pg_stat_activity where pid = %s"
    while watching.execute(question, (waiting.info.backend_pid,)).fetchone() != (True,):
        assert time.monotonic() < deadline, "it never waited"
        watching.commit()


@pytest.mark.parametrize("second_commits", [True, False])
def test_two_at_once_close_no_circle(populated: Database, trio: Callable[[], Connection], second_commits: bool) -> None:
    one, other = trio(), trio()
    with psycopg.connect(populated.admin_url, autocommit=True) as watching:
        move(one, (1, 2))
        thread, ended = in_the_background(lambda: move(other, (2, 1)))
        until_it_waits(watching, other)
        one.commit() if second_commits else one.rollback()
        thread.join()
    if second_commits:
        assert isinstance(ended[0], psycopg.Error)
        assert ended[0].diag.message_hint == "supervisors_in_a_circle"
    else:
        assert ended == [1]


def test_three_at_once_close_no_circle(populated: Database, trio: Callable[[], Connection]) -> None:
    together = threading.Barrier(3)

    def below(number: int, above: int) -> Callable[[], bool]:
        def put() -> bool:
            connection = trio()
            together.wait()
            move(connection, (number, above))
            connection.commit()
            return True

        return put

    running = [in_the_background(below(*it)) for it in ((1, 2), (2, 3), (3, 1))]
    for thread, _ in running:
        thread.join()
    outcomes = [ended[0] for _, ended in running]
    assert 1 <= outcomes.count(True) <= 2
    # The second is refused for the circle; or, where they hold each other up, PostgreSQL ends one: it may try again.
    refused = [each for each in outcomes if isinstance(each, psycopg.Error)]
    assert {each.sqlstate for each in refused} <= {"VD422", errors.DeadlockDetected.sqlstate}
    assert led(trio()) != {1: 2, 2: 3, 3: 1}


def test_organisations_dont_wait_for_each_other(trio: Callable[[], Connection], people: People) -> None:
    one, other = trio(), trio()
    move(one, (1, 2))
    place(other, [(11, None), (12, 11)], GLOBEX)  # would hang, else
    other.rollback()
    one.rollback()


# ---- ten thousand ----------------------------------------------------------------------------------------------------


@pytest.fixture
def hurried(populated: Database) -> Iterator[Connection]:
    """A superuser's connection that gives up after a minute: joined level by level, it takes many."""
    with psycopg.connect(populated.admin_url) as connection:
        connection.execute("set local statement_timeout = '60s'")
        yield connection
        connection.rollback()


def test_a_chain_of_ten_thousand_comes_is_prolonged_and_is_turned_round(hurried: Connection) -> None:
    place(hurried, [(number, number - 1 or None) for number in range(1, A_CHAIN + 1)])
    place(hurried, [(A_CHAIN + 1, A_CHAIN)])
    with pytest.raises(psycopg.Error, match=CIRCLE), hurried.transaction():
        move(hurried, (1, A_CHAIN + 1))
    move(hurried, *((number, number + 1 if number <= A_CHAIN else None) for number in range(1, A_CHAIN + 2)))
    assert hurried.execute("select count(*) from app.org_chart(%s) where depth = %s", (ACME, A_CHAIN)).fetchone() == (
        1,
    )


def test_a_circle_of_ten_thousand_is_found(hurried: Connection) -> None:
    with pytest.raises(psycopg.Error, match=CIRCLE):
        place(hurried, [(number, number % A_CHAIN + 1) for number in range(1, A_CHAIN + 1)])
