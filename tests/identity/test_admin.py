"""The administrator's endpoints open to the service key and to nothing else."""

import pytest
from supabase_auth.errors import AuthApiError

from tests.identity.conftest import PASSWORD, StandIn

ADMIN_ENDPOINTS = [
    ("GET", "/admin/users"),
    ("POST", "/admin/users"),
    ("GET", "/admin/users/00000000-0000-0000-0000-000000000000"),
    ("PUT", "/admin/users/00000000-0000-0000-0000-000000000000"),
    ("DELETE", "/admin/users/00000000-0000-0000-0000-000000000000"),
    ("POST", "/admin/generate_link"),
    ("POST", "/invite"),
]


def knock(stand_in: StandIn, method: str, path: str, **headers: str) -> int:
    """The status of the answer."""
    return stand_in.http.request(method, f"/auth/v1{path}", headers=headers, json={}).status_code


@pytest.mark.parametrize(("method", "path"), ADMIN_ENDPOINTS)
def test_only_the_service_key_opens_them(stand_in: StandIn, method: str, path: str) -> None:
    session = stand_in.sign_up(f"{method}{ADMIN_ENDPOINTS.index((method, path))}@acme.test").get_session()
    assert session is not None
    assert knock(stand_in, method, path) == 401
    for bearer in (stand_in.identity.anon_key, session.access_token, "nonsense"):
        assert knock(stand_in, method, path, Authorization=f"Bearer {bearer}") == 403
    # A frontend's gateway sends `apikey` too: it proves nothing.
    assert knock(stand_in, method, path, apikey=stand_in.identity.service_role_key) == 401
    assert knock(stand_in, method, path, **stand_in.service_headers) not in (401, 403)


def test_an_account_is_made_changed_found_and_deleted(stand_in: StandIn) -> None:
    admin = stand_in.admin().admin
    made = admin.create_user(
        {
            "email": "made@acme.test",
            "password": PASSWORD,
            "email_confirm": True,
            "user_metadata": {"name": "Made"},
            "app_metadata": {"plan": "trial"},
        }
    ).user
    assert made.app_metadata == {"provider": "email", "providers": ["email"], "plan": "trial"}
    session = stand_in.client().sign_in_with_password({"email": "made@acme.test", "password": PASSWORD}).session
    assert session is not None

    changed = admin.update_user_by_id(made.id, {"email": "moved@acme.test", "password": "another password"}).user
    assert changed.email == "moved@acme.test"
    assert admin.get_user_by_id(made.id).user.user_metadata["name"] == "Made"
    assert stand_in.refresh(session.refresh_token).status_code == 400
    assert stand_in.client().sign_in_with_password({"email": "moved@acme.test", "password": "another password"}).user

    assert made.id in [user.id for user in admin.list_users()]
    admin.delete_user(made.id)
    with pytest.raises(AuthApiError) as refusal:
        admin.get_user_by_id(made.id)
    assert (refusal.value.status, refusal.value.code) == (404, "user_not_found")


def test_a_softly_deleted_account_leaves_a_row_without_the_person(stand_in: StandIn) -> None:
    client = stand_in.sign_up("erased@acme.test")
    session = client.get_session()
    assert session is not None
    stand_in.admin().admin.delete_user(session.user.id, should_soft_delete=True)
    with stand_in.identity.pool.transaction() as db:
        row = db.execute("select * from auth.users where id = %s", (session.user.id,)).fetchone()
    assert row is not None
    assert "erased@acme.test" not in repr(row)
    assert stand_in.refresh(session.refresh_token).status_code == 400
    assert stand_in.client().sign_up({"email": "erased@acme.test", "password": PASSWORD}).user


def test_an_address_is_taken_once(stand_in: StandIn) -> None:
    admin = stand_in.admin().admin
    admin.create_user({"email": "twice@acme.test", "password": PASSWORD})
    other = admin.create_user({"email": "twin@acme.test", "password": PASSWORD}).user
    with pytest.raises(AuthApiError) as created:
        admin.create_user({"email": "Twice@acme.test", "password": PASSWORD})
    with pytest.raises(AuthApiError) as changed:
        admin.update_user_by_id(other.id, {"email": "twice@acme.test"})
    assert (created.value.status, created.value.code) == (422, "email_exists")
    assert (changed.value.status, changed.value.code) == (422, "email_exists")


def test_a_banned_person_stays_out_until_the_ban_ends(stand_in: StandIn) -> None:
    client = stand_in.sign_up("banned@acme.test")
    session = client.get_session()
    assert session is not None
    admin = stand_in.admin().admin
    admin.update_user_by_id(session.user.id, {"ban_duration": "1h30m"})

    def sign_in() -> str | None:
        try:
            client.sign_in_with_password({"email": "banned@acme.test", "password": PASSWORD})
        except AuthApiError as refusal:
            return refusal.code
        return None

    assert sign_in() == "user_banned"
    assert stand_in.refresh(session.refresh_token).json()["error_code"] == "user_banned"
    stand_in.clock.advance(hours=1, minutes=31)
    assert sign_in() is None
    admin.update_user_by_id(session.user.id, {"ban_duration": "24h"})
    assert sign_in() == "user_banned"
    admin.update_user_by_id(session.user.id, {"ban_duration": "none"})
    assert sign_in() is None
    with pytest.raises(AuthApiError) as refusal:
        admin.update_user_by_id(session.user.id, {"ban_duration": "for ever"})
    assert refusal.value.status == 400


def test_the_list_comes_in_pages(stand_in: StandIn) -> None:
    for number in range(3):
        stand_in.identity.ensure_user(f"page{number}@acme.test", PASSWORD)
    ask = {"page": "1", "per_page": "2"}
    first = stand_in.http.get("/auth/v1/admin/users", params=ask, headers=stand_in.service_headers)
    total = int(first.headers["x-total-count"])
    assert len(first.json()["users"]) == 2
    assert total >= 3
    assert 'rel="next"' in first.headers["link"]
    ask = {"page": str(total), "per_page": "1"}
    last = stand_in.http.get("/auth/v1/admin/users", params=ask, headers=stand_in.service_headers)
    assert len(last.json()["users"]) == 1
    assert 'rel="next"' not in last.headers["link"]


@pytest.mark.parametrize("kind", ["signup", "invite", "magiclink", "recovery"])
def test_a_generated_link_works_and_mails_nobody(stand_in: StandIn, kind: str) -> None:
    email = f"generated-{kind}@acme.test"
    if kind == "recovery":
        stand_in.identity.ensure_user(email, PASSWORD)
    wish = {"type": kind, "email": email, "password": PASSWORD}
    answer = stand_in.http.post("/auth/v1/admin/generate_link", json=wish, headers=stand_in.service_headers)
    link = answer.raise_for_status().json()
    assert stand_in.follow(link["action_link"])["access_token"]
    assert stand_in.mails(email) == []


def test_what_the_local_product_needs_goes_without_http(stand_in: StandIn) -> None:
    identity = stand_in.identity
    first = identity.ensure_user("Owner@acme.test", PASSWORD)
    again = identity.ensure_user("owner@acme.test", "another password")
    assert again.id == first.id
    assert again.is_confirmed
    assert stand_in.client().sign_in_with_password({"email": "owner@acme.test", "password": "another password"}).user
    shown = stand_in.client().get_user(identity.issue_token("owner@acme.test"))
    assert shown is not None
    assert shown.user.id == str(first.id)
    with pytest.raises(LookupError, match="no account nobody@acme"):
        identity.issue_token("nobody@acme.test")
