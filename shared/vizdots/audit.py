"""The audit log as admins read it: who changed what in their organisation, and whether the record is still whole."""

from datetime import datetime
from typing import Any, Final, Literal, LiteralString, NamedTuple, get_args
from uuid import UUID

from pydantic import Field

from vizdots import pages
from vizdots.errors import Invalid
from vizdots.shapes import Answer
from vizdots.transaction import Json, Transaction

Action = Literal["created", "updated", "deleted"]
Entity = Literal[
    "organizations",
    "departments",
    "organization_members",
    "workflows",
    "workflow_versions",
    "workflow_overrides",
    "workflow_variants",
    "workflow_resemblances",
    "owner_notes",
    "pattern_alerts",
    "data_export_requests",
]
ENTITIES: Final[tuple[Entity, ...]] = get_args(Entity)
Break = Literal["edited", "misplaced", "end"]

MOST_BYTES: Final = (
    4_400_000  # of an export as a JSON text, as it leaves Lambda; and as base64 it stays below 6 MB, too
)
MOST_LINES: Final = 10_000  # of an export, so that one asks the database for a bounded while
REFERENCES: Final = ("department_id", "supervisor", "merged_into", "workflow_id", "other_id")


class Actor(Answer):
    """Who did it. The log knows an account; the member behind it is looked up when it is read."""

    type: Literal["user", "system"] = Field(description="system: a job of ours.")
    id: UUID | None = Field(description="Their account; null for a job.")
    member_id: UUID | None = Field(description="Their membership; null when nobody is behind the account any more.")
    name: str | None = Field(description="What they are called today.")


class Entry(Answer):
    """One change. The log holds ids; names are those of today, and missing where there is none any more."""

    id: UUID
    created_at: datetime
    actor: Actor
    action: Action
    what: str = Field(description="In plain words: member updated: department, role.")
    entity_type: Entity
    entity_id: UUID
    entity_name: str | None = Field(description="Of a member, a department or a workflow.")
    before: dict[str, Any] | None = Field(description="What changed, as it was; null for what is new.")
    after: dict[str, Any] | None = Field(description="What changed, as it became; null for what was deleted.")
    names: dict[str, str] = Field(description="What the ids within before and after are called.")


class Entries(pages.Page[Entry]):
    """A page of the log, newest first."""


class Broken(Answer):
    """Where the chain doesn't hold for the first time."""

    how: Break = Field(
        description="edited: the entry isn't what was written. misplaced: it doesn't follow from the one before, since"
        " one was removed, put in, exchanged or rewritten. end: the newest entries were cut off or others added."
    )
    entry: Entry | None = Field(
        description="The first entry that doesn't fit; null when it is gone, or is a person's own and theirs to see."
    )


class Verification(Answer):
    """Whether the log is as it was written."""

    whole: bool
    first_broken: Broken | None = Field(description="null: nothing is broken.")
    last_proved: Entry | None = Field(
        description="Up to this entry the log is proved all the same; null where it is whole, or nothing is proved."
    )


class Admin(Answer):
    """Somebody who can change things."""

    id: UUID = Field(description="Their account: what entries name as the actor.")
    name: str | None


class Admins(Answer):
    """The owners and admins, also those who were deactivated."""

    items: list[Admin]


class Filter(NamedTuple):
    """Which entries are meant; None means any. `since` is the first moment that counts, `until` the first after it."""

    actor: UUID | Literal["system"] | None = None
    entity_type: Entity | None = None
    entity_id: UUID | None = None
    action: Action | None = None
    since: datetime | None = None
    until: datetime | None = None


class Export(NamedTuple):
    """So many entries as JSON, one a line, and where the next export goes on; None: there are no more."""

    lines: str
    number: int
    next_cursor: str | None


COLUMNS: Final[LiteralString] = (
    "l.id, l.org_id, l.created_at, l.actor_type, l.actor_id, l.action, l.entity_type, l.entity_id, l.before, l.after"
)

# Personal entries are left out by name, not by policy alone: a person's own are visible to them, and an admin is one.
CHOSEN: Final[LiteralString] = f"""
    select {COLUMNS}
    from public.audit_log l
    where l.org_id = (select app.my_administered_org()) and l.scope = 'organization'
      and (%(actor_type)s::text is null or l.actor_type = %(actor_type)s)
      and (%(actor)s::uuid is null or l.actor_id = %(actor)s)
      and (%(entity_type)s::text is null or l.entity_type = %(entity_type)s)
      and (%(entity_id)s::uuid is null or l.entity_id = %(entity_id)s)
      and (%(action)s::text is null or l.action = %(action)s)
      and (%(since)s::timestamptz is null or l.created_at >= %(since)s)
      and (%(until)s::timestamptz is null or l.created_at < %(until)s)
      and (%(before_at)s::timestamptz is null or (l.created_at, l.id) < (%(before_at)s, %(before_id)s::uuid))
    order by l.created_at desc, l.id desc limit %(limit)s + 1
"""  # noqa: S608 - made of our own text alone

# What the entries of `chosen` say, whatever somebody who tampered made of them. Names are looked up once for all of the
# entries; a department that was deleted is called as its last entry says.
SHOWN: Final[LiteralString] = """
    told as (
      select c.*, row_number() over (order by c.created_at desc, c.id desc) as nth, array(
        select distinct said.value
        from unnest(array[c.before, c.after]) held (row),
          jsonb_each_text(case jsonb_typeof(held.row) when 'object' then held.row end) said (field, value)
        where said.field = any (%(references)s::text[])
          and said.value ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$') as refs
      from chosen c),
    called as (
      select coalesce(jsonb_object_agg(r.id, n.name) filter (where n.name is not null), '{}') as names
      from (select org_id, entity_id from told union select org_id, unnest(refs)::uuid from told) r (org_id, id)
      left join public.organization_members m on m.org_id = r.org_id and m.id = r.id
      left join public.departments d on d.org_id = r.org_id and d.id = r.id
      left join public.workflows w on w.org_id = r.org_id and w.id = r.id
      left join lateral (
        select string_agg(either.display_name, ' · ' order by either.display_name) as names
        from public.workflow_resemblances q join public.workflows either on either.id in (q.workflow_id, q.other_id)
        where q.org_id = r.org_id and q.id = r.id) pair on true,
      lateral (select coalesce(m.display_name, m.invited_email, d.name, w.display_name, pair.names, (
        select g.before ->> 'name' from public.audit_log g
        where g.org_id = r.org_id and g.scope = 'organization' and g.entity_id = r.id
          and g.entity_type = 'departments' and g.action = 'deleted'
        order by g.created_at desc limit 1)) as name) n),
    shown as (
      select t.id, t.created_at, t.nth, json_build_object(
        'id', t.id, 'created_at', t.created_at,
        'actor', json_build_object('type', t.actor_type, 'id', t.actor_id, 'member_id', a.id, 'name', a.display_name),
        'action', t.action,
        'what', concat(%(words)s::jsonb ->> t.entity_type, ' ', t.action, (
          select ': ' || string_agg(replace(regexp_replace(field, '_id$', ''), '_', ' '), ', ' order by field)
          from jsonb_object_keys(
            case when t.action = 'updated' and jsonb_typeof(t.after) = 'object' then t.after end) field)),
        'entity_type', t.entity_type, 'entity_id', t.entity_id,
        'entity_name', (select names from called) ->> t.entity_id::text,
        'before', t.before, 'after', t.after, 'names', (
          select coalesce(jsonb_object_agg(ref, (select names from called) -> ref), '{}')
          from unnest(t.refs) ref where (select names from called) ? ref)) as entry
      from told t
      left join public.organization_members a on a.org_id = t.org_id and a.user_id = t.actor_id)
"""

LIST: Final[LiteralString] = f"""
    with chosen as ({CHOSEN}), {SHOWN}
    select json_build_object(
      'items', coalesce(json_agg(entry order by nth) filter (where nth <= %(limit)s), '[]'),
      'next_cursor', max(app.cursor(created_at, id)) filter (
        where nth = %(limit)s and nth < (select count(*) from shown)))::text
    from shown
"""  # noqa: S608 - as above

EXPORT: Final[LiteralString] = f"""
    with chosen as ({CHOSEN}), {SHOWN},
    lines as (
      select nth, app.cursor(created_at, id) as cursor, entry::text as line,
        sum(octet_length(to_json(entry::text)::text)) over (order by nth) as size
      from shown),
    kept as (select * from lines where nth <= %(limit)s and (nth = 1 or size <= %(most_bytes)s))
    select coalesce(string_agg(line || chr(10), '' order by nth), '') as lines, count(*) as number,
      case when count(*) < (select count(*) from lines) then (array_agg(cursor order by nth desc))[1] end as next_cursor
    from kept
"""  # noqa: S608 - as above

# What may be told of an entry is for its policy to say: the function answers ids alone.
VERIFY: Final[LiteralString] = f"""
    with verified as materialized (select * from app.verify_my_audit_log()),
    chosen as (
      select {COLUMNS}
      from verified v join public.audit_log l on v.how is not null and l.org_id = (select app.my_administered_org())
        and l.scope = 'organization' and l.id in (v.first_broken, v.last_proved)), {SHOWN}
    select json_build_object('whole', v.how is null,
      'first_broken', case when v.how is not null then json_build_object('how', v.how,
        'entry', (select s.entry from shown s where s.id = v.first_broken)) end,
      'last_proved', (select s.entry from shown s where s.id = v.last_proved))::text
    from verified v
"""  # noqa: S608 - as above

ADMINS: Final[LiteralString] = """
    select json_build_object('items', coalesce(json_agg(
      json_build_object('id', m.user_id, 'name', m.display_name) order by lower(m.display_name), m.id), '[]'))::text
    from public.organization_members m
    where m.org_id = app.my_administered_org() and m.role in ('owner', 'admin') and m.user_id is not null
"""

WORDS: Final[dict[Entity, str]] = {
    "organizations": "settings",
    "departments": "department",
    "organization_members": "member",
    "workflows": "workflow",
    "workflow_versions": "workflow version",
    "workflow_overrides": "workflow correction",
    "workflow_variants": "workflow variant",
    "workflow_resemblances": "question whether two workflows are one",
    "owner_notes": "note",
    "pattern_alerts": "alert",
    "data_export_requests": "export",
}


def listed(db: Transaction, meant: Filter, *, limit: int = 50, cursor: str | None = None) -> Json[Entries]:
    """The entries that are meant, newest first. Only for admins: VD403 for anybody else."""
    return Json(db.json(LIST, **_parameters(meant, limit, cursor)))


def exported(db: Transaction, meant: Filter, *, limit: int | None = None, cursor: str | None = None) -> Export:
    """The same entries, one a line, as many as one answer holds: MOST_BYTES, and MOST_LINES or `limit` of them."""
    parameters = _parameters(meant, limit or MOST_LINES, cursor)
    return Export(**(db.row(EXPORT, most_bytes=MOST_BYTES, **parameters) or {}))


def file_name(at: datetime) -> str:
    """What an export is called."""
    return f"audit-log-{at:%Y-%m-%d-%H%M}.jsonl"


def verified(db: Transaction) -> Json[Verification]:
    """Whether the log is whole; where it isn't, the first entry that doesn't fit. Reads all of it: 100,000 in 1.5 s."""
    return Json(db.json(VERIFY, references=[*REFERENCES], words=WORDS))


def admins(db: Transaction) -> Json[Admins]:
    """Who can have changed something: the owners and admins."""
    return Json(db.json(ADMINS))


def _parameters(meant: Filter, limit: int, cursor: str | None) -> dict[str, object]:
    if meant.since and meant.until and meant.since >= meant.until:
        told = [{"path": "query.to", "type": "out_of_range"}]
        raise Invalid("“from” comes before “to”.", code="invalid_range", errors=told)
    is_system = meant.actor == "system"
    return {
        **meant._asdict(),
        "actor": None if is_system else meant.actor,
        "actor_type": "system" if is_system else None,
        "limit": limit,
        "references": [*REFERENCES],
        "words": WORDS,
        **pages.start(cursor),
    }
