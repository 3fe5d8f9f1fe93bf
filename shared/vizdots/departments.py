"""The departments of an organisation: who is in them, what they are called, and what becomes of them."""

from datetime import datetime
from typing import Final, LiteralString, Self
from uuid import UUID

from pydantic import Field, model_validator

from vizdots import pages
from vizdots.errors import Conflict, NotFound
from vizdots.pages import Page
from vizdots.shapes import Answer, Input
from vizdots.texts import Name
from vizdots.transaction import Json, Transaction


class NewDepartment(Input):
    """A department that is to be."""

    name: Name = Field(description="No other open one is called so, in small letters or capitals.")


class DepartmentChange(Input):
    """Another name for a department, or another department for everybody in it."""

    id: UUID
    name: Name | None = None
    merge_into: UUID | None = Field(
        None, description="The department that its people and workflows go to. It is closed then, for good."
    )

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        if (self.name is None) == (self.merge_into is None):
            raise ValueError("either a name or merge_into")
        return self


class DepartmentPeople(Answer):
    """How many people are in a department; those who have left don't count."""

    active: int
    invited: int


class Department(Answer):
    """A part of the organisation that people belong to."""

    id: UUID
    name: str
    people: DepartmentPeople
    closed_at: datetime | None = Field(description="When it was merged into another one; null: it is open.")
    merged_into: UUID | None
    etag: str


class Choice(Answer):
    """A department that could be chosen."""

    id: UUID
    name: str


class DepartmentAmongOthers(Answer):
    """One department, and those that it could be merged into."""

    department: Department
    others: list[Choice]


class Removed(Answer):
    """The department that isn't there any more."""

    id: UUID


LIST: Final[LiteralString] = """
    with page as (
      select d.*, row_number() over (order by d.sorted_by, d.id) as nth
      from app.shown_departments(app.my_administered_org()) d
      where (d.is_open or %(include_closed)s)
        and (%(after_id)s::uuid is null or (d.sorted_by, d.id) > (%(after)s, %(after_id)s))
      order by d.sorted_by, d.id
      limit %(limit)s + 1)
    select json_build_object(
      'items', coalesce(json_agg(shown order by nth) filter (where nth <= %(limit)s), '[]'),
      'next_cursor', case when count(*) > %(limit)s
        then max(id || ':' || sorted_by) filter (where nth = %(limit)s) end)::text
    from page
"""

ONE: Final[LiteralString] = """
    with theirs as materialized (select * from app.shown_departments(app.my_administered_org()))
    select json_build_object('department', d.shown, 'others', (
      select coalesce(json_agg(json_build_object('id', o.id, 'name', o.name) order by o.sorted_by), '[]')
      from theirs o where o.is_open and o.id <> d.id))::text
    from theirs d where d.id = %(id)s
"""

ADD: Final[LiteralString] = "select app.add_department(%(name)s, %(at)s)::text"
RENAME: Final[LiteralString] = "select app.rename_department(%(id)s, %(name)s, %(expected)s)::text"
MERGE: Final[LiteralString] = "select app.merge_department(%(id)s, %(target)s, %(expected)s, %(at)s)::text"
REMOVE: Final[LiteralString] = """
    select app.remove_department(%(id)s, %(expected)s, %(at)s) as people,
      json_build_object('id', %(id)s::uuid)::text as removed
"""


def listed(
    db: Transaction, *, include_closed: bool = False, limit: int = 50, cursor: str | None = None
) -> Json[Page[Department]]:
    """The open departments by name; with `include_closed`, also those that were merged into others."""
    return Json(db.json(LIST, include_closed=include_closed, limit=limit, **pages.start_by_name(cursor)))


def one(db: Transaction, department: UUID) -> Json[DepartmentAmongOthers]:
    """A department, open or merged, and the others that are open. Raises NotFound."""
    found = db.json(ONE, id=department)
    if found is None:
        raise NotFound("There is no such department.", code="department_not_found")
    return found


def add(db: Transaction, sent: NewDepartment, *, at: datetime) -> Json[Department]:
    """A new department. Raises Conflict (already_exists) where an open one is called so."""
    return Json(db.json(ADD, name=sent.name, at=at))


def change(db: Transaction, sent: DepartmentChange, *, expected: str | None = None, at: datetime) -> Json[Department]:
    """Rename a department or merge it into another one, if it still is what `expected`, its ETag, stands for.

    Raises NotFound, Stale, Conflict for a name that is taken, and Invalid for one that is merged into itself.
    """
    if sent.merge_into is None:
        return Json(db.json(RENAME, id=sent.id, name=sent.name, expected=expected))
    return Json(db.json(MERGE, id=sent.id, target=sent.merge_into, expected=expected, at=at))


def remove(db: Transaction, department: UUID, *, expected: str | None = None, at: datetime) -> Json[Removed]:
    """Let a department be no more. Raises NotFound, Stale, and Conflict, with how many people, while anybody is in it.

    Whether somebody ever spoke there is nowhere to be seen: neither in the answer nor in what is left.
    """
    told = db.row(REMOVE, id=department, expected=expected, at=at) or {}
    if told["people"]:
        detail = f"People who are still in it: {told['people']}."
        raise Conflict(detail, code="department_not_empty", people=told["people"])
    return Json(told["removed"])
