"""The set-up wizard, as a client of the API walks through it: step by step, and then all at once or not at all."""

import json
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any, Final

import jwt
import psycopg
import pytest
from psycopg.types.json import Jsonb
from pydantic import TypeAdapter

from common import db
from common.callers import Key, SignedInCaller
from tests.conftest import Database
from tests.functions.conftest import Answer, Client, Look, invoke_here, token_of
from tests.people import People, Person
from vizdots import setup
from vizdots.errors import Conflict
from vizdots.schedules import WEEKDAYS

SignIn = Callable[[Person], Client]

FOUNDER: Final = "fiona@initech.test"
WEEK: Final = {day: {"on": day not in ("saturday", "sunday"), "start": "08:00", "end": "16:30"} for day in WEEKDAYS}
TOLD: Final[Mapping[str, dict[str, Any]]] = {
    "company": {"name": "Initech", "industry": "Software", "timezone": "Europe/Berlin", "size_band": "11-50"},
    "departments": {"names": ["Sales", "Support"]},
    "people": {
        "people": [
            {"name": "Lena Lead", "email": "Lena@initech.test", "department": "sales", "supervisor_email": FOUNDER},
            {"name": "Ida Indian", "email": "ida@initech.test", "job_title": "Clerk", "department": "Sales",
             "supervisor_email": "lena@initech.test"},
            {"name": "Ole Office", "email": "ole@initech.test", "role": "admin", "is_supervisor": True},
        ]
    },
    "settings": {"schedule": WEEK, "display_name": "Fiona Founder", "job_title": "Managing director"},
}  # fmt: skip
PATH: Final = "/api/admin/setup"


@pytest.fixture
def fiona(populated: Database) -> Client:
    """Somebody who has just signed up, and belongs to nothing."""
    return Client(invoke_here, token_of(uuid.uuid4(), FOUNDER))


def begin(client: Client) -> dict[str, Any]:
    """A set-up that is under way."""
    return told(client.post(PATH))


def save(client: Client, step: str, data: object = None, **headers: str) -> Answer:
    """One step of it."""
    sent = {"step": step, "data": TOLD[step] if data is None else data}
    return client.send("PUT", PATH, body=sent, headers=headers)


def told(answer: Answer) -> dict[str, Any]:
    """What the wizard says, held against its model."""
    assert answer.status == 200, answer.body
    TypeAdapter(setup.Setup).validate_python(answer.body)
    body: dict[str, Any] = answer.body
    return body


def complete(client: Client) -> dict[str, Any]:
    """What has become of it, held against its model."""
    answer = client.post(f"{PATH}/complete")
    assert answer.status == 200, answer.body
    TypeAdapter(setup.Completed).validate_python(answer.body)
    body: dict[str, Any] = answer.body
    return body


def ready(client: Client, *, without: str = "") -> None:
    """Everything is told, up to the step that is left out."""
    founder = client.get("/api/me").body["user"]["email"]
    begin(client)
    for step, data in TOLD.items():
        if step == without:
            return
        told(save(client, step, json.loads(json.dumps(data).replace(FOUNDER, founder))))


# ---- step by step ----------------------------------------------------------------------------------------------------


def test_a_founder_is_led_from_step_to_step(fiona: Client) -> None:
    before = told(fiona.get(PATH))
    assert (before["state"], before["next_step"], before["completed"]) == ("none", "company", None)

    assert begin(fiona)["state"] == "in_progress"
    assert [told(save(fiona, step))["next_step"] for step in TOLD] == ["departments", "people", "settings", None]


def test_it_goes_on_where_it_was_left_on_another_device(fiona: Client) -> None:
    ready(fiona, without="people")
    elsewhere = told(Client(invoke_here, fiona.token).get(PATH))
    assert elsewhere["next_step"] == "people"
    assert elsewhere["steps"] == {
        "company": TOLD["company"],
        "departments": TOLD["departments"],
        "people": None,
        "settings": None,
    }


def test_beginning_again_goes_on_with_the_one_under_way(fiona: Client, look: Look) -> None:
    ready(fiona, without="departments")
    assert begin(fiona)["next_step"] == "departments"
    assert look("select count(*) from setup_drafts") == 1


@pytest.mark.parametrize(
    ("step", "first"), [("departments", "company"), ("people", "company"), ("settings", "company")]
)
def test_a_step_can_not_be_skipped(fiona: Client, step: str, first: str) -> None:
    begin(fiona)
    answer = save(fiona, step)
    assert (answer.status, answer.body["code"], answer.body["next_step"]) == (409, "step_skipped", first)


def test_nothing_is_completed_before_everything_is_told(fiona: Client, look: Look) -> None:
    ready(fiona, without="settings")
    answer = fiona.post(f"{PATH}/complete")
    assert (answer.status, answer.body["code"], answer.body["next_step"]) == (409, "step_skipped", "settings")
    assert look("select count(*) from organizations where name = 'Initech'") == 0


def test_what_was_never_begun_can_be_neither_told_nor_completed(fiona: Client) -> None:
    assert save(fiona, "company").body["code"] == "not_begun"
    assert fiona.post(f"{PATH}/complete").body["code"] == "not_begun"


def test_an_earlier_step_can_be_changed(fiona: Client) -> None:
    ready(fiona)
    changed = told(save(fiona, "company", TOLD["company"] | {"name": "Initrode"}))
    assert (changed["steps"]["company"]["name"], changed["next_step"]) == ("Initrode", None)


def test_people_whose_department_goes_are_asked_about_again(fiona: Client) -> None:
    ready(fiona)
    assert told(save(fiona, "departments", {"names": ["Support"]}))["next_step"] == "people"
    assert fiona.post(f"{PATH}/complete").body["next_step"] == "people"


def test_of_two_tabs_the_second_overwrites_nothing(fiona: Client) -> None:
    seen = begin(fiona)["etag"]
    assert save(fiona, "company", **{"if-match": f'"{seen}"'}).status == 200
    answer = save(fiona, "company", TOLD["company"] | {"name": "Other"}, **{"if-match": f'"{seen}"'})
    assert (answer.status, answer.body["code"]) == (412, "stale")
    assert told(fiona.get(PATH))["steps"]["company"]["name"] == "Initech"


def test_the_etag_is_told_twice(fiona: Client) -> None:
    answer = fiona.post(PATH)
    assert answer.headers["etag"] == f'"{answer.body["etag"]}"'


# ---- what is refused -------------------------------------------------------------------------------------------------


def wrong(answer: Answer) -> set[tuple[str, str]]:
    """Which fields are refused, and what for."""
    assert answer.status == 422, answer.body
    step, places = set(), set()
    for each in answer.body["errors"]:
        told_by, _, place = each["path"].partition(".data.")
        step.add(told_by)
        places.add((place, each["type"]))
    assert len(step) == 1
    return places


@pytest.mark.parametrize("zone", ["Europe/Atlantis", "", "+03", "EST5EDT4", "../etc/passwd"])
def test_a_time_zone_is_one_that_the_database_knows(fiona: Client, zone: str) -> None:
    begin(fiona)
    assert wrong(save(fiona, "company", TOLD["company"] | {"timezone": zone})) == {("timezone", "unknown_timezone")}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": " \u200b "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"size_band": "12"}, "size_band"),
        ({"trial_ends_at": "2099-01-01"}, "trial_ends_at"),
    ],
)
def test_a_company_is_told_as_it_is_asked_for(fiona: Client, change: dict[str, str], field: str) -> None:
    begin(fiona)
    assert {path for path, _ in wrong(save(fiona, "company", {**TOLD["company"], **change}))} == {field}


@pytest.mark.parametrize("names", [["Sales", " sales "], ["A  B", "a b"], ["", "x"], [f"No {n}" for n in range(201)]])
def test_departments_have_names_of_their_own(fiona: Client, names: list[str]) -> None:
    ready(fiona, without="departments")
    assert save(fiona, "departments", {"names": names}).status == 422


@pytest.mark.parametrize(
    ("people", "refused"),
    [
        ([{"name": "A", "email": "nobody"}], {("people.0.email", "invalid_email")}),
        (
            [{"name": "A", "email": "a@b.test"}, {"name": "B", "email": "A@b.test"}],
            {("people.1.email", "duplicate_email")},
        ),
        ([{"name": "A", "email": FOUNDER.upper()}], {("people.0.email", "own_email")}),
        ([{"name": "A", "email": "a@b.test", "department": "Moon"}], {("people.0.department", "unknown_department")}),
        (
            [{"name": "A", "email": "a@b.test", "supervisor_email": "who@b.test"}],
            {("people.0.supervisor_email", "unknown_supervisor")},
        ),
        (
            [{"name": "A", "email": "a@b.test", "supervisor_email": "a@b.test"}],
            {("people.0.supervisor_email", "supervises_themself")},
        ),
        (
            [
                {"name": "A", "email": "a@b.test", "supervisor_email": "c@b.test"},
                {"name": "C", "email": "c@b.test", "supervisor_email": "a@b.test"},
            ],
            {("people.0.supervisor_email", "supervisors_in_a_circle")},
        ),
        ([{"name": "A", "email": "a@b.test", "role": "owner"}], {("people.0.role", "literal_error")}),
    ],
)  # fmt: skip
def test_people_have_to_fit_together(fiona: Client, people: list[object], refused: set[tuple[str, str]]) -> None:
    ready(fiona, without="people")
    assert wrong(save(fiona, "people", {"people": people})) == refused
    assert told(fiona.get(PATH))["steps"]["people"] is None


@pytest.mark.parametrize("day", [{"on": True, "start": "17:00", "end": "09:00"}, {"on": True, "start": "24:00"}, {}])
def test_a_day_of_the_week_ends_after_it_starts(fiona: Client, day: dict[str, object]) -> None:
    ready(fiona, without="settings")
    assert save(fiona, "settings", TOLD["settings"] | {"schedule": WEEK | {"monday": day}}).status == 422


def test_nobody_sees_or_changes_what_somebody_else_tells(fiona: Client, ana: Client, nobody: Client) -> None:
    ready(fiona)
    assert told(ana.get(PATH))["state"] == "none"
    assert save(ana, "company").body["code"] == "not_begun"
    assert (nobody.get(PATH).status, nobody.post(f"{PATH}/complete").status) == (401, 401)


# ---- all at once -----------------------------------------------------------------------------------------------------


def test_the_company_comes_to_be_as_it_was_told(fiona: Client, look: Look) -> None:
    ready(fiona)
    done = complete(fiona)
    assert (done["organization_name"], done["timezone"], done["people_invited"]) == ("Initech", "Europe/Berlin", 3)
    after = told(fiona.get(PATH))
    assert (after["state"], after["next_step"], after["completed"]) == ("completed", None, done)
    assert set(after["steps"].values()) == {None}

    org = done["org_id"]
    assert (
        look(
            "select (name, timezone, industry, size_band, subscription_status, schedule_config = %s::jsonb,"
            " trial_ends_at - trial_started_at = interval '30 days', setup_completed_at is not null)::text"
            " from organizations where id = %s",
            Jsonb(WEEK),
            org,
        )
        == "(Initech,Europe/Berlin,Software,11-50,trialing,t,t,t)"
    )
    assert look("select array_agg(name order by name) from departments where org_id = %s", org) == ["Sales", "Support"]
    assert look(
        "select array_agg((m.invited_email, m.role, m.level, m.status, m.has_direct_reports, d.name,"
        " s.invited_email)::text order by m.invited_email) from organization_members m"
        " left join departments d on d.id = m.department_id left join organization_members s on s.id = m.supervisor"
        " where m.org_id = %s",
        org,
    ) == [
        "(fiona@initech.test,owner,exec,active,t,,)",
        "(ida@initech.test,member,ic,invited,f,Sales,lena@initech.test)",
        "(lena@initech.test,member,ic,invited,t,Sales,fiona@initech.test)",
        "(ole@initech.test,admin,ic,invited,t,,)",
    ]
    assert look(
        "select array_agg(to_address order by to_address) from email_logs"
        " where org_id = %s and template = 'invitation' and status = 'queued'",
        org,
    ) == ["ida@initech.test", "lena@initech.test", "ole@initech.test"]
    assert fiona.get("/api/me").body["next"] == "admin"


def test_what_was_told_does_not_linger(fiona: Client, look: Look) -> None:
    ready(fiona)
    fiona.post(f"{PATH}/complete")
    assert look("select draft from setup_drafts") == {}


@pytest.mark.parametrize("key", [True, False])
def test_completing_twice_is_once(fiona: Client, look: Look, key: bool) -> None:
    ready(fiona)
    headers = {"idempotency-key": "once"} if key else {}
    first, again = (fiona.post(f"{PATH}/complete", headers=headers) for _ in range(2))
    assert first.status == 200
    assert (again.status, again.body.get("code")) == ((200, None) if key else (409, "already_completed"))
    assert again.body == first.body or not key
    assert look("select count(*) from organizations where name = 'Initech'") == 1
    assert look("select count(*) from email_logs where template = 'invitation'") == 3
    assert save(fiona, "company").body["code"] == "already_completed"


@pytest.mark.parametrize("key", [Key.of("once", "POST", ""), None])
def test_completing_four_times_at_once_is_once(fiona: Client, look: Look, key: Key | None) -> None:
    ready(fiona)
    claims = jwt.decode(fiona.token or "", options={"verify_signature": False})
    caller = SignedInCaller(
        scope=db.Scope("authenticated", claims),
        at=datetime.now(UTC),
        key=key,
        user_id=uuid.UUID(claims["sub"]),
        email=FOUNDER,
    )

    def launch(_: int) -> str:
        try:
            return caller.write(setup.complete, at=caller.at)
        except Conflict as refused:
            return refused.code
        finally:
            db.close()

    with ThreadPoolExecutor(4) as hands:
        answers = [*hands.map(launch, range(4))]
    assert len({*answers} - {"already_completed"}) == 1
    assert answers.count("already_completed") == (0 if key else 3)
    assert look("select count(*) from organizations where name = 'Initech'") == 1
    assert look("select count(*) from organization_members where invited_email like '%%@initech.test'") == 4


@pytest.mark.parametrize(
    "where",
    [
        "insert on organizations",
        "update on organizations",
        "insert on departments",
        "insert on organization_members",
        "update on organization_members",
        "insert on email_logs",
        "update on setup_drafts",
        "insert on audit_log",
    ],
)
def test_where_it_fails_nothing_is_left_half_made(fiona: Client, populated: Database, look: Look, where: str) -> None:
    ready(fiona)
    everything = (
        "select array[(select count(*) from organizations), (select count(*) from departments),"
        " (select count(*) from organization_members), (select count(*) from email_logs),"
        " (select count(*) from audit_log), (select count(*) from app.idempotency_keys),"
        " (select count(*) from setup_drafts where completed_at is null)]"
    )
    before = look(everything)
    with psycopg.connect(populated.admin_url) as planted:
        planted.execute(
            "create function fail() returns trigger language plpgsql as $$ begin raise exception 'planted'; end $$;"
            f" create trigger zz_planted after {where} for each statement execute function fail()"
        )
    headers = {"idempotency-key": "once"}
    assert fiona.post(f"{PATH}/complete", headers=headers).status == 500
    assert look(everything) == before

    with psycopg.connect(populated.admin_url) as mended:
        mended.execute("drop function fail cascade")
    assert fiona.post(f"{PATH}/complete", headers=headers).status == 200


def test_whoever_belongs_to_an_organisation_may_found_another(signed_in: SignIn, people: People) -> None:
    ana = signed_in(people.ana)
    ready(ana)
    done = complete(ana)
    assert ana.get("/api/me").body["next"] == "choose_organisation"
    chosen = ana.get("/api/me", headers={"x-org-id": done["org_id"]}).body
    assert (chosen["membership"]["role"], chosen["next"]) == ("owner", "admin")

    assert begin(ana)["next_step"] == "company"


def test_whoever_acts_in_an_organisation_founds_another_from_there(signed_in: SignIn, people: People) -> None:
    owner = signed_in(people.owner)
    ready(owner)
    here = {"x-org-id": str(people.acme), "idempotency-key": "once"}
    first, again = (owner.post(f"{PATH}/complete", headers=here) for _ in range(2))
    assert first.body["org_id"] != str(people.acme)
    assert first.body == again.body


def test_an_organisation_that_was_never_set_up_is_the_one_that_is(
    signed_in: SignIn, people: People, look: Look
) -> None:
    look("update organizations set setup_completed_at = null where id = %s returning 1", people.globex)
    stranger = signed_in(people.stranger)
    ready(stranger)
    assert complete(stranger)["org_id"] == str(people.globex)
    assert stranger.get("/api/me").body["next"] == "admin"


def test_the_rest_of_the_product_follows(fiona: Client) -> None:
    ready(fiona)
    org = complete(fiona)["org_id"]
    ida = Client(invoke_here, token_of(uuid.uuid4(), "ida@initech.test"))
    linked = ida.post("/api/auth/link-invite").body["memberships"]
    assert [each["org_id"] for each in linked] == [org]
    assert ida.get("/api/me").body["next"] == "onboarding"


def test_ten_thousand_people_are_founded_at_once(fiona: Client, look: Look) -> None:
    ready(fiona, without="people")
    many = [
        {
            "name": f"Person {n}",
            "email": f"p{n}@initech.test",
            "department": "Sales",
            "supervisor_email": f"p{n // 10}@initech.test" if n else FOUNDER,
        }
        for n in range(10_000)
    ]
    assert told(save(fiona, "people", {"people": many}))["next_step"] == "settings"
    told(save(fiona, "settings"))
    assert complete(fiona)["people_invited"] == 10_000
    assert look("select count(*) from organization_members where supervisor is not null") == 10_000 + 5
