"""What is mailed is good once, for a while, and leads nowhere but to the site."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from local.identity.redirects import is_allowed
from local.identity.settings import Settings
from tests.identity.conftest import PASSWORD, StandIn, Starter

SITE = "https://app.vizdots.test"


def sign_up(stand_in: StandIn, email: str, redirect_to: str | None = None) -> str:
    """Sign up; the link of the mail."""
    query = {"redirect_to": redirect_to} if redirect_to else {}
    body = {"email": email, "password": PASSWORD}
    stand_in.http.post("/auth/v1/signup", params=query, json=body).raise_for_status()
    link: str = stand_in.mails(email)[0]["link"]
    return link


def test_a_link_is_good_once(stand_in: StandIn) -> None:
    link = sign_up(stand_in, "once@acme.test")
    assert stand_in.follow(link)["access_token"]
    assert stand_in.follow(link) == {
        "error": "access_denied",
        "error_code": "otp_expired",
        "error_description": "Email link is invalid or has expired",
        "sb": "",
    }


def test_a_link_that_is_followed_eight_times_at_once_is_good_once(stand_in: StandIn) -> None:
    link = sign_up(stand_in, "crowd@acme.test")
    with ThreadPoolExecutor(8) as crowd:
        fragments = list(crowd.map(stand_in.follow, [link] * 8))
    assert sorted("access_token" in fragment for fragment in fragments) == [False] * 7 + [True]


def test_a_link_expires(stand_in: StandIn) -> None:
    link = sign_up(stand_in, "late@acme.test")
    stand_in.clock.advance(hours=1, seconds=1)
    assert stand_in.follow(link)["error_code"] == "otp_expired"


def test_a_code_is_good_once_and_expires(stand_in: StandIn) -> None:
    def prove(code: str) -> tuple[int, str | None]:
        body = {"type": "recovery", "email": "code@acme.test", "token": code}
        answer = stand_in.http.post("/auth/v1/verify", json=body)
        return answer.status_code, answer.json().get("error_code")

    stand_in.sign_up("code@acme.test")
    codes = []
    for _ in range(2):
        stand_in.http.post("/auth/v1/recover", json={"email": "code@acme.test"})
        codes.append(stand_in.mails("code@acme.test")[0]["code"])
        if len(codes) == 1:
            assert prove(codes[0]) == (200, None)
            assert prove(codes[0]) == (403, "otp_expired")
    stand_in.clock.advance(hours=1, seconds=1)
    assert prove(codes[1]) == (403, "otp_expired")


def test_a_code_of_somebody_else_is_refused(stand_in: StandIn) -> None:
    sign_up(stand_in, "mine@acme.test")
    sign_up(stand_in, "yours@acme.test")
    [mail] = stand_in.mails("mine@acme.test")
    body = {"type": "signup", "email": "yours@acme.test", "token": mail["code"]}
    assert stand_in.http.post("/auth/v1/verify", json=body).status_code == 403


def test_the_token_of_a_link_can_be_posted_by_the_site_itself(stand_in: StandIn) -> None:
    token = sign_up(stand_in, "posted@acme.test").partition("token=")[2].partition("&")[0]
    wrong = stand_in.http.post("/auth/v1/verify", json={"type": "recovery", "token_hash": token})
    assert wrong.json()["error_code"] == "otp_expired"
    right = stand_in.http.post("/auth/v1/verify", json={"type": "signup", "token_hash": token})
    assert right.json()["user"]["email"] == "posted@acme.test"


def test_a_scanner_that_only_looks_at_a_link_does_not_use_it_up(stand_in: StandIn) -> None:
    link = sign_up(stand_in, "scanned@acme.test")
    assert stand_in.http.head(link).status_code == 405
    assert stand_in.follow(link)["access_token"]


def test_a_new_password_voids_the_links_that_were_mailed_before(stand_in: StandIn) -> None:
    client = stand_in.sign_up("voided@acme.test")
    client.reset_password_for_email("voided@acme.test")
    client.update_user({"password": "a new password"})
    assert stand_in.follow(stand_in.mails("voided@acme.test")[0]["link"])["error_code"] == "otp_expired"


def test_tokens_and_codes_are_not_kept_in_the_clear(stand_in: StandIn) -> None:
    token = sign_up(stand_in, "digest@acme.test").partition("token=")[2].partition("&")[0]
    with stand_in.identity.pool.transaction() as db:
        rows = db.execute("select * from identity.one_time_tokens").fetchall()
    assert rows
    assert token not in repr(rows)


def test_a_link_leads_to_the_page_that_was_asked_for(stand_in: StandIn) -> None:
    link = sign_up(stand_in, "page@acme.test", f"{SITE}/welcome?plan=a#old")
    assert stand_in.location(link).startswith(f"{SITE}/welcome?plan=a#access_token=")


FOREIGN = [
    "https://evil.test/",
    "//evil.test/",
    "https://app.vizdots.test.evil.test/",
    "https://app.vizdots.test@evil.test/",
    "https://evil.test\\@app.vizdots.test/",
    "https://evil.test#@app.vizdots.test/",
    "https://evil.test?https://app.vizdots.test/",
    "http://app.vizdots.test/",
    "https://app.vizdots.test:8443/",
    "https://app.vizdots.test:99999/",
    "https://[app.vizdots.test/",
    "javascript:alert(document.domain)",
    "data:text/html,hello",
    "/\t/evil.test",
    "\nhttps://evil.test/",
    "/welcome",
]


@pytest.mark.parametrize("foreign", FOREIGN)
def test_a_link_never_leads_to_a_foreign_place(stand_in: StandIn, foreign: str) -> None:
    assert not is_allowed(foreign, stand_in.identity.settings)
    asked = sign_up(stand_in, f"redirect{FOREIGN.index(foreign)}@acme.test", foreign)
    assert stand_in.location(asked).startswith(f"{SITE}/#access_token=")
    by_hand = {"token": "x" * 56, "type": "signup", "redirect_to": foreign}
    answer = stand_in.http.get("/auth/v1/verify", params=by_hand, headers={"referer": "https://evil.test/"})
    assert answer.headers["location"].startswith(f"{SITE}/#error=")


@pytest.mark.parametrize(
    "ambiguous",
    [
        "https://somebody:secret@app.vizdots.test/",
        "https://app.vizdots.test/\\evil.test",
        "https://app.vizdots.test/\r\nSet-Cookie: a=b",
        "https://app.vizdots.test/\u2028",
        "https://app.vizdots.test/a page",
    ],
)
def test_an_address_that_programs_read_differently_is_refused(stand_in: StandIn, ambiguous: str) -> None:
    assert is_allowed("https://app.vizdots.test/a-page", stand_in.identity.settings)
    assert not is_allowed(ambiguous, stand_in.identity.settings)


def test_origins_that_the_operator_names_are_allowed(start: Starter) -> None:
    stand_in = start(allowed_origins=frozenset({"https://preview.vizdots.test"}))
    link = sign_up(stand_in, "preview@acme.test", "https://preview.vizdots.test/in")
    assert stand_in.location(link).startswith("https://preview.vizdots.test/in#access_token=")


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://localhost:8000/console", True),
        ("http://localhost:3000/", True),
        ("https://localhost:8000/", False),
        ("http://localhost.evil.test:8000/", False),
        ("http://LOCALHOST:3000/", True),
        ("http://10.0.0.1:8000/", False),
    ],
)
def test_on_the_loopback_a_frontend_may_have_any_port(url: str, *, allowed: bool) -> None:
    assert is_allowed(url, Settings("http://localhost:8000", "http://localhost:8000")) is allowed


def test_a_pkce_code_expires(stand_in: StandIn) -> None:
    challenge = {"code_challenge": "c" * 43, "code_challenge_method": "plain"}
    body = {"email": "slow@acme.test", "password": PASSWORD, **challenge}
    stand_in.http.post("/auth/v1/signup", json=body).raise_for_status()
    code = stand_in.location(stand_in.mails("slow@acme.test")[0]["link"]).partition("code=")[2]
    stand_in.clock.ahead += timedelta(minutes=5, seconds=1)
    exchange = {"auth_code": code, "code_verifier": "c" * 43}
    answer = stand_in.http.post("/auth/v1/token?grant_type=pkce", json=exchange)
    assert (answer.status_code, answer.json()["error_code"]) == (422, "flow_state_expired")
