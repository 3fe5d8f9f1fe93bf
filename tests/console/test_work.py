"""My work, on a page: what the organisation has beside what one told oneself."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from tests.console.conftest import Console, Visitor
from tests.console.test_injection import ready
from tests.people import ACME, People
from tests.tellings import tell

Connection = psycopg.Connection[Any]


@pytest.fixture
def ana(console: Console, people: People) -> Visitor:
    """Ana's browser: she knows her way around."""
    ready(console, people.ana)
    return console.signed_in(people.ana)


@pytest.fixture
def superuser(console: Console) -> Iterator[Connection]:
    """Writes at once."""
    with psycopg.connect(console.database.admin_url, autocommit=True) as connection:
        yield connection


def test_before_anything_was_told_it_says_what_will_be_here(ana: Visitor) -> None:
    page = ana.open("/work")
    assert "No workflow yet" in page.text
    assert ("Tell of your work", "/dashboard") in page.read.links


def test_ones_own_way_stands_beside_the_organisations(superuser: Connection, ana: Visitor, people: People) -> None:
    for person in (people.colleague, people.her_manager):
        tell(superuser, person, "call", "drive", "report")
    told = tell(superuser, people.ana, "call", "drive")
    superuser.execute(
        "insert into owner_notes (org_id, workflow_id, note_type, note_text, visible_to)"
        " select %(org)s, id, 'policy', 'Two of us drive', 'everyone' from workflows union all"
        " select %(org)s, id, 'policy', 'Watch the costs', 'admins_only' from workflows",
        {"org": ACME},
    )

    page = ana.open("/work")

    assert "As your organisation has it CALL DRIVE REPORT As you told it CALL DRIVE" in page.text
    assert "Few people have told of it so far." in page.text
    assert "Two of us drive" in page.text
    assert "Watch the costs" not in page.text
    assert any(href == f"/dots/{told}" for _, href in page.read.links)


def test_whoever_does_it_just_so_reads_it_once(superuser: Connection, ana: Visitor, people: People) -> None:
    tell(superuser, people.ana, "call", "drive")
    assert "As you told it Just so." in ana.open("/work").text


def test_a_private_dot_is_for_oneself(superuser: Connection, ana: Visitor, people: People) -> None:
    tell(superuser, people.ana, "call", "drive", private=True)
    page = ana.open("/work")
    assert "so nobody else sees it" in page.text
    assert "As you told it CALL DRIVE" in page.text


def test_nobody_elses_work_is_there(superuser: Connection, ana: Visitor, people: People) -> None:
    tell(superuser, people.colleague, "call", "drive")
    tell(superuser, people.stranger, "call", "drive")
    assert "No workflow yet" in ana.open("/work").text


def test_what_five_people_tell_is_told_with_how_many(superuser: Connection, ana: Visitor, people: People) -> None:
    for person in (people.ana, people.colleague, people.her_manager, people.admin, people.owner):
        tell(superuser, person, "call", "drive")
    assert "At least 5 people tell of it." in ana.open("/work").text
