"""A check-in from end to end: it is started, talked through, and becomes a dot, a profile and an audit trail."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from common import db
from common.callers import Caller
from tests.functions.conftest import Client
from tests.people import People, Person
from vizdots import conversation, dots, onboarding, pages, sessions
from vizdots import people as membership

ANSWERS = ("4, a good week with the new van", "3, and my limit is far away: low")


def talk_through(client: Client, check_in: str) -> Any:
    """Answer until the check-in is over; the last reply."""
    for said in ANSWERS:
        reply = client.post(f"{check_in}/messages", {"message": said})
        assert reply.status == 200, reply.body
    assert reply.body["isComplete"] is True
    return reply.body


def test_a_check_in_becomes_a_dot_with_the_words_and_what_they_come_to(
    ana: Client, check_in: str, look: Callable[..., Any], people: People
) -> None:
    last = talk_through(ana, check_in)

    assert last["extractedData"]["rating"] == 4
    assert last["extractedData"]["workload_rating"] == 3
    dot = ana.get("/api/user/dots").body["items"][0]
    assert (dot["answer_number"], dot["answer_text"]) == (4, "a good week with the new van")
    assert look("select raw_text from answers") == "\n".join(ANSWERS)
    assert look("select translated_text_en from answers") == "\n".join(ANSWERS)
    assert look("select department_id from answers") == people.field_department
    assert look("select jsonb_array_length(transcript_json) from answers") == 5


def test_a_completed_check_in_is_told_with_its_whole_talk(ana: Client, check_in: str) -> None:
    talk_through(ana, check_in)

    told = ana.get(check_in).body

    assert told["status"] == "completed"
    assert [(line["turn"], line["role"]) for line in told["messages"]] == [
        (0, "agent"),
        (1, "person"),
        (1, "agent"),
        (2, "person"),
        (2, "agent"),
    ]


def test_the_profile_learns_from_it_and_the_person_can_correct_it(ana: Client, check_in: str) -> None:
    talk_through(ana, check_in)
    learnt = ana.get("/api/user/profile").body
    assert learnt["profile"]["morale_trend"] == "positive"
    assert learnt["version"] == 1

    confirmed = ana.patch("/api/user/profile", {"role_summary": "I repair heat pumps", "confirm": True}).body

    assert confirmed["version"] == 2
    assert confirmed["confirmed_at"] is not None
    assert "role_summary" not in confirmed["gaps"]
    assert ana.get("/api/user/profile").body == confirmed


def test_it_leaves_an_audit_trail_that_only_the_person_can_read_and_that_holds_no_words(
    ana: Client, check_in: str, look: Callable[..., Any], people: People
) -> None:
    talk_through(ana, check_in)

    assert look(
        "select array_agg(distinct entity_type order by entity_type) from audit_log where scope = 'personal'"
    ) == [
        "sessions",
        "user_profiles",
    ]
    assert look("select count(*) from audit_log where subject_user_id = %s", people.ana.id) >= 2
    assert look("select count(*) from audit_log where (before::text || after::text) like %s", "%van%") == 0
    assert look("select app.verify_audit_log(%s)", people.acme) is None


def test_the_topics_are_remembered_for_the_next_time(ana: Client, check_in: str, look: Callable[..., Any]) -> None:
    talk_through(ana, check_in)

    assert look("select array[topic_code, times_asked::text] from user_topic_history") == ["pulse_weekly", "1"]
    assert look("select topic_code from session_topics") == "pulse_weekly"


def test_it_can_be_ended_early_with_what_was_understood(ana: Client, check_in: str) -> None:
    ana.post(f"{check_in}/messages", {"message": "2, too much rain"})

    ended = ana.patch(check_in, {"action": "complete"})

    assert (ended.status, ended.body["status"]) == (200, "completed")
    assert ana.get("/api/user/dots").body["items"][0]["answer_number"] == 2
    assert ana.patch(check_in, {"action": "complete"}).status == 200
    assert ana.get("/api/user/dots").body["stats"]["total"] == 1


def test_ending_it_before_anything_was_said_is_refused(ana: Client, check_in: str) -> None:
    refused = ana.patch(check_in, {"action": "complete"})

    assert (refused.status, refused.body["code"]) == (409, "nothing_said")
    assert ana.get(check_in).body["status"] == "started"


def test_starting_twice_is_harmless(ana: Client) -> None:
    path = f"/api/sessions/{ana.post('/api/sessions', {'agent_code': 'focus_tracker'}).body['id']}"

    first = ana.patch(path, {"action": "start"}).body
    second = ana.patch(path, {"action": "start"}).body

    assert first["started_at"] is not None
    assert first == second


def test_the_third_answer_ends_it_whatever_it_is(ana: Client, check_in: str) -> None:
    replies = [ana.post(f"{check_in}/messages", {"message": said}).body for said in ("hm", "well", "dunno")]

    assert [reply["isComplete"] for reply in replies] == [False, False, True]
    assert ana.get("/api/user/dots").body["items"][0]["answer_number"] is None


def test_a_mention_of_self_harm_shows_help_at_once_and_raises_nothing(
    ana: Client, check_in: str, look: Callable[..., Any]
) -> None:
    reply = ana.post(f"{check_in}/messages", {"message": "1, I want to kill myself"}).body

    assert "findahelpline.com" in reply["message"]
    assert look("select count(*) from pattern_alerts") == 0
    assert look("select count(*) from audit_log where (before::text || after::text) like %s", "%self_harm%") == 0


def test_the_agent_speaks_the_persons_language(ana: Client, look: Callable[..., Any], people: People) -> None:
    look("update organization_members set preferred_language_code = 'es' where user_id = %s returning 1", people.ana.id)
    path = f"/api/sessions/{ana.post('/api/sessions', {'agent_code': 'pulse'}).body['id']}/messages"

    opening = ana.post(path, {"isOpening": True}).body["message"]
    ana.post(path, {"message": "Un cuatro, el equipo me ayudó mucho con las averías"})
    ana.post(path, {"message": "carga de trabajo: 3, y cerca de mi límite: bajo"})

    assert "Hola" in opening
    assert look("select language_code from answers") == "es"
    assert look("select translated_text_en from answers") is None


def test_a_dot_can_be_marked_private_and_back(ana: Client, check_in: str, look: Callable[..., Any]) -> None:
    talk_through(ana, check_in)
    path = f"/api/user/dots/{ana.get('/api/user/dots').body['items'][0]['id']}"

    assert ana.patch(path, {"is_private": True}).body["is_private"] is True
    assert look("select privacy_level from answers") == "private"
    assert ana.patch(path, {"is_private": False}).body["is_private"] is False


def test_a_dot_stays_open_where_the_organisation_says_so(ana: Client, check_in: str, look: Callable[..., Any]) -> None:
    talk_through(ana, check_in)
    look(
        "update organizations set employee_can_mark_private = false where name like 'Acme%%' returning 1",
    )
    path = f"/api/user/dots/{ana.get('/api/user/dots').body['items'][0]['id']}"

    refused = ana.patch(path, {"is_private": True})

    assert (refused.status, refused.body["code"]) == (403, "private_not_allowed")


def test_answers_are_what_their_models_document(ana: Client, check_in: str) -> None:
    talk_through(ana, check_in)

    TypeAdapter(dots.Dots).validate_python(ana.get("/api/user/dots").body)
    TypeAdapter(sessions.Session).validate_python(ana.get(check_in).body)
    listed = TypeAdapter(pages.Page[sessions.SessionSummary]).validate_python(ana.get("/api/sessions").body)
    TypeAdapter(onboarding.OwnProfile).validate_python(ana.get("/api/user/profile").body)
    me = TypeAdapter(membership.Me).validate_python(ana.get("/api/me").body)
    assert listed.items[0].status == "completed"
    assert me.next == "onboarding"


def test_nobody_else_finds_it(
    ana: Client, check_in: str, signed_in: Callable[[Person], Client], people: People
) -> None:
    talk_through(ana, check_in)
    dot = ana.get("/api/user/dots").body["items"][0]["id"]

    for person in (people.colleague, people.her_manager, people.admin, people.owner, people.stranger):
        other = signed_in(person)
        assert other.get(check_in).status == 404
        assert other.patch(check_in, {"action": "start"}).status == 404
        assert other.patch(check_in, {"action": "complete"}).status == 404
        assert other.post(f"{check_in}/messages", {"message": "hello"}).status == 404
        assert other.patch(f"/api/user/dots/{dot}", {"is_private": True}).status == 404
        assert other.get("/api/user/dots").body["items"] == []
        assert other.get("/api/sessions").body["items"] == []
        assert other.get("/api/user/profile").body["profile"] == {}


def test_lists_come_in_pages_newest_first(ana: Client, look: Callable[..., Any], people: People) -> None:
    look(
        "insert into sessions (org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date)"
        " select %s, %s, 'pulse', '{pulse_weekly}', at, at::date"
        " from generate_series(timestamptz '2026-01-01', '2026-01-07', '1 day') as at returning 1",
        people.acme,
        people.ana.id,
    )
    seen, cursor = [], ""
    for expected in (3, 3, 1):
        page = ana.get("/api/sessions", query=f"limit=3{cursor}&status=pending").body
        assert len(page["items"]) == expected
        seen += [item["scheduled_for"][:10] for item in page["items"]]
        cursor = f"&cursor={page['next_cursor']}"

    assert page["next_cursor"] is None
    assert seen == [f"2026-01-0{day}" for day in range(7, 0, -1)]
    assert ana.get("/api/sessions", query="status=completed").body["items"] == []


def test_nothing_is_asked_or_heard_without_a_consent_that_the_organisation_requires(
    ana: Client, check_in: str, look: Callable[..., Any], people: People
) -> None:
    look("update organizations set data_processing_consent_required = true where id = %s returning 1", people.acme)

    refused = [
        ana.post("/api/sessions", {"agent_code": "focus_tracker"}),
        ana.post(f"{check_in}/messages", {"message": "4, fine"}),
    ]

    assert [(it.status, it.body["code"]) for it in refused] == [(403, "consent_required")] * 2
    assert look("select count(*) from session_messages where role = 'person'") == 0
    look(
        "insert into user_consents (org_id, user_id, consent_type, version, granted_at)"
        " values (%s, %s, 'data_processing', '1', now()) returning 1",
        people.acme,
        people.ana.id,
    )
    assert ana.post(f"{check_in}/messages", {"message": "4, fine"}).status == 200


def test_a_withdrawn_consent_holds_at_the_end_as_well(
    ana: Client, check_in: str, look: Callable[..., Any], people: People
) -> None:
    ana.post(f"{check_in}/messages", {"message": "4, fine"})
    look("update organizations set data_processing_consent_required = true where id = %s returning 1", people.acme)

    refused = ana.patch(check_in, {"action": "complete"})

    assert (refused.status, refused.body["code"]) == (403, "consent_required")
    assert look("select count(*) from answers") == 0
    assert look("select count(*) from user_profiles") == 0


def test_the_same_words_sent_again_after_a_crash_are_one_message(
    ana: Client, check_in: str, look: Callable[..., Any]
) -> None:
    look(
        "insert into session_messages (org_id, user_id, session_id, turn, role, content)"
        " select org_id, user_id, id, 1, 'person', '4, fine' from sessions returning 1"
    )

    reply = ana.post(f"{check_in}/messages", {"message": "4, fine"}).body

    assert reply["turn"] == 1
    assert look("select count(*) from session_messages where role = 'person'") == 1


def test_a_message_whose_answer_was_lost_is_answered_together_with_the_next(
    ana: Client, check_in: str, look: Callable[..., Any]
) -> None:
    look(
        "insert into session_messages (org_id, user_id, session_id, turn, role, content, idempotency_key)"
        " select org_id, user_id, id, 1, 'person', '4, fine', 'lost' from sessions returning 1"
    )
    next_one = ana.post(f"{check_in}/messages", {"message": "3, low"}).body

    again = ana.post(f"{check_in}/messages", {"message": "4, fine"}, headers={"idempotency-key": "lost"}).body

    assert next_one["turn"] == 2
    assert again == next_one


def test_a_check_in_ended_early_holds_no_line_that_nobody_said(
    ana: Client, check_in: str, look: Callable[..., Any]
) -> None:
    ana.post(f"{check_in}/messages", {"message": "4, fine"})

    ana.patch(check_in, {"action": "complete"})

    assert look("select jsonb_array_length(transcript_json) from answers") == 3


def test_a_message_that_comes_while_a_check_in_is_being_ended_is_part_of_it(
    ana: Client, check_in: str, people: People, look: Callable[..., Any]
) -> None:
    ana.post(f"{check_in}/messages", {"message": "4, fine"})
    caller = Caller(scope=db.Scope("authenticated", people.ana.claims), at=datetime.now(UTC))
    looked: list[object] = []

    def step(rule: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        answer = caller.step(rule, *args, **kwargs)
        if not looked:  # the other tab speaks between our look and our end
            looked.append(rule)
            look(
                "insert into session_messages (org_id, user_id, session_id, turn, role, content)"
                " select org_id, user_id, id, 2, 'person', 'and my boss shouted' from sessions returning 1"
            )
        return answer

    conversation.end_early(step, UUID(check_in.rsplit("/", maxsplit=1)[-1]), at=caller.at)

    assert look("select raw_text from answers") == "4, fine\nand my boss shouted"
