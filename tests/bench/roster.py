"""Ten thousand people imported, beside a bare insert of the same people and of the mails to them."""

import os
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any, Final

import psycopg

from common import db, migrations
from local.postgres import Server
from tests.bench.report import Line
from tests.bench.scheduler import copied
from tests.bench.world import ROOT, World
from tests.people import ACME, People, populate
from vizdots import roster, roster_import

ROUNDS: Final = 5  # and one more, which is thrown away
MAY_TAKE: Final = 5.0  # seconds of work within the database
AT: Final = datetime(2026, 6, 8, 8, tzinfo=UTC)
TEAMS: Final = 50

BARE_INSERT: Final = """
    with person as (
      insert into organization_members (id, org_id, supervisor, display_name, job_title, invited_email,
        has_direct_reports, invite_expires_at, created_at)
      select md5('person ' || n)::uuid, %(org)s, case when n > 0 then md5('person ' || (n - 1) / 8)::uuid end,
        'Person ' || n, 'Technician', 'p' || n || '@acme.test', n < 1250, %(at)s, %(at)s
      from generate_series(0, %(last)s) as n returning id, invited_email)
    insert into email_logs (org_id, member_id, to_address, template, language_code, idempotency_key, created_at)
    select %(org)s, id, invited_email, 'invitation', 'en', 'invitation:' || id, %(at)s from person
"""


def measure(_: World, people: int = roster.MOST_ROWS) -> list[Line]:
    """On a server of its own: each side begins with a fresh copy of the same database, with a connection open."""
    bare, imported, worked, content = [], [], [], _company(people)
    with Server.thrown_away(settings={"shared_buffers": "512MB"}) as server:
        _fill(server)
        for _round in range(1 + ROUNDS):
            with copied(server):
                _let_tables_do_without_triggers(server)
                bare.append(_seconds(lambda: _insert(people)))
            with copied(server):
                spent, work = _import(content, people)
                imported.append(spent)
                worked.append(work)
    a, b, c = (median(side[1:]) for side in (bare, imported, worked))
    return [
        Line("roster import", f"{people:,} people and mails in {b:.2f} s; bare insert {a:.2f} s", b / a, at_most=4),
        Line(
            "roster work", f"{c:.2f} s of a processor, of the {MAY_TAKE:g} s that it may take", c / MAY_TAKE, at_most=1
        ),
    ]


def _company(people: int) -> bytes:
    """A company as a tree, eight below each, in fifty departments."""
    lines = [
        f"Person {n},p{n}@acme.test,Technician,Team {n % TEAMS},{f'p{(n - 1) // 8}@acme.test' if n else ''},"
        for n in range(people)
    ]
    return "\n".join([",".join(roster.COLUMNS), *lines]).encode()


def _fill(server: Server) -> None:
    with psycopg.connect(server.url(), autocommit=True) as superuser:
        superuser.execute("create role vizdots_owner login createrole")
        superuser.execute("create database filled owner vizdots_owner")
    migrations.up(server.url("filled", "vizdots_owner"), ROOT / "sql")
    migrations.ensure_login(server.url("filled", "vizdots_owner"), server.url("filled", "vizdots_functions"))
    populate(server.url("filled", "vizdots_owner"))


def _let_tables_do_without_triggers(server: Server) -> None:
    """Of ours, that is: indexes and foreign keys stay, and are part of what a bare insert costs."""
    with psycopg.connect(server.url("copy"), autocommit=True) as superuser:
        for table in ("organization_members", "email_logs"):
            superuser.execute(f"alter table {table} disable trigger user".encode())


def _insert(people: int) -> None:
    with db.as_service() as opened:
        opened.rows("select")
        opened.with_commit((BARE_INSERT, {"org": ACME, "last": people - 1, "at": AT}))


def _import(content: bytes, people: int) -> tuple[float, float]:
    """The seconds that an import spends in its statements, and those that the server's process works for it.

    Round trips are included in the former; reading the file is in neither.
    """
    owner = People().owner
    spent = 0.0

    def step(rule: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        nonlocal spent
        started = time.perf_counter()
        with db.statement(db.Scope("authenticated", owner.claims)) as opened:
            answer = rule(opened, *args, **kwargs)
        spent += time.perf_counter() - started
        return answer

    server: int = step(lambda opened: opened.value("select pg_backend_pid()"))
    spent, before = 0.0, _worked(server)
    told = roster_import.run(step, content, create_departments=True, invite=True, key=None, at=AT)
    if f'"imported": {people}' not in told:
        raise AssertionError(told[:200])
    return spent, _worked(server) - before


def _worked(process: int) -> float:
    """The seconds that a process has had a processor for: on a busy machine it is less than has gone by."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _seconds(work: Callable[[], None]) -> float:
    """How long it takes, on a connection that is open already."""
    with db.as_service() as opened:
        opened.rows("select")
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
