"""Somebody who writes SQL with their own claims, and wants to be more than they are: refused everywhere."""

from typing import Any, Final, LiteralString

import psycopg
import pytest

from tests.conftest import Database
from tests.database.matrix import GIVEN, GIVEN_ROWS
from tests.people import ACME, FIELD, GLOBEX, People, Person, acting, become

Connection = psycopg.Connection[Any]

# ---- becoming more ---------------------------------------------------------------------------------------------------

RISES: Final[dict[str, LiteralString]] = {
    "an admin": "update organization_members set role = 'admin' where user_id = %(me)s",
    "an owner": "update organization_members set role = 'owner' where user_id = %(me)s",
    "an executive": "update organization_members set level = 'exec' where user_id = %(me)s",
    "active again": "update organization_members set status = 'active' where user_id = %(former)s",
    "who sees reports": "update organization_members set can_view_reports = true where user_id = %(me)s",
    "who leads": "update organization_members set has_direct_reports = true where user_id = %(me)s",
    "the owner's boss": "update organization_members set supervisor = %(member)s where user_id = %(owner)s",
    "the owner": "update organization_members set user_id = %(me)s where user_id = %(owner)s",
    "nobody's subordinate": "update organization_members set supervisor = null where user_id = %(me)s",
    "a member elsewhere by moving": "update organization_members set org_id = %(globex)s where user_id = %(me)s",
    "a member elsewhere by a row": """
        insert into organization_members (org_id, user_id, status) values (%(globex)s, %(me)s, 'active')""",
    "a member elsewhere by an invitation": """
        insert into organization_members (org_id, invited_email) values (%(globex)s, %(email)s)""",
    "an owner by a second row": """
        insert into organization_members (org_id, invited_email, role) values (%(acme)s, 'too@acme.test', 'owner')""",
    "an admin by overwriting": """
        insert into organization_members (org_id, invited_email, role) values (%(acme)s, %(email)s, 'admin')
        on conflict (org_id, invited_email) do update set role = excluded.role""",
    "an admin by adding one": """
        select app.add_member('{"role": "admin", "invited_email": "x@acme.test", "level": "ic"}', true, now())""",
    "an admin by a change": "select app.change_member(%(member)s, '{\"role\": \"admin\"}', null, 'keep')",
    "an owner by a mail": "select app.queue_invitations(array[%(owner_member)s::uuid], now())",
    "rid of the owner": "select app.revoke_invitation(%(owner_member)s)",
    "who says how it works": "update organizations set feature_flags = '{}', name = 'Mine' where id = %(acme)s",
    "of another past": """
        insert into member_role_history (org_id, member_id, field) values (%(acme)s, %(member)s, 'role')""",
    "whom a key lets in": """
        insert into app.invitation_tokens (token_hash, org_id, member_id)
        values (sha256('x'), %(acme)s, %(owner_member)s)""",
    "who mails": "select app.begin_mails('{}', '{}', now(), '1 minute')",
}
EVERYTHING: Final = """
    select jsonb_agg(to_jsonb(m) - 'updated_at' order by m.id),
      (select jsonb_agg(to_jsonb(o) order by o.id) from organizations o),
      (select count(*) from email_logs), (select count(*) from app.invitation_tokens)
    from organization_members m
"""


def given(who: Person) -> dict[str, Any]:
    """The ids that statements may name."""
    people = People()
    return {
        "me": who.id,
        "email": who.email,
        "member": who.member_id,
        "owner": people.owner.id,
        "owner_member": people.owner.member_id,
        "former": people.former.id,
        "acme": ACME,
        "globex": GLOBEX,
        "field": FIELD,
    }


def looked(db: Connection, statement: LiteralString, ids: dict[str, Any]) -> tuple[Any, ...]:
    """What is really there, as the service sees it."""
    with acting(db, "service_role"):
        return db.execute(statement, ids).fetchone() or ()


@pytest.mark.parametrize("rise", RISES)
@pytest.mark.parametrize("org_id", ["", str(GLOBEX)], ids=["at home", "elsewhere"])
@pytest.mark.parametrize("who", ["ana", "her_manager", "former"])
def test_nobody_makes_themself(db: Connection, people: People, who: str, rise: str, org_id: str) -> None:
    person = getattr(people, who)
    ids = given(person)
    before = looked(db, EVERYTHING, ids)
    try:
        with acting(db, "authenticated", person, org_id):
            db.execute(RISES[rise], ids)
    except psycopg.Error as error:
        assert error.sqlstate in ("42501", "23514", "VD403"), error  # noqa: PT017 - it may also just find nothing
    assert looked(db, EVERYTHING, ids) == before


ADMINS_RISES: Final[dict[str, LiteralString]] = {
    "an owner": RISES["an owner"],
    "an owner by a second row": RISES["an owner by a second row"],
    "an owner by a change": "select app.change_member(%(member)s, '{\"role\": \"owner\"}', null, 'keep')",
    "an owner through somebody": "select app.change_member(%(anas)s, '{\"role\": \"owner\"}', null, 'keep')",
    "rid of the owner": "update organization_members set status = 'inactive' where user_id = %(owner)s",
    "rid of the owner by a change": """
        select app.change_member(%(owner_member)s, '{"status": "inactive"}', null, 'keep')""",
    "the next owner": "update organization_members set invited_email = 'a@acme.test' where id = %(waiting_owner)s",
    "the next owner by an account": "update organization_members set user_id = %(me)s where id = %(waiting_owner)s",
    "the maker of an admin": "update organization_members set invited_email = 'b@acme.test' where id = %(waiting)s",
    "who brings an admin back": "update organization_members set status = 'invited' where id = %(sent_away)s",
    "who says how it works": RISES["who says how it works"],
}


@pytest.mark.parametrize("rise", ADMINS_RISES)
def test_no_admin_makes_themself(db: Connection, people: People, rise: str) -> None:
    become(db, "service_role", "")
    invite = (
        "insert into organization_members (org_id, invited_email, role, status) values (%s, %s, %s, %s) returning id"
    )
    ids = given(people.admin) | {"anas": people.ana.member_id}
    for name, role, status in (
        ("waiting_owner", "owner", "invited"),
        ("waiting", "admin", "invited"),
        ("sent_away", "admin", "inactive"),
    ):
        ids[name] = (db.execute(invite, (ACME, f"{name}@acme.test", role, status)).fetchone() or (None,))[0]
    before = looked(db, EVERYTHING, ids)
    try:
        with acting(db, "authenticated", people.admin):
            db.execute(ADMINS_RISES[rise], ids)
    except psycopg.Error as error:
        assert error.sqlstate in ("42501", "VD403"), error  # noqa: PT017 - as above
    assert looked(db, EVERYTHING, ids) == before


def test_a_planted_hole_is_found(populated: Database, people: People) -> None:
    with psycopg.connect(populated.owner_url) as planting:
        planting.execute("drop trigger guard_membership on organization_members")
        with acting(planting, "authenticated", people.admin):
            assert planting.execute(ADMINS_RISES["an owner"], given(people.admin)).rowcount == 1
        planting.rollback()


def test_who_founds_another_organisation_is_nobody_more_at_home(db: Connection, people: People) -> None:
    with acting(db, "authenticated", people.ana):
        (mine,) = db.execute("select app.create_organization('Mine', 'Ana', now())").fetchone() or (None,)
        with pytest.raises(psycopg.Error) as refused, db.transaction():
            db.execute("select app.my_administered_org()")
    assert refused.value.diag.message_hint == "choose_organisation"
    with acting(db, "authenticated", people.ana, str(mine)):
        assert db.execute("select count(*) from app.members where org_id = %s", (mine,)).fetchone() == (1,)
        moved = "update organization_members set org_id = %s where user_id = %s and org_id = %s"
        assert db.execute(moved, (mine, people.colleague.id, ACME)).rowcount == 0
    with acting(db, "authenticated", people.ana, str(ACME)):
        assert db.execute("select count(*) from app.members where org_id = %s", (ACME,)).fetchone() == (1,)


# ---- reading what is others' -----------------------------------------------------------------------------------------


# Every table with a person in it: a new one is looked at by itself.
WHOSE: Final = """
    select format('%I.%I', table_schema, table_name), array_agg(quote_ident(column_name))
    from information_schema.columns
    where table_schema in ('public', 'app')
      and column_name in ('user_id', 'subject_user_id', 'requested_by', 'sender_id')
    group by 1 order by 1
"""
SEEN_BY_ADMINS: Final = {"public.organization_members", "public.member_role_history"}
HERS: Final = """
    insert into user_profiles (org_id, user_id, profile_json) values (%(acme)s, %(ana)s, '{"role_summary": "private"}');
    insert into user_consents (org_id, user_id, consent_type, version, granted_at)
      values (%(acme)s, %(ana)s, 'analytics', '1', now());
    insert into email_logs (org_id, user_id, to_address, template, idempotency_key)
      values (%(acme)s, %(ana)s, 'ana@acme.test', 'reminder', 'r');
    update email_logs set status = 'suppressed', error_type = 'Unsubscribed' where user_id = %(ana)s;
    update organization_members set reminders_enabled = false, unsubscribed_at = now(), muted_mails = '{export_ready}',
      snoozed_from = now(), snoozed_until = '2099-01-01' where user_id = %(ana)s;
    insert into app.invitation_tokens (token_hash, org_id, member_id, to_address)
    values (sha256('x'), %(acme)s, %(member)s, 'nina@acme.test');
    insert into app.idempotency_keys (user_id, key, route, fingerprint, response) values (%(ana)s, 'k', 'r', 'f', '{}');
    insert into data_export_requests (org_id, requested_by, scope) values (%(acme)s, %(ana)s, 'own');
    insert into member_role_history (org_id, member_id, user_id, field) values (%(acme)s, %(member)s, %(ana)s, 'role');
"""
WAYS_AROUND: Final[dict[str, LiteralString]] = {
    "the talk": "select count(app.conversation(%(told)s))",
    "the words of a dot": "select count(*) from answers where raw_text is not null",
    "the lines of a talk": "select count(*) from session_messages where content is not null",
    "an answer that was kept": "select count(app.kept_response('k', 'r', now()))",
    "a key": "select count(*) from app.invitation_tokens",
    "what a key opens": "select count(app.invitation(sha256('y'), now()))",
    "that she is away": "select count(*) from organization_members where snoozed_until > now()",
    "who wants no mails": "select count(*) from organization_members m where m.unsubscribed_at is not null",
    "her choices among all of a row": """
        select count(*) from organization_members m where to_jsonb(m) ->> 'muted_mails' <> '[]'""",
    "when she last chose": "select count(updated_at) from organization_members",
    "her choices by what a change returns": """
        with changed as (update organization_members set job_title = job_title returning reminders_enabled)
        select count(*) from changed where not reminders_enabled""",
    "a mail that she declined": "select count(*) from email_logs where status = 'suppressed'",
    "her organisation's record": "select count(*) from audit_log where scope = 'personal'",
}
OTHERS: Final = ("colleague", "her_manager", "admin", "owner", "stranger", "former")


@pytest.fixture
def lived(db: Connection, people: People) -> dict[str, Any]:
    """What is Ana's, of every kind; the ids of it."""
    ids = {"ana": people.ana.id, "member": people.ana.member_id, "acme": ACME, **GIVEN}
    become(db, "service_role", "")
    with psycopg.ClientCursor(db) as cursor:  # several statements with parameters
        cursor.execute(GIVEN_ROWS, ids)
        cursor.execute(
            "insert into session_messages (org_id, session_id, user_id, turn, role, content)"
            " values (%(acme)s, %(open)s, %(ana)s, 0, 'agent', 'How was it?')",
            ids,
        )
        cursor.execute(HERS.encode(), ids)
    return ids


def count(db: Connection, who: Person, statement: Any, ids: dict[str, Any], org_id: str = "") -> int | None:
    """How many rows somebody sees; None where they may not even look."""
    try:
        with acting(db, "authenticated", who, org_id):
            row = db.execute(statement, ids).fetchone()
    except psycopg.errors.InsufficientPrivilege:
        return None
    return None if row is None else int(row[0])


@pytest.mark.parametrize("org_id", ["", str(ACME)], ids=["at home", "as if at Acme"])
@pytest.mark.parametrize("who", OTHERS)
def test_nobody_sees_a_row_about_somebody_else(
    db: Connection, people: People, lived: dict[str, Any], who: str, org_id: str
) -> None:
    tables = db.execute(WHOSE.encode()).fetchall()
    assert len(tables) > 10
    found = {}
    for table, columns in tables:
        about = f"select count(*) from {table} where " + " or ".join(f"{column} = %(ana)s" for column in columns)  # noqa: S608
        found[table] = count(db, getattr(people, who), about.encode(), lived, org_id)
    seen = {table for table, rows in found.items() if rows}
    assert seen == (SEEN_BY_ADMINS if who in ("admin", "owner") else set())


def test_all_of_it_is_there_for_ana(db: Connection, people: People, lived: dict[str, Any]) -> None:
    own = ("sessions", "session_messages", "answers", "user_profiles", "user_consents", "data_export_requests")
    for table in own:
        column = "requested_by" if table == "data_export_requests" else "user_id"
        hers = f"select count(*) from {table} where {column} = %(ana)s"  # noqa: S608 - made of our own words
        assert count(db, people.ana, hers.encode(), lived), table


@pytest.mark.parametrize("way", WAYS_AROUND)
@pytest.mark.parametrize("who", OTHERS)
def test_no_way_around_leads_to_what_is_hers(
    db: Connection, people: People, lived: dict[str, Any], who: str, way: str
) -> None:
    assert not count(db, getattr(people, who), WAYS_AROUND[way], lived)


@pytest.mark.parametrize("who", ["colleague", "her_manager", "stranger", "former"])
@pytest.mark.parametrize(
    "statement",
    [
        "select count(*) from app.members where id = %(member)s",
        "select count(app.member_json(%(acme)s, %(member)s))",
    ],
)
def test_what_admins_see_of_members_is_for_admins(
    db: Connection, people: People, lived: dict[str, Any], who: str, statement: str
) -> None:
    assert count(db, getattr(people, who), statement.encode(), lived) == 0
    assert count(db, people.admin, statement.encode(), lived) == 1
