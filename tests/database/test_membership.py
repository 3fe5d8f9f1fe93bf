"""Who may change what of a membership, and what holds for everybody."""

import threading
from typing import Any

import psycopg
import pytest
from psycopg import errors

from tests.conftest import Database
from tests.people import People, acting, become

Connection = psycopg.Connection[Any]


def change(db: Connection, who: Any, whom: Any, column: str, value: object) -> int:
    """`who` sets a column of `whom`'s membership; returns how many rows that changed."""
    with acting(db, "authenticated", who):
        return db.execute(
            psycopg.sql.SQL("update organization_members set {} = %s where id = %s").format(
                psycopg.sql.Identifier(column)
            ),
            (value, whom.member_id),
        ).rowcount


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("role", "owner"),
        ("level", "exec"),
        ("status", "inactive"),
        ("can_view_reports", True),
        ("has_direct_reports", True),
        ("org_id", People.globex),
        ("user_id", People.stranger.id),
        ("job_title", "Managing director"),
        ("supervisor", None),
        ("invited_email", "other@acme.test"),
        ("created_at", "2020-01-01"),
    ],
)
def test_nobody_raises_themself(db: Connection, people: People, column: str, value: object) -> None:
    with pytest.raises((errors.InsufficientPrivilege, errors.CheckViolation)):
        change(db, people.ana, people.ana, column, value)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("display_name", "Anita"),
        ("preferred_language_code", "es"),
    ],
)
def test_people_keep_their_own_preferences(db: Connection, people: People, column: str, value: object) -> None:
    assert change(db, people.ana, people.ana, column, value) == 1


def test_a_colleague_changes_nobody_else(db: Connection, people: People) -> None:
    assert change(db, people.colleague, people.ana, "display_name", "Anonymous") == 0


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("user_id", "00000000-0000-4000-8000-000000000000"),
        ("role", "admin"),
    ],
)
def test_an_admin_leaves_to_people_what_is_theirs_and_roles_to_owners(
    db: Connection, people: People, column: str, value: object
) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match="not yours to change"):
        change(db, people.admin, people.ana, column, value)


@pytest.mark.parametrize(
    ("column", "value"),
    [("job_title", "Lead"), ("can_view_reports", True), ("status", "inactive"), ("level", "manager")],
)
def test_an_admin_arranges_the_team(db: Connection, people: People, column: str, value: object) -> None:
    assert change(db, people.admin, people.ana, column, value) == 1


def test_an_admin_cant_deactivate_an_owner(db: Connection, people: People) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        change(db, people.admin, people.owner, "status", "inactive")


def test_only_an_owner_changes_a_role(db: Connection, people: People) -> None:
    assert change(db, people.owner, people.ana, "role", "admin") == 1


def test_nobody_changes_their_own_role_not_even_an_owner(db: Connection, people: People) -> None:
    change(db, people.owner, people.ana, "role", "owner")
    with pytest.raises(errors.InsufficientPrivilege):
        change(db, people.owner, people.owner, "role", "member")


@pytest.mark.parametrize(("column", "value"), [("role", "member"), ("status", "inactive")])
def test_the_last_owner_stays_even_for_the_service(db: Connection, people: People, column: str, value: str) -> None:
    become(db, "service_role", "")
    statement = psycopg.sql.SQL("update organization_members set {} = %s where id = %s")
    with pytest.raises(psycopg.Error, match="at least one owner"):
        db.execute(statement.format(psycopg.sql.Identifier(column)), (value, people.owner.member_id))


def test_two_owners_who_demote_each_other_at_once_leave_one(populated: Database, people: People) -> None:
    with psycopg.connect(populated.functions_url) as connection:
        become(connection, "service_role", "")
        connection.execute("update organization_members set role = 'owner' where id = %s", (people.ana.member_id,))
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def demote(who: Any, whom: Any) -> None:
        with psycopg.connect(populated.functions_url) as connection:
            together.wait()
            try:
                outcomes.append("demoted" if change(connection, who, whom, "role", "member") else "came too late")
                connection.commit()
            except psycopg.Error:
                outcomes.append("refused")

    pair = [(people.owner, people.ana), (people.ana, people.owner)]
    threads = [threading.Thread(target=demote, args=each) for each in pair]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with psycopg.connect(populated.admin_url) as connection:
        left = connection.execute(
            "select count(*) from organization_members where org_id = %s and role = 'owner'", (people.acme,)
        ).fetchone()
    assert left == (1,)
    assert outcomes.count("demoted") == 1


def test_people_cant_supervise_each_other_in_a_circle(db: Connection, people: People) -> None:
    with pytest.raises(psycopg.Error, match="supervise each other"):
        change(db, people.owner, people.her_manager, "supervisor", people.ana.member_id)


def test_supervisor_and_department_belong_to_the_same_organisation(db: Connection, people: People) -> None:
    with pytest.raises(errors.ForeignKeyViolation):
        change(db, people.admin, people.ana, "supervisor", people.stranger.member_id)


def test_members_are_never_deleted(owner: Connection, people: People) -> None:
    with pytest.raises(errors.InsufficientPrivilege, match="never deleted"):
        owner.execute("delete from organization_members where id = %s", (people.colleague.member_id,))


def test_an_admin_invites_members_but_no_admin(db: Connection, people: People) -> None:
    invite = "insert into organization_members (org_id, invited_email, display_name, role) values (%s, %s, 'New', %s)"
    with acting(db, "authenticated", people.admin):
        assert db.execute(invite, (people.acme, "new@acme.test", "member")).rowcount == 1
    with pytest.raises(errors.InsufficientPrivilege), acting(db, "authenticated", people.admin):
        db.execute(invite, (people.acme, "boss@acme.test", "admin"))


def test_a_change_of_job_is_remembered(db: Connection, people: People) -> None:
    change(db, people.admin, people.ana, "job_title", "Lead")
    with acting(db, "authenticated", people.ana):
        rows = db.execute("select field, old_value, new_value, changed_by from member_role_history").fetchall()
    assert rows == [("job_title", "Technician", "Lead", people.admin.id)]


def test_an_inactive_person_sees_that_they_are_and_nothing_else(db: Connection, people: People) -> None:
    with acting(db, "authenticated", people.former):
        assert db.execute("select status from organization_members").fetchall() == [("inactive",)]
        assert db.execute("select * from organizations").fetchall() == []


def test_the_founder_of_an_organisation_owns_it(db: Connection, people: People) -> None:
    founder = people.former
    with acting(db, "authenticated", founder):
        row = db.execute("select app.create_organization('New', 'Fred', '2026-01-01Z', 'Asia/Tokyo')").fetchone()
        seen = db.execute("select id, subscription_status, trial_ends_at = '2026-01-31Z' from organizations").fetchall()
        role = db.execute(
            "select role, status, invited_email from organization_members where status = 'active'"
        ).fetchall()
    assert row is not None
    assert seen == [(row[0], "trialing", True)]
    assert role == [("owner", "active", founder.email)]


# ---- who leads others -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "has_direct_reports", "leads"),
    [("ic", False, False), ("ic", True, True), ("manager", False, True), ("exec", False, True)],
)
def test_people_lead_by_their_level_or_their_reports(
    db: Connection, people: People, level: str, has_direct_reports: bool, leads: bool
) -> None:
    change(db, people.admin, people.ana, "level", level)
    change(db, people.admin, people.ana, "has_direct_reports", has_direct_reports)
    with acting(db, "authenticated", people.ana):
        managed = db.execute("select app.managed_org_ids()").fetchall()
        found = db.execute("select app.leads(m) from app.memberships m").fetchall()
    assert found == [(leads,)]
    assert managed == [(people.acme,)] * leads


# ---- when a place changed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "believed"), [("service_role", True), ("authenticated", False)])
def test_only_a_job_says_when_a_place_changed(db: Connection, people: People, role: str, believed: bool) -> None:
    with acting(db, role, people.admin):
        db.execute("select set_config('request.at', '2025-03-04T05:06:07Z', true)")
        db.execute("update organization_members set job_title = 'Lead' where id = %s", (people.ana.member_id,))
    with acting(db, "service_role"):
        found = db.execute("select created_at = '2025-03-04T05:06:07Z' from member_role_history").fetchall()
    assert found == [(believed,)]
