"""Owners set how their organisation works on a page, without a script, and never over each other."""

from datetime import UTC, datetime
from typing import Any

import psycopg
import pytest

from common import config
from tests.console.conftest import Console, Page, Visitor
from tests.console.test_injection import ready
from tests.people import ACME, People

PAGE = "/admin/settings"


@pytest.fixture
def second_owner(console: Console, people: People) -> Visitor:
    """Adam's browser; he is an owner, too."""
    change(console, "update organization_members set role = 'owner' where user_id = %s", people.admin.id)
    return console.signed_in(people.admin)


def change(console: Console, statement: str, *parameters: object) -> None:
    with psycopg.connect(console.database.admin_url) as connection:
        connection.execute(statement.encode(), parameters)


def send(visitor: Visitor, page: Page, form: str, **values: Any) -> Page:
    return visitor.submit(page.form(f"{PAGE}/{form}"), **values)


def kept(console: Console, column: str) -> Any:
    return console.look(f"select {column} from organizations where id = %s", ACME)  # noqa: S608 - our own words


# ---- the organisation ------------------------------------------------------------------------------------------------


def test_an_owner_changes_name_and_place(console: Console, olivia: Visitor) -> None:
    page = send(olivia, olivia.open(PAGE), "company", name="Acme Heating", timezone="Asia/Tokyo", industry="Heating")
    assert (page.status, page.path) == (200, PAGE)
    assert "Saved." in page.text
    assert "Acme Heating" in page.text
    assert [kept(console, it) for it in ("name", "timezone", "industry", "size_band")] == [
        *("Acme Heating", "Asia/Tokyo", "Heating", None)
    ]
    emptied = send(olivia, page, "company", industry="")
    assert kept(console, "industry") is None
    assert emptied.form(f"{PAGE}/company")["industry"] == ""


@pytest.mark.parametrize(
    ("zone", "now", "told"),
    [
        ("Europe/Berlin", datetime(2026, 3, 29, 0, 59, tzinfo=UTC), "In Europe/Berlin it is now Sunday, 1:59 AM."),
        ("Europe/Berlin", datetime(2026, 3, 29, 1, 0, tzinfo=UTC), "In Europe/Berlin it is now Sunday, 3:00 AM."),
        ("Europe/Berlin", datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "In Europe/Berlin it is now Sunday, 2:30 AM."),
        ("Europe/Berlin", datetime(2026, 10, 25, 1, 30, tzinfo=UTC), "In Europe/Berlin it is now Sunday, 2:30 AM."),
        ("Asia/Kathmandu", datetime(2026, 6, 1, 18, 15, tzinfo=UTC), "In Asia/Kathmandu it is now Tuesday, 12:00 AM."),
        (
            "America/St_Johns",
            datetime(2026, 7, 1, 12, 0, tzinfo=UTC),
            "In America/St Johns it is now Wednesday, 9:30 AM.",
        ),
    ],
)
def test_the_page_tells_what_time_it_is_there(
    console: Console, olivia: Visitor, zone: str, now: datetime, told: str
) -> None:
    change(console, "update organizations set timezone = %s where id = %s", zone, ACME)
    olivia.at = now
    page = olivia.open(PAGE)
    assert told in page.text
    assert page.form(f"{PAGE}/company")["timezone"] == zone
    assert [each["label"] for each in page.read.all("optgroup")][:3] == ["Africa", "America", "Antarctica"]


def test_a_zone_that_no_list_has_stays_chosen(console: Console, olivia: Visitor) -> None:
    change(console, "update organizations set timezone = 'Etc/GMT+5' where id = %s", ACME)
    page = olivia.open(PAGE)
    assert page.form(f"{PAGE}/company")["timezone"] == "Etc/GMT+5"
    assert send(olivia, page, "company", name="Acme").status == 200
    assert kept(console, "timezone") == "Etc/GMT+5"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"name": ""}, "Please fill this in."),
        ({"name": "\u200b"}, "Please write something that can be read."),
        ({"name": "x" * 201}, "at most 200 characters"),
        ({"timezone": "Europe/Atlantis"}, "Please choose one of the time zones of the list."),
        ({"size_band": "many"}, "Please choose one of the options."),
    ],
)
def test_what_cannot_be_comes_back_as_it_was_typed(
    console: Console, olivia: Visitor, typed: dict[str, str], told: str
) -> None:
    page = send(olivia, olivia.open(PAGE), "company", **{"industry": "Heat & <b>cold</b>", **typed})
    assert page.status == 422
    assert told in page.text
    assert page.form(f"{PAGE}/company")["industry"] == "Heat & <b>cold</b>"
    assert kept(console, "industry") is None


# ---- the week --------------------------------------------------------------------------------------------------------


def test_an_owner_changes_the_week(console: Console, olivia: Visitor) -> None:
    week = {"friday_on": None, "saturday_on": "on", "saturday_start": "8:30", "saturday_end": "12:00"}
    page = send(olivia, olivia.open(PAGE), "week", do=None, **week)
    assert "Saved." in page.text
    saved = kept(console, "schedule_config")
    assert saved["saturday"] == {"on": True, "start": "08:30", "end": "12:00"}
    assert saved["friday"] == {"on": False, "start": "09:00", "end": "17:00"}
    form = page.form(f"{PAGE}/week")
    assert form["saturday_start"] == "08:30"
    assert "friday_on" not in dict(form.fields)


def test_one_button_gives_all_working_days_the_same_hours(console: Console, olivia: Visitor) -> None:
    page = send(
        olivia, olivia.open(PAGE), "week", do="same", monday_on=None, tuesday_start="07:15", tuesday_end="15:45"
    )
    form = page.form(f"{PAGE}/week")
    assert page.status == 200
    assert "Nothing is saved yet." in page.text
    assert {form[f"{day}_start"] for day in ("tuesday", "wednesday", "thursday", "friday")} == {"07:15"}
    assert (form["monday_start"], form["sunday_end"]) == ("09:00", "17:00")
    assert kept(console, "schedule_config")["tuesday"]["start"] == "09:00"
    assert "Saved." in send(olivia, page, "week").text
    assert kept(console, "schedule_config")["friday"] == {"on": True, "start": "07:15", "end": "15:45"}


def test_enter_saves_the_week(olivia: Visitor) -> None:
    buttons = olivia.open(PAGE).form(f"{PAGE}/week").buttons
    assert [name for name, *_ in buttons] == ["", "do"]  # a browser takes the first one for Enter


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"monday_end": "08:00"}, "The end should be later than the start."),
        ({"monday_end": "09:00"}, "The end should be later than the start."),
        ({"monday_start": ""}, "Please give both times like 09:00."),
        ({"monday_start": "nine"}, "Please give both times like 09:00."),
        ({"monday_end": "25:00"}, "Please give both times like 09:00."),
        (
            dict.fromkeys(f"{day}_on" for day in ("monday", "tuesday", "wednesday", "thursday", "friday")),
            "At least one day should be on",
        ),
    ],
)
def test_a_week_that_cannot_be_comes_back(
    console: Console, olivia: Visitor, typed: dict[str, str | None], told: str
) -> None:
    before = kept(console, "schedule_config")
    page = send(olivia, olivia.open(PAGE), "week", tuesday_start="06:00", **typed)
    assert page.status == 422
    assert told in page.text
    assert page.form(f"{PAGE}/week")["tuesday_start"] == "06:00"
    assert kept(console, "schedule_config") == before


def test_a_day_that_is_off_needs_no_hours(console: Console, olivia: Visitor) -> None:
    assert "Saved." in send(olivia, olivia.open(PAGE), "week", sunday_start="", sunday_end="").text
    assert kept(console, "schedule_config")["sunday"] == {"on": False, "start": "09:00", "end": "17:00"}


# ---- the features ----------------------------------------------------------------------------------------------------


def test_what_is_switched_off_is_gone(console: Console, olivia: Visitor, people: People) -> None:
    ready(console, people.ana)
    ana = console.signed_in(people.ana)
    settings = ana.open("/settings")
    form = olivia.open(PAGE).form(f"{PAGE}/features")
    on = [value for name, value in form.fields if name == "features"]
    assert len(on) == 20

    page = olivia.submit(form, features=[each for each in on if each != "LANGUAGE_PREFERENCES"])

    assert "Saved." in page.text
    assert kept(console, "feature_flags") == {"LANGUAGE_PREFERENCES": False}
    assert "/settings/language" not in ana.open("/settings").html
    refused = ana.submit(settings.form("/settings/language"), language_code="es")
    assert (refused.status, "Your organisation has switched this off." in refused.text) == (404, True)
    olivia.submit(page.form(f"{PAGE}/features"), features=on)
    assert kept(console, "feature_flags") == {}
    assert "/settings/language" in ana.open("/settings").html


@pytest.mark.parametrize("flag", ["MULTI_LANGUAGE", "LANGUAGE_PREFERENCES"])
def test_without_a_choice_of_languages_the_welcome_has_two_steps(console: Console, people: People, flag: str) -> None:
    change(console, "update organizations set feature_flags = jsonb_build_object(%s::text, false)", flag)
    visitor = console.signed_in(people.colleague)
    page = visitor.open("/welcome")
    assert "Step 1 of 2" in page.text
    page = visitor.submit(page.form("/welcome"))
    assert visitor.open("/welcome/language").status == 404
    page = visitor.submit(page.form("/welcome/details"), preferred_name="Charly")
    assert page.path == "/dashboard"


def test_what_is_off_in_the_deployment_cannot_be_switched(
    console: Console, olivia: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(console, "update organizations set feature_flags = '{\"OWNER_NOTES\": false}' where id = %s", ACME)
    monkeypatch.setenv("FEATURES_OFF", "OWNER_NOTES")
    config._kept.clear()
    page = olivia.open(PAGE)
    assert "Off in this whole installation." in page.text
    assert "Saved." in send(olivia, page, "features").text
    assert kept(console, "feature_flags") == {"OWNER_NOTES": False}


# ---- two owners ------------------------------------------------------------------------------------------------------


def test_the_second_of_two_owners_is_told_and_nothing_is_lost(
    console: Console, olivia: Visitor, second_owner: Visitor
) -> None:
    mine, theirs = olivia.open(PAGE), second_owner.open(PAGE)
    send(olivia, mine, "company", name="Acme East", timezone="Europe/Lisbon")

    page = send(second_owner, theirs, "company", name="Acme West", industry="Heating")

    assert page.status == 412
    assert "Somebody else has changed this since you opened it." in page.text
    assert "By now it is: Acme East" in page.text
    assert "By now it is: Europe/Lisbon" in page.text
    form = page.form(f"{PAGE}/company")
    assert [form[name] for name in ("name", "industry", "timezone")] == ["Acme West", "Heating", "Europe/Berlin"]
    assert kept(console, "name") == "Acme East"
    assert "Saved." in send(second_owner, page, "company", timezone="Europe/Lisbon").text
    assert [kept(console, it) for it in ("name", "timezone")] == ["Acme West", "Europe/Lisbon"]


def test_so_is_the_second_of_two_tabs(console: Console, olivia: Visitor) -> None:
    first, second = olivia.open(PAGE), olivia.open(PAGE)
    send(olivia, first, "week", monday_start="06:00")

    page = send(olivia, second, "week", monday_start="07:00", friday_on=None)

    assert page.status == 412
    assert "By now it is: 06:00 – 17:00" in page.text
    assert page.form(f"{PAGE}/week")["monday_start"] == "07:00"
    assert kept(console, "schedule_config")["monday"]["start"] == "06:00"
    third = send(olivia, olivia.copy().open(PAGE), "features", features=["OWNER_NOTES"])
    assert third.status == 200
    stale = send(olivia, page, "features", features=["DATA_EXPORT"])
    assert stale.status == 412
    assert "By now it is on." in stale.text
    assert "By now it is off." in stale.text
    ticked = [value for name, value in stale.form(f"{PAGE}/features").fields if name == "features"]
    assert ticked == ["DATA_EXPORT"]


def test_the_same_form_sent_twice_is_saved_once(console: Console, olivia: Visitor) -> None:
    page = olivia.open(PAGE)
    assert {send(olivia, page, "company", name="Acme Heating").status for _ in range(2)} == {200}


# ---- who -------------------------------------------------------------------------------------------------------------


def test_an_admin_reads_and_cannot_change(console: Console, olivia: Visitor, people: People) -> None:
    admin = console.signed_in(people.admin)
    page = admin.open(PAGE)
    assert page.status == 200
    assert "Owners can change them." in page.text
    assert "09:00 – 17:00" in page.text
    assert not any(form.action.startswith(PAGE) for form in page.read.forms)
    theirs = olivia.open(PAGE)
    token = page.form("/sign-out")["form_token"]
    for form in ("company", "week", "features"):
        fields = {**dict(theirs.form(f"{PAGE}/{form}").fields), "form_token": token, "name": "Adam's"}
        assert admin.post(f"{PAGE}/{form}", fields, origin="http://localhost:8000").status == 403
    assert kept(console, "name") == "Acme Field Services"


def test_a_member_sees_nothing_of_it(console: Console, people: People) -> None:
    ready(console, people.ana)
    assert console.signed_in(people.ana).open(PAGE).status == 403


def test_a_form_of_another_site_changes_nothing(console: Console, olivia: Visitor) -> None:
    fields = dict(olivia.open(PAGE).form(f"{PAGE}/company").fields)
    assert olivia.post(f"{PAGE}/company", {**fields, "form_token": "forged", "name": "Evil"}).status == 403
    assert kept(console, "name") == "Acme Field Services"
