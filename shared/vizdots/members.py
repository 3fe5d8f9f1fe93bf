"""The people of an organisation as those who run it see, find, add and change them."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final, Literal, LiteralString, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from vizdots import pages
from vizdots.addresses import Address
from vizdots.agents import Language
from vizdots.errors import Invalid, NotFound
from vizdots.pages import Page
from vizdots.people import Role
from vizdots.schedules import OwnDays
from vizdots.shapes import Answer, Input
from vizdots.texts import Name
from vizdots.transaction import Json, Transaction

Level = Literal["exec", "manager", "ic"]
Status = Literal["invited", "active", "inactive"]
Which = Literal["all", "current", "invited", "active", "inactive"]  # current: all but the inactive

MOST_LEADERS: Final = 200  # that a form suggests; everybody else is named by their address


class Named(Answer):
    """A department or a member, as others mention it."""

    id: UUID
    name: str | None


class Supervisor(Named):
    """Whom a member reports to."""

    email: str | None


class Member(Answer):
    """A member, as lists show them. Nothing of a person's own is in it."""

    id: UUID
    display_name: str | None
    email: str | None = Field(description="Where they were invited; they may sign in with it.")
    job_title: str | None
    department: Named | None
    supervisor: Supervisor | None
    role: Role
    level: Level
    status: Status
    invite_status: Literal["pending", "sent", "accepted"]
    invite_sent_at: datetime | None
    invite_expires_at: datetime | None = Field(description="Until when the last invitation holds; null: none does.")
    has_direct_reports: bool
    can_view_reports: bool
    schedule_override: OwnDays | None = Field(description="The days on which they work at other times.")
    etag: str = Field(description="For If-Match: of all that a PATCH can change.")


class PlaceChange(Answer):
    """What became of a member's place, once. A department is told by its name, while it has one."""

    field: Literal["role", "level", "job_title", "department_id", "status"]
    old_value: str | None
    new_value: str | None
    changed_by: str | None = Field(description="The name of whoever did it; null: no member, or a job of ours.")
    created_at: datetime


class MemberDetail(Member):
    """A member by themself."""

    direct_reports: int = Field(description="How many people report to them, without those who were deactivated.")
    history: list[PlaceChange] = Field(description="The last 50 changes of their place, the newest first.")


class Leader(Answer):
    """Somebody whom others report to."""

    email: str
    name: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which members are listed: those whose name, title or address holds `search`, and who fit all the rest."""

    search: str | None = None
    department_id: UUID | None = None
    role: Role | None = None
    level: Level | None = None
    status: Which = "all"


class Choices(Answer):
    """What a form about a member lets choose from."""

    departments: list[Named] = Field(description="The open ones.")
    leaders: list[Leader] = Field(description="The first 200 by name.")


class NewMember(Input):
    """Somebody who is to join. They are a member as soon as they sign in with this address."""

    display_name: Name
    email: Address
    job_title: Name | None = None
    department_id: UUID | None = None
    supervisor: UUID | None = Field(None, description="The id of the member whom they report to.")
    level: Level = "ic"
    role: Role = Field("member", description="Only owners add admins and owners.")
    language_code: Language = Field("en", description="Of the invitation; what they choose for themself comes after.")
    invite: bool = Field(False, description="Mail them an invitation now.")


def _as_it_is() -> Any:
    """The default of a field that stays as it is when it is left out; `model_fields_set` knows which do."""


class MemberChange(Input):
    """What becomes of a member; a field that is left out stays."""

    id: UUID
    display_name: Name = Field(default_factory=_as_it_is)
    job_title: Name | None = None
    department_id: UUID | None = None
    supervisor: UUID | None = Field(None, description="The id of the member whom they report to.")
    level: Level = Field(default_factory=_as_it_is)
    role: Role = Field(default_factory=_as_it_is, description="Only owners change it, and nobody their own.")
    status: Literal["active", "inactive"] = Field(
        default_factory=_as_it_is, description="Whoever has no account yet becomes `invited` instead of `active`."
    )
    schedule_override: OwnDays | None = None
    has_direct_reports: bool = Field(default_factory=_as_it_is)
    can_view_reports: bool = Field(default_factory=_as_it_is)
    reports_to: Literal["keep", "up"] = Field(
        "keep", description="When they are deactivated: whether those who report to them go to their own supervisor."
    )

    @model_validator(mode="after")
    def _hands_people_up_only_when_leaving(self) -> Self:
        if self.reports_to == "up" and ("status" not in self.model_fields_set or self.status != "inactive"):
            raise PydanticCustomError("not_leaving", "People are handed up when their supervisor is deactivated")
        return self


# By name, then id; the cursor is the id of the last row, whose present name says where the next page begins. No row
# comes back for a cursor that is nobody's. A late page walks its organisation's index from the beginning, since
# policies come before a comparison of names: 20 ms at the end of ten thousand.
LIST: Final[LiteralString] = """
    with mine as materialized (select app.my_administered_org() as org_id),
    last as materialized (
      select sort_name, id from app.members where org_id = (select org_id from mine) and id = %(cursor)s::uuid),
    page as (
      select id, told, row_number() over (order by sort_name, id) as nth from app.members
      where org_id = (select org_id from mine)
        and (%(cursor)s::uuid is null or (sort_name, id) > ((select sort_name from last), (select id from last)))
        and strpos(searched, lower(coalesce(%(search)s::text, ''))) > 0
        and (%(department_id)s::uuid is null or department_id = %(department_id)s)
        and (%(role)s::text is null or role = %(role)s)
        and (%(level)s::text is null or level = %(level)s)
        and case %(status)s when 'all' then true when 'current' then status <> 'inactive' else status = %(status)s end
      order by sort_name, id
      limit %(limit)s + 1)
    select json_build_object(
      'items', coalesce(json_agg(told order by nth) filter (where nth <= %(limit)s), '[]'),
      'next_cursor', case when count(*) > %(limit)s then (select id from page where nth = %(limit)s) end)::text
    from page
    having %(cursor)s::uuid is null or exists (select from last)
"""

SHOW: Final[LiteralString] = "select app.member_json(app.my_administered_org(), %(id)s)::text"

ADD: Final[LiteralString] = "select app.add_member(%(sent)s, %(invite)s, %(at)s)::text"

CHANGE: Final[LiteralString] = "select app.change_member(%(id)s, %(sent)s, %(expected)s, %(reports_to)s)::text"

CHOICES: Final[LiteralString] = """
    with mine as materialized (select app.my_administered_org() as org_id)
    select json_build_object(
      'departments', (
        select coalesce(json_agg(json_build_object('id', d.id, 'name', d.name) order by lower(d.name)), '[]')
        from public.departments d where d.org_id = (select org_id from mine) and d.closed_at is null),
      'leaders', (
        select coalesce(json_agg(json_build_object('email', l.invited_email, 'name', l.display_name)
          order by lower(l.display_name)), '[]')
        from (
          select m.* from app.memberships m
          where m.org_id = (select org_id from mine) and app.leads(m) and m.status <> 'inactive'
            and m.invited_email is not null
          order by lower(m.display_name) limit %(most)s) as l))::text
"""

FIND: Final[LiteralString] = """
    select json_build_object('id', m.id, 'name', m.display_name)::text from public.organization_members m
    where m.org_id = app.my_administered_org() and m.invited_email = lower(%(email)s)
"""


def listed(db: Transaction, wanted: Wanted, *, limit: int = 50, cursor: str | None = None) -> Json[Page[Member]]:
    """The members who are wanted, by name. Raises Invalid for a cursor that is none of ours."""
    page = db.json(LIST, **asdict(wanted), limit=limit, cursor=_id_of(cursor))
    if page is None:
        raise pages.not_ours()
    return page


def shown(db: Transaction, member_id: UUID) -> Json[MemberDetail]:
    """One member with the history of their place. Raises NotFound."""
    member = db.json(SHOW, id=member_id)
    if member is None:
        raise NotFound("There is no such member.", code="member_not_found")
    return member


def add(db: Transaction, sent: NewMember, *, at: datetime) -> Json[MemberDetail]:
    """Add somebody, and let them be invited now if that is wished.

    Raises Conflict for an address that is here already, Invalid for a place that there isn't, Forbidden for a role
    that isn't the caller's to give.
    """
    told = sent.model_dump(mode="json", exclude={"email", "language_code", "invite"})
    told |= {"invited_email": sent.email, "preferred_language_code": sent.language_code}
    return Json(db.json(ADD, sent=told, invite=sent.invite, at=at))


def change(db: Transaction, sent: MemberChange, *, expected: str | None = None) -> Json[MemberDetail]:
    """Change what was sent of a member, if they still are what their ETag `expected` says.

    Raises Stale where they aren't, NotFound, Invalid for a place that there isn't, Conflict for the last owner, and
    Forbidden for what isn't the caller's to change.
    """
    told = sent.model_dump(mode="json", exclude_unset=True, exclude={"id", "reports_to"})
    return Json(db.json(CHANGE, id=sent.id, sent=told, expected=expected, reports_to=sent.reports_to))


def choices(db: Transaction) -> Json[Choices]:
    """What a form about a member lets choose from."""
    return Json(db.json(CHOICES, most=MOST_LEADERS))


def find(db: Transaction, email: str) -> Json[Named]:
    """The member who has this address. Raises Invalid where nobody has."""
    found = db.json(FIND, email=email)
    if found is None:
        raise Invalid("There is no such member to report to.", code="unknown_supervisor")
    return found


def _id_of(cursor: str | None) -> UUID | None:
    try:
        return None if cursor is None else UUID(cursor)
    except ValueError:
        raise pages.not_ours() from None
