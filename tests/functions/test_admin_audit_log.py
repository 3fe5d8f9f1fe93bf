"""Admins read the audit log through the API: filtered, in pages, as a file, and proved."""

import base64
import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, LiteralString
from urllib.parse import urlencode
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest

from tests.conftest import Database
from tests.functions.conftest import Answer, Client, Do, Look, doing_in
from tests.people import ERASE, NOBODY, People, Person
from vizdots import audit

LOG = "/api/admin/audit-log"

SignedIn = Callable[[Person], Client]


@pytest.fixture
def do(populated: Database) -> Do:
    """Do something in the database as somebody, or as the service; committed."""
    return doing_in(populated)


def asked(client: Client, **query: object) -> Answer:
    """The log, filtered; `since` and `until` are called from and to."""
    named = {{"since": "from", "until": "to"}.get(name, name): str(value) for name, value in query.items()}
    return client.get(LOG, query=urlencode(named))


def entries(client: Client, **query: object) -> list[dict[str, Any]]:
    """The entries of a page, which are what the document says."""
    answer = asked(client, **query)
    assert answer.status == 200, answer.body
    audit.Entries.model_validate(answer.body, strict=False)
    items: list[dict[str, Any]] = answer.body["items"]
    return items


def file(client: Client, **query: object) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """The lines of a file and its headers."""
    texts: list[str] = []

    def invoke(function: str, event: dict[str, Any]) -> dict[str, Any]:
        answered = client.invoke(function, event)
        assert answered["statusCode"] == 200, answered
        texts.append(unpacked(answered))
        return {**answered, "body": "", "isBase64Encoded": False}

    answer = asked(replace(client, invoke=invoke), format="jsonl", **query)
    assert texts[0] == "" or texts[0].endswith("\n")
    return [json.loads(line) for line in texts[0].split("\n")[:-1]], dict(answer.headers)


def unpacked(answered: dict[str, Any]) -> str:
    """The body of a function's answer, packed or not."""
    body: str = answered["body"]
    return gzip.decompress(base64.b64decode(body)).decode() if answered["isBase64Encoded"] else body


# ---- who changed what --------------------------------------------------------------------------------------------


def test_an_entry_says_who_what_before_and_after(adam: Client, do: Do, people: People) -> None:
    do(
        people.owner,
        "update organization_members set role = 'admin', department_id = %s where id = %s",
        people.office_department,
        people.ana.member_id,
    )
    entry = entries(adam, limit=1)[0]
    assert {**entry, "id": 0, "created_at": 0} == {
        "id": 0,
        "created_at": 0,
        "actor": {
            "type": "user",
            "id": str(people.owner.id),
            "member_id": str(people.owner.member_id),
            "name": "Olivia Owner",
        },
        "action": "updated",
        "what": "member updated: department, role",
        "entity_type": "organization_members",
        "entity_id": str(people.ana.member_id),
        "entity_name": "Ana Alba",
        "before": {"role": "member", "department_id": str(people.field_department)},
        "after": {"role": "admin", "department_id": str(people.office_department)},
        "names": {str(people.field_department): "Field", str(people.office_department): "Office"},
    }


def test_a_job_is_the_system(adam: Client, do: Do, people: People) -> None:
    do(None, "update organizations set subscription_status = 'active' where id = %s", people.acme)
    entry = entries(adam, limit=1)[0]
    assert entry["actor"] == {"type": "system", "id": None, "member_id": None, "name": None}
    assert entry["what"] == "settings updated: subscription status"
    assert (entry["entity_name"], entry["names"]) == (None, {})


def test_names_are_those_of_today_and_missing_where_there_is_none(adam: Client, do: Do, people: People) -> None:
    do(people.owner, "update organization_members set supervisor = null where id = %s", people.ana.member_id)
    do(
        None,
        "update organization_members set display_name = 'Mara Married' where id = %s",
        people.her_manager.member_id,
    )
    entry = next(each for each in entries(adam) if "supervisor" in (each["after"] or {}))
    assert entry["names"] == {str(people.her_manager.member_id): "Mara Married"}


def test_somebody_who_was_erased_leaves_an_entry_without_a_name(adam: Client, do: Do, people: People) -> None:
    do(people.owner, "update organization_members set level = 'manager' where id = %s", people.colleague.member_id)
    do(None, "update organization_members set role = 'owner' where id = %s", people.admin.member_id)
    do(None, ERASE, people.colleague.member_id)
    do(None, ERASE, people.owner.member_id)
    entry = next(each for each in entries(adam) if (each["after"] or {}).get("level") == "manager" and each["before"])
    assert entry["entity_name"] is None
    assert entry["actor"] == {"type": "user", "id": str(people.owner.id), "member_id": None, "name": None}


def test_a_department_that_was_deleted_is_called_what_it_was(adam: Client, do: Do, people: People) -> None:
    yard = uuid4()
    move: LiteralString = "update organization_members set department_id = %s where id = %s"
    do(people.admin, "insert into departments (id, org_id, name) values (%s, %s, 'Yard')", yard, people.acme)
    do(people.admin, move, yard, people.ana.member_id)
    do(people.admin, move, people.office_department, people.ana.member_id)
    do(None, "delete from departments where id = %s", yard)
    deleted, moved = entries(adam, limit=2)
    assert (deleted["what"], deleted["entity_name"], deleted["after"]) == ("department deleted", "Yard", None)
    assert moved["names"][str(yard)] == "Yard"


def test_an_admins_own_check_ins_are_not_in_the_log_of_the_organisation(
    adam: Client, signed_in: SignedIn, people: People
) -> None:
    signed_in(people.admin).patch("/api/user/profile", {"confirm": True})
    assert "user_profiles" not in {each["entity_type"] for each in entries(adam, limit=200)}


# ---- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [LOG, f"{LOG}/verify"])
@pytest.mark.parametrize("query", ["", "format=jsonl"])
def test_whoever_isnt_an_admin_gets_nothing(
    nobody: Client, signed_in: SignedIn, people: People, path: str, query: str
) -> None:
    assert nobody.get(path, query=query).status == 401
    for person in (people.ana, people.her_manager):
        refused = signed_in(person).get(path, query=query)
        assert (refused.status, refused.body["code"]) == (403, "admins_only")
    former = signed_in(people.former).get(path, query=query)
    assert (former.status, former.body["code"]) == (403, "no_organisation")


def test_a_stranger_reads_their_own_organisations_log_alone(signed_in: SignedIn, people: People) -> None:
    stella = signed_in(people.stranger)
    seen = entries(stella, limit=200)
    assert seen
    assert not {str(people.acme), *(str(each.member_id) for each in people.all() if each.org_id == people.acme)} & {
        each["entity_id"] for each in seen
    }
    assert entries(stella, entity_id=people.ana.member_id) == []
    other = stella.get(LOG, headers={"x-org-id": str(people.acme)})
    assert (other.status, other.body["code"]) == (403, "no_organisation")


def test_whoever_runs_two_organisations_says_which(signed_in: SignedIn, do: Do, people: People) -> None:
    do(
        None,
        "insert into organization_members (org_id, user_id, role, status) values (%s, %s, 'admin', 'active')",
        people.globex,
        people.admin.id,
    )
    both = signed_in(people.admin)
    assert (both.get(LOG).status, both.get(LOG).body["code"]) == (409, "choose_organisation")
    chosen = both.get(LOG, headers={"x-org-id": str(people.globex)})
    assert {str(people.globex)} == {
        each["entity_id"] for each in chosen.body["items"] if each["entity_type"] == "organizations"
    }


# ---- filters and pages -------------------------------------------------------------------------------------------


def test_filters_combine(adam: Client, do: Do, people: People) -> None:
    do(people.owner, "update organizations set allow_llm = false where id = %s", people.acme)
    do(people.owner, "update departments set name = 'Outdoors' where id = %s", people.field_department)
    do(people.admin, "update departments set name = 'Indoors' where id = %s", people.office_department)
    newest = [each["what"] for each in entries(adam, actor=people.owner.id)]
    assert newest == ["department updated: name", "settings updated: allow llm"]
    assert [each["after"] for each in entries(adam, actor=people.owner.id, entity_type="departments")] == [
        {"name": "Outdoors"}
    ]
    assert entries(adam, actor=people.owner.id, entity_id=people.office_department) == []
    assert [each["action"] for each in entries(adam, entity_id=people.office_department)] == ["updated", "created"]
    assert [each["action"] for each in entries(adam, entity_id=people.office_department, action="created")] == [
        "created"
    ]
    assert {each["actor"]["type"] for each in entries(adam, actor="system")} == {"system"}
    assert entries(adam, actor=uuid4()) == []


def test_from_counts_and_to_counts_no_more(adam: Client) -> None:
    seen = entries(adam)
    third = seen[2]["created_at"]
    later = entries(adam, since=third)
    earlier = entries(adam, until=third)
    assert later == seen[:3]
    assert later + earlier == seen
    assert entries(adam, since=third, until=seen[0]["created_at"]) == seen[1:3]
    elsewhere = datetime.fromisoformat(third).astimezone(ZoneInfo("Asia/Tokyo"))
    assert entries(adam, since=elsewhere.isoformat()) == later


@pytest.mark.parametrize(
    ("wrong", "path"),
    [
        ({"actor": "Adam"}, "query.actor"),
        ({"entity_type": "sessions"}, "query.entity_type"),
        ({"entity_id": "1"}, "query.entity_id"),
        ({"action": "completed"}, "query.action"),
        ({"since": "yesterday"}, "query.from"),
        ({"since": "2026-11-02T10:00:00"}, "query.from"),
        ({"since": "2026-11-02T10:00:00Z", "until": "2026-11-02T10:00:00Z"}, "query.to"),
        ({"format": "csv"}, "query.format"),
        ({"limit": 0}, "query.limit"),
        ({"limit": 201}, "query.limit"),
    ],
)
def test_a_filter_that_means_nothing_is_told(adam: Client, wrong: dict[str, object], path: str) -> None:
    refused = asked(adam, **wrong)
    assert refused.status == 422
    assert {each["path"] for each in refused.body["errors"] if each["path"].startswith(path)}


@pytest.mark.parametrize("cursor", ["x", "20261102100000000000-x", f"99999999999999999999-{NOBODY}"])
def test_a_cursor_that_isnt_ours_is_told(adam: Client, cursor: str) -> None:
    refused = asked(adam, cursor=cursor)
    assert (refused.status, refused.body["code"]) == (422, "invalid_cursor")


def test_pages_hold_every_entry_once_while_new_ones_arrive(adam: Client, do: Do, people: People) -> None:
    before = [each["id"] for each in entries(adam)]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = asked(adam, limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [each["id"] for each in page.body["items"]]
        do(people.admin, "insert into departments (org_id, name) values (%s, %s)", people.acme, f"New {len(seen)}")
        cursor = page.body["next_cursor"]
        if cursor is None:
            break
    assert seen == before


# ---- the file --------------------------------------------------------------------------------------------------------


def test_a_file_holds_what_the_list_holds(adam: Client, do: Do, people: People) -> None:
    do(people.owner, "update departments set name = E'Zürich\n„Süd“' where id = %s", people.field_department)
    for query in ({}, {"entity_type": "departments"}, {"actor": "system", "action": "created"}):
        lines, headers = file(adam, **query)
        assert lines == entries(adam, limit=200, **query)
        assert "x-next-cursor" not in headers
    assert headers["content-type"] == "application/x-ndjson"
    assert headers["content-disposition"].startswith('attachment; filename="audit-log-2')


def test_a_file_without_entries_is_empty(adam: Client) -> None:
    assert file(adam, actor=uuid4())[0] == []


def test_a_file_is_packed_for_whoever_unpacks_it(adam: Client) -> None:
    told: list[dict[str, Any]] = []

    def invoke(function: str, event: dict[str, Any]) -> dict[str, Any]:
        told.append(adam.invoke(function, event))
        return {"statusCode": 200}

    packs = {"accept-encoding": "gzip, br"}
    replace(adam, invoke=invoke).get(LOG, query="format=jsonl", headers=packs)
    assert told[0]["headers"]["content-encoding"] == "gzip"
    assert [json.loads(line) for line in unpacked(told[0]).splitlines()] == entries(adam)


def test_files_go_on_where_the_one_before_ended(adam: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = entries(adam, limit=200)
    monkeypatch.setattr(audit, "MOST_BYTES", 1_500)
    told, cursor, files = [], None, 0
    while files == 0 or cursor:
        lines, headers = file(adam, **({"cursor": cursor} if cursor else {}))
        told += lines
        cursor = headers.get("x-next-cursor")
        files += 1
    assert told == whole
    assert files > 2
    monkeypatch.setattr(audit, "MOST_BYTES", 1)
    assert len(file(adam)[0]) == 1  # what is larger than a file still gets through
    monkeypatch.undo()
    assert file(adam, limit=2)[0] == whole[:2]


# ---- proved ----------------------------------------------------------------------------------------------------------


def tampered(database: Database, statement: LiteralString, **values: object) -> None:
    """What somebody does who owns the server."""
    with psycopg.connect(database.admin_url) as connection:
        connection.execute("set session_replication_role = replica")
        assert connection.execute(statement, values).rowcount > 0


def test_a_log_that_is_whole_says_so_and_nothing_else(adam: Client) -> None:
    answer = adam.get(f"{LOG}/verify")
    audit.Verification.model_validate(answer.body)
    assert answer.body == {"whole": True, "first_broken": None, "last_proved": None}


def test_the_first_entry_that_was_edited_is_named(
    adam: Client, populated: Database, look: Look, people: People
) -> None:
    edit: LiteralString = "update audit_log set after = jsonb_set(after, '{role}', '\"owner\"') where id = %(id)s"
    ana = look("select id from audit_log where entity_id = %s", people.ana.member_id)
    carl = look("select id from audit_log where entity_id = %s", people.colleague.member_id)
    tampered(populated, edit, id=carl)
    tampered(populated, edit, id=ana)
    answer = adam.get(f"{LOG}/verify")
    audit.Verification.model_validate(answer.body)
    assert answer.body["whole"] is False
    broken = answer.body["first_broken"]
    assert (broken["how"], broken["entry"]["id"], broken["entry"]["entity_name"]) == ("edited", str(ana), "Ana Alba")
    assert answer.body["last_proved"]["entity_id"] == str(people.her_manager.member_id)


def test_a_broken_entry_that_is_somebodys_own_is_told_but_not_shown(
    adam: Client, ana: Client, populated: Database, look: Look
) -> None:
    ana.patch("/api/user/profile", {"confirm": True})
    newest = adam.get(LOG, query="limit=1").body["items"][0]["id"]
    own = look("select id from audit_log where entity_type = 'user_profiles'")
    tampered(populated, "update audit_log set created_at = created_at - interval '1 day' where id = %(id)s", id=own)
    told = adam.get(f"{LOG}/verify").body
    assert told["whole"] is False
    assert told["first_broken"] == {"how": "edited", "entry": None}
    assert told["last_proved"]["id"] == newest
    assert str(own) not in json.dumps(told)


@pytest.mark.parametrize("garbage", ["null", "[]", '"x"', '{"department_id": "x"}', '{"department_id": {"x": []}}'])
def test_whatever_somebody_makes_of_an_entry_the_log_can_be_read(
    adam: Client, populated: Database, people: People, garbage: str
) -> None:
    tampered(
        populated,
        "update audit_log set action = 'updated', before = %(garbage)s, after = %(garbage)s where entity_id = %(ana)s",
        garbage=garbage,
        ana=people.ana.member_id,
    )
    assert adam.get(f"{LOG}/verify").body["first_broken"]["entry"]["after"] == json.loads(garbage)
    assert asked(adam, limit=200).status == 200
    assert len(file(adam)[0]) == 9


def test_newest_entries_that_were_cut_off_are_missed(adam: Client, populated: Database, look: Look) -> None:
    newest = adam.get(LOG, query="limit=2").body["items"]
    tampered(populated, "delete from audit_log where id = %(id)s", id=newest[0]["id"])
    told = adam.get(f"{LOG}/verify").body
    assert told["first_broken"] == {"how": "end", "entry": None}
    assert told["last_proved"]["id"] == newest[1]["id"]
