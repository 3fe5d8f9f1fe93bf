"""How an organisation is set: its name and place, its week, what is switched on. Admins see it, owners change it."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, LiteralString, get_args
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field, StringConstraints, field_validator
from pydantic_core import PydanticCustomError

from vizdots.errors import Invalid
from vizdots.flags import ALWAYS_ON, FLAGS, Flag
from vizdots.schedules import Week
from vizdots.shapes import Answer, Input
from vizdots.texts import Name
from vizdots.transaction import Json, Transaction

SizeBand = Literal["1-10", "11-50", "51-200", "201-1000", "1001+"]
SIZE_BANDS: Final[tuple[SizeBand, ...]] = get_args(SizeBand)


class OrganizationSettings(Answer):
    """How the organisation is set."""

    name: str
    timezone: str = Field(description="A name of the IANA database: Europe/Berlin.")
    industry: str | None
    size_band: str | None
    schedule_config: Week
    feature_flags: dict[Flag, bool] = Field(description="What the organisation has on.")
    features_off: list[Flag] = Field(description="What is off for all of this deployment, whatever is said here.")
    etag: str


class OrganizationSettingsChange(Input):
    """What becomes of the settings; a field left out stays. Null empties those that may be empty."""

    name: Name | None = None
    timezone: Annotated[str, StringConstraints(max_length=100)] | None = None
    industry: Name | None = None
    size_band: SizeBand | None = None
    schedule_config: Week | None = Field(None, description="All seven days.")
    feature_flags: dict[Flag, bool] | None = Field(None, description="The features to switch; the others stay.")

    @field_validator("name", "timezone", "schedule_config", "feature_flags")
    @classmethod
    def stay_filled(cls, value: Any) -> Any:
        """Refuse to empty what every organisation has."""
        if value is None:
            raise PydanticCustomError("never_empty", "This can be changed, but not emptied")
        return value


TOLD: Final[LiteralString] = """
    (app.organization_settings(o) || jsonb_build_object(
      'feature_flags', (select jsonb_object_agg(flag, coalesce((o.feature_flags ->> flag)::boolean, true))
        from unnest(%(flags)s::text[]) as flag),
      'features_off', (select coalesce(jsonb_agg(flag order by flag), '[]')
        from unnest(%(flags)s::text[]) as flag where not app.has_feature(flag, '{}')),
      'etag', app.etag(app.organization_settings(o))))::text
"""

SHOW: Final[LiteralString] = f"select {TOLD} from public.organizations o where o.id = app.my_administered_org()"  # noqa: S608 - made of our own text alone

# Nothing is changed where the zone is unknown. Of the features only those that are off are kept.
CHANGE: Final[LiteralString] = f"""
    with mine as materialized (
      select o from public.organizations o
      where o.id = app.my_owned_org() and coalesce(app.is_timezone(%(changes)s::jsonb ->> 'timezone'), true)
      for update),
    seen as materialized (
      select (mine.o).id, app.expect(%(expected)s, app.organization_settings(mine.o)) from mine),
    o as (
      update public.organizations o
      set (name, timezone, industry, size_band, schedule_config, feature_flags) = (
        select n.name, n.timezone, n.industry, n.size_band, n.schedule_config, (
          select coalesce(jsonb_object_agg(flag, false), '{{}}')
          from jsonb_each(o.feature_flags || n.feature_flags) as switched (flag, is_on) where is_on = 'false')
        from jsonb_populate_record(o, %(changes)s) as n)
      from seen where o.id = seen.id
      returning o as row)
    select {TOLD} from (select (o.row).* from o) as o
"""  # noqa: S608 - made of our own text alone

# Those that are called after a place; the short old names (GB, EST, US/Eastern) mean one of them.
ZONES: Final[LiteralString] = """
    select json_agg(z.name order by z.name)::text from pg_catalog.pg_timezone_names z
    where z.name = any (%(known)s)
      and (z.name = 'UTC' or split_part(z.name, '/', 1) = any (%(continents)s))
"""
CONTINENTS: Final = (
    *("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"),
)


def settings(db: Transaction) -> Json[OrganizationSettings]:
    """The settings of the organisation that the caller administers."""
    return Json(db.json(SHOW, flags=[*FLAGS]))


def change_settings(
    db: Transaction, sent: OrganizationSettingsChange, *, expected: str | None
) -> Json[OrganizationSettings]:
    """Change what was sent, if the settings are still those of the ETag `expected`.

    Raises Forbidden for whoever isn't an owner, Stale for other settings than expected, Invalid for an unknown zone
    and for a feature that can't be off.
    """
    changes = sent.model_dump(mode="json", exclude_unset=True)
    _refuse_to_switch_off(changes.get("feature_flags", {}))
    if "timezone" in changes and not is_known(changes["timezone"]):
        raise _unknown_zone()
    changed = db.json(CHANGE, changes=changes, expected=expected, flags=[*FLAGS])
    if changed is None:
        raise _unknown_zone()
    return changed


def zones(db: Transaction) -> Json[list[str]]:
    """The time zones to choose from: those that the database and the pages both know."""
    return Json(db.json(ZONES, known=[*available_timezones()], continents=[*CONTINENTS]))


def is_known(zone: str) -> bool:
    """Whether pages can tell the time there."""
    try:
        ZoneInfo(zone)
    except (LookupError, OSError, ValueError):  # no such file, a folder of them, and what no file can be called
        return False
    return True


def _refuse_to_switch_off(flags: Mapping[str, bool]) -> None:
    refused = [flag for flag in ALWAYS_ON if flags.get(flag) is False]
    if refused:
        told = [{"path": f"feature_flags.{flag}", "type": "always_on"} for flag in refused]
        raise Invalid("What the product's word rests on is always on.", code="always_on", errors=told)


def _unknown_zone() -> Invalid:
    told = [{"path": "timezone", "type": "unknown_timezone"}]
    return Invalid("This is none of the time zones that we know.", code="unknown_timezone", errors=told)
