"""The owner's steering wheel: corrections, feedback, notes and variants, laid over what people told and taken back."""

from collections.abc import Callable
from typing import Any

import pytest

from common import db
from tests.conftest import Database
from tests.functions.conftest import Answer, Client, Look
from tests.people import ACME, NOBODY, People, Person
from tests.tellings import Tellers
from tests.wire import CountingProxy
from vizdots.workflows.reading import Feedback, Note, Workflow, WorkflowVariant
from vizdots.workflows.steering import Laid, TakenBack

ROUTE = "/api/admin/workflows"
OVERRIDES, RESET, FEEDBACK = f"{ROUTE}/overrides", f"{ROUTE}/reset", f"{ROUTE}/feedback"
NOTES, VARIANTS = f"{ROUTE}/notes", f"{ROUTE}/variants"


@pytest.fixture
def visit(tellers: Tellers, people: People) -> str:
    """Ana has told of a visit: call, drive, report."""
    return tellers.workflow(people.ana, "call", "drive", "report", tools=("SAP",), variants=("skipped:park",))


def shown(client: Client, workflow: str) -> dict[str, Any]:
    answer = client.get(f"{ROUTE}/{workflow}")
    assert answer.status == 200, answer.body
    body: dict[str, Any] = answer.body
    return body


def steps(client: Client, workflow: str) -> list[str]:
    return [each["label"] for each in shown(client, workflow)["model"]["steps"]]


def correct(client: Client, workflow: str, if_match: str | None = None, **corrections: object) -> Answer:
    sent = {"workflow_id": workflow, "corrections": corrections}
    return client.post(OVERRIDES, sent, headers={"if-match": f'"{if_match}"'} if if_match else None)


def recorded(look: Look, table: str) -> list[Any]:
    """Who did what with which rows of a table, by the audit log: action and what became of `status`, if anything."""
    found: list[Any] = look(
        "select coalesce(json_agg(json_build_array(action, actor_id, after) order by seq), '[]')"
        " from audit_log where entity_type = %s and scope = 'organization'",
        table,
    )
    return found


# ---- corrections -------------------------------------------------------------------------------------------------


def test_a_correction_takes_the_place_of_the_one_before(adam: Client, olivia: Client, look: Look, visit: str) -> None:
    first = correct(adam, visit, removed_steps=["drive"])
    assert first.status == 201, first.body
    Laid.model_validate(first.body)
    assert first.body["status"] == "active"
    assert first.headers["etag"] == f'"{first.body["etag"]}"' == f'"{shown(adam, visit)["etag"]}"'
    assert steps(adam, visit) == ["CALL", "REPORT"]

    second = correct(olivia, visit, first.body["etag"], renamed_steps={"report": "Write it up"})

    assert second.status == 201
    assert steps(adam, visit) == ["CALL", "DRIVE", "Write it up"]
    assert shown(adam, visit)["override"]["by"] == "owner"
    assert look("select json_agg(status order by created_at) from workflow_overrides") == ["archived", "active"]


def test_a_correction_outlives_the_next_version(adam: Client, tellers: Tellers, people: People, visit: str) -> None:
    locked = {"key": "report", "label": "REPORT", "after": "call"}
    assert correct(adam, visit, removed_steps=["drive"], locked_steps=[locked]).status == 201
    for person in (people.colleague, people.her_manager):
        tellers.tell(person, "call", "drive", "sign", workflow=visit)

    assert shown(adam, visit)["versions"][0]["number"] == 2
    assert steps(adam, visit) == ["CALL", "REPORT", "SIGN"]


def test_what_is_taken_back_is_what_people_told(adam: Client, look: Look, visit: str) -> None:
    before = shown(adam, visit)
    correct(adam, visit, removed_steps=["drive"], tool_substitutions={"SAP": "Odoo"})

    answer = adam.post(RESET, {"workflow_id": visit})

    assert answer.status == 200
    Workflow.model_validate(answer.body)
    assert answer.headers["etag"] == f'"{before["etag"]}"'
    assert answer.body == before
    again = adam.post(RESET, {"workflow_id": visit})  # there is nothing to take back: nothing changes
    assert (again.status, again.body) == (200, before)
    assert look("select json_agg(status) from workflow_overrides") == ["archived"]


def test_who_was_slower_is_told_and_keeps_a_draft(adam: Client, olivia: Client, visit: str) -> None:
    seen = shown(adam, visit)["etag"]
    assert correct(olivia, visit, seen, removed_steps=["drive"]).status == 201

    late = correct(adam, visit, seen, removed_steps=["report"])

    assert (late.status, late.body["code"]) == (412, "stale")
    assert steps(adam, visit) == ["CALL", "REPORT"]
    mine = shown(adam, visit)["drafts"]
    assert [(it["id"], it["corrections"]["removed_steps"]) for it in mine] == [(late.body["draft_id"], ["report"])]
    assert shown(olivia, visit)["drafts"] == []  # it is Adam's alone

    sent = {"workflow_id": visit, "corrections": {"removed_steps": ["report"]}, "draft_id": late.body["draft_id"]}
    laid = adam.post(OVERRIDES, sent, headers={"if-match": shown(adam, visit)["etag"]})

    assert laid.status == 201
    assert (steps(adam, visit), shown(adam, visit)["drafts"]) == (["CALL", "DRIVE"], [])


def test_a_draft_of_somebody_elses_stays_theirs(adam: Client, olivia: Client, look: Look, visit: str) -> None:
    seen = shown(adam, visit)["etag"]
    correct(olivia, visit, seen, removed_steps=["drive"])
    draft = correct(adam, visit, seen, removed_steps=["report"]).body["draft_id"]

    assert olivia.post(OVERRIDES, {"workflow_id": visit, "corrections": {}, "draft_id": draft}).status == 201

    assert look("select status from workflow_overrides where id = %s", draft) == "draft"


def test_a_draft_is_thrown_away_by_whose_it_is(adam: Client, olivia: Client, visit: str) -> None:
    seen = shown(adam, visit)["etag"]
    holds = correct(olivia, visit, seen, removed_steps=["drive"]).body["id"]
    draft = correct(adam, visit, seen, removed_steps=["report"]).body["draft_id"]

    refused = [
        olivia.send("DELETE", OVERRIDES, query=f"id={draft}"),
        olivia.send("DELETE", OVERRIDES, query=f"id={holds}"),
    ]
    assert [(it.status, it.body["code"]) for it in refused] == [(404, "draft_not_found")] * 2
    assert adam.send("DELETE", OVERRIDES, query=f"id={draft}").body == {"id": draft}
    assert adam.send("DELETE", OVERRIDES, query=f"id={draft}").status == 404

    assert shown(adam, visit)["drafts"] == []
    assert steps(adam, visit) == ["CALL", "REPORT"]


def test_a_late_correction_that_is_sent_twice_is_one_draft(adam: Client, olivia: Client, visit: str) -> None:
    seen = shown(adam, visit)["etag"]
    correct(olivia, visit, seen, removed_steps=["drive"])
    headers = {"if-match": seen, "idempotency-key": "one"}
    first, again = (adam.post(OVERRIDES, {"workflow_id": visit, "corrections": {}}, headers=headers) for _ in range(2))
    assert (first.status, first.body) == (again.status, again.body)
    assert first.status == 412
    assert len(shown(adam, visit)["drafts"]) == 1


def test_a_correction_that_is_sent_twice_is_laid_once(adam: Client, look: Look, visit: str) -> None:
    sent = {"workflow_id": visit, "corrections": {"removed_steps": ["drive"]}}
    first, again = (adam.post(OVERRIDES, sent, headers={"idempotency-key": "one"}) for _ in range(2))
    assert (first.status, first.body) == (again.status, again.body)
    assert look("select count(*) from workflow_overrides") == 1


def test_every_correction_is_on_record(adam: Client, look: Look, people: People, visit: str) -> None:
    correct(adam, visit, removed_steps=["drive"])
    correct(adam, visit, removed_steps=["report"])
    adam.post(RESET, {"workflow_id": visit})

    entries = recorded(look, "workflow_overrides")

    assert [(action, after["status"]) for action, _, after in entries] == [
        ("created", "active"),
        ("updated", "archived"),
        ("created", "active"),
        ("updated", "archived"),
    ]
    assert {actor for _, actor, _ in entries} == {str(people.admin.id)}
    assert entries[2][2]["override_payload"] == {"removed_steps": ["report"]}


def test_a_reset_of_what_isnt_what_was_seen_is_refused(adam: Client, olivia: Client, visit: str) -> None:
    correct(adam, visit, removed_steps=["drive"])
    seen = shown(adam, visit)["etag"]
    correct(olivia, visit, removed_steps=["report"])
    answer = adam.post(RESET, {"workflow_id": visit}, headers={"if-match": seen})
    assert (answer.status, answer.body["code"]) == (412, "stale")
    assert steps(adam, visit) == ["CALL", "DRIVE"]


@pytest.mark.parametrize(
    ("corrections", "path"),
    [
        ({"removed_steps": "drive"}, "body.corrections.removed_steps"),
        ({"removed_steps": ["a b"]}, "body.corrections.removed_steps.0"),
        ({"removed_steps": ["a"] * 21}, "body.corrections.removed_steps"),
        ({"renamed_steps": {"drive": " "}}, "body.corrections.renamed_steps.drive"),
        ({"added_steps": [{"key": "x", "label": "X"}] * 2}, "body.corrections"),
        ({"added_steps": [{"key": "x", "label": "\x00"}]}, "body.corrections.added_steps.0.label"),
        ({"locked_steps": [{"key": "x", "label": "X"}], "removed_steps": ["x"]}, "body.corrections"),
        ({"tool_substitutions": {"SAP": ""}}, "body.corrections.tool_substitutions.SAP"),
        ({"custom_notes": {"call": "x" * 1_001}}, "body.corrections.custom_notes.call"),
        ({"renames": {}}, "body.corrections.renames"),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused_by_its_field(
    adam: Client, visit: str, corrections: dict[str, object], path: str
) -> None:
    answer = adam.post(OVERRIDES, {"workflow_id": visit, "corrections": corrections})
    assert (answer.status, answer.body["code"]) == (422, "invalid_fields")
    assert path in {each["path"] for each in answer.body["errors"]}
    assert shown(adam, visit)["override"] is None


def test_whatever_people_can_type_is_kept_as_it_is(adam: Client, visit: str) -> None:
    label = "Grüße & <b>„日本語“</b> 🐘 'x'; drop table workflows --"
    assert correct(adam, visit, renamed_steps={"call": label}).status == 201
    assert steps(adam, visit)[0] == label


# ---- feedback ----------------------------------------------------------------------------------------------------


def test_the_newest_feedback_is_shown_and_changes_nothing(adam: Client, olivia: Client, look: Look, visit: str) -> None:
    before = shown(adam, visit)
    sent = {
        "workflow_id": visit,
        "rating": "partially_right",
        "missing_steps": ["Sign"],
        "wrong_steps": ["drive"],
        "wrong_tools": ["SAP"],
        "does_not_exist": True,
        "comment": "Nobody drives.",
    }
    adam.post(FEEDBACK, {"workflow_id": visit, "rating": "accurate"})
    answer = olivia.post(FEEDBACK, sent)

    assert answer.status == 201
    Feedback.model_validate(answer.body)
    said = {key: value for key, value in sent.items() if key not in ("workflow_id", "rating")}
    assert (answer.body["rating"], answer.body["by"], answer.body["feedback"]) == ("partially_right", "owner", said)
    after = shown(adam, visit)
    assert after == before | {"feedback": answer.body}
    assert adam.get(ROUTE).body["items"][0]["accuracy"] == "partially_right"
    ratings = [after["accuracy_rating"] for *_, after in recorded(look, "workflow_overrides")]
    assert ratings == ["accurate", "partially_right"]
    assert "Nobody drives." not in str(look("select json_agg(a) from audit_log a"))


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"rating": "good"},
        {"rating": "accurate", "missing_steps": ["x"] * 21},
        {"rating": "accurate", "wrong_steps": ["a b"]},
        {"rating": "accurate", "comment": "x" * 1_001},
        {"rating": "accurate", "comment": "a\x00"},
        {"rating": "accurate", "does_not_exist": "perhaps"},
    ],
)
def test_feedback_that_is_none_is_refused(adam: Client, visit: str, more: dict[str, object]) -> None:
    answer = adam.post(FEEDBACK, {"workflow_id": visit, **more})
    assert (answer.status, answer.body["code"]) == (422, "invalid_fields")


# ---- notes -------------------------------------------------------------------------------------------------------


def note(client: Client, workflow: str, text: str = "Photos first.", visible_to: str = "admins_only") -> Answer:
    sent = {"workflow_id": workflow, "note_type": "policy", "note_text": text, "visible_to": visible_to}
    return client.post(NOTES, sent)


def test_each_sees_the_notes_that_they_may(
    adam: Client, tellers: Tellers, signed_in: Callable[[Person], Client], people: People, visit: str
) -> None:
    for visible_to in ("admins_only", "managers", "everyone"):
        answer = note(adam, visit, f"For {visible_to}", visible_to)
        assert answer.status == 201
        Note.model_validate(answer.body)
    tellers.tell(people.her_manager, "call", workflow=visit)
    tellers.tell(people.owner, "call", workflow=visit)

    def read_by(person: Person) -> set[str]:
        told = signed_in(person).get("/api/user/workflows").body["items"]
        return {it["note_text"] for workflow in told for it in workflow["notes"]}

    assert {it["note_text"] for it in shown(adam, visit)["notes"]} == {
        "For admins_only",
        "For managers",
        "For everyone",
    }
    assert read_by(people.ana) == {"For everyone"}
    assert read_by(people.her_manager) == {"For managers", "For everyone"}


def test_a_note_is_taken_back_once(adam: Client, ana: Client, look: Look, visit: str) -> None:
    made = note(adam, visit, visible_to="everyone").body["id"]
    query = f"id={made}"

    answer = adam.send("DELETE", NOTES, query=query)

    assert answer.status == 200
    TakenBack.model_validate(answer.body)
    assert shown(adam, visit)["notes"] == []
    assert ana.get("/api/user/workflows").body["items"][0]["notes"] == []
    again = adam.send("DELETE", NOTES, query=query)
    assert (again.status, again.body["code"]) == (404, "note_not_found")
    assert [(action, after["is_active"]) for action, _, after in recorded(look, "owner_notes")] == [
        ("created", True),
        ("updated", False),
    ]
    assert "Photos first." not in str(look("select json_agg(a) from audit_log a"))


def test_a_note_that_is_sent_twice_is_there_once(adam: Client, visit: str) -> None:
    sent = {"workflow_id": visit, "note_type": "question", "note_text": "Why?"}
    first, again = (adam.post(NOTES, sent, headers={"idempotency-key": "one"}) for _ in range(2))
    assert first.body == again.body
    assert len(shown(adam, visit)["notes"]) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"note_text": " "},
        {"note_text": "x" * 4_001},
        {"note_text": "a\x00"},
        {"note_type": "gossip"},
        {"visible_to": "nobody"},
        {"is_active": True},
    ],
)
def test_a_note_that_is_none_is_refused(adam: Client, visit: str, more: dict[str, object]) -> None:
    answer = adam.post(NOTES, {"workflow_id": visit, "note_type": "policy", "note_text": "x", **more})
    assert (answer.status, answer.body["code"]) == (422, "invalid_fields")


def test_nobody_takes_back_the_note_of_another_organisation(
    adam: Client, signed_in: Callable[[Person], Client], people: People, visit: str
) -> None:
    made = note(adam, visit).body["id"]
    answer = signed_in(people.stranger).send("DELETE", NOTES, query=f"id={made}")
    assert (answer.status, answer.body["code"]) == (404, "note_not_found")
    assert len(shown(adam, visit)["notes"]) == 1


# ---- variants ----------------------------------------------------------------------------------------------------


def variant(client: Client, workflow: str) -> dict[str, Any]:
    """The only variant of a workflow."""
    (found,) = client.get(VARIANTS, query=f"workflow_id={workflow}").body
    WorkflowVariant.model_validate(found)
    told: dict[str, Any] = found
    return told


def test_a_variant_is_called_fine_then_friction_then_nothing(adam: Client, look: Look, visit: str) -> None:
    found = variant(adam, visit)
    assert (found["variant_key"], found["is_allowed"], found["source"]) == ("skipped:park", None, "ai")

    for judged in (True, False, None):
        answer = adam.patch(VARIANTS, {"id": found["id"], "is_allowed": judged})
        assert answer.status == 200, answer.body
        WorkflowVariant.model_validate(answer.body)
        assert answer.body["is_allowed"] is judged
        assert answer.headers["etag"] == f'"{answer.body["etag"]}"'
        assert variant(adam, visit) == answer.body
        counts = adam.get(ROUTE).body["items"][0]["variants"]
        assert counts[{True: "fine", False: "friction", None: "unclassified"}[judged]] == 1
    assert [after for *_, after in recorded(look, "workflow_variants")] == [
        {"is_allowed": judged} for judged in (True, False, None)
    ]


def test_of_two_who_judge_the_slower_is_told(adam: Client, olivia: Client, visit: str) -> None:
    found = variant(adam, visit)
    seen = {"if-match": found["etag"]}
    assert olivia.patch(VARIANTS, {"id": found["id"], "is_allowed": True}, headers=seen).status == 200
    late = adam.patch(VARIANTS, {"id": found["id"], "is_allowed": False}, headers=seen)
    assert (late.status, late.body["code"]) == (412, "stale")
    assert variant(adam, visit)["is_allowed"] is True


def test_a_variant_is_named_before_anybody_has_told_of_it(
    adam: Client, tellers: Tellers, people: People, look: Look
) -> None:
    workflow = tellers.workflow(people.ana, "call")
    answer = adam.post(VARIANTS, {"workflow_id": workflow, "description": "By phone", "is_allowed": False})

    assert answer.status == 201, answer.body
    WorkflowVariant.model_validate(answer.body)
    assert variant(adam, workflow) == answer.body
    assert (answer.body["source"], answer.body["is_allowed"], answer.body["details"]) == ("admin", False, {})
    assert answer.body["evidence"]["at_least"] is None
    assert shown(adam, workflow)["variants"] == [answer.body | {"share": None}]
    again = adam.post(VARIANTS, {"workflow_id": workflow, "description": "by PHONE"})
    assert (again.status, again.body["code"]) == (409, "already_exists")
    assert [action for action, *_ in recorded(look, "workflow_variants")] == ["created"]


def test_a_variant_that_only_private_dots_tell_is_not_there(
    adam: Client, tellers: Tellers, people: People, look: Look, visit: str
) -> None:
    tellers.tell(people.colleague, "call", workflow=visit, variants=("added:fly",), private=True)
    hidden = look("select id::text from workflow_variants where variant_key = 'added:fly'")
    assert variant(adam, visit)["variant_key"] == "skipped:park"
    answer = adam.patch(VARIANTS, {"id": hidden, "is_allowed": True})
    assert (answer.status, answer.body["code"]) == (404, "variant_not_found")
    named = adam.post(VARIANTS, {"workflow_id": visit, "description": "added:fly"})
    assert named.status == 201  # the name isn't taken by what nobody may know of


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": str(NOBODY)},
        {"id": "x", "is_allowed": True},
        {"id": str(NOBODY), "is_allowed": "perhaps"},
        {"id": str(NOBODY), "is_allowed": True, "description": " "},
        {"id": str(NOBODY), "is_allowed": True, "source": "owner"},
    ],
)
def test_a_judgement_that_is_none_is_refused(adam: Client, body: object) -> None:
    answer = adam.patch(VARIANTS, body)
    assert (answer.status, answer.body["code"]) == (422, "invalid_fields")


def test_nobody_judges_the_variant_of_another_organisation(
    adam: Client, signed_in: Callable[[Person], Client], people: People, visit: str
) -> None:
    answer = signed_in(people.stranger).patch(VARIANTS, {"id": variant(adam, visit)["id"], "is_allowed": False})
    assert (answer.status, answer.body["code"]) == (404, "variant_not_found")


# ---- what can be off ---------------------------------------------------------------------------------------------


def asks_of(feature: str, workflow: str, variant_id: str) -> list[Callable[[Client], Answer]]:
    """What there isn't while a feature is off."""
    of_it = {"workflow_id": workflow}
    return {
        "WORKFLOW_OVERRIDES": [lambda c: c.post(OVERRIDES, {**of_it, "corrections": {}})],
        "RESET_TO_AI": [lambda c: c.post(RESET, of_it)],
        "ACCURACY_FEEDBACK": [lambda c: c.post(FEEDBACK, {**of_it, "rating": "accurate"})],
        "OWNER_NOTES": [
            lambda c: c.post(NOTES, {**of_it, "note_type": "policy", "note_text": "x"}),
            lambda c: c.send("DELETE", NOTES, query=f"id={NOBODY}"),
        ],
        "WORKFLOW_VARIANTS": [
            lambda c: c.get(VARIANTS, query=f"workflow_id={workflow}"),
            lambda c: c.post(VARIANTS, {**of_it, "description": "x"}),
            lambda c: c.patch(VARIANTS, {"id": variant_id, "is_allowed": True}),
        ],
        "FRICTION_TRACKING": [
            lambda c: c.post(VARIANTS, {**of_it, "description": "y", "is_allowed": False}),
            lambda c: c.patch(VARIANTS, {"id": variant_id, "is_allowed": False}),
        ],
    }[feature]


@pytest.mark.parametrize(
    "feature",
    [
        "WORKFLOW_OVERRIDES",
        "RESET_TO_AI",
        "ACCURACY_FEEDBACK",
        "OWNER_NOTES",
        "WORKFLOW_VARIANTS",
        "FRICTION_TRACKING",
    ],
)
@pytest.mark.parametrize("by", ["the deployment", "the organisation"])
def test_what_is_off_is_not_there(
    adam: Client, look: Look, visit: str, monkeypatch: pytest.MonkeyPatch, feature: str, by: str
) -> None:
    asks = asks_of(feature, visit, variant(adam, visit)["id"])
    if by == "the deployment":
        monkeypatch.setenv("FEATURES_OFF", feature)
    else:
        switch = (
            "update organizations set feature_flags = jsonb_build_object(%s::text, false) where id = %s returning 1"
        )
        look(switch, feature, ACME)

    answers = [ask(adam) for ask in asks]

    assert [(answer.status, answer.body["code"]) for answer in answers] == [(404, "feature_off")] * len(asks)
    assert adam.get(f"{ROUTE}/{visit}").status == 200


def test_what_is_called_fine_needs_no_tracking_of_friction(
    adam: Client, visit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = variant(adam, visit)["id"]
    monkeypatch.setenv("FEATURES_OFF", "FRICTION_TRACKING")
    assert [adam.patch(VARIANTS, {"id": found, "is_allowed": it}).status for it in (True, None)] == [200, 200]


# ---- what it costs -----------------------------------------------------------------------------------------------


def test_a_read_is_one_round_trip_and_a_write_are_two(
    adam: Client, populated: Database, visit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_it, found = {"workflow_id": visit}, variant(adam, visit)["id"]
    made = note(adam, visit).body["id"]
    asks: dict[str, Callable[[], Answer]] = {
        "list": lambda: adam.get(ROUTE),
        "detail": lambda: adam.get(f"{ROUTE}/{visit}"),
        "variants": lambda: adam.get(VARIANTS, query=f"workflow_id={visit}"),
        "change": lambda: adam.patch(ROUTE, {"id": visit, "name": "Call-out"}, headers={"idempotency-key": "a"}),
        "correct": lambda: adam.post(OVERRIDES, {**of_it, "corrections": {}}, headers={"idempotency-key": "b"}),
        "reset": lambda: adam.post(RESET, of_it),
        "rate": lambda: adam.post(FEEDBACK, {**of_it, "rating": "accurate"}),
        "note": lambda: note(adam, visit),
        "take back": lambda: adam.send("DELETE", NOTES, query=f"id={made}"),
        "name": lambda: adam.post(VARIANTS, {**of_it, "description": "x"}),
        "judge": lambda: adam.patch(VARIANTS, {"id": found, "is_allowed": True}),
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
    reads = ("list", "detail", "variants")
    assert counted == {name: 1 if name in reads else 2 for name in asks}
