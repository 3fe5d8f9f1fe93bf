"""An admin imports people from a file: first told everything that is wrong with it, then all of it or nothing."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from common import db
from tests.functions.conftest import Answer, Client, Look
from tests.people import People, Person
from tests.wire import CountingProxy
from vizdots import roster
from vizdots.roster_import import MOST_TOLD, Report

HEADER = "name,email,job_title,department,supervisor_email,is_supervisor"
THREE = f"""{HEADER}
Nora New,nora@acme.test,Dispatcher,Office,olivia@acme.test,
Nils New,nils@acme.test,Driver,Fleet,nora@acme.test,no
Ana Again,ANA@acme.test,Somebody else,Nowhere,nobody@acme.test,
"""
TEN_THOUSAND = roster.MOST_ROWS
MEMBERS = "select count(*) from organization_members"


def send(client: Client, text: str | bytes, query: str = "", *, key: str | None = None) -> Answer:
    """Send a file."""
    headers = {"content-type": "text/csv"} | ({"idempotency-key": key} if key else {})
    body = text if isinstance(text, bytes) else text.encode()
    return client.send("POST", "/api/admin/members/import", query=query, body=body, headers=headers)


def everything(look: Look) -> Any:
    """What an import might write."""
    return look(
        "select row((select count(*) from organization_members), (select count(*) from departments),"
        " (select count(*) from email_logs), (select count(*) from audit_log),"
        " (select count(*) from app.idempotency_keys))::text"
    )


def company(size: int = TEN_THOUSAND) -> list[list[str]]:
    """A company as a tree, eight below each; its people by line, that of the header left out."""
    return [
        [
            f"Person {n}",
            f"p{n}@acme.test",
            "Technician",
            f"Team {n % 50}",
            f"p{(n - 1) // 8}@acme.test" if n else "",
            "",
        ]
        for n in range(size)
    ]


def as_csv(people: list[list[str]]) -> str:
    """The file of these people."""
    return "\r\n".join([HEADER, *(",".join(fields) for fields in people)])


# ---- the dry run -----------------------------------------------------------------------------------------------------


def test_a_dry_run_says_what_would_happen_and_writes_nothing(adam: Client, look: Look) -> None:
    before = everything(look)

    answer = send(adam, THREE, "create_departments=true")

    assert answer.status == 200
    assert Report.model_validate(answer.body) == Report(
        dry_run=True,
        rows=3,
        new=2,
        already_members=1,
        already_member_lines=[4],
        departments_to_create=["Fleet"],
        problems_found=0,
        problems=[],
        imported=0,
        invited=0,
    )
    assert everything(look) == before


def test_departments_that_there_are_not_are_asked_about(adam: Client) -> None:
    answer = send(adam, THREE)

    assert answer.body["departments_to_create"] == ["Fleet"]
    assert answer.body["problems"] == [
        {
            "line": 3,
            "column": "department",
            "code": "unknown_department",
            "message": "There is no department “Fleet” yet.",
            "facts": {"value": "Fleet"},
        }
    ]


def test_a_file_in_another_encoding_is_told_to_be_one(adam: Client) -> None:
    answer = send(adam, "name,email\nZoë,zoe@acme.test\n".encode("latin-1"))

    assert answer.status == 200
    assert [(it["line"], it["code"]) for it in answer.body["problems"]] == [(2, "not_utf8")]


def planted() -> tuple[list[list[str]], list[tuple[int, str]]]:
    """Ten thousand people with fifty errors of ten kinds, five of each, and where they are."""
    people, errors = company(), []

    def plant(nth: int, code: str, column: int, value: str) -> None:
        people[nth][column] = value
        errors.append((nth + 2, code))

    for n in range(5):
        at = 5_000 + 900 * n  # leaves: nobody's supervisor, so that no error makes another one
        plant(at + 1, "missing_name", 0, " ")
        plant(at + 2, "missing_email", 1, "")
        plant(at + 3, "invalid_email", 1, f"p{n} at acme.test")
        plant(at + 4, "duplicate_email", 1, f"P{at + 40}@ACME.test")
        plant(at + 5, "unknown_supervisor", 4, f"nobody{n}@acme.test")
        plant(at + 6, "supervises_themself", 4, f"p{at + 6}@acme.test")
        plant(at + 7, "supervisors_in_a_circle", 4, f"p{at + 8}@acme.test")
        people[at + 8][4] = f"p{at + 7}@acme.test"
        plant(at + 9, "invalid_is_supervisor", 5, "perhaps")
        plant(at + 10, "too_long", 2, "t" * 201)
        people[at + 11].pop()
        errors.append((at + 13, "wrong_number_of_fields"))
    # Of two lines with the same address, the later one is told.
    errors = [(line + 36 if code == "duplicate_email" else line, code) for line, code in errors]
    return people, sorted(errors)


def test_fifty_errors_of_ten_kinds_in_ten_thousand_lines_are_all_told_and_nothing_is_written(
    adam: Client, look: Look
) -> None:
    people, errors = planted()
    assert (len(errors), len({code for _, code in errors})) == (50, 10)
    before = everything(look)

    checked = send(adam, as_csv(people), "create_departments=true")
    meant = send(adam, as_csv(people), "create_departments=true&dry_run=false", key="once")

    assert checked.body["problems_found"] == 50
    assert [(it["line"], it["code"]) for it in checked.body["problems"]] == errors
    assert all(it["message"] for it in checked.body["problems"])
    assert (meant.status, meant.body["code"], meant.body["problems_found"]) == (422, "roster_has_problems", 50)
    assert [(int(it["path"].split(".")[0]), it["type"]) for it in meant.body["errors"]] == errors
    assert everything(look) == before


def test_of_very_many_problems_the_first_thousand_are_told_and_how_many_there_are(adam: Client) -> None:
    text = "name,email\n" + "Nobody,nowhere\n" * 2_500

    checked, meant = send(adam, text), send(adam, text, "dry_run=false")

    for answer, listed in ((checked, "problems"), (meant, "errors")):
        assert answer.body["problems_found"] == 2_500 + 2_499  # each after the first is a duplicate, too
        assert len(answer.body[listed]) == MOST_TOLD


# ---- the import ------------------------------------------------------------------------------------------------------


def test_people_come_in_with_their_places_and_are_invited(adam: Client, people: People, look: Look) -> None:
    answer = send(adam, THREE, "create_departments=true&dry_run=false")

    assert answer.status == 200, answer.body
    report = Report.model_validate(answer.body)
    assert (report.dry_run, report.new, report.imported, report.invited) == (False, 2, 2, 2)
    assert (report.already_members, report.already_member_lines, report.departments_to_create) == (1, [4], ["Fleet"])
    assert look(
        "select array_agg(concat_ws('|', m.display_name, m.job_title, d.name, b.display_name, m.role, m.level,"
        " m.status, m.invite_status, m.has_direct_reports) order by m.invited_email) from organization_members m"
        " join departments d on d.id = m.department_id join organization_members b on b.id = m.supervisor"
        " where m.org_id = %s and m.invited_email like 'n%%'",
        people.acme,
    ) == [
        "Nils New|Driver|Fleet|Nora New|member|ic|invited|pending|f",
        "Nora New|Dispatcher|Office|Olivia Owner|member|ic|invited|pending|t",
    ]
    assert look("select array_agg(to_address order by to_address) from email_logs where template = 'invitation'") == [
        "nils@acme.test",
        "nora@acme.test",
    ]
    assert look("select display_name from organization_members where invited_email = 'ana@acme.test'") == "Ana Alba"


def test_people_may_come_in_without_being_invited_yet(adam: Client, look: Look) -> None:
    answer = send(adam, THREE, "create_departments=true&dry_run=false&invite=false")

    assert (answer.body["imported"], answer.body["invited"]) == (2, 0)
    assert look("select count(*) from email_logs") == 0
    assert look("select count(*) from organization_members where invite_expires_at is not null") == 0


def test_a_department_is_the_one_that_there_is_however_it_is_written(adam: Client, look: Look) -> None:
    text = (
        "name,email,department\nNora,nora@acme.test,oFFice\nNils,nils@acme.test,Straße\nNele,nele@acme.test,STRASSE\n"
    )

    assert send(adam, text, "dry_run=false&create_departments=true").body["departments_to_create"] == ["Straße"]
    assert look("select count(*) from departments") == 3
    assert look(
        "select array_agg(d.name order by m.invited_email) from organization_members m"
        " join departments d on d.id = m.department_id where m.display_name like 'N%'"
    ) == ["Straße", "Straße", "Office"]


def test_who_says_they_supervise_is_a_supervisor_before_anybody_reports_to_them(adam: Client, look: Look) -> None:
    send(adam, "name,email,is_supervisor\nNora,nora@acme.test,TRUE\nNils,nils@acme.test,\n", "dry_run=false")

    assert look("select display_name from organization_members where has_direct_reports and user_id is null") == "Nora"


def test_a_clean_file_of_ten_thousand_comes_in_once(adam: Client, people: People, look: Look) -> None:
    text = as_csv(company())

    first, second = (send(adam, text, "dry_run=false&create_departments=true") for _ in range(2))

    assert (first.status, first.body["imported"], first.body["invited"]) == (200, TEN_THOUSAND, TEN_THOUSAND)
    assert (second.body["imported"], second.body["already_members"]) == (0, TEN_THOUSAND)
    assert len(second.body["already_member_lines"]) == MOST_TOLD
    assert look("select count(*) from email_logs") == TEN_THOUSAND
    assert look("select count(*) from audit_log where entity_type = 'organization_members'") == TEN_THOUSAND + 7
    assert look("select app.verify_audit_log(%s)", people.acme) is None


def test_a_file_sent_twice_at_the_same_time_comes_in_once(adam: Client, people: People, look: Look) -> None:
    text = as_csv(company(2_000))
    together = threading.Barrier(2)

    def at_once(_: int) -> Answer:
        together.wait()
        try:
            return send(adam, text, "dry_run=false&create_departments=true")
        finally:
            db.close()

    before = look(MEMBERS)
    with ThreadPoolExecutor(2) as threads:
        answers = [*threads.map(at_once, range(2))]

    assert [it.status for it in answers] == [200, 200], [it.body for it in answers]
    assert sorted(it.body["imported"] for it in answers) == [0, 2_000]
    assert sorted(it.body["already_members"] for it in answers) == [0, 2_000]
    assert look(MEMBERS) == before + 2_000
    assert look("select count(*) from email_logs") == 2_000
    assert look("select count(*) from departments") == 2 + 50
    assert look("select app.verify_audit_log(%s)", people.acme) is None


def test_a_file_sent_again_with_its_key_gets_its_answer_again(adam: Client, look: Look) -> None:
    answers = [send(adam, THREE, "dry_run=false&create_departments=true", key="a key") for _ in range(2)]

    assert answers[0].body["imported"] == 2
    assert answers[1].body == answers[0].body
    assert look("select count(*) from email_logs") == 2


def test_what_has_changed_since_it_was_checked_is_found_by_the_database(
    adam: Client, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(roster, "check", lambda *_, **__: [])
    before = everything(look)

    for line in ("Nora,nora@acme.test,Gone,", "Nora,nora@acme.test,,gone@acme.test"):
        monkeypatch.setattr(roster, "new_departments", lambda *_: [])
        answer = send(adam, f"name,email,department,supervisor_email\n{line}\n", "dry_run=false")
        assert (answer.status, answer.body["code"]) == (409, "roster_outdated")

    circle = "name,email,supervisor_email\nA,a@acme.test,b@acme.test\nB,b@acme.test,a@acme.test\n"
    answer = send(adam, circle, "dry_run=false")
    assert (answer.status, answer.body["code"]) == (422, "supervisors_in_a_circle")
    assert everything(look) == before


# ---- who, and how ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "dry_run=false"])
def test_only_admins_import(
    signed_in: Callable[[Person], Client], nobody: Client, people: People, look: Look, query: str
) -> None:
    text = "name,email\nNora,nora@acme.test\n"
    before = everything(look)

    for person in (people.ana, people.her_manager, people.former):
        assert send(signed_in(person), text, query).status == 403
    assert send(nobody, text, query).status == 401
    assert everything(look) == before


def test_strangers_import_into_their_own_organisation_and_see_nobody_of_another(
    signed_in: Callable[[Person], Client], people: People, look: Look
) -> None:
    text = "name,email,department,supervisor_email\nAna,ana@acme.test,Field,mara@acme.test\n"

    answer = send(signed_in(people.stranger), text)

    assert answer.body["new"] == 1
    assert [it["code"] for it in answer.body["problems"]] == ["unknown_department", "unknown_supervisor"]
    assert send(signed_in(people.stranger), "name,email\nAna,ana@acme.test\n", "dry_run=false").body["imported"] == 1
    assert look("select org_id from organization_members where display_name = 'Ana'") == people.globex


def test_another_content_type_is_refused(adam: Client, nobody: Client) -> None:
    assert adam.post("/api/admin/members/import", {"name": "Nora"}).status == 415
    assert nobody.post("/api/admin/members/import", {"name": "Nora"}).status == 401


def test_a_larger_file_than_we_take_is_refused(adam: Client) -> None:
    assert send(adam, b"n" * (roster.MOST_BYTES + 1)).status == 413


@pytest.mark.parametrize(
    "content", [b"", b"\x00", b"\xff\xfe\x00", b'"', b"\r", "\ud800".encode(errors="surrogatepass")]
)
def test_what_is_no_file_is_told_to_be_none_and_is_no_error_of_ours(adam: Client, content: bytes) -> None:
    assert send(adam, content).body["problems_found"] == 1
    assert send(adam, content, "dry_run=false").body["code"] == "roster_has_problems"


@pytest.mark.parametrize(("query", "delimiter"), [("", ","), ("delimiter=semicolon", ";"), ("delimiter=tab", "\t")])
def test_the_template_opens_in_a_spreadsheet_and_no_cell_of_it_is_a_formula(
    adam: Client, query: str, delimiter: str
) -> None:
    answer = adam.get("/api/admin/members/import", query=query)

    assert answer.status == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["content-disposition"] == 'attachment; filename="vizdots-people.csv"'
    assert answer.body == "\ufeff" + HEADER.replace(",", delimiter) + "\r\n"
    assert not any(cell[:1] in "=+-@\t\r" for cell in answer.body.strip("\ufeff\r\n").split(delimiter))
    assert send(adam, answer.body).body["problems"] == []
    assert adam.get("/api/admin/members/import", query="delimiter=pipe").status == 422


def test_a_dry_run_is_one_round_trip_and_an_import_is_two(wire: CountingProxy, adam: Client, nobody: Client) -> None:
    for query, trips in (("", 1), ("dry_run=false&create_departments=true", 2)):
        assert nobody.get("/api/health").status == 200
        before = wire.trips
        assert send(adam, THREE, query, key="a key").status == 200
        assert wire.trips - before == trips
