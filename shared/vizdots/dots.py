"""A person's own dots: what their check-ins came to, and which of them nobody's numbers may count."""

from datetime import datetime
from typing import Any, Final, LiteralString
from uuid import UUID

from pydantic import Field

from vizdots import pages
from vizdots.agents import AgentCode, TopicCode
from vizdots.errors import Forbidden, NotFound
from vizdots.shapes import Answer
from vizdots.transaction import Json, Transaction


class Dot(Answer):
    """What one completed check-in brought to light."""

    id: UUID
    session_id: UUID
    agent_code: AgentCode
    topic_code: TopicCode
    created_at: datetime
    answer_text: str | None
    answer_number: float | None
    answer_json: dict[str, Any] | None = Field(description="The agent's output; null when it was erased.")
    language_code: str
    is_private: bool


class Theme(Answer):
    """Something that comes up in the person's dots, and how often."""

    name: str
    count: int


class DotStats(Answer):
    """The person's own history in numbers. Ratings go from 1 to 5."""

    total: int
    this_week: int
    weeks_in_a_row: int = Field(description="Weeks with a check-in up to now, without a gap.")
    average_rating: float | None
    by_agent: dict[AgentCode, int]


class Dots(pages.Page[Dot]):
    """A page of the person's own dots; statistics and themes look at all of them."""

    stats: DotStats
    themes: list[Theme]


THEMES_SHOWN: Final = 8

# A week is Monday to Sunday in the zone of the person's organisation. Streak: the weeks with a dot, numbered backwards,
# belong together as long as week + number stays the same; this week may still be to come. A week away is no gap, nor
# one more.
LIST: Final[LiteralString] = """
    with mine as (
      select a.*, date_trunc('week', a.created_at at time zone o.timezone)::date as week,
        date_trunc('week', %(at)s at time zone o.timezone)::date as present
      from public.answers a join public.organizations o on o.id = a.org_id
      where a.org_id = any (array(select app.current_org_ids())) and a.user_id = (select auth.uid())),
    page as (
      select *, row_number() over newest_first as nth, count(*) over () as found from mine
      where (%(agent)s::text is null or agent_code = %(agent)s)
        and (%(before_at)s::timestamptz is null or (created_at, id) < (%(before_at)s, %(before_id)s::uuid))
      window newest_first as (order by created_at desc, id desc)
      order by created_at desc, id desc
      limit %(limit)s + 1),
    weeks as (
      select week, is_lived, week + 7 * (row_number() over (order by week desc))::int as run,
        max(week) over () as latest
      from (
        select week, bool_or(is_lived) as is_lived
        from (select week, true as is_lived from mine union all
          select away, false from app.my_weeks_away(%(at)s) as away) as either
        group by week) as distinct_weeks),
    themes as (
      select theme as name, count(distinct id) as times
      from mine, app.themes(answer_json) as theme
      group by 1 order by 2 desc, 1 limit %(themes)s)
    select json_build_object(
      'items', (select coalesce(json_agg(json_build_object(
          'id', id, 'session_id', session_id, 'agent_code', agent_code, 'topic_code', topic_code,
          'created_at', created_at, 'answer_text', answer_text, 'answer_number', answer_number,
          'answer_json', answer_json, 'language_code', language_code, 'is_private', is_private) order by nth)
        filter (where nth <= %(limit)s), '[]') from page),
      'next_cursor', (select max(app.cursor(created_at, id)) filter (where nth = %(limit)s and found > %(limit)s)
        from page),
      'stats', json_build_object(
        'total', (select count(*) from mine),
        'this_week', (select count(*) from mine where week = present),
        'weeks_in_a_row', (select count(*) from weeks
          where is_lived and latest >= (select max(present) from mine) - 7 and run = latest + 7),
        'average_rating', (select round(avg(answer_number), 2) from mine where agent_code = 'pulse'),
        'by_agent', (select coalesce(json_object_agg(agent_code, times), '{}')
          from (select agent_code, count(*) as times from mine group by 1) as counted)),
      'themes', (select coalesce(json_agg(json_build_object('name', name, 'count', times)
        order by times desc, name), '[]') from themes))::text
"""


def listed(
    db: Transaction, *, at: datetime, agent: AgentCode | None = None, limit: int = 50, cursor: str | None = None
) -> Json[Dots]:
    """The caller's own dots, newest first, with statistics and themes of all of them as of `at`."""
    return Json(db.json(LIST, at=at, agent=agent, limit=limit, themes=THEMES_SHOWN, **pages.start(cursor)))


MARK: Final[LiteralString] = """
    with changed as (
      update public.answers a
      set is_private = %(is_private)s, privacy_level = case when %(is_private)s then 'private' else 'normal' end
      from public.organizations o
      where a.id = %(id)s and a.user_id = (select auth.uid()) and o.id = a.org_id
        and (o.employee_can_mark_private or not %(is_private)s)
      returning json_build_object(
        'id', a.id, 'session_id', a.session_id, 'agent_code', a.agent_code, 'topic_code', a.topic_code,
        'created_at', a.created_at, 'answer_text', a.answer_text, 'answer_number', a.answer_number,
        'answer_json', a.answer_json, 'language_code', a.language_code, 'is_private', a.is_private)::text as dot)
    select (select dot from changed) as dot, exists (select from public.answers where id = %(id)s) as exists
"""


def mark(db: Transaction, dot_id: UUID, *, is_private: bool) -> Json[Dot]:
    """Mark one of the caller's own dots private, or not: a private one counts in nobody's numbers.

    Raises NotFound for anybody else's, Forbidden where the organisation doesn't allow it.
    """
    found = db.row(MARK, id=dot_id, is_private=is_private) or {}
    if found["dot"] is not None:
        return Json(found["dot"])
    if found["exists"]:
        raise Forbidden("Your organisation has turned private dots off.", code="private_not_allowed")
    raise NotFound("There is no such dot.", code="dot_not_found")
