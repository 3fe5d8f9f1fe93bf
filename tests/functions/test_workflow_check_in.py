"""Check-ins about work: what people confirm becomes a workflow, its versions and variants, in the same breath."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier
from typing import Any, cast
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb

from common import db
from common.callers import Caller
from tests.functions.conftest import Client, Look
from tests.people import People, Person
from vizdots import conversation
from vizdots.model import Ask, Asked

VISIT = ("Customer visit: call the customer, drive there, write the report", "Phone, Word")
SHORTER = ("Customer visits: phone the customer, drive to them", "Phone, Word")
YES = "yes, exactly"


def tell(client: Client, *said: str) -> str:
    """A check-in about work, answered to its end; its path."""
    path = f"/api/sessions/{client.post('/api/sessions', {'agent_code': 'workflow_mapper'}).body['id']}"
    for each in said:
        reply = client.post(f"{path}/messages", {"message": each})
        assert reply.status == 200, reply.body
    assert reply.body["isComplete"] is True
    return path


def labels(look: Look) -> Any:
    """The steps of the newest version."""
    return look(
        "select array(select s ->> 'label' from jsonb_array_elements(structure -> 'steps') s)"
        " from workflow_versions order by version_number desc limit 1"
    )


def dot_of(client: Client) -> str:
    """The newest dot of somebody."""
    found: str = client.get("/api/user/dots").body["items"][0]["id"]
    return found


def test_what_somebody_confirms_becomes_a_workflow(ana: Client, look: Look, people: People) -> None:
    tell(ana, *VISIT, YES)

    assert look("select display_name from workflows") == "Customer visit"
    assert look("select department_id from workflows") == people.field_department
    assert labels(look) == ["call the customer", "drive there", "write the report"]
    assert look("select structure -> 'tools' from workflow_versions") == ["Phone", "Word"]
    assert look("select array[change_summary, created_by_type] from workflow_versions") == ["First told.", "ai"]
    assert look("select source_dot_ids = array(select id from answers) from workflow_versions") is True


def test_what_is_kept_is_what_was_shown_and_confirmed(ana: Client, look: Look) -> None:
    path = tell(ana, *VISIT, YES)

    lines = [line["content"] for line in ana.get(path).body["messages"] if line["role"] == "agent"]
    for label in labels(look):
        assert label in lines[-2]  # the line that asks whether it was understood right


@pytest.mark.parametrize("last", ["No, that's wrong", "yes, but not quite"])
def test_what_nobody_confirms_is_no_workflow(ana: Client, look: Look, last: str) -> None:
    tell(ana, *VISIT, last)

    assert look("select count(*) from answers") == 1
    assert look("select count(*) from workflows") == 0


def test_a_check_in_that_is_ended_early_is_no_workflow_yet_and_one_once_it_is_confirmed(
    ana: Client, look: Look
) -> None:
    path = f"/api/sessions/{ana.post('/api/sessions', {'agent_code': 'workflow_mapper'}).body['id']}"
    ana.post(f"{path}/messages", {"message": VISIT[0]})
    ana.patch(path, {"action": "complete"})
    assert look("select count(*) from workflows") == 0

    reviewed = ana.post(f"/api/user/dots/{dot_of(ana)}/review", {"verdict": "confirmed"})

    assert reviewed.status in (200, 201), reviewed.body
    assert labels(look) == ["call the customer", "drive there", "write the report"]


def test_the_same_work_in_other_words_is_the_same_workflow(signed_in: Any, people: People, look: Look) -> None:
    tell(signed_in(people.ana), *VISIT, YES)
    tell(signed_in(people.colleague), *SHORTER, YES)

    assert look("select count(*) from workflows") == 1
    assert look("select count(*) from workflow_versions") == 1
    assert look("select array_agg(description order by description) from workflow_variants") == [
        "Skips “write the report”"
    ]
    assert (
        look(
            "select array_agg(distinct dot_id) = array(select id from answers where user_id = %s)"
            " from workflow_variant_dot_links",
            people.colleague.id,
        )
        is True
    )


def test_where_steps_have_their_names_another_name_is_another_step(signed_in: Any, people: People, look: Look) -> None:
    tell(signed_in(people.ana), *VISIT, YES)
    tell(
        signed_in(people.colleague),
        "Customer visit: call the customer, look at photos, write the report",
        "phone, MS Word",
        YES,
    )

    assert look("select array_agg(description order by description) from workflow_variants") == [
        "Adds “look at photos”",
        "Skips “drive there”",
    ]
    assert look("select min(confidence) = 1 from workflow_variant_dot_links") is True


def test_a_tool_is_kept_as_the_model_spells_it_where_it_is_surely_that_one(
    signed_in: Any, people: People, look: Look
) -> None:
    tell(signed_in(people.ana), VISIT[0], "SAP Business One, spreadsheet", YES)
    tell(signed_in(people.colleague), VISIT[0], "SAP, Excel", YES)

    assert look("select array_agg(tools order by created_at) from workflow_tellings") == [
        ["SAP Business One", "spreadsheet"],
        ["SAP Business One", "Excel"],
    ]
    assert look("select count(*) from workflow_variants") == 0


def test_all_that_is_known_of_work_is_read_only_where_the_talk_may_end(ana: Client, people: People) -> None:
    tell(ana, *VISIT, YES)
    session_id = ana.post("/api/sessions", {"agent_code": "workflow_mapper"}).body["id"]
    begin = (
        "select app.begin_turn(%(id)s, %(said)s, %(said)s, %(at)s, '0 s', false, 100, '1 min', 2) -> 'known_workflows'"
    )
    known = []
    for said in ("visits", "call, drive"):
        with db.transaction(db.Scope("authenticated", people.ana.claims)) as opened:
            known.append(opened.value(begin, id=session_id, said=said, at=datetime.now(UTC)))

    assert known[0] is None
    assert [it["workflow_key"] for it in known[1]] == ["customer-visit"]


def test_what_most_people_say_becomes_the_next_version(signed_in: Any, people: People, look: Look) -> None:
    tell(signed_in(people.ana), *VISIT, YES)
    for person in (people.colleague, people.her_manager):
        tell(signed_in(person), *SHORTER, YES)

    assert labels(look) == ["call the customer", "drive there"]
    assert look("select change_summary from workflow_versions where version_number = 2") == (
        "No longer: “write the report”."
    )


def test_a_correction_of_the_dot_corrects_what_it_tells(ana: Client, look: Look) -> None:
    tell(ana, *VISIT, YES)
    told = ana.get("/api/user/dots").body["items"][0]["answer_json"]

    corrected = told | {"steps": ["call the customer", "drive there", "take photos", "write the report"]}
    ana.post(f"/api/user/dots/{dot_of(ana)}/review", {"verdict": "corrected", "corrected": corrected})

    assert labels(look) == ["call the customer", "drive there", "take photos", "write the report"]
    assert look("select count(*) from workflow_tellings") == 1


def test_a_private_dot_is_in_no_workflow_that_others_see(ana: Client, adam: Client, look: Look) -> None:
    tell(ana, *VISIT, YES)
    ana.patch(f"/api/user/dots/{dot_of(ana)}", {"is_private": True})

    assert look("select count(*) from workflows w where app.is_told(w.id)") == 0
    tell(adam, *SHORTER, YES)
    assert labels(look) == ["call the customer", "drive there"]


def test_people_who_tell_at_once_are_all_counted(signed_in: Any, people: People, look: Look) -> None:
    tellers: list[Person] = [people.ana, people.colleague, people.her_manager, people.admin]
    talks = {}
    for person in tellers:
        client = signed_in(person)
        talks[person.name] = client.post("/api/sessions", {"agent_code": "workflow_mapper"}).body["id"]
        for said in VISIT:
            client.post(f"/api/sessions/{talks[person.name]}/messages", {"message": said})
    together = Barrier(len(tellers))

    def confirm(person: Person) -> bool:
        caller = Caller(scope=db.Scope("authenticated", person.claims), at=datetime.now(UTC))
        together.wait()
        try:
            talk = UUID(talks[person.name])
            return conversation.take_turn(caller.step, None, talk, YES, key=None, at=caller.at).isComplete
        finally:
            db.close()

    with ThreadPoolExecutor(len(tellers)) as threads:
        assert all(threads.map(confirm, tellers))
    assert look("select count(*) from workflow_tellings") == len(tellers)
    assert look("select count(*) from workflows") == 1
    assert look("select count(*) from workflow_steps") == 3


def test_another_organisations_workflows_are_not_known(signed_in: Any, people: People, look: Look) -> None:
    tell(signed_in(people.ana), *VISIT, YES)
    tell(signed_in(people.stranger), *SHORTER, YES)

    assert look("select count(distinct org_id) from workflows") == 2
    assert look("select count(*) from workflow_variants") == 0


def test_an_agent_is_told_of_the_effective_workflows(signed_in: Any, people: People, look: Look) -> None:
    tell(signed_in(people.ana), *VISIT, YES)
    look(
        "with it as (insert into workflow_overrides (org_id, workflow_id, status, override_payload)"
        " select org_id, id, 'active', %s from workflows returning 1) select count(*) from it",
        Jsonb({"removed_steps": ["drive-there"], "custom_notes": {"call-the-customer": "by phone, never by mail"}}),
    )
    asked: list[Sequence[Mapping[str, object]]] = []

    def ask(messages: Sequence[Mapping[str, object]], *_: object, **__: object) -> Asked[Any]:
        asked.append(messages)
        return Asked(None, "timeout", "model", 1)

    talk = signed_in(people.colleague).post("/api/sessions", {"agent_code": "pain_scanner"}).body["id"]
    caller = Caller(scope=db.Scope("authenticated", people.colleague.claims), at=datetime.now(UTC))
    conversation.take_turn(caller.step, cast("Ask", ask), UUID(talk), None, key=None, at=caller.at)

    assert json.loads(str(asked[0][1]["content"]))["workflows"] == [
        {
            "name": "Customer visit",
            "steps": ["call the customer", "write the report"],
            "tools": ["Phone", "Word"],
            "data_sources": [],
            "notes": ["call the customer: by phone, never by mail"],
        }
    ]
