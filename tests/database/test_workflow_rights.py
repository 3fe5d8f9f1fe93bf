"""Somebody who writes SQL with their own claims, and wants to know or to say of workflows what isn't theirs."""

from collections.abc import Iterator
from typing import Any, Final, LiteralString

import psycopg
import pytest

from tests.conftest import SQL, Database
from tests.people import ACME, GLOBEX, People, acting, become
from tests.tellings import tell

Connection = psycopg.Connection[Any]

# Every function of 039 that a signed-in person may call, as it would be called for what is Acme's.
CALLS: Final[dict[str, LiteralString]] = {
    "my_workflow": "select app.my_workflow(%(visit)s)",
    "known_to_admins": "select jsonb_array_length(app.known_to_admins(null, 'all', null, null, null, 50) -> 'items')",
    "workflow_detail": "select app.workflow_detail(%(visit)s)",
    "hold_workflow": "select app.hold_workflow(%(visit)s, null)",
    "change_workflow": "select app.change_workflow(%(visit)s, 'Mine', null, false, 'archived', null)",
    "correct_workflow": "select app.correct_workflow(%(visit)s, '{}', 'mine', null, null, now())",
    "drop_draft": "select app.drop_draft((d.draft ->> 'id')::uuid)"
    " from app.correct_workflow(%(visit)s, '{}', '', 'old', null, now()) d (draft)",
    "reset_workflow": "select app.reset_workflow(%(visit)s, null)",
    "rate_workflow": "select app.rate_workflow(%(visit)s, 'incorrect', '{}', now())",
    "note_on_workflow": "select app.note_on_workflow(%(visit)s, 'policy', 'mine', 'everyone', now())",
    "take_back_note": "select app.take_back_note(%(note)s)",
    "name_variant": "select app.name_variant(%(visit)s, 'mine', 'mine', true, now())",
    "judge_variant": "select app.judge_variant(%(variant)s, false, 'mine', null)",
    "shown_variant": "select app.shown_variant(%(variant)s)",
    "variant_as_told": "select app.variant_as_told(%(variant)s)",
    "workflow_variants_told": "select app.workflow_variants_told(%(visit)s)",
    "open_variant_ids": "select count(*) from app.open_variant_ids()",
    "open_resemblances": "select jsonb_array_length(app.open_resemblances(10) -> 'items')",
    "keep_apart": "select app.keep_apart(%(visit)s, %(trip)s)",
    "workflow_ways": "select app.workflow_ways(%(visit)s)",
    "ways_to_merge": "select app.ways_to_merge(%(trip)s, %(visit)s)",
    "merge_workflows": "select app.merge_workflows(%(trip)s, %(visit)s, '{}', '[]', null, now())",
    "why": "select app.why('workflow', %(visit)s, null)",
}
# What makes something of a row that its caller has, and tells nothing by itself: called with the rows there are.
OF_ROWS: Final[dict[str, LiteralString]] = {
    "workflow_seen": "select count(app.workflow_seen(w)) from workflows w",
    "variant_json": "select count(app.variant_json(v, null)) from workflow_variants v",
    "newest_feedback": "select count(app.newest_feedback(%(visit)s))",
    "my_role": "select count(app.my_role(%(acme)s))",
    "my_work": "select nullif(jsonb_array_length(app.my_work()), 0)",
}
TABLES: Final = (
    "workflows",
    "workflow_steps",
    "workflow_tellings",
    "workflow_versions",
    "workflow_overrides",
    "owner_notes",
    "workflow_variants",
    "workflow_variant_dot_links",
    "workflow_resemblances",
)
EVERYTHING: Final = " union all ".join(
    f"select '{table}', jsonb_agg(to_jsonb(t) order by t::text) from {table} t"  # noqa: S608 - our own words
    for table in TABLES
)
REFUSED: Final = {"42501", "VD403", "VD404"}


@pytest.fixture
def told(populated: Database, people: People) -> Iterator[tuple[Connection, dict[str, Any]]]:
    """A superuser's connection, uncommitted, and what Ana and her manager have told of: a visit, and a trip like it."""
    with psycopg.connect(populated.admin_url) as superuser:
        tell(superuser, people.ana, "call", "drive", variants=("skipped:park",))
        visit = one(superuser, "select id from workflows")
        tell(superuser, people.her_manager, "call", name="Trip", resembles=str(visit), similarity=0.6)
        ids = {
            "acme": ACME,
            "visit": visit,
            "trip": one(superuser, "select id from workflows where workflow_key = 'trip'"),
            "variant": one(superuser, "select id from workflow_variants"),
            "note": one(
                superuser,
                "insert into owner_notes (org_id, workflow_id, note_type, note_text, created_by)"
                " values (%s, %s, 'policy', 'Heed this.', %s) returning id",
                (ACME, visit, people.owner.id),
            ),
        }
        superuser.execute(
            "insert into workflow_overrides (org_id, workflow_id, status, accuracy_rating, created_by)"
            " values (%s, %s, 'active', null, %s), (%s, %s, 'draft', 'accurate', %s)",
            (ACME, visit, people.owner.id) * 2,
        )
        yield superuser, ids
        superuser.rollback()


def one(connection: Connection, question: LiteralString, parameters: tuple[object, ...] = ()) -> Any:
    """The only value of an answer."""
    row = connection.execute(question, parameters).fetchone()
    return row and row[0]


def everything(connection: Connection) -> list[tuple[Any, ...]]:
    """All that there is about workflows."""
    return connection.execute(EVERYTHING.encode()).fetchall()


def test_no_function_is_forgotten(owner: Connection) -> None:
    found = owner.execute(
        "select proname from pg_proc where pronamespace = 'app'::regnamespace"
        " and has_function_privilege('authenticated', oid, 'execute')"
    ).fetchall()
    text = (SQL / "039_workflow_steering.sql").read_text(encoding="utf-8")
    of_039 = {name for (name,) in found if f"create function app.{name}(" in text}
    assert of_039 == {*CALLS, *OF_ROWS}


@pytest.mark.parametrize("org_id", ["", str(ACME)], ids=["at home", "as if at Acme"])
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("who", ["colleague", "former", "stranger"])
def test_who_isnt_an_admin_here_finds_and_changes_nothing(
    told: tuple[Connection, dict[str, Any]], people: People, who: str, call: str, org_id: str
) -> None:
    superuser, ids = told
    before = everything(superuser)
    found = None
    try:
        with acting(superuser, "authenticated", getattr(people, who), org_id):
            found = superuser.execute(CALLS[call], ids).fetchone()
    except psycopg.Error as error:
        assert error.sqlstate in REFUSED, error  # noqa: PT017 - it may also just find nothing
    assert found in (None, (0,))
    assert everything(superuser) == before


@pytest.mark.parametrize("call", [*CALLS, *OF_ROWS])
@pytest.mark.parametrize("who", ["ana", "her_manager"])
def test_who_has_told_of_it_is_told_why_and_sees_their_own(
    told: tuple[Connection, dict[str, Any]], people: People, who: str, call: str
) -> None:
    superuser, ids = told
    before = everything(superuser)
    their_own = call in ("my_work", "my_role") or (call == "why" and who == "ana")
    found = None
    try:
        with acting(superuser, "authenticated", getattr(people, who)):
            found = superuser.execute((CALLS | OF_ROWS)[call], ids).fetchone()
    except psycopg.Error as error:
        assert error.sqlstate in REFUSED, error  # noqa: PT017 - as above
        assert not their_own
    assert (found not in (None, (0,), (None,))) == their_own
    assert everything(superuser) == before


@pytest.mark.parametrize("call", OF_ROWS)
@pytest.mark.parametrize("who", ["colleague", "stranger", "former"])
def test_what_is_made_of_rows_tells_those_nothing_who_have_none(
    told: tuple[Connection, dict[str, Any]], people: People, who: str, call: str
) -> None:
    superuser, ids = told
    try:
        with acting(superuser, "authenticated", getattr(people, who)):
            found = superuser.execute(OF_ROWS[call], ids).fetchone()
    except psycopg.Error as error:
        assert error.sqlstate in REFUSED, error  # noqa: PT017 - as above
        found = None
    assert found in (None, (0,), (None,)) or (call == "my_role" and who != "stranger")


@pytest.mark.parametrize("call", [*CALLS, *OF_ROWS])
def test_nobody_in_particular_may_call_any(told: tuple[Connection, dict[str, Any]], people: People, call: str) -> None:
    superuser, ids = told
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(superuser, "anon"):
        superuser.execute((CALLS | OF_ROWS)[call], ids)


@pytest.mark.parametrize("call", CALLS)
def test_an_admin_may(told: tuple[Connection, dict[str, Any]], people: People, call: str) -> None:
    superuser, ids = told
    with acting(superuser, "authenticated", people.admin):
        assert superuser.execute(CALLS[call], ids).fetchone() not in (None, (0,), (None,))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("who", ["ana", "colleague", "her_manager", "former", "stranger", "nobody"])
def test_no_table_shows_its_rows_to_others_than_admins(
    told: tuple[Connection, dict[str, Any]], people: People, who: str, table: str
) -> None:
    superuser, _ = told
    question = f"select count(id) from {table}".encode()  # noqa: S608 - our own words
    role = "anon" if who == "nobody" else "authenticated"
    try:
        with acting(superuser, role, getattr(people, who, None)):
            found = superuser.execute(question).fetchone()
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedColumn):
        return
    assert found == (0,)


# Who tells what leads to people: not even who runs the organisation looks at it, or writes it by hand.
LEADS_TO_PEOPLE: Final[tuple[LiteralString, ...]] = (
    "select step_keys from workflow_tellings",
    "select dot_id from workflow_variant_dot_links",
    "select label from workflow_steps",
    "select source_dot_ids from workflow_versions",
    "select created_at from workflow_versions",
    "select created_at from workflows",
    "select created_at from workflow_variants",
    "select merged_into from workflows",
    "select app.workflow_claims(%(visit)s)",
    "select app.workflow_evidence(%(visit)s, o) from organizations o",
    "select app.counted_tellings(%(visit)s)",
    "select app.is_told(%(visit)s)",
    "select app.counts_as_variant(v) from workflow_variants v",
    "select app.recount_workflow(%(visit)s, 'owner', now())",
    "select app.evidence_of(5, 5, 5, 1)",
    "select app.active_members(%(acme)s)",
    "update workflow_tellings set step_keys = '{}'",
    "delete from workflow_tellings",
    "delete from workflow_variant_dot_links",
    "delete from workflow_variants",
    "delete from workflow_overrides",
    "delete from owner_notes",
    "update workflow_versions set structure = '{}'",
    "update workflows set merged_into = %(trip)s",
    "update workflows set workflow_key = 'mine'",
    "update workflow_variants set source = 'owner'",
    "update workflow_overrides set created_by_type = 'owner'",
    "insert into workflow_versions (org_id, workflow_id, version_number, created_by_type, structure)"
    " values (%(acme)s, %(visit)s, 9, 'owner', '{}')",
    "insert into workflow_resemblances (org_id, workflow_id, other_id, similarity)"
    " values (%(acme)s, %(trip)s, %(visit)s, 1)",
)


@pytest.mark.parametrize("statement", LEADS_TO_PEOPLE)
@pytest.mark.parametrize("who", ["admin", "owner"])
def test_not_even_who_runs_the_organisation_gets_at_who_said_what(
    told: tuple[Connection, dict[str, Any]], people: People, who: str, statement: LiteralString
) -> None:
    superuser, ids = told
    with pytest.raises(psycopg.errors.InsufficientPrivilege), acting(superuser, "authenticated", getattr(people, who)):
        superuser.execute(statement, ids)


@pytest.mark.parametrize("who", ["admin", "owner"])
def test_nobody_speaks_in_anothers_name(told: tuple[Connection, dict[str, Any]], people: People, who: str) -> None:
    superuser, ids = told
    for statement in (
        "insert into workflow_overrides (org_id, workflow_id, created_by) values (%(acme)s, %(visit)s, %(other)s)",
        "insert into owner_notes (org_id, workflow_id, note_type, note_text, created_by)"
        " values (%(acme)s, %(visit)s, 'policy', 'x', %(other)s)",
        "insert into workflow_variants (org_id, workflow_id, variant_key, source)"
        " values (%(acme)s, %(visit)s, 'mine', 'ai')",
    ):
        with (
            pytest.raises(psycopg.errors.InsufficientPrivilege),
            acting(superuser, "authenticated", getattr(people, who)),
        ):
            superuser.execute(statement.encode(), ids | {"other": people.her_manager.id})


def test_an_admin_of_two_organisations_acts_in_the_chosen_one(
    told: tuple[Connection, dict[str, Any]], people: People
) -> None:
    superuser, ids = told
    become(superuser, "service_role", "")
    superuser.execute(
        "insert into organization_members (org_id, user_id, role, status) values (%s, %s, 'admin', 'active')",
        (GLOBEX, people.admin.id),
    )
    become(superuser, "none", "")
    for org_id, found in ((str(ACME), 2), (str(GLOBEX), 0)):
        with acting(superuser, "authenticated", people.admin, org_id):
            assert superuser.execute(CALLS["known_to_admins"]).fetchone() == (found,)
    with pytest.raises(psycopg.Error) as refused, acting(superuser, "authenticated", people.admin, str(GLOBEX)):
        superuser.execute(CALLS["workflow_detail"], ids)
    assert refused.value.diag.message_hint == "workflow_not_found"
