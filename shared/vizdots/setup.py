"""The set-up wizard: a founder tells in four steps what their company is like, and then it is there."""

from datetime import datetime
from typing import Annotated, Final, Literal, LiteralString
from uuid import UUID

from pydantic import Field

from vizdots import roster
from vizdots import setup_steps as steps
from vizdots.errors import Invalid
from vizdots.shapes import Answer, Input
from vizdots.transaction import Json, Transaction


class CompanyStep(Input):
    """The first step."""

    step: Literal["company"]
    data: steps.Company


class DepartmentsStep(Input):
    """The second step."""

    step: Literal["departments"]
    data: steps.Departments


class PeopleStep(Input):
    """The third step."""

    step: Literal["people"]
    data: steps.People


class SettingsStep(Input):
    """The last step."""

    step: Literal["settings"]
    data: steps.Launch


Step = Annotated[CompanyStep | DepartmentsStep | PeopleStep | SettingsStep, Field(discriminator="step")]


class Steps(Answer):
    """What was told so far; null where nothing was."""

    company: steps.Company | None
    departments: steps.Departments | None
    people: steps.People | None
    settings: steps.Launch | None


class Completed(Answer):
    """The organisation that it has become."""

    org_id: UUID
    organization_name: str
    timezone: str
    trial_ends_at: datetime
    people_invited: int
    completed_at: datetime


class Setup(Answer):
    """How far the caller's set-up is: the one under way, else the last one that they completed."""

    state: Literal["none", "in_progress", "completed"]
    next_step: steps.StepName | None = Field(
        description="What is to be told next; a change before it can open one again. Null: it can be completed."
    )
    steps: Steps = Field(description="Emptied when it is completed: names and addresses are where they belong then.")
    completed: Completed | None
    etag: str


SHOW: Final[LiteralString] = """
    select app.setup_json(d)::text
    from (select (select auth.uid()) as id) me
    left join lateral (
      select * from public.setup_drafts s
      where s.user_id = me.id order by s.completed_at desc nulls first limit 1) d on true
"""

# The second of two who begin at once finds what the first has begun, since it waits for the first to commit.
BEGIN: Final[LiteralString] = """
    insert into public.setup_drafts as d (user_id, created_at) values ((select auth.uid()), %(at)s)
    on conflict (user_id) where completed_at is null do update set draft = d.draft
    returning app.setup_json(d)::text
"""

SAVE: Final[LiteralString] = "select app.save_setup_step(%(step)s, %(told)s, %(expected)s)::text"
COMPLETE: Final[LiteralString] = "select app.complete_setup(%(at)s)::text"


def shown(db: Transaction) -> Json[Setup]:
    """How far the caller is, on whichever device they were before."""
    return Json(db.json(SHOW))


def begin(db: Transaction, *, at: datetime) -> Json[Setup]:
    """Begin a set-up; the one under way where there is one."""
    return Json(db.json(BEGIN, at=at))


def save(db: Transaction, sent: Step, *, founder: str, expected: str | None) -> Json[Setup]:
    """Keep a step: the next one, or an earlier one once more. `founder` is the caller's address.

    Raises Conflict (not_begun, already_completed, or step_skipped with `next_step`), Stale where the draft isn't any
    more what `expected` says, and Invalid (unknown_timezone, unknown_department, inconsistent_people).
    """
    if isinstance(sent, PeopleStep):
        _check(sent.data, founder.lower())
    return Json(db.json(SAVE, step=sent.step, told=sent.data.model_dump(), expected=expected))


def complete(db: Transaction, *, at: datetime) -> Json[Completed]:
    """Make the organisation with all that was told, and queue the invitations: all of it, or nothing.

    Raises Conflict: not_begun, step_skipped, already_completed.
    """
    return Json(db.json(COMPLETE, at=at))


def _check(told: steps.People, founder: str) -> None:
    found = steps.problems(told.people, founder)
    if found:
        raise Invalid("Some of these people don't fit together.", code="inconsistent_people", errors=_as_paths(found))


def _as_paths(found: list[roster.Problem]) -> list[dict[str, str]]:
    return [{"path": f"body.people.data.people.{each.line - 1}.{each.column}", "type": each.code} for each in found]
