"""What a member chooses for themself, and their word on what was understood, as a client of the API does it."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from tests.functions.conftest import Client, Look
from tests.people import People
from vizdots import preferences

NOTIFICATIONS: Final = "/api/user/notifications"


def test_a_language_is_chosen_and_kept(ana: Client) -> None:
    assert ana.send("PUT", "/api/user/language", body={"language_code": "ko"}).status == 200
    assert ana.get("/api/user/language").body == {"language_code": "ko"}
    assert ana.get("/api/me").body["membership"]["preferred_language_code"] == "ko"


def test_a_language_that_we_do_not_speak_is_refused(ana: Client) -> None:
    answer = ana.send("PUT", "/api/user/language", body={"language_code": "tlh"})
    assert (answer.status, answer.body["errors"][0]["path"]) == (422, "body.language_code")


def test_turning_reminders_on_takes_back_an_unsubscription(ana: Client, look: Look) -> None:
    look("update organization_members set unsubscribed_at = now() where invited_email = 'ana@acme.test' returning 1")
    assert ana.get(NOTIFICATIONS).body["reminders_enabled"] is False
    answer = ana.send("PUT", NOTIFICATIONS, body={"reminders_enabled": True})
    assert answer.body == {
        "reminders_enabled": True,
        "mails": [{"kind": "reminder", "enabled": True}],
        "snoozed_from": None,
        "snoozed_until": None,
        "unsubscribed_at": None,
    }
    preferences.Notifications.model_validate(answer.body, strict=False)


def test_each_kind_of_mail_is_told_and_taken(adam: Client) -> None:
    body = {"mails": [{"kind": "reminder", "enabled": False}, {"kind": "alert_digest", "enabled": False}]}
    for _ in range(2):
        answer = adam.send("PUT", NOTIFICATIONS, body=body)
        assert answer.body["reminders_enabled"] is False
        assert answer.body["mails"] == [
            {"kind": "reminder", "enabled": False},
            {"kind": "alert_digest", "enabled": False},
            {"kind": "export_ready", "enabled": True},
        ]
    answer = adam.send("PUT", NOTIFICATIONS, body={"reminders_enabled": True})
    assert [mail["enabled"] for mail in answer.body["mails"]] == [True, False, True]
    assert adam.get(NOTIFICATIONS).body == answer.body


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        ({}, "invalid_fields", "body"),
        ({"snoozed_until": "2030-01-01"}, "invalid_fields", "body"),
        ({"mails": [{"kind": "invitation", "enabled": False}]}, "invalid_fields", "body.mails.0.kind"),
        ({"mails": [{"kind": "recovery", "enabled": False}]}, "invalid_fields", "body.mails.0.kind"),
        ({"mails": [{"kind": "reminder"}]}, "invalid_fields", "body.mails.0.enabled"),
        ({"reminders_enabled": True, "snoozed_until": "2999-01-01"}, "invalid_snooze", "snoozed_until"),
        ({"reminders_enabled": True, "snoozed_from": "2999-01-01"}, "invalid_snooze", "snoozed_until"),
        ({"mails": [{"kind": "trial_ending", "enabled": False}]}, "not_your_mails", None),
    ],
)
def test_a_choice_that_there_is_not_is_refused(ana: Client, body: dict[str, Any], code: str, path: str | None) -> None:
    before = ana.get(NOTIFICATIONS).body
    answer = ana.send("PUT", NOTIFICATIONS, body=body)
    assert (answer.status, answer.body["code"]) == (422, code)
    assert [error["path"] for error in answer.body.get("errors", [])] == ([path] if path else [])
    assert ana.get(NOTIFICATIONS).body == before


def test_a_leave_is_planned_from_a_day_to_a_day(ana: Client) -> None:
    today = datetime.now(UTC).date()
    leave = {"snoozed_from": f"{today + timedelta(days=10)}", "snoozed_until": f"{today + timedelta(days=24)}"}
    kept = ana.send("PUT", NOTIFICATIONS, body={"reminders_enabled": True, **leave}).body
    there = ZoneInfo("Europe/Berlin")
    assert {name: f"{datetime.fromisoformat(kept[name]).astimezone(there).date()}" for name in leave} == leave
    assert ana.send("PUT", NOTIFICATIONS, body={"reminders_enabled": True}).body["snoozed_from"] is None


def test_weeks_away_leave_no_gap_in_weeks_in_a_row(ana: Client, check_in: str, look: Look) -> None:
    """Four weeks ago a dot, then three weeks away, and one today."""
    for said in ("4, all well", "3, low"):
        ana.post(f"{check_in}/messages", {"message": said})
    look(
        "with sat as (insert into sessions (org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date,"
        " started_at, completed_at) select org_id, user_id, agent_code, topic_codes, at, at::date, at, at"
        " from sessions, lateral (select now() - interval '28 days' as at) as past returning *)"
        " insert into answers (session_id, raw_text, created_at) select id, '4', completed_at from sat returning 1"
    )
    assert ana.get("/api/user/dots").body["stats"]["weeks_in_a_row"] == 1
    look(
        "update organization_members set snoozed_from = monday - interval '21 days', snoozed_until = monday"
        " from (select date_trunc('week', now() at time zone 'Europe/Berlin') at time zone 'Europe/Berlin' as monday)"
        " as week where invited_email = 'ana@acme.test' returning 1"
    )
    assert ana.get("/api/user/dots").body["stats"]["weeks_in_a_row"] == 2


def test_no_admin_is_told_what_a_member_chose(olivia: Client, ana: Client, people: People) -> None:
    paths = (f"/api/admin/members/{people.ana.member_id}", "/api/admin/members", "/api/admin/audit-log")
    before = [olivia.get(path).body for path in paths]
    until = f"{datetime.now(UTC).date() + timedelta(days=5)}"
    ana.send("PUT", NOTIFICATIONS, body={"reminders_enabled": False, "snoozed_until": until})
    assert [olivia.get(path).body for path in paths] == before


def test_a_snooze_that_is_over_is_none(ana: Client) -> None:
    until = datetime.now(UTC).date() + timedelta(days=3)
    body = {"reminders_enabled": True, "snoozed_until": until.isoformat()}
    assert ana.send("PUT", NOTIFICATIONS, body=body).body["snoozed_until"] is not None
    later = ana.on(datetime.now(UTC) + timedelta(days=5))
    assert later.get(NOTIFICATIONS).body["snoozed_until"] is None


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
