"""GET /api/me: who somebody is here, which features are on, and which page is next for them."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from pydantic import TypeAdapter

from tests.conftest import Database
from tests.functions.conftest import Client, Look, invoke_here, token_of
from tests.people import People, Person
from vizdots.flags import ALWAYS_ON, FLAGS
from vizdots.people import Me

SignIn = Callable[[Person], Client]


def me(client: Client, org_id: object = None) -> dict[str, Any]:
    """What the client is told, held against its model."""
    answer = client.get("/api/me", headers={"x-org-id": str(org_id)} if org_id else None)
    assert answer.status == 200, answer.body
    TypeAdapter(Me).validate_python(answer.body)
    body: dict[str, Any] = answer.body
    return body


@pytest.fixture
def ana_in_both(ana: Client, look: Look, people: People) -> Client:
    """Ana, who works for Globex too, as an admin."""
    look(
        "insert into organization_members (org_id, user_id, role, display_name, invited_email, status, invite_status)"
        " values (%s, %s, 'admin', 'Ana Alba', %s, 'active', 'accepted') returning id",
        people.globex,
        people.ana.id,
        people.ana.email,
    )
    return ana


# ---- where to go -------------------------------------------------------------------------------------------------


def test_who_belongs_to_nothing_sets_up_an_organisation(populated: Database) -> None:
    told = me(Client(invoke_here, token_of(uuid4(), "new@example.test")))

    assert (told["next"], told["membership"], told["memberships"]) == ("setup", None, [])
    assert told["user"]["email"] == "new@example.test"


def test_an_owner_goes_on_setting_up_until_that_is_complete(signed_in: SignIn, people: People, look: Look) -> None:
    look("update organizations set setup_completed_at = null where id = %s returning 1", people.acme)
    assert me(signed_in(people.owner))["next"] == "setup"

    look("update organizations set setup_completed_at = now() where id = %s returning 1", people.acme)
    assert me(signed_in(people.owner))["next"] == "admin"


def test_an_admin_goes_to_the_administration(signed_in: SignIn, people: People) -> None:
    assert me(signed_in(people.admin))["next"] == "admin"


def test_a_member_is_welcomed_until_they_have_confirmed_their_profile(ana: Client) -> None:
    assert me(ana)["next"] == "onboarding"
    ana.patch("/api/user/profile", {"role_summary": "I repair heat pumps"})
    assert me(ana)["next"] == "onboarding"

    ana.patch("/api/user/profile", {"confirm": True})

    told = me(ana)
    assert (told["next"], told["membership"]["profile_confirmed"]) == ("dashboard", True)


def test_a_manager_is_a_member_like_others_here(signed_in: SignIn, people: People) -> None:
    told = me(signed_in(people.her_manager))

    assert (told["next"], told["membership"]["level"]) == ("onboarding", "manager")


def test_who_has_left_has_no_team(signed_in: SignIn, people: People) -> None:
    told = me(signed_in(people.former))

    assert (told["next"], told["membership"]) == ("no_team", None)
    assert [each["status"] for each in told["memberships"]] == ["inactive"]


def test_whose_invitation_isnt_accepted_has_no_team_yet(signed_in: SignIn, people: People, look: Look) -> None:
    look("update organization_members set status = 'invited' where user_id = %s returning 1", people.ana.id)

    assert me(signed_in(people.ana))["next"] == "no_team"


# ---- several organisations ---------------------------------------------------------------------------------------


def test_who_works_for_two_chooses(ana_in_both: Client, people: People) -> None:
    told = me(ana_in_both)
    assert (told["next"], told["membership"]) == ("choose_organisation", None)
    assert [each["organization_name"] for each in told["memberships"]] == ["Acme Field Services", "Globex"]

    for org_id, role, page in ((people.acme, "member", "onboarding"), (people.globex, "admin", "admin")):
        chosen = me(ana_in_both, org_id)
        assert (chosen["membership"]["org_id"], chosen["membership"]["role"]) == (str(org_id), role)
        assert chosen["next"] == page
        assert len(chosen["memberships"]) == 2


def test_who_works_for_two_writes_in_neither_until_they_have_chosen(ana_in_both: Client, people: People) -> None:
    undecided = ana_in_both.post("/api/sessions", {"agent_code": "pulse"})
    assert (undecided.status, undecided.body["code"]) == (409, "choose_organisation")

    chosen = {"x-org-id": str(people.globex)}
    assert ana_in_both.post("/api/sessions", {"agent_code": "pulse"}, headers=chosen).status == 201
    assert len(ana_in_both.get("/api/sessions", headers=chosen).body["items"]) == 1
    assert ana_in_both.get("/api/sessions", headers={"x-org-id": str(people.acme)}).body["items"] == []


def test_choosing_an_organisation_of_others_gives_nothing(ana: Client, people: People) -> None:
    told = me(ana, people.globex)

    assert (told["next"], told["membership"]) == ("no_team", None)
    assert [each["org_id"] for each in told["memberships"]] == [str(people.acme)]


def test_who_left_one_of_two_has_nothing_to_choose(ana_in_both: Client, people: People, look: Look) -> None:
    look(
        "update organization_members set status = 'inactive' where user_id = %s and org_id = %s returning 1",
        people.ana.id,
        people.globex,
    )

    told = me(ana_in_both)

    assert (told["next"], told["membership"]["org_id"]) == ("onboarding", str(people.acme))


def test_nobody_sees_another_in_it(signed_in: SignIn, people: People) -> None:
    for person in people.all():
        assert all(each["display_name"] == person.name for each in me(signed_in(person))["memberships"])


def test_what_a_person_may_write_about_themself_decides_nothing(populated: Database, people: People) -> None:
    claims = {"user_metadata": {"role": "owner", "org_id": str(people.globex)}, "app_metadata": {"role": "owner"}}

    told = me(Client(invoke_here, token_of(people.ana.id, people.ana.email, **claims)))

    assert (told["membership"]["role"], told["next"]) == ("member", "onboarding")


# ---- features ----------------------------------------------------------------------------------------------------


def test_every_feature_is_on_unless_somebody_turns_it_off(ana: Client) -> None:
    assert me(ana)["flags"] == dict.fromkeys(FLAGS, True)


def test_an_organisation_turns_a_feature_off_for_itself(
    ana: Client, signed_in: SignIn, people: People, look: Look
) -> None:
    look(
        'update organizations set feature_flags = \'{"OWNER_NOTES": false, "DATA_EXPORT": true}\''
        " where id = %s returning 1",
        people.acme,
    )

    assert [flag for flag, is_on in me(ana)["flags"].items() if not is_on] == ["OWNER_NOTES"]
    assert me(signed_in(people.stranger))["flags"]["OWNER_NOTES"] is True


def test_a_deployment_turns_features_off_for_everybody(
    ana: Client, people: People, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEATURES_OFF", "PATTERN_ALERTS,MULTI_LANGUAGE")
    look("update organizations set feature_flags = '{\"PATTERN_ALERTS\": true}' where id = %s returning 1", people.acme)

    off = {flag for flag, is_on in me(ana)["flags"].items() if not is_on}

    assert off == {"PATTERN_ALERTS", "MULTI_LANGUAGE"}


@pytest.mark.parametrize("flag", ALWAYS_ON)
def test_what_the_products_word_rests_on_cant_be_turned_off(
    ana: Client, people: People, look: Look, monkeypatch: pytest.MonkeyPatch, flag: str
) -> None:
    monkeypatch.setenv("FEATURES_OFF", f"{flag},DATA_EXPORT")
    look(
        "update organizations set feature_flags = jsonb_build_object(%s::text, false) where id = %s returning 1",
        flag,
        people.acme,
    )

    flags = me(ana)["flags"]

    assert (flags[flag], flags["DATA_EXPORT"]) == (True, False)
