""" "Why are you saying this?": how many say so, in whole groups, and the caller's own dots, never anybody else's."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.functions.conftest import Answer, Client, Look
from tests.people import ACME, NOBODY, People, Person
from tests.tellings import Tellers
from tests.wire import CountingProxy
from vizdots.workflows.evidence import Why
from vizdots.workflows.own import OwnWorkflows

ROUTE, OWN = "/api/evidence", "/api/user/workflows"
TOO_FEW = {"at_least": None, "reason": "too_few_people", "weeks": None}


def ask(client: Client, kind: str, what: object, key: str | None = None) -> Answer:
    sent = {"kind": kind, "id": str(what)} | ({} if key is None else {"key": key})
    return client.get(ROUTE, query=urlencode(sent))


def why(client: Client, kind: str, what: object, key: str | None = None) -> dict[str, Any]:
    answer = ask(client, kind, what, key)
    assert answer.status == 200, answer.body
    Why.model_validate(answer.body)
    body: dict[str, Any] = answer.body
    return body


def assert_nothing(answer: Answer) -> None:
    assert (answer.status, answer.body["code"]) == (404, "nothing_to_explain"), answer.body


@pytest.fixture
def visit(tellers: Tellers, people: People) -> str:
    """Six people tell of a visit; Ana tells of a drive, too, and skips the report."""
    visit = tellers.workflow(people.ana, "call", "drive", tools=("SAP",), sources=("Calendar",))
    for nth, person in enumerate((people.colleague, *tellers.hire(4))):
        skips = ("skipped:report",) if nth else ()
        tellers.tell(person, "call", workflow=visit, tools=("sap",), variants=skips, day=f"2026-01-{12 + nth}")
    return visit


def claims(look: Look, visit: str) -> dict[str, tuple[str, Any, str | None]]:
    """One of each kind of what is said of the visit: what to ask for it."""
    version = look("select id from workflow_versions where workflow_id = %s and version_number = 1", visit)
    variant = look("select id from workflow_variants where workflow_id = %s", visit)
    return {
        "workflow": ("workflow", visit, None),
        "version": ("version", version, None),
        "step": ("step", visit, "call"),
        "tool": ("tool", visit, "SAP"),
        "data source": ("data_source", visit, "calendar"),
        "variant": ("variant", variant, None),
    }


@pytest.mark.parametrize(
    ("claim", "label", "at_least", "is_anas"),
    [
        ("workflow", "Visit", 5, True),
        ("version", "1", None, True),  # the first was Ana's alone
        ("step", "CALL", 5, True),
        ("tool", "SAP", 5, True),
        ("data source", "calendar", None, True),
        ("variant", "skipped:report", None, False),  # four say so
    ],
)
def test_whatever_is_said_has_its_reasons(
    adam: Client,
    ana: Client,
    look: Look,
    people: People,
    visit: str,
    claim: str,
    label: str,
    at_least: int | None,
    is_anas: bool,
) -> None:
    asked = claims(look, visit)[claim]

    for_admins, for_ana = why(adam, *asked), why(ana, *asked)

    assert for_admins["label"] == label
    assert (for_admins["workflow_id"], for_admins["workflow_name"]) == (visit, "Visit")
    evidence = {"at_least": 5, "reason": None, "weeks": 2} if at_least else TOO_FEW
    assert for_admins["evidence"] == evidence
    assert for_admins["own"] == []
    hers = look("select id::text from answers where user_id = %s", people.ana.id)
    assert [dot["dot_id"] for dot in for_ana["own"]] == ([hers] if is_anas else [])
    assert for_ana | {"own": []} == for_admins


def test_a_version_stays_what_it_was_made_of(adam: Client, tellers: Tellers) -> None:
    crew = tellers.hire(9)
    workflow = tellers.workflow(crew[0], "call")
    for person in crew[1:5]:
        tellers.tell(person, "call", workflow=workflow)
    for person in crew[5:]:
        tellers.tell(person, "call", "drive", workflow=workflow)
    for nth, person in enumerate(crew[:5]):
        tellers.tell(person, "call", "drive", workflow=workflow, day=f"2026-02-1{nth}")
    versions = {it["number"]: it["id"] for it in adam.get(f"/api/admin/workflows/{workflow}").body["versions"]}
    assert versions.keys() == {1, 2}
    assert why(adam, "version", versions[1])["evidence"] == TOO_FEW  # it was one person's
    assert why(adam, "version", versions[2])["evidence"]["at_least"] == 5


def test_what_a_correction_adds_may_be_asked_about(adam: Client, visit: str) -> None:
    corrections = {"added_steps": [{"key": "park", "label": "Park", "after": "call"}]}
    adam.post("/api/admin/workflows/overrides", {"workflow_id": visit, "corrections": corrections})
    told = why(adam, "step", visit, "park")
    assert (told["label"], told["evidence"], told["own"]) == ("Park", TOO_FEW, [])


def test_nobody_explains_what_isnt_said(adam: Client, visit: str) -> None:
    for kind, what, key in (
        ("workflow", NOBODY, None),
        ("version", visit, None),
        ("variant", visit, None),
        ("step", visit, None),
        ("step", visit, "fly"),
        ("tool", visit, "Excel"),
        ("tool", visit, ""),
        ("data_source", visit, "sap"),
    ):
        assert_nothing(ask(adam, kind, what, key))


@pytest.mark.parametrize(
    ("query", "path"),
    [
        ("", "query.kind"),
        (f"kind=gossip&id={NOBODY}", "query.kind"),
        ("kind=workflow", "query.id"),
        ("kind=workflow&id=x", "query.id"),
        (f"kind=step&id={NOBODY}&key={'x' * 201}", "query.key"),
        (f"kind=step&id={NOBODY}&key=%00", "query.key"),
    ],
)
def test_a_question_that_is_none_is_refused(adam: Client, query: str, path: str) -> None:
    answer = adam.get(ROUTE, query=query)
    assert (answer.status, answer.body["code"]) == (422, "invalid_fields")
    assert path in {each["path"] for each in answer.body["errors"]}


# ---- whose it is -------------------------------------------------------------------------------------------------


def test_who_has_told_nothing_of_it_isnt_told_why(
    look: Look, signed_in: Callable[[Person], Client], people: People, visit: str
) -> None:
    for person in (people.her_manager, people.stranger):
        for asked in claims(look, visit).values():
            assert_nothing(ask(signed_in(person), *asked))


def test_elsewhere_one_is_nobody(signed_in: Callable[[Person], Client], people: People, visit: str) -> None:
    sent = urlencode({"kind": "workflow", "id": visit})
    answer = signed_in(people.stranger).get(ROUTE, query=sent, headers={"x-org-id": str(ACME)})
    assert (answer.status, answer.body["code"]) == (403, "no_organisation")


def test_nobody_asks_without_a_token(nobody: Client, visit: str) -> None:
    assert ask(nobody, "workflow", visit).status == 401
    assert nobody.get(OWN).status == 401


def test_what_only_a_private_dot_says_is_said_to_its_person_alone(
    adam: Client, tellers: Tellers, signed_in: Callable[[Person], Client], look: Look, people: People, visit: str
) -> None:
    dot = tellers.tell(
        people.her_manager, "call", "knit", workflow=visit, tools=("Needles",), variants=("added:knit",), private=True
    )
    variant = look("select id from workflow_variants where variant_key = 'added:knit'")
    asked = (("step", visit, "knit"), ("tool", visit, "needles"), ("variant", variant, None))
    for each in asked:
        assert_nothing(ask(adam, *each))
        mine = why(signed_in(people.her_manager), *each)
        assert mine["evidence"] == TOO_FEW
        assert [it["dot_id"] for it in mine["own"]] == [str(dot)]
    assert why(adam, "step", visit, "call")["evidence"]["at_least"] == 5


def test_a_workflow_of_private_dots_is_there_for_nobody_else(
    adam: Client, ana: Client, tellers: Tellers, signed_in: Callable[[Person], Client], people: People
) -> None:
    secret = tellers.workflow(people.colleague, "knit", name="Secret", private=True)
    assert_nothing(ask(adam, "workflow", secret))
    assert_nothing(ask(ana, "workflow", secret))
    assert why(signed_in(people.colleague), "workflow", secret)["label"] == "Secret"


# ---- one's own work ----------------------------------------------------------------------------------------------


def test_a_member_sees_what_they_told_beside_what_the_organisation_has(
    ana: Client, adam: Client, tellers: Tellers, look: Look, people: People, visit: str
) -> None:
    adam.post(
        "/api/admin/workflows/overrides", {"workflow_id": visit, "corrections": {"renamed_steps": {"call": "Ring"}}}
    )
    tellers.tell(people.ana, "knit", name="Secret", private=True, day="2026-02-10")

    answer = ana.get(OWN)

    OwnWorkflows.model_validate(answer.body)
    secret, told = answer.body["items"]
    assert (secret["name"], secret["model"], secret["dot"]["is_private"]) == ("Secret", None, True)
    assert (told["id"], told["name"]) == (visit, "Visit")
    assert [it["label"] for it in told["model"]["steps"]] == ["Ring"]
    assert told["dot"]["id"] == look(
        "select id::text from answers where user_id = %s and not is_private", people.ana.id
    )
    assert told["dot"]["steps"] == [{"key": "call", "label": "CALL"}, {"key": "drive", "label": "DRIVE"}]


def test_who_has_told_nothing_sees_nothing(
    adam: Client, signed_in: Callable[[Person], Client], people: People, visit: str
) -> None:
    for client in (adam, signed_in(people.her_manager), signed_in(people.stranger)):
        assert client.get(OWN).body == {"items": []}


def test_a_question_is_one_round_trip(adam: Client, ana: Client, wire: CountingProxy, visit: str) -> None:
    ana.get(OWN)  # opens the connection
    before = wire.trips
    why(adam, "step", visit, "call")
    ana.get(OWN)
    assert wire.trips - before == 2
