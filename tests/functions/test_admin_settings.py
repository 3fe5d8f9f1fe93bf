"""GET, PATCH /api/admin/settings: owners set how their organisation works, and never over each other."""

from collections.abc import Callable
from threading import Thread
from typing import Any

import psycopg
import pytest
from pydantic import TypeAdapter

from common import config, db
from tests.conftest import Database
from tests.functions.conftest import Answer, Client, Look, eventually
from tests.people import People, Person
from vizdots.flags import ALWAYS_ON, FLAGS
from vizdots.organizations import OrganizationSettings
from vizdots.schedules import WEEKDAYS

SETTINGS = "/api/admin/settings"
SignIn = Callable[[Person], Client]


@pytest.fixture
def second_owner(signed_in: SignIn, people: People, look: Look) -> Client:
    """Adam, made an owner, too."""
    look("update organization_members set role = 'owner' where user_id = %s returning 1", people.admin.id)
    return signed_in(people.admin)


def seen(client: Client) -> dict[str, Any]:
    """The settings, held against their model."""
    answer = client.get(SETTINGS)
    assert answer.status == 200, answer.body
    TypeAdapter(OrganizationSettings).validate_python(answer.body)
    assert answer.headers["etag"] == f'"{answer.body["etag"]}"'
    body: dict[str, Any] = answer.body
    return body


def change(client: Client, etag: str | None = None, **sent: object) -> Answer:
    return client.patch(SETTINGS, sent, headers={"if-match": f'"{etag}"'} if etag else None)


def week(**days: dict[str, object]) -> dict[str, Any]:
    """Monday to Friday from nine to five, but for the days given."""
    usual: dict[str, Any] = {
        name: {"on": name not in WEEKDAYS[5:], "start": "09:00", "end": "17:00"} for name in WEEKDAYS
    }
    return {**usual, **days}


# ---- who -------------------------------------------------------------------------------------------------------------


def test_admins_look_and_owners_change(olivia: Client, signed_in: SignIn, people: People) -> None:
    admin = signed_in(people.admin)
    assert seen(admin)["name"] == "Acme Field Services"

    refused = change(admin, name="Adam's")

    assert (refused.status, refused.body["code"]) == (403, "owners_only")
    assert change(olivia, name="Acme Heating").body["name"] == "Acme Heating"
    assert seen(admin)["name"] == "Acme Heating"


def test_a_member_does_neither(ana: Client) -> None:
    assert [ana.get(SETTINGS).body["code"], change(ana, name="Ana's").body["code"]] == ["admins_only", "owners_only"]


def test_an_owner_elsewhere_sees_and_changes_their_own(signed_in: SignIn, people: People, look: Look) -> None:
    stranger = signed_in(people.stranger)
    assert change(stranger, name="Globex Heating").status == 200
    assert stranger.patch(SETTINGS, {"name": "Mine"}, headers={"x-org-id": str(people.acme)}).status == 403
    assert look("select name from organizations where id = %s", people.acme) == "Acme Field Services"


# ---- two at once -----------------------------------------------------------------------------------------------------


def test_of_two_owners_the_second_is_told_and_nothing_is_overwritten(olivia: Client, second_owner: Client) -> None:
    etag = seen(olivia)["etag"]
    assert seen(second_owner)["etag"] == etag
    assert change(olivia, etag, timezone="Europe/Lisbon").status == 200

    second = change(second_owner, etag, timezone="Asia/Tokyo", name="Acme Japan")

    assert (second.status, second.body["code"]) == (412, "stale")
    now = seen(second_owner)
    assert (now["timezone"], now["name"]) == ("Europe/Lisbon", "Acme Field Services")
    assert change(second_owner, now["etag"], timezone="Asia/Tokyo").status == 200


def test_of_two_owners_at_the_same_time_the_second_is_told(
    olivia: Client, populated: Database, look: Look, people: People
) -> None:
    etag, answers = seen(olivia)["etag"], []

    def send() -> None:
        answers.append(change(olivia, etag, name="Acme West"))
        db.close()

    with psycopg.connect(populated.admin_url) as first:
        first.execute("update organizations set name = 'Acme East' where id = %s", (people.acme,))
        second = Thread(target=send)
        second.start()
        eventually(lambda: look("select count(*) from pg_locks where not granted"), "the second waits for the first")
        first.commit()
    second.join()

    assert [each.status for each in answers] == [412]
    assert look("select name from organizations where id = %s", people.acme) == "Acme East"


def test_whoever_sends_no_etag_takes_what_there_is(olivia: Client) -> None:
    assert change(olivia, name="Acme").status == 200
    assert olivia.patch(SETTINGS, {"name": "Acme!"}, headers={"if-match": "*"}).status == 200


def test_a_change_that_is_sent_twice_is_made_once(olivia: Client, look: Look) -> None:
    etag = seen(olivia)["etag"]
    headers = {"if-match": f'"{etag}"', "idempotency-key": "once"}

    first, again = (olivia.patch(SETTINGS, {"name": "Acme Heating"}, headers=headers) for _ in range(2))

    assert (first.status, again.status) == (200, 200)
    assert first.body == again.body
    assert look("select count(*) from audit_log where entity_type = 'organizations' and after ? 'name'") == 3


def test_a_change_tells_the_audit_log_what_was_and_what_is(olivia: Client, look: Look, people: People) -> None:
    change(olivia, timezone="Europe/Lisbon", feature_flags={"OWNER_NOTES": False})

    entry = look(
        "select jsonb_build_object('actor', actor_id, 'before', before, 'after', after) from audit_log"
        " where org_id = %s and entity_type = 'organizations' order by seq desc limit 1",
        people.acme,
    )

    assert entry == {
        "actor": str(people.owner.id),
        "before": {"timezone": "Europe/Berlin", "feature_flags": {}},
        "after": {"timezone": "Europe/Lisbon", "feature_flags": {"OWNER_NOTES": False}},
    }


# ---- what is sent ----------------------------------------------------------------------------------------------------


def test_what_is_left_out_stays(olivia: Client) -> None:
    change(olivia, industry="Heating", size_band="11-50", schedule_config=week(friday=day(on=False)))
    before = seen(olivia)

    after = change(olivia, name="Acme Heating").body

    assert {**after, "name": before["name"], "etag": before["etag"]} == before
    assert change(olivia).status == 200


def test_industry_and_size_can_be_emptied(olivia: Client) -> None:
    change(olivia, industry="Heating", size_band="11-50")
    emptied = change(olivia, industry=None, size_band=None).body
    assert (emptied["industry"], emptied["size_band"]) == (None, None)


def day(*, on: bool = True, start: object = "09:00", end: object = "17:00") -> dict[str, object]:
    return {"on": on, "start": start, "end": end}


@pytest.mark.parametrize(
    ("sent", "path"),
    [
        ({"name": ""}, "body.name"),
        ({"name": "\u200b"}, "body.name"),
        ({"name": None}, "body.name"),
        ({"name": "x" * 201}, "body.name"),
        ({"name": "a\x00"}, "body.name"),
        ({"timezone": None}, "body.timezone"),
        ({"industry": ""}, "body.industry"),
        ({"size_band": "many"}, "body.size_band"),
        ({"schedule_config": None}, "body.schedule_config"),
        ({"schedule_config": {k: v for k, v in week().items() if k != "tuesday"}}, "body.schedule_config.tuesday"),
        ({"schedule_config": week(monday=day(start="9:00"))}, "body.schedule_config.monday.start"),
        ({"schedule_config": week(monday=day(start="24:00"))}, "body.schedule_config.monday.start"),
        ({"schedule_config": week(monday=day(end="17:60"))}, "body.schedule_config.monday.end"),
        ({"schedule_config": week(monday=day(end="17:00\n"))}, "body.schedule_config.monday.end"),
        ({"schedule_config": week(monday=day(end="09:00"))}, "body.schedule_config.monday.end"),
        ({"schedule_config": week(sunday=day(on=False, start="18:00"))}, "body.schedule_config.sunday.end"),
        ({"schedule_config": week(monday=day(start=9))}, "body.schedule_config.monday.start"),
        ({"schedule_config": week(caturday=day())}, "body.schedule_config.caturday"),
        ({"schedule_config": {name: day(on=False) for name in WEEKDAYS}}, "body.schedule_config"),
        ({"feature_flags": {"NO_SUCH_FEATURE": False}}, "body.feature_flags.NO_SUCH_FEATURE.[key]"),
        ({"feature_flags": {"OWNER_NOTES": None}}, "body.feature_flags.OWNER_NOTES"),
        ({"feature_flags": None}, "body.feature_flags"),
        ({"min_group_size": 3}, "body.min_group_size"),
        ({"subscription_status": "active"}, "body.subscription_status"),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_what_cannot_be_is_refused_by_its_path(olivia: Client, sent: dict[str, Any], path: str) -> None:
    before = seen(olivia)

    refused = change(olivia, **sent)

    assert (refused.status, refused.body["code"]) == (422, "invalid_fields")
    assert [each["path"] for each in refused.body["errors"]] == [path]
    assert seen(olivia) == before


# ---- zones -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "zone",
    ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "America/Argentina/Buenos_Aires", "Etc/GMT+5"],
)
def test_a_zone_is_one_of_the_databases(olivia: Client, zone: str) -> None:
    assert change(olivia, timezone=zone).body["timezone"] == zone


@pytest.mark.parametrize(
    "zone",
    [
        *("", " ", "Europe/Atlantis", "europe/berlin", "EST", "CEST", "UTC+2", "FOO3", "posix/Europe/Berlin", "Europe"),
        *("localtime", "Factory", "../../etc/passwd", "Europe/Berlin\x00", "Europe/../Europe/Berlin", "x" * 101),
    ],
)
def test_what_is_none_is_refused(olivia: Client, zone: str) -> None:
    refused = change(olivia, timezone=zone, name="Not this either")

    assert refused.status == 422
    assert refused.body["errors"][0]["path"] in ("timezone", "body.timezone")
    assert seen(olivia)["name"] == "Acme Field Services"


# ---- features --------------------------------------------------------------------------------------------------------


def test_only_what_is_off_is_kept(olivia: Client, look: Look, people: People) -> None:
    kept = "select feature_flags from organizations where id = %s"

    told = change(olivia, feature_flags={"OWNER_NOTES": False, "DATA_EXPORT": False, "RESET_TO_AI": True}).body

    assert look(kept, people.acme) == {"OWNER_NOTES": False, "DATA_EXPORT": False}
    assert {flag for flag in FLAGS if not told["feature_flags"][flag]} == {"OWNER_NOTES", "DATA_EXPORT"}
    change(olivia, feature_flags={"OWNER_NOTES": True})
    assert look(kept, people.acme) == {"DATA_EXPORT": False}


@pytest.mark.parametrize("flag", ALWAYS_ON)
def test_three_are_always_on(olivia: Client, flag: str) -> None:
    assert change(olivia, feature_flags={flag: True}).status == 200

    refused = change(olivia, feature_flags={flag: False, "OWNER_NOTES": False})

    assert (refused.status, refused.body["code"]) == (422, "always_on")
    assert refused.body["errors"][0]["path"] == f"feature_flags.{flag}"
    assert all(seen(olivia)["feature_flags"].values())


@pytest.mark.parametrize("flag", ["LANGUAGE_PREFERENCES", "MULTI_LANGUAGE"])
def test_a_route_of_a_feature_that_is_off_is_none(olivia: Client, ana: Client, flag: str) -> None:
    sent = {"language_code": "es"}
    assert ana.send("PUT", "/api/user/language", body=sent).status == 200
    change(olivia, feature_flags={flag: False})

    refused = [ana.get("/api/user/language"), ana.send("PUT", "/api/user/language", body={"language_code": "ko"})]

    assert [(each.status, each.body["code"]) for each in refused] == [(404, "feature_off")] * 2
    assert ana.get("/api/me").body["flags"][flag] is False
    change(olivia, feature_flags={flag: True})
    assert ana.get("/api/user/language").body == sent


def test_a_deployment_turns_off_for_everybody(olivia: Client, ana: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEATURES_OFF", "OWNER_NOTES, LANGUAGE_PREFERENCES,AUDIT_LOG")
    config._kept.clear()

    assert ana.get("/api/user/language").body["code"] == "feature_off"
    flags = ana.get("/api/me").body["flags"]
    assert {flag for flag in FLAGS if not flags[flag]} == {"OWNER_NOTES", "LANGUAGE_PREFERENCES"}
    told = seen(olivia)
    assert told["features_off"] == ["LANGUAGE_PREFERENCES", "OWNER_NOTES"]
    assert all(told["feature_flags"].values())
