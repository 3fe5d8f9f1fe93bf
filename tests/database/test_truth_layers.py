"""Facts stand, versions are only added, and what is changed leaves a trace (test_audit.py: that can be proved)."""

import json
from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import errors
from psycopg.types.json import Jsonb

from tests.conftest import Database
from tests.database.matrix import GIVEN, GIVEN_ROWS
from tests.people import People, acting, become
from tests.tellings import telling

Connection = psycopg.Connection[Any]


@pytest.fixture
def superuser(populated: Database, people: People) -> Iterator[Connection]:
    """The mightiest there is, with Ana's rows of matrix.py in the database, uncommitted."""
    with psycopg.connect(populated.admin_url) as connection:
        with psycopg.ClientCursor(connection) as cursor:
            cursor.execute(GIVEN_ROWS, {"acme": people.acme, "ana": people.ana.id, **GIVEN})
        connection.execute(
            "insert into session_messages (session_id, turn, role, content) values (%s, 1, 'person', 'tired')",
            (GIVEN["open"],),
        )
        yield connection
        connection.rollback()


@pytest.mark.parametrize("table", ["answers", "session_messages", "workflow_versions", "audit_log"])
@pytest.mark.parametrize(
    "verb", ["update {} set created_at = now() - interval '1 day'", "delete from {}", "truncate {} cascade"]
)
def test_not_even_a_superuser_rewrites_history(superuser: Connection, table: str, verb: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match=r"never|only ever added"):
        superuser.execute(psycopg.sql.SQL(verb).format(psycopg.sql.Identifier(table)))


FACTS = ("answers", "session_messages")
# Whoever there is: whose facts they are, who runs the organisation, and every role of the database. The
# tables' owner lifts the policies that hold them, too, and is left with the trigger.
EVERYBODY = ("nobody", "ana", "admin", "owner", "service_role", "vizdots_definer", "vizdots_owner", "a superuser")
LIFT: LiteralString = """
    alter table answers no force row level security;
    alter table session_messages no force row level security;
"""
# A value of each type that isn't the one that is there.
ANOTHER = {
    "uuid": "gen_random_uuid()",
    "text": "coalesce({0}, '') || '.'",
    "timestamp with time zone": "coalesce({0}, now()) - interval '1 day'",
    "boolean": "not coalesce({0}, false)",
    "numeric": "coalesce({0}, 0) + 1",
    "integer": "coalesce({0}, 0) + 1",
    "smallint": "coalesce({0}, 0) + 1",
    "jsonb": """'{{"by": "somebody"}}'""",
}
COLUMNS: LiteralString = """
    select column_name, data_type from information_schema.columns
    where table_schema = 'public' and table_name = %s order by ordinal_position
"""


def become_any(connection: Connection, people: People, who: str) -> None:
    """Be somebody until the end of the transaction."""
    if who == "vizdots_owner":
        connection.execute("set local role vizdots_owner")
        connection.execute(LIFT)
    elif who in ("service_role", "vizdots_definer"):
        become(connection, who, '{"role": "service_role"}')
    elif who == "nobody":
        become(connection, "anon", "{}")
    elif who != "a superuser":
        become(connection, "authenticated", json.dumps(getattr(people, who).claims))


@pytest.mark.parametrize("table", FACTS)
@pytest.mark.parametrize("who", EVERYBODY)
def test_nobody_rewrites_a_fact_in_any_column(superuser: Connection, people: People, who: str, table: str) -> None:
    told = superuser.execute(f"select * from {table}".encode()).fetchall()  # noqa: S608 - our own words
    columns = superuser.execute(COLUMNS, (table,)).fetchall()
    assert len(columns) > 8
    for name, kind in columns:
        if name == "translated_text_en" or (who == "ana" and name in ("is_private", "privacy_level")):
            continue  # tried below: what may be filled in once, and what is hers
        change = f"update {table} set {name} = {ANOTHER[kind].format(name)}"  # noqa: S608 - our own words
        with superuser.transaction(force_rollback=True):
            become_any(superuser, people, who)
            try:
                with superuser.transaction():
                    changed = superuser.execute(change.encode()).rowcount
            except errors.InsufficientPrivilege:
                changed = 0
            assert changed == 0, f"{who} changed {name}"
            if who in ("vizdots_owner", "a superuser"):  # whom no policy holds: it was the trigger
                with (
                    pytest.raises(errors.InsufficientPrivilege, match="facts are never changed"),
                    superuser.transaction(),
                ):
                    superuser.execute(change.encode())
    assert superuser.execute(f"select * from {table}".encode()).fetchall() == told  # noqa: S608 - our own words


@pytest.mark.parametrize("table", FACTS)
@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("verb", ["delete from {}", "truncate {} cascade"])
def test_nobody_deletes_a_fact(superuser: Connection, people: People, who: str, table: str, verb: str) -> None:
    become_any(superuser, people, who)
    reason = "never deleted|only ever added" if who in ("vizdots_owner", "a superuser") else "permission denied"
    with pytest.raises(errors.InsufficientPrivilege, match=reason):
        superuser.execute(verb.format(table).encode())


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_redacts_is_a_job_and_takes_all_words_at_once(superuser: Connection, people: People, who: str) -> None:
    become_any(superuser, people, who)
    redact = "update answers set raw_text = null, transcript_json = null, redacted_at = now()"
    if who in ("service_role", "vizdots_definer"):
        for half in ("update answers set redacted_at = now()", "update answers set raw_text = null"):
            with pytest.raises(errors.InsufficientPrivilege), superuser.transaction():
                superuser.execute(half.encode())
        assert superuser.execute(redact.encode()).rowcount == 1
        with pytest.raises(errors.InsufficientPrivilege):  # what is redacted stays so
            superuser.execute("update answers set raw_text = 'so it was', redacted_at = null")
    else:
        with pytest.raises(errors.InsufficientPrivilege):
            superuser.execute(redact.encode())


def test_a_translation_is_filled_in_once(superuser: Connection, people: People) -> None:
    translate = (
        "update answers set translated_text_en = %s, translation_confidence = 0.9, was_translated = true where id = %s"
    )
    with acting(superuser, "service_role"):
        assert superuser.execute(translate, ("first we call", GIVEN["dot"])).rowcount == 1
    with pytest.raises(errors.InsufficientPrivilege), acting(superuser, "service_role"):
        superuser.execute(translate, ("we never call", GIVEN["dot"]))


def test_a_translation_carries_nothing_else(superuser: Connection) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match="raw_text"), acting(superuser, "service_role"):
        superuser.execute("update answers set translated_text_en = 'x', raw_text = 'y'")


def test_privacy_is_the_persons_own_switch(superuser: Connection, people: People) -> None:
    with acting(superuser, "authenticated", people.ana):
        assert superuser.execute("update answers set is_private = true, privacy_level = 'private'").rowcount == 1
    with pytest.raises(errors.InsufficientPrivilege), acting(superuser, "service_role"):
        superuser.execute("update answers set is_private = false, privacy_level = 'normal'")


@pytest.mark.parametrize(
    "redaction",
    [
        "update answers set raw_text = null, transcript_json = null, redacted_at = now()",
        "update answers set raw_text = '[redacted]', transcript_json = null, redacted_at = now()",
        "update session_messages set content = null, understood = null, redacted_at = now()",
    ],
)
def test_words_can_be_redacted_by_the_service_alone(
    superuser: Connection, people: People, redaction: LiteralString
) -> None:
    with pytest.raises(errors.InsufficientPrivilege), superuser.transaction():
        superuser.execute(redaction)
    with acting(superuser, "service_role"):
        assert superuser.execute(redaction).rowcount == 1


def test_a_redaction_forgets_what_that_persons_requests_were_answered_with(
    superuser: Connection, people: People
) -> None:
    for person in (people.ana, people.colleague):
        with acting(superuser, "authenticated", person):
            superuser.execute("select app.answer_once('k', 'PATCH /api/user/dots', 'f', now(), 'her words')")
    with acting(superuser, "service_role"):
        superuser.execute("update session_messages set content = null, redacted_at = now()")
    assert superuser.execute("select user_id from app.idempotency_keys").fetchall() == [(people.colleague.id,)]


@pytest.mark.parametrize("table", ["answers", "session_messages"])
def test_an_update_that_changes_nothing_is_no_change_of_a_fact(superuser: Connection, table: str) -> None:
    update = psycopg.sql.SQL("update {} set user_id = user_id").format(psycopg.sql.Identifier(table))
    with acting(superuser, "service_role"):
        assert superuser.execute(update).rowcount == 1


def test_a_redaction_puts_no_other_words_in_somebodys_mouth(superuser: Connection) -> None:
    with pytest.raises(errors.InsufficientPrivilege), acting(superuser, "service_role"):
        superuser.execute("update answers set raw_text = 'all is well', redacted_at = now()")


def test_a_dot_says_what_is_so_and_not_what_its_writer_says(superuser: Connection, people: People) -> None:
    with acting(superuser, "authenticated", people.ana):
        row = superuser.execute(
            "insert into answers (session_id, org_id, user_id, department_id, agent_code, topic_code, raw_text)"
            " values (%s, %s, %s, %s, 'pain_scanner', null, 'tired')"
            " returning org_id, user_id, department_id, agent_code, topic_code",
            (GIVEN["done"], people.globex, people.stranger.id, people.office_department),
        ).fetchone()
    assert row == (people.acme, people.ana.id, people.field_department, "pulse", "pulse_weekly")


def test_a_check_in_gives_one_dot(superuser: Connection, people: People) -> None:
    with pytest.raises(errors.UniqueViolation), acting(superuser, "authenticated", people.ana):
        superuser.execute("insert into answers (session_id, raw_text) values (%s, 'again')", (GIVEN["told"],))


def test_an_open_check_in_has_no_dot_yet(superuser: Connection, people: People) -> None:
    with pytest.raises(errors.CheckViolation, match="completed"), acting(superuser, "authenticated", people.ana):
        superuser.execute("insert into answers (session_id, raw_text) values (%s, 'early')", (GIVEN["open"],))


def test_a_dots_topic_is_its_agents(superuser: Connection, people: People) -> None:
    with pytest.raises(errors.ForeignKeyViolation), acting(superuser, "authenticated", people.ana):
        superuser.execute(
            "insert into answers (session_id, raw_text, topic_code) values (%s, 'x', 'focus_goals')", (GIVEN["done"],)
        )


@pytest.mark.parametrize(
    "too_much",
    [
        "insert into session_messages (session_id, turn, role, content)"
        " values (%(open)s, 2, 'person', repeat('x', 10001))",
        "insert into answers (session_id, answer_number) values (%(done)s, 6)",
        "insert into answers (session_id, answer_number) values (%(done)s, 0)",
        "insert into answers (session_id, raw_text) values (%(done)s, repeat('x', 100001))",
        "insert into answers (session_id, answer_text) values (%(done)s, repeat('x', 10001))",
        "insert into answers (session_id, translated_text_en) values (%(done)s, repeat('x', 200001))",
        "insert into answers (session_id, answer_json) values (%(done)s, to_jsonb(repeat('x', 200001)))",
        "insert into answers (session_id, transcript_json) values (%(done)s, to_jsonb(repeat('x', 1000001)))",
        "insert into answers (session_id, is_private) values (%(done)s, true)",
        "insert into answers (session_id, privacy_level) values (%(done)s, 'private')",
        "insert into user_profiles (org_id, user_id, profile_json)"
        " values (%(acme)s, %(ana)s, jsonb_build_object('x', repeat('x', 300001)))",
        "select app.log_ai('pulse', 'she said so', 1, 1, 1, 'ok', null, null, now())",
        "select app.log_ai('pulse', 'gpt', 10000001, 1, 1, 'ok', null, null, now())",
        "select app.log_ai('pulse', 'gpt', 1, 10000001, 1, 'ok', null, null, now())",
    ],
)
def test_what_the_api_would_refuse_isnt_stored_by_other_means(
    superuser: Connection, people: People, too_much: LiteralString
) -> None:
    named = {"acme": people.acme, "ana": people.ana.id, **GIVEN}
    with pytest.raises(errors.CheckViolation), acting(superuser, "authenticated", people.ana):
        superuser.execute(too_much, named)


@pytest.mark.parametrize(
    "chosen",
    [
        "insert into sessions (id, org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date, source)"
        " values (%(open)s, %(acme)s, %(carl)s, 'pulse', '{pulse_weekly}', now(), '2026-01-05', 'manual')",
        "insert into session_messages (id, session_id, turn, role, content)"
        " values (%(open)s, %(open)s, 2, 'person', 'x')",
        "insert into answers (id, session_id) values (%(dot)s, %(done)s)",
    ],
)
def test_nobody_probes_for_others_rows_by_choosing_an_id(
    superuser: Connection, people: People, chosen: LiteralString
) -> None:
    named = {"acme": people.acme, "carl": people.colleague.id, **GIVEN}
    with pytest.raises(errors.InsufficientPrivilege), acting(superuser, "authenticated", people.colleague):
        superuser.execute(chosen, named)


def test_a_topic_was_last_asked_about_in_a_check_in_of_ones_own(superuser: Connection, people: People) -> None:
    remember = (
        "insert into user_topic_history (org_id, user_id, topic_code, agent_code, last_session_id, last_asked_at)"
        " values (%s, %s, 'pulse_weekly', 'pulse', %s, now())"
    )
    for role, others in (("authenticated", GIVEN["open"]), ("service_role", GIVEN["open"])):
        with (
            pytest.raises(errors.ForeignKeyViolation, match="no such session"),
            acting(superuser, role, people.colleague),
        ):
            superuser.execute(remember, (people.acme, people.colleague.id, others))
    with acting(superuser, "authenticated", people.ana):
        assert superuser.execute(remember, (people.acme, people.ana.id, GIVEN["open"])).rowcount == 1
    with pytest.raises(errors.ForeignKeyViolation), acting(superuser, "authenticated", people.ana):
        superuser.execute("update user_topic_history set last_session_id = %s", (GIVEN["dot"],))


def test_nobody_talks_in_a_completed_check_in(superuser: Connection, people: People) -> None:
    with pytest.raises(errors.InsufficientPrivilege), acting(superuser, "authenticated", people.ana):
        superuser.execute(
            "insert into session_messages (session_id, turn, role, content) values (%s, 1, 'person', 'late')",
            (GIVEN["done"],),
        )


def test_a_check_in_never_goes_back(superuser: Connection, people: People) -> None:
    with pytest.raises(errors.CheckViolation), acting(superuser, "authenticated", people.ana):
        superuser.execute("update sessions set completed_at = null where id = %s", (GIVEN["done"],))


def test_the_group_grows_only_once_people_have_answered(superuser: Connection, people: People) -> None:
    with acting(superuser, "authenticated", people.owner):
        assert superuser.execute("update organizations set min_group_size = 7").rowcount == 1
    with pytest.raises(errors.CheckViolation), acting(superuser, "authenticated", people.owner):
        superuser.execute("update organizations set min_group_size = 3")


def test_before_the_first_dot_a_group_may_be_three(db: Connection, people: People) -> None:
    with acting(db, "authenticated", people.owner):
        assert db.execute("update organizations set min_group_size = 3").rowcount == 1


# ---- the audit log ----------------------------------------------------------------------------------------------


def last_entry(connection: Connection) -> tuple[Any, ...]:
    """scope, actor, action, entity, before and after of the newest entry."""
    row = connection.execute(
        "select scope, actor_id, action, entity_type, before, after from audit_log order by created_at desc limit 1"
    ).fetchone()
    assert row is not None
    return tuple(row)


def test_a_change_of_settings_says_who_and_what(db: Connection, people: People) -> None:
    with acting(db, "authenticated", people.owner):
        db.execute("update organizations set allow_llm = false")
        entry = last_entry(db)
    assert entry == (
        "organization",
        people.owner.id,
        "updated",
        "organizations",
        {"allow_llm": True},
        {"allow_llm": False},
    )


def test_a_job_is_the_system(superuser: Connection, people: People) -> None:
    with acting(superuser, "service_role"):
        superuser.execute("update organizations set subscription_status = 'active' where id = %s", (people.acme,))
        scope, actor, *_ = last_entry(superuser)
    assert (scope, actor) == ("organization", None)


def test_admins_never_learn_who_has_checked_in(superuser: Connection, people: People) -> None:
    with acting(superuser, "authenticated", people.ana):
        superuser.execute("update sessions set completed_at = '2026-01-05Z' where id = %s", (GIVEN["open"],))
        superuser.execute(
            "insert into user_profiles (org_id, user_id, profile_json) values (%s, %s, '{}')",
            (people.acme, people.ana.id),
        )
        superuser.execute("select app.keep_telling(%s, %s, now())", (GIVEN["dot"], Jsonb(telling("park"))))
        seen = superuser.execute("select action, entity_type from audit_log order by created_at").fetchall()
    assert seen == [
        ("completed", "sessions"),
        ("created", "user_profiles"),
        ("created", "workflow_versions"),
    ]
    with acting(superuser, "authenticated", people.owner):
        actors = superuser.execute("select count(*) from audit_log where actor_id = %s", (people.ana.id,)).fetchone()
        entities = superuser.execute("select distinct entity_type from audit_log").fetchall()
    assert actors == (0,)
    assert not {"sessions", "user_profiles"} & {name for (name,) in entities}


@pytest.mark.parametrize("column", ["seq", "hash", "previous_hash", "ctid", "xmin", "*"])
def test_admins_learn_from_no_gap_that_somebody_has_checked_in(db: Connection, people: People, column: str) -> None:
    told = psycopg.sql.SQL(column) if column == "*" else psycopg.sql.Identifier(column)
    with pytest.raises(errors.InsufficientPrivilege), acting(db, "authenticated", people.admin):
        db.execute(psycopg.sql.SQL("select {} from audit_log").format(told))


def test_admins_page_through_the_log_by_time_and_id(db: Connection, people: People) -> None:
    with acting(db, "authenticated", people.admin):
        seen = db.execute(
            "select scope, entity_type from audit_log where org_id = %s order by created_at desc, id desc limit 2",
            (people.acme,),
        ).fetchall()
    assert seen == [("organization", "organization_members")] * 2


def test_the_log_never_holds_what_people_wrote(superuser: Connection, people: People) -> None:
    with acting(superuser, "authenticated", people.admin):
        superuser.execute(
            "insert into owner_notes (org_id, note_type, note_text, created_by) values (%s, 'policy', 'a secret', %s)",
            (people.acme, people.admin.id),
        )
    found = superuser.execute("select count(*) from audit_log a where a::text like '%%secret%%'").fetchone()
    assert found == (0,)


def test_the_chain_is_whole(superuser: Connection, people: People) -> None:
    assert superuser.execute("select app.verify_audit_log(%s)", (people.acme,)).fetchone() == (None,)


FORGED = (
    "row('{org}', 99, gen_random_uuid(), 'organization', null, 'system', null, 'updated', 'organizations', '{org}',"
    " null, null, '', '', now())::public.audit_log"
)


@pytest.mark.parametrize(
    "by_hand",
    [
        "select app.write_audit({forged})",
        "insert into audit_log select ({forged}).*",
        "insert into app.audit_heads (org_id, seq, hash) values (gen_random_uuid(), 0, '')",
        "update app.audit_heads set seq = seq - 1",
        "delete from app.audit_heads",
        "truncate app.audit_heads",
    ],
)
@pytest.mark.parametrize("role", ["vizdots_owner", "vizdots_definer", None])
def test_nobody_writes_the_log_or_its_ends_by_hand(
    superuser: Connection, people: People, by_hand: str, role: str | None
) -> None:
    statement = by_hand.format(forged=FORGED.format(org=people.acme))
    if role:
        superuser.execute("select set_config('role', %s, true)", (role,))
    with pytest.raises(errors.InsufficientPrivilege):
        superuser.execute(statement.encode())
