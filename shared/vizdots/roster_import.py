"""Taking a roster in: what it would do (a dry run), and doing it, all of it or nothing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, LiteralString

from pydantic import Field

from vizdots import roster
from vizdots.errors import Invalid
from vizdots.roster import Problem, Roster, Row
from vizdots.shapes import Answer
from vizdots.transaction import Json, Key, Step, Transaction

MOST_TOLD: Final = 1_000  # problems, or lines, that one answer lists


class Trouble(Answer):
    """Why a line of the file can't be taken as it is."""

    line: int = Field(description="As an editor counts, from 1.")
    column: roster.Column | None = Field(description="Null: the whole line, or the whole file.")
    code: str
    message: str
    facts: dict[str, Any] = Field(description="What the message was filled in with, to say it in another language.")


class Report(Answer):
    """What an import would do (`dry_run`), or has done."""

    dry_run: bool
    rows: int = Field(description="People in the file.")
    new: int = Field(description="Those of them who aren't members.")
    already_members: int = Field(description="The others: their lines are left alone.")
    already_member_lines: list[int] = Field(description=f"Those lines, the first {MOST_TOLD:,} of them.")
    departments_to_create: list[str] = Field(description="Departments in the file that there weren't.")
    problems_found: int = Field(description="How many there are; with any, nothing is written.")
    problems: list[Trouble] = Field(description=f"The first {MOST_TOLD:,} of them, by line.")
    imported: int
    invited: int = Field(description="How many of them will be mailed an invitation.")


@dataclass(frozen=True, slots=True)
class _Held:
    """A file held against the organisation: what is new in it, and what is wrong with it."""

    new: Sequence[Row]
    departments: Sequence[str]
    departments_to_create: Sequence[str]
    problems: Sequence[Problem]


KNOWN: Final[LiteralString] = """
    select
      (select coalesce(json_agg(d.name), '[]') from public.departments d
        where d.org_id = mine.org_id and d.closed_at is null) as departments,
      (select coalesce(json_agg(m.invited_email), '[]') from public.organization_members m
        where m.org_id = mine.org_id and m.invited_email = any (%(addresses)s::text[])) as members
    from (select app.my_administered_org() as org_id) mine
"""

IMPORT: Final[LiteralString] = """
    with done as (
      select jsonb_build_object('dry_run', false, 'rows', jsonb_array_length(%(people)s::jsonb),
        'departments_to_create', to_jsonb(%(departments)s::text[]), 'problems_found', 0, 'problems', '[]'::jsonb)
        || app.import_members(%(people)s::jsonb, %(departments)s::text[], %(most)s, %(invite)s, %(at)s) as report),
    told as (select report::text as answer from done)
    select answer, app.answer_once(%(key)s, %(route)s, %(fingerprint)s, %(at)s, answer) from told
"""


def dry_run(db: Transaction, content: bytes, *, create_departments: bool) -> Json[Report]:
    """What an import of this file would do, and everything that is wrong with it. Nothing is written."""
    found = roster.read(content)
    held = _hold(found, _known(db, found), create_departments=create_departments)
    here = sorted({row.line for row in found.rows} - {row.line for row in held.new})
    told = {
        "dry_run": True,
        "rows": len(found.rows),
        "new": len(held.new),
        "already_members": len(here),
        "already_member_lines": here[:MOST_TOLD],
        "departments_to_create": held.departments_to_create,
        "problems_found": len(held.problems),
        "problems": [
            {"line": it.line, "column": it.column, "code": it.code, "message": it.message, "facts": it.facts}
            for it in held.problems[:MOST_TOLD]
        ],
        "imported": 0,
        "invited": 0,
    }
    return Json(json.dumps(told, ensure_ascii=False))


def run(
    step: Step, content: bytes, *, create_departments: bool, invite: bool, key: Key | None, at: datetime
) -> Json[Report]:
    """Make members of everybody in this file who isn't one; with `invite`, each is mailed an invitation.

    Two round trips: what is known, and the import, which finds the same or refuses (Conflict). Raises Invalid with all
    that is wrong with the file; then nothing is written.
    """
    found = roster.read(content)
    held = _hold(found, step(_known, found), create_departments=create_departments)
    if held.problems:
        raise _refusal(held.problems)
    return step(_import, found.rows, held, invite=invite, key=key, at=at)


def _known(db: Transaction, found: Roster) -> dict[str, list[str]]:
    """The names of the departments, and which of the file's addresses are members'."""
    addresses = {row.email for row in found.rows} | {row.supervisor_email for row in found.rows}
    return db.row(KNOWN, addresses=[*(addresses - {None})]) or {}


def _hold(found: Roster, known: dict[str, list[str]], *, create_departments: bool) -> _Held:
    """Hold a file against what is known of the organisation."""
    members = set(known["members"])
    new = roster.new(found, members)
    return _Held(
        new,
        known["departments"],
        roster.new_departments(new, known["departments"]),
        roster.check(found, departments=known["departments"], members=members, create_departments=create_departments),
    )


def _import(
    db: Transaction, rows: Sequence[Row], held: _Held, *, invite: bool, key: Key | None, at: datetime
) -> Json[Report]:
    spelled = {roster.fold(name): name for name in (*held.departments, *held.departments_to_create)}
    people = [
        {
            "line": row.line,
            "name": row.name,
            "email": row.email,
            "job_title": row.job_title,
            "department": row.department and spelled.get(roster.fold(row.department), row.department),
            "supervisor_email": row.supervisor_email,
            "is_supervisor": row.is_supervisor,
        }
        for row in rows
    ]
    return Json(
        db.json(
            IMPORT,
            people=json.dumps(people),
            departments=[*held.departments_to_create],
            most=MOST_TOLD,
            invite=invite,
            at=at,
            key=key and key.value,
            route=key and key.route,
            fingerprint=key and key.fingerprint,
        )
    )


def _refusal(problems: Sequence[Problem]) -> Invalid:
    told = [
        {"path": f"{it.line}.{it.column}" if it.column else f"{it.line}", "type": it.code, "message": it.message}
        for it in problems[:MOST_TOLD]
    ]
    many = "one problem" if len(problems) == 1 else f"{len(problems):,} problems"
    return Invalid(
        f"The file has {many}; nobody was imported.",
        code="roster_has_problems",
        problems_found=len(problems),
        errors=told,
    )
