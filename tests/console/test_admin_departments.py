"""The pages of departments, as an admin's browser without a script uses them."""

from uuid import UUID

import pytest

from tests.console.conftest import Console, Page, Visitor
from tests.console.test_injection import PAYLOADS, foreign, ready
from tests.people import ACME, FIELD, NOBODY, OFFICE, People

LIST = "/admin/departments"
FIELDS = f"{LIST}/{FIELD}"
EMPTY = UUID("aaaaaaaa-d000-4000-8000-000000000003")


@pytest.fixture
def empty(console: Console) -> str:
    """The page of a department that nobody is in."""
    console.look("insert into departments (id, org_id, name) values (%s, %s, 'Empty') returning 1", EMPTY, ACME)
    return f"{LIST}/{EMPTY}"


def listed(page: Page) -> list[str]:
    return [text for text, href in page.read.links if href.startswith(f"{LIST}/")]


def test_departments_are_listed_with_how_many_people_are_in_them(adam: Visitor) -> None:
    page = adam.open(LIST)
    assert (page.status, listed(page)) == (200, ["Field", "Office"])
    assert "Field 3 people" in page.text
    assert "Office 2 people" in page.text


def test_the_first_department_is_asked_for_kindly(console: Console, people: People) -> None:
    console.look(
        "insert into user_profiles (org_id, user_id, confirmed_at) values (%s, %s, now()) returning 1",
        people.globex,
        people.stranger.id,
    )
    page = console.signed_in(people.stranger).open(LIST)
    assert "No department yet" in page.text
    assert page.form(LIST)["name"] == ""


def test_a_department_is_added_once(adam: Visitor) -> None:
    form = adam.open(LIST).form(LIST)
    page = adam.submit(form, name=" Workshop ")
    assert "The department is there." in page.text
    adam.submit(form, name=" Workshop ")
    assert listed(adam.open(LIST)) == ["Field", "Office", "Workshop"]


@pytest.mark.parametrize(
    ("name", "status", "told"),
    [
        ("", 422, "Please fill this in."),
        ("\u200b", 422, "can be read"),
        ("x" * 201, 422, "too long"),
        ("fIELD", 409, "There is a department of that name already."),
    ],
)
def test_a_name_that_cannot_be_is_told_by_its_field(adam: Visitor, name: str, status: int, told: str) -> None:
    for path, action in ((LIST, LIST), (f"{LIST}/{OFFICE}", f"{LIST}/{OFFICE}/rename")):
        page = adam.submit(adam.open(path).form(action), name=name)
        assert page.status == status
        assert "#field-name" in page.html
        assert told in page.text
        assert page.form(action)["name"] == name


def test_a_department_is_renamed(adam: Visitor) -> None:
    page = adam.submit(adam.open(FIELDS).form(f"{FIELDS}/rename"), name="Outside")
    assert (page.path, "It has its new name." in page.text) == (FIELDS, True)
    assert listed(adam.open(LIST)) == ["Office", "Outside"]


def test_who_is_late_is_told_keeps_what_they_typed_and_may_insist(adam: Visitor, olivia: Visitor) -> None:
    late = adam.open(FIELDS).form(f"{FIELDS}/rename")
    olivia.submit(olivia.open(FIELDS).form(f"{FIELDS}/rename"), name="Outside")

    page = adam.submit(late, name="Field service")

    assert page.status == 412
    assert "Somebody else has changed this since you opened it." in page.text
    assert "<h1>Outside</h1>" in page.html
    again = page.form(f"{FIELDS}/rename")
    assert again["name"] == "Field service"
    assert listed(adam.open(LIST)) == ["Office", "Outside"]
    assert adam.submit(again).status == 200
    assert listed(adam.open(LIST)) == ["Field service", "Office"]


def test_a_merge_leads_to_where_everybody_is(adam: Visitor, console: Console) -> None:
    page = adam.submit(adam.open(FIELDS).form(f"{FIELDS}/merge"), merge_into=str(OFFICE))
    assert page.path == f"{LIST}/{OFFICE}"
    assert "Merged: everybody is here now." in page.text
    assert "5 people" in page.text
    assert listed(adam.open(LIST)) == ["Office"]
    assert listed(adam.open(f"{LIST}?closed=yes")) == ["Field", "Office"]
    gone = adam.open(FIELDS)
    assert "It was merged into another department on" in gone.text
    assert ("Where its people went", f"{LIST}/{OFFICE}") in gone.read.links
    assert not [form for form in gone.read.forms if form.action.startswith(LIST)]
    assert console.look("select count(*) from member_role_history where field = 'department_id'") == 4


@pytest.mark.parametrize("sent", ["", "x", str(FIELD), str(NOBODY)])
def test_a_merge_into_nowhere_is_told(adam: Visitor, sent: str, console: Console) -> None:
    page = adam.submit(adam.open(FIELDS).form(f"{FIELDS}/merge"), merge_into=sent)
    assert page.status == 422
    assert "#field-merge_into" in page.html
    assert console.look("select count(*) from member_role_history") == 0


def test_who_merges_what_was_renamed_meanwhile_is_told_first(adam: Visitor, olivia: Visitor) -> None:
    late = adam.open(FIELDS).form(f"{FIELDS}/merge")
    olivia.submit(olivia.open(FIELDS).form(f"{FIELDS}/rename"), name="Outside")
    page = adam.submit(late, merge_into=str(OFFICE))
    assert (page.status, page.form(f"{FIELDS}/merge")["merge_into"]) == (412, str(OFFICE))
    assert listed(adam.open(LIST)) == ["Office", "Outside"]


def test_an_empty_department_is_removed_and_one_with_people_is_not(adam: Visitor, empty: str) -> None:
    page = adam.open(FIELDS)
    assert not [form for form in page.read.forms if form.action.endswith("/remove")]
    assert "once nobody is in it" in page.text
    page = adam.submit(adam.open(empty).form(f"{empty}/remove"))
    assert (page.path, "The department is removed." in page.text) == (LIST, True)
    assert adam.open(empty).status == 404
    assert listed(adam.open(f"{LIST}?closed=yes")) == ["Field", "Office"]


def test_whoever_came_before_the_button_was_pressed_keeps_the_department(
    adam: Visitor, console: Console, empty: str, people: People
) -> None:
    form = adam.open(empty).form(f"{empty}/remove")
    console.look(
        "update organization_members set department_id = %s where id = %s returning 1", EMPTY, people.ana.member_id
    )
    page = adam.submit(form)
    assert page.status == 409
    assert "Somebody else has changed this since you opened it." in page.text
    assert "1 person" in page.text


def test_many_departments_come_in_pages(adam: Visitor, console: Console) -> None:
    console.look(
        "insert into departments (org_id, name) select %s, 'Team ' || n from generate_series(1, 60) n returning 1", ACME
    )
    page = adam.open(LIST)
    further = next(href for text, href in page.read.links if text == "More departments")
    assert len(listed(page)) == 50
    assert len({*listed(page), *listed(adam.open(further))}) == 62
    assert adam.open(f"{LIST}?cursor=x").status == 422


# ---- who may ---------------------------------------------------------------------------------------------------------


def test_a_member_is_told_that_it_is_not_theirs(console: Console, people: People) -> None:
    ready(console, people.ana)
    ana = console.signed_in(people.ana)
    for path in (LIST, FIELDS):
        page = ana.open(path)
        assert page.status == 403
        assert "Field" not in page.text


def test_the_departments_of_others_are_not_there(adam: Visitor, console: Console, people: People) -> None:
    theirs = console.look("insert into departments (org_id, name) values (%s, 'Theirs') returning id", people.globex)
    assert adam.open(f"{LIST}/{theirs}").status == 404
    form = adam.open(FIELDS).form(f"{FIELDS}/rename")
    form.action = f"{LIST}/{theirs}/rename"
    assert adam.submit(form, name="Mine").status == 404
    assert console.look("select name from departments where id = %s", theirs) == "Theirs"


@pytest.mark.parametrize("do", ["", "/rename", "/merge", "/remove"])
def test_no_other_site_sends_these_forms(adam: Visitor, console: Console, do: str) -> None:
    path = LIST if not do else f"{FIELDS}{do}"
    page = adam.post(path, {"name": "Forged", "merge_into": str(OFFICE)}, origin="https://evil.test")
    assert page.status == 403
    page = adam.post(path, {"name": "Forged", "merge_into": str(OFFICE), "form_token": "x.y"})
    assert page.status == 403
    assert console.look("select count(*) from departments where name = 'Forged' or closed_at is not null") == 0


def test_whatever_a_department_is_called_is_text(adam: Visitor, console: Console) -> None:
    wrong = []
    for text in PAYLOADS:
        console.look("update departments set name = %s where id = %s returning 1", text, FIELD)
        pages = [adam.open(path) for path in (LIST, FIELDS, f"{LIST}/{OFFICE}", "/admin/org-chart")]
        pages.append(adam.submit(pages[0].form(LIST), name=text))
        wrong += [f"{page.path}: {text}: {it}" for page in pages for it in foreign(page.read)]
        wrong += [f"{page.path} hides {text}" for page in pages if " ".join(text.split()) not in page.text]
    assert wrong == []
