"""From the first visit to the first page: sign up, sign in, forget a password, follow the links of the mails."""

import re
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from tests.console.conftest import PASSWORD, Console, Page, Visitor
from tests.people import ACME, FIELD, GLOBEX, People
from tests.unit.test_identity_door import service

NINA = "nina@acme.test"


def sign_up(visitor: Visitor, email: str = NINA, password: str = PASSWORD) -> Page:
    return visitor.submit(visitor.open("/sign-up").form("/sign-up"), email=email, password=password)


def sign_in(visitor: Visitor, email: str = NINA, password: str = PASSWORD, *, path: str = "/sign-in") -> Page:
    return visitor.submit(visitor.open(path).form("/sign-in"), email=email, password=password)


def follow(console: Console, visitor: Visitor, email: str = NINA) -> Page:
    """Follow the newest mail's link and press the button there."""
    return visitor.submit(visitor.open(console.link(email)).form("/auth/confirm"))


def account(console: Console, email: str = NINA) -> None:
    """An account that is confirmed, with a password."""
    console.stand_in.identity.ensure_user(email, PASSWORD)


def invite(console: Console, email: str = NINA, *, org_id: object = ACME, mailed: bool = True) -> None:
    """An invited membership, and the mail that lets its person in."""
    with psycopg.connect(console.database.admin_url) as connection:
        connection.execute(
            "insert into organization_members (org_id, department_id, invited_email, invite_status, display_name)"
            " values (%s, %s, %s, 'sent', 'Nina Neu')",
            (org_id, FIELD if org_id == ACME else None, email),
        )
    if mailed:
        console.stand_in.admin().admin.invite_user_by_email(email)


def test_a_new_person_signs_up_confirms_and_is_in(console: Console, visitor: Visitor) -> None:
    page = sign_up(visitor)
    assert (page.status, page.path) == (200, "/check-your-mail?about=sign-up")
    page = follow(console, visitor)
    assert page.path == "/setup"
    assert NINA in page.text
    assert sign_in(console.visitor()).path == "/setup"


def test_the_mails_of_an_account_are_in_the_language_that_it_was_opened_in(console: Console) -> None:
    sign_up(console.visitor(**{"accept-language": "de-AT, en;q=0.5"}))
    elsewhere = console.visitor()
    elsewhere.submit(elsewhere.open("/forgot-password").form("/forgot-password"), email=NINA)
    subjects = [mail["subject"] for mail in console.stand_in.mails(NINA)]
    assert subjects == ["Neues Passwort wählen", "Bestätige deine E-Mail-Adresse"]


def test_an_address_that_has_an_account_is_answered_like_any_other(console: Console) -> None:
    account(console, "known@acme.test")
    known, unknown = sign_up(console.visitor(), "known@acme.test"), sign_up(console.visitor(), "unknown@acme.test")
    same = [page.html.replace("unknown@", "known@") for page in (known, unknown)]
    same = [re.sub(r'form_token" value="[^"]*"', "", html) for html in same]
    assert same[0] == same[1]
    assert known.path == unknown.path
    assert console.stand_in.mails("known@acme.test") == []


@pytest.mark.parametrize(
    ("email", "password", "told"),
    [
        (NINA, "short", "at least 8 characters"),
        (NINA, "x" * 73, "at most 72 characters"),
        (NINA, "é" * 37, "at most 72 characters"),
        (NINA, "", "Please fill this in"),
        ("nina", PASSWORD, "name@example.com"),
        ("", PASSWORD, "Please fill this in"),
        ("nina@acme", PASSWORD, "name@example.com"),
    ],
)
def test_a_sign_up_says_what_it_lacks(console: Console, visitor: Visitor, email: str, password: str, told: str) -> None:
    page = sign_up(visitor, email, password)
    assert page.status == 422
    assert told in page.text
    form = page.form("/sign-up")
    assert (form["email"], form["password"]) == (email, "")
    assert console.stand_in.mails(NINA) == []


def test_what_a_form_lacks_is_said_in_the_language_of_the_page(console: Console) -> None:
    page = sign_up(console.visitor(**{"accept-language": "de"}), "nina", "kurz")
    assert "Dieses Passwort ist zu kurz" in page.text
    assert "too short" not in page.text
    assert "looks like" not in page.text


def test_the_mail_comes_once_more_and_only_the_newest_link_counts(console: Console, visitor: Visitor) -> None:
    page = sign_up(visitor)
    first = console.link(NINA)
    assert page.form("/check-your-mail")["email"] == NINA
    assert visitor.submit(page.form("/check-your-mail")).status == 200
    assert len(console.stand_in.mails(NINA)) == 2
    assert visitor.submit(visitor.open(first).form("/auth/confirm")).status == 410
    assert follow(console, visitor).path == "/setup"


def test_a_wrong_password_and_an_unknown_address_are_told_the_same(console: Console, visitor: Visitor) -> None:
    account(console)
    wrong, unknown = sign_in(visitor, NINA, "wrong password"), sign_in(visitor, "nobody@acme.test", "wrong password")
    assert wrong.status == unknown.status == 422
    assert "don’t belong together" in wrong.text
    assert wrong.text == unknown.text
    assert wrong.form("/sign-in")["email"] == NINA
    assert "vizdots-session" not in visitor.cookies


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up", "/forgot-password", "/check-your-mail"])
def test_who_is_too_fast_is_told_how_long_to_wait(visitor: Visitor, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    form = visitor.open(path).form(path)
    with service(429, {"code": "over_request_rate_limit", "message": "too many"}) as url:
        monkeypatch.setenv("SUPABASE_URL", url)
        page = visitor.submit(form, email=NINA, password=PASSWORD)
    assert (page.status, page.headers["retry-after"]) == (429, "60")
    assert "in 60 seconds" in page.text
    assert page.form(path)["email"] == NINA


def test_an_unconfirmed_address_gets_its_mail_once_more(console: Console, visitor: Visitor) -> None:
    sign_up(visitor)
    page = sign_in(visitor)
    assert page.status == 422
    assert "isn’t confirmed yet" in page.text
    visitor.submit(page.form("/check-your-mail"))
    assert len(console.stand_in.mails(NINA)) == 2


def test_who_signs_in_comes_to_the_page_they_wanted(console: Console, visitor: Visitor) -> None:
    account(console)
    assert visitor.send("GET", "/organisations?a=1").location == "/sign-in?next=%2Forganisations%3Fa%3D1"
    assert sign_in(visitor, path="/sign-in?next=/organisations?a=1").path == "/organisations?a=1"


def test_who_signs_out_is_out_here_and_at_the_service(console: Console, visitor: Visitor) -> None:
    account(console)
    sign_in(visitor)
    refresh = visitor.cookies["vizdots-refresh"].partition(":")[2]
    page = visitor.submit(visitor.open("/setup").form("/sign-out"))
    assert page.path == "/"
    assert "vizdots-session" not in visitor.cookies
    assert "vizdots-refresh" not in visitor.cookies
    assert visitor.open("/home").path.startswith("/sign-in")
    assert console.stand_in.refresh(refresh).status_code == 400


def test_a_forgotten_password_is_replaced_by_way_of_the_mailbox(console: Console, visitor: Visitor) -> None:
    account(console)
    page = visitor.submit(visitor.open("/forgot-password").form("/forgot-password"), email=NINA)
    assert page.path == "/check-your-mail?about=recovery"
    page = follow(console, visitor)
    assert page.path == "/set-password"
    assert NINA in page.text
    page = visitor.submit(page.form("/set-password"), password="a new long password")
    assert page.path == "/setup"
    assert sign_in(console.visitor(), password=PASSWORD).status == 422
    assert sign_in(console.visitor(), password="a new long password").path == "/setup"


def test_nobody_learns_whose_password_can_be_forgotten(console: Console) -> None:
    account(console, "known@acme.test")
    pages = []
    for email in ("known@acme.test", "other@acme.test"):
        visitor = console.visitor()
        pages.append(visitor.submit(visitor.open("/forgot-password").form("/forgot-password"), email=email))
    assert pages[0].text == pages[1].text
    assert pages[0].path == pages[1].path
    assert console.stand_in.mails("other@acme.test") == []


def test_the_same_or_a_short_password_is_no_new_one(console: Console, visitor: Visitor) -> None:
    account(console)
    visitor.submit(visitor.open("/forgot-password").form("/forgot-password"), email=NINA)
    page = follow(console, visitor)
    same = visitor.submit(page.form("/set-password"), password=PASSWORD)
    assert (same.status, "the password that you had" in same.text) == (422, True)
    short = visitor.submit(same.form("/set-password"), password="short")
    assert (short.status, "at least 8 characters" in short.text) == (422, True)


def test_a_password_is_set_only_by_way_of_a_link(console: Console, visitor: Visitor) -> None:
    account(console)
    form = sign_in(visitor).form("/sign-out")
    assert visitor.open("/set-password").path == "/forgot-password"
    told = visitor.post("/set-password", {"form_token": form["form_token"], "password": "a new long password"})
    assert told.location == "/forgot-password"
    assert sign_in(console.visitor()).path == "/setup"


def test_an_hour_after_the_link_the_password_needs_another_one(console: Console, visitor: Visitor) -> None:
    account(console)
    visitor.submit(visitor.open("/forgot-password").form("/forgot-password"), email=NINA)
    assert follow(console, visitor).path == "/set-password"
    visitor.at = datetime.now(UTC) + timedelta(minutes=61)
    assert visitor.open("/set-password").path == "/forgot-password"


def test_looking_at_a_link_doesnt_use_it_up(console: Console, visitor: Visitor) -> None:
    sign_up(visitor)
    for _ in range(3):
        assert console.visitor().open(console.link(NINA)).status == 200
    assert follow(console, visitor).path == "/setup"


@pytest.mark.parametrize("kind", ["email", "recovery", "invite"])
def test_an_old_link_says_so_and_shows_the_way_to_a_new_one(visitor: Visitor, kind: str) -> None:
    page = visitor.open(f"/auth/confirm?token_hash={'0' * 56}&type={kind}")
    told = visitor.submit(page.form("/auth/confirm"))
    assert told.status == 410
    ways = {href for _, href in told.read.links}
    assert ways & {"/forgot-password", "/check-your-mail"}


@pytest.mark.parametrize(
    "query", ["", "type=email", "token_hash=x", "token_hash=x&type=magic", "token_hash=&type=email"]
)
def test_half_a_link_is_an_old_link(visitor: Visitor, query: str) -> None:
    assert visitor.open(f"/auth/confirm?{query}").status == 410


def test_an_invitation_leads_in(console: Console, visitor: Visitor) -> None:
    invite(console)
    page = visitor.open(console.link(NINA))
    assert "Your company has invited you" in page.text
    page = visitor.submit(page.form("/auth/confirm"))
    assert page.path == "/set-password"
    visitor.submit(page.form("/set-password"), password=PASSWORD)
    assert visitor.send("GET", "/home").location == "/welcome"
    assert console.look("select status from organization_members where invited_email = %s", NINA) == "active"
    assert sign_in(console.visitor()).path == "/welcome"


def test_who_signs_up_with_an_invited_address_is_in_the_team_too(console: Console, visitor: Visitor) -> None:
    invite(console, mailed=False)
    sign_up(visitor)
    follow(console, visitor)
    assert console.look("select status from organization_members where invited_email = %s", NINA) == "active"
    assert visitor.send("GET", "/home").location == "/welcome"


def test_who_has_left_is_told_so(console: Console) -> None:
    page = console.signed_in(People().former).open("/home")
    assert page.path == "/no-team"
    assert "You aren’t in a team at present" in page.text


def test_who_belongs_to_two_organisations_chooses_one(console: Console, visitor: Visitor) -> None:
    invite(console, mailed=False)
    invite(console, org_id=GLOBEX, mailed=False)
    account(console)
    page = sign_in(visitor)
    assert page.path == "/organisations"
    names = [text for _, _, text in page.form("/organisations").buttons]
    assert sorted(names) == ["Acme Field Services", "Globex"]
    chosen = visitor.send("POST", "/organisations", page.form("/organisations").filled(organisation=str(GLOBEX)))
    assert chosen.location == "/home"
    assert visitor.cookies["vizdots-organisation"] == str(GLOBEX)
    assert visitor.send("GET", "/home").location == "/welcome"


@pytest.mark.parametrize("chosen", [str(GLOBEX), "", "nothing", "' or 1=1"])
def test_nobody_chooses_an_organisation_of_others(console: Console, chosen: str) -> None:
    ana = console.signed_in(People().ana)
    form = ana.open("/organisations").form("/organisations")
    assert ana.send("POST", "/organisations", form.filled(organisation=chosen)).status == 404
    assert "vizdots-organisation" not in ana.cookies


def test_a_choice_of_long_ago_keeps_nobody_out(console: Console) -> None:
    ana = console.signed_in(People().ana)
    ana.cookies["vizdots-organisation"] = str(GLOBEX)
    assert ana.open("/home").path == "/welcome"
    assert "vizdots-organisation" not in ana.cookies


def test_a_message_that_was_typed_outlives_the_session(console: Console) -> None:
    ana = console.signed_in(People().ana)
    account(console, People().ana.email)
    token = ana.open("/organisations").form("/organisations")["form_token"]
    for name in ("vizdots-session", "vizdots-refresh"):
        del ana.cookies[name]
    words = 'We lost "two" hours <today>\nand the van.'
    path = "/organisations"
    asked = ana.post(path, {"form_token": token, "once": "a-key", "message": words, "mood": "3"})
    assert asked.status == 401
    assert "What you typed is kept" in asked.text
    wrong = ana.submit(asked.form("/sign-in"), email=People().ana.email, password="wrong password")
    page = ana.submit(wrong.form("/sign-in"), email=People().ana.email, password=PASSWORD)
    assert "You were about to send this" in page.text
    form = page.form(path)
    assert (form["message"], form["once"], form["mood"]) == (words, "a-key", "3")
    assert form["form_token"] != token
    assert ana.submit(form).status == 404  # it was taken for what it is: no organisation


def test_a_message_typed_in_a_chat_outlives_the_session(console: Console) -> None:
    ana, person = console.signed_in(People().ana), People().ana
    account(console, person.email)
    with psycopg.connect(console.database.admin_url) as connection:
        connection.execute(
            "insert into user_profiles (org_id, user_id, confirmed_at) values (%s, %s, now())", (ACME, person.id)
        )
        connection.execute(
            "insert into sessions (org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date, source)"
            " values (%s, %s, 'pulse', '{pulse_weekly}', now(), current_date, 'manual')",
            (ACME, person.id),
        )
    session_id = console.look("select id from sessions where user_id = %s", person.id)
    path = f"/check-ins/{session_id}"
    page = ana.submit(ana.open(path).form(f"{path}/messages"))  # the greeting
    ana.cookies |= {"vizdots-session": "ended", "vizdots-refresh": "ended", "vizdots-organisation": str(ACME)}
    words = "About a four: the new van helps."
    asked = ana.submit(page.form(f"{path}/messages"), message=words)
    assert asked.status == 401
    again = ana.submit(asked.form("/sign-in"), email=person.email, password=PASSWORD).form(f"{path}/messages")
    assert again["message"] == words
    assert ana.cookies["vizdots-organisation"] == str(ACME)
    assert words in ana.submit(again).text
    ana.submit(again)  # once more, by mistake
    said = "select count(*) from session_messages where session_id = %s and role = 'person'"
    assert console.look(said, session_id) == 1
