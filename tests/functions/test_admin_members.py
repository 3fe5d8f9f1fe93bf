"""An admin finds, adds, changes and deactivates members; two of them never overwrite each other."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from common import db
from tests.conftest import Database
from tests.functions.conftest import Answer, Client, Look, invoke_here
from tests.people import ACME, FIELD, GLOBEX, NOBODY, OFFICE, People, Person
from tests.wire import CountingProxy
from vizdots.members import Member, MemberDetail
from vizdots.pages import Page

PATH = "/api/admin/members"
HIS_DAYS = {"monday": {"on": False, "start": "09:00", "end": "17:00"}}
Signed = Callable[[Person], Client]
Change = Callable[..., Answer]


def named(answer: Answer) -> list[str]:
    """Who is on a page."""
    assert answer.status == 200, answer.body
    return [each["display_name"] for each in answer.body["items"]]


def one(client: Client, person: Person) -> dict[str, Any]:
    """Somebody, as a client sees them."""
    body: dict[str, Any] = client.get(f"{PATH}/{person.member_id}").body
    return body


def change(client: Client, person: Person | UUID, etag: str | None = None, key: str | None = None, **to: Any) -> Answer:
    """Change something about somebody."""
    headers = {"if-match": f'"{etag}"'} if etag else {}
    headers |= {"idempotency-key": key} if key else {}
    member_id = person.member_id if isinstance(person, Person) else person
    return client.patch(PATH, {"id": str(member_id), **to}, headers=headers)


def add(client: Client, email: str = "nina@acme.test", name: str = "Nina New", **more: Any) -> Answer:
    """Add somebody."""
    return client.post(PATH, {"display_name": name, "email": email, **more})


def told(answer: Answer) -> tuple[int, str]:
    """The status and the code of a refusal."""
    return answer.status, answer.body.get("code", "")


# ---- who is there ----------------------------------------------------------------------------------------------------


def test_an_admin_sees_everybody_by_name(adam: Client) -> None:
    answer = adam.get(PATH)
    assert named(answer) == [
        "Adam Admin",
        "Ana Alba",
        "Carl Colleague",
        "Fred Former",
        "Mara Manager",
        "Olivia Owner",
    ]
    assert answer.body["next_cursor"] is None
    Page[Member].model_validate(answer.body, strict=False)


def test_pages_follow_each_other_and_miss_nobody_even_of_one_name(adam: Client) -> None:
    for nth in range(3):
        add(adam, f"ana{nth}@acme.test", "ana ALBA")
    found, query = [], "limit=2"
    for _ in range(10):
        answer = adam.get(PATH, query=query)
        found += [each["id"] for each in answer.body["items"]]
        assert len(answer.body["items"]) <= 2
        if answer.body["next_cursor"] is None:
            break
        query = f"limit=2&cursor={answer.body['next_cursor']}"
    assert found == [each["id"] for each in adam.get(PATH).body["items"]]
    assert len(set(found)) == 9


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("search=mara", ["Mara Manager"]),
        ("search=TECHNICIAN&status=active", ["Ana Alba", "Carl Colleague"]),
        ("search=carl%40acme", ["Carl Colleague"]),
        ("search=%25", []),
        ("search=", ["Adam Admin", "Ana Alba", "Carl Colleague", "Fred Former", "Mara Manager", "Olivia Owner"]),
        (f"department_id={OFFICE}", ["Adam Admin", "Olivia Owner"]),
        ("role=admin", ["Adam Admin"]),
        ("level=manager", ["Mara Manager"]),
        ("status=inactive", ["Fred Former"]),
        ("status=current&level=ic&role=member", ["Ana Alba", "Carl Colleague"]),
        (f"department_id={NOBODY}", []),
    ],
)
def test_search_and_filters_leave_whom_they_describe(adam: Client, query: str, found: list[str]) -> None:
    assert named(adam.get(PATH, query=query)) == found


@pytest.mark.parametrize("cursor", ["garbage", "%00", str(NOBODY), str(People().stranger.member_id)])
def test_a_cursor_that_is_nobodys_here_is_refused(adam: Client, cursor: str) -> None:
    assert told(adam.get(PATH, query=f"cursor={cursor}")) == (422, "invalid_cursor")


@pytest.mark.parametrize("query", ["role=king", "level=boss", "status=lost", "department_id=1", "search=" + "x" * 201])
def test_a_filter_that_is_none_is_refused(adam: Client, query: str) -> None:
    assert told(adam.get(PATH, query=query)) == (422, "invalid_fields")


def test_one_member_comes_with_etag_and_history(adam: Client, people: People) -> None:
    change(adam, people.ana, level="manager", department_id=str(OFFICE))
    answer = adam.get(f"{PATH}/{people.ana.member_id}")
    assert answer.headers["etag"] == f'"{answer.body["etag"]}"'
    assert [(it["field"], it["old_value"], it["new_value"], it["changed_by"]) for it in answer.body["history"]] == [
        ("department_id", "Field", "Office", "Adam Admin"),
        ("level", "ic", "manager", "Adam Admin"),
    ]
    MemberDetail.model_validate(answer.body, strict=False)


def test_nothing_of_a_persons_own_is_told_and_what_they_choose_moves_no_etag(
    adam: Client, ana: Client, people: People
) -> None:
    before = one(adam, people.ana)
    ana.send("PUT", "/api/user/language", body={"language_code": "es"})
    ana.send("PUT", "/api/user/notifications", body={"reminders_enabled": False})
    ana.patch("/api/user/profile", {"role_summary": "I repair heat pumps", "confirm": True})
    ana.post("/api/sessions", {"agent_code": "pulse"})
    assert one(adam, people.ana) == before
    assert before.keys() == MemberDetail.model_fields.keys()


def test_whoever_is_not_here_is_not_found(adam: Client, people: People) -> None:
    for unknown in (uuid4(), people.stranger.member_id):
        assert told(adam.get(f"{PATH}/{unknown}")) == (404, "member_not_found")
        assert told(change(adam, unknown, level="exec")) == (404, "member_not_found")


# ---- adding ----------------------------------------------------------------------------------------------------------


def test_somebody_is_added_without_a_mail(adam: Client, people: People, look: Look) -> None:
    answer = add(
        adam,
        " Nina@ACME.test ",
        job_title="Fitter",
        department_id=str(FIELD),
        supervisor=str(people.her_manager.member_id),
        language_code="de",
    )
    assert answer.status == 201
    assert answer.headers["etag"] == f'"{answer.body["etag"]}"'
    assert (answer.body["email"], answer.body["status"], answer.body["role"]) == ("nina@acme.test", "invited", "member")
    assert answer.body["supervisor"]["name"] == "Mara Manager"
    assert look("select count(*) from email_logs") == 0
    MemberDetail.model_validate(answer.body, strict=False)


def test_somebody_is_added_and_invited_at_once(adam: Client, look: Look) -> None:
    answer = add(adam, invite=True, language_code="pl")
    assert answer.body["invite_expires_at"] is not None
    assert (
        look("select to_address || language_code from email_logs where template = 'invitation'") == "nina@acme.testpl"
    )


@pytest.mark.parametrize("person", ["ana", "former"])
def test_an_address_that_is_here_already_is_a_conflict(adam: Client, people: People, person: str) -> None:
    assert told(add(adam, getattr(people, person).email)) == (409, "already_member")


def test_an_address_of_another_organisation_is_none_of_ours(adam: Client, people: People) -> None:
    assert add(adam, people.stranger.email).status == 201


def test_added_twice_with_one_key_they_are_one(adam: Client, look: Look) -> None:
    body, key = {"display_name": "Nina", "email": "nina@acme.test", "invite": True}, {"idempotency-key": "nina"}
    first, second = adam.post(PATH, body, headers=key), adam.post(PATH, body, headers=key)
    assert (first.status, first.body) == (second.status, second.body)
    assert look("select count(*) from organization_members where invited_email = 'nina@acme.test'") == 1
    assert look("select count(*) from email_logs") == 1


def test_added_twice_at_once_they_are_one(signed_in: Signed, people: People, look: Look) -> None:
    go, answers = threading.Barrier(2), list[tuple[int, str]]()

    def send(client: Client) -> None:
        go.wait()
        answers.append(told(add(client)))
        db.close()

    threads = [threading.Thread(target=send, args=(signed_in(who),)) for who in (people.admin, people.owner)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [(201, ""), (409, "already_member")]
    assert look("select count(*) from organization_members where invited_email = 'nina@acme.test'") == 1


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"department_id": str(NOBODY)}, "unknown_department"),
        ({"supervisor": str(NOBODY)}, "unknown_supervisor"),
        ({"supervisor": str(People().stranger.member_id)}, "unknown_supervisor"),
        ({"supervisor": str(People().former.member_id)}, "unknown_supervisor"),
        ({"email": "nina"}, "invalid_fields"),
        ({"email": "nina@acme.test\r\nBcc: all@acme.test"}, "invalid_fields"),
        ({"email": "x" * 250 + "@acme.test"}, "invalid_fields"),
        ({"display_name": "\u200b "}, "invalid_fields"),
        ({"display_name": "a\x00b"}, "invalid_fields"),
        ({"job_title": "x" * 201}, "invalid_fields"),
        ({"level": "boss"}, "invalid_fields"),
        ({"role": "king"}, "invalid_fields"),
        ({"status": "active"}, "invalid_fields"),
        ({"user_id": str(People().admin.id)}, "invalid_fields"),
        ({"org_id": str(GLOBEX)}, "invalid_fields"),
    ],
)
def test_what_cant_be_is_not_added(adam: Client, look: Look, more: dict[str, Any], code: str) -> None:
    assert told(add(adam, **more)) == (422, code)
    assert look("select count(*) from organization_members where org_id = %s", ACME) == 6


def test_only_owners_add_those_who_run_the_organisation(adam: Client, olivia: Client) -> None:
    assert told(add(adam, role="admin")) == (403, "owners_only")
    assert told(add(adam, role="owner")) == (403, "owners_only")
    assert add(olivia, role="admin").body["role"] == "admin"


# ---- two at once -----------------------------------------------------------------------------------------------------


def test_the_second_of_two_admins_is_told_and_overwrites_nothing(adam: Client, olivia: Client, people: People) -> None:
    seen = one(adam, people.ana)["etag"]
    assert change(olivia, people.ana, seen, job_title="Lead").status == 200
    assert told(change(adam, people.ana, seen, job_title="Chief")) == (412, "stale")
    assert one(adam, people.ana)["job_title"] == "Lead"
    assert change(adam, people.ana, one(adam, people.ana)["etag"], job_title="Chief").status == 200


def test_of_two_at_the_same_moment_one_is_told(signed_in: Signed, people: People) -> None:
    admins = [signed_in(people.admin), signed_in(people.owner)]
    seen = one(admins[0], people.ana)["etag"]
    db.close()
    go, answers = threading.Barrier(2), list[tuple[int, str]]()

    def send(client: Client, title: str) -> None:
        go.wait()
        answers.append(told(change(client, people.ana, seen, job_title=title)))
        db.close()

    threads = [threading.Thread(target=send, args=each) for each in zip(admins, ("Lead", "Chief"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [(200, ""), (412, "stale")]


def test_a_change_sent_again_with_its_key_is_answered_as_before(adam: Client, people: People) -> None:
    seen = one(adam, people.ana)["etag"]
    first = change(adam, people.ana, seen, key="a change", job_title="Lead")
    assert change(adam, people.ana, seen, key="a change", job_title="Lead").body == first.body


def test_any_etag_will_do_for_whoever_doesnt_mind(adam: Client, people: People) -> None:
    answer = adam.patch(PATH, {"id": str(people.ana.member_id), "job_title": "Lead"}, headers={"if-match": "*"})
    assert answer.body["job_title"] == "Lead"


# ---- another place ---------------------------------------------------------------------------------------------------


def test_an_admin_changes_a_place(adam: Client, people: People) -> None:
    answer = change(
        adam,
        people.ana,
        display_name="Ana A. Alba",
        job_title=None,
        department_id=str(OFFICE),
        supervisor=str(people.admin.member_id),
        level="manager",
        schedule_override=HIS_DAYS,
        has_direct_reports=True,
        can_view_reports=True,
    )
    assert answer.status == 200
    now = answer.body
    assert (now["display_name"], now["job_title"], now["level"]) == ("Ana A. Alba", None, "manager")
    assert (now["department"]["name"], now["supervisor"]["name"]) == ("Office", "Adam Admin")
    assert (now["schedule_override"], now["has_direct_reports"], now["can_view_reports"]) == (HIS_DAYS, True, True)
    assert change(adam, people.ana, schedule_override=None, supervisor=None, department_id=None).body | {
        "schedule_override": None,
        "supervisor": None,
        "department": None,
    } == one(adam, people.ana)


def test_what_is_already_so_changes_nothing(adam: Client, people: People, look: Look) -> None:
    before = look("select updated_at from organization_members where id = %s", people.ana.member_id)
    assert change(adam, people.ana, level="ic", department_id=str(FIELD)).status == 200
    assert look("select updated_at from organization_members where id = %s", people.ana.member_id) == before
    assert look("select count(*) from member_role_history") == 0


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ({"department_id": str(NOBODY)}, "unknown_department"),
        ({"supervisor": str(People().stranger.member_id)}, "unknown_supervisor"),
        ({"supervisor": str(People().former.member_id)}, "unknown_supervisor"),
        ({"supervisor": str(People().ana.member_id)}, "supervisors_in_a_circle"),
        ({"level": None}, "invalid_fields"),
        ({"role": None}, "invalid_fields"),
        ({"display_name": None}, "invalid_fields"),
        ({"display_name": ""}, "invalid_fields"),
        ({"status": "invited"}, "invalid_fields"),
        ({"has_direct_reports": None}, "invalid_fields"),
        ({"schedule_override": {"someday": HIS_DAYS["monday"]}}, "invalid_fields"),
        ({"schedule_override": {"monday": {"on": True, "start": "17:00", "end": "09:00"}}}, "invalid_fields"),
        ({"schedule_override": {"monday": {"on": True, "start": "9", "end": "24:00"}}}, "invalid_fields"),
        ({"email": "other@acme.test"}, "invalid_fields"),
        ({"snoozed_until": "2030-01-01"}, "invalid_fields"),
        ({"user_id": str(People().admin.id)}, "invalid_fields"),
        ({"reports_to": "up"}, "invalid_fields"),
        ({"reports_to": "up", "status": "active"}, "invalid_fields"),
    ],
)
def test_what_cant_be_is_not_made_so(adam: Client, people: People, to: dict[str, Any], code: str) -> None:
    before = one(adam, people.ana)
    assert told(change(adam, people.ana, **to)) == (422, code)
    assert one(adam, people.ana) == before


def test_nobody_reports_to_somebody_below_them(adam: Client, people: People) -> None:
    below = str(people.ana.member_id)
    assert told(change(adam, people.her_manager, supervisor=below)) == (422, "supervisors_in_a_circle")
    assert one(adam, people.her_manager)["supervisor"]["name"] == "Olivia Owner"


def test_nobody_is_put_into_a_department_that_was_closed(adam: Client, people: People, look: Look) -> None:
    look("update departments set closed_at = now() where id = %s returning id", OFFICE)
    assert told(change(adam, people.ana, department_id=str(OFFICE))) == (422, "unknown_department")
    assert told(add(adam, department_id=str(OFFICE))) == (422, "unknown_department")
    assert change(adam, people.ana, job_title="Lead").status == 200


def test_two_who_would_lead_each_other_at_once_dont(signed_in: Signed, people: People, look: Look) -> None:
    pairs = [(people.ana, people.colleague), (people.colleague, people.ana)]
    admins = [signed_in(people.admin), signed_in(people.owner)]
    go, answers = threading.Barrier(2), list[tuple[int, str]]()

    def send(client: Client, below: Person, above: Person) -> None:
        go.wait()
        answers.append(told(change(client, below, supervisor=str(above.member_id))))
        db.close()

    threads = [threading.Thread(target=send, args=(client, *pair)) for client, pair in zip(admins, pairs, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [(200, ""), (422, "supervisors_in_a_circle")]


@pytest.mark.parametrize("to", [{"level": "manager"}, {"department_id": str(OFFICE)}])
def test_another_place_is_remembered_and_asked_about(
    adam: Client, ana: Client, people: People, look: Look, to: dict[str, str]
) -> None:
    ana.patch("/api/user/profile", {"role_summary": "I repair heat pumps", "confirm": True})
    look(
        "insert into sessions (org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date, source,"
        " started_at, completed_at) values (%s, %s, 'role_mapper', '{role_initial}', now() - interval '1 day',"
        " current_date - 1, 'autopilot', now() - interval '1 day', now() - interval '1 day') returning id",
        ACME,
        people.ana.id,
    )
    version = look("select version from user_profiles where user_id = %s", people.ana.id)

    change(adam, people.ana, **to)

    assert look("select array_agg(field) from member_role_history where user_id = %s", people.ana.id) == [*to]
    assert look("select version from user_profiles where user_id = %s", people.ana.id) == version + 1
    today = datetime.now(UTC).replace(hour=8, minute=0)
    monday = today + timedelta(days=7 - today.weekday())
    invoke_here("SchedulerFunction", {"time": monday.isoformat()})
    asked = (
        "select count(*) from sessions where user_id = %s and topic_codes = '{role_change}' and source = 'triggered'"
    )
    assert look(asked, people.ana.id) == 1
    assert look(asked, people.colleague.id) == 0
    invoke_here("SchedulerFunction", {"time": (monday + timedelta(days=1)).isoformat()})
    assert look(asked, people.ana.id) == 1


# ---- who may ---------------------------------------------------------------------------------------------------------


def test_an_owner_changes_a_role(olivia: Client, people: People) -> None:
    assert change(olivia, people.ana, role="admin").body["role"] == "admin"
    assert one(olivia, people.ana)["history"][0]["field"] == "role"


@pytest.mark.parametrize(
    ("who", "whom", "to", "refusal"),
    [
        ("admin", "ana", {"role": "admin"}, (403, "owners_only")),
        ("admin", "ana", {"role": "owner"}, (403, "owners_only")),
        ("admin", "owner", {"display_name": "Olaf"}, (403, "owners_only")),
        ("admin", "owner", {"status": "inactive"}, (403, "owners_only")),
        ("admin", "owner", {"role": "member"}, (403, "owners_only")),
        ("admin", "admin", {"role": "owner"}, (403, "not_your_own")),
        ("admin", "admin", {"level": "exec"}, (403, "not_your_own")),
        ("admin", "admin", {"status": "inactive"}, (403, "not_your_own")),
        ("admin", "admin", {"can_view_reports": True}, (403, "not_your_own")),
        ("owner", "owner", {"level": "ic"}, (403, "not_your_own")),
        ("owner", "owner", {"role": "member"}, (409, "last_owner")),
        ("owner", "owner", {"status": "inactive"}, (409, "last_owner")),
    ],
)
def test_roles_are_for_owners_and_nobody_settles_their_own(
    signed_in: Signed, people: People, who: str, whom: str, to: dict[str, Any], refusal: tuple[int, str]
) -> None:
    client, person = signed_in(getattr(people, who)), getattr(people, whom)
    before = one(client, person)
    assert told(change(client, person, **to)) == refusal
    assert one(client, person) == before


def test_an_owner_who_isnt_the_last_still_settles_nothing_for_themself(olivia: Client, people: People) -> None:
    change(olivia, people.ana, role="owner")
    assert told(change(olivia, people.owner, role="member")) == (403, "not_your_own")


def test_two_owners_who_send_each_other_away_at_once_leave_one(signed_in: Signed, people: People, look: Look) -> None:
    change(signed_in(people.owner), people.ana, role="owner")
    db.close()
    go, answers = threading.Barrier(2), list[int]()

    def send(who: Person, whom: Person) -> None:
        go.wait()
        answers.append(change(signed_in(who), whom, status="inactive").status)
        db.close()

    pairs = [(people.owner, people.ana), (people.ana, people.owner)]
    threads = [threading.Thread(target=send, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    owners = "select count(*) from organization_members where org_id = %s and role = 'owner' and status = 'active'"
    assert look(owners, ACME) == 1
    assert answers.count(200) == 1
    assert all(answer in (200, 403, 409, 503) for answer in answers)


def test_an_admin_brings_no_admin_back(adam: Client, olivia: Client, people: People) -> None:
    change(olivia, people.ana, role="admin")
    change(olivia, people.ana, status="inactive")
    assert told(change(adam, people.ana, status="active")) == (403, "owners_only")
    assert change(olivia, people.ana, status="active").body["status"] == "active"


# ---- leaving and coming back -----------------------------------------------------------------------------------------


def test_whoever_is_deactivated_keeps_those_who_report_to_them(adam: Client, people: People) -> None:
    answer = change(adam, people.her_manager, status="inactive")
    assert (answer.body["status"], answer.body["direct_reports"]) == ("inactive", 2)
    assert one(adam, people.ana)["supervisor"]["name"] == "Mara Manager"


def test_or_hands_them_up(adam: Client, people: People) -> None:
    answer = change(adam, people.her_manager, status="inactive", reports_to="up")
    assert (answer.body["direct_reports"], answer.body["has_direct_reports"]) == (0, False)
    assert one(adam, people.ana)["supervisor"]["name"] == "Olivia Owner"
    assert one(adam, people.former)["supervisor"]["name"] == "Olivia Owner"


def test_whoever_comes_back_is_active_again(adam: Client, people: People, signed_in: Signed) -> None:
    assert change(adam, people.former, status="active").body["status"] == "active"
    assert signed_in(people.former).get("/api/me").body["membership"]["status"] == "active"


def test_whoever_is_sent_away_is_nobody_at_once(adam: Client, ana: Client, people: People) -> None:
    change(adam, people.ana, status="inactive")
    assert ana.get("/api/me").body["next"] == "no_team"
    assert told(ana.get("/api/user/profile")) == (403, "no_organisation")


def test_an_invitation_ends_with_its_member_and_comes_back_without_a_mail(adam: Client, look: Look) -> None:
    added = add(adam, invite=True)
    member_id = UUID(added.body["id"])
    look(
        "insert into app.invitation_tokens values (sha256('t'), %s, %s, 'nina@acme.test') returning 1", ACME, member_id
    )

    gone = change(adam, member_id, status="inactive")
    assert (gone.body["status"], gone.body["invite_expires_at"]) == ("inactive", None)
    assert look("select status from email_logs") == "suppressed"
    assert look("select count(*) from app.invitation_tokens") == 0

    back = change(adam, member_id, status="active")
    assert (back.body["status"], back.body["invite_status"]) == ("invited", "pending")
    assert look("select count(*) from email_logs where status = 'queued'") == 0


def test_whoever_waits_for_their_first_visit_isnt_made_active(adam: Client) -> None:
    added = add(adam)
    answer = change(adam, UUID(added.body["id"]), status="active")
    assert (answer.body["status"], answer.body["etag"]) == ("invited", added.body["etag"])


def test_members_are_never_deleted(adam: Client, ana: Client, nobody: Client, look: Look) -> None:
    for client in (adam, ana):
        answer = client.send("DELETE", PATH, body={"id": str(People().ana.member_id)})
        assert told(answer) == (405, "members_are_deactivated")
        assert answer.headers["allow"] == "GET, POST, PATCH"
        assert "PATCH" in answer.body["detail"]
    assert nobody.send("DELETE", PATH).status == 401
    assert look("select count(*) from organization_members where org_id = %s", ACME) == 6


def test_what_changed_is_on_the_record_without_a_name(adam: Client, people: People, look: Look) -> None:
    change(adam, people.ana, display_name="Another Name", job_title="Lead")
    last = "select after from audit_log where entity_type = 'organization_members' order by seq desc limit 1"
    assert look(last) == {"job_title": "Lead"}


# ---- what it costs ---------------------------------------------------------------------------------------------------


def test_many_members_cost_no_more_trips_than_few(
    wire: CountingProxy, populated: Database, adam: Client, people: People
) -> None:
    def trips(ask: Callable[[], Answer]) -> int:
        before = wire.trips
        assert ask().status < 300
        return wire.trips - before

    def counted() -> list[int]:
        return [
            trips(lambda: adam.get(PATH, query="limit=200")),
            trips(lambda: adam.get(f"{PATH}/{people.her_manager.member_id}")),
            trips(lambda: change(adam, people.ana, job_title=uuid4().hex)),
            trips(lambda: add(adam, f"{uuid4().hex}@acme.test", supervisor=str(people.her_manager.member_id))),
        ]

    adam.get("/api/me")
    few = counted()
    with psycopg.connect(populated.admin_url) as connection:
        connection.execute(
            "insert into organization_members (org_id, display_name, invited_email, supervisor, department_id)"
            " select %s, 'Person ' || n, n || '@acme.test', %s, %s from generate_series(1, 150) n",
            (ACME, people.her_manager.member_id, FIELD),
        )
    assert counted() == few == [1, 1, 2, 2]
