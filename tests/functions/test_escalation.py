"""Somebody who asks the API for what isn't theirs: refused on every route by which an organisation is run."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import psycopg
import pytest

from local import template
from tests.conftest import Database, Servers
from tests.functions.conftest import ISSUER, ROOT, Answer, Client, functions_use, invoke_here, looking_at, token_of
from tests.functions.test_bad_input import Rows
from tests.people import ACME, GLOBEX, NOBODY, People, Person

PEOPLE: Final = People()
ANA: Final = PEOPLE.ana
WHAT_SHE_SAID: Final = "the boss shouts at everybody"
WHAT_SHE_DOES: Final = "I repair heat pumps nobody else repairs"

STACK: Final = template.read(ROOT / "template.yaml", parameters={"SupabaseUrl": ISSUER})
A_FORM: Final = "GET /api/admin/members/import"  # an empty list to fill in: it tells nobody anything
QUERIES: Final = {"GET /api/admin/workflows/variants": f"workflow_id={NOBODY}"}
FILES: Final = {"POST /api/admin/members/import": b"name,email\nMe Too,me.too@acme.test\n"}
OF_FOUNDERS: Final = "/api/admin/setup"  # they have no organisation yet whose admins they could be
ADMIN_ROUTES: Final = sorted(
    route.key
    for route in STACK.routes
    if "/api/admin/" in route.key and OF_FOUNDERS not in route.key and route.key != A_FORM
)
BODIES: Final[dict[str, dict[str, Any]]] = {
    "POST /api/admin/members": {"display_name": "Me Too", "email": "me.too@acme.test", "role": "owner"},
    "PATCH /api/admin/members": {"id": str(ANA.member_id), "role": "admin"},
    "PATCH /api/admin/workflows": {"id": str(NOBODY), "name": "Mine"},
    "POST /api/admin/workflows/overrides": {"workflow_id": str(NOBODY), "corrections": {}},
    "POST /api/admin/workflows/reset": {"workflow_id": str(NOBODY)},
    "POST /api/admin/workflows/feedback": {"workflow_id": str(NOBODY), "rating": "accurate"},
    "POST /api/admin/workflows/notes": {"workflow_id": str(NOBODY), "note_type": "policy", "note_text": "Mine"},
    "POST /api/admin/workflows/variants": {"workflow_id": str(NOBODY), "description": "Mine"},
    "PATCH /api/admin/workflows/variants": {"id": str(NOBODY), "is_allowed": True},
    "POST /api/admin/workflows/merge": {"id": str(NOBODY), "into": str(ANA.member_id)},
    "POST /api/admin/workflows/apart": {"id": str(NOBODY), "other_id": str(ANA.member_id)},
}
"""What a route would take from those whom it is for; of any other one it is enough that nothing comes of it."""


def client_of(person: Person) -> Client:
    """Somebody's client."""
    return Client(invoke_here, token_of(person.id, person.email))


@pytest.fixture(scope="module")
def world(postgres: Servers) -> Iterator[Database]:
    """Acme, where Ana has told what nobody else should read. No test changes it, which is what they prove."""
    made = postgres.populated()
    with functions_use(made):
        ana = client_of(ANA)
        started = ana.post("/api/sessions", {"agent_code": "pulse"}).body["id"]
        for said in (f"2, {WHAT_SHE_SAID}", "5, high"):
            assert ana.post(f"/api/sessions/{started}/messages", {"message": said}).status == 200
        ana.patch("/api/user/profile", {"role_summary": WHAT_SHE_DOES, "confirm": True})
        yield made
    postgres.drop(made)


@pytest.fixture
def rows(world: Database) -> Iterator[Rows]:
    """What is in the database: nothing of it may have changed when a test is over."""
    with psycopg.connect(world.admin_url, autocommit=True) as connection:
        found = Rows(connection)
        before = found.now()
        yield found
        assert found.now() == before


pytestmark = pytest.mark.usefixtures("rows")


def ask(route: str, client: Client, org_id: str = "") -> Answer:
    """Send a request to an admin's route, with an id of Ana's where it wants one."""
    method, path = route.split(" ")
    body = None if method == "GET" else FILES.get(route) or BODIES.get(route, {})
    headers = {"content-type": "text/csv"} if route in FILES else {}
    headers |= {"x-org-id": org_id} if org_id else {}
    path = re.sub(r"\{\w+\}", str(ANA.member_id), path)
    return client.send(method, path, query=QUERIES.get(route, ""), body=body, headers=headers)


def assert_refused(route: str, answer: Answer) -> None:
    """Nothing for them: whatever they sent, they weren't told anything, either."""
    allowed = (403,) if route in BODIES else (403, 404) if route.startswith("GET") else (403, 404, 405, 422)
    assert answer.status in allowed, answer.body
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("route", ADMIN_ROUTES)
@pytest.mark.parametrize("org_id", ["", str(ACME)], ids=["at home", "at Acme"])
@pytest.mark.parametrize("who", ["ana", "her_manager", "former", "stranger"])
def test_what_is_for_admins_is_for_nobody_else(world: Database, route: str, who: str, org_id: str) -> None:
    if who == "stranger" and not org_id:
        pytest.skip("at home she is an owner")
    assert_refused(route, ask(route, client_of(getattr(PEOPLE, who)), org_id))


@pytest.mark.parametrize("route", ADMIN_ROUTES)
@pytest.mark.parametrize("who", ["ana", "admin", "owner"])
def test_another_organisation_is_closed_to_everybody_of_this_one(world: Database, route: str, who: str) -> None:
    assert_refused(route, ask(route, client_of(getattr(PEOPLE, who)), str(GLOBEX)))


@pytest.mark.parametrize("route", [route for route in ADMIN_ROUTES if route.startswith("GET")])
@pytest.mark.parametrize("who", ["admin", "owner"])
def test_nothing_that_somebody_said_is_on_any_route_of_admins(world: Database, route: str, who: str) -> None:
    answer = ask(route, client_of(getattr(PEOPLE, who)))
    assert answer.status < 500
    assert WHAT_SHE_SAID not in json.dumps(answer.body)
    assert WHAT_SHE_DOES not in json.dumps(answer.body)


def test_she_herself_can_read_it(world: Database) -> None:
    assert WHAT_SHE_SAID in json.dumps(client_of(ANA).get("/api/user/dots").body)
    assert WHAT_SHE_DOES in json.dumps(client_of(ANA).get("/api/user/profile").body)


@pytest.mark.parametrize("who", ["colleague", "her_manager", "admin", "owner", "stranger"])
def test_a_persons_own_routes_show_nobody_elses(world: Database, who: str) -> None:
    look = looking_at(world)
    session = look("select id from sessions where user_id = %s", ANA.id)
    dot = look("select id from answers where user_id = %s", ANA.id)
    client = client_of(getattr(PEOPLE, who))
    assert client.get(f"/api/sessions/{session}").status == 404
    assert client.post(f"/api/sessions/{session}/messages", {"message": "and then?"}).status == 404
    assert client.patch(f"/api/user/dots/{dot}", {"is_private": True}).status == 404
    for path in ("/api/sessions", "/api/user/dots", "/api/user/profile", "/api/me"):
        answer = client.get(path)
        assert answer.status == 200
        assert str(ANA.id) not in json.dumps(answer.body)
        assert WHAT_SHE_SAID not in json.dumps(answer.body)
        assert WHAT_SHE_DOES not in json.dumps(answer.body)


@pytest.mark.parametrize(
    ("who", "body", "code"),
    [
        ("ana", {"id": str(ANA.member_id), "role": "owner"}, "admins_only"),
        ("ana", {"id": str(ANA.member_id), "level": "exec"}, "admins_only"),
        ("ana", {"id": str(ANA.member_id), "can_view_reports": True}, "admins_only"),
        ("ana", {"id": str(PEOPLE.colleague.member_id), "status": "inactive"}, "admins_only"),
        ("her_manager", {"id": str(ANA.member_id), "supervisor": None}, "admins_only"),
        ("former", {"id": str(PEOPLE.former.member_id), "status": "active"}, "no_organisation"),
        ("admin", {"id": str(PEOPLE.admin.member_id), "role": "owner"}, "not_your_own"),
        ("admin", {"id": str(ANA.member_id), "role": "owner"}, "owners_only"),
        ("admin", {"id": str(PEOPLE.owner.member_id), "role": "member"}, "owners_only"),
        ("admin", {"id": str(PEOPLE.owner.member_id), "status": "inactive"}, "owners_only"),
        ("admin", {"id": str(PEOPLE.owner.member_id), "supervisor": str(PEOPLE.admin.member_id)}, "owners_only"),
    ],
)
def test_nobody_is_made_more_than_they_are(world: Database, who: str, body: dict[str, Any], code: str) -> None:
    answer = client_of(getattr(PEOPLE, who)).patch("/api/admin/members", body)
    assert (answer.status, answer.body["code"]) == (403, code)


@pytest.mark.parametrize("role", ["owner", "admin"])
def test_no_admin_makes_another(world: Database, role: str) -> None:
    body = {"display_name": "A Friend", "email": "friend@acme.test", "role": role, "invite": True}
    answer = client_of(PEOPLE.admin).post("/api/admin/members", body)
    assert (answer.status, answer.body["code"]) == (403, "owners_only")


def test_no_invitation_is_taken_up_that_wasnt_ones_own(world: Database) -> None:
    answer = client_of(ANA).post("/api/auth/link-invite")
    assert answer.body == {"memberships": []}


@pytest.mark.parametrize("claims", [{"role": "service_role"}, {"app_role": "owner", "is_admin": True}, {"sub": "0"}])
def test_what_a_token_claims_besides_makes_nobody_an_admin(world: Database, claims: dict[str, Any]) -> None:
    client = Client(invoke_here, token_of(ANA.id, ANA.email, **claims))
    assert client.get("/api/admin/members").status in (401, 403)
