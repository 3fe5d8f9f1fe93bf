"""What a person chooses for themself, and that those who run the organisation neither see nor find it out."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, LiteralString

import psycopg
import pytest
from psycopg import errors
from psycopg.types.json import Jsonb

from tests.conftest import Database
from tests.people import ACME, People, Person, acting

Connection = psycopg.Connection[Any]

NOON: Final = datetime(2026, 6, 10, 12, tzinfo=UTC)  # a Wednesday
TODAY: Final = date(2026, 6, 10)


def choose(
    db: Connection,
    who: Person,
    mails: dict[str, bool] | None = None,
    absence: tuple[date | None, date | None] | None = None,
    at: datetime = NOON,
) -> dict[str, Any]:
    """`who` chooses; returns what they are told."""
    days = absence and {
        name: day and day.isoformat() for name, day in zip(("snoozed_from", "snoozed_until"), absence, strict=True)
    }
    with acting(db, "authenticated", who):
        (told,) = db.execute(
            "select app.choose_notifications(%s, %s, 366, %s)", (Jsonb(mails or {}), days and Jsonb(days), at)
        ).fetchone() or ({},)
    return dict(told)


def shown(db: Connection, who: Person, at: datetime = NOON) -> dict[str, Any]:
    """What `who` is told of their own choices."""
    with acting(db, "authenticated", who):
        (told,) = db.execute("select app.my_notifications(%s)", (at,)).fetchone() or ({},)
    return dict(told)


def in_zone(db: Connection, zone: str) -> None:
    """Acme lives there from now on."""
    with acting(db, "service_role"):
        db.execute("update organizations set timezone = %s where id = %s", (zone, ACME))


# ---- mails -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "kinds"),
    [
        ("ana", ["reminder"]),
        ("her_manager", ["reminder"]),
        ("admin", ["reminder", "alert_digest", "export_ready"]),
        ("owner", ["reminder", "alert_digest", "export_ready", "trial_ending"]),
    ],
)
def test_everybody_is_told_of_the_mails_that_they_get(
    db: Connection, people: People, who: str, kinds: list[str]
) -> None:
    assert shown(db, getattr(people, who))["mails"] == [{"kind": kind, "enabled": True} for kind in kinds]


def test_each_kind_is_turned_off_and_on_by_itself(db: Connection, people: People) -> None:
    def enabled(mails: dict[str, bool]) -> list[str]:
        return [mail["kind"] for mail in choose(db, people.owner, mails)["mails"] if mail["enabled"]]

    assert enabled({"alert_digest": False}) == ["reminder", "export_ready", "trial_ending"]
    assert enabled({"reminder": False, "trial_ending": False}) == ["export_ready"]
    assert enabled({}) == ["export_ready"]
    assert enabled({"alert_digest": True, "reminder": True}) == ["reminder", "alert_digest", "export_ready"]


def test_turning_a_kind_on_takes_back_its_own_unsubscription_alone(db: Connection, people: People) -> None:
    for kind in ("reminder", "trial_ending"):
        with acting(db, "authenticated", people.owner):
            db.execute("select app.mute_mails(%s, %s, %s)", (ACME, kind, NOON))
    assert shown(db, people.owner)["unsubscribed_at"] is not None
    told = choose(db, people.owner, {"reminder": True})
    assert (told["reminders_enabled"], told["unsubscribed_at"]) == (True, None)
    assert {"kind": "trial_ending", "enabled": False} in told["mails"]
    assert {"kind": "trial_ending", "enabled": True} in choose(db, people.owner, {"trial_ending": True})["mails"]


@pytest.mark.parametrize(
    ("who", "kind"),
    [("ana", "alert_digest"), ("ana", "trial_ending"), ("admin", "trial_ending"), ("owner", "invitation"),
     ("owner", "recovery"), ("owner", "confirmation")],
)  # fmt: skip
def test_mails_that_are_not_theirs_or_not_to_be_declined_are_refused(
    db: Connection, people: People, who: str, kind: str
) -> None:
    with pytest.raises(psycopg.Error) as refused, db.transaction():
        choose(db, getattr(people, who), {"reminder": False, kind: False})
    assert (refused.value.sqlstate, refused.value.diag.message_hint) == ("VD422", "not_your_mails")
    assert shown(db, getattr(people, who))["reminders_enabled"]


def test_whoever_has_left_chooses_nothing(db: Connection, people: People) -> None:
    with pytest.raises(psycopg.Error) as refused:
        choose(db, people.former, {"reminder": False})
    assert refused.value.diag.message_hint == "no_organisation"


# ---- away ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "began", "ended"),
    [
        ("Europe/Berlin", "2026-10-23T22:00:00Z", "2026-10-25T23:00:00Z"),  # over the night in which clocks go back
        ("America/New_York", "2026-10-24T04:00:00Z", "2026-10-26T04:00:00Z"),
        ("Pacific/Auckland", "2026-10-23T11:00:00Z", "2026-10-25T11:00:00Z"),
        ("Asia/Kolkata", "2026-10-23T18:30:00Z", "2026-10-25T18:30:00Z"),
    ],
)
def test_an_absence_is_from_midnight_to_midnight_there(
    db: Connection, people: People, zone: str, began: str, ended: str
) -> None:
    in_zone(db, zone)
    told = choose(db, people.ana, absence=(date(2026, 10, 24), date(2026, 10, 26)))
    assert [datetime.fromisoformat(told[name]) for name in ("snoozed_from", "snoozed_until")] == [
        datetime.fromisoformat(began),
        datetime.fromisoformat(ended),
    ]


@pytest.mark.parametrize(
    ("first", "back"),
    [
        (None, TODAY + timedelta(days=1)),
        (TODAY, TODAY + timedelta(days=1)),
        (TODAY - timedelta(days=300), TODAY + timedelta(days=1)),
        (TODAY + timedelta(days=365), TODAY + timedelta(days=366)),
    ],
)
def test_an_absence_lasts_a_day_at_least_and_ends_within_a_year(
    db: Connection, people: People, first: date | None, back: date
) -> None:
    in_zone(db, "UTC")
    told = choose(db, people.ana, absence=(first, back))
    assert told["snoozed_from"] == f"{max(first or TODAY, TODAY)}T00:00:00+00:00"
    assert told["snoozed_until"] == f"{back}T00:00:00+00:00"


@pytest.mark.parametrize(
    ("first", "back"),
    [
        (None, TODAY),
        (None, TODAY - timedelta(days=1)),
        (TODAY + timedelta(days=2), TODAY + timedelta(days=2)),
        (TODAY + timedelta(days=3), TODAY + timedelta(days=2)),
        (None, TODAY + timedelta(days=367)),
        (TODAY + timedelta(days=1), None),
        (date(2, 1, 1), date(9999, 12, 31)),
    ],
)
def test_an_absence_that_makes_no_sense_is_refused(
    db: Connection, people: People, first: date | None, back: date | None
) -> None:
    with pytest.raises(psycopg.Error) as refused:
        choose(db, people.ana, {"reminder": False}, absence=(first, back))
    assert (refused.value.sqlstate, refused.value.diag.message_hint) == ("VD422", "invalid_snooze")
    assert json.loads(refused.value.diag.message_detail or "")["errors"][0]["path"] == "snoozed_until"
    assert shown(db, people.ana)["reminders_enabled"]


def test_today_is_where_the_person_is(db: Connection, people: People) -> None:
    in_zone(db, "Pacific/Auckland")  # where it is the eleventh already
    with pytest.raises(psycopg.Error, match="a day at least"), db.transaction():
        choose(db, people.ana, absence=(None, date(2026, 6, 11)))
    assert choose(db, people.ana, absence=(None, date(2026, 6, 12)))["snoozed_from"] == "2026-06-10T12:00:00+00:00"


def test_mails_and_absences_leave_each_other_alone(db: Connection, people: People) -> None:
    choose(db, people.ana, absence=(None, TODAY + timedelta(days=3)))
    told = choose(db, people.ana, {"reminder": False})
    assert (told["snoozed_until"] is not None, told["reminders_enabled"]) == (True, False)
    assert choose(db, people.ana, absence=(None, None))["reminders_enabled"] is False


def test_an_absence_that_is_over_is_none(db: Connection, people: People) -> None:
    choose(db, people.ana, absence=(None, TODAY + timedelta(days=1)))
    over = shown(db, people.ana, NOON + timedelta(days=2))
    assert (over["snoozed_from"], over["snoozed_until"]) == (None, None)


# ---- the streak ------------------------------------------------------------------------------------------------------

WEEKS: Final = "select array(select app.my_weeks_away(%s) order by 1)"
MONDAY: Final = date(2026, 6, 8)
A_WEEK: Final = timedelta(days=7)


def weeks_away(db: Connection, who: Person, at: datetime) -> list[date]:
    """The Mondays of the weeks that `who` was away, as they find."""
    with acting(db, "authenticated", who):
        (weeks,) = db.execute(WEEKS, (at,)).fetchone() or ([],)
    return list(weeks)


def noon(day: date) -> datetime:
    """Noon in UTC."""
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland"])
@pytest.mark.parametrize(
    ("first", "back", "weeks"),
    [
        (MONDAY, MONDAY + timedelta(days=5), [MONDAY]),  # nobody works on Saturday
        (MONDAY, MONDAY + timedelta(days=4), []),  # but on Friday
        (MONDAY + timedelta(days=1), MONDAY + A_WEEK, []),  # and on Monday
        (MONDAY - timedelta(days=3), MONDAY + 2 * A_WEEK, [MONDAY, MONDAY + A_WEEK]),
    ],
)
def test_a_week_is_away_when_each_of_its_working_days_is(
    db: Connection, people: People, zone: str, first: date, back: date, weeks: list[date]
) -> None:
    in_zone(db, zone)
    choose(db, people.ana, absence=(first, back), at=noon(first - timedelta(days=2)))
    assert weeks_away(db, people.ana, noon(back + A_WEEK)) == weeks
    assert weeks_away(db, people.colleague, noon(back + A_WEEK)) == []


def test_weeks_away_are_remembered_when_others_follow(db: Connection, people: People) -> None:
    choose(db, people.ana, absence=(MONDAY, MONDAY + A_WEEK), at=noon(MONDAY - A_WEEK))
    later = MONDAY + 4 * A_WEEK
    choose(db, people.ana, absence=(later, later + 2 * A_WEEK), at=noon(later - timedelta(days=3)))
    choose(db, people.ana, absence=(None, None), at=noon(later + timedelta(days=6)))  # back early, on a Sunday
    assert weeks_away(db, people.ana, noon(later + 9 * A_WEEK)) == [MONDAY, later]


def test_an_absence_that_never_began_is_none(db: Connection, people: People) -> None:
    choose(db, people.ana, absence=(MONDAY, MONDAY + A_WEEK), at=noon(MONDAY - A_WEEK))
    choose(db, people.ana, absence=(None, None), at=noon(MONDAY - timedelta(days=3)))
    assert weeks_away(db, people.ana, noon(MONDAY + 2 * A_WEEK)) == []


# ---- nobody else sees it ---------------------------------------------------------------------------------------------

OWN: Final = ("reminders_enabled", "unsubscribed_at", "muted_mails", "snoozed_from", "snoozed_until", "past_snoozes")
KEPT: Final[dict[str, LiteralString]] = {  # what is there already, and something else
    "reminders_enabled": "values (true), (false)",
    "unsubscribed_at": "values (null::timestamptz), (now())",
    "muted_mails": "values ('{}'::text[]), ('{trial_ending}')",
    "snoozed_from": "values (null::timestamptz), (now())",
    "snoozed_until": "values (null::timestamptz), ('2099-01-01')",
    "past_snoozes": "values ('{}'::tstzmultirange), ('{[2026-01-01,2026-02-01)}')",
}


def see_all(db: Connection, who: Person) -> tuple[Any, ...]:
    """Whatever somebody who runs the organisation is told of its members."""
    with acting(db, "authenticated", who):
        return (
            db.execute("""
            select (select jsonb_agg(to_jsonb(m) order by m.id) from app.memberships m),
              (select jsonb_agg(v.told order by v.id) from app.members v),
              (select jsonb_agg(app.member_json(v.org_id, v.id) order by v.id) from app.members v),
              (select jsonb_agg(to_jsonb(h) order by h.id) from member_role_history h),
              (select count(*) from audit_log), app.verify_my_audit_log()
        """).fetchone()
            or ()
        )


@pytest.mark.parametrize("who", ["admin", "owner"])
def test_nothing_that_admins_see_tells_of_a_choice(db: Connection, people: People, who: str) -> None:
    before = see_all(db, getattr(people, who))
    choose(db, people.ana, {"reminder": False}, (TODAY, TODAY + timedelta(days=9)))
    choose(db, people.ana, {"reminder": True}, (None, None), at=NOON + timedelta(days=2))
    with acting(db, "authenticated", people.ana):
        db.execute("select app.mute_mails(%s, 'reminder', %s)", (ACME, NOON))
    assert see_all(db, getattr(people, who)) == before


@pytest.mark.parametrize("column", [*OWN, "updated_at", "xmin", "ctid"])
@pytest.mark.parametrize("who", ["ana", "admin", "owner"])
def test_nobody_reads_the_columns_themselves(db: Connection, people: People, who: str, column: str) -> None:
    for statement in (
        "select {} from organization_members",
        "select count(*) from organization_members where {} is not null",
        "select id from organization_members order by {}::text",
        "update organization_members set display_name = display_name returning {}",
        "update organization_members set display_name = display_name where {} is null",
    ):
        with pytest.raises(errors.InsufficientPrivilege), acting(db, "authenticated", getattr(people, who)):
            db.execute(psycopg.sql.SQL(statement).format(psycopg.sql.Identifier(column)))


@pytest.mark.parametrize("whole", ["m", "m.*", "to_jsonb(m)", "m::text", "row_to_json(m)", "hashtext(m::text)"])
def test_nobody_reads_a_membership_as_a_whole(db: Connection, people: People, whole: LiteralString) -> None:
    with pytest.raises(errors.InsufficientPrivilege), acting(db, "authenticated", people.owner):
        db.execute(psycopg.sql.SQL("select {} from organization_members m").format(psycopg.sql.SQL(whole)))


@pytest.mark.parametrize("column", OWN)
@pytest.mark.parametrize("who", ["ana", "admin", "owner"])
def test_whether_a_value_would_change_is_not_to_be_found_by_setting_it(
    db: Connection, people: People, who: str, column: str
) -> None:
    """What is refused is refused whatever is there: else a change that changes nothing would tell."""
    for (value,) in db.execute(KEPT[column]).fetchall():
        with pytest.raises(errors.InsufficientPrivilege), acting(db, "authenticated", getattr(people, who)):
            db.execute(
                psycopg.sql.SQL("update organization_members set {} = %s where user_id = %s").format(
                    psycopg.sql.Identifier(column)
                ),
                (value, people.ana.id),
            )


@pytest.mark.parametrize("column", OWN)
def test_a_change_by_an_admin_touches_nothing_of_a_persons_own(db: Connection, people: People, column: str) -> None:
    choose(db, people.ana, {"reminder": False}, (TODAY, TODAY + timedelta(days=9)))
    look = psycopg.sql.SQL("select {}::text from organization_members where user_id = %s").format(
        psycopg.sql.Identifier(column)
    )
    with acting(db, "service_role"):
        before = db.execute(look, (people.ana.id,)).fetchone()
    sent = {"job_title": "Lead", column: None}
    with acting(db, "authenticated", people.owner):
        db.execute("select app.change_member(%s, %s, null, 'keep')", (people.ana.member_id, Jsonb(sent)))
    with acting(db, "service_role"):
        assert db.execute(look, (people.ana.id,)).fetchone() == before
        became = db.execute("select job_title from organization_members where user_id = %s", (people.ana.id,))
        assert became.fetchone() == ("Lead",)


@pytest.mark.parametrize(
    ("hole", "way"),
    [
        ("grant select on organization_members to authenticated", "select m from organization_members m"),
        ("grant select (snoozed_until) on organization_members to authenticated",
         "select snoozed_until from organization_members"),
        ("grant update (reminders_enabled) on organization_members to authenticated",
         "update organization_members set reminders_enabled = true"),
    ],
)  # fmt: skip
def test_a_planted_hole_is_found(populated: Database, people: People, hole: LiteralString, way: LiteralString) -> None:
    with psycopg.connect(populated.owner_url) as planting:
        planting.execute(hole)
        with acting(planting, "authenticated", people.admin):
            assert planting.execute(way).rowcount > 0
        planting.rollback()
