"""The console as a browser without a script uses it: the real handler, a real database, the real identity stand-in."""

import base64
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from typing import Any, Final
from urllib.parse import urlencode, urljoin, urlsplit

import pytest

from common import config, db, tokens
from local import http_events
from local.identity import users
from tests.conftest import Database, Servers
from tests.functions.conftest import Look, invoke_here, looking_at
from tests.identity.conftest import StandIn, starter
from tests.people import People, Person

APP_URL: Final = "http://localhost:8000"
PASSWORD: Final = "correct horse battery"
MOST_REDIRECTS: Final = 5

Fields = list[tuple[str, str]]


@dataclass
class Form:
    """A form of a page with what it would send: hidden and filled-in fields, ticked boxes, chosen options."""

    action: str
    method: str
    fields: Fields = field(default_factory=list)
    buttons: list[tuple[str, str, str]] = field(default_factory=list)
    """The name, value and text of each."""

    def __getitem__(self, name: str) -> str:
        """The first value of a field. Raises KeyError."""
        return dict(reversed(self.fields))[name]

    def filled(self, **values: str | list[str] | None) -> Fields:
        """What is sent with these values put in; None takes a field out, a list sends several."""
        kept = [(name, value) for name, value in self.fields if name not in values]
        for name, value in values.items():
            kept += [(name, each) for each in ([value] if isinstance(value, str) else value or [])]
        return kept


class Read(HTMLParser):
    """What is on a page: its text, forms and links, its elements in order."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self._form: Form | None = None
        self._select = self._textarea = self._title = None  # type: str | None
        self._options: list[tuple[str, bool]] = []
        self._inside: list[list[str]] = []
        self.feed(html)

    @property
    def text(self) -> str:
        """The text with its white space made one blank."""
        return " ".join("".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str]]:
        """The attributes of every such element."""
        return [attributes for found, attributes in self.elements if found == tag]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.elements.append((tag, given))
        match tag:
            case "form":
                self._form = Form(given.get("action", ""), given.get("method", "get").upper())
                self.forms.append(self._form)
            case "input":
                self._input(given)
            case "textarea":
                self._textarea = given.get("name", "")
                self._inside.append([])
            case "select":
                self._select, self._options = given.get("name", ""), []
            case "option":
                self._options.append((given.get("value", ""), "selected" in given))
            case "button" | "a":
                self._inside.append([])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        match tag:
            case "form":
                self._form = None
            case "textarea" if self._form is not None and self._textarea is not None:
                # A browser drops the first line break, which stands for none that was typed.
                self._form.fields.append((self._textarea, "".join(self._inside.pop()).removeprefix("\n")))
                self._textarea = None
            case "select" if self._form is not None and self._select is not None and self._options:
                chosen = [value for value, is_chosen in self._options if is_chosen] or [self._options[0][0]]
                self._form.fields.append((self._select, chosen[0]))
                self._select = None
            case "button" if self._inside:
                text = " ".join("".join(self._inside.pop()).split())
                given = self.all("button")[-1]
                if self._form is not None:
                    self._form.buttons.append((given.get("name", ""), given.get("value", ""), text))
            case "a" if self._inside:
                text = " ".join("".join(self._inside.pop()).split())
                self.links.append((text, self.all("a")[-1].get("href", "")))

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        for inside in self._inside:
            inside.append(data)

    def _input(self, given: dict[str, str]) -> None:
        name, kind = given.get("name", ""), given.get("type", "text")
        is_sent = kind not in ("submit", "button", "reset") and (
            kind not in ("checkbox", "radio") or "checked" in given
        )
        if self._form is not None and name and is_sent:
            self._form.fields.append((name, given.get("value", "on" if kind in ("checkbox", "radio") else "")))


@dataclass(frozen=True)
class Page:
    """What a browser got, and under which address."""

    status: int
    path: str
    headers: Mapping[str, str]
    html: str
    set_cookies: list[str]

    @property
    def read(self) -> Read:
        """The page, taken apart."""
        return Read(self.html)

    @property
    def text(self) -> str:
        """What a person reads."""
        return self.read.text

    @property
    def location(self) -> str:
        """Where a redirect leads to."""
        return self.headers.get("location", "")

    def form(self, action: str) -> Form:
        """The form that is sent to this path (its query aside)."""
        found = [each for each in self.read.forms if urlsplit(each.action).path == action]
        assert found, f"no form for {action} on {self.path}, but {[each.action for each in self.read.forms]}"
        return found[0]


@dataclass
class Visitor:
    """A browser: its cookies, its headers, and where it is."""

    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    at: datetime | None = None
    host: str = "localhost:8000"

    def open(self, path: str, **headers: str) -> Page:
        """Go to an address and wherever it leads."""
        return self._followed(self.send("GET", path, headers=headers))

    def submit(self, form: Form, *, headers: Mapping[str, str] | None = None, **values: str | list[str] | None) -> Page:
        """Fill in a form, send it, and go wherever that leads."""
        return self._followed(self.send(form.method, form.action, form.filled(**values), headers=headers))

    def upload(self, form: Form, field: str, content: bytes, **values: str | list[str] | None) -> Page:
        """Fill in a form that takes a file, send it with one, and go wherever that leads."""
        parts = [(f'name="{name}"', value.encode()) for name, value in form.filled(**values) if name != field]
        parts.append((f'name="{field}"; filename="people.csv"\r\nContent-Type: text/csv', content))
        body = b"".join(
            b"--part\r\nContent-Disposition: form-data; " + head.encode() + b"\r\n\r\n" + value + b"\r\n"
            for head, value in parts
        )
        kind = {"content-type": "multipart/form-data; boundary=part"}
        return self._followed(self.send(form.method, form.action, headers=kind, body=body + b"--part--\r\n"))

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Page:
        """Send a form that no page need have had; don't follow."""
        return self.send("POST", path, list(fields.items()), headers=headers)

    def send(
        self,
        method: str,
        path: str,
        fields: Fields | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
    ) -> Page:
        """One request, as API Gateway hands it over; no redirect is followed."""
        parts = urlsplit(path)
        sent = {"host": self.host, "accept": "text/html", **self.headers, **(headers or {})}
        if self.cookies:
            sent["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        query = parts.query
        if method == "POST":
            sent.setdefault("content-type", "application/x-www-form-urlencoded")
            body = body or urlencode(fields or []).encode()
        elif fields:
            query = urlencode(fields)
        asked = http_events.Request(method, parts.path, query, [*sent.items()], body)
        route = "ANY /" if parts.path == "/" else "ANY /{page+}"
        event = http_events.event(asked, route, {}, self.at or datetime.now(UTC), "request-of-a-test")
        answered = invoke_here("ConsoleFunction", event)
        return self._got(answered, parts.path + (f"?{query}" if query else ""))

    def _got(self, answered: dict[str, Any], path: str) -> Page:
        set_cookies = answered.get("cookies") or []
        for line in set_cookies:
            for name, morsel in SimpleCookie(line).items():
                if morsel["max-age"] == "0":
                    self.cookies.pop(name, None)
                else:
                    self.cookies[name] = morsel.value
        body = answered.get("body") or ""
        html = base64.b64decode(body).decode() if answered.get("isBase64Encoded") else body
        headers = {name.lower(): str(value) for name, value in answered.get("headers", {}).items()}
        return Page(int(answered["statusCode"]), path, headers, html, set_cookies)

    def _followed(self, page: Page) -> Page:
        for _ in range(MOST_REDIRECTS):
            if page.status not in (301, 302, 303, 307):
                return page
            target = urljoin(page.path, page.location)
            assert target.startswith("/"), f"{page.path} leads away, to {target}"
            page = self.send("GET", target)
        raise AssertionError(f"redirects without end, at {page.path}")

    def copy(self) -> "Visitor":
        """The same browser as it is now: what it does from here on leaves this one alone."""
        return replace(self, headers={**self.headers}, cookies={**self.cookies})


@dataclass(frozen=True)
class Console:
    """The console with its database and its identity service."""

    stand_in: StandIn
    database: Database

    @property
    def look(self) -> Look:
        """Look into the database: the first column of the first row."""
        return looking_at(self.database)

    def visitor(self, **headers: str) -> Visitor:
        """A browser that has never been here."""
        return Visitor(headers)

    def signed_in(self, person: Person, **headers: str) -> Visitor:
        """A browser in which somebody of tests/people.py has signed in."""
        identity = self.stand_in.identity
        with identity.pool.transaction() as opened:
            user = users.find(opened, email=person.email) or users.create(
                opened, person.email, at=identity.now(), user_id=person.id
            )
            session = identity.start_session(opened, users.confirm(opened, user, identity.now()), method="otp")
        made = Visitor(headers)
        made.cookies |= {
            "vizdots-session": str(session["access_token"]),
            "vizdots-refresh": f"{person.id}:{session['refresh_token']}",
        }
        return made

    def link(self, email: str) -> str:
        """The path that the newest mail to an address leads to."""
        parts = urlsplit(self.stand_in.mails(email)[0]["link"])
        return f"{parts.path}?{parts.query}"


@pytest.fixture
def console(postgres: Servers, monkeypatch: pytest.MonkeyPatch) -> Iterator[Console]:
    """The console of a populated database, with nobody signed in."""
    database = postgres.populated()
    with ExitStack() as closing:
        stand_in = starter(database.owner_url, closing)(site_url=APP_URL, confirm_url=f"{APP_URL}/auth/confirm")
        for name, value in {
            "APP_URL": APP_URL,
            "DATABASE_URL": database.functions_url,
            "SUPABASE_URL": stand_in.url,
            "SUPABASE_ANON_KEY": stand_in.identity.anon_key,
        }.items():
            monkeypatch.setenv(name, value)
        for name in ("OPENAI_API_KEY", "SUPABASE_JWT_SECRET"):
            monkeypatch.delenv(name, raising=False)
        config._kept.clear()
        tokens._believed.clear()
        yield Console(stand_in, database)
        db.close()
    postgres.drop(database)


@pytest.fixture
def visitor(console: Console) -> Visitor:
    """A browser that has never been here."""
    return console.visitor()


@pytest.fixture
def adam(console: Console, people: People) -> Visitor:
    """The browser of Adam, an admin."""
    return console.signed_in(people.admin)


@pytest.fixture
def olivia(console: Console, people: People) -> Visitor:
    """The browser of Olivia, the owner."""
    return console.signed_in(people.owner)
