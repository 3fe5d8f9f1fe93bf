"""The page of the audit log, as an admin's browser without a script uses it."""

import json
import re
from datetime import UTC, datetime
from typing import Any, LiteralString
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
import pytest

from frame import speech
from pages.admin import audit_words
from tests.console.conftest import Console, Page, Visitor
from tests.console.test_injection import ready
from tests.functions.conftest import Do, doing_in
from tests.people import ERASE, People
from vizdots import audit

LOG = "/admin/audit-log"


@pytest.fixture
def do(console: Console) -> Do:
    """Do something in the database as somebody, or as the service; committed."""
    return doing_in(console.database)


def told(page: Page) -> list[str]:
    """The entries on a page, each as one text."""
    found = re.findall(r'<li>\s*<p class="deed">(.*?)</li>', page.html, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", each).split()) for each in found]


# ---- what it says ----------------------------------------------------------------------------------------------------


def test_it_says_who_did_what_in_plain_words(adam: Visitor, do: Do, people: People) -> None:
    do(
        people.owner,
        "update organization_members set role = 'admin', department_id = %s, supervisor = null,"
        " can_view_reports = true where id = %s",
        people.office_department,
        people.ana.member_id,
    )
    page = adam.open(LOG)
    assert page.status == 200
    entry = told(page)[0]
    assert re.fullmatch(r"\d+:\d\d.[AP]M Olivia Owner changed a member: Ana Alba .*", entry)
    for change in (
        "Role before: Member after: Admin",
        "Department before: Field after: Office",
        "Reports to before: Mara Manager after: none",
        "May see reports before: No after: Yes",
    ):
        assert change in entry


def test_a_schedule_is_told_by_what_changed_of_it(adam: Visitor, do: Do, people: People) -> None:
    do(
        people.owner,
        'update organizations set schedule_config = schedule_config || \'{"friday": {"on": false, "start": "09:00",'
        ' "end": "17:00"}, "monday": {"on": true, "start": "07:00", "end": "15:30"}, "tuesday": {"on": true, "start":'
        ' "07:00", "end": "15:30"}}\', feature_flags = \'{"OWNER_NOTES": false, "COACHING_SUGGESTIONS": true}\','
        " allow_llm = false, data_retention_days = 365, setup_completed_at = '2026-07-01T22:30Z' where id = %s",
        people.acme,
    )
    entry = told(adam.open(LOG))[0]
    assert "Olivia Owner changed the settings" in entry
    assert "Language model before: On after: Off" in entry
    assert re.search(r"Set-up finished before: .* after: Jul 2, 2026, 12:30.AM", entry)  # in Berlin
    assert "Texts are kept for days before: none after: 365" in entry
    assert "Working week, Mon – Tue before: 09:00–17:00 after: 07:00–15:30" in entry
    assert "Working week, Fri before: 09:00–17:00 after: off" in entry
    assert "Owner notes before: On after: Off" in entry
    assert "Coaching suggestions" not in entry  # it was on before anybody said so


def test_what_is_new_or_gone_is_told_by_what_it_is(adam: Visitor, do: Do, people: People) -> None:
    do(people.admin, "insert into departments (org_id, name) values (%s, 'Yard')", people.acme)
    do(None, "delete from departments where name = 'Yard'")
    do(people.admin, "insert into organization_members (org_id, invited_email) values (%s, 'n@acme.test')", people.acme)
    added, removed, founded = told(adam.open(LOG))[:3]
    assert "Adam Admin added a member: n@acme.test" in added
    assert "Role Member" in added
    assert "Status Invited" in added
    assert "before" not in added
    assert removed.endswith("VizDots removed a department: Yard")
    assert founded.endswith("Adam Admin added a department: Yard")


def test_names_and_the_notice_are_told_as_changed(adam: Visitor, do: Do, people: People) -> None:
    do(people.admin, "update organization_members set display_name = 'Ana B.' where id = %s", people.ana.member_id)
    do(people.owner, "update organizations set privacy_notice_text = 'Hello' where id = %s", people.acme)
    notice, renamed = told(adam.open(LOG))[:2]
    assert notice.endswith("Text of the privacy notice added")
    assert renamed.endswith("Adam Admin changed a member: Ana B. Name changed")


def test_days_are_those_of_the_organisation(adam: Visitor, console: Console, people: People) -> None:
    with psycopg.connect(console.database.admin_url) as connection:
        connection.execute("set session_replication_role = replica")
        connection.execute(
            "update audit_log set created_at = '2026-05-31T22:30Z' where entity_id = %s", (people.office_department,)
        )
    page = adam.open(f"{LOG}?entity_id={people.office_department}")
    assert "Monday, June 1, 2026" in page.text  # in Berlin
    assert "12:30" in page.text
    assert len(told(adam.open(f"{LOG}?since=2026-06-01&until=2026-06-01"))) == 1
    assert told(adam.open(f"{LOG}?since=2026-05-31&until=2026-05-31")) == []


def test_somebody_who_was_erased_is_told_without_a_name(adam: Visitor, do: Do, people: People) -> None:
    do(people.owner, "update organization_members set level = 'manager' where id = %s", people.colleague.member_id)
    do(None, "update organization_members set role = 'owner' where id = %s", people.admin.member_id)
    do(None, ERASE, people.colleague.member_id)
    do(None, ERASE, people.owner.member_id)
    page = adam.open(f"{LOG}?actor={people.owner.id}")
    assert "Somebody who has left changed a member: somebody without a name" in told(page)[0]
    assert page.form(LOG)["actor"] == str(people.owner.id)


def test_whatever_is_put_on_record_has_words(console: Console) -> None:
    with psycopg.connect(console.database.admin_url) as connection:
        found = connection.execute(
            "select tgrelid::regclass::text, encode(tgargs, 'escape') from pg_trigger"
            " where tgfoid::regproc::text like 'app.audit%' and not encode(tgargs, 'escape') like 'personal%'"
        ).fetchall()
    assert {table for table, _ in found} == set(audit.ENTITIES) == set(audit_words.KINDS) == set(audit.WORDS)
    columns = {word for _, told in found for named in told.split("\\000")[1:2] for word in named.split()}
    assert columns - audit_words.FIELDS.keys() - audit_words.SCHEDULES.keys() == {audit_words.FLAGS}


def test_a_value_that_has_no_word_is_told_as_it_is() -> None:
    entry: dict[str, Any] = {
        "entity_type": "pattern_alerts",
        "before": {"severity": "info", "brand_new": 1},
        "after": {"severity": "catastrophic", "brand_new": None},
        "names": {},
    }
    with speech.speaking(lambda: "en"):
        changes = [(each.label, each.before, each.after) for each in audit_words.changes(entry, "UTC")]
    assert changes == [("Severity", "info", "catastrophic"), ("Brand new", "1", "none")]


# ---- finding something -----------------------------------------------------------------------------------------------


def test_filters_are_a_form_that_needs_no_script(adam: Visitor, do: Do, people: People) -> None:
    do(people.owner, "update departments set name = 'Outdoors' where id = %s", people.field_department)
    do(people.admin, "update departments set name = 'Indoors' where id = %s", people.office_department)
    form = adam.open(LOG).form(LOG)
    assert form.method == "GET"
    page = adam.submit(form, actor=str(people.owner.id), entity_type="departments", action="updated")
    assert [each.partition(" Name ")[2] for each in told(page)] == ["before: Field after: Outdoors"]
    assert page.form(LOG)["actor"] == str(people.owner.id)
    assert "Show everything" in page.text
    assert len(told(adam.submit(form, actor="system"))) == 9


def test_one_thing_can_be_looked_at_and_let_go_of(adam: Visitor, do: Do, people: People) -> None:
    do(people.owner, "update departments set name = 'Outdoors' where id = %s", people.field_department)
    (link,) = {href for text, href in adam.open(f"{LOG}?action=updated").read.links if text == "Outdoors"}
    page = adam.open(link)
    assert len(told(page)) == 2
    assert "Only Outdoors" in page.text
    assert len(told(adam.submit(page.form(LOG), entity_id=None))) == 10


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"since": "2026-11-03", "until": "2026-11-02"}, "isn’t before the first one"),
        ({"since": "soon"}, "Please choose a day."),
        ({"until": "9999-12-31"}, "Please choose 2999-12-31 or less."),
        ({"actor": "Adam"}, "Please choose one of the options."),
        ({"action": "completed"}, "Please choose one of the options."),
    ],
)
def test_a_filter_that_means_nothing_is_told_beside_its_field(adam: Visitor, query: dict[str, str], said: str) -> None:
    for path in (LOG, f"{LOG}/download"):
        page = adam.open(f"{path}?{urlencode(query)}")
        assert page.status == 422
        assert said in page.text
        assert told(page) == []


def test_where_nothing_fits_the_page_says_so(adam: Visitor) -> None:
    page = adam.open(f"{LOG}?actor={uuid4()}")
    assert page.status == 200
    assert "No entry fits" in page.text


def test_older_entries_are_a_page_away(adam: Visitor, do: Do, people: People) -> None:
    do(
        people.admin,
        "insert into departments (org_id, name) select %s, 'D' || n from generate_series(1, 60) n",
        people.acme,
    )
    page = adam.open(f"{LOG}?entity_type=departments")
    (older,) = [href for text, href in page.read.links if text == "Older ones"]
    second = adam.open(older)
    assert (len(told(page)), len(told(second))) == (50, 12)
    assert not {*told(page)} & {*told(second)}
    assert [href for text, href in second.read.links if text == "The newest"] == [f"{LOG}?entity_type=departments"]
    assert adam.open(f"{LOG}?cursor=x").status == 422


# ---- taking it along -------------------------------------------------------------------------------------------------


def test_the_download_is_what_the_filters_show(adam: Visitor, do: Do, people: People) -> None:
    do(people.owner, "update departments set name = 'Outdoors' where id = %s", people.field_department)
    page = adam.open(f"{LOG}?entity_type=departments")
    (link,) = [href for text, href in page.read.links if text == "Download"]
    file = adam.open(link)
    assert file.headers["content-disposition"].startswith('attachment; filename="audit-log-')
    assert file.headers["content-type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in file.html.splitlines()]
    assert [line["entity_name"] for line in lines] == ["Outdoors", "Office", "Outdoors"]


def test_what_one_file_doesnt_hold_is_offered_file_by_file(adam: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "MOST_LINES", 4)
    path, numbers = f"{LOG}/download?actor=system", []
    while True:
        page = adam.open(path)
        if "content-disposition" in page.headers:
            numbers.append(len(page.html.splitlines()))
            break
        (this,) = [href for text, href in page.read.links if text.startswith("Download this file, 4 entries")]
        (path,) = [href for text, href in page.read.links if text == "Go on to the next file"]
        numbers.append(len(adam.open(this).html.splitlines()))
    assert numbers == [4, 4, 1]


# ---- having it proved ------------------------------------------------------------------------------------------------


def tampered(console: Console, statement: LiteralString, *values: object) -> None:
    """What somebody does who owns the server."""
    with psycopg.connect(console.database.admin_url) as connection:
        connection.execute("set session_replication_role = replica")
        assert connection.execute(statement, values).rowcount > 0


def test_a_whole_log_is_said_to_be_whole(adam: Visitor) -> None:
    adam.at = datetime(2026, 11, 2, 9, 15, tzinfo=UTC)
    (link,) = [href for text, href in adam.open(LOG).read.links if text == "Verify"]
    page = adam.open(link)
    assert "Yes. Every entry is as it was written, and none is missing." in page.text
    assert "10:15" in page.text  # in Berlin
    assert "What to do now" not in page.text


def test_a_broken_log_names_the_entry_and_what_to_do(adam: Visitor, console: Console, people: People) -> None:
    tampered(
        console,
        "update audit_log set after = jsonb_set(after, '{role}', '\"owner\"') where entity_id = %s",
        people.ana.member_id,
    )
    page = adam.open(f"{LOG}/verify")
    assert page.status == 200
    assert "No. Somebody has tampered with the log" in page.text
    assert "doesn’t say any more what was written" in page.text
    assert "VizDots added a member: Ana Alba" in page.text
    assert "Mara Manager" in page.text  # proved up to here
    assert f"{LOG}/download" in {href for _, href in page.read.links}


@pytest.mark.parametrize(
    "garbage",
    [
        *("null", "[]", '"x"', '{"role": "owner"}', '{"department_id": {"x": []}}'),
        *('{"schedule_override": {"monday": []}}', '{"invite_expires_at": "soon"}', '{"feature_flags": 1}'),
    ],
)
def test_whatever_somebody_makes_of_an_entry_its_page_opens(
    adam: Visitor, console: Console, people: People, garbage: str
) -> None:
    tampered(
        console,
        "update audit_log set action = 'updated', before = '{\"level\": \"ic\"}', after = %s where entity_id = %s",
        garbage,
        people.ana.member_id,
    )
    for path in (LOG, f"{LOG}/verify"):
        page = adam.open(path)
        assert page.status == 200
        assert "VizDots changed a member: Ana Alba" in page.text


def test_a_broken_entry_of_somebodys_own_isnt_shown(adam: Visitor, console: Console, people: People) -> None:
    ready(console, people.ana)
    tampered(console, "update audit_log set created_at = now() where scope = 'personal'")
    page = adam.open(f"{LOG}/verify")
    assert "isn’t shown" in page.text
    assert "Ana" not in page.text.replace("Ana Alba", "")


# ---- who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [LOG, f"{LOG}/download", f"{LOG}/verify"])
def test_it_is_for_admins(console: Console, people: People, path: str) -> None:
    assert console.visitor().open(path).path.startswith("/sign-in")
    ready(console, people.ana)
    page = console.signed_in(people.ana).open(path)
    assert page.status == 403
    assert told(page) == []
