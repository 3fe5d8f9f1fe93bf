"""The pages of a member, as a browser without a script uses them."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import psycopg
import pytest

from tests.console.conftest import Console, Form, Page, Visitor
from tests.console.test_injection import ready
from tests.people import ACME, People

SUNDAY_NIGHT = datetime(2026, 5, 31, 22, 30, tzinfo=UTC)  # the first of June in Berlin


@pytest.fixture
def ana(console: Console, people: People) -> Visitor:
    """Ana's browser: she knows her way around."""
    ready(console, people.ana)
    return console.signed_in(people.ana)


def begin(visitor: Visitor, agent: str = "pulse") -> Page:
    """A check-in of her own choice, greeted."""
    page = visitor.submit(visitor.open("/dashboard").form("/check-ins"), agent_code=agent)
    return visitor.submit(page.form(f"{page.path}/messages"))


def say(visitor: Visitor, page: Page, text: str, **more: Any) -> Page:
    path = page.path.partition("#")[0]
    return visitor.submit(page.form(f"{path}/messages"), message=text, **more)


def pulse(visitor: Visitor, **more: str) -> Page:
    """A whole pulse: the page that it ends on."""
    page = say(visitor, begin(visitor), "4, because the new tours work")
    return say(visitor, page, "3, low", **more)


def test_a_newcomer_is_welcomed_in_three_steps(console: Console, people: People) -> None:
    visitor = console.signed_in(people.colleague)
    page = visitor.open("/dashboard")
    assert page.path == "/welcome"
    page = visitor.submit(page.form("/welcome"))
    page = visitor.submit(page.form("/welcome/details"), preferred_name=" ")
    assert page.status == 422
    page = visitor.submit(page.form("/welcome/details"), preferred_name="Charly", role_summary="I repair heat pumps")
    page = visitor.submit(page.form("/welcome/language"), language_code="es")
    assert page.path == "/dashboard"
    assert '<html lang="es"' in page.html
    assert (
        console.look(
            "select profile_json ->> 'preferred_name' from user_profiles where user_id = %s", people.colleague.id
        )
        == "Charly"
    )


def test_where_consent_is_needed_nobody_goes_on_without_it(console: Console, people: People) -> None:
    with psycopg.connect(console.database.admin_url) as connection:
        connection.execute("update organizations set data_processing_consent_required = true where id = %s", (ACME,))
    visitor = console.signed_in(people.colleague)
    page = visitor.submit(visitor.open("/welcome").form("/welcome"))
    assert page.status == 422
    page = visitor.submit(page.form("/welcome"), consent="on")
    assert page.path == "/welcome/details"
    assert console.look("select count(*) from user_consents where user_id = %s", people.colleague.id) == 1


def test_a_whole_check_in_becomes_a_dot(console: Console, ana: Visitor, people: People) -> None:
    page = pulse(ana)
    assert "because the new tours work" in page.text
    assert console.look("select answer_number from answers where user_id = %s", people.ana.id) == 4
    assert "1" in ana.open("/dots").text


def test_the_same_form_sent_twice_is_one_message(console: Console, ana: Visitor, people: People) -> None:
    page = begin(ana)
    say(ana, page, "4, once")
    say(ana, page, "4, once")
    assert console.look("select count(*) from session_messages where content = '4, once'") == 1


def test_an_empty_message_is_told_and_loses_nothing(ana: Visitor) -> None:
    page = say(ana, begin(ana), "  ")
    assert page.status == 422
    assert page.read.all("textarea")


def test_what_is_kept_private_while_talking_is_a_private_dot(console: Console, ana: Visitor, people: People) -> None:
    pulse(ana, private="on")
    assert console.look("select is_private from answers where user_id = %s", people.ana.id) is True


def test_where_private_dots_are_off_nobody_is_offered_one(console: Console, ana: Visitor) -> None:
    with psycopg.connect(console.database.admin_url) as connection:
        connection.execute("update organizations set employee_can_mark_private = false where id = %s", (ACME,))
    assert not re.search(r'name="private"', begin(ana).html)


def test_a_dot_is_made_private_and_counts_again(console: Console, ana: Visitor) -> None:
    page = pulse(ana)
    form = next(each for each in page.read.forms if each.action.endswith("/privacy"))
    page = ana.submit(form, private="yes")
    assert "is private" in page.text
    form = next(each for each in page.read.forms if each.action.endswith("/privacy"))
    ana.submit(form, private="no")
    assert console.look("select is_private from answers") is False


def test_a_check_in_is_finished_early_with_what_was_understood(console: Console, ana: Visitor) -> None:
    page = say(ana, begin(ana), "2")
    path = page.path
    done = ana.send("POST", f"{path}/finish", page.form(f"{path}/messages").filled())
    assert done.location == path
    assert console.look("select answer_number from answers") == 2


def test_a_mention_of_self_harm_is_answered_with_help_first(ana: Visitor) -> None:
    page = say(ana, begin(ana), "1, I want to kill myself")
    assert re.search(r"bubble-help.*findahelpline\.com", page.html, re.DOTALL)


def test_somebody_elses_check_in_is_not_there(console: Console, ana: Visitor, people: People) -> None:
    path = begin(ana).path
    ready(console, people.colleague)
    other = console.signed_in(people.colleague)
    assert other.open(path).status == 404
    assert other.open(f"{path}/correct").status == 404


def test_a_correction_counts_and_the_fact_stays(console: Console, ana: Visitor, people: People) -> None:
    page = pulse(ana)
    form = ana.open(f"{page.path}/correct").form(f"{page.path}/review")
    page = ana.submit(form, rating="2", reason="It was hard")
    assert "It was hard" in page.text
    assert console.look("select answer_json ->> 'rating' from answers") == "4"
    ratings = console.look("select profile_json -> 'ratings' from user_profiles where user_id = %s", people.ana.id)
    assert [each["rating"] for each in ratings] == [2]


def test_a_correction_that_is_none_is_told_by_its_field(console: Console, ana: Visitor) -> None:
    page = pulse(ana)
    form = ana.open(f"{page.path}/correct").form(f"{page.path}/review")
    page = ana.submit(form, rating="9", reason="It was hard")
    assert page.status == 422
    assert "#field-rating" in page.html
    assert "It was hard" in page.html
    assert console.look("select count(*) from answer_reviews") == 0


def test_a_confirmation_is_kept_once(console: Console, ana: Visitor) -> None:
    page = pulse(ana)
    form = page.form(f"{page.path}/review")
    ana.submit(form, verdict="confirmed")
    page = ana.submit(form, verdict="confirmed")
    assert "Confirmed by you" in page.text
    assert console.look("select count(*) from answer_reviews") == 1


def dot(console: Console, people: People, at: datetime, agent: str = "pulse", rating: int = 4) -> None:
    """A dot of Ana's of that time."""
    with psycopg.connect(console.database.admin_url) as connection:
        session = connection.execute(
            "insert into sessions (org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date, started_at,"
            " completed_at) values (%s, %s, %s, '{pulse_weekly}', %s, %s, %s, %s) returning id",
            (ACME, people.ana.id, agent, at, at.date(), at, at),
        ).fetchone()
        assert session
        connection.execute(
            "insert into answers (org_id, user_id, session_id, agent_code, topic_code, raw_text, answer_number,"
            " answer_json, created_at) values (%s, %s, %s, %s, 'pulse_weekly', 'fine', %s, %s, %s)",
            (ACME, people.ana.id, session[0], agent, rating, f'{{"rating": {rating}}}', at),
        )


def test_a_dot_belongs_to_the_day_on_which_it_was_said_there(console: Console, ana: Visitor, people: People) -> None:
    dot(console, people, SUNDAY_NIGHT)
    ana.at = SUNDAY_NIGHT + timedelta(days=2)
    assert "4 of 5, June 1, 2026" in ana.open("/dots?month=2026-06").text
    assert "4 of 5, " not in ana.open("/dots?month=2026-05").text.partition("How your weeks went")[0]


def test_a_week_without_an_answer_is_a_gap(console: Console, ana: Visitor, people: People) -> None:
    for weeks in (0, 1, 3):
        dot(console, people, SUNDAY_NIGHT - timedelta(weeks=weeks, days=3))
    ana.at = SUNDAY_NIGHT
    page = ana.open("/dots")
    drawn = next(each["d"] for each in page.read.all("path") if each.get("class") == "line")
    assert drawn.count("M") == 1
    assert len([each for each in page.read.all("circle") if each.get("class") == "point"]) == 3


def test_a_long_history_comes_in_pages(console: Console, ana: Visitor, people: People) -> None:
    for days in range(23):
        dot(console, people, SUNDAY_NIGHT - timedelta(days=days))
    ana.at = SUNDAY_NIGHT
    page = ana.open("/dots")
    older = next(href for text, href in page.read.links if text.startswith("Older"))
    dots = [
        len({href for _, href in it.read.links if re.match(r"/dots/[0-9a-f]", href)}) for it in (page, ana.open(older))
    ]
    assert dots[1] >= 3
    assert not any(text.startswith("Older") for text, _ in ana.open(older).read.links)


@pytest.mark.parametrize("query", ["month=x", "month=2026-13", "agent=nobody", "cursor=rubbish"])
def test_an_address_that_makes_no_sense_is_told_kindly(ana: Visitor, query: str) -> None:
    page = ana.open(f"/dots?{query}")
    assert page.status == 422
    assert "Back to VizDots" in page.text


def test_nobody_sees_anybody_elses_dot(console: Console, ana: Visitor, people: People) -> None:
    dot(console, people, SUNDAY_NIGHT)
    found = console.look("select id from answers")
    ready(console, people.colleague)
    other = console.signed_in(people.colleague)
    assert ana.open(f"/dots/{found}").status == 200
    assert other.open(f"/dots/{found}").status == 404


def test_the_first_day_is_friendly(ana: Visitor) -> None:
    assert "Good to have you here" in ana.open("/dashboard").text
    assert "No dot yet" in ana.open("/dots").text


def test_a_language_is_spoken_from_the_next_page_on(ana: Visitor) -> None:
    page = ana.submit(ana.open("/settings").form("/settings/language"), language_code="ja")
    assert '<html lang="ja"' in page.html


def test_a_snooze_ends_on_the_morning_of_its_day_there(console: Console, ana: Visitor, people: People) -> None:
    until = datetime.now(UTC).date() + timedelta(days=10)
    ana.submit(ana.open("/settings").form("/settings/away"), snoozed_until=until.isoformat())
    kept = console.look(
        "select (snoozed_until at time zone 'Europe/Berlin')::text from organization_members where user_id = %s",
        people.ana.id,
    )
    assert kept == f"{until} 00:00:00"


def second_away_form(page: Page) -> Form:
    """The form that is a button only."""
    return [each for each in page.read.forms if each.action == "/settings/away"][1]


def test_a_leave_is_planned_and_taken_back(console: Console, ana: Visitor, people: People) -> None:
    today = datetime.now(UTC).date()
    first, back = (f"{today + timedelta(days=n)}" for n in (10, 24))
    page = ana.submit(ana.open("/settings").form("/settings/away"), snoozed_from=first, snoozed_until=back)
    assert "You are away from" in page.text
    form = page.form("/settings/away")
    assert (form["snoozed_from"], form["snoozed_until"]) == (first, back)
    page = ana.submit(second_away_form(page))
    assert "You are away" not in page.text
    assert console.look("select snoozed_from from organization_members where user_id = %s", people.ana.id) is None


def test_one_button_leaves_them_alone_for_a_week(ana: Visitor) -> None:
    page = ana.submit(second_away_form(ana.open("/settings")))
    assert "You are away. We ask you again on" in page.text


def test_each_mail_is_turned_off_by_its_switch(console: Console, people: People) -> None:
    olivia = console.signed_in(people.owner)
    page = olivia.open("/settings")
    for name in ("Reminders", "Early warnings", "Exports", "The end of the trial"):
        assert name in page.text
    page = olivia.submit(page.form("/settings/mails"), wanted=["reminder", "export_ready"])
    kept = "select muted_mails from organization_members where user_id = %s"
    assert console.look(kept, people.owner.id) == ["alert_digest", "trial_ending"]
    wanted = [value for name, value in page.form("/settings/mails").fields if name == "wanted"]
    assert wanted == ["reminder", "export_ready"]
    olivia.submit(page.form("/settings/mails"), wanted=None)
    assert console.look("select reminders_enabled from organization_members where user_id = %s", people.owner.id) is (
        False
    )


def test_a_member_is_offered_the_reminders_alone(console: Console, ana: Visitor, people: People) -> None:
    page = ana.open("/settings")
    assert [value for name, value in page.form("/settings/mails").fields if name == "offered"] == ["reminder"]
    assert "Early warnings" not in page.text
    refused = ana.submit(page.form("/settings/mails"), offered=["reminder", "alert_digest"], wanted=[])
    assert refused.status == 422
    kept = "select reminders_enabled from organization_members where user_id = %s"
    assert console.look(kept, people.ana.id) is True


@pytest.mark.parametrize("day", [date(2020, 1, 1).isoformat(), "2999-01-01", "never"])
def test_a_snooze_that_makes_no_sense_is_told_by_its_field(ana: Visitor, day: str) -> None:
    page = ana.submit(ana.open("/settings").form("/settings/away"), snoozed_until=day)
    assert page.status == 422
    assert "#field-snoozed_until" in page.html


def test_what_is_known_of_ones_work_is_in_ones_own_hands(console: Console, ana: Visitor, people: People) -> None:
    form = ana.open("/settings").form("/settings/profile")
    page = ana.submit(form, role_summary="I plan tours", primary_duties="Planning\n\nCalling")
    assert page.form("/settings/profile")["primary_duties"] == "Planning\nCalling"
    page = ana.submit(form, primary_duties="x" * 201)
    assert page.status == 422


def test_a_look_is_kept_and_the_visitor_stays_where_they_are(visitor: Visitor) -> None:
    form = visitor.open("/sign-in").form("/preferences")
    page = visitor.submit(form, theme="dark", language="de")
    assert page.path.startswith("/sign-in")
    assert '<html lang="de" data-theme="dark"' in page.html


def test_the_documentation_has_every_route(visitor: Visitor) -> None:
    page = visitor.open("/developers")
    for route in ("/api/me", "/api/user/dots/{dot_id}/review", "/api/user/language"):
        assert route in page.text


def test_the_design_page_is_for_developers_alone(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    assert visitor.open("/design").status == 404
    monkeypatch.setenv("SHOWS_DESIGN", "yes")
    assert visitor.open("/design").status == 200
