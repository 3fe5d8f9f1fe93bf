"""Departments as an admin's client looks after them: listed, added, renamed, merged, removed."""

import json
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from common import db
from tests.conftest import Database
from tests.functions.conftest import Answer, Client, Look
from tests.people import ACME, FIELD, OFFICE, People, Person
from tests.wire import CountingProxy
from vizdots.departments import Department
from vizdots.pages import Page

ROUTE = "/api/admin/departments"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


def add(client: Client, name: str) -> str:
    """The id of a new department."""
    answer = client.post(ROUTE, {"name": name})
    assert answer.status == 201, answer.body
    added: str = answer.body["id"]
    return added


def remove(client: Client, department: object, **headers: str) -> Answer:
    return client.send("DELETE", ROUTE, query=f"id={department}", headers=headers)


def etag_of(client: Client, department: object) -> str:
    found = client.get(ROUTE, query="limit=200").body["items"]
    etag: str = next(each["etag"] for each in found if each["id"] == str(department))
    return etag


def names(answer: Answer) -> list[str]:
    return [each["name"] for each in answer.body["items"]]


def test_an_admin_sees_the_departments_by_name_and_who_is_in_them(adam: Client, look: Look) -> None:
    look(
        "insert into organization_members (org_id, department_id, invited_email) values"
        " ((select org_id from departments where id = %s), %s, 'new@acme.test') returning 1",
        FIELD,
        FIELD,
    )
    add(adam, "accounting")

    answer = adam.get(ROUTE)

    Page[Department].model_validate(answer.body)
    assert names(answer) == ["accounting", "Field", "Office"]
    assert [each["people"] for each in answer.body["items"]] == [
        {"active": 0, "invited": 0},
        {"active": 3, "invited": 1},
        {"active": 2, "invited": 0},
    ]


def test_a_long_list_comes_in_pages_each_department_once(adam: Client) -> None:
    for name in ("alpha", "Beta", "gamma: 1", "Ökologie"):
        add(adam, name)
    seen, cursor = [], ""
    while cursor is not None:
        page = adam.get(ROUTE, query=f"limit=2{cursor and '&cursor='}{cursor}")
        seen += names(page)
        cursor = page.body["next_cursor"]
    assert len(seen) == 6
    assert seen[:5] == ["alpha", "Beta", "Field", "gamma: 1", "Office"]


def test_a_page_goes_on_where_the_department_that_ended_the_one_before_has_been_removed(adam: Client) -> None:
    last = add(adam, "Alpha")
    add(adam, "Beta")
    cursor = adam.get(ROUTE, query="limit=1").body["next_cursor"]
    assert remove(adam, last).status == 200

    assert names(adam.get(ROUTE, query=f"limit=1&cursor={cursor}")) == ["Beta"]


@pytest.mark.parametrize("cursor", ["garbage", "", "%00", f"{UNKNOWN}", f"{UNKNOWN}:%00", "x:y", "9" * 300])
def test_a_cursor_that_we_didnt_give_out_is_refused(adam: Client, cursor: str) -> None:
    answer = adam.get(ROUTE, query=f"cursor={cursor}")
    assert (answer.status, answer.body["code"]) == (422, "invalid_cursor")


# ---- adding and renaming -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Field", "fIELD", "  field "])
def test_no_two_open_departments_have_one_name(adam: Client, name: str) -> None:
    answer = adam.post(ROUTE, {"name": name})
    assert (answer.status, answer.body["code"]) == (409, "already_exists")
    answer = adam.patch(ROUTE, {"id": str(OFFICE), "name": name})
    assert (answer.status, answer.body["code"]) == (409, "already_exists")


@pytest.mark.parametrize("body", [{}, {"name": ""}, {"name": " "}, {"name": "x" * 201}, {"name": "a\x00"}, {"name": 1}])
def test_a_name_that_is_none_is_refused_by_its_field(adam: Client, body: object) -> None:
    answer = adam.post(ROUTE, body)
    assert (answer.status, answer.body["errors"][0]["path"]) == (422, "body.name")


def test_a_department_that_is_added_twice_with_one_key_is_there_once(adam: Client) -> None:
    key = {"idempotency-key": "one"}
    first, again = (adam.post(ROUTE, {"name": "New"}, headers=key) for _ in range(2))
    assert (first.status, first.body) == (again.status, again.body)
    assert names(adam.get(ROUTE)).count("New") == 1


def test_a_rename_is_told_with_its_new_etag(adam: Client) -> None:
    answer = adam.patch(ROUTE, {"id": str(FIELD), "name": "Field service"})
    assert (answer.status, answer.body["name"], answer.body["people"]["active"]) == (200, "Field service", 3)
    assert answer.headers["etag"] == f'"{etag_of(adam, FIELD)}"'


def test_a_name_may_change_in_its_capitals_alone(adam: Client) -> None:
    assert adam.patch(ROUTE, {"id": str(FIELD), "name": "FIELD"}).body["name"] == "FIELD"


def test_the_second_of_two_admins_is_told_and_overwrites_nothing(adam: Client, olivia: Client) -> None:
    seen = {"if-match": f'"{etag_of(adam, FIELD)}"'}
    assert olivia.patch(ROUTE, {"id": str(FIELD), "name": "Outside"}, headers=seen).status == 200

    for late in (
        adam.patch(ROUTE, {"id": str(FIELD), "name": "Field service"}, headers=seen),
        adam.patch(ROUTE, {"id": str(FIELD), "merge_into": str(OFFICE)}, headers=seen),
        remove(adam, FIELD, **seen),
    ):
        assert (late.status, late.body["code"]) == (412, "stale")
    assert names(adam.get(ROUTE)) == ["Office", "Outside"]


def test_people_who_come_and_go_make_no_name_stale(adam: Client, look: Look, people: People) -> None:
    seen = {"if-match": etag_of(adam, FIELD)}
    look("update organization_members set department_id = null where id = %s returning 1", people.ana.member_id)
    assert adam.patch(ROUTE, {"id": str(FIELD), "name": "Outside"}, headers=seen).status == 200


@pytest.mark.parametrize(
    "body",
    [
        {"id": str(FIELD)},
        {"id": str(FIELD), "name": "x", "merge_into": str(OFFICE)},
        {"name": "x"},
        {"id": "x", "name": "x"},
        {"id": str(FIELD), "merge_into": "x"},
        {"id": str(FIELD), "name": "x", "org_id": UNKNOWN},
    ],
)
def test_a_change_is_one_of_one_department(adam: Client, body: object) -> None:
    answer = adam.patch(ROUTE, body)
    assert (answer.status, answer.body["code"]) == (422, "invalid_fields")


# ---- merging -----------------------------------------------------------------------------------------------------


def test_a_merge_moves_everybody_and_every_workflow_and_writes_it_down(
    adam: Client, look: Look, people: People
) -> None:
    look(
        "insert into workflows (org_id, workflow_key, display_name, department_id) values (%s, 'visit', 'Visit', %s)"
        " returning 1",
        people.acme,
        OFFICE,
    )

    answer = adam.patch(ROUTE, {"id": str(OFFICE), "merge_into": str(FIELD)})

    assert answer.status == 200
    assert (answer.body["merged_into"], answer.body["people"]) == (str(FIELD), {"active": 0, "invited": 0})
    assert names(adam.get(ROUTE)) == ["Field"]
    assert adam.get(ROUTE).body["items"][0]["people"]["active"] == 5
    assert look("select count(*) from organization_members where department_id = %s", FIELD) == 6  # Fred has left
    assert look("select department_id from workflows") == FIELD
    assert look("select count(*) from member_role_history where field = 'department_id'") == 2
    assert look("select bool_and(changed_by = %s) from member_role_history", people.admin.id) is True
    assert look("select after from audit_log where entity_type = 'departments' and action = 'updated'") == {
        "merged_into": str(FIELD)
    }


def test_what_was_merged_is_listed_only_for_who_asks(adam: Client) -> None:
    adam.patch(ROUTE, {"id": str(OFFICE), "merge_into": str(FIELD)})
    told = adam.get(ROUTE, query="include_closed=true")
    assert names(told) == ["Field", "Office"]
    assert told.body["items"][1]["merged_into"] == str(FIELD)
    assert told.body["items"][1]["closed_at"] is not None


def test_what_was_merged_is_over(adam: Client) -> None:
    adam.patch(ROUTE, {"id": str(OFFICE), "merge_into": str(FIELD)})
    for late in (
        adam.patch(ROUTE, {"id": str(OFFICE), "name": "Again"}),
        adam.patch(ROUTE, {"id": str(OFFICE), "merge_into": str(FIELD)}),
        remove(adam, OFFICE),
    ):
        assert (late.status, late.body["code"]) == (404, "department_not_found")
    into = adam.patch(ROUTE, {"id": str(FIELD), "merge_into": str(OFFICE)})
    assert (into.status, into.body["code"]) == (404, "merge_target_not_found")
    assert add(adam, "Office")  # its name is free again


def test_nothing_is_merged_into_itself(adam: Client) -> None:
    answer = adam.patch(ROUTE, {"id": str(FIELD), "merge_into": str(FIELD)})
    assert (answer.status, answer.body["code"]) == (422, "merged_into_itself")


def test_an_admin_moves_an_owner_with_their_department_but_not_by_hand(adam: Client, look: Look) -> None:
    assert adam.patch(ROUTE, {"id": str(OFFICE), "merge_into": str(FIELD)}).status == 200
    assert look("select department_id from organization_members where role = 'owner' and org_id = %s", ACME) == FIELD


# ---- removing ----------------------------------------------------------------------------------------------------


def test_a_department_with_people_stays_and_says_how_many(adam: Client) -> None:
    answer = remove(adam, FIELD)
    assert (answer.status, answer.body["code"], answer.body["people"]) == (409, "department_not_empty", 3)
    assert names(adam.get(ROUTE)) == ["Field", "Office"]


def test_whether_somebody_ever_spoke_there_can_not_be_told_from_a_removal(
    adam: Client, ana: Client, check_in: str, look: Look, people: People
) -> None:
    """Ana has spoken in one of two departments: for the admins, the two go alike, and both are gone alike."""
    for said in ("4, a good week", "3, and my limit is far away: low"):
        ana.post(f"{check_in}/messages", {"message": said})
    assert look("select department_id from answers") == FIELD
    silent = add(adam, "Silent")
    look("update organization_members set department_id = %s where department_id = %s returning 1", OFFICE, FIELD)

    told = [(each, remove(adam, each)) for each in (silent, FIELD)]

    for department, answer in told:
        assert (answer.status, answer.body) == (200, {"id": str(department)})
        again = remove(adam, department)
        assert (again.status, again.body["code"]) == (404, "department_not_found")
    assert names(adam.get(ROUTE, query="include_closed=true")) == ["Office"]
    traces = look(
        "select json_agg(json_build_array(action, before ? 'name', after) order by seq) from audit_log"
        " where entity_type = 'departments' and entity_id = any (%s) and action <> 'created'",
        [UUID(silent), FIELD],
    )
    assert traces == [["deleted", True, None]] * 2
    assert look("select count(*) from answers where department_id = %s", FIELD) == 1  # the fact stands


def test_whoever_has_left_is_in_no_department_when_theirs_is_removed(adam: Client, look: Look, people: People) -> None:
    department = add(adam, "Former")
    look(
        "update organization_members set department_id = %s where id = %s returning 1",
        department,
        people.former.member_id,
    )
    assert remove(adam, department).status == 200
    assert look("select department_id from organization_members where id = %s", people.former.member_id) is None


def test_one_key_removes_one_department(adam: Client) -> None:
    first, second = add(adam, "First"), add(adam, "Second")
    answers = [remove(adam, each, **{"idempotency-key": "k"}) for each in (first, first, second)]
    assert [each.status for each in answers] == [200, 200, 422]
    assert "Second" in names(adam.get(ROUTE))


@pytest.mark.parametrize("query", ["", "id=", "id=x", "id=%00", f"id={UNKNOWN}&id={UNKNOWN}"])
def test_what_is_no_id_is_refused(adam: Client, query: str) -> None:
    answer = adam.send("DELETE", ROUTE, query=query)
    assert answer.status in (404, 422)
    assert "id" in json.dumps(answer.body)


def test_a_read_is_one_round_trip_and_a_write_are_two(
    adam: Client, populated: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = add(adam, "New")
    asks: dict[str, Callable[[], Answer]] = {
        "list": lambda: adam.get(ROUTE),
        "add": lambda: adam.post(ROUTE, {"name": "Newer"}, headers={"idempotency-key": "k"}),
        "rename": lambda: adam.patch(ROUTE, {"id": made, "name": "Newest"}, headers={"idempotency-key": "l"}),
        "merge": lambda: adam.patch(ROUTE, {"id": str(OFFICE), "merge_into": made}),
        "remove": lambda: remove(adam, add(adam, "Old")),
    }
    with CountingProxy(populated.functions_url) as wire:
        monkeypatch.setenv("DATABASE_URL", wire.url)
        db.close()
        counted = {}
        for name, ask in asks.items():
            adam.get(ROUTE)  # opens the connection
            before = wire.trips
            assert ask().status < 300
            counted[name] = wire.trips - before
        db.close()
    assert counted == {"list": 1, "add": 2, "rename": 2, "merge": 2, "remove": 4}  # the last one adds one, too


# ---- who may -----------------------------------------------------------------------------------------------------


def test_only_who_runs_the_organisation_may(ana: Client, signed_in: Callable[[Person], Client], people: People) -> None:
    for person in (people.ana, people.her_manager):
        client = signed_in(person)
        for answer in (
            client.get(ROUTE),
            client.post(ROUTE, {"name": "New"}),
            client.patch(ROUTE, {"id": str(FIELD), "name": "New"}),
            client.patch(ROUTE, {"id": str(OFFICE), "merge_into": str(FIELD)}),
            remove(client, OFFICE),
        ):
            assert (answer.status, answer.body["code"]) == (403, "admins_only")


def test_the_departments_of_others_are_not_there(
    adam: Client, signed_in: Callable[[Person], Client], people: People
) -> None:
    stranger = signed_in(people.stranger)
    theirs = add(stranger, "Field")
    for answer in (
        adam.patch(ROUTE, {"id": theirs, "name": "Mine"}),
        adam.patch(ROUTE, {"id": theirs, "merge_into": str(FIELD)}),
        remove(adam, theirs),
        adam.patch(ROUTE, {"id": str(uuid4()), "name": "Mine"}),
    ):
        assert (answer.status, answer.body["code"]) == (404, "department_not_found")
    into = adam.patch(ROUTE, {"id": str(FIELD), "merge_into": theirs})
    assert (into.status, into.body["code"]) == (404, "merge_target_not_found")
    assert names(stranger.get(ROUTE)) == ["Field"]


def test_nobody_asks_without_a_token(nobody: Client) -> None:
    assert nobody.get(ROUTE).status == 401
    assert remove(nobody, FIELD).status == 401
