"""The audit log is complete, keeps quiet about what isn't its business, and betrays whoever tampers with it."""

import hashlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Final, LiteralString

import psycopg
import pytest
from psycopg import errors

from tests.conftest import Database
from tests.people import People, Person, acting, become

Connection = psycopg.Connection[Any]
Broken = tuple[int, str] | None

# ---- tampering -------------------------------------------------------------------------------------------------------
# Acme's chain: its founding (1), two departments (2, 3), six members (4 to 9).

LAST: Final = 9
REHASH: Final = "hash = app.audit_hash(l.previous_hash, l)"


def disarm_as_owner(connection: Connection) -> None:
    """What whoever owns the tables can do: switch off the guards and the policies that hold the owner, too."""
    connection.execute("set local role vizdots_owner")
    for table in ("public.audit_log", "app.audit_heads"):
        connection.execute(f"alter table {table} disable trigger user".encode())
        connection.execute(f"alter table {table} no force row level security".encode())


def disarm_as_superuser(connection: Connection) -> None:
    """What a superuser can do: pass all triggers by."""
    connection.execute("set local session_replication_role = replica")


@pytest.fixture(params=[disarm_as_owner, disarm_as_superuser], ids=["owner", "superuser"])
def thief(populated: Database, request: pytest.FixtureRequest) -> Iterator[Connection]:
    """Somebody whom no trigger and no policy stops. What they do is never committed."""
    with psycopg.connect(populated.admin_url) as connection:
        request.param(connection)
        yield connection
        connection.rollback()


def first_broken(connection: Connection, people: People) -> Broken:
    """The number of the first entry that doesn't fit, and how; what `verify_audit_log` names, too."""
    connection.execute("reset role")
    found = connection.execute(
        "select seq, how from app.audit_breaks(%s) order by seq, how = 'end' limit 1", (people.acme,)
    ).fetchone()
    named = connection.execute("select app.verify_audit_log(%s)", (people.acme,)).fetchone()
    assert named == ((found[0],) if found else (None,))
    return found


def tamper(connection: Connection, people: People, *statements: str) -> None:
    """Do it to Acme's log; `{acme}` stands for its id."""
    for statement in statements:
        assert connection.execute(statement.format(acme=people.acme).encode()).rowcount > 0


EDIT = "update audit_log l set {change} where l.org_id = '{{acme}}' and l.seq = {seq}"


@pytest.mark.parametrize("seq", [1, 5, LAST])
@pytest.mark.parametrize(
    "change",
    [
        "action = 'deleted'",
        "entity_type = 'departments'",
        "entity_id = gen_random_uuid()",
        "before = '{{}}'",
        "after = jsonb_build_object('role', 'owner')",
        "after = null",
        "created_at = created_at + interval '1 microsecond'",
        "actor_type = 'user', actor_id = gen_random_uuid()",
        "scope = 'personal'",
        "subject_user_id = gen_random_uuid()",
        "id = gen_random_uuid()",
        "hash = sha256('x')",
    ],
)
def test_an_entry_that_was_edited_is_found(thief: Connection, people: People, change: str, seq: int) -> None:
    tamper(thief, people, EDIT.format(change=change, seq=seq))
    assert first_broken(thief, people) == (seq, "edited")


@pytest.mark.parametrize(("seq", "broken"), [(1, (2, "misplaced")), (5, (6, "misplaced")), (LAST, (LAST, "end"))])
def test_an_entry_that_was_edited_with_its_hash_is_found_by_what_follows_it(
    thief: Connection, people: People, seq: int, broken: Broken
) -> None:
    tamper(thief, people, EDIT.format(change="action = 'deleted'", seq=seq), EDIT.format(change=REHASH, seq=seq))
    assert first_broken(thief, people) == broken


REMOVE = "delete from audit_log where org_id = '{acme}' and seq "
SHIFT = (
    "update audit_log set seq = -seq - 1 where org_id = '{acme}' and seq > 5",
    "update audit_log set seq = -seq where org_id = '{acme}' and seq < 0",
)
COPY = (
    "insert into audit_log select org_id, seq + 1, gen_random_uuid(), scope, subject_user_id, actor_type, actor_id,"
    " action, entity_type, entity_id, before, after, {hashes}, created_at"
    " from audit_log where org_id = '{{acme}}' and seq = {seq}"
)
FORGED_AS_IT_WAS: Final = "previous_hash, hash"
FORGED_TO_FIT: Final = "hash, sha256('x')"


@pytest.mark.parametrize(
    ("statements", "broken"),
    [
        ([REMOVE + "= 1"], (2, "misplaced")),
        ([REMOVE + "= 5"], (6, "misplaced")),
        ([REMOVE + "in (5, 6)"], (7, "misplaced")),
        ([REMOVE + "= 9"], (LAST, "end")),
        ([REMOVE + "> 6"], (7, "end")),
        ([REMOVE + "> 0"], (1, "end")),
        # Removed, and the numbers closed up again.
        (
            [REMOVE + "= 5", "update audit_log set seq = seq - 1 where org_id = '{acme}' and seq = 6"],
            (5, "misplaced"),
        ),
        # Exchanged.
        (
            [
                "update audit_log set seq = 99 where org_id = '{acme}' and seq = 4",
                "update audit_log set seq = 4 where org_id = '{acme}' and seq = 5",
                "update audit_log set seq = 5 where org_id = '{acme}' and seq = 99",
            ],
            (4, "misplaced"),
        ),
        (["update audit_log set seq = 0 where org_id = '{acme}' and seq = 1"], (0, "misplaced")),
        # Put in: a copy as it was; one whose hashes fit, which the entry after it tells; at the end.
        ([*SHIFT, COPY.format(seq=5, hashes=FORGED_AS_IT_WAS)], (6, "misplaced")),
        ([*SHIFT, COPY.format(seq=5, hashes=FORGED_TO_FIT), EDIT.format(change=REHASH, seq=6)], (7, "misplaced")),
        ([COPY.format(seq=LAST, hashes=FORGED_AS_IT_WAS)], (LAST + 1, "misplaced")),
        ([COPY.format(seq=LAST, hashes=FORGED_TO_FIT)], (LAST + 1, "edited")),
        (
            [COPY.format(seq=LAST, hashes=FORGED_TO_FIT), EDIT.format(change=REHASH, seq=LAST + 1)],
            (LAST + 1, "end"),
        ),
        (["update audit_log set previous_hash = sha256('x') where org_id = '{acme}' and seq = 5"], (5, "misplaced")),
        # The note of the end.
        (["update app.audit_heads set seq = 3 where org_id = '{acme}'"], (4, "end")),
        (["update app.audit_heads set seq = 12 where org_id = '{acme}'"], (LAST + 1, "end")),
        (["update app.audit_heads set hash = sha256('x') where org_id = '{acme}'"], (LAST, "end")),
        (["delete from app.audit_heads where org_id = '{acme}'"], (1, "end")),
        (["delete from app.audit_heads where org_id = '{acme}'", REMOVE + "> 0"], (1, "end")),
    ],
    ids=lambda it: None if isinstance(it, tuple) else it[-1][:60].format(acme="acme"),
)
def test_whatever_is_removed_put_in_exchanged_or_cut_off_is_found(
    thief: Connection, people: People, statements: list[str], broken: Broken
) -> None:
    tamper(thief, people, *statements)
    assert first_broken(thief, people) == broken


def test_every_place_that_was_tampered_with_is_listed_and_no_other(thief: Connection, people: People) -> None:
    tamper(thief, people, EDIT.format(change="after = null", seq=2), REMOVE + "in (4, 9)")
    thief.execute("reset role")
    found = thief.execute("select seq, how from app.audit_breaks(%s) order by seq", (people.acme,)).fetchall()
    assert found == [(2, "edited"), (5, "misplaced"), (LAST, "end")]
    assert thief.execute("select app.verify_audit_log(%s)", (people.globex,)).fetchone() == (None,)


def test_what_is_put_back_as_it_was_makes_the_chain_whole_again(thief: Connection, people: People) -> None:
    tamper(thief, people, "create temp table backup as select * from audit_log", REMOVE + "= 5")
    assert first_broken(thief, people) is not None
    tamper(thief, people, "insert into audit_log select * from backup where org_id = '{acme}' and seq = 5")
    assert first_broken(thief, people) is None


def test_who_rewrites_the_end_and_the_note_of_it_is_betrayed_by_a_copy_of_its_hash_alone(
    thief: Connection, people: People
) -> None:
    """The limit of it, which docs/decisions/014 names."""
    copied = thief.execute("select hash from app.audit_heads where org_id = %s", (people.acme,)).fetchone()
    tamper(
        thief,
        people,
        REMOVE + "= 9",
        "update app.audit_heads h set seq = l.seq, hash = l.hash from audit_log l"
        " where h.org_id = '{acme}' and l.org_id = h.org_id and l.seq = 8",
    )
    assert first_broken(thief, people) is None
    assert thief.execute("select hash from app.audit_heads where org_id = %s", (people.acme,)).fetchone() != copied


# ---- what an admin is told of it -------------------------------------------------------------------------------------

VERIFY: Final = "select how, first_broken, last_proved from app.verify_my_audit_log()"


def test_an_admin_is_told_the_entry_and_never_its_number(thief: Connection, people: People) -> None:
    ids = [id_ for (id_,) in thief.execute("select id from audit_log where org_id = %s order by seq", (people.acme,))]
    tamper(thief, people, EDIT.format(change="after = null", seq=5))
    thief.execute("reset role")
    with acting(thief, "authenticated", people.admin):
        assert thief.execute(VERIFY).fetchone() == ("edited", ids[4], ids[3])


def test_of_somebodys_own_entry_an_admin_learns_that_it_is_broken_and_nothing_else(
    thief: Connection, people: People
) -> None:
    thief.execute("reset role; set local session_replication_role = origin")
    with acting(thief, "service_role"):
        thief.execute(
            "insert into user_profiles (org_id, user_id, profile_json) values (%s, %s, '{}')",
            (people.acme, people.ana.id),
        )
    newest = thief.execute("select id from audit_log where org_id = %s and seq = 9", (people.acme,)).fetchone()
    assert newest is not None
    thief.execute("set local session_replication_role = replica")
    tamper(thief, people, EDIT.format(change="after = null", seq=LAST + 1))
    with acting(thief, "authenticated", people.owner):
        assert thief.execute(VERIFY).fetchone() == ("edited", None, newest[0])


@pytest.mark.parametrize("who", ["ana", "her_manager", "former"])
def test_nobody_but_admins_may_have_it_verified(db: Connection, people: People, who: str) -> None:
    with pytest.raises(psycopg.Error) as refused, acting(db, "authenticated", getattr(people, who)):
        db.execute(VERIFY)
    assert refused.value.sqlstate == "VD403"


def test_a_stranger_verifies_their_own_log(thief: Connection, people: People) -> None:
    tamper(thief, people, EDIT.format(change="after = null", seq=5))
    thief.execute("reset role")
    with acting(thief, "authenticated", people.stranger):
        assert thief.execute(VERIFY).fetchone() == (None, None, None)


@pytest.mark.parametrize("statement", ["select app.verify_audit_log(%s)", "select * from app.audit_breaks(%s)"])
def test_numbers_of_entries_are_for_the_service(db: Connection, people: People, statement: LiteralString) -> None:
    for role, person in (("authenticated", people.owner), ("anon", None)):
        with pytest.raises(errors.InsufficientPrivilege), acting(db, role, person):
            db.execute(statement, (people.acme,))
    with acting(db, "service_role"):
        db.execute(statement, (people.acme,))


# ---- only ever added to ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "insert into audit_log select org_id, seq + 100, gen_random_uuid(), scope, subject_user_id, actor_type,"
        " actor_id, action, entity_type, entity_id, before, after, previous_hash, hash, created_at from audit_log",
        "insert into audit_log (org_id, seq, scope, actor_type, action, entity_type, entity_id, previous_hash, hash)"
        " values ('{acme}', 100, 'organization', 'system', 'updated', 'organizations', '{acme}', '', '')",
        "update audit_log set action = 'deleted'",
        "delete from audit_log",
        "truncate audit_log",
        "update app.audit_heads set seq = 0",
        "delete from app.audit_heads",
        "truncate app.audit_heads",
    ],
)
@pytest.mark.parametrize(
    "role",
    [
        *("anon", "owner", "admin", "ana", "stranger"),
        *("service_role", "vizdots_functions", "vizdots_definer", "vizdots_owner", "postgres"),
    ],
)
def test_the_log_is_only_ever_added_to(populated: Database, people: People, role: str, statement: str) -> None:
    person = getattr(people, role, None)
    digest = "select md5(string_agg(l::text, '' order by org_id, seq)) from audit_log l"
    with psycopg.connect(populated.admin_url) as connection:
        before = connection.execute(digest).fetchone()
        connection.commit()
        if role != "postgres":
            become(connection, "authenticated" if person else role, json.dumps(person.claims if person else {}))
        try:  # the tables' owner is refused, or by forced row-level security sees no row that could be changed
            touched = connection.execute(statement.format(acme=people.acme).encode()).rowcount
        except errors.InsufficientPrivilege:
            touched = 0
            connection.rollback()
        connection.commit()
        become(connection, "postgres", "")
        assert touched == 0
        assert connection.execute(digest).fetchone() == before


# ---- nothing is left out ---------------------------------------------------------------------------------------------


@pytest.fixture
def change(db: Connection) -> Callable[..., list[tuple[Any, ...]]]:
    """Do something as somebody; gives the entries that it left: who, what it is about, action, before, after."""

    def changed(person: Person | None, statement: LiteralString, *values: object) -> list[tuple[Any, ...]]:
        seen = "select id from audit_log"
        with acting(db, "service_role"):
            before = [id_ for (id_,) in db.execute(seen)]
        with acting(db, "authenticated" if person else "service_role", person):
            assert db.execute(statement, values).rowcount > 0
        with acting(db, "service_role"):
            return db.execute(
                "select actor_id, entity_type, action, before, after from audit_log"
                " where scope = 'organization' and id <> all (%s) order by seq",
                (before,),
            ).fetchall()

    return changed


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("name", "Acme & Sons"),
        ("timezone", "Asia/Tokyo"),
        ("size_band", "51-200"),
        ("industry", "Field service"),
        ("schedule_config -> monday", None),
        ("feature_flags", {"OWNER_NOTES": False}),
        ("allow_free_text_sentiment", False),
        ("allow_translation", False),
        ("allow_llm", False),
        ("data_retention_days", 365),
        ("employee_can_mark_private", False),
        ("privacy_notice_enabled", True),
        ("privacy_policy_url", "https://acme.test/privacy"),
        ("data_processing_consent_required", True),
        ("min_group_size", 7),
    ],
)
def test_a_change_of_settings_or_privacy_says_who_what_before_and_after(
    change: Callable[..., list[tuple[Any, ...]]], db: Connection, people: People, column: str, value: object
) -> None:
    column, _, day = column.partition(" -> ")
    with acting(db, "service_role"):
        found = db.execute("select to_jsonb(o) from organizations o where id = %s", (people.acme,)).fetchone()
    row = found[0] if found else {}
    if day:
        value = row[column] | {day: {"on": True, "start": "07:00", "end": "15:00"}}
    entries = change(
        people.owner,
        "update organizations o set (name, timezone, size_band, industry, schedule_config, feature_flags,"
        " allow_free_text_sentiment, allow_translation, allow_llm, data_retention_days, employee_can_mark_private,"
        " privacy_notice_enabled, privacy_policy_url, data_processing_consent_required, min_group_size) = (select"
        " n.name, n.timezone, n.size_band, n.industry, n.schedule_config, n.feature_flags,"
        " n.allow_free_text_sentiment, n.allow_translation, n.allow_llm, n.data_retention_days,"
        " n.employee_can_mark_private, n.privacy_notice_enabled, n.privacy_policy_url,"
        " n.data_processing_consent_required, n.min_group_size from jsonb_populate_record(o, %s) n)",
        json.dumps({column: value}),
    )
    assert entries == [
        (people.owner.id, "organizations", "updated", {column: row[column]}, {column: value}),
    ]


@pytest.mark.parametrize(
    ("column", "before", "after"),
    [
        ("role", "member", "admin"),
        ("level", "ic", "manager"),
        ("status", "active", "inactive"),
        ("job_title", "Technician", "Lead technician"),
        ("department_id", str(People().field_department), str(People().office_department)),
        ("supervisor", str(People().her_manager.member_id), str(People().owner.member_id)),
        ("has_direct_reports", False, True),
        ("can_view_reports", False, True),
        ("schedule_override", None, {"friday": {"on": False, "start": "09:00", "end": "17:00"}}),
        ("preferred_language_code", "en", "de"),
    ],
)
def test_a_change_of_a_member_says_who_what_before_and_after(
    change: Callable[..., list[tuple[Any, ...]]], people: People, column: str, before: object, after: object
) -> None:
    entries = change(
        people.owner,
        "update organization_members m set (role, level, status, job_title, department_id, supervisor,"
        " has_direct_reports, can_view_reports, schedule_override, preferred_language_code) = (select n.role, n.level,"
        " n.status, n.job_title, n.department_id, n.supervisor, n.has_direct_reports, n.can_view_reports,"
        " n.schedule_override, n.preferred_language_code from app.memberships v, jsonb_populate_record(v, %s) n"
        " where v.id = m.id) where m.id = %s",
        json.dumps({column: after}),
        people.ana.member_id,
    )
    assert entries == [
        (people.owner.id, "organization_members", "updated", {column: before}, {column: after}),
    ]


def test_an_invitation_leaves_a_trace_from_its_sending_to_its_end(
    change: Callable[..., list[tuple[Any, ...]]], people: People
) -> None:
    (created,) = change(
        people.admin,
        "insert into organization_members (org_id, invited_email) values (%s, 'nina.new@acme.test')",
        people.acme,
    )
    assert created[:3] == (people.admin.id, "organization_members", "created")
    assert (created[3], created[4]["status"], created[4]["invite_status"]) == (None, "invited", "pending")
    sent = "update organization_members set {} where invited_email = 'nina.new@acme.test'"
    (mailed,) = change(None, sent.format("invite_status = 'sent', invite_expires_at = '2026-11-16Z'").encode())
    assert mailed[0] is None
    assert mailed[4] == {"invite_status": "sent", "invite_expires_at": "2026-11-16T00:00:00+00:00"}
    (revoked,) = change(people.admin, sent.format("status = 'inactive', invite_status = 'pending'").encode())
    assert revoked[3:] == (
        {"status": "invited", "invite_status": "sent"},
        {"status": "inactive", "invite_status": "pending"},
    )


def test_a_department_leaves_a_trace_from_its_beginning_to_its_end(
    change: Callable[..., list[tuple[Any, ...]]], people: People
) -> None:
    add: LiteralString = "insert into departments (org_id, name) values (%s, 'Yard')"
    assert change(people.admin, add, people.acme)[0][2:] == ("created", None, {"name": "Yard"})
    rename: LiteralString = "update departments set name = 'Depot' where name = 'Yard'"
    assert change(people.admin, rename)[0][2:] == ("updated", {"name": "Yard"}, {"name": "Depot"})
    remove: LiteralString = "delete from departments where name = 'Depot'"
    assert change(None, remove)[0][2:] == ("deleted", {"name": "Depot"}, None)


def test_of_names_and_addresses_the_log_says_that_they_were_changed_and_by_whom(
    change: Callable[..., list[tuple[Any, ...]]], people: People
) -> None:
    rename: LiteralString = "update organization_members set display_name = 'Ana Albers' where id = %s"
    assert change(people.admin, rename, people.ana.member_id) == [
        (
            people.admin.id,
            "organization_members",
            "updated",
            {"display_name": "[not kept]"},
            {"display_name": "[not kept]"},
        )
    ]
    erase: LiteralString = (
        "update organization_members set display_name = null, invited_email = null, preferred_language_code = 'en'"
        " where id = %s"
    )
    assert change(None, erase, people.ana.member_id)[0][3:] == (
        {"display_name": "[not kept]", "invited_email": "[not kept]"},
        {"display_name": None, "invited_email": None},
    )


def test_what_members_choose_for_themselves_is_nobodys_business(
    change: Callable[..., list[tuple[Any, ...]]], people: People
) -> None:
    own: LiteralString = (
        "update organization_members set display_name = 'Ana A.', preferred_language_code = 'de' where id = %s"
    )
    assert change(people.ana, own, people.ana.member_id) == []
    choice: LiteralString = (
        """select app.choose_notifications('{"reminder": false}', '{"snoozed_until": "2026-11-09"}',"""
        " 366, '2026-11-02Z')"
    )
    assert change(people.ana, choice) == []


def test_the_privacy_notice_is_proved_and_not_quoted(
    change: Callable[..., list[tuple[Any, ...]]], db: Connection, people: People
) -> None:
    write: LiteralString = "update organizations set privacy_notice_text = %s where id = %s"
    first, second = "We read nothing. Ask Dora Data, dora@acme.test. " * 400, "Naïve “notice”."
    (entry,) = change(people.owner, write, first, people.acme)
    assert entry[:3] == (people.owner.id, "organizations", "updated")
    assert entry[3] == {"privacy_notice_text": None}
    (entry,) = change(people.owner, write, second, people.acme)
    for told, text in ((entry[3], first), (entry[4], second)):
        assert told == {"privacy_notice_text": f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"}
    assert change(people.owner, write, second, people.acme) == []
    assert len(json.dumps(entry[3:])) < 250


def test_no_name_and_no_address_is_ever_in_the_log(db: Connection, people: People) -> None:
    with acting(db, "authenticated", people.admin):
        db.execute(
            "insert into organization_members (org_id, display_name, invited_email, department_id, supervisor)"
            " values (%s, 'Quentin Quist', 'quist@acme.test', %s, %s)",
            (people.acme, people.field_department, people.her_manager.member_id),
        )
        db.execute(
            "update organization_members set level = 'exec', display_name = 'Quist II',"
            " invited_email = 'quist2@acme.test' where invited_email = 'quist@acme.test'"
        )
    with acting(db, "service_role"):
        (log,) = db.execute("select string_agg(l::text, '') from audit_log l").fetchone() or ("",)
    names = [word for person in people.all() for word in person.name.split() if word not in {"Owner", "Admin"}]
    assert [word for word in [*names, "Quist", "@acme", "@globex"] if word in log] == []
    assert "exec" in log


# Whose every change of organisation, department and member is either on record or, for a reason, is not.
NOT_ON_RECORD: Final = {
    "organizations": {
        "id",
        "created_at",
        "updated_at",
        "trial_started_at",  # the founding's time
        "past_due_since",  # the status says it
        "stripe_customer_id",  # Stripe's own keys; what they lead to is the status
        "stripe_subscription_id",
    },
    "departments": {
        *("id", "org_id", "created_at", "updated_at"),
        *("closed_at", "merged_into"),  # told as what they are: a removal or a merger
    },
    "organization_members": {
        *("id", "org_id", "created_at", "updated_at"),
        "user_id",  # that an invitation was taken up is told by its status, and by whom by the actor
        "invite_sent_at",  # told by invite_status
        *("reminders_enabled", "unsubscribed_at", "muted_mails"),  # a member's own choice
        *("snoozed_from", "snoozed_until", "past_snoozes"),  # and as much so
    },
}


@pytest.mark.parametrize("table", NOT_ON_RECORD)
def test_a_column_is_on_record_or_is_named_here(db: Connection, table: str) -> None:
    columns = {
        name
        for (name,) in db.execute(
            "select attname from pg_attribute where attrelid = to_regclass(%s) and attnum > 0 and not attisdropped",
            (f"public.{table}",),
        )
    }
    watched = {
        word
        for (arguments,) in db.execute(
            "select encode(tgargs, 'escape') from pg_trigger"
            " where tgrelid = to_regclass(%s) and tgfoid::regproc::text like 'app.audit%%'",
            (f"public.{table}",),
        )
        for named in arguments.split("\\000")[1:2]
        for word in named.split()
    }
    assert columns - watched - NOT_ON_RECORD[table] == set()
    assert watched <= columns


# ---- at once, and in large -------------------------------------------------------------------------------------------


def test_writers_at_once_leave_a_whole_chain_in_each_organisation(populated: Database, people: People) -> None:
    together = threading.Barrier(8)
    rounds = 5

    def write(number: int) -> None:
        with psycopg.connect(populated.functions_url) as connection:
            together.wait()
            for turn in range(rounds * 2):
                org, person = ((people.acme, people.admin), (people.globex, people.stranger))[(turn + number) % 2]
                with acting(connection, "authenticated", person):
                    connection.execute(
                        "insert into departments (org_id, name) values (%s, %s)", (org, f"{number}.{turn}")
                    )
                connection.commit()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with psycopg.connect(populated.admin_url) as connection:
        for org in (people.acme, people.globex):
            told = connection.execute(
                "select app.verify_audit_log(%(org)s), (select count(*) from audit_log where org_id = %(org)s"
                " and actor_type = 'user'), (select count(distinct created_at) = count(*) from audit_log"
                " where org_id = %(org)s and actor_type = 'user')",
                {"org": org},
            ).fetchone()
            assert told == (None, 8 * rounds, True)


LONG_CHAIN: Final[LiteralString] = """
with recursive chain (entry) as (
  select l from public.audit_log l join app.audit_heads h using (org_id, seq) where org_id = %(org)s
  union all
  select next.entry from chain c,
    lateral (select row((c.entry).org_id, (c.entry).seq + 1, gen_random_uuid(), 'organization', null, 'system', null,
      'updated', 'organization_members', (c.entry).entity_id, '{"role": "member"}', '{"role": "admin"}',
      (c.entry).hash, '', now() + (c.entry).seq * interval '1 ms')::public.audit_log as entry) made,
    lateral (select jsonb_populate_record(made.entry, jsonb_build_object('hash',
      app.audit_hash((made.entry).previous_hash, made.entry))) as entry) next
  where (c.entry).seq < %(last)s)
insert into public.audit_log select (entry).* from chain where (entry).seq > 9
"""


def test_a_hundred_thousand_entries_are_verified_in_one_statement(
    populated: Database, people: People, capsys: pytest.CaptureFixture[str]
) -> None:
    last = 100_000
    with psycopg.connect(populated.admin_url) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(LONG_CHAIN, {"org": people.acme, "last": last})
        connection.execute(
            "update app.audit_heads h set seq = l.seq, hash = l.hash from audit_log l"
            " where h.org_id = %s and l.org_id = h.org_id and l.seq = %s",
            (people.acme, last),
        )
        began = time.perf_counter()
        whole = connection.execute("select app.verify_audit_log(%s)", (people.acme,)).fetchone()
        took = time.perf_counter() - began
        connection.execute(
            'update audit_log set after = \'{"role": "owner"}\' where org_id = %s and seq = 77777', (people.acme,)
        )
        broken = connection.execute("select app.verify_audit_log(%s)", (people.acme,)).fetchone()
        version = connection.info.server_version // 10_000
    with capsys.disabled():
        print(f"\n  {last:,} entries verified by PostgreSQL {version} in {took:.1f} s", end=" ")  # noqa: T201 - to be seen
    assert (whole, broken) == ((None,), (77_777,))
