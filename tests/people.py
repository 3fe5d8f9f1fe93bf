"""The people of the tests: a small team at Acme, and strangers at Globex.

Ana is the one whom everything is about. Her ids are always the same, so that a test can be read aloud.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, LiteralString
from uuid import UUID

import psycopg

ACME = UUID("aaaaaaaa-0000-4000-8000-000000000000")
GLOBEX = UUID("bbbbbbbb-0000-4000-8000-000000000000")
FIELD = UUID("aaaaaaaa-d000-4000-8000-000000000001")
OFFICE = UUID("aaaaaaaa-d000-4000-8000-000000000002")
NOBODY = UUID("dddddddd-0000-4000-8000-000000000000")  # of whom, and of which, there is none

ERASE: LiteralString = (
    "update organization_members set display_name = null, invited_email = null, user_id = null, status = 'inactive'"
    " where id = %s"
)
"""What erasure leaves of a membership."""


@dataclass(frozen=True)
class Person:
    """Somebody with an account (`id`) and a membership (`member_id`)."""

    name: str
    number: int
    org_id: UUID = ACME
    role: str = "member"
    level: str = "ic"
    job_title: str = "Technician"
    supervisor: "Person | None" = None
    status: str = "active"
    department_id: UUID | None = FIELD

    @property
    def id(self) -> UUID:
        """The id that the issuer knows them by: the token's `sub`."""
        return UUID(f"{'a' if self.org_id == ACME else 'b'}0000000-0000-4000-8000-{self.number:012d}")

    @property
    def member_id(self) -> UUID:
        """The id of their organization_members row."""
        return UUID(f"{'a' if self.org_id == ACME else 'b'}1111111-0000-4000-8000-{self.number:012d}")

    @property
    def email(self) -> str:
        """Their verified address."""
        return f"{self.name.split()[0].lower()}@{'acme' if self.org_id == ACME else 'globex'}.test"

    @property
    def claims(self) -> dict[str, Any]:
        """What their access token says."""
        return {"sub": str(self.id), "role": "authenticated", "email": self.email, "aud": "authenticated"}


_OWNER = Person("Olivia Owner", 1, role="owner", level="exec", job_title="Managing director", department_id=OFFICE)
_ADMIN = Person("Adam Admin", 2, role="admin", job_title="Office manager", supervisor=_OWNER, department_id=OFFICE)
_MANAGER = Person("Mara Manager", 3, level="manager", job_title="Field lead", supervisor=_OWNER)


@dataclass(frozen=True)
class People:
    """Everybody in a populated database."""

    ana: Person = Person("Ana Alba", 4, supervisor=_MANAGER)
    colleague: Person = Person("Carl Colleague", 5, supervisor=_MANAGER)
    her_manager: Person = _MANAGER
    admin: Person = _ADMIN
    owner: Person = _OWNER
    former: Person = Person("Fred Former", 6, status="inactive", supervisor=_MANAGER)
    stranger: Person = Person("Stella Stranger", 1, org_id=GLOBEX, role="owner", level="exec", department_id=None)
    acme: UUID = ACME
    globex: UUID = GLOBEX
    field_department: UUID = FIELD
    office_department: UUID = OFFICE
    in_order: tuple[str, ...] = field(
        default=("owner", "admin", "her_manager", "ana", "colleague", "former", "stranger"), repr=False
    )

    def all(self) -> list[Person]:
        """Everybody, supervisors before those they supervise."""
        return [getattr(self, name) for name in self.in_order]


@contextmanager
def acting(
    connection: psycopg.Connection[Any], role: str, person: Person | None = None, org_id: str = ""
) -> Iterator[None]:
    """Within this transaction and block, be `role`, with the claims of `person`; afterwards be who we were."""
    claims = json.dumps(person.claims if person else {"role": role})
    with connection.transaction():
        before = connection.execute(
            "select current_setting('role'), coalesce(current_setting('request.jwt.claims', true), ''),"
            " coalesce(current_setting('request.org_id', true), '')"
        ).fetchone()
        become(connection, role, claims, org_id)
        yield
        become(connection, *(before or ("none", "", "")))


def become(connection: psycopg.Connection[Any], role: str, claims: str, org_id: str = "") -> None:
    """Set role and claims until the end of the transaction."""
    connection.execute(
        "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true),"
        " set_config('request.org_id', %s, true)",
        (role, claims, org_id),
    )


def populate(owner_url: str) -> None:
    """Make Acme with its two departments, Globex, and everybody in them, as the service does."""
    with psycopg.connect(owner_url) as connection:
        become(connection, "service_role", "")
        connection.execute(
            "insert into organizations (id, name, timezone, setup_completed_at) values"
            " (%s, 'Acme Field Services', 'Europe/Berlin', now()), (%s, 'Globex', 'UTC', now())",
            (ACME, GLOBEX),
        )
        connection.execute(
            "insert into departments (id, org_id, name) values (%s, %s, 'Field'), (%s, %s, 'Office')",
            (FIELD, ACME, OFFICE, ACME),
        )
        for person in People().all():
            connection.execute(
                "insert into organization_members (id, org_id, user_id, department_id, supervisor, role, level, status,"
                " display_name, job_title, invited_email, invite_status, has_direct_reports)"
                " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 'accepted', %s)",
                (
                    person.member_id,
                    person.org_id,
                    person.id,
                    person.department_id,
                    person.supervisor.member_id if person.supervisor else None,
                    person.role,
                    person.level,
                    person.status,
                    person.name,
                    person.job_title,
                    person.email,
                    person.level != "ic",
                ),
            )
