"""The scheduler for a million members, beside a bare insert of as many rows, and a second time."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median
from typing import Final

import psycopg

from common import db, migrations
from local.postgres import Server
from tests.bench.report import Line
from tests.bench.world import ROOT, World
from vizdots import scheduling

MEMBERS: Final = 1_000_000
A_FIRM: Final = 50  # members of each organisation
ROUNDS: Final = 3  # and one more, which is thrown away
MONDAY: Final = datetime(2026, 6, 8, 8, tzinfo=UTC)

FIRMS: Final = """
    insert into organizations
      (id, name, timezone, setup_completed_at, trial_started_at, trial_ends_at, subscription_status)
    select md5('firm ' || n)::uuid, 'Firm ' || n,
      (array['UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Tokyo'])[1 + n %% 4],
      '2026-01-01', '2026-01-01', '2026-01-31', 'active'
    from generate_series(0, %(last)s) as n
"""
PEOPLE: Final = """
    insert into organization_members (org_id, user_id, status, display_name, invite_status)
    select md5('firm ' || n / %(a_firm)s)::uuid, md5('person ' || n)::uuid, 'active', 'Person ' || n, 'accepted'
    from generate_series(0, %(last)s) as n
"""
BARE_INSERT: Final = """
    insert into sessions (org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date, source, created_at)
    select md5('firm ' || n / %(a_firm)s)::uuid, md5('person ' || n)::uuid, 'pulse', array['pulse_weekly'],
      '2026-06-08 09:00Z', '2026-06-08', 'autopilot', %(at)s
    from generate_series(0, %(last)s) as n
"""


def measure(_: World, members: int = MEMBERS) -> list[Line]:
    """On a server of its own: each side begins with a fresh copy of the same filled database, as the service."""
    bare, first, second = [], [], []
    with Server.thrown_away(settings={"shared_buffers": "1GB"}) as server:
        _fill(server, members)
        for _round in range(1 + ROUNDS):
            with copied(server):
                bare.append(_seconds(_insert, members))
            with copied(server):
                first.append(_seconds(_schedule, members))
                second.append(_seconds(_schedule, 0))
    a, b, c = (median(side[1:]) for side in (bare, first, second))
    return [
        Line("scheduler first run", f"{members:,} check-ins in {b:.1f} s; bare insert {a:.1f} s", a / b, at_least=0.75),
        Line("scheduler second run", f"nothing to do, found in {c:.2f} s", b / c, at_least=15),
    ]


def _fill(server: Server, members: int) -> None:
    """The members, by two statements. The audit of a founding isn't what is measured."""
    with psycopg.connect(server.url(), autocommit=True) as superuser:
        superuser.execute("create role vizdots_owner login createrole")
        superuser.execute("create database filled owner vizdots_owner")
    migrations.up(server.url("filled", "vizdots_owner"), ROOT / "sql")
    migrations.ensure_login(server.url("filled", "vizdots_owner"), server.url("filled", "vizdots_functions"))
    with psycopg.connect(server.url("filled"), autocommit=True) as superuser:
        superuser.execute("set session_replication_role = replica")
        superuser.execute(FIRMS, {"last": (members - 1) // A_FIRM})
        superuser.execute(PEOPLE, {"last": members - 1, "a_firm": A_FIRM})
        superuser.execute("vacuum (analyze) organizations, organization_members")


@contextmanager
def copied(server: Server) -> Iterator[None]:
    """Let the functions' door lead to a fresh copy of the filled database."""
    with psycopg.connect(server.url(), autocommit=True) as superuser:
        superuser.execute("create database copy template filled strategy file_copy")
        os.environ["DATABASE_URL"] = server.url("copy", "vizdots_functions")
        yield
        db.close()
        superuser.execute("drop database copy")


def _insert(members: int) -> None:
    with db.as_service() as opened:
        opened.rows("select")
        opened.with_commit((BARE_INSERT, {"a_firm": A_FIRM, "last": members - 1, "at": MONDAY}))


def _schedule(expected: int) -> None:
    with db.as_service() as opened:
        made = scheduling.schedule(opened, at=MONDAY).created
    if sum(made.values()) != expected:
        raise AssertionError(f"{expected} check-ins were due, {made} were made")


def _seconds(work: Callable[[int], None], members: int) -> float:
    """How long it takes, on a connection that is open already."""
    with db.as_service() as opened:
        opened.rows("select")
    started = time.perf_counter()
    work(members)
    return time.perf_counter() - started
