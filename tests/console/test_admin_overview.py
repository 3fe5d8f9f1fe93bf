"""The first page of whoever runs an organisation, from the day on which nobody has answered yet."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from tests.console.conftest import Console, Visitor
from tests.people import ACME, People

FRIDAY = datetime(2026, 11, 6, 12, 0, tzinfo=UTC)


@pytest.fixture
def admin(console: Console, people: People) -> Visitor:
    """The admin's browser, on a Friday."""
    change(console, "update organizations set setup_completed_at = %s, trial_ends_at = %s", FRIDAY, FRIDAY)
    change(console, "update organizations set subscription_status = 'active'")
    visitor = console.signed_in(people.admin)
    visitor.at = FRIDAY
    return visitor


def change(console: Console, statement: str, *parameters: object) -> None:
    with psycopg.connect(console.database.admin_url) as connection:
        connection.execute(statement.encode(), parameters)


def invite(console: Console, name: str, expires: datetime | None) -> None:
    change(
        console,
        "insert into organization_members (org_id, department_id, display_name, invited_email, invite_expires_at)"
        " values (%s, %s, %s, %s, %s)",
        ACME,
        People().field_department,
        name,
        f"{name.split(maxsplit=1)[0].lower()}@acme.test",
        expires,
    )


def answers(console: Console, count: int, when: datetime, tool: str = "Excel") -> None:
    """So many people of Acme answer."""
    with psycopg.connect(console.database.admin_url) as connection:
        for _ in range(count):
            member, session = uuid4(), uuid4()
            connection.execute(
                "insert into organization_members (org_id, user_id, status, display_name, supervisor, department_id)"
                " values (%s, %s, 'active', 'Somebody', %s, %s)",
                (ACME, member, People().her_manager.member_id, People().field_department),
            )
            connection.execute(
                "insert into sessions (id, org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date,"
                " started_at, completed_at, created_at) values"
                " (%(id)s, %(org)s, %(who)s, 'pain_scanner', '{pain_general}', %(at)s, %(at)s, %(at)s, %(at)s, %(at)s)",
                {"id": session, "org": ACME, "who": member, "at": when},
            )
            connection.execute(
                "insert into answers (session_id, answer_json, created_at)"
                " values (%s, jsonb_build_object('tool_ref', %s::text), %s)",
                (session, tool, when),
            )


# ---- day 0 -----------------------------------------------------------------------------------------------------------


def test_an_admin_comes_here_after_the_sign_in(admin: Visitor) -> None:
    page = admin.open("/home")
    assert (page.status, page.path) == (200, "/admin")
    assert "Acme Field Services" in page.text


def test_before_the_first_answers_the_page_tells_what_happens_next(console: Console, admin: Visitor) -> None:
    invite(console, "Nora New", FRIDAY + timedelta(days=2))
    invite(console, "Otto Old", FRIDAY - timedelta(days=1))
    invite(console, "Pia Pending", None)

    page = admin.open("/admin")

    assert "5 are here, 3 people haven’t accepted yet." in page.text
    assert "The next check-ins go out on Monday, November 9, 2026 at 9:00 AM (Europe/Berlin)" in page.text
    assert "Numbers appear as soon as 5 people have answered" in page.text
    for told in ("Nora New", "nora@acme.test", "holds until", "otto@acme.test expired", "pia@acme.test never sent"):
        assert told in page.text
    for hint in (
        "1 person was never sent an invitation.",
        "1 invitation expires within three days.",
        "1 invitation has expired.",
        "3 people report to nobody.",
    ):
        assert hint in page.text
    assert "Answered today" not in page.text


def test_few_answers_change_nothing_on_the_page(console: Console, admin: Visitor) -> None:
    answers(console, 4, FRIDAY, "Secret tool")
    page = admin.open("/admin")
    assert "What happens next" in page.text
    assert "secret tool" not in page.text.lower()


@pytest.mark.parametrize("status", ["expired", "canceled"])
def test_where_nobody_is_asked_the_page_says_so(console: Console, admin: Visitor, status: str) -> None:
    change(console, "update organizations set subscription_status = %s", status)
    assert "At present no check-ins go out." in admin.open("/admin").text


# ---- afterwards ------------------------------------------------------------------------------------------------------


def test_numbers_come_in_whole_groups(console: Console, admin: Visitor) -> None:
    answers(console, 6, FRIDAY)
    page = admin.open("/admin")
    assert "What happens next" not in page.text
    assert "Answered today5 people or more" in page.text
    assert "Answered this week5 people or more" in page.text
    assert "Participation this week45% or more" in page.text  # 5 of 11
    assert "Open this morning– fewer than 5 people" in page.text
    assert "A theme appears on the Monday after 10 different people have spoken of it." in page.text


def test_themes_are_shown_where_many_speak_of_them(console: Console, admin: Visitor) -> None:
    answers(console, 12, FRIDAY - timedelta(days=7), "Excel <b>2</b>")
    answers(console, 9, FRIDAY - timedelta(days=7), "Rarely used")
    page = admin.open("/admin")
    assert "excel <b>2</b> 10 people or more" in page.text
    assert "rarely used" not in page.text.lower()


def test_early_warnings_are_the_newest_five_while_the_feature_is_on(console: Console, admin: Visitor) -> None:
    answers(console, 5, FRIDAY)
    kinds = ["low_participation", "high_friction", "sentiment_drop", "workload_spike", "burnout_risk", "focus_drift"]
    for nth, kind in enumerate(kinds):
        change(
            console,
            "insert into pattern_alerts (org_id, department_id, alert_type, severity, created_at)"
            " values (%s, %s, %s, 'critical', %s)",
            *(ACME, People().field_department, kind, FRIDAY - timedelta(hours=nth)),
        )
    change(console, "update pattern_alerts set status = 'acknowledged' where alert_type = 'burnout_risk'")
    page = admin.open("/admin")
    assert "The mood has droppedField" in page.text
    assert "Many are close to their limit" not in page.text
    change(console, "update organizations set feature_flags = '{\"PATTERN_ALERTS\": false}'")
    assert "Early warnings" not in admin.open("/admin").text


def test_a_member_is_led_nowhere_near(console: Console, people: People) -> None:
    change(
        console, "insert into user_profiles (org_id, user_id, confirmed_at) values (%s, %s, now())", ACME, people.ana.id
    )
    visitor = console.signed_in(people.ana)
    assert visitor.open("/admin").status == 403
    assert ("Administration", "/admin") not in visitor.open("/dashboard").read.links


def test_a_stranger_sees_their_own_organisation(console: Console, people: People) -> None:
    page = console.signed_in(people.stranger).open("/admin")
    assert "Globex" in page.text
    assert "Acme" not in page.text
    assert "You are the only one here so far." in page.text


# ---- the trial -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "left", "told"),
    [
        ("trialing", timedelta(days=30), "30 days of your trial are left."),
        ("trialing", timedelta(days=1, seconds=1), "2 days of your trial are left."),
        ("trialing", timedelta(days=1), "This is the last day of your trial."),
        ("trialing", timedelta(seconds=1), "This is the last day of your trial."),
        ("trialing", timedelta(0), "Your trial is over."),
        ("trialing", -timedelta(days=3), "Your trial is over."),
        ("expired", -timedelta(days=3), "Your trial is over."),
        ("past_due", -timedelta(days=3), "A payment is overdue."),
        ("canceled", -timedelta(days=3), "Your subscription has ended."),
    ],
)
def test_the_banner_tells_how_the_organisation_stands(
    console: Console, admin: Visitor, status: str, left: timedelta, told: str
) -> None:
    change(console, "update organizations set subscription_status = %s, trial_ends_at = %s", status, FRIDAY + left)
    for path in ("/admin", "/admin/settings"):
        assert told in admin.open(path).text


def test_there_is_no_banner_while_all_is_well(console: Console, admin: Visitor) -> None:
    text = admin.open("/admin").text
    assert not any(told in text for told in ("trial", "overdue", "has ended"))
