"""Who somebody is in their organisations."""

from datetime import datetime
from typing import Final, Literal, LiteralString
from uuid import UUID

from pydantic import Field

from vizdots.flags import FLAGS
from vizdots.shapes import Answer
from vizdots.transaction import Json, Transaction

Role = Literal["owner", "admin", "member"]
SubscriptionStatus = Literal["trialing", "active", "past_due", "canceled", "expired"]
Next = Literal["setup", "admin", "onboarding", "dashboard", "no_team", "choose_organisation"]


class User(Answer):
    """The account that is signed in."""

    id: UUID
    email: str


class Membership(Answer):
    """What somebody is in one organisation."""

    id: UUID
    org_id: UUID
    organization_name: str
    timezone: str
    subscription_status: SubscriptionStatus
    trial_ends_at: datetime | None
    trial_days_left: int | None = Field(description="The present one included; null: there is no trial.")
    role: Role
    level: Literal["exec", "manager", "ic"]
    status: Literal["invited", "active", "inactive"]
    display_name: str | None
    job_title: str | None
    department_id: UUID | None
    preferred_language_code: str
    can_view_reports: bool
    has_direct_reports: bool
    profile_confirmed: bool


class LinkedMembership(Answer):
    """A membership that an invitation has become."""

    id: UUID
    org_id: UUID
    organization_name: str


class Linked(Answer):
    """What a call has linked: nothing, when it was called before."""

    memberships: list[LinkedMembership]


class Me(Answer):
    """The caller, and where their client should take them."""

    user: User
    membership: Membership | None = Field(
        description="The active one; null without one, or with several and no choice."
    )
    memberships: list[Membership] = Field(description="All of them, the oldest first.")
    flags: dict[str, bool] = Field(description="Which features are on.")
    next: Next = Field(description="The page to go to after sign-in.")


ME: Final[LiteralString] = """
    with mine as (
      select m.id, m.org_id, o.name as organization_name, o.timezone, o.subscription_status, o.trial_ends_at,
        app.trial_days_left(o.subscription_status, o.trial_ends_at, %(at)s) as trial_days_left,
        m.role, m.level, m.status, m.display_name, m.job_title, m.department_id, m.preferred_language_code,
        m.can_view_reports, m.has_direct_reports, o.profile_confirmed, o.is_set_up, o.feature_flags, m.created_at,
        m.status = 'active' and m.org_id = any (array(select app.current_org_ids())) as is_current
      from public.organization_members m
      join app.my_organizations() o on o.id = m.org_id
      where m.user_id = (select auth.uid())),
    chosen as (select * from mine where is_current and (select count(*) from mine where is_current) = 1)
    select json_build_object(
      'user', json_build_object('id', auth.uid(), 'email', auth.jwt() ->> 'email'),
      'membership', (select to_jsonb(chosen) - %(hidden)s::text[] from chosen),
      'memberships', (
        select coalesce(json_agg(to_jsonb(mine) - %(hidden)s::text[] order by created_at), '[]') from mine),
      'flags', (
        select json_object_agg(flag, app.has_feature(flag, (select feature_flags from chosen)))
        from unnest(%(flags)s::text[]) as flag),
      'next', case
        when not exists (select from mine) then 'setup'
        when not exists (select from mine where is_current) then 'no_team'
        when not exists (select from chosen) then 'choose_organisation'
        else (select case
          when role = 'owner' and not is_set_up then 'setup'
          when role in ('owner', 'admin') then 'admin'
          when not profile_confirmed then 'onboarding'
          else 'dashboard' end from chosen) end)::text
"""


LINK_INVITATIONS: Final[LiteralString] = "select json_build_object('memberships', app.link_invitations(%(at)s))::text"


def me(db: Transaction, *, at: datetime) -> Json[Me]:
    """The caller with their memberships, as of `at`."""
    hidden = ["is_set_up", "feature_flags", "created_at", "is_current"]
    return Json(db.json(ME, hidden=hidden, flags=[*FLAGS], at=at))


def link_invitations(db: Transaction, *, at: datetime) -> Json[Linked]:
    """Make the caller the member of every invitation to their confirmed address that holds. Twice, it does no more."""
    return Json(db.json(LINK_INVITATIONS, at=at))
