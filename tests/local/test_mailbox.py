"""The mailbox shows what was mailed, and nothing in a mail can act on its pages."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from html.parser import HTMLParser

import httpx
import pytest
from starlette.applications import Starlette

from local.mailbox import box
from local.mailbox.looks import Choice, dressed
from local.mailbox.pages import A_PAGE, Pages
from local.pool import Pool
from local.server import Listening, Serving
from local.ses import Sent
from tests.conftest import Servers

EVIL = "</pre></title></textarea>\"'><script>alert(1)</script><img src=x onerror=alert(1)>"
LETTER = (
    "<!doctype html><html lang='en'><head><style>:root { color-scheme: light dark; }"
    "@media (prefers-color-scheme: dark) { p { color: white } }</style></head><body><p>Hello</p></body></html>"
)


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


@dataclass
class Mailbox:
    """A mailbox with its pages."""

    pool: Pool
    http: httpx.Client

    def put(self, to: str, subject: str = "Hello", html: str = LETTER, text: str = "Hello https://a.test/1 you") -> str:
        """Let a mail be sent; the address of its page."""
        headers = {"From": "VizDots <hello@vizdots.test>", "To": to, "Subject": subject, "List-Unsubscribe": "<no>"}
        sent = Sent(
            "1", to, subject, text, html, headers, {"template": "reminder"}, datetime(2026, 11, 2, 9, 5, tzinfo=UTC)
        )
        with self.pool.transaction() as db:
            box.put(db, sent)
            return f"/mailbox/{box.newest(db, to=to)[0].id}"

    def open(self, path: str, **query: str) -> Elements:
        """A page as its reader finds it."""
        answer = self.http.get(path, params=query or None).raise_for_status()
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        return Elements(answer.text)

    def listed(self, **query: str) -> list[str]:
        """The addresses of the mails that a list shows."""
        hrefs = [str(each["href"]) for each in self.open("/mailbox", **query).all("a")]
        return [each for each in hrefs if each.removeprefix("/mailbox/").isdigit()]


@pytest.fixture(scope="module")
def mailbox(postgres: Servers) -> Iterator[Mailbox]:
    """One mailbox for all tests: each has addresses of its own."""
    with ExitStack() as parts:
        pool = parts.enter_context(closing(Pool(postgres.migrated().owner_url)))
        with pool.transaction() as db:
            box.prepare(db)
            box.prepare(db)
        listening = parts.enter_context(closing(Listening(0)))
        parts.enter_context(Serving(Starlette(routes=Pages(pool).routes()), listening))
        http = parts.enter_context(httpx.Client(base_url=f"http://127.0.0.1:{listening.port}"))
        yield Mailbox(pool, http)


# ---- the list --------------------------------------------------------------------------------------------------------


def test_an_empty_mailbox_says_how_a_mail_comes(mailbox: Mailbox) -> None:
    with mailbox.pool.transaction() as db:
        db.execute("truncate mailbox.mails")
    page = mailbox.open("/mailbox")
    assert "There are none yet" in page.text
    assert page.all("table") == []


def test_the_newest_mail_comes_first_with_whom_it_is_for(mailbox: Mailbox) -> None:
    older, newer = mailbox.put("first@list.test", "Older"), mailbox.put("second@list.test", "Newer")
    assert mailbox.listed(to="@list.test") == [newer, older]
    page = mailbox.open("/mailbox", to="@list.test")
    for told in ("Newer", "second@list.test", "reminder", "02 Nov 2026, 09:05:00"):
        assert told in page.text


@pytest.mark.parametrize("asked", ["Wanted@find.test", "wanted", "WAN", "find.test", "@find", " wanted@find.test "])
def test_mails_are_found_by_how_their_address_or_its_domain_begins(mailbox: Mailbox, asked: str) -> None:
    wanted = mailbox.put("wanted@find.test")
    mailbox.put("unwanted@elsewhere.test")
    assert mailbox.listed(to=asked)[0] == wanted
    assert "unwanted" not in mailbox.open("/mailbox", to=asked).text


def test_what_nobody_was_mailed_is_said_so(mailbox: Mailbox) -> None:
    page = mailbox.open("/mailbox", to="nobody@find.test")
    assert "No mails to nobody@find.test" in page.text
    assert [each["href"] for each in page.all("a")][-1] == "/mailbox"
    assert mailbox.open("/mailbox", to="%_").all("table") == []


def test_older_mails_are_on_the_next_page_even_when_new_ones_come(mailbox: Mailbox) -> None:
    mails = [mailbox.put(f"{nth}@many.test") for nth in range(A_PAGE + 2)][::-1]
    first = mailbox.open("/mailbox", to="@many.test")
    [older] = [str(each["href"]) for each in first.all("a") if each.get("rel") == "next"]
    mailbox.put("late@many.test")
    second = Elements(mailbox.http.get(older).text)
    hrefs = [each["href"] for each in second.all("a")]
    assert mailbox.listed(to="@many.test")[1:] == mails[: A_PAGE - 1]
    assert [each for each in hrefs if each in mails] == mails[A_PAGE:]
    assert not [each for each in second.all("a") if each.get("rel") == "next"]
    assert "/mailbox?to=%40many.test" in hrefs


@pytest.mark.parametrize("before", ["x", "-1", "9" * 19, "9" * 400, "٣", "1;drop"])
def test_a_page_that_there_is_none_of_is_the_first(mailbox: Mailbox, before: str) -> None:
    mail = mailbox.put("one@page.test")
    assert mailbox.listed(to="one@page.test", before=before)[:1] == [mail]


def test_an_address_that_none_can_be_is_refused(mailbox: Mailbox) -> None:
    for path in ("/mailbox", "/mailbox.json"):
        assert mailbox.http.get(path, params={"to": "\0"}).status_code == 400


# ---- one mail --------------------------------------------------------------------------------------------------------


def test_a_mail_is_shown_as_its_reader_sees_it(mailbox: Mailbox) -> None:
    at = mailbox.put("reader@one.test", "A subject")
    page = mailbox.open(at)
    for told in ("A subject", "VizDots <hello@vizdots.test>", "reader@one.test", "02 Nov 2026, 09:05:00"):
        assert told in page.text
    [frame] = page.all("iframe")
    assert frame["sandbox"] == "allow-popups allow-popups-to-escape-sandbox"
    assert frame["title"]
    letter = mailbox.http.get(str(frame["src"]))
    assert "<p>Hello</p>" in letter.text
    assert '<base target="_blank">' in letter.text
    rules = letter.headers["content-security-policy"].split("; ")
    assert "sandbox allow-popups allow-popups-to-escape-sandbox" in rules
    assert {"default-src 'none'", "frame-ancestors 'self'", "base-uri 'none'"} <= {*rules}


def test_every_way_to_look_at_a_mail_is_a_link_that_keeps_the_others(mailbox: Mailbox) -> None:
    at = mailbox.put("ways@one.test")
    page = mailbox.open(at, look="dark", width="375")
    current = [each["href"] for each in page.all("a") if each.get("aria-current")]
    assert current == ["?show=letter&look=dark&width=375"] * 3
    assert "?show=text&look=dark&width=375" in [each["href"] for each in page.all("a")]
    assert page.all("iframe")[0]["class"] == "letter wide-375"
    assert mailbox.open(at, show="gossip", look="grey", width="1").all("iframe")[0]["class"] == "letter wide-600"


def test_text_headers_and_source_can_be_read(mailbox: Mailbox) -> None:
    at = mailbox.put("source@one.test", text="Plain words")
    assert "Plain words" in mailbox.open(at, show="text").text
    source = mailbox.open(at, show="source").text
    assert LETTER in source
    assert source.index("From") < source.index("List-Unsubscribe")
    assert mailbox.open(at, show="text").all("iframe") == []


def test_a_mail_without_html_is_its_text(mailbox: Mailbox) -> None:
    page = mailbox.open(mailbox.put("plain@one.test", subject="", html="", text="Only words"))
    assert "Only words" in page.text
    assert "(no subject)" in page.text


@pytest.mark.parametrize("path", ["/mailbox/999999999", "/mailbox/999999999/letter", f"/mailbox/{'9' * 30}"])
def test_a_mail_that_isn_t_there_is_missed_politely(mailbox: Mailbox, path: str) -> None:
    answer = mailbox.http.get(path)
    assert answer.status_code == 404
    assert "There is no such mail" in answer.text


def test_the_light_is_the_one_that_was_chosen() -> None:
    assert dressed(LETTER, "browser").replace('<base target="_blank">', "") == LETTER
    assert "@media all {" in dressed(LETTER, "dark")
    assert "color-scheme: dark;" in dressed(LETTER, "dark")
    assert "@media not all {" in dressed(LETTER, "light")
    assert dressed("<p>No head</p>", "light") == '<base target="_blank"><p>No head</p>'
    assert Choice.of({"look": "light"}).query(show="text") == "show=text&look=light&width=600"


# ---- nothing acts ----------------------------------------------------------------------------------------------------


def test_nothing_of_a_mail_becomes_markup_of_a_page(mailbox: Mailbox) -> None:
    address = "o'hara&lt{}`|<b>x@evil.test"
    at = mailbox.put(address, EVIL, f"<p>{EVIL}</p>", EVIL)
    pages = [mailbox.open(at, show=show) for show in ("letter", "text", "source")]
    pages += [mailbox.open("/mailbox", to="@evil"), mailbox.open("/mailbox", to=EVIL)]
    for page in pages:
        assert not page.all("script") + page.all("img") + page.all("b")
        assert EVIL in page.text
        assert {name for _, attributes in page.found for name in attributes if name.startswith("on")} == set()
    assert address in pages[0].text


def test_pages_can_be_used_without_seeing_them(mailbox: Mailbox) -> None:
    at = mailbox.put("blind@one.test")
    for page in (mailbox.open("/mailbox"), mailbox.open(at), mailbox.open(at, show="source")):
        assert page.all("html") == [{"lang": "en"}]
        assert len(page.all("h1")) == len(page.all("main")) == len(page.all("title")) == 1
        assert all(each["aria-label"] for each in page.all("nav"))
    [field] = mailbox.open("/mailbox").all("input")
    assert mailbox.open("/mailbox").all("label")[0]["for"] == field["id"]


def test_the_pages_look_like_the_product(mailbox: Mailbox) -> None:
    [sheet] = [each["href"] for each in mailbox.open("/mailbox").all("link") if each["rel"] == "stylesheet"]
    style = mailbox.http.get(str(sheet))
    assert style.headers["content-type"].startswith("text/css")
    assert "--yellow:" in style.text
    assert ".letter" in style.text


# ---- for tests -------------------------------------------------------------------------------------------------------


def test_the_mails_of_one_address_are_told_as_json(mailbox: Mailbox) -> None:
    mailbox.put("json@one.test", text="Follow https://a.test/1?b=c or https://a.test/2")
    [mail] = mailbox.http.get("/mailbox.json", params={"to": "JSON@one.test"}).json()
    assert mail["link"] == "https://a.test/1?b=c"
    assert mail.keys() == {"id", "to", "kind", "subject", "html", "text", "link", "code", "created_at"}
