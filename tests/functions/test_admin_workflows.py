"""Workflows as an admin's client finds them: listed, looked at, renamed, moved, archived, restored."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.functions.conftest import Answer, Client, Look
from tests.people import ACME, FIELD, NOBODY, OFFICE, People, Person
from tests.tellings import Tellers
from vizdots.pages import Page
from vizdots.workflows.reading import Workflow, WorkflowSummary

ROUTE = "/api/admin/workflows"
TOO_FEW = {"at_least": None, "reason": "too_few_people", "weeks": None}


def names(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.body
    return [each["name"] for each in answer.body["items"]]


def shown(client: Client, workflow: str) -> dict[str, Any]:
    """A workflow, whole."""
    answer = client.get(f"{ROUTE}/{workflow}")
    assert answer.status == 200, answer.body
    Workflow.model_validate(answer.body)
    assert answer.headers["etag"] == f'"{answer.body["etag"]}"'
    body: dict[str, Any] = answer.body
    return body


@pytest.fixture
def visit(tellers: Tellers, people: People) -> str:
    """Ana has told of a visit: call, drive, report, in SAP."""
    return tellers.workflow(people.ana, "call", "drive", "report", tools=("SAP",), sources=("Calendar",))


# ---- the list ----------------------------------------------------------------------------------------------------


def test_an_admin_sees_the_workflows_by_name(adam: Client, tellers: Tellers, people: People, visit: str) -> None:
    tellers.tell(people.colleague, "call", workflow=visit, variants=("skipped:drive",))
    tellers.workflow(people.admin, "order", name="buying", resembles=visit, similarity=0.6)

    answer = adam.get(ROUTE)

    Page[WorkflowSummary].model_validate(answer.body)
    assert names(answer) == ["buying", "Visit"]
    assert answer.body["items"][1] == {
        "id": visit,
        "workflow_key": "visit",
        "name": "Visit",
        "status": "active",
        "department": {"id": str(FIELD), "name": "Field"},
        "version": 1,
        "steps": 3,
        "tools": ["SAP"],
        "is_corrected": False,
        "accuracy": None,
        "variants": {"unclassified": 1, "fine": 0, "friction": 0},
        "questions": 1,
        "evidence": TOO_FEW,
    }
    assert answer.body["next_cursor"] is None


def test_an_organisation_where_nobody_has_told_has_an_empty_list(adam: Client) -> None:
    assert adam.get(ROUTE).body == {"items": [], "next_cursor": None}


def test_a_long_list_comes_in_pages_each_workflow_once(adam: Client, tellers: Tellers, people: People) -> None:
    for day, name in enumerate(("alpha", "Beta", "gamma: 1", "Ökologie", "日本語")):
        tellers.tell(people.ana, "do", name=name, day=f"2026-01-1{day}")
    seen, cursor = [], ""
    while cursor is not None:
        page = adam.get(ROUTE, query=f"limit=2{cursor and '&cursor='}{cursor}")
        seen += names(page)
        cursor = page.body["next_cursor"]
    assert len(seen) == 5
    assert seen[:3] == ["alpha", "Beta", "gamma: 1"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=VIS", ["Visit"]),
        ("q=%25", ["100% check"]),
        ("q=_", []),
        ("q=nothing", []),
        (f"department_id={OFFICE}", ["100% check"]),
        (f"department_id={FIELD}&q=vis", ["Visit"]),
        (f"department_id={NOBODY}", []),
        ("status=archived", ["Old"]),
        ("status=all", ["100% check", "Old", "Visit"]),
    ],
)
def test_the_list_is_narrowed_by_name_department_and_status(
    adam: Client, tellers: Tellers, people: People, visit: str, query: str, found: list[str]
) -> None:
    tellers.tell(people.admin, "check", name="100% check")
    old = tellers.workflow(people.colleague, "fax", name="Old")
    assert adam.patch(ROUTE, {"id": old, "status": "archived"}).status == 200

    assert names(adam.get(ROUTE, query=query)) == found


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("limit=0", "invalid_fields"),
        ("limit=201", "invalid_fields"),
        ("status=lost", "invalid_fields"),
        ("department_id=x", "invalid_fields"),
        ("q=" + "x" * 201, "invalid_fields"),
        ("cursor=garbage", "invalid_cursor"),
        ("cursor=%00", "invalid_cursor"),
        (f"cursor={NOBODY}:%00", "invalid_cursor"),
    ],
)
def test_what_no_list_is_narrowed_by_is_refused(adam: Client, query: str, code: str) -> None:
    answer = adam.get(ROUTE, query=query)
    assert (answer.status, answer.body["code"]) == (422, code)


def test_what_only_a_private_dot_tells_is_not_there(adam: Client, tellers: Tellers, people: People) -> None:
    secret = tellers.workflow(people.ana, "knit", name="Secret", private=True)
    assert names(adam.get(ROUTE, query="status=all")) == []
    for answer in (adam.get(f"{ROUTE}/{secret}"), adam.patch(ROUTE, {"id": secret, "name": "Mine"})):
        assert (answer.status, answer.body["code"]) == (404, "workflow_not_found")


# ---- one of them -------------------------------------------------------------------------------------------------


def test_each_step_says_where_it_comes_from(olivia: Client, visit: str) -> None:
    corrections = {
        "removed_steps": ["drive"],
        "renamed_steps": {"report": "Sign the report"},
        "added_steps": [{"key": "park", "label": "Park", "after": "call"}],
        "locked_steps": [{"key": "call", "label": "CALL"}],
        "tool_substitutions": {"sap": "Odoo"},
        "custom_notes": {"call": "Before nine."},
    }
    sent = {"workflow_id": visit, "corrections": corrections, "reason": "So it is."}
    assert olivia.post(f"{ROUTE}/overrides", sent).status == 201

    told = shown(olivia, visit)

    at = told["override"]["at"]
    ai, owner = {"by": "ai", "version": 1, "at": None}, {"by": "owner", "version": None, "at": at}
    steps = [(it["key"], it["label"], it["ai_label"], it["is_locked"], it["note"]) for it in told["model"]["steps"]]
    assert steps == [
        ("call", "CALL", None, True, "Before nine."),
        ("park", "Park", None, False, None),
        ("report", "Sign the report", "REPORT", False, None),
    ]
    origins = [{**it["origin"], "at": it["origin"]["at"] and at} for it in told["model"]["steps"]]
    assert origins == [ai, owner, ai]
    tool = told["model"]["tools"][0]
    assert (tool["name"], tool["ai_name"], tool["origin"]["by"]) == ("Odoo", "SAP", "owner")
    assert told["model"]["data_sources"] == ["Calendar"]
    assert (told["override"]["by"], told["override"]["reason"]) == ("owner", "So it is.")
    assert told["versions"][0]["structure"]["steps"][1]["key"] == "drive"  # what was told stands


def test_versions_say_what_is_new_and_nothing_of_when(
    adam: Client, tellers: Tellers, people: People, visit: str
) -> None:
    for person in (people.colleague, people.her_manager):
        tellers.tell(person, "call", "drive", "invoice", workflow=visit)

    versions = shown(adam, visit)["versions"]

    assert [(it["number"], it["by"], it["change_summary"]) for it in versions] == [
        (2, "ai", "New: “INVOICE”. No longer: “REPORT”."),  # who names no tool says nothing of tools
        (1, "ai", "First told."),
    ]
    assert not {"created_at", "source_dot_ids", "created_by_id"} & {key for it in versions for key in it}


@pytest.mark.parametrize(
    ("people_who_say_so", "at_least", "weeks"), [(4, None, None), (5, 5, 2), (9, 5, 3), (10, 10, 3)]
)
def test_how_many_say_so_is_told_in_whole_groups(
    adam: Client, tellers: Tellers, people_who_say_so: int, at_least: int | None, weeks: int | None
) -> None:
    crew = tellers.hire(people_who_say_so)
    workflow = tellers.workflow(crew[0], "call", "drive", tools=("SAP",))
    for nth, person in enumerate(crew[1:]):
        tellers.tell(person, "call", "drive", workflow=workflow, tools=("SAP",), day=f"2026-01-{12 + nth}")

    evidence = shown(adam, workflow)["evidence"]

    said = {"at_least": at_least, "reason": None if at_least else "too_few_people", "weeks": weeks}
    assert evidence["workflow"] == {"": said}
    assert evidence["step"] == {"call": said, "drive": said}
    assert evidence["tool"] == {"sap": said}
    assert adam.get(ROUTE).body["items"][0]["evidence"] == evidence["workflow"][""]


def test_a_variants_share_is_of_those_who_tell(adam: Client, tellers: Tellers) -> None:
    crew = tellers.hire(11)
    workflow = tellers.workflow(crew[0], "call", "drive")
    for nth, person in enumerate(crew[1:]):
        differs = ("skipped:drive",) if nth < 5 else ("added:fly",) if nth < 8 else ()
        tellers.tell(person, "call", "drive", workflow=workflow, variants=differs)

    variants = {it["variant_key"]: it for it in shown(adam, workflow)["variants"]}

    skipped, added = variants["skipped:drive"], variants["added:fly"]
    assert (skipped["evidence"]["at_least"], skipped["share"]) == (5, 50)  # five of ten, in whole groups
    assert (added["evidence"], added["share"]) == (TOO_FEW, None)


def test_nothing_in_it_names_anybody(adam: Client, look: Look, people: People, visit: str) -> None:
    text = str(adam.get(f"{ROUTE}/{visit}").body) + str(adam.get(ROUTE).body)
    dot = look("select dot_id::text from workflow_tellings")
    for hers in (people.ana.name, str(people.ana.id), str(people.ana.member_id), dot, "so we do it", "2026-01-10"):
        assert hers not in text


@pytest.mark.parametrize("not_an_id", ["1", "%27", "x" * 300])
def test_what_is_no_id_is_refused(adam: Client, not_an_id: str) -> None:
    answer = adam.get(f"{ROUTE}/{not_an_id}")
    assert (answer.status, answer.body["errors"][0]["path"]) == (422, "path.workflow_id")


# ---- changing it -------------------------------------------------------------------------------------------------


def test_a_workflow_is_renamed_moved_archived_and_restored(adam: Client, look: Look, visit: str) -> None:
    renamed = adam.patch(ROUTE, {"id": visit, "name": "  Customer \n visit "})
    moved = adam.patch(ROUTE, {"id": visit, "department_id": str(OFFICE)})
    freed = adam.patch(ROUTE, {"id": visit, "department_id": None})
    archived = adam.patch(ROUTE, {"id": visit, "status": "archived"})
    assert names(adam.get(ROUTE)) == []
    restored = adam.patch(ROUTE, {"id": visit, "status": "active"})

    for answer in (renamed, moved, freed, archived, restored):
        assert answer.status == 200, answer.body
        Workflow.model_validate(answer.body)
    assert renamed.body["name"] == "Customer visit"
    assert moved.body["department"] == {"id": str(OFFICE), "name": "Office"}
    assert freed.body["department"] is None
    assert (archived.body["status"], restored.body["status"]) == ("archived", "active")
    assert names(adam.get(ROUTE)) == ["Customer visit"]
    changes = look(
        "select json_agg(after order by seq) from audit_log where entity_type = 'workflows' and action = 'updated'"
    )
    assert changes == [
        {"display_name": "Customer visit"},
        {"department_id": str(OFFICE)},
        {"department_id": None},
        {"status": "archived"},
        {"status": "active"},
    ]


def test_the_second_of_two_admins_is_told_and_overwrites_nothing(adam: Client, olivia: Client, visit: str) -> None:
    seen = {"if-match": shown(adam, visit)["etag"]}
    assert olivia.patch(ROUTE, {"id": visit, "name": "Call-out"}, headers=seen).status == 200

    late = adam.patch(ROUTE, {"id": visit, "status": "archived"}, headers=seen)

    assert (late.status, late.body["code"]) == (412, "stale")
    assert names(adam.get(ROUTE)) == ["Call-out"]


def test_what_people_tell_makes_no_change_stale(adam: Client, tellers: Tellers, people: People, visit: str) -> None:
    seen = {"if-match": shown(adam, visit)["etag"]}
    for person in (people.colleague, people.her_manager):
        tellers.tell(person, "call", "ship", workflow=visit)
    assert len(shown(adam, visit)["versions"]) == 2
    assert adam.patch(ROUTE, {"id": visit, "name": "Call-out"}, headers=seen).status == 200


def test_a_change_that_is_sent_twice_with_one_key_is_made_once(adam: Client, look: Look, visit: str) -> None:
    first, again = (
        adam.patch(ROUTE, {"id": visit, "name": "Call-out"}, headers={"idempotency-key": "one"}) for _ in range(2)
    )
    assert (first.status, first.body) == (again.status, again.body)
    assert look("select count(*) from audit_log where entity_type = 'workflows' and action = 'updated'") == 1


def test_a_workflow_goes_to_no_department_that_isnt_there(
    adam: Client, signed_in: Callable[[Person], Client], people: People, visit: str
) -> None:
    theirs = signed_in(people.stranger).post("/api/admin/departments", {"name": "Theirs"}).body["id"]
    adam.patch("/api/admin/departments", {"id": str(OFFICE), "merge_into": str(FIELD)})
    for department in (theirs, str(OFFICE), str(NOBODY)):
        answer = adam.patch(ROUTE, {"id": visit, "department_id": department})
        assert (answer.status, answer.body["code"]) == (404, "department_not_found")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": str(NOBODY)},
        {"id": "x", "name": "x"},
        {"id": str(NOBODY), "name": " "},
        {"id": str(NOBODY), "name": "x" * 201},
        {"id": str(NOBODY), "name": "a\x00"},
        {"id": str(NOBODY), "status": "deleted"},
        {"id": str(NOBODY), "department_id": "x"},
        {"id": str(NOBODY), "name": "x", "org_id": str(ACME)},
        {"id": str(NOBODY), "name": "x", "workflow_key": "y"},
    ],
)
def test_a_change_that_is_none_is_refused(adam: Client, body: object) -> None:
    answer = adam.patch(ROUTE, body)
    assert (answer.status, answer.body["code"]) == (422, "invalid_fields")


# ---- who may -----------------------------------------------------------------------------------------------------


def every_request(client: Client, workflow: str) -> list[Answer]:
    """All that is for admins alone."""
    of_it, other = {"workflow_id": workflow}, {"id": workflow, "other_id": str(NOBODY)}
    return [
        client.get(ROUTE),
        client.get(f"{ROUTE}/{workflow}"),
        client.patch(ROUTE, {"id": workflow, "name": "Mine"}),
        client.post(f"{ROUTE}/overrides", {**of_it, "corrections": {}}),
        client.post(f"{ROUTE}/reset", of_it),
        client.post(f"{ROUTE}/feedback", {**of_it, "rating": "accurate"}),
        client.post(f"{ROUTE}/notes", {**of_it, "note_type": "policy", "note_text": "x"}),
        client.send("DELETE", f"{ROUTE}/notes", query=f"id={NOBODY}"),
        client.get(f"{ROUTE}/variants", query=f"workflow_id={workflow}"),
        client.post(f"{ROUTE}/variants", {**of_it, "description": "x"}),
        client.patch(f"{ROUTE}/variants", {"id": str(NOBODY), "is_allowed": True}),
        client.post(f"{ROUTE}/merge", {"id": workflow, "into": str(NOBODY)}),
        client.post(f"{ROUTE}/apart", other),
    ]


@pytest.mark.parametrize("who", ["ana", "her_manager", "colleague"])
def test_only_who_runs_the_organisation_may(
    signed_in: Callable[[Person], Client], people: People, look: Look, visit: str, who: str
) -> None:
    for answer in every_request(signed_in(getattr(people, who)), visit):
        assert (answer.status, answer.body["code"]) == (403, "admins_only")
    assert look("select count(*) from audit_log where actor_id is not null and scope = 'organization'") == 0


def test_the_workflows_of_others_are_not_there(
    signed_in: Callable[[Person], Client], people: People, look: Look, visit: str
) -> None:
    listed, *others = every_request(signed_in(people.stranger), visit)
    assert names(listed) == []
    assert {answer.status for answer in others} == {404}
    assert look("select count(*) from audit_log where actor_id is not null and scope = 'organization'") == 0


def test_an_admin_elsewhere_is_nobody_here(signed_in: Callable[[Person], Client], people: People, visit: str) -> None:
    stranger = signed_in(people.stranger)
    answer = stranger.get(f"{ROUTE}/{visit}", headers={"x-org-id": str(ACME)})
    assert (answer.status, answer.body["code"]) == (403, "no_organisation")


def test_nobody_asks_without_a_token(nobody: Client, visit: str) -> None:
    assert {answer.status for answer in every_request(nobody, visit)} == {401}


def test_what_would_be_taken_but_for_a_body_is_refused_in_words(adam: Client) -> None:
    for method, path in (("PATCH", ROUTE), *(("POST", f"{ROUTE}/{it}") for it in ("overrides", "merge", "notes"))):
        for body, code in ((b"{", "malformed_json"), (b"[]", "invalid_fields"), (b"null", "invalid_fields")):
            answer = adam.send(method, path, body=body)
            assert (answer.status, answer.body["code"]) == (422, code)
