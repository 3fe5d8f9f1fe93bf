"""Importing people on pages: choose a file, see what is in it, take it in; all of it without a script."""

import pytest

from tests.console.conftest import Console, Page, Visitor
from tests.people import People
from vizdots import roster

IMPORT = "/admin/members/import"
CONFIRM = f"{IMPORT}/confirm"
TWO = b"name,email,department,supervisor_email\nNora,nora@acme.test,Office,olivia@acme.test\nAna,ana@acme.test,,\n"
FLEET = b"name;email;department\nNora;nora@acme.test;Fleet\n"
IMPORTED = "select count(*) from organization_members where user_id is null"


def check(visitor: Visitor, content: bytes) -> Page:
    """Choose a file."""
    return visitor.upload(visitor.open(IMPORT).form(IMPORT), "file", content)


def take_in(visitor: Visitor, report: Page, **values: str | None) -> Page:
    """Say yes to what was found; the page after it isn't looked at."""
    form = report.form(CONFIRM)
    return visitor.send("POST", CONFIRM, form.filled(**values))


def test_a_file_is_checked_looked_at_and_taken_in(console: Console, adam: Visitor) -> None:
    report = check(adam, TWO)
    assert report.status == 200
    assert "new people1 members already1 new departments0" in report.text
    assert "They change nothing: 3" in report.text
    assert console.look(IMPORTED) == 0

    done = take_in(adam, report)
    assert (done.status, done.location) == (303, "/admin/members")
    assert console.look(IMPORTED) == 1
    assert console.look("select to_address from email_logs") == "nora@acme.test"
    assert "The people of your file are in." in adam.open(IMPORT).text


def test_what_is_sent_twice_is_taken_in_once(console: Console, adam: Visitor) -> None:
    report = check(adam, TWO)
    assert [take_in(adam, report).status for _ in range(2)] == [303, 303]
    assert (console.look(IMPORTED), console.look("select count(*) from email_logs")) == (1, 1)


def test_people_may_come_in_without_being_invited_yet(console: Console, adam: Visitor) -> None:
    assert take_in(adam, check(adam, TWO), invite=None).status == 303
    assert (console.look(IMPORTED), console.look("select count(*) from email_logs")) == (1, 0)


def test_new_departments_are_asked_about(console: Console, adam: Visitor) -> None:
    report = check(adam, FLEET)
    assert "A department in your file isn’t there yet: Fleet" in report.text
    asked_again = take_in(adam, report, invite=None)
    assert asked_again.status == 422
    assert "Please tick this, or correct the departments in your file." in asked_again.text
    assert console.look(IMPORTED) == 0
    assert "invite" not in dict(asked_again.form(CONFIRM).fields)  # as it was left

    assert take_in(adam, asked_again, create_departments="on").status == 303
    assert console.look("select name from departments order by created_at desc, id limit 1") == "Fleet"


def test_every_problem_is_told_with_its_line_and_nothing_can_be_taken_in(console: Console, adam: Visitor) -> None:
    report = check(adam, b'name,email,is_supervisor\n,nora@acme.test,\n"<b>N</b>",nowhere,perhaps\n')
    assert report.status == 422
    assert "There are 3 problems in your file." in report.text
    assert "Line 2 name The name is missing." in report.text
    assert "Line 3 email This is not an e-mail address." in report.text
    assert CONFIRM not in report.html
    assert console.look(IMPORTED) == 0


def test_of_very_many_problems_the_first_are_shown_on_a_page_that_stays_small(adam: Visitor) -> None:
    report = check(adam, b"name,email\n" + b"Nobody,nowhere\n" * 5_000)
    assert "These are the first 200 of 9,999." in report.text
    assert len(report.html) < 60_000


def test_what_the_file_says_is_shown_as_text(adam: Visitor) -> None:
    report = check(adam, b"name,email,department\nN,n@acme.test,<script>alert(1)</script>\n")
    assert "<script>alert" not in report.html
    assert "<script>alert(1)</script>" in report.text


@pytest.mark.parametrize("content", [b"", b"name,email\n\xff,\n", b"shoes\n38\n", b"\x00\x01"])
def test_what_is_no_file_of_people_is_told_to_be_none(adam: Visitor, content: bytes) -> None:
    assert check(adam, content).status == 422


def test_a_form_without_a_file_asks_for_one(adam: Visitor) -> None:
    page = adam.submit(adam.open(IMPORT).form(IMPORT))
    assert page.status == 422
    assert "Please choose a file with people in it." in page.text


@pytest.mark.parametrize("packed", ["", "rubbish", "eJwDAAAAAAE=", "é"])
def test_a_file_that_we_have_not_packed_is_asked_for_once_more(adam: Visitor, packed: str) -> None:
    page = take_in(adam, check(adam, TWO), packed=packed)
    assert page.status == 422
    assert "Please choose the file once more." in page.text


def test_a_small_form_never_becomes_a_huge_file(adam: Visitor) -> None:
    from pages.admin.roster import _packed, _unpacked  # noqa: PLC0415 - a page's own, tried where it is used

    assert _unpacked(_packed(b"n" * roster.MOST_BYTES)) == b"n" * roster.MOST_BYTES
    assert _unpacked(_packed(b"n" * (roster.MOST_BYTES + 1))) is None


def test_what_has_changed_meanwhile_is_told(console: Console, adam: Visitor) -> None:
    report = check(adam, TWO)
    console.look("update departments set name = 'Elsewhere' where name = 'Office' returning 1")

    page = take_in(adam, report)

    assert page.status == 422
    assert "A department in your file isn’t there yet: Office" in page.text
    assert console.look(IMPORTED) == 0


def test_two_admins_with_the_same_file_bring_everybody_in_once(console: Console, adam: Visitor, people: People) -> None:
    olivia = console.signed_in(people.owner)
    hers, his = check(olivia, TWO), check(adam, TWO)

    assert [take_in(olivia, hers).status, take_in(adam, his).status] == [303, 303]
    assert (console.look(IMPORTED), console.look("select count(*) from email_logs")) == (1, 1)


def test_a_form_that_another_site_makes_up_is_refused(console: Console, adam: Visitor) -> None:
    report = check(adam, TWO)
    assert take_in(adam, report, form_token="forged").status == 403
    assert console.look(IMPORTED) == 0


def test_the_template_is_there_to_be_filled_in(adam: Visitor) -> None:
    for query, delimiter in (("", ","), ("?delimiter=semicolon", ";"), ("?delimiter=nonsense", ",")):
        page = adam.open(f"{IMPORT}/template{query}")
        assert page.headers["content-type"].startswith("text/csv")
        assert "attachment" in page.headers["content-disposition"]
        assert page.html.strip("\ufeff\r\n").split(delimiter) == [*roster.COLUMNS]


@pytest.mark.parametrize("path", [IMPORT, f"{IMPORT}/template"])
def test_only_admins_come_here(console: Console, people: People, path: str) -> None:
    assert console.visitor().open(path).path.startswith("/sign-in")
    assert console.signed_in(people.stranger).open(path).status == 200
    member = console.signed_in(people.ana)
    assert member.open(path).status != 200 or member.open(path).path != path
