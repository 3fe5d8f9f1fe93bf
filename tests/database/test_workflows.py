"""From dots to workflows, in the database: what most say, a version only when that changes, and nobody's name."""

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import errors
from psycopg.types.json import Jsonb

from tests.conftest import Database
from tests.database.matrix import GIVEN, GIVEN_ROWS
from tests.people import People, Person, acting
from tests.tellings import dot, tell, telling

Connection = psycopg.Connection[Any]

KEEP = "select app.keep_telling(%s, %s, now())"


@pytest.fixture
def superuser(populated: Database) -> Iterator[Connection]:
    """A superuser's connection, uncommitted."""
    with psycopg.connect(populated.admin_url) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def given(superuser: Connection, people: People) -> Connection:
    """A superuser's connection, with Ana's rows of matrix.py."""
    with psycopg.ClientCursor(superuser) as cursor:
        cursor.execute(GIVEN_ROWS, {"acme": people.acme, "ana": people.ana.id, **GIVEN})
    return superuser


def versions(superuser: Connection, name: str = "visit") -> list[tuple[int, list[str], str]]:
    """The versions of a workflow: number, the keys of the steps, what changed."""
    return superuser.execute(
        "select version_number,"
        " array(select s ->> 'key' from jsonb_array_elements(structure -> 'steps') s), change_summary"
        " from workflow_versions v join workflows w on w.id = v.workflow_id where workflow_key = %s order by 1",
        (name,),
    ).fetchall()


def one(superuser: Connection, question: str, *parameters: object) -> Any:
    """The only value of an answer."""
    row = superuser.execute(question.encode(), parameters).fetchone()
    return row and row[0]


# ---- what most people say -------------------------------------------------------------------------------------------


def test_the_first_dot_begins_a_workflow(superuser: Connection, people: People) -> None:
    told = tell(superuser, people.ana, "call", "drive", tools=("Phone",), sources=("Calendar",))
    assert versions(superuser) == [(1, ["call", "drive"], "First told.")]
    assert superuser.execute("select structure, source_dot_ids, created_by_type from workflow_versions").fetchall() == [
        (
            {
                "steps": [{"key": "call", "label": "CALL"}, {"key": "drive", "label": "DRIVE"}],
                "tools": ["Phone"],
                "data_sources": ["Calendar"],
            },
            [told],
            "ai",
        )
    ]
    assert one(superuser, "select department_id from workflows") == people.ana.department_id


def test_who_says_the_same_changes_nothing(superuser: Connection, people: People) -> None:
    for person in (people.ana, people.colleague, people.her_manager):
        tell(superuser, person, "call", "drive")
    assert [number for number, *_ in versions(superuser)] == [1]
    assert one(superuser, "select count(*) from workflow_tellings") == 3


def test_a_step_comes_when_more_than_half_say_it_and_goes_when_fewer_than_half_do(
    superuser: Connection, people: People
) -> None:
    tell(superuser, people.ana, "call", "drive", "report")
    tell(superuser, people.colleague, "call", "drive", "invoice")
    assert [number for number, *_ in versions(superuser)] == [1]  # one of two is no majority, for either
    tell(superuser, people.her_manager, "call", "drive", "invoice")
    assert versions(superuser)[1:] == [(2, ["call", "drive", "invoice"], "New: “INVOICE”. No longer: “REPORT”.")]


def test_the_order_is_that_of_most_in_each_pair_of_steps(superuser: Connection, people: People) -> None:
    tell(superuser, people.ana, "a", "b", "c", "d")
    tell(superuser, people.colleague, "a", "c", "b", "d")
    assert [steps for _, steps, _ in versions(superuser)] == [["a", "b", "c", "d"]]
    tell(superuser, people.her_manager, "c", "b", "d")
    assert versions(superuser)[1:] == [(2, ["a", "c", "b", "d"], "In another order.")]


def test_tools_are_those_that_most_name_of_those_who_name_any(superuser: Connection, people: People) -> None:
    tell(superuser, people.ana, "call", tools=("SAP",))
    tell(superuser, people.colleague, "call")
    tell(superuser, people.her_manager, "call", tools=("excel", "sap"))
    tell(superuser, people.admin, "call", tools=("Excel",))
    assert one(
        superuser, "select structure -> 'tools' from workflow_versions order by version_number desc limit 1"
    ) == [
        "SAP",
        "Excel",
    ]
    assert versions(superuser)[-1][2] == "Tools: now Excel."


def test_each_person_counts_once_by_what_they_said_last(superuser: Connection, people: People) -> None:
    for day in ("10", "11", "12"):
        tell(superuser, people.ana, "call", "drive", day=f"2026-01-{day}")
    tell(superuser, people.colleague, "call", "ship")
    assert [number for number, *_ in versions(superuser)] == [1]
    tell(superuser, people.ana, "call", "ship", day="2026-03-10")
    assert versions(superuser)[-1][:2] == (2, ["call", "ship"])


def test_a_few_words_say_nothing_of_what_they_leave_out(superuser: Connection, people: People) -> None:
    tell(superuser, people.ana, "a", "b", "c")
    for person in (people.colleague, people.her_manager):
        tell(superuser, person, "b", is_whole=False)
    assert [steps for _, steps, _ in versions(superuser)] == [["a", "b", "c"]]


def test_a_private_dot_never_counts(superuser: Connection, people: People) -> None:
    tell(superuser, people.ana, "call", "drive")
    for person in (people.colleague, people.her_manager):
        tell(superuser, person, "fly", private=True)
    assert [steps for _, steps, _ in versions(superuser)] == [["call", "drive"]]


def test_a_dot_that_becomes_private_stops_counting_and_starts_again(superuser: Connection, people: People) -> None:
    tell(superuser, people.ana, "call", "drive")
    dots = [tell(superuser, person, "call", "ship") for person in (people.colleague, people.her_manager)]
    for is_private in (True, False):
        for told, person in zip(dots, (people.colleague, people.her_manager), strict=True):
            with acting(superuser, "authenticated", person):
                superuser.execute(
                    "update answers set is_private = %s, privacy_level = %s where id = %s",
                    (is_private, "private" if is_private else "normal", told),
                )
    assert [steps for _, steps, _ in versions(superuser)] == [
        ["call", "drive"],
        ["call", "ship"],
        ["call", "drive"],
        ["call", "ship"],
    ]


def test_a_corrected_dot_tells_of_another_workflow(superuser: Connection, people: People) -> None:
    for person in (people.colleague, people.her_manager):
        tell(superuser, person, "call", "drive")
    told = tell(superuser, people.ana, "call", "drive", "fly", variants=("added:fly",))
    with acting(superuser, "authenticated", people.ana):
        superuser.execute(KEEP, (told, Jsonb(telling("pack", "fly", name="Trip"))))
    assert [steps for _, steps, _ in versions(superuser, "trip")] == [["pack", "fly"]]
    assert one(superuser, "select count(*) from workflow_tellings") == 3
    assert one(superuser, "select count(*) from workflow_variant_dot_links") == 0


# ---- who may say it -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["colleague", "owner", "stranger"])
def test_nobody_speaks_through_anothers_dot(given: Connection, people: People, who: str) -> None:
    person: Person = getattr(people, who)
    with pytest.raises(errors.ForeignKeyViolation), acting(given, "authenticated", person):
        given.execute(KEEP, (GIVEN["dot"], Jsonb(telling("fly"))))


def test_a_claim_to_be_the_service_opens_nothing(given: Connection, people: People) -> None:
    with pytest.raises(errors.ForeignKeyViolation), acting(given, "authenticated", people.colleague):  # noqa: PT012
        given.execute("select set_config('request.jwt.claims', '{\"role\": \"service_role\"}', true)")
        given.execute(KEEP, (GIVEN["dot"], Jsonb(telling("fly"))))


def test_nobody_tells_of_another_organisations_workflow(given: Connection, people: People) -> None:
    told = dot(given, people.stranger)
    with pytest.raises(errors.ForeignKeyViolation), acting(given, "authenticated", people.stranger):
        given.execute(KEEP, (told, Jsonb(telling("fly", workflow=GIVEN["workflow"]))))


def test_a_job_may_tell_for_somebodys_dot(given: Connection) -> None:
    with acting(given, "service_role"):
        assert one(given, KEEP, GIVEN["dot"], Jsonb(telling("fly", workflow=GIVEN["workflow"])))
    assert versions(given)[-1][1] == ["fly"]


def test_only_a_dot_about_work_tells_of_a_workflow(given: Connection, people: People) -> None:
    given.execute("insert into answers (session_id, raw_text) values (%s, 'tired')", (GIVEN["done"],))
    with pytest.raises(errors.ForeignKeyViolation), acting(given, "authenticated", people.ana):
        given.execute(
            "select app.keep_telling(a.id, %s, now()) from answers a where a.session_id = %s",
            (Jsonb(telling("fly")), GIVEN["done"]),
        )


def test_admins_see_a_workflow_but_neither_from_whom_nor_when(given: Connection, people: People) -> None:
    for column in ("source_dot_ids", "created_at"):
        with pytest.raises(errors.InsufficientPrivilege), acting(given, "authenticated", people.owner):
            given.execute(psycopg.sql.SQL("select {} from workflow_versions").format(psycopg.sql.Identifier(column)))
    with acting(given, "authenticated", people.owner):
        assert one(given, "select structure -> 'steps' -> 0 ->> 'key' from workflow_versions") == "call"


def test_an_agent_knows_the_workflows_of_its_own_organisation(given: Connection, people: People) -> None:
    ask = "select workflow_key, version_number from app.known_workflows(%s)"
    tell(given, people.ana, "call", "drive")
    with acting(given, "authenticated", people.ana):
        known = given.execute(ask, (people.acme,)).fetchall()
    with acting(given, "authenticated", people.stranger):
        others = given.execute(ask, (people.acme,)).fetchall()
    assert (known, others) == ([("trip", None), ("visit", 1)], [])


# ---- variants and resemblances --------------------------------------------------------------------------------------


def test_a_variant_is_found_again(superuser: Connection, people: People) -> None:
    tell(superuser, people.ana, "call", "drive")
    for person in (people.colleague, people.her_manager):
        tell(superuser, person, "call", variants=("skipped:drive",))
    assert superuser.execute("select variant_key, source, is_allowed from workflow_variants").fetchall() == [
        ("skipped:drive", "ai", None)
    ]
    assert one(superuser, "select count(*) from workflow_variant_dot_links where confidence = 0.8") == 2


def test_a_way_that_only_a_private_dot_tells_is_seen_by_nobody(superuser: Connection, people: People) -> None:
    tell(superuser, people.ana, "call", "drive")
    tell(superuser, people.colleague, "call", private=True, variants=("skipped:drive",))
    seen = "select count(*) from workflow_variants"
    with acting(superuser, "authenticated", people.owner):
        assert one(superuser, seen) == 0
    tell(superuser, people.her_manager, "call", variants=("skipped:drive",))
    with acting(superuser, "authenticated", people.owner):
        assert one(superuser, seen) == 1


def test_what_has_become_the_model_differs_from_it_no_more(superuser: Connection, people: People) -> None:
    def way(kind: str, **details: object) -> dict[str, object]:
        return {"key": f"{kind}:it", "description": kind, "details": {"kind": kind, **details}, "confidence": 0.8}

    tell(superuser, people.ana, "call", "report", tools=("SAP",))
    differing = [
        way("added", step={"key": "drive", "label": "DRIVE"}),
        way("skipped", step={"key": "report", "label": "REPORT"}),
        way("other_tool", tool="excel", instead_of="SAP"),
        way("reordered", step={"key": "call", "label": "CALL"}),
    ]
    linked = (
        "select array_agg(v.variant_key order by 1) from workflow_variant_dot_links l"
        " join workflow_variants v on v.id = l.variant_id"
    )
    for person in (people.colleague, people.her_manager):
        made = dot(superuser, person)
        told = telling("call", "drive", tools=("Excel",), variants=()) | {"variants": differing}
        with acting(superuser, "authenticated", person):
            superuser.execute(KEEP, (made, Jsonb(told)))
        if person is people.colleague:
            assert len(one(superuser, linked)) == 4

    assert versions(superuser)[-1][1] == ["call", "drive"]
    assert {*one(superuser, linked)} == {"reordered:it"}


def test_two_that_may_be_one_wait_for_an_admin(superuser: Connection, people: People) -> None:
    tell(superuser, people.ana, "call", "drive")
    workflow = one(superuser, "select id from workflows")
    tell(superuser, people.colleague, "call", "ride", name="Trip", resembles=str(workflow), similarity=0.6)
    with acting(superuser, "authenticated", people.admin):
        found = superuser.execute("select other_id, similarity, decision from workflow_resemblances").fetchall()
    with acting(superuser, "authenticated", people.ana):
        assert one(superuser, "select count(*) from workflow_resemblances") == 0
    assert [(other, float(similarity), decision) for other, similarity, decision in found] == [(workflow, 0.6, None)]


# ---- at once --------------------------------------------------------------------------------------------------------


def test_two_dots_at_once_are_counted_one_after_the_other(populated: Database, people: People) -> None:
    tellers = (people.ana, people.colleague, people.her_manager, people.admin)
    with psycopg.connect(populated.admin_url) as connection:
        dots = [dot(connection, person) for person in tellers]
    together = threading.Barrier(len(tellers))

    def say(told: Any, person: Person) -> None:
        with psycopg.connect(populated.functions_url) as connection:
            together.wait()
            with acting(connection, "authenticated", person):
                connection.execute(KEEP, (told, Jsonb(telling("call", f"by {person.name}".replace(" ", "-")))))
            connection.commit()

    threads = [threading.Thread(target=say, args=pair) for pair in zip(dots, tellers, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with psycopg.connect(populated.admin_url) as connection:
        assert one(connection, "select count(*) from workflows") == 1
        assert versions(connection)[-1][1] == ["call"]
        assert one(connection, "select count(*) from workflow_tellings") == len(tellers)


def test_whoever_saw_workflows_as_they_are_no_more_is_told(superuser: Connection, people: People) -> None:
    seen = one(superuser, "select app.workflows_seen(%s)", people.acme)
    assert one(superuser, "select app.hold_workflows(%s, %s)", people.acme, seen)
    tell(superuser, people.ana, "call", "drive")
    assert not one(superuser, "select app.hold_workflows(%s, %s)", people.acme, seen)
    assert one(superuser, "select app.hold_workflows(%s)", people.acme)


def test_the_words_go_when_the_dot_is_redacted_and_the_work_stays(superuser: Connection, people: People) -> None:
    told = tell(superuser, people.ana, "call", "drive")
    assert one(superuser, "select wordings from workflow_tellings") == ["so call", "so drive"]
    with acting(superuser, "service_role"):
        superuser.execute(
            "update answers set raw_text = null, transcript_json = null, answer_json = null, redacted_at = now()"
            " where id = %s",
            (told,),
        )
    assert one(superuser, "select wordings from workflow_tellings") == []
    assert versions(superuser) == [(1, ["call", "drive"], "First told.")]


def test_others_words_are_known_unless_they_are_private(superuser: Connection, people: People) -> None:
    tell(superuser, people.ana, "call")
    tell(superuser, people.colleague, "call", "fly", private=True)
    ask = "select wordings from app.known_workflows(%s)"
    for person, known in ((people.her_manager, ["so call"]), (people.colleague, ["so call", "so fly"])):
        with acting(superuser, "authenticated", person):
            assert one(superuser, ask, people.acme) == known


# ---- which may be one ------------------------------------------------------------------------------------------------


def test_what_may_be_one_is_asked_of_admins_the_most_alike_first(superuser: Connection, people: People) -> None:
    tell(superuser, people.ana, "call", name="Visit")
    visit = one(superuser, "select id from workflows")
    alike = {"Trip": 0.5, "Tour": 0.7, "Secret": 0.9}
    for name, similarity in alike.items():
        more: dict[str, Any] = {"matched_by": "unsure", "resembles": str(visit), "similarity": similarity}
        tell(superuser, people.colleague, "call", name=name, private=name == "Secret", **more)

    def asked(person: Person, most: int = 10) -> Any:
        with acting(superuser, "authenticated", person):
            return one(superuser, "select app.open_resemblances(%s)", most)

    assert [each["one"]["name"] for each in asked(people.admin)["items"]] == ["Tour", "Trip"]
    assert asked(people.admin, 1)["more"] == 1
    assert asked(people.stranger) == {"items": [], "more": 0}
    with pytest.raises(errors.DatabaseError) as refused, superuser.transaction():
        asked(people.ana)
    assert refused.value.sqlstate == "VD403"
