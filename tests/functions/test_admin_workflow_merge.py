"""Two workflows that may be one: merged, with all that is told and said of them, or kept apart."""

from collections.abc import Callable
from typing import Any

import pytest

from common import db
from tests.functions.conftest import Answer, Client, Look
from tests.people import NOBODY, People, Person
from tests.tellings import Tellers
from tests.wire import CountingProxy
from vizdots.outputs import WorkflowMapper
from vizdots.workflows import discovery
from vizdots.workflows.merging import KeptApart
from vizdots.workflows.reading import Workflow

ROUTE = "/api/admin/workflows"
MERGE, APART = f"{ROUTE}/merge", f"{ROUTE}/apart"


@pytest.fixture
def visit(tellers: Tellers, people: People) -> str:
    """Ana has told of a visit: call, drive, report."""
    return tellers.workflow(people.ana, "call", "drive", "report", tools=("SAP",))


@pytest.fixture
def trip(tellers: Tellers, people: People, visit: str) -> str:
    """Two others have told of a trip, which resembles a visit: call, drive, report, refuel, by phone."""
    trip = tellers.workflow(
        people.colleague,
        "call",
        "drive",
        "report",
        "refuel",
        name="Trip",
        tools=("Phone",),
        resembles=visit,
        similarity=0.6,
    )
    tellers.tell(people.her_manager, "call", "drive", "report", "refuel", workflow=trip, tools=("Phone",))
    return trip


def shown(client: Client, workflow: str) -> dict[str, Any]:
    answer = client.get(f"{ROUTE}/{workflow}")
    assert answer.status == 200, answer.body
    body: dict[str, Any] = answer.body
    return body


def merge(client: Client, source: str, target: str, **headers: str) -> Answer:
    return client.post(MERGE, {"id": source, "into": target}, headers=headers)


def test_all_that_is_told_of_the_one_counts_for_the_other(
    adam: Client, look: Look, people: People, visit: str, trip: str
) -> None:
    assert [it["id"] for it in shown(adam, visit)["resembles"]] == [trip]
    note = {"workflow_id": trip, "note_type": "policy", "note_text": "Photos first."}
    assert adam.post(f"{ROUTE}/notes", note).status == 201
    assert adam.post(f"{ROUTE}/overrides", {"workflow_id": trip, "corrections": {}}).status == 201
    named = {"workflow_id": trip, "description": "At night", "is_allowed": False}
    assert adam.post(f"{ROUTE}/variants", named).status == 201

    answer = merge(adam, trip, visit, **{"if-match": shown(adam, trip)["etag"]})

    assert answer.status == 200, answer.body
    Workflow.model_validate(answer.body)
    whole = answer.body
    assert answer.headers["etag"] == f'"{whole["etag"]}"'
    assert (whole["id"], whole["name"], whole["also_known_as"]) == (visit, "Visit", ["Trip"])
    assert [(it["number"], it["by"]) for it in whole["versions"]] == [(2, "system"), (1, "ai")]
    assert [it["key"] for it in whole["model"]["steps"]] == ["call", "drive", "report", "refuel"]
    assert [it["note_text"] for it in whole["notes"]] == ["Photos first."]
    assert (whole["override"], whole["resembles"]) == (None, [])
    variants = {it["variant_key"]: it["is_allowed"] for it in whole["variants"]}
    assert variants.pop("named:at-night") is False
    assert variants == {}  # most people refuel, and phone
    assert [it["name"] for it in adam.get(ROUTE, query="status=all").body["items"]] == ["Visit"]
    assert adam.get(f"{ROUTE}/{trip}").body["code"] == "workflow_not_found"
    assert look("select count(*) from workflow_tellings where workflow_id = %s", visit) == 3


def test_where_the_one_differs_is_a_variant_of_the_other(
    adam: Client, tellers: Tellers, people: People, visit: str, trip: str
) -> None:
    for person in (people.admin, people.owner):
        tellers.tell(person, "call", "drive", "report", workflow=visit, tools=("SAP",))

    whole = merge(adam, trip, visit).body

    assert [it["number"] for it in whole["versions"]] == [1]
    variants = {it["variant_key"]: (it["is_allowed"], it["source"]) for it in whole["variants"]}
    assert variants == {"added:refuel": (None, "system"), "other_tool:phone:sap": (None, "system")}


def test_a_merger_is_on_record(adam: Client, look: Look, people: People, visit: str, trip: str) -> None:
    assert merge(adam, trip, visit).status == 200

    told = look(
        "select jsonb_object_agg(entity_type || ' ' || action, after) from audit_log"
        " where actor_id = %s and scope = 'organization'",
        people.admin.id,
    )

    assert told["workflows updated"] == {"status": "archived", "merged_into": visit}
    assert told["workflow_resemblances updated"] == {"decision": "merged"}
    assert told["workflow_versions created"]["created_by_type"] == "system"
    assert told["workflow_variants created"]["source"] == "system"
    assert look("select app.verify_audit_log(%s)", people.acme) is None


def test_what_was_called_by_the_old_name_leads_to_the_new_one(
    adam: Client, tellers: Tellers, people: People, visit: str, trip: str
) -> None:
    merge(adam, trip, visit)

    with db.reading(db.Scope("authenticated", people.ana.claims)) as opened:
        known = opened.value("select jsonb_agg(to_jsonb(w)) from app.known_workflows(%(org)s) w", org=people.acme)
    told = discovery.told(WorkflowMapper(workflow_name="Trip", steps=["Call", "Drive"]), known)

    assert told is not None
    assert (told["workflow_id"], told["matched_by"]) == (visit, "key")
    assert tellers.workflow(people.ana, "call", name="Trip", day="2026-02-10") == visit  # whoever didn't know it, too


def test_what_was_merged_goes_on_with_what_it_was_merged_into(
    adam: Client, tellers: Tellers, people: People, visit: str, trip: str
) -> None:
    merge(adam, trip, visit)
    tour = tellers.workflow(people.admin, "call", name="Tour")
    assert merge(adam, visit, tour).body["also_known_as"] == ["Trip", "Visit"]
    assert tellers.workflow(people.ana, "call", name="Trip", day="2026-02-10") == tour


def test_what_a_private_dot_tells_moves_and_stays_private(
    adam: Client, tellers: Tellers, people: People, look: Look, visit: str, trip: str
) -> None:
    secret = tellers.tell(people.owner, "call", "knit", workflow=trip, private=True)

    told = merge(adam, trip, visit).body

    assert look("select workflow_id::text from workflow_tellings where dot_id = %s", secret) == visit
    assert "knit" not in str(told).casefold()
    seen = look("select json_agg(a.after) from audit_log a where scope = 'organization' or actor_id = %s", NOBODY)
    assert "knit" not in str(seen)
    assert look("select count(*) from workflow_variants where variant_key = 'added:knit'") == 0


def test_a_merger_of_what_isnt_what_was_seen_is_refused(adam: Client, olivia: Client, visit: str, trip: str) -> None:
    seen = shown(adam, trip)["etag"]
    assert olivia.patch(ROUTE, {"id": trip, "name": "Tour"}).status == 200
    answer = merge(adam, trip, visit, **{"if-match": seen})
    assert (answer.status, answer.body["code"]) == (412, "stale")
    assert len(adam.get(ROUTE).body["items"]) == 2


def test_a_merger_that_is_sent_twice_is_done_once(adam: Client, look: Look, visit: str, trip: str) -> None:
    first, again = (merge(adam, trip, visit, **{"idempotency-key": "one"}) for _ in range(2))
    assert (first.status, first.body) == (200, again.body)
    assert look("select count(*) from workflow_versions where created_by_type = 'system'") == 1
    without_a_key = merge(adam, trip, visit)
    assert (without_a_key.status, without_a_key.body["code"]) == (404, "workflow_not_found")


def test_a_merger_is_three_round_trips_since_python_says_what_the_ways_are(
    adam: Client, wire: CountingProxy, visit: str, trip: str
) -> None:
    adam.get(ROUTE)  # opens the connection
    before = wire.trips
    assert merge(adam, trip, visit, **{"idempotency-key": "one"}).status == 200
    assert wire.trips - before == 3


def test_a_workflow_is_merged_into_nothing_that_isnt_there(
    adam: Client, tellers: Tellers, people: People, visit: str, trip: str
) -> None:
    theirs = tellers.workflow(people.stranger, "call", name="Theirs")
    secret = tellers.workflow(people.ana, "knit", name="Secret", private=True, day="2026-02-10")
    for source, target in ((trip, theirs), (theirs, trip), (trip, secret), (secret, trip), (trip, str(NOBODY))):
        answer = merge(adam, source, target)
        assert (answer.status, answer.body["code"]) == (404, "workflow_not_found")
    itself = merge(adam, trip, trip)
    assert (itself.status, itself.body["code"]) == (422, "merged_into_itself")


@pytest.mark.parametrize("body", [{}, {"id": str(NOBODY)}, {"id": "x", "into": str(NOBODY)}, {"id": 1, "into": 2}])
def test_a_merger_that_is_none_is_refused(adam: Client, body: object) -> None:
    answer = adam.post(MERGE, body)
    assert (answer.status, answer.body["code"]) == (422, "invalid_fields")


# ---- kept apart --------------------------------------------------------------------------------------------------


def test_two_that_are_two_are_not_asked_about_again(
    adam: Client, look: Look, people: People, visit: str, trip: str
) -> None:
    answer = adam.post(APART, {"id": visit, "other_id": trip})

    assert answer.status == 200, answer.body
    KeptApart.model_validate(answer.body)
    for workflow in (visit, trip):
        assert shown(adam, workflow)["resembles"] == []
    assert [it["questions"] for it in adam.get(ROUTE).body["items"]] == [0, 0]
    again = adam.post(APART, {"id": trip, "other_id": visit})
    assert again.status == 200
    assert look(
        "select json_agg(json_build_array(actor_id, after)) from audit_log where entity_type = 'workflow_resemblances'"
    ) == [[str(people.admin.id), {"decision": "apart"}]]
    assert merge(adam, trip, visit).status == 200  # somebody may think better of it


def test_what_nobody_has_asked_has_no_answer(
    adam: Client, signed_in: Callable[[Person], Client], people: People, visit: str, trip: str
) -> None:
    strangers = signed_in(people.stranger)
    for client, other in ((adam, str(NOBODY)), (adam, visit), (strangers, trip)):
        answer = client.post(APART, {"id": visit, "other_id": other})
        assert (answer.status, answer.body["code"]) == (404, "question_not_found")


def test_two_of_which_one_is_no_id_are_refused(adam: Client) -> None:
    answer = adam.post(APART, {"id": str(NOBODY), "other_id": "x"})
    assert (answer.status, answer.body["errors"][0]["path"]) == (422, "body.other_id")
