"""A person's own history as they look back on it: their dots by day, and their answers by week."""

from datetime import date, datetime
from typing import Any, Final, LiteralString
from uuid import UUID

from pydantic import Field

from vizdots.agents import AgentCode
from vizdots.errors import NotFound
from vizdots.shapes import Answer
from vizdots.transaction import Json, Transaction

WEEKS_SHOWN: Final = 12  # of a trend: a quarter, which a phone can still show


class DayDot(Answer):
    """A dot in a calendar."""

    id: UUID
    day: date = Field(description="The day on which it was said, in the zone of the person's organisation.")
    agent_code: AgentCode
    answer_number: float | None


class Week(Answer):
    """What the person answered in one week, each a mean from 1 to 5; null where they weren't asked."""

    monday: date
    mood: float | None
    workload: float | None
    focus: float | None


class History(Answer):
    """One month of dots, and the trend of the last weeks."""

    today: date
    first_day: date | None = Field(description="The day of the oldest dot; null: there is none.")
    days: list[DayDot]
    weeks: list[Week] = Field(description="The oldest first, none left out.")


class DotInFull(Answer):
    """A dot with the person's own words."""

    id: UUID
    session_id: UUID
    agent_code: AgentCode
    created_at: datetime
    answer_json: dict[str, Any] | None = Field(description="As it counts: with the person's correction in it.")
    raw_text: str | None = Field(description="Null when it was erased.")
    is_private: bool
    may_be_private: bool
    verdict: str | None


# A dot belongs to the day and the week on which it was said where the organisation is.
LOOK_BACK: Final[LiteralString] = """
    with mine as (
      select a.id, a.agent_code, a.answer_number, app.effective_answer(a) as output,
        (a.created_at at time zone o.timezone)::date as day, (%(at)s at time zone o.timezone)::date as today
      from public.answers a join public.organizations o on o.id = a.org_id
      where a.org_id = app.my_org() and a.user_id = (select auth.uid())),
    now_there as (
      select (%(at)s at time zone o.timezone)::date as today from public.organizations o where o.id = app.my_org()),
    weeks as (
      select monday::date as monday
      from now_there, generate_series(date_trunc('week', today::timestamp) - (%(weeks)s - 1) * interval '1 week',
        date_trunc('week', today::timestamp), interval '1 week') as monday),
    said as (
      select date_trunc('week', day::timestamp)::date as monday,
        avg((output ->> 'rating')::numeric) filter (where agent_code = 'pulse') as mood,
        avg((output ->> 'workload_rating')::numeric) filter (where agent_code = 'pulse') as workload,
        avg((output ->> 'focus_rating')::numeric) filter (where agent_code = 'focus_tracker') as focus
      from mine where day > today - 7 * (%(weeks)s + 1) group by 1)
    select json_build_object(
      'today', (select today from now_there),
      'first_day', (select min(day) from mine),
      'days', (
        select coalesce(json_agg(json_build_object('id', id, 'day', day, 'agent_code', agent_code,
          'answer_number', coalesce((output ->> 'rating')::numeric, (output ->> 'pain_rating')::numeric,
            (output ->> 'focus_rating')::numeric, answer_number)) order by day, id), '[]')
        from mine, (select coalesce(%(month)s::date, today) as wanted from now_there) as chosen
        where date_trunc('month', day::timestamp) = date_trunc('month', wanted::timestamp)),
      'weeks', (
        select json_agg(json_build_object(
          'monday', w.monday, 'mood', round(s.mood, 2), 'workload', round(s.workload, 2),
          'focus', round(s.focus, 2)) order by w.monday)
        from weeks w left join said s using (monday)))::text
"""

ONE: Final[LiteralString] = """
    select json_build_object('id', a.id, 'session_id', a.session_id, 'agent_code', a.agent_code,
      'created_at', a.created_at, 'answer_json', app.effective_answer(a), 'raw_text', a.raw_text,
      'is_private', a.is_private, 'may_be_private', o.employee_can_mark_private,
      'verdict', (select r.verdict from public.answer_reviews r where r.answer_id = a.id
        order by r.created_at desc, r.id desc limit 1))::text
    from public.answers a join public.organizations o on o.id = a.org_id
    where a.id = %(id)s and a.user_id = (select auth.uid())
"""


def look_back(db: Transaction, *, at: datetime, month: date | None = None) -> Json[History]:
    """The caller's own dots in the month of a day (None: this one), and their weeks up to `at`."""
    return Json(db.json(LOOK_BACK, at=at, month=month, weeks=WEEKS_SHOWN))


def one(db: Transaction, dot_id: UUID) -> Json[DotInFull]:
    """One of the caller's own dots, in full. Raises NotFound for anybody else's."""
    found = db.json(ONE, id=dot_id)
    if found is None:
        raise NotFound("There is no such dot.", code="dot_not_found")
    return found
