"""What one person may ask for in a while, keys that are used twice, and the log of the model's calls."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import errors

from tests.conftest import Database
from tests.database.matrix import GIVEN, GIVEN_ROWS
from tests.people import People, Person, acting

Connection = psycopg.Connection[Any]
NOON = datetime(2026, 1, 5, 12, 0, 10, tzinfo=UTC)


def spend(db: Connection, who: Any, most: int, at: datetime) -> int:
    """One of `most` in a window of a minute; returns what is left."""
    with acting(db, "authenticated", who):
        row = db.execute("select app.spend('chat', %s, 60, %s)", (most, at)).fetchone()
    assert row is not None
    return int(row[0])


def test_an_allowance_is_used_up_and_comes_back(db: Connection, people: People) -> None:
    assert [spend(db, people.ana, 2, NOON), spend(db, people.ana, 2, NOON)] == [1, 0]
    with pytest.raises(psycopg.Error) as refused:
        spend(db, people.ana, 2, NOON)
    assert (refused.value.sqlstate, refused.value.diag.message_detail) == ("VD429", "50")
    assert spend(db, people.ana, 2, NOON + timedelta(seconds=50)) == 1


def test_an_older_request_brings_no_used_allowance_back(db: Connection, people: People) -> None:
    earlier = NOON - timedelta(seconds=20)  # in the window before
    assert [spend(db, people.ana, 3, at) for at in (earlier, NOON, earlier)] == [2, 2, 1]
    assert spend(db, people.ana, 3, NOON) == 0
    with pytest.raises(psycopg.Error) as refused:
        spend(db, people.ana, 3, earlier)
    assert refused.value.sqlstate == "VD429"


def test_everybody_has_an_allowance_of_their_own(db: Connection, people: People) -> None:
    assert spend(db, people.ana, 1, NOON) == 0
    assert spend(db, people.colleague, 1, NOON) == 0


def test_nothing_is_allowed_where_the_allowance_is_nothing(db: Connection, people: People) -> None:
    with pytest.raises(psycopg.Error) as refused:
        spend(db, people.ana, 0, NOON)
    assert refused.value.sqlstate == "VD429"


def test_a_burst_gets_no_more_than_the_allowance(populated: Database, people: People) -> None:
    outcomes: list[str] = []
    together = threading.Barrier(8)

    def ask() -> None:
        with psycopg.connect(populated.functions_url) as connection:
            together.wait()
            try:
                outcomes.append(f"{spend(connection, people.ana, 3, NOON)} left")
                connection.commit()
            except psycopg.Error as refused:
                outcomes.append(str(refused.sqlstate))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["0 left", "1 left", "2 left", *["VD429"] * 5]


def claim(db: Connection, who: Any, fingerprint: str, at: datetime = NOON) -> None:
    """Claim the key "k" for a request."""
    with acting(db, "authenticated", who):
        db.execute("select app.claim_key('k', 'POST /api/sessions', %s, %s)", (fingerprint, at))


@pytest.mark.parametrize(("fingerprint", "sqlstate"), [("same", "VD208"), ("other", "VD422")])
def test_a_key_stands_for_one_request(db: Connection, people: People, fingerprint: str, sqlstate: str) -> None:
    claim(db, people.ana, "same")
    with pytest.raises(psycopg.Error) as refused:
        claim(db, people.ana, fingerprint, NOON + timedelta(hours=23))
    assert refused.value.sqlstate == sqlstate


def test_a_key_is_forgotten_after_a_day(db: Connection, people: People) -> None:
    claim(db, people.ana, "same")
    claim(db, people.ana, "other", NOON + timedelta(hours=24))
    with acting(db, "service_role"):
        assert db.execute("select fingerprint, created_at from app.idempotency_keys").fetchall() == [
            ("other", NOON + timedelta(hours=24))
        ]


def test_a_claim_clears_away_ones_own_keys_of_yesterday_and_nobody_elses(db: Connection, people: People) -> None:
    claim(db, people.ana, "same")
    claim(db, people.colleague, "same")
    with acting(db, "authenticated", people.ana):
        db.execute("select app.claim_key('another', 'r', 'f', %s)", (NOON + timedelta(hours=24),))
    with acting(db, "service_role"):
        left = db.execute("select user_id, key from app.idempotency_keys order by key").fetchall()
    assert left == [(people.ana.id, "another"), (people.colleague.id, "k")]


def answer(db: Connection, who: Person) -> None:
    """Claim the key "k" and keep what its request was answered with."""
    claim(db, who, "same")
    with acting(db, "authenticated", who):
        db.execute("select app.keep_response('k', 'POST /api/sessions', '{}')")


def kept(db: Connection, who: Person, at: datetime = NOON) -> str | None:
    """What the key "k" was answered with, as told to `who`."""
    with acting(db, "authenticated", who):
        row = db.execute("select app.kept_response('k', 'POST /api/sessions', %s)", (at,)).fetchone()
    return row[0] if row else None


def test_a_kept_answer_is_its_askers(db: Connection, people: People) -> None:
    answer(db, people.ana)
    claim(db, people.colleague, "same")
    assert (kept(db, people.ana), kept(db, people.colleague)) == ("{}", None)


def test_a_kept_answer_cant_be_read_after_a_day(db: Connection, people: People) -> None:
    answer(db, people.ana)
    day = timedelta(hours=24)
    assert (kept(db, people.ana, NOON + day - timedelta(seconds=1)), kept(db, people.ana, NOON + day)) == ("{}", None)


def test_whoever_has_left_isnt_told_an_answer_again(db: Connection, people: People) -> None:
    answer(db, people.ana)
    with acting(db, "authenticated", people.admin):
        db.execute("update organization_members set status = 'inactive' where id = %s", (people.ana.member_id,))
    assert kept(db, people.ana) is None
    claim(db, people.ana, "same")  # a new request, which its rule refuses
    assert kept(db, people.ana) is None


def test_a_key_needs_no_organisation(db: Connection, people: People) -> None:
    answer(db, people.former)
    assert kept(db, people.former) == "{}"


def test_the_same_key_sent_at_once_is_answered_once(populated: Database, people: People) -> None:
    outcomes: list[str] = []
    together = threading.Barrier(4)

    def send() -> None:
        with psycopg.connect(populated.functions_url) as connection:
            together.wait()
            try:
                claim(connection, people.ana, "same")
                connection.commit()
                outcomes.append("done")
            except psycopg.Error as refused:
                outcomes.append(str(refused.sqlstate))

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["VD208", "VD208", "VD208", "done"]


def test_a_call_of_the_model_is_noted_in_ones_own_name(populated: Database, people: People) -> None:
    note = "select app.log_ai('pulse', 'gpt', 10, 20, 300, 'ok', null, %s, %s)"
    with psycopg.connect(populated.admin_url) as db:
        with psycopg.ClientCursor(db) as cursor:
            cursor.execute(GIVEN_ROWS, {"acme": people.acme, "ana": people.ana.id, **GIVEN})
        with acting(db, "authenticated", people.ana):
            db.execute(note, (GIVEN["open"], NOON))
        assert db.execute("select org_id, user_id, created_at from ai_logs").fetchall() == [
            (people.acme, people.ana.id, NOON)
        ]
        with pytest.raises(errors.ForeignKeyViolation), acting(db, "authenticated", people.colleague):
            db.execute(note, (GIVEN["open"], NOON))


def test_a_log_of_the_model_has_no_room_for_words(db: Connection, people: People) -> None:
    with pytest.raises(errors.CheckViolation), acting(db, "authenticated", people.ana):
        db.execute("select app.log_ai('pulse', 'gpt', 0, 0, 1, 'error', 'She said: I am tired', null, now())")


def test_anybody_may_ask_how_the_database_is(db: Connection) -> None:
    with acting(db, "anon"):
        row = db.execute("select app.health()").fetchone()
    assert row is not None
    assert row[0].keys() == {"migrations_applied", "latest_migration", "server_version"}
    assert row[0]["migrations_applied"] >= 21
