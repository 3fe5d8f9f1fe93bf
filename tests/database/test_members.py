"""Members by raw SQL: what the list costs, and what the tables keep whatever a client sends."""

from typing import Any, Final

import psycopg
import pytest

from tests.conftest import Database
from tests.people import ACME, FIELD, People, Person, acting
from vizdots import members

Connection = psycopg.Connection[Any]

MANY: Final = 10_000
A_PAGE: Final = 52  # rows: fifty, the one that says that there are more, and one that a window looks ahead
EVERYBODY: Final = {"search": None, "department_id": None, "role": None, "level": None, "status": "all", "limit": 50}


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    """Every node of a plan."""
    return [plan, *(node for child in plan.get("Plans", []) for node in nodes(child))]


@pytest.fixture
def crowded(populated: Database) -> Connection:
    """A connection to a database in which Acme has ten thousand people and Globex as many."""
    with psycopg.connect(populated.admin_url, autocommit=True) as connection:
        connection.execute("set session_replication_role = replica")  # nobody need keep a record of these
        connection.execute(
            "insert into organization_members (org_id, display_name, invited_email, supervisor, department_id)"
            " select org, md5(n::text), n || '@many.test', boss, department"
            " from generate_series(1, %s) n, (values (%s::uuid, %s::uuid, %s::uuid), (%s, null, null)) as"
            " o (org, boss, department)",
            (MANY, ACME, People().her_manager.member_id, FIELD, People().globex),
        )
        connection.execute("analyze organization_members")
    return psycopg.connect(populated.functions_url)


def explained(db: Connection, who: Person, **asked: Any) -> list[dict[str, Any]]:
    """The nodes of the plan by which a page of members was found, as it ran."""
    with acting(db, "authenticated", who):
        statement = "explain (analyze, buffers, format json) " + members.LIST
        row = db.execute(statement.encode(), EVERYBODY | {"cursor": None} | asked).fetchone()
    assert row is not None
    return nodes(row[0][0]["Plan"])


def test_a_page_of_ten_thousand_is_read_off_an_index(crowded: Connection, people: People) -> None:
    with crowded:
        found = explained(crowded, people.admin)
    by_name = [node for node in found if node.get("Index Name") == "members_by_name"]
    assert [node["Actual Rows"] <= A_PAGE for node in by_name] == [True]
    assert not [node for node in found if node["Node Type"] == "Seq Scan" and node["Actual Loops"]]
    assert all(node["Actual Rows"] <= A_PAGE for node in found if "Sort" in node["Node Type"])


def test_the_last_page_is_in_the_order_of_the_index_too(crowded: Connection, people: People) -> None:
    with crowded:
        with acting(crowded, "authenticated", people.admin):
            near_the_end = (
                "select id from app.members where org_id = %s order by sort_name desc, id desc offset 60 limit 1"
            )
            (cursor,) = crowded.execute(near_the_end, (ACME,)).fetchone() or (None,)
        found = explained(crowded, people.admin, cursor=cursor)
    by_name = [node for node in found if node.get("Index Name") == "members_by_name"]
    assert [node["Actual Rows"] <= A_PAGE for node in by_name] == [True]
    assert all(node["Actual Rows"] <= A_PAGE for node in found if "Sort" in node["Node Type"])


def test_another_organisations_people_cost_nothing(crowded: Connection, people: People) -> None:
    with crowded:
        found = explained(crowded, people.stranger, search="nobody is called so")
    (by_name,) = [node for node in found if node.get("Index Name") == "members_by_name"]
    assert by_name["Rows Removed by Filter"] == MANY + 1
