"""The org chart as an admin's client sees it: a tree of any depth, in one statement."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, LiteralString
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from common import db
from tests.conftest import Database
from tests.functions.conftest import Answer, Client
from tests.people import ACME, FIELD, People, Person
from tests.wire import CountingProxy
from vizdots.org_chart import OrgChart

ROUTE = "/api/admin/org-chart"
MANY = 10_000


@dataclass(frozen=True)
class Staff:
    """People who are hired on top of those of tests/people.py."""

    connection: psycopg.Connection[Any]

    def hire(self, name: str | None, under: UUID | None = None, **columns: object) -> UUID:
        """Somebody new; their member id."""
        hired = uuid4()
        made = {"id": hired, "org_id": ACME, "user_id": hired, "display_name": name, "supervisor": under, **columns}
        made.setdefault("status", "active")
        statement = sql.SQL("insert into organization_members ({}) values ({})").format(
            sql.SQL(", ").join(map(sql.Identifier, made)), sql.SQL(", ").join(map(sql.Placeholder, made))
        )
        self.connection.execute(statement, made)
        return hired

    def many(self, leader: LiteralString) -> str:
        """Ten thousand at once: `leader` of `n` is the one above. The id of the first."""
        member: LiteralString = "('cccccccc-0000-4000-8000-' || lpad(({})::text, 12, '0'))::uuid"
        self.connection.execute(
            "insert into organization_members (id, org_id, user_id, supervisor, display_name, job_title, status)"  # noqa: S608 - made of our own text alone
            f" select {member.format('n')}, %s, {member.format('n')},"
            f" case when n > 1 then {member.format(leader)} end, 'Person ' || lpad(n::text, 5, '0'), 'Technician',"
            " 'active' from generate_series(1, %s) n",
            (ACME, MANY),
        )
        return "cccccccc-0000-4000-8000-000000000001"


@pytest.fixture
def staff(populated: Database) -> Iterator[Staff]:
    """Hires people."""
    with psycopg.connect(populated.admin_url, autocommit=True) as connection:
        yield Staff(connection)


def drawn(answer: Answer) -> list[str]:
    """The tree as lines: a name, indented by its depth."""
    assert answer.status == 200, answer.body
    OrgChart.model_validate(answer.body)
    return ["  " * each["depth"] + each["display_name"] for each in answer.body["items"]]


def of(answer: Answer, name: str) -> Any:
    return next(each for each in answer.body["items"] if each["display_name"] == name)


def test_a_team_is_a_tree_in_the_order_of_a_walk(adam: Client, people: People) -> None:
    answer = adam.get(ROUTE)
    assert drawn(answer) == ["Olivia Owner", "  Adam Admin", "  Mara Manager", "    Ana Alba", "    Carl Colleague"]
    assert of(answer, "Mara Manager") == {
        "id": str(people.her_manager.member_id),
        "display_name": "Mara Manager",
        "job_title": "Field lead",
        "department": "Field",
        "level": "manager",
        "status": "active",
        "depth": 1,
        "supervisor_id": str(people.owner.member_id),
        "direct_reports": 2,
        "all_reports": 2,
    }
    assert (of(answer, "Olivia Owner")["direct_reports"], of(answer, "Olivia Owner")["all_reports"]) == (2, 4)
    assert (answer.body["people"], answer.body["next_cursor"], answer.body["above"]) == (5, None, [])


def test_people_whom_nobody_leads_are_tops_and_sorted_among_them(adam: Client, staff: Staff) -> None:
    staff.hire("zoe")
    staff.hire(None, invited_email="bea@acme.test", status="invited", user_id=None)
    answer = adam.get(ROUTE, query="depth=0")
    assert drawn(answer) == ["bea@acme.test", "Olivia Owner", "zoe"]
    assert of(answer, "bea@acme.test")["status"] == "invited"


def test_those_of_whoever_has_left_hang_below_the_next_one_above(adam: Client, staff: Staff, people: People) -> None:
    gone = staff.hire("Gone", people.her_manager.member_id, status="inactive")
    gone_too = staff.hire("Gone Too", gone, status="inactive")
    staff.hire("Bert", gone_too)
    staff.hire("Berta", staff.hire("Gone Boss", status="inactive"))
    answer = adam.get(ROUTE)
    assert drawn(answer) == [
        "Berta",
        "Olivia Owner",
        "  Adam Admin",
        "  Mara Manager",
        "    Ana Alba",
        "    Bert",
        "    Carl Colleague",
    ]
    assert of(answer, "Bert")["supervisor_id"] == str(people.her_manager.member_id)
    assert of(answer, "Berta")["supervisor_id"] is None
    assert of(answer, "Mara Manager")["all_reports"] == 3


def test_a_root_shows_their_own_tree_and_who_is_above(adam: Client, people: People) -> None:
    answer = adam.get(ROUTE, query=f"root={people.her_manager.member_id}")
    assert drawn(answer) == ["Mara Manager", "  Ana Alba", "  Carl Colleague"]
    assert answer.body["people"] == 3
    assert answer.body["above"] == [{"id": str(people.owner.member_id), "display_name": "Olivia Owner"}]
    alone = adam.get(ROUTE, query=f"root={people.ana.member_id}")
    assert drawn(alone) == ["Ana Alba"]
    assert [each["display_name"] for each in alone.body["above"]] == ["Olivia Owner", "Mara Manager"]


def test_what_is_cut_is_counted_all_the_same(adam: Client) -> None:
    answer = adam.get(ROUTE, query="depth=1")
    assert drawn(answer) == ["Olivia Owner", "  Adam Admin", "  Mara Manager"]
    assert of(answer, "Mara Manager")["all_reports"] == 2
    assert answer.body["people"] == 5


def test_a_large_chart_comes_in_pages(adam: Client) -> None:
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = adam.get(ROUTE, query=f"limit=2{cursor and '&cursor='}{cursor}")
        seen += drawn(page)
        cursor = page.body["next_cursor"]
    assert seen == drawn(adam.get(ROUTE))


@pytest.mark.parametrize("levels", [1, 2, 60])
def test_a_chain_of_any_depth_is_walked_to_its_end(adam: Client, staff: Staff, levels: int) -> None:
    top = under = staff.hire("0")
    for level in range(1, levels):
        under = staff.hire(str(level), under)
    answer = adam.get(ROUTE, query=f"root={top}")
    assert [(each["display_name"], each["depth"]) for each in answer.body["items"]] == [
        (str(level), level) for level in range(levels)
    ]
    assert [each["all_reports"] for each in answer.body["items"]] == list(range(levels - 1, -1, -1))
    last = adam.get(ROUTE, query=f"root={under}")
    assert [each["display_name"] for each in last.body["above"]] == [str(level) for level in range(levels - 1)]


LAYOUTS: dict[str, LiteralString] = {
    "seven to a team": "(n - 2) / 7 + 1",
    "all under one": "1",
    "each under the one before": "n - 1",
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_ten_thousand_people_are_one_statement(
    adam: Client, staff: Staff, populated: Database, monkeypatch: pytest.MonkeyPatch, layout: str
) -> None:
    root = staff.many(LAYOUTS[layout])
    with CountingProxy(populated.functions_url) as wire:
        monkeypatch.setenv("DATABASE_URL", wire.url)
        db.close()
        adam.get(ROUTE, query="depth=0")  # opens the connection
        before = wire.trips
        answer = adam.get(ROUTE, query=f"root={root}")
        assert wire.trips - before == 1
        db.close()

    items = answer.body["items"]
    assert (len(items), answer.body["people"], answer.body["next_cursor"]) == (MANY, MANY, None)
    assert items[0]["all_reports"] == MANY - 1
    below = {each["id"]: each["all_reports"] for each in items}
    counted = dict.fromkeys(below, 0)
    path: list[str] = []
    for each in items:  # a walk: everybody comes right behind who leads them, or behind somebody of theirs
        del path[each["depth"] :]
        assert each["supervisor_id"] == (path[-1] if path else None)
        path.append(each["id"])
        if len(path) > 1:
            counted[path[-2]] += 1
    assert counted == {each["id"]: each["direct_reports"] for each in items}
    for each in reversed(items):  # from the bottom up, everybody's are their reports and those of theirs
        if each["supervisor_id"]:
            below[each["supervisor_id"]] -= each["all_reports"] + 1
    assert set(below.values()) == {0}


# ---- who may, and what is refused --------------------------------------------------------------------------------


def test_only_who_runs_the_organisation_sees_it(signed_in: Callable[[Person], Client], people: People) -> None:
    for person in (people.ana, people.her_manager):
        answer = signed_in(person).get(ROUTE)
        assert (answer.status, answer.body["code"]) == (403, "admins_only")
    assert signed_in(people.owner).get(ROUTE).status == 200


def test_nobody_sees_the_chart_of_others(signed_in: Callable[[Person], Client], people: People) -> None:
    stranger = signed_in(people.stranger)
    assert drawn(stranger.get(ROUTE)) == ["Stella Stranger"]
    answer = stranger.get(ROUTE, query=f"root={people.ana.member_id}")
    assert (answer.status, answer.body["code"]) == (404, "member_not_found")


def test_whoever_has_left_is_no_root(adam: Client, people: People) -> None:
    assert adam.get(ROUTE, query=f"root={people.former.member_id}").status == 404


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("root=x", "invalid_fields"),
        ("depth=-1", "invalid_fields"),
        ("depth=x", "invalid_fields"),
        ("depth=99999999999999999999", "invalid_fields"),
        ("limit=0", "invalid_fields"),
        ("limit=10001", "invalid_fields"),
        ("cursor=x", "invalid_cursor"),
        ("cursor=-1", "invalid_cursor"),
        ("cursor=", "invalid_cursor"),
        ("cursor=9999999999", "invalid_cursor"),
        ("cursor=%D9%A3", "invalid_cursor"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(adam: Client, query: str, code: str) -> None:
    answer = adam.get(ROUTE, query=query)
    assert (answer.status, answer.body["code"]) == (422, code)


def test_a_department_is_told_by_its_present_name(adam: Client) -> None:
    adam.patch("/api/admin/departments", {"id": str(FIELD), "name": "Outside"})
    assert of(adam.get(ROUTE), "Ana Alba")["department"] == "Outside"
