"""What people type is text on every page that shows it, whatever it pretends to be."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.console.conftest import Console, Page, Read, Visitor
from tests.people import ACME, FIELD, People, Person

PAYLOADS = Path(__file__).with_name("injection.txt").read_text(encoding="utf-8").splitlines()
ELEMENTS = set(
    "html head meta title link script body a header div svg path circle rect line text nav span form input button main"
    " section h1 h2 h3 p ul ol li dl dt dd label select option datalist textarea fieldset legend details summary strong"
    " table caption thead tbody tr th td figure figcaption footer br code pre article blockquote"
    " defs marker polyline tspan".split()
)
NEVER = ("on", "style", "srcdoc", "xlink", "background", "ping")
LEADS = ("href", "src", "action", "formaction", "data")


def foreign(read: Read) -> list[str]:
    """What no page of ours is made of."""
    found = [tag for tag, _ in read.elements if tag not in ELEMENTS]
    for tag, given in read.elements:
        found += [f"{tag} {name}" for name in given if name.startswith(NEVER)]
        found += [f"{tag} {given[name]}" for name in LEADS if name in given and not is_local(given[name])]
        if tag == "script" and not given.get("src", "").startswith("/static/"):
            found.append("a script within the page")
        if tag == "meta" and "http-equiv" in given:
            found.append("meta http-equiv")
    return found


def is_local(address: str) -> bool:
    parts = urlsplit(address)
    return not parts.scheme and not parts.netloc and "\\" not in address


def put_everywhere(console: Console, person: Person, text: str) -> None:
    """Into every name that somebody else may have typed."""
    with psycopg.connect(console.database.admin_url) as connection:
        connection.execute(
            "update organizations set name = %s, privacy_notice_enabled = true, privacy_notice_text = %s where id = %s",
            (text, text, ACME),
        )
        connection.execute("update departments set name = %s where id = %s", (text, FIELD))
        connection.execute(
            "update organization_members set display_name = %s, job_title = %s where user_id = %s",
            (text, text[:200], person.id),
        )


def ready(console: Console, person: Person) -> None:
    """Let somebody's onboarding be done."""
    with psycopg.connect(console.database.admin_url) as connection:
        connection.execute(
            "insert into user_profiles (org_id, user_id, confirmed_at) values (%s, %s, now())", (ACME, person.id)
        )


def pages_with(visitor: Visitor, text: str) -> list[Page]:
    """Type it wherever a member can type, and look at every page that shows it."""
    seen = [visitor.open("/settings")]
    profile: dict[str, Any] = dict.fromkeys(
        ("preferred_name", "role_summary", "primary_duties", "primary_tools"), text[:80]
    )
    seen.append(visitor.submit(seen[0].form("/settings/profile"), **profile))
    start = visitor.open("/dashboard").form("/check-ins")
    talk = visitor.submit(start, agent_code="workflow_mapper")
    path = talk.path
    talk = visitor.submit(talk.form(f"{path}/messages"))
    for said in (text, f"{text}: {text}, {text}", text):
        seen.append(talk)
        if not any(form.action == f"{path}/messages" for form in talk.read.forms):
            break
        talk = visitor.submit(talk.form(f"{path}/messages"), message=said)
    seen.append(talk)
    correction = visitor.open(f"{path}/correct")
    fields: dict[str, Any] = dict.fromkeys(
        ("workflow_name", "display_label", "steps", "tools", "data_sources"), text[:200]
    )
    seen += [correction, visitor.submit(correction.form(f"{path}/review"), **fields)]
    seen += [visitor.open(f"{path}/correct"), visitor.open("/dashboard")]
    listed = visitor.open("/dots")
    dot = next(href for _, href in listed.read.links if href.startswith("/dots/"))
    return [*seen, listed, visitor.open(dot)]


def test_whatever_a_member_types_is_text_on_every_page(console: Console, people: People) -> None:
    ready(console, people.ana)
    visitor, newcomer = console.signed_in(people.ana), console.signed_in(people.colleague)
    found: dict[str, list[str]] = {}
    for nth, text in enumerate(PAYLOADS):
        visitor.at = datetime.now(UTC) + timedelta(minutes=2 * nth)  # a person may say so much a minute
        put_everywhere(console, people.ana, text)
        seen = [newcomer.open("/welcome"), newcomer.open("/welcome/details"), *pages_with(visitor, text)]
        wrong = [f"{page.path}: {it}" for page in seen for it in foreign(page.read)]
        wrong += [f"{page.path}: {page.status}" for page in seen if page.status != 200]
        shown = " ".join(page.text for page in seen)
        if " ".join(text.split()) not in shown:
            wrong.append("it isn't shown as it was typed")
        if wrong:
            found[text] = wrong
    assert len(PAYLOADS) >= 60
    assert found == {}


@pytest.mark.parametrize("text", PAYLOADS)
def test_whatever_a_stranger_types_is_text_when_the_page_comes_back(visitor: Visitor, text: str) -> None:
    visitor.cookies["vizdots-said"] = "x" if not text.isascii() or {*text} & set('\t ;,"\\') else text
    for path in ("/sign-in", "/sign-up", "/forgot-password"):
        page = visitor.open(path)
        page = visitor.submit(page.form(path), email=text, password="x", next=text)
        assert foreign(page.read) == []
        assert page.status in (200, 422)


@pytest.mark.parametrize("text", PAYLOADS)
def test_whatever_stands_in_an_address_is_text(visitor: Visitor, text: str) -> None:
    for name in ("next", "lang", "month", "agent", "cursor", "token_hash", "type", "about"):
        for path in ("/", "/sign-in", "/auth/confirm", "/check-your-mail"):
            assert foreign(visitor.send("GET", path, [(name, text)]).read) == []


def test_a_planted_script_is_found() -> None:
    planted = '<p onclick="x()"><script>x()</script><a href="javascript:x()">x</a><iframe></iframe>'
    assert len(foreign(Read(planted))) == 4
