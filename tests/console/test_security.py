"""What an attacker tries on the way in: forged forms, planted cookies, addresses that lead away, two people mixed."""

from urllib.parse import urlencode

import pytest

from frame import interrupted
from pages.account import Link
from tests.console.conftest import APP_URL, PASSWORD, Console, Page, Visitor
from tests.console.test_account import NINA, account, sign_in
from tests.console.test_frame import ELSEWHERE
from tests.people import GLOBEX, People

EVIL = "https://evil.test"
ANA, CARL = People().ana, People().colleague


def refused(page: Page) -> bool:
    return page.status == 403 and "too old" in page.text


# ---- addresses -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", [*ELSEWHERE, f"{APP_URL}@evil.test", "/%0d%0aSet-Cookie:x=y", "//evil.test/%2e%2e"])
def test_no_way_leads_out_of_the_console(console: Console, visitor: Visitor, way: str) -> None:
    account(console)
    form = visitor.open(f"/sign-in?{urlencode({'next': way})}").form("/sign-in")
    told = visitor.send("POST", "/sign-in", form.filled(email=NINA, password=PASSWORD, next=way))
    assert told.status == 303
    assert told.location.startswith("/")
    assert not told.location.startswith(("//", "/\\"))
    assert "evil.test" not in told.location.split("?")[0].removeprefix("/")
    assert len(told.location.splitlines()) == 1
    again = visitor.send("GET", f"/sign-in?{urlencode({'next': way})}")
    assert again.location == told.location


@pytest.mark.parametrize(
    "way", [EVIL, f"{APP_URL}.evil.test/", f"{APP_URL}@evil.test/", "//evil.test", f"{APP_URL}//evil.test"]
)
def test_a_mails_link_leads_home_when_it_would_lead_away(console: Console, visitor: Visitor, way: str) -> None:
    visitor.submit(visitor.open("/sign-up").form("/sign-up"), email=NINA, password=PASSWORD)
    form = visitor.open(console.link(NINA)).form("/auth/confirm")
    assert visitor.send("POST", "/auth/confirm", form.filled(next=way)).location == "/home"


def test_a_mails_link_leads_to_the_page_that_it_names(console: Console, visitor: Visitor) -> None:
    visitor.submit(visitor.open("/sign-up").form("/sign-up"), email=NINA, password=PASSWORD)
    form = visitor.open(console.link(NINA)).form("/auth/confirm")
    assert form["next"] == f"{APP_URL}/home"
    told = visitor.send("POST", "/auth/confirm", form.filled(next=f"{APP_URL}/organisations?a=1"))
    assert told.location == "/organisations?a=1"


@pytest.mark.parametrize(
    "path", [EVIL, "//evil.test/", "/sign-out", "/auth/confirm", "javascript:alert(1)", "/\\evil.test"]
)
def test_what_is_resumed_goes_to_a_page_of_ours_or_nowhere(console: Console, visitor: Visitor, path: str) -> None:
    account(console)
    form = visitor.open("/sign-in").form("/sign-in")
    resume = f'{{"path": "{path}", "fields": [["message", "hello"]]}}'.replace("\\", "\\\\")
    page = visitor.submit(form, email=NINA, password=PASSWORD, resume=resume)
    assert [form.action for form in page.read.forms if form.action not in ("/sign-out", "/preferences", "/setup")] == []


@pytest.mark.parametrize(
    "resume", ["{", "[]", "null", '{"path": 1}', '{"path": "/dots", "fields": [["a"]]}', "x" * 200_000]
)
def test_what_cant_be_resumed_is_left(console: Console, visitor: Visitor, resume: str) -> None:
    account(console)
    form = visitor.open("/sign-in").form("/sign-in")
    assert visitor.submit(form, email=NINA, password=PASSWORD, resume=resume).path == "/setup"


def test_passwords_never_travel_through_the_sign_in(console: Console) -> None:
    ana = console.signed_in(ANA)
    token = ana.open("/organisations").form("/organisations")["form_token"]
    ana.cookies = {"vizdots-forms": ana.cookies["vizdots-forms"]}
    page = ana.post("/organisations", {"form_token": token, "new_password": "a secret of mine", "message": "hello"})
    assert page.status == 401
    assert "a secret of mine" not in page.html
    assert token not in page.html
    assert "hello" in page.form("/sign-in")["resume"]


# ---- forged forms ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", "x", "x.y", ".", "é.ü", "x" * 5_000])
def test_a_form_without_its_token_does_nothing(console: Console, token: str) -> None:
    ana = console.signed_in(ANA)
    ana.open("/organisations")
    assert refused(ana.post("/organisations", {"form_token": token, "organisation": str(GLOBEX)}))
    assert refused(ana.post("/sign-out", {"form_token": token}))
    assert "vizdots-session" in ana.cookies


def test_a_form_of_another_browser_does_nothing(console: Console) -> None:
    ana, carl = console.signed_in(ANA), console.signed_in(CARL)
    ana.open("/organisations")
    token = carl.open("/organisations").form("/organisations")["form_token"]
    assert refused(ana.post("/sign-out", {"form_token": token}))


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": EVIL},
        {"origin": "null"},
        {"origin": "http://localhost:8001"},
        {"origin": "http://["},
        {"origin": f"{APP_URL}.evil.test"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "same-origin", "origin": EVIL},
    ],
)
def test_a_form_from_elsewhere_does_nothing_even_with_its_token(console: Console, headers: dict[str, str]) -> None:
    ana = console.signed_in(ANA)
    form = ana.open("/organisations").form("/sign-out")
    assert refused(ana.post("/sign-out", dict(form.fields), **headers))
    assert "vizdots-session" in ana.cookies


@pytest.mark.parametrize(
    "headers", [{}, {"origin": APP_URL, "sec-fetch-site": "same-origin"}, {"sec-fetch-site": "none"}]
)
def test_a_form_of_ours_is_taken(console: Console, headers: dict[str, str]) -> None:
    ana = console.signed_in(ANA)
    form = ana.open("/organisations").form("/sign-out")
    assert ana.post("/sign-out", dict(form.fields), **headers).location == "/"


def test_nobody_is_signed_in_to_a_strangers_account(console: Console, visitor: Visitor) -> None:
    account(console)
    visitor.open("/sign-in")
    fields = {"email": NINA, "password": PASSWORD, "form_token": "x.y"}
    assert refused(visitor.post("/sign-in", fields, origin=EVIL))
    link = console.stand_in.admin().admin.generate_link({"type": "magiclink", "email": NINA}).properties.hashed_token
    fields = {"token_hash": link, "type": "email", "form_token": "x.y"}
    assert refused(visitor.post("/auth/confirm", fields, origin=EVIL))
    assert visitor.open(f"/auth/confirm?token_hash={link}&type=email").path.startswith("/auth/confirm")
    assert "vizdots-session" not in visitor.cookies


@pytest.mark.parametrize("path", ["/sign-out", "/organisations", "/set-password", "/sign-in", "/check-your-mail"])
def test_what_changes_something_isnt_done_by_looking(console: Console, path: str) -> None:
    ana = console.signed_in(ANA)
    before = {**ana.cookies}
    ana.send("GET", f"{path}?organisation={GLOBEX}")
    assert ana.cookies["vizdots-session"] == before["vizdots-session"]
    assert "vizdots-organisation" not in ana.cookies


def test_a_form_from_before_a_sign_in_is_looked_at_once_more(console: Console) -> None:
    ana = console.signed_in(ANA)
    account(console, ANA.email)
    form = ana.open("/organisations").form("/organisations")
    ana.submit(ana.open("/organisations").form("/sign-out"))
    sign_in(ana, ANA.email)
    page = ana.submit(form, headers={"sec-fetch-site": "same-origin"}, message="typed in the other tab")
    assert page.status == 403
    assert page.form("/organisations")["message"] == "typed in the other tab"
    assert refused(ana.submit(form, message="from an old browser"))
    assert refused(ana.submit(form, headers={"sec-fetch-site": "cross-site"}, message="from elsewhere"))


def test_a_new_form_of_a_mails_link_carries_all_that_the_link_did() -> None:
    assert {*interrupted.CARRIED} == {*Link.model_fields}


# ---- cookies and tokens ----------------------------------------------------------------------------------------------


def test_what_was_planted_before_a_sign_in_is_gone_after_it(console: Console, visitor: Visitor) -> None:
    account(console)
    eve = console.signed_in(CARL)
    eve.open("/organisations")
    planted = {**eve.cookies, "vizdots-organisation": str(GLOBEX)}
    visitor.cookies |= {"vizdots-forms": planted["vizdots-forms"]}
    form = visitor.open("/sign-in").form("/sign-in")
    visitor.cookies |= planted
    visitor.send("POST", "/sign-in", form.filled(email=NINA, password=PASSWORD))
    for name in ("vizdots-session", "vizdots-refresh", "vizdots-forms"):
        assert visitor.cookies[name] != planted[name]
    assert "vizdots-organisation" not in visitor.cookies
    assert NINA in visitor.open("/setup").text


@pytest.mark.parametrize("planted", ["vizdots-session", "vizdots-refresh"])
def test_one_planted_token_never_mixes_two_people(console: Console, planted: str) -> None:
    ana, eve = console.signed_in(ANA), console.signed_in(CARL)
    ana.cookies[planted] = eve.cookies[planted]
    assert ana.open("/organisations").path.startswith("/sign-in")
    assert "vizdots-session" not in ana.cookies
    assert "vizdots-refresh" not in ana.cookies


def test_a_planted_refresh_token_under_her_name_is_not_hers(console: Console) -> None:
    ana, eve = console.signed_in(ANA), console.signed_in(CARL)
    del ana.cookies["vizdots-session"]
    ana.cookies["vizdots-refresh"] = f"{ANA.id}:{eve.cookies['vizdots-refresh'].partition(':')[2]}"
    assert ana.open("/organisations").path.startswith("/sign-in")


@pytest.mark.parametrize("token", ["x", "a.b.c", "é", "eyJhbGciOiJub25lIn0.e30.", "x" * 4_000, ":", ":x", "x:"])
def test_a_made_up_token_is_nobodys(console: Console, visitor: Visitor, token: str) -> None:
    for name in ("vizdots-session", "vizdots-refresh"):
        visitor.cookies = {name: token}
        assert visitor.open("/organisations").path.startswith("/sign-in")


def test_a_session_is_renewed_without_a_word_and_without_losing_the_form(console: Console) -> None:
    ana = console.signed_in(ANA)
    form = ana.open("/organisations").form("/organisations")
    del ana.cookies["vizdots-session"]  # as a browser drops it after an hour
    told = ana.send("POST", "/organisations", form.filled(organisation=str(ANA.org_id)))
    assert told.location == "/home"
    assert {"vizdots-session", "vizdots-refresh", "vizdots-organisation"} <= ana.cookies.keys()


def test_two_tabs_renew_the_session_at_once(console: Console) -> None:
    ana = console.signed_in(ANA)
    del ana.cookies["vizdots-session"]
    other = ana.copy()
    assert ana.open("/organisations").path == "/organisations"
    assert other.open("/organisations").path == "/organisations"
    ana.cookies.pop("vizdots-session")
    assert ana.open("/organisations").path == "/organisations"


def test_a_stolen_refresh_token_ends_the_session_for_both(console: Console) -> None:
    ana = console.signed_in(ANA)
    del ana.cookies["vizdots-session"]
    thief = ana.copy()
    ana.open("/organisations")
    console.stand_in.clock.advance(seconds=11)
    assert thief.open("/organisations").path.startswith("/sign-in")
    ana.cookies.pop("vizdots-session")
    assert ana.open("/organisations").path.startswith("/sign-in")


def test_cookies_are_kept_from_scripts_and_other_sites(console: Console, visitor: Visitor) -> None:
    account(console)
    form = visitor.open("/sign-in").form("/sign-in")
    told = visitor.send("POST", "/sign-in", form.filled(email=NINA, password=PASSWORD))
    assert {line.partition("=")[0] for line in told.set_cookies} == {
        "vizdots-session",
        "vizdots-refresh",
        "vizdots-forms",
    }
    for line in told.set_cookies:
        flags = {part.strip().lower() for part in line.split(";")[1:]}
        assert {"httponly", "samesite=lax", "path=/"} <= flags
        assert not any(flag.startswith("domain") for flag in flags)


def test_over_https_cookies_belong_to_this_host_alone(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_URL", "https://app.vizdots.test")
    account(console)
    visitor = Visitor(host="app.vizdots.test")
    form = visitor.open("/sign-in").form("/sign-in")
    told = visitor.send("POST", "/sign-in", form.filled(email=NINA, password=PASSWORD))
    assert all(line.startswith("__Host-vizdots-") for line in told.set_cookies)
    assert all("; secure" in line.lower() for line in told.set_cookies)
    assert "max-age=" in told.headers["strict-transport-security"]
    assert visitor.open("/home").path == "/setup"
    plain = Visitor(cookies={name.removeprefix("__Host-"): value for name, value in visitor.cookies.items()})
    assert plain.open("/home").path.startswith("/sign-in")


def test_a_page_of_somebody_is_kept_by_no_cache(console: Console) -> None:
    assert console.signed_in(ANA).open("/organisations").headers["cache-control"] == "no-store"
