"""The set-up wizard, as a browser without a script walks through it."""

import re
from typing import Any, Final

import pytest

from tests.console.conftest import Console, Page, Visitor
from tests.people import People, Person

COMPANY: Final[dict[str, Any]] = {
    "name": "Initech",
    "timezone": "Europe/Berlin",
    "size_band": "11-50",
    "industry": "Software",
}
LIST: Final = """name;email;department;supervisor_email
Lena Lead;lena@initech.test;Sales;
Ole;ole@initech.test;Support;lena@initech.test"""


def row(nth: int, **typed: str) -> dict[str, Any]:
    """A row of the form, by the names of its fields."""
    return {f"{name}-{nth}": value for name, value in typed.items()}


ROW: Final = row(0, name="Ida Indian", email="ida@initech.test", department="Sales")


class Fiona:
    """Somebody who has just confirmed her address, and her browser."""

    def __init__(self, console: Console) -> None:
        person = Person("Fiona Founder", 9)
        self.console = console
        self.browser = console.signed_in(person)
        self.email = person.email

    def tell(self, *upto: str) -> Page:
        """Walk through the steps that are named; the page that it ends on."""
        page = self.browser.open("/setup")
        if page.path == "/setup":
            page = self.browser.submit(page.form("/setup"))
        for step in upto:
            values: dict[str, Any] = {
                "company": COMPANY,
                "departments": {"names": "Sales\nSupport"},
                "people": ROW,
                "list": {"list": LIST, "create": "on"},
                "people/done": {},
                "launch": {"display_name": "Fiona Founder", "job_title": "Managing director"},
            }[step]
            page = self.browser.submit(
                page.form("/setup/people/list" if step == "list" else f"/setup/{step}"), **values
            )
        return page


@pytest.fixture
def fiona(console: Console) -> Fiona:
    """Fiona, who belongs to nothing yet."""
    return Fiona(console)


def emails(console: Console) -> Any:
    return console.look(
        "select array_agg(p ->> 'email' order by n) from setup_drafts,"
        " jsonb_array_elements(draft #> '{people,people}') with ordinality as each (p, n)"
    )


# ---- the way through -------------------------------------------------------------------------------------------------


def test_a_founder_comes_from_her_account_to_her_organisation(fiona: Fiona) -> None:
    page = fiona.browser.open("/home")
    assert page.path == "/setup"
    assert "Four steps" in page.text
    page = fiona.tell("company", "departments", "people")
    assert page.path == "/setup/people"
    assert "1 person in the list" in page.text
    page = fiona.browser.submit(page.form("/setup/people/done"))
    assert page.path == "/setup/launch"
    assert "1 person gets an invitation" in page.text
    page = fiona.browser.submit(page.form("/setup/launch"), display_name="Fiona Founder")
    assert page.path == "/setup/done"
    assert "Initech is up and running" in page.text
    assert "1 person is being invited" in page.text
    assert ("To the overview", "/admin") in page.read.links
    assert fiona.browser.send("GET", "/home").location == "/admin"


def test_whoever_only_expected_an_invitation_is_helped(fiona: Fiona) -> None:
    page = fiona.browser.open("/home")
    assert f"Nobody has invited {fiona.email} yet" in page.text
    assert "sign out and sign in with that one" in page.text
    assert fiona.browser.submit(page.form("/sign-out")).path == "/"


def test_whoever_is_invited_meanwhile_is_taken_in(fiona: Fiona, people: People) -> None:
    fiona.tell("company")
    fiona.console.look(
        "insert into organization_members (org_id, invited_email, display_name) values (%s, %s, 'Fiona') returning 1",
        people.acme,
        fiona.email,
    )
    assert fiona.browser.open("/home").path == "/welcome"


def test_every_address_leads_to_where_the_founder_is(fiona: Fiona) -> None:
    assert fiona.browser.open("/setup/launch").path == "/setup"
    assert fiona.browser.open("/setup/done").path == "/setup"
    fiona.tell("company")
    for path in ("/setup", "/setup/people", "/setup/launch"):
        assert fiona.browser.open(path).path == "/setup/departments"
    page = fiona.browser.open("/setup/company")
    assert page.form("/setup/company")["name"] == "Initech"
    assert ("Company", "/setup/company") in page.read.links


def test_it_goes_on_in_another_browser(fiona: Fiona) -> None:
    fiona.tell("company", "departments", "people")
    elsewhere = Fiona(fiona.console).browser
    page = elsewhere.open("/home")
    assert page.path == "/setup/launch"
    assert "ida@initech.test" in elsewhere.open("/setup/people").text


def test_an_admin_page_is_english_whatever_the_browser_asks_for(console: Console) -> None:
    page = Fiona(console).browser.open("/setup", **{"accept-language": "de"})
    assert '<html lang="en"' in page.html


def test_nobody_comes_in_without_an_account(visitor: Visitor) -> None:
    assert visitor.open("/setup/people").path.startswith("/sign-in")


def test_a_founder_of_two_acts_in_the_new_one(console: Console, people: People) -> None:
    fiona = Fiona(console)
    fiona.browser = console.signed_in(people.owner)
    page = fiona.browser.open("/setup")
    assert "You belong to Acme Field Services" in page.text
    assert "expected an invitation" not in page.text
    page = fiona.browser.submit(page.form("/setup"))
    for step in ("company", "departments", "people/done", "launch"):
        values = {"company": COMPANY, "launch": {"display_name": "Olivia"}}.get(step, {})
        page = fiona.browser.submit(page.form(f"/setup/{step}"), **values)
    assert page.path == "/setup/done"
    assert "You are the only one so far" in page.text
    assert fiona.browser.cookies["vizdots-organisation"] == str(
        console.look("select id from organizations where name = 'Initech'")
    )


# ---- what is refused, and what stays ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": ""}, "Please fill this in"),
        ({"timezone": ""}, "Please fill this in"),
        ({"timezone": "Europe/Atlantis"}, "one of the time zones"),
        ({"size_band": "many"}, "one of the options"),
    ],
)
def test_a_company_that_is_wrong_is_told_beside_its_field(fiona: Fiona, change: dict[str, Any], told: str) -> None:
    page = fiona.browser.submit(fiona.tell().form("/setup/company"), **COMPANY | {"industry": "Kept"} | change)
    assert (page.status, told in page.text) == (422, True)
    assert page.form("/setup/company")["industry"] == "Kept"


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ("Sales\nsales", "stands here twice"),
        ("\n".join(f"No {n}" for n in range(201)), "at most 200"),
        ("x" * 201, "at most 200"),
    ],
)
def test_departments_that_are_wrong_are_told(fiona: Fiona, names: str, told: str) -> None:
    page = fiona.browser.submit(fiona.tell("company").form("/setup/departments"), names=names)
    assert (page.status, told in page.text) == (422, True)
    assert page.form("/setup/departments")["names"].replace("\r", "") == names


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"email-0": "nobody"}, "name@example.com"),
        ({"email-0": "fiona@acme.test"}, "your own address"),
        ({"name-0": ""}, "Please fill this in"),
        ({"name-1": "Ida again", "email-1": "IDA@initech.test"}, "in the list already"),
        ({"supervisor_email-0": "who@initech.test"}, "Nobody in the list has this address"),
        ({"supervisor_email-0": "ida@initech.test"}, "supervises themself"),
        ({"department-0": "Moon"}, "no such department"),
        ({"name-0": "", "email-0": "", "department-0": ""}, "Please fill this in"),
    ],
)
def test_people_who_do_not_fit_are_told_beside_their_field(fiona: Fiona, typed: dict[str, Any], told: str) -> None:
    page = fiona.browser.submit(fiona.tell("company", "departments").form("/setup/people"), **ROW | typed)
    assert (page.status, told in page.text) == (422, True)
    assert emails(fiona.console) is None
    form = page.form("/setup/people")
    assert {name: form[name] for name in typed if name != "department-0"} == {
        name: value for name, value in typed.items() if name != "department-0"
    }


def test_what_is_typed_is_added_to_what_is_there(fiona: Fiona) -> None:
    page = fiona.tell("company", "departments", "people")
    page = fiona.browser.submit(
        page.form("/setup/people"),
        **row(1, name="Ole", email="ole@initech.test", supervisor_email="ida@initech.test"),
    )
    assert emails(fiona.console) == ["ida@initech.test", "ole@initech.test"]
    assert "Reports to Ida Indian" in page.text


def test_somebody_is_changed_and_taken_out(fiona: Fiona) -> None:
    fiona.tell("company", "departments", "list")
    page = fiona.browser.open("/setup/people?change=lena@initech.test")
    page = fiona.browser.submit(page.form("/setup/people"), **row(0, email="lena.lead@initech.test", role="admin"))
    assert "Administrator" in page.text
    assert emails(fiona.console) == ["lena.lead@initech.test", "ole@initech.test"]
    leader = "select draft #>> '{people,people,1,supervisor_email}' from setup_drafts"
    assert fiona.console.look(leader) == "lena.lead@initech.test"
    fiona.browser.submit(page.form("/setup/people/remove"))
    assert emails(fiona.console) == ["ole@initech.test"]
    assert fiona.console.look("select draft #>> '{people,people,0,supervisor_email}' from setup_drafts") is None


def test_a_list_is_taken_with_its_departments(fiona: Fiona) -> None:
    page = fiona.tell("company")
    page = fiona.browser.submit(page.form("/setup/departments"), names="sales")
    page = fiona.browser.submit(page.form("/setup/people/list"), list=LIST)
    assert "2 people in the list" in page.text
    assert fiona.console.look("select draft #> '{departments,names}' from setup_drafts") == ["sales", "Support"]
    again = fiona.browser.submit(page.form("/setup/people/list"), list=LIST)
    assert "2 people in the list" in again.text


def test_a_list_with_mistakes_is_told_line_by_line_and_adds_nobody(fiona: Fiona) -> None:
    page = fiona.tell("company", "departments", "people")
    wrong = "name,email,department\nAda,nobody,Sales\nBo,bo@initech.test,Moon\nIda,ida@initech.test,Sales"
    page = fiona.browser.submit(page.form("/setup/people/list"), list=wrong, create=None)
    assert page.status == 422
    assert "2 things are to be mended. Nobody was added yet." in page.text
    assert "Line 2 email This is not an e-mail address." in page.text
    assert "Line 3 department There is no department “Moon” yet." in page.text
    assert page.form("/setup/people/list")["list"].replace("\r", "") == wrong
    assert emails(fiona.console) == ["ida@initech.test"]


def test_a_list_may_come_as_a_file(fiona: Fiona) -> None:
    page = fiona.tell("company", "departments")
    page = fiona.browser.upload(page.form("/setup/people/list"), "file", ("\ufeff" + LIST).encode())
    assert "2 people in the list" in page.text
    assert emails(fiona.console) == ["lena@initech.test", "ole@initech.test"]


def test_people_whose_department_goes_are_given_another(fiona: Fiona) -> None:
    fiona.tell("company", "departments", "list")
    page = fiona.browser.open("/setup/departments")
    page = fiona.browser.submit(page.form("/setup/departments"), names="Support\nField")
    assert page.path == "/setup/people"
    assert "1 person of “Sales”" in page.text
    page = fiona.browser.submit(page.form("/setup/people/move"), **row(0, to="Field"))
    assert "2 people in the list" in page.text
    assert fiona.console.look("select draft #>> '{people,people,0,department}' from setup_drafts") == "Field"


def test_a_long_list_is_shown_page_by_page(fiona: Fiona) -> None:
    page = fiona.tell("company", "departments")
    many = "name,email\n" + "\n".join(f"Person {n},person{n}@initech.test" for n in range(1200))
    page = fiona.browser.submit(page.form("/setup/people/list"), list=many)
    assert "1 to 50 of 1,200" in page.text
    assert ("Later", "/setup/people?from=50") in page.read.links
    assert "person1199@initech.test" in fiona.browser.open("/setup/people?from=1150").text
    assert len(page.html) < 150_000


def typed_in(step: str, name: str) -> dict[str, Any]:
    """A form of the wizard, filled in with a name."""
    people = row(0, name=name, email=f"{name}@initech.test")
    return {"company": {"name": name}, "departments": {"names": f"Sales\n{name}"}, "people": people}[step]


@pytest.mark.parametrize("step", ["company", "departments", "people"])
def test_of_two_windows_the_second_is_told_and_keeps_what_it_typed(fiona: Fiona, step: str) -> None:
    fiona.tell("company", "departments", "people")
    first, second = (fiona.browser.open(f"/setup/{step}") for _ in range(2))
    typed = typed_in(step, "second")
    fiona.browser.submit(first.form(f"/setup/{step}"), **typed_in(step, "first"))
    page = fiona.browser.submit(second.form(f"/setup/{step}"), **typed)
    assert (page.status, "in another window" in page.text) == (422, True)
    form = page.form(f"/setup/{step}")
    assert {name: form[name].replace("\r", "") for name in typed} == typed
    assert fiona.browser.submit(form).status == 200


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"display_name": ""}, "Please fill this in"),
        ({"monday_start": "18:00"}, "should be later than the start"),
        ({"tuesday_end": "late"}, "both times like 09:00"),
        ({f"{day}_on": None for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}, "At least one day"),
    ],
)
def test_a_launch_that_is_wrong_is_none(fiona: Fiona, change: dict[str, Any], told: str) -> None:
    page = fiona.tell("company", "departments", "people", "people/done")
    page = fiona.browser.submit(page.form("/setup/launch"), **{"display_name": "Fiona", "job_title": "Boss"} | change)
    assert (page.status, told in page.text) == (422, True)
    assert page.form("/setup/launch")["job_title"] == "Boss"
    assert fiona.console.look("select count(*) from organizations where name = 'Initech'") == 0


def test_a_launch_that_is_sent_twice_is_one(fiona: Fiona) -> None:
    page = fiona.tell("company", "departments", "people", "people/done")
    form = page.form("/setup/launch")
    first, second = (fiona.browser.submit(form, display_name="Fiona") for _ in range(2))
    assert [first.path, second.path] == ["/setup/done"] * 2
    assert fiona.console.look("select count(*) from organizations where name = 'Initech'") == 1


def test_everything_that_is_typed_is_escaped(fiona: Fiona) -> None:
    evil = "<script>alert(1)</script>"
    page = fiona.tell()
    page = fiona.browser.submit(page.form("/setup/company"), **COMPANY | {"name": evil})
    page = fiona.browser.submit(page.form("/setup/departments"), names=evil)
    page = fiona.browser.submit(page.form("/setup/people"), **row(0, name=evil, email="a@b.test", department=evil))
    launch = fiona.browser.submit(page.form("/setup/people/done"))
    done = fiona.browser.submit(launch.form("/setup/launch"), display_name=evil)
    for each in (page, launch, done):
        assert not re.search(r"<script>alert", each.html)
