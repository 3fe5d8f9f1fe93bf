"""Files of people: whatever spreadsheets write is understood, and whatever is wrong is told with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizdots import addresses, roster
from vizdots.roster import COLUMNS, MESSAGES, MOST_BYTES, MOST_NEW_DEPARTMENTS, MOST_ROWS, Row, check, read

HEADER = "name,email,job_title,department,supervisor_email,is_supervisor"
ANA = Row(2, "Ana Alba", "ana@acme.test", "Technician", "Field", "mara@acme.test", is_supervisor=False)


def codes(text: str | bytes) -> list[tuple[int, str | None, str]]:
    """Where and what is wrong with a file, among people who know nobody."""
    content = text if isinstance(text, bytes) else text.encode()
    return [(it.line, it.column, it.code) for it in check(read(content), departments=["Field"], members=set())]


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}\nAna Alba,ana@acme.test,Technician,Field,mara@acme.test,no\n",
        f"{HEADER}\r\nAna Alba,ANA@acme.test,Technician,Field,Mara@ACME.test,FALSE\r\n",
        f"{HEADER}\rAna Alba,ana@acme.test,Technician,Field,mara@acme.test,\r",
        f"\ufeff{HEADER}\nAna Alba,ana@acme.test,Technician,Field,mara@acme.test,0",
        f"{HEADER}\nAna Alba,ana@acme.test,Technician,Field,mara@acme.test,no\n".replace(",", ";"),
        f"{HEADER}\nAna Alba,ana@acme.test,Technician,Field,mara@acme.test,FALSCH\n".replace(",", "\t"),
        f'{HEADER}\n"Ana\nAlba","ana@acme.test","Technician","Field","mara@acme.test",""\n',
        f"{HEADER}\n Ana  Alba , ana@acme.test , Technician, Field, mara@acme.test\u00a0, no \n",
        f"{HEADER},,\nAna Alba,ana@acme.test,Technician,Field,mara@acme.test,no,,\n,,,,,,,\n\n",
        "Email,Name,Job title,DEPARTMENT,Supervisor-Email,is supervisor\n"
        "ana@acme.test,Ana Alba,Technician,Field,mara@acme.test,\n",
        '"name","email","job_title","department","supervisor_email","is_supervisor"\n'
        '"Ana Alba","ana@acme.test",Technician,Field,mara@acme.test,n\n',
    ],
    ids=[
        "lf",
        "crlf",
        "cr",
        "bom",
        "semicolon",
        "tab",
        "quoted-break",
        "blanks",
        "excel-tail",
        "other-order",
        "quoted",
    ],
)
def test_what_spreadsheets_write_is_understood(text: str) -> None:
    found = read(text.encode())
    assert (list(found.problems), list(found.rows)) == ([], [ANA])


def test_the_line_in_which_excel_names_its_separator_is_none_of_the_people() -> None:
    found = read(b"sep=;\r\nname;email\r\nAna, from the field;ana@acme.test\r\n")
    assert list(found.rows) == [Row(3, "Ana, from the field", "ana@acme.test")]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    text = 'name,email\n"Ana\nAlba",ana@acme.test\n\nCarl,nowhere\n'
    assert codes(text) == [(5, "email", "invalid_email")]


def test_only_name_and_email_are_needed() -> None:
    assert read(b"Email,Name\nana@acme.test,Ana\n").rows == [Row(2, "Ana", "ana@acme.test")]


@pytest.mark.parametrize("content", [b"", b"\n \n", "\ufeff".encode(), b"sep=;\n"])
def test_an_empty_file_is_told_to_be_one(content: bytes) -> None:
    assert codes(content) == [(1, None, "empty_file")]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("name,email\nAna,a@x.test\nZoë,z@x.test\n".encode("latin-1"), 3),
        ("name,email\nZoë,z@x.test\n".encode("utf-16"), 1),
        ("name,email\nZoe,z@x.test\n".encode("utf-16-le"), 1),
        ("name,email\nZo\ufffd,z@x.test\n".encode(), 2),
    ],
    ids=["latin-1", "utf-16", "utf-16 without a mark", "lost on the way"],
)
def test_another_encoding_is_named_as_what_is_wrong(content: bytes, line: int) -> None:
    assert codes(content) == [(line, None, "not_utf8")]


def test_the_first_line_names_columns_that_we_know_each_once() -> None:
    assert codes("name,shoe size,name\nAna,38,Ana\n") == [
        (1, None, "unknown_column"),
        (1, "name", "repeated_column"),
        (1, "email", "missing_column"),
    ]


def test_each_field_is_held_against_what_it_should_be() -> None:
    lines = [
        " \u200b,invisible@x.test,,,,",
        "No address,,,,,",
        "Two,ats@@x.test,,,,",
        f"{'n' * 201},long@x.test,,,,",
        "Bell\a,bell@x.test,,,,",
        "Maybe,maybe@x.test,,,,perhaps",
        "Short,short@x.test",
        "Wide,wide@x.test,,,,,more",
        '"Open"x,open@x.test,,,,',
        "Fine,fine@x.test,,,wide@x.test,ja",
    ]
    assert codes("\n".join([HEADER, *lines])) == [
        (2, "name", "missing_name"),
        (3, "email", "missing_email"),
        (4, "email", "invalid_email"),
        (5, "name", "too_long"),
        (6, "name", "unreadable_character"),
        (7, "is_supervisor", "invalid_is_supervisor"),
        (8, None, "wrong_number_of_fields"),
        (9, None, "wrong_number_of_fields"),
        (10, None, "broken_quotes"),
        (11, "is_supervisor", "invalid_is_supervisor"),
    ]


def test_a_quotation_mark_that_stays_open_is_told_with_what_it_swallowed() -> None:
    text = 'name,email,supervisor_email\nAna,ana@x.test,boss@x.test\n"Open,open@x.test,\nBoss,boss@x.test,\n'
    [problem] = check(read(text.encode()), departments=[], members=set())
    assert (problem.line, problem.code, problem.facts) == (3, "broken_quotes", {"last": 4})


def test_the_lines_are_held_against_each_other_and_against_who_is_there() -> None:
    text = f"""{HEADER}
Ana,ana@x.test,,Field,here@x.test,
Ana again,ANA@x.test,,FIELD,,
Carl,carl@x.test,,Garage,nobody@x.test,
Self,self@x.test,,,Self@x.test,
One,one@x.test,,,two@x.test,
Two,two@x.test,,,three@x.test,
Three,three@x.test,,,one@x.test,
Below,below@x.test,,,one@x.test,
Here,here@x.test,,Garage,ana@x.test,
"""
    found = check(read(text.encode()), departments=["Field"], members={"here@x.test"})
    assert [(it.line, it.code, it.message) for it in found] == [
        (3, "duplicate_email", "Line 2 has this address already."),
        (4, "unknown_department", "There is no department “Garage” yet."),
        (4, "unknown_supervisor", "Nobody here and nobody in this file has the address “nobody@x.test”."),
        (5, "supervises_themself", "Nobody supervises themself."),
        (6, "supervisors_in_a_circle", "These lines supervise each other in a circle: 6, 7, 8."),
    ]


def test_departments_that_will_be_created_are_no_problem_and_are_created_once() -> None:
    found = read(b"name,email,department\nA,a@x.test,New  Place\nB,b@x.test,new place\nC,c@x.test,FIELD\n")
    assert check(found, departments=["Field"], members=set(), create_departments=True) == []
    assert roster.new_departments(found.rows, ["Field"]) == ["New Place"]


def test_a_column_of_very_many_departments_is_taken_for_another_column() -> None:
    people = "".join(f"P{n},p{n}@x.test,D{n}\n" for n in range(MOST_NEW_DEPARTMENTS + 2))
    found = read(f"name,email,department\n{people}".encode())
    problems = check(found, departments=["D0"], members=set(), create_departments=True)
    assert [(it.line, it.code) for it in problems] == [(MOST_NEW_DEPARTMENTS + 3, "too_many_departments")]


def test_ten_thousand_people_are_taken_and_no_more() -> None:
    people = "".join(f"P{n},p{n}@x.test\n" for n in range(MOST_ROWS))
    assert len(read(f"name,email\n{people}\n\n".encode()).rows) == MOST_ROWS
    assert codes(f"name,email\n{people}Late,late@x.test\n") == [(MOST_ROWS + 2, None, "too_many_rows")]
    assert codes(b"n" * (MOST_BYTES + 1)) == [(1, None, "file_too_large")]


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("ana@acme.test", True),
        ("ana.o'neil+dots@mail.acme.test", True),
        ("ana@acme", False),
        ("ana..alba@acme.test", False),
        (".ana@acme.test", False),
        ("ana@-acme.test", False),
        ("ana alba@acme.test", False),
        ("ana@acme.test, carl@acme.test", False),
        ("<ana@acme.test>", False),
        ("a" * 65 + "@acme.test", False),
        ("ana@" + "a." * 130 + "test", False),
    ],
)
def test_an_address_is_one_that_mail_can_be_sent_to(address: str, is_one: bool) -> None:
    assert addresses.is_one(address) is is_one


def told(content: bytes) -> None:
    """Fail unless a file becomes people or problems that can be told."""
    found = read(content)
    for create in (True, False):
        for problem in check(found, departments=["Field"], members={"a@x.test"}, create_departments=create):
            assert problem.code in MESSAGES
            assert problem.message
            assert 1 <= problem.line <= content.count(b"\n") + content.count(b"\r") + 1
    assert all(len(row.name) < len(content) for row in found.rows)


@given(st.binary())
def test_any_bytes_are_people_or_problems(content: bytes) -> None:
    told(content)


FIELDS = st.one_of(
    st.sampled_from(["a@x.test", "b@x.test", "c@x.test", "Field", "Ana", "yes", "", '"', '"a\nb"', "\r", *COLUMNS]),
    st.text(max_size=8),
)


@given(st.sampled_from(",;\t"), st.lists(st.lists(FIELDS, min_size=1, max_size=7), max_size=12))
def test_anything_that_looks_like_a_file_is_people_or_problems(delimiter: str, lines: list[list[str]]) -> None:
    told("\n".join([HEADER.replace(",", delimiter), *map(delimiter.join, lines)]).encode(errors="replace"))
