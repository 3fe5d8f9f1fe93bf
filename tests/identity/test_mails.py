"""The mailbox page shows what was mailed, and nothing in a mail can act on the page."""

from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl

from tests.identity.conftest import PASSWORD, StandIn, Starter


class Elements(HTMLParser):
    """The elements of a page, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for found, attributes in self.found if found == tag]


def invite(stand_in: StandIn, email: str, redirect_to: str = "") -> None:
    stand_in.http.post(
        "/auth/v1/invite",
        params={"redirect_to": redirect_to},
        json={"email": email, "data": {"name": "<script>alert(1)</script>"}},
        headers=stand_in.service_headers,
    ).raise_for_status()


def test_the_newest_mail_comes_first_and_its_link_works(stand_in: StandIn) -> None:
    invite(stand_in, "first@box.test")
    invite(stand_in, "second@box.test")
    page = Elements(stand_in.http.get("/mailbox").text)
    assert page.text.index("second@box.test") < page.text.index("first@box.test")
    link = page.all("a")[0]["href"]
    assert link is not None
    assert stand_in.follow(link)["type"] == "invite"


def test_the_page_shows_the_mails_of_one_address(stand_in: StandIn) -> None:
    invite(stand_in, "wanted@box.test")
    invite(stand_in, "unwanted@box.test")
    page = Elements(stand_in.http.get("/mailbox", params={"to": "Wanted@box.test"}).text)
    assert len(page.all("article")) == 1
    assert "unwanted@box.test" not in page.text
    assert "There are none yet." in stand_in.http.get("/mailbox", params={"to": "nobody@box.test"}).text


def test_nothing_from_outside_becomes_markup(stand_in: StandIn) -> None:
    address = "o'hara&lt{}`|x@box.test"
    invite(stand_in, address, "https://app.vizdots.test/'x'<b>?a=1&b=\"2\"")
    filtered = stand_in.http.get("/mailbox", params={"to": '"><script>alert(1)</script>'})
    everything = stand_in.http.get("/mailbox")
    for answer in (filtered, everything):
        page = Elements(answer.text)
        assert page.all("script") == []
        assert page.all("b") == []
        assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert f"To {address}" in Elements(everything.text).text
    [mail] = stand_in.mails(address)
    assert Elements(mail["html"]).all("a") == [{"href": mail["link"]}]
    assert "&amp;type=invite&amp;redirect_to=" in mail["html"]
    assert stand_in.location(mail["link"]).startswith("https://app.vizdots.test/'x'")


def test_the_page_can_be_used_without_seeing_it(stand_in: StandIn) -> None:
    invite(stand_in, "reader@box.test")
    page = Elements(stand_in.http.get("/mailbox").text)
    assert page.all("html") == [{"lang": "en"}]
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("title")) == 1
    assert page.all("label")[0]["for"] == page.all("input")[0]["id"]
    headings = {heading["id"] for heading in page.all("h3")}
    assert {article["aria-labelledby"] for article in page.all("article")} == headings


def test_a_mail_carries_all_that_a_test_needs(stand_in: StandIn) -> None:
    stand_in.client().sign_up({"email": "json@box.test", "password": PASSWORD})
    [mail] = stand_in.mails("json@box.test")
    assert mail["to"] == "json@box.test"
    assert mail["subject"] == "Confirm your email address"
    assert mail["link"] in mail["text"]
    assert mail["code"] in mail["text"]
    assert mail["link"].startswith(f"{stand_in.url}/auth/v1/verify?token=")
    assert mail["created_at"]


def test_a_project_with_our_templates_leads_to_our_page_which_proves_the_address(start: Starter) -> None:
    page = "https://app.vizdots.test/auth/confirm"
    stand_in = start(confirm_url=page)
    stand_in.client().sign_up({"email": "ours@box.test", "password": PASSWORD})
    [mail] = stand_in.mails("ours@box.test")
    address, _, query = mail["link"].partition("?")
    carried = dict(parse_qsl(query))
    assert (address, carried["type"], carried["next"]) == (page, "email", "https://app.vizdots.test")
    proof: Any = {"token_hash": carried["token_hash"], "type": carried["type"]}
    assert stand_in.client().verify_otp(proof).session
    assert stand_in.http.post("/auth/v1/verify", json=proof).json()["error_code"] == "otp_expired"


def test_mails_that_our_page_doesnt_know_lead_to_the_service(start: Starter) -> None:
    stand_in = start(confirm_url="https://app.vizdots.test/auth/confirm")
    stand_in.identity.ensure_user("magic@box.test", PASSWORD)
    stand_in.client().sign_in_with_otp({"email": "magic@box.test"})
    assert stand_in.mails("magic@box.test")[0]["link"].startswith(f"{stand_in.url}/auth/v1/verify?token=")
