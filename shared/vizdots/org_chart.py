"""The org chart: who leads whom in an organisation, as a tree of any depth in the order of a walk through it."""

import re
from typing import Final, Literal, LiteralString
from uuid import UUID

from pydantic import Field

from vizdots import pages
from vizdots.errors import NotFound
from vizdots.pages import Page
from vizdots.shapes import Answer
from vizdots.transaction import Json, Transaction

MOST: Final = 10_000  # people of one answer
MOST_FOUND: Final = 20  # people whom a search tells

_PLACE: Final = re.compile(r"[0-9]{1,9}")


class Somebody(Answer):
    """Who somebody is."""

    id: UUID
    display_name: str


class PersonInChart(Answer):
    """Somebody in their place."""

    id: UUID = Field(description="The member's.")
    display_name: str = Field(description="Or the address that they were invited at.")
    job_title: str | None
    department: str | None
    level: Literal["exec", "manager", "ic"]
    status: Literal["active", "invited"]
    depth: int = Field(description="How far below the top of this answer, which is 0.")
    supervisor_id: UUID | None = Field(description="The next one above who hasn't left; null: nobody is.")
    direct_reports: int
    all_reports: int = Field(description="Everybody below, on every level, whether this answer goes so deep or not.")


class OrgChart(Page[PersonInChart]):
    """A tree, or several: somebody's own people follow them, a team by name. Whoever has left isn't in it."""

    people: int = Field(description="How many are in the whole tree.")
    root: Somebody | None = Field(description="Whose part of the chart it is; null: it is the whole.")
    above: list[Somebody] = Field(description="From the top down, whom `root` reports to.")


class Found(Answer):
    """Somebody whom a search has found."""

    id: UUID
    display_name: str
    job_title: str | None
    department: str | None
    supervisor: str | None
    all_reports: int


class Search(Answer):
    """Who was found, by name; not all of them, where there are `more`."""

    items: list[Found]
    more: bool


# What is one for all rows is worked out once (materialized): in a condition, it would be for each row. `fit` cuts below
# the last level down to which `limit` people are enough; whoever reports to `root` is shown in any case.
TREE: Final[LiteralString] = """
    with mine as materialized (select app.my_administered_org() as org_id),
    chart as materialized (
      select c.*, m.display_name, m.invited_email, m.job_title, m.department_id, m.level, m.status, m.org_id
      from mine cross join app.org_chart(mine.org_id) c
      join public.organization_members m on m.org_id = mine.org_id and m.id = c.id),
    root as (
      select id, place, depth, all_reports from chart where id = %(root)s::uuid
      union all
      select null, 1, 0, (select count(*) from chart) where %(root)s::uuid is null),
    tree as (
      select c.*, c.depth - r.depth as below
      from root r join chart c on c.place between r.place and r.place + r.all_reports),
    levels as (
      select below, sum(count(*)) over (order by below) as people from tree group by below),
    cut as materialized (
      select least(%(depth)s::int, case when %(fit)s
        then greatest(max(below) filter (where people <= %(limit)s), (%(root)s::uuid is not null)::int) end) as below
      from levels),
    page as (
      select t.*, row_number() over (order by t.place) as nth from tree t cross join cut
      where t.place > %(after)s and t.below <= coalesce(cut.below, t.below)
      order by t.place
      limit %(limit)s + 1)
    select json_build_object(
      'items', (select coalesce(json_agg(json_build_object(
          'id', p.id, 'display_name', coalesce(p.display_name, p.invited_email), 'job_title', p.job_title,
          'department', d.name, 'level', p.level, 'status', p.status, 'depth', p.below, 'supervisor_id', p.leader,
          'direct_reports', p.direct_reports, 'all_reports', p.all_reports) order by p.nth), '[]')
        from page p left join public.departments d on d.org_id = p.org_id and d.id = p.department_id
        where p.nth <= %(limit)s),
      'next_cursor', (select case when count(*) > %(limit)s then max(place) filter (where nth = %(limit)s)::text end
        from page),
      'people', (select count(*) from tree),
      'root', (select json_build_object('id', c.id, 'display_name', coalesce(c.display_name, c.invited_email))
        from chart c where c.id = r.id),
      'above', (select coalesce(json_agg(json_build_object(
          'id', c.id, 'display_name', coalesce(c.display_name, c.invited_email)) order by c.depth), '[]')
        from chart c where c.place < r.place and c.place + c.all_reports >= r.place))::text
    from root r
"""

FIND: Final[LiteralString] = """
    with mine as materialized (select app.my_administered_org() as org_id),
    found as (
      select m.id, coalesce(m.display_name, m.invited_email) as name, m.job_title, d.name as department,
        coalesce(s.display_name, s.invited_email) as supervisor, c.all_reports,
        row_number() over (order by lower(coalesce(m.display_name, m.invited_email)), m.id) as nth
      from mine cross join app.org_chart(mine.org_id) c
      join public.organization_members m on m.org_id = mine.org_id and m.id = c.id
      left join public.departments d on d.org_id = m.org_id and d.id = m.department_id
      left join public.organization_members s on s.org_id = m.org_id and s.id = c.leader
      where position(lower(%(words)s) in lower(concat_ws(' ', m.display_name, m.invited_email))) > 0
      order by nth limit %(limit)s + 1)
    select json_build_object(
      'items', coalesce(json_agg(json_build_object('id', id, 'display_name', name, 'job_title', job_title,
        'department', department, 'supervisor', supervisor, 'all_reports', all_reports) order by nth)
        filter (where nth <= %(limit)s), '[]'),
      'more', count(*) > %(limit)s)::text
    from found
"""


def charted(
    db: Transaction,
    *,
    root: UUID | None = None,
    depth: int | None = None,
    limit: int = MOST,
    cursor: str | None = None,
    fit: bool = False,
) -> Json[OrgChart]:
    """The whole organisation, or `root` and everybody below them; not deeper than `depth`, where that is said.

    `fit` takes as many whole levels as `limit` allows instead. Raises NotFound for a root who isn't in the chart.
    """
    found = db.json(TREE, root=root, depth=depth, limit=limit, after=_place(cursor), fit=fit)
    if found is None:
        raise NotFound("There is no such person in the org chart.", code="member_not_found")
    return found


def found(db: Transaction, words: str) -> Json[Search]:
    """Whose name or address holds these words."""
    return Json(db.json(FIND, words=words.replace("\0", ""), limit=MOST_FOUND))


def _place(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if _PLACE.fullmatch(cursor):
        return int(cursor)
    raise pages.not_ours()
