"""What a member chooses for themself, and their word on what was understood, as a client of the API does it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from tests.functions.conftest import Client, Look


def test_a_language_is_chosen_and_kept(ana: Client) -> None:
    assert ana.send("PUT", "/api/user/language", body={"language_code": "ko"}).status == 200
    assert ana.get("/api/user/language").body == {"language_code": "ko"}
    assert ana.get("/api/me").body["membership"]["preferred_language_code"] == "ko"


def test_a_language_that_we_do_not_speak_is_refused(ana: Client) -> None:
    answer = ana.send("PUT", "/api/user/language", body={"language_code": "tlh"})
    assert (answer.status, answer.body["errors"][0]["path"]) == (422, "body.language_code")


def test_turning_reminders_on_takes_back_an_unsubscription(ana: Client, look: Look) -> None:
    look("update organization_members set unsubscribed_at = now() where invited_email = 'ana@acme.test' returning 1")
    assert ana.get("/api/user/notifications").body["reminders_enabled"] is False
    answer = ana.send("PUT", "/api/user/notifications", body={"reminders_enabled": True})
    assert answer.body == {"reminders_enabled": True, "snoozed_until": None, "unsubscribed_at": None}


def test_a_snooze_that_is_over_is_none(ana: Client) -> None:
    until = datetime.now(UTC).date() + timedelta(days=3)
    body = {"reminders_enabled": True, "snoozed_until": until.isoformat()}
    assert ana.send("PUT", "/api/user/notifications", body=body).body["snoozed_until"] is not None
    later = ana.on(datetime.now(UTC) + timedelta(days=5))
    assert later.get("/api/user/notifications").body["snoozed_until"] is None


def test_a_dot_is_corrected_once_for_each_key(ana: Client, check_in: str, look: Look) -> None:
    for said in ("4, all well", "3, low"):
        ana.post(f"{check_in}/messages", {"message": said})
    dot = ana.get("/api/user/dots").body["items"][0]
    path, key = f"/api/user/dots/{dot['id']}/review", {"idempotency-key": str(uuid4())}
    sent = {"verdict": "corrected", "corrected": {**dot["answer_json"], "rating": 2}}
    first, again = (ana.post(path, sent, headers=key) for _ in range(2))
    assert first.body == again.body
    assert first.body["answer_json"]["rating"] == 2
    assert look("select count(*) from answer_reviews") == 1
    assert look("select answer_json ->> 'rating' from answers") == "4"


def test_what_is_no_output_of_the_agent_is_refused(ana: Client, check_in: str, look: Look) -> None:
    for said in ("4, all well", "3, low"):
        ana.post(f"{check_in}/messages", {"message": said})
    dot = ana.get("/api/user/dots").body["items"][0]
    answer = ana.post(f"/api/user/dots/{dot['id']}/review", {"verdict": "corrected", "corrected": {"rating": 9}})
    assert (answer.status, answer.body["code"]) == (422, "invalid_correction")
    assert look("select count(*) from answer_reviews") == 0


def test_what_is_redacted_takes_its_corrections_along(ana: Client, check_in: str, look: Look) -> None:
    for said in ("4, all well", "3, low"):
        ana.post(f"{check_in}/messages", {"message": said})
    dot = ana.get("/api/user/dots").body["items"][0]
    ana.post(f"/api/user/dots/{dot['id']}/review", {"verdict": "confirmed"})
    look(
        "with role as (select set_config('role', 'service_role', true)) update answers set raw_text = '[redacted]',"
        " answer_text = null, answer_json = null, transcript_json = null, translated_text_en = null,"
        " redacted_at = now() from role returning 1"
    )
    assert look("select count(*) from answer_reviews") == 0
