"""Dots about work, as a check-in leaves them, and what they tell of a workflow."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from tests.people import Person, acting

Connection = psycopg.Connection[Any]


def telling(
    *steps: str,
    workflow: UUID | str | None = None,
    name: str = "Visit",
    tools: tuple[str, ...] = (),
    sources: tuple[str, ...] = (),
    variants: tuple[str | dict[str, Any], ...] = (),
    is_whole: bool = True,
    **more: object,
) -> dict[str, Any]:
    """What vizdots.workflows.discovery makes of a dot: steps by their keys, whose labels are the keys in capitals."""
    return {
        "workflow_id": workflow and str(workflow),
        "workflow_key": name.casefold().replace(" ", "-"),
        "display_name": name,
        "matched_by": "similarity" if workflow else "new",
        "similarity": None,
        "resembles": None,
        "steps": [{"key": key, "label": key.upper()} for key in steps],
        "tools": list(tools),
        "data_sources": list(sources),
        "wordings": [f"so {key}" for key in steps],
        "is_whole": is_whole,
        "variants": [
            it if isinstance(it, dict) else {"key": it, "description": it, "details": {}, "confidence": 0.8}
            for it in variants
        ],
        **more,
    }


def dot(superuser: Connection, person: Person, day: str = "2026-01-10", *, private: bool = False) -> UUID:
    """A completed check-in of a person about their work."""
    made = uuid4()
    superuser.execute(
        "with it as (select %(org)s::uuid as org_id, %(user)s::uuid as user_id, %(day)s::timestamptz as day),"
        " talk as (insert into sessions (org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date,"
        "   started_at, completed_at)"
        "  select org_id, user_id, 'workflow_mapper', '{workflow_discovery}', day, day::date, day, day from it"
        "  returning *)"
        " insert into answers (id, org_id, session_id, user_id, agent_code, topic_code, raw_text, created_at,"
        "  is_private, privacy_level)"
        " select %(dot)s, org_id, id, user_id, agent_code, topic_codes[1], 'so we do it', started_at,"
        "  %(level)s::text = 'private', %(level)s from talk",
        {
            "dot": made,
            "org": person.org_id,
            "user": person.id,
            "day": day,
            "level": "private" if private else "normal",
        },
    )
    return made


def tell(
    superuser: Connection,
    person: Person,
    *steps: str,
    day: str = "2026-01-10",
    private: bool = False,
    **told: Any,
) -> UUID:
    """A person tells of their work in a check-in of their own; the dot."""
    made = dot(superuser, person, day, private=private)
    with acting(superuser, "authenticated", person):
        superuser.execute("select app.keep_telling(%s, %s, %s)", (made, Jsonb(telling(*steps, **told)), day))
    return made


def hire(superuser: Connection, count: int) -> list[Person]:
    """So many more people at Acme who have much to tell."""
    hired = [Person(f"Tess Teller{number}", 100 + number) for number in range(count)]
    superuser.cursor().executemany(
        "insert into organization_members (id, org_id, user_id, department_id, status, display_name, invited_email,"
        " invite_status) values (%s, %s, %s, %s, 'active', %s, %s, 'accepted')",
        [(it.member_id, it.org_id, it.id, it.department_id, it.name, f"{it.number}@acme.test") for it in hired],
    )
    return hired


@dataclass(frozen=True)
class Tellers:
    """People who tell of their work in a database, each time committed."""

    url: str

    def hire(self, count: int) -> list[Person]:
        """So many more people at Acme."""
        with psycopg.connect(self.url) as superuser:
            return hire(superuser, count)

    def tell(self, person: Person, *steps: str, **told: Any) -> UUID:
        """A person tells of their work; the dot."""
        with psycopg.connect(self.url) as superuser:
            return tell(superuser, person, *steps, **told)

    def workflow(self, person: Person, *steps: str, name: str = "Visit", **told: Any) -> str:
        """A person tells of a workflow; its id."""
        with psycopg.connect(self.url) as superuser:
            dot_id = tell(superuser, person, *steps, name=name, **told)
            found = superuser.execute("select workflow_id from workflow_tellings where dot_id = %s", (dot_id,))
            return str((found.fetchone() or (None,))[0])
