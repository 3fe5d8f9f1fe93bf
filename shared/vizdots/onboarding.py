"""A person's own view of their work profile: read it, correct it, confirm it."""

from datetime import datetime
from typing import Any, Final, LiteralString

from pydantic import Field

from vizdots import profiles
from vizdots.errors import Conflict
from vizdots.shapes import Answer
from vizdots.transaction import Json, Key, Step, Transaction

MOST_TRIES: Final = 3  # a check-in may be merging into the same profile meanwhile


class OwnProfile(Answer):
    """What is known of the person's work. Only they can see it."""

    profile: dict[str, Any] = Field(description="What they confirmed and what their check-ins added.")
    gaps: list[str] = Field(description="What isn't known yet.")
    version: int = Field(description="Goes up with every change; 0: nothing is known yet.")
    confirmed_at: datetime | None = Field(description="When the person last said: this is me.")


READ: Final[LiteralString] = """
    select coalesce(p.profile_json, '{}') as profile, coalesce(p.version, 0) as version, p.confirmed_at
    from (select app.my_org() as org_id) as mine
    left join public.user_profiles p on p.org_id = mine.org_id and p.user_id = (select auth.uid())
"""

SHOW: Final[LiteralString] = f"""
    select json_build_object('profile', profile, 'gaps', coalesce(profile -> 'gaps', to_jsonb(%(everything)s::text[])),
      'version', version, 'confirmed_at', confirmed_at)::text
    from ({READ}) as known
"""  # noqa: S608 - made of our own text alone

WRITE: Final[LiteralString] = """
    with written as (
      insert into public.user_profiles as p (org_id, user_id, profile_json, confirmed_at, created_at)
      values (app.my_org(), (select auth.uid()), %(profile)s, case when %(confirm)s then %(at)s end, %(at)s)
      on conflict (org_id, user_id) do update
        set profile_json = excluded.profile_json, version = p.version + 1,
          confirmed_at = coalesce(excluded.confirmed_at, p.confirmed_at)
        where p.version = %(version)s
      returning json_build_object('profile', p.profile_json, 'gaps', p.profile_json -> 'gaps', 'version', p.version,
        'confirmed_at', p.confirmed_at)::text as answer)
    select answer, app.answer_once(%(key)s, %(route)s, %(fingerprint)s, %(at)s, answer) from written
"""


def shown(db: Transaction) -> Json[OwnProfile]:
    """The caller's own profile, empty while nothing is known."""
    return Json(db.json(SHOW, everything=[*profiles.LEARNED]))


def change(step: Step, sent: profiles.ProfileChange, *, key: Key | None, at: datetime) -> Json[OwnProfile]:
    """Put the person's own words into their profile, once for each `key`; `confirm` says that all of it is them.

    Two round trips: read, and write if it is still the version that was read. Raises Conflict when it never is.
    """
    for _ in range(MOST_TRIES):
        known = step(_read)
        changed = profiles.change(known["profile"], sent)
        changed["gaps"] = profiles.gaps(changed)
        kept = step(_write, changed, known["version"], confirm=sent.confirm, key=key, at=at)
        if kept is not None:
            return kept
    raise Conflict("Your profile is being changed elsewhere.", code="profile_busy", retry_after=2)


def _read(db: Transaction) -> dict[str, Any]:
    return db.row(READ) or {}


def _write(
    db: Transaction, profile: dict[str, Any], version: int, *, confirm: bool, key: Key | None, at: datetime
) -> Json[OwnProfile] | None:
    return db.json(
        WRITE,
        profile=profile,
        version=version,
        confirm=confirm,
        at=at,
        key=key and key.value,
        route=key and key.route,
        fingerprint=key and key.fingerprint,
    )
