"""Who is asked what, and when: the rules of scheduling, each in the database that keeps them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from psycopg.types.json import Jsonb

from tests.conftest import Database
from tests.office import FRIDAY, MONDAY, SATURDAY, TUESDAY, WEDNESDAY, Office, morning, opened, run, working

DAY = timedelta(days=1)


@pytest.fixture
def office(database: Database) -> Iterator[Office]:
    """An organisation without anybody in it."""
    with opened(database) as made:
        yield made


@pytest.fixture
def ana(office: Office) -> UUID:
    """A member about whom nothing is known yet."""
    return office.member()


@pytest.fixture
def settled(office: Office, ana: UUID) -> UUID:
    """Ana, when her role and workflows are known and she was asked about friction and focus a moment ago."""
    office.knows_everything(ana)
    office.asked(ana, "pain_scanner", MONDAY - 3 * DAY)
    office.asked(ana, "focus_tracker", MONDAY - 3 * DAY)
    return ana


# ---- the week ------------------------------------------------------------------------------------------------------


def test_a_new_person_gets_to_know_one_agent_a_day_and_three_in_a_week(office: Office, ana: UUID) -> None:
    asked = []
    for day in range(7):
        office.run(MONDAY + day * DAY)
        asked.append(office.new(ana, MONDAY + day * DAY))
        office.completes_all(ana, MONDAY + day * DAY)
    assert asked == [["pulse"], ["role_mapper"], ["workflow_mapper"], [], [], [], []]


def test_in_the_second_week_the_rest_come_in_their_order(office: Office, ana: UUID) -> None:
    asked = []
    for day in range(12):
        office.run(MONDAY + day * DAY)
        asked += office.new(ana, MONDAY + day * DAY)
        office.completes_all(ana, MONDAY + day * DAY)
    assert asked[3:] == ["pulse", "pain_scanner", "focus_tracker"]


def test_no_more_than_two_wait_for_a_person(office: Office, ana: UUID) -> None:
    for day in range(14):
        office.run(MONDAY + day * DAY)
    open_ones = office.connection.execute("select agent_code from sessions order by created_at").fetchall()
    assert open_ones == [("pulse",), ("role_mapper",)]


def test_what_a_person_starts_themself_counts_for_the_week(office: Office, ana: UUID) -> None:
    for agent in ("focus_tracker", "pain_scanner", "role_mapper"):
        office.asked(ana, agent, MONDAY, source="manual")
    office.run(TUESDAY)
    assert office.new(ana, TUESDAY) == []


def test_a_new_week_begins_on_the_persons_own_monday(office: Office, ana: UUID) -> None:
    office.settle(timezone="Pacific/Kiritimati", schedule_config=working("sunday", "monday"))
    for agent in ("focus_tracker", "pain_scanner", "role_mapper"):
        office.asked(ana, agent, MONDAY - DAY)
    late_on_sunday_in_utc = datetime(2026, 6, 7, 12, tzinfo=UTC)  # two in the morning on Monday there

    made = _run_at(office, late_on_sunday_in_utc)

    assert [(row["agent_code"], row["scheduled_date"]) for row in made] == [("pulse", MONDAY)]


def test_a_manual_check_in_of_today_does_not_cost_the_weekly_pulse(office: Office, ana: UUID) -> None:
    office.asked(ana, "focus_tracker", MONDAY, source="manual")
    office.run(MONDAY)
    assert office.new(ana, MONDAY) == ["pulse"]


def test_whoever_works_one_day_a_week_is_asked_twice_on_it(office: Office, ana: UUID) -> None:
    office.change(ana, schedule_override=working("wednesday"))
    for day in range(7):
        office.run(MONDAY + day * DAY)
    assert office.new(ana, WEDNESDAY) == ["pulse", "role_mapper"]


# ---- when ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "day", "starts_at"),
    [
        ("UTC", MONDAY, "2026-06-08T09:00"),
        ("America/New_York", MONDAY, "2026-06-08T13:00"),
        ("Asia/Kolkata", MONDAY, "2026-06-08T03:30"),
        ("Pacific/Auckland", MONDAY, "2026-06-07T21:00"),
        # The clocks change in the night to Sunday: nine o'clock is nine o'clock.
        ("Europe/Berlin", date(2026, 3, 28), "2026-03-28T08:00"),
        ("Europe/Berlin", date(2026, 3, 29), "2026-03-29T07:00"),
        ("Europe/Berlin", date(2026, 10, 24), "2026-10-24T07:00"),
        ("Europe/Berlin", date(2026, 10, 25), "2026-10-25T08:00"),
        ("America/New_York", date(2026, 3, 8), "2026-03-08T13:00"),
    ],
)
def test_it_is_scheduled_for_the_start_of_the_window_on_the_local_day(
    office: Office, ana: UUID, zone: str, day: date, starts_at: str
) -> None:
    everyday = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    office.settle(timezone=zone, schedule_config=working(*everyday))

    office.run(day)

    (made,) = office.check_ins(ana, day)
    assert made["scheduled_for"] == datetime.fromisoformat(starts_at).replace(tzinfo=UTC)
    assert made["scheduled_date"] == day


def test_a_window_that_the_clocks_skip_begins_when_they_go_on(office: Office, ana: UUID) -> None:
    office.settle(timezone="Europe/Berlin", schedule_config=working("sunday", start="02:30"))
    office.run(date(2026, 3, 29))
    assert [row["scheduled_for"] for row in office.check_ins(ana, date(2026, 3, 29))] == [
        datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    ] * 2


def test_nobody_is_asked_on_a_day_off(office: Office, ana: UUID) -> None:
    assert office.run(SATURDAY).created == {}
    assert office.new(ana, SATURDAY) == []


def test_a_persons_own_days_lie_over_those_of_the_organisation_one_by_one(office: Office, ana: UUID) -> None:
    colleague = office.member()
    early_saturday = {"on": True, "start": "07:00", "end": "11:00"}
    no_monday = {"on": False, "start": "09:00", "end": "17:00"}
    office.change(ana, schedule_override=Jsonb({"saturday": early_saturday, "monday": no_monday}))

    for day in (MONDAY, TUESDAY, SATURDAY):
        office.run(day)
        office.completes_all(colleague, day)
        assert office.new(ana, MONDAY) == []
    (on_saturday,) = office.check_ins(ana, SATURDAY)

    assert office.new(ana, TUESDAY) == ["pulse"]
    assert on_saturday["scheduled_for"] == datetime(2026, 6, 13, 7, tzinfo=UTC)
    assert office.check_ins(colleague, SATURDAY) == []


@pytest.mark.parametrize(("until", "asked"), [(1, []), (0, ["pulse"]), (-60, ["pulse"])])
def test_nobody_is_asked_while_snoozed(office: Office, ana: UUID, until: int, asked: list[str]) -> None:
    office.change(ana, snoozed_until=morning(MONDAY) + timedelta(minutes=until))
    office.run(MONDAY)
    assert office.new(ana, MONDAY) == asked


def test_after_a_snooze_over_monday_the_pulse_comes_on_the_first_day_back(office: Office, ana: UUID) -> None:
    office.change(ana, snoozed_until=morning(TUESDAY) + timedelta(hours=4))
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        office.run(day)
    assert office.new(ana, WEDNESDAY) == ["pulse"]


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland", "Pacific/Honolulu", "Asia/Kolkata"]
)
def test_an_absence_is_from_its_first_day_to_its_last_where_the_person_is(office: Office, ana: UUID, zone: str) -> None:
    office.settle(timezone=zone)
    there = ZoneInfo(zone)
    away = (TUESDAY, WEDNESDAY)
    office.change(
        ana,
        snoozed_from=datetime.combine(away[0], time(), there),
        snoozed_until=datetime.combine(away[-1] + DAY, time(), there),
    )
    days = [MONDAY - DAY + n * DAY for n in range(7)]
    awake = [day for day in days if office.run(day).people]
    assert awake == [day for day in days if morning(day).astimezone(there).date() not in away]


@pytest.mark.parametrize(
    ("zone", "night"),
    [
        ("Europe/Berlin", date(2026, 3, 29)),
        ("Europe/Berlin", date(2026, 10, 25)),
        ("America/New_York", date(2026, 11, 1)),
    ],
)
def test_an_absence_over_the_night_in_which_clocks_change_is_of_whole_days(
    office: Office, ana: UUID, zone: str, night: date
) -> None:
    office.settle(timezone=zone)
    there = ZoneInfo(zone)
    office.change(
        ana,
        snoozed_from=datetime.combine(night, time(), there),
        snoozed_until=datetime.combine(night + DAY, time(), there),
    )
    assert [office.run(night + n * DAY).people for n in (-1, 0, 1)] == [1, 0, 1]


def test_an_absence_that_is_to_come_begins_no_week(office: Office, settled: UUID) -> None:
    thursday = morning(WEDNESDAY + DAY)
    office.change(settled, snoozed_from=thursday, snoozed_until=thursday + 4 * DAY)
    office.asked(settled, "pulse", MONDAY - 8 * DAY)
    office.run(TUESDAY)
    assert "pulse" not in office.new(settled, TUESDAY)


# ---- who -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["invited", "inactive"])
def test_only_active_members_are_asked(office: Office, status: str) -> None:
    office.member(status=status)
    assert office.run(MONDAY).people == 0


PAST, NOW, LATER = (morning(MONDAY) + timedelta(seconds=shift) for shift in (-1, 0, 1))


@pytest.mark.parametrize(
    ("organisation", "asked"),
    [
        ({"subscription_status": "active"}, True),
        ({"subscription_status": "active", "setup_completed_at": None}, False),
        ({"subscription_status": "active", "setup_completed_at": LATER}, False),
        ({"subscription_status": "trialing", "trial_ends_at": LATER}, True),
        ({"subscription_status": "trialing", "trial_ends_at": NOW}, False),
        ({"subscription_status": "past_due", "current_period_end": LATER - 14 * DAY}, True),
        ({"subscription_status": "past_due", "current_period_end": NOW - 14 * DAY}, False),
        ({"subscription_status": "past_due"}, False),
        # Stripe has moved the period on although it wasn't paid: grace counts from the day that it was due.
        ({"subscription_status": "past_due", "past_due_since": NOW - 14 * DAY, "current_period_end": LATER}, False),
        ({"subscription_status": "canceled", "current_period_end": LATER}, False),
        ({"subscription_status": "expired", "trial_ends_at": LATER}, False),
    ],
)
def test_an_organisation_is_asked_while_it_may_check_in(
    office: Office, ana: UUID, organisation: dict[str, Any], asked: bool
) -> None:
    office.settle(**organisation)
    assert office.run(MONDAY).people == asked
    assert office.new(ana, MONDAY) == ["pulse"] * asked


def test_where_consent_is_required_only_those_who_gave_it_are_asked(office: Office, ana: UUID) -> None:
    consenting, regretting = office.member(), office.member()
    office.consented(consenting)
    office.consented(regretting, withdrawn=True)
    office.settle(data_processing_consent_required=True)

    assert office.run(MONDAY).people == 1

    assert office.new(consenting, MONDAY) == ["pulse"]
    assert office.new(ana, MONDAY) == office.new(regretting, MONDAY) == []


def test_a_consent_given_again_counts(office: Office, ana: UUID) -> None:
    office.settle(data_processing_consent_required=True)
    office.consented(ana, withdrawn=True)
    office.consented(ana)
    assert office.run(MONDAY).created == {"pulse": 1}


# ---- what ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("agent", "age", "due"),
    [
        ("pulse", 5, False),
        ("pulse", 6, True),
        ("pain_scanner", 13, False),
        ("pain_scanner", 14, True),
        ("focus_tracker", 6, False),
        ("focus_tracker", 7, True),
        ("role_mapper", 89, False),
        ("role_mapper", 90, True),
        ("role_mapper", 400, True),
        ("workflow_mapper", 59, False),
        ("workflow_mapper", 60, True),
        ("workflow_mapper", 400, True),
    ],
)
def test_each_agent_comes_again_after_its_interval(office: Office, ana: UUID, agent: str, age: int, due: bool) -> None:
    office.knows_everything(ana)
    for other in {"pulse", "pain_scanner", "focus_tracker"} - {agent}:
        office.asked(ana, other, MONDAY - DAY)
    office.asked(ana, agent, MONDAY - age * DAY)

    office.run(MONDAY)

    assert office.new(ana, MONDAY) == [agent] * due


def test_the_pulse_comes_on_the_first_working_day_only(office: Office, settled: UUID) -> None:
    office.run(TUESDAY)
    assert office.new(settled, TUESDAY) == []


def test_a_check_in_that_still_waits_is_not_asked_again(office: Office, settled: UUID) -> None:
    office.asked(settled, "pulse", MONDAY - 35 * DAY, completed=False)
    office.run(MONDAY)
    assert office.new(settled, MONDAY) == []


@pytest.mark.parametrize(("lacking", "agent"), [("role_summary", "role_mapper"), ("main_workflows", "workflow_mapper")])
def test_what_the_profile_lacks_is_asked(office: Office, ana: UUID, lacking: str, agent: str) -> None:
    known: dict[str, Any] = {"role_summary": "Repairs heat pumps", "main_workflows": ["Repair"]}
    office.knows(ana, **{**known, lacking: type(known[lacking])()})
    office.run(TUESDAY)
    assert office.new(ana, TUESDAY) == [agent]


def test_a_profile_that_lacks_it_still_is_not_asked_before_the_interval(office: Office, settled: UUID) -> None:
    office.connection.execute("update user_profiles set profile_json = '{}'")
    office.asked(settled, "role_mapper", TUESDAY - 89 * DAY)
    office.asked(settled, "workflow_mapper", TUESDAY - 59 * DAY)
    office.run(TUESDAY)
    assert office.new(settled, TUESDAY) == []


@pytest.mark.parametrize(("age", "asked"), [(59, []), (60, ["workflow_mapper"]), (90, ["role_mapper"])])
def test_who_told_it_themself_is_asked_an_interval_after_that(
    office: Office, ana: UUID, age: int, asked: list[str]
) -> None:
    office.knows_everything(ana, since=TUESDAY - age * DAY)
    office.asked(ana, "pain_scanner", MONDAY - 3 * DAY)
    office.asked(ana, "focus_tracker", MONDAY - 3 * DAY)
    office.run(TUESDAY)
    assert office.new(ana, TUESDAY) == asked


# ---- a new role ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changed", ["level", "department_id", "job_title"])
def test_a_role_change_triggers_the_role_mapper_at_once(office: Office, settled: UUID, changed: str) -> None:
    office.asked(settled, "role_mapper", MONDAY - 5 * DAY)
    office.changed_role(settled, morning(MONDAY) - timedelta(hours=1), changed)

    office.run(TUESDAY)

    (made,) = office.check_ins(settled, TUESDAY)
    assert (made["agent_code"], made["topic_codes"], made["source"]) == ("role_mapper", ["role_change"], "triggered")


@pytest.mark.parametrize("changed", ["role", "status"])
def test_other_changes_of_a_membership_are_no_new_role(office: Office, settled: UUID, changed: str) -> None:
    office.changed_role(settled, morning(MONDAY), changed)
    office.run(TUESDAY)
    assert office.new(settled, TUESDAY) == []


def test_a_change_made_through_the_membership_is_seen(office: Office, settled: UUID) -> None:
    office.change(settled, job_title="Field lead")
    tomorrow = datetime.now(UTC) + DAY
    office.connection.execute("update organizations set schedule_config = %s", (_every_day(),))
    made = _run_at(office, tomorrow)
    assert ("role_mapper", "triggered") in [(row["agent_code"], row["source"]) for row in made]


def test_a_role_change_comes_beside_the_check_in_of_the_day(office: Office, settled: UUID) -> None:
    office.asked(settled, "role_mapper", MONDAY - 5 * DAY)
    office.run(MONDAY)
    office.changed_role(settled, morning(MONDAY) + timedelta(hours=1))

    _run_at(office, morning(MONDAY) + timedelta(hours=2))

    open_ones = office.connection.execute(
        "select agent_code, source from sessions where completed_at is null order by created_at"
    ).fetchall()
    assert open_ones == [("pulse", "autopilot"), ("role_mapper", "triggered")]


def test_a_role_change_triggers_once(office: Office, settled: UUID) -> None:
    office.changed_role(settled, morning(MONDAY))
    office.run(TUESDAY)
    office.completes_all(settled, TUESDAY)
    office.run(WEDNESDAY)
    assert (office.new(settled, TUESDAY), office.new(settled, WEDNESDAY)) == ([], [])
    triggered = office.connection.execute("select count(*) from sessions where source = 'triggered'").fetchone()
    assert triggered == (1,)


def test_a_role_change_waits_for_room(office: Office, settled: UUID) -> None:
    for agent in ("pulse", "workflow_mapper"):
        office.asked(settled, agent, MONDAY, completed=False)
    office.changed_role(settled, morning(MONDAY))
    office.run(TUESDAY)
    assert office.new(settled, TUESDAY) == []
    office.completes_all(settled, TUESDAY)
    office.run(WEDNESDAY)
    assert office.new(settled, WEDNESDAY) == ["role_mapper"]


# ---- the topic -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "topic"),
    [
        (None, "pulse_weekly"),
        ({"rating": 3, "burnout_risk": "medium"}, "pulse_weekly"),
        ({"rating": 2}, "pulse_followup"),
        ({"rating": 5, "burnout_risk": "high"}, "pulse_followup"),
        ({"rating": None}, "pulse_weekly"),
        ({"rating": "terrible"}, "pulse_weekly"),
    ],
)
def test_a_hard_week_is_followed_up(office: Office, settled: UUID, answer: dict[str, Any] | None, topic: str) -> None:
    office.asked(settled, "pulse", MONDAY - 14 * DAY, answer={"rating": 1})
    office.asked(settled, "pulse", MONDAY - 7 * DAY, answer=answer or {})
    office.run(MONDAY)
    assert _topics(office, settled, MONDAY) == [topic]


def test_the_role_is_asked_for_first_and_then_for_what_is_new(office: Office, ana: UUID) -> None:
    old_hand = office.member()
    office.knows_everything(old_hand, since=MONDAY - 100 * DAY)
    office.run(TUESDAY)
    assert _topics(office, ana, TUESDAY) == ["role_initial"]
    assert _topics(office, old_hand, TUESDAY) == ["role_update"]


@pytest.mark.parametrize(
    ("agent", "talked_about", "topic"),
    [
        ("workflow_mapper", [], "workflow_deep_dive"),
        ("workflow_mapper", ["workflow_deep_dive"], "tools_inventory"),
        ("workflow_mapper", ["tools_inventory", "workflow_deep_dive"], "tools_inventory"),
        ("pain_scanner", [], "pain_general"),
        ("pain_scanner", ["pain_general"], "pain_tool_specific"),
        ("pain_scanner", ["pain_general", "pain_tool_specific"], "pain_workflow_specific"),
        ("pain_scanner", ["pain_tool_specific", "pain_workflow_specific", "pain_general"], "pain_tool_specific"),
        ("focus_tracker", [], "focus_current"),
        ("focus_tracker", ["focus_current"], "focus_priorities"),
        ("focus_tracker", ["focus_current", "focus_priorities"], "focus_current"),
    ],
)
def test_topics_take_turns(office: Office, ana: UUID, agent: str, talked_about: list[str], topic: str) -> None:
    office.knows_everything(ana)
    for other in {"pain_scanner", "focus_tracker"} - {agent}:
        office.asked(ana, other, MONDAY)
    office.asked(ana, "workflow_mapper", MONDAY - (100 if agent == "workflow_mapper" else 10) * DAY)
    for nth, each in enumerate(talked_about):
        office.talked_about(ana, each, agent, MONDAY - (80 - nth) * DAY)
    office.run(TUESDAY)
    assert _topics(office, ana, TUESDAY) == [topic]


@pytest.mark.parametrize(
    ("place", "topic"),
    [
        ({"level": "manager"}, "focus_goals"),
        ({"level": "exec"}, "focus_goals"),
        ({"has_direct_reports": True}, "focus_goals"),
        ({"level": "ic"}, "focus_current"),
    ],
)
def test_goals_are_asked_of_people_who_lead_others(office: Office, place: dict[str, Any], topic: str) -> None:
    who = office.member(**place)
    office.knows_everything(who)
    office.asked(who, "pain_scanner", MONDAY)
    office.talked_about(who, "focus_current", "focus_tracker", MONDAY - 30 * DAY)
    office.talked_about(who, "focus_priorities", "focus_tracker", MONDAY - 20 * DAY)
    office.run(TUESDAY)
    assert _topics(office, who, TUESDAY) == [topic]


def test_workflows_are_discovered_before_they_are_looked_at_closely(office: Office, ana: UUID) -> None:
    office.knows(ana, role_summary="Repairs heat pumps")
    office.run(TUESDAY)
    assert _topics(office, ana, TUESDAY) == ["workflow_discovery"]


def test_nobody_is_asked_about_tools_and_workflows_that_nobody_knows(office: Office, ana: UUID) -> None:
    office.knows(ana, role_summary="Repairs heat pumps")
    office.asked(ana, "workflow_mapper", MONDAY)
    office.talked_about(ana, "pain_general", "pain_scanner", MONDAY - 20 * DAY)
    office.run(TUESDAY)
    assert _topics(office, ana, TUESDAY) == ["pain_general"]


def test_every_topic_belongs_to_the_agent_of_its_check_in(office: Office, ana: UUID) -> None:
    leader = office.member(level="manager")
    office.knows_everything(leader)
    for day in range(21):
        office.run(FRIDAY + day * DAY)
        for who in (ana, leader):
            office.completes_all(who, FRIDAY + day * DAY)
    strays = office.connection.execute(
        "select s.agent_code, s.topic_codes from sessions s"
        " left join topic_archetypes t on t.code = s.topic_codes[1] and t.agent_code = s.agent_code"
        " where t.code is null or cardinality(s.topic_codes) <> 1"
    ).fetchall()
    counted = office.connection.execute("select count(distinct agent_code) from sessions").fetchone()
    assert strays == []
    assert counted == (5,)


def _topics(office: Office, who: UUID, day: date) -> list[str]:
    return [topic for row in office.check_ins(who, day) for topic in row["topic_codes"]]


def _run_at(office: Office, at: datetime) -> list[dict[str, Any]]:
    """Run at any time; what the run made."""
    run(at)
    return office.rows("select * from sessions where created_at = %s", (at,))


def _every_day() -> Jsonb:
    return working("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
