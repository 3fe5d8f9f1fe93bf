"""A person's check-ins: list them, look at one, start one by hand, take one up."""

from datetime import date, datetime
from typing import Any, Final, Literal, LiteralString
from uuid import UUID

from pydantic import Field

from vizdots import pages
from vizdots.agents import TOPICS, AgentCode, TopicCode
from vizdots.errors import Conflict, Forbidden, Invalid, NotFound
from vizdots.shapes import Answer, Input
from vizdots.transaction import Json, Transaction

Status = Literal["pending", "completed", "all"]


class Topic(Answer):
    """What a check-in is about."""

    code: TopicCode
    name: str


class Message(Answer):
    """One line of the talk. `turn` 0 is the opening; a message of the person and its reply share a number."""

    turn: int
    role: Literal["agent", "person"]
    content: str | None = Field(description="Null when the person had it erased.")
    created_at: datetime


class CheckIn(Answer):
    """A check-in: who asks, why, and how far it is."""

    id: UUID
    agent_code: AgentCode
    source: Literal["autopilot", "manual", "triggered"]
    status: Literal["scheduled", "started", "completed"]
    scheduled_for: datetime
    scheduled_date: date = Field(description="The person's local day.")
    started_at: datetime | None
    completed_at: datetime | None


class SessionSummary(CheckIn):
    """A check-in as lists show it."""

    topic_codes: list[TopicCode]


class Session(CheckIn):
    """A check-in with its topics and everything said so far."""

    topics: list[Topic]
    messages: list[Message]


class NewSession(Input):
    """A check-in that a person starts themself."""

    agent_code: AgentCode
    topic_codes: list[TopicCode] | None = Field(
        None, min_length=1, max_length=3, description="Topics of that agent; left out: the agent's usual one."
    )


LIST: Final[LiteralString] = """
    select json_build_object(
      'items', coalesce(json_agg(json_build_object(
        'id', id, 'agent_code', agent_code, 'source', source,
        'status', app.session_status(started_at, completed_at),
        'scheduled_for', scheduled_for, 'scheduled_date', scheduled_date,
        'started_at', started_at, 'completed_at', completed_at, 'topic_codes', topic_codes) order by nth)
        filter (where nth <= %(limit)s), '[]'),
      'next_cursor', max(app.cursor(scheduled_for, id)) filter (where nth = %(limit)s and found > %(limit)s))::text
    from (
      select s.*, row_number() over newest_first as nth, count(*) over () as found
      from public.sessions s
      where s.org_id = any (array(select app.current_org_ids())) and s.user_id = (select auth.uid())
        and (%(status)s = 'all' or (completed_at is not null) = (%(status)s = 'completed'))
        and (%(before_at)s::timestamptz is null or (scheduled_for, id) < (%(before_at)s, %(before_id)s::uuid))
      window newest_first as (order by scheduled_for desc, id desc)
      order by scheduled_for desc, id desc
      limit %(limit)s + 1) page
"""


def listed(
    db: Transaction, *, status: Status = "all", limit: int = 50, cursor: str | None = None
) -> Json[pages.Page[SessionSummary]]:
    """The caller's own check-ins, newest first."""
    return Json(db.json(LIST, status=status, limit=limit, **pages.start(cursor)))


def shown(db: Transaction, session_id: UUID) -> Json[Session]:
    """One of the caller's own check-ins. NotFound for any other: it doesn't exist for them."""
    return _found(db.json("select app.session_json(s)::text from public.sessions s where s.id = %(id)s", id=session_id))


def started(db: Transaction, session_id: UUID, *, at: datetime) -> Json[Session]:
    """Take a check-in up. Starting twice is harmless."""
    return _found(
        db.json(
            """
            with taken_up as (
              insert into public.session_topics (session_id, org_id, user_id, topic_code, position, created_at)
              select s.id, s.org_id, s.user_id, topic, nth, %(at)s
              from public.sessions s, unnest(s.topic_codes) with ordinality as planned (topic, nth)
              where s.id = %(id)s and s.completed_at is null
              on conflict do nothing)
            update public.sessions s set started_at = coalesce(s.started_at, %(at)s)
            where s.id = %(id)s
            returning app.session_json(s)::text
            """,
            id=session_id,
            at=at,
        )
    )


# What decides whether the check-in may be made comes back in the row, made or not.
START_BY_HAND: Final[LiteralString] = """
    with me as (
      select m.org_id, m.user_id, app.may_check_in(o, %(at)s) as may_check_in,
        app.has_consented(o, m.user_id) as has_consented,
        app.leads(m) or not %(leads)s as may_be_asked, (%(at)s at time zone o.timezone)::date as today
      from app.memberships m join public.organizations o on o.id = m.org_id
      where m.org_id = app.my_org() and m.user_id = (select auth.uid())),
    made as (
      insert into public.sessions as s
        (org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date, source, created_at)
      select org_id, user_id, %(agent)s, %(topics)s, %(at)s, today, 'manual', %(at)s from me
      where may_check_in and has_consented and may_be_asked
      on conflict (org_id, user_id, agent_code, scheduled_date) where completed_at is null do nothing
      returning app.session_json(s)::text as session)
    select may_check_in, has_consented, may_be_asked, (select session from made) as session from me
"""


def start_by_hand(db: Transaction, sent: NewSession, *, at: datetime) -> Json[Session]:
    """A check-in that the person asked for themself, due now.

    Raises Invalid for a topic of another agent or one named twice, Conflict when one with this agent is open today
    already, Forbidden when they belong to no organisation, to one that isn't open for check-ins, or haven't given a
    consent it requires.
    """
    topics = sent.topic_codes or [next(iter(TOPICS[sent.agent_code]))]
    if strangers := [topic for topic in topics if topic not in TOPICS[sent.agent_code]]:
        raise Invalid(f"{sent.agent_code} has no topic {strangers[0]}.", code="unknown_topic")
    if len({*topics}) < len(topics):
        raise Invalid("Each topic is asked about once.", code="repeated_topic")
    found = db.row(START_BY_HAND, agent=sent.agent_code, topics=topics, leads="focus_goals" in topics, at=at) or {}
    if not found.get("may_check_in"):
        raise Forbidden("Your organisation is not open for check-ins at present.", code="check_ins_paused")
    if not found["has_consented"]:
        raise Forbidden("You have not agreed that what you say is processed.", code="consent_required")
    if not found["may_be_asked"]:
        raise Invalid("Team goals are asked of people who lead others.", code="unknown_topic")
    if found["session"] is None:
        raise Conflict("You have an open check-in of this kind today.", code="already_open")
    return Json(found["session"])


def _found(session: Json[Any] | None) -> Json[Session]:
    if session is None:
        raise NotFound("There is no such check-in.", code="session_not_found")
    return session
