"""make screenshots: a picture of every page as the demo's people see it, and of every mail, into .local/screenshots."""

import re
import secrets
import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from local.demo.founding import PASSWORD
from local.folder import Folder
from tools import browser, mails
from tools.pages import ADMINS, FOUNDERS, MEMBERS, NEWCOMERS, PUBLIC
from tools.running import ROOT, running
from tools.walkthrough import Walker
from vizdots.agents import LANGUAGES
from vizdots.mails import letters

FOLDER: Final = ROOT / ".local/screenshots"
DATA: Final = ROOT / ".local/screenshots-data"
WIDTHS: Final = (1280, 375)  # CSS pixels
OWNER: Final = "owner@acme.test"
EVERYBODY: Final = (  # who, the name of their pictures, and the pages that are theirs
    ("employee@acme.test", "en", MEMBERS),
    ("empleada@acme.test", "es", MEMBERS),
    ("ruth.adler@acme.test", "new", NEWCOMERS),
    (OWNER, "admin", ADMINS),
)
LISTS: Final = {  # the first of which somebody looks at
    "member": ("/admin/members?status=active", "main tbody th a"),
    "invited": ("/admin/members?status=invited", "main tbody th a"),
    "department": ("/admin/departments", "main .rows a"),
    "workflow": ("/admin/workflows?view=list", "main tbody th a"),
}
TOLD: Final = {
    "company": {"name": "Initech", "timezone": "Europe/Berlin"},
    "departments": {"names": ["Sales", "Support"]},
    "people": {"people": [{"name": "Ida Indian", "email": "ida@initech.test", "department": "Sales"}]},
}


def pictures(engine: Browser, url: str, anon_key: str) -> Iterator[Path]:
    """Take them all, one after the other."""
    everybody = [*EVERYBODY, (_founder(url, anon_key), "founder", FOUNDERS)]
    for width in WIDTHS:
        for dark in (False, True):
            look = f"{width}-{'dark' if dark else 'light'}"
            yield from _of(engine, url, "nobody", width, dark, look, PUBLIC)
            for email, name, paths in everybody:
                yield from _of(engine, url, email, width, dark, f"{look}-{name}", paths)


def _of(
    engine: Browser, url: str, who: str, width: int, dark: bool, look: str, paths: tuple[str, ...]
) -> Iterator[Path]:
    context = engine.new_context(
        base_url=url, viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light", locale="en-GB"
    )
    page = context.new_page()
    places = _sign_in(page, who) if "@" in who else {}
    for path in paths:
        if not places.keys() >= {*PLACE.findall(path)}:
            continue
        page.goto(path.format(**places))
        name = re.sub(r"[^a-z]+", "-", path).strip("-") or "landing"
        file = FOLDER / f"{name}-{look}.png"
        page.screenshot(path=file, full_page=True)
        yield file
    context.close()


PLACE: Final = re.compile(r"{(\w+)}")
_talks: dict[str, str] = {}


def _sign_in(page: Page, email: str) -> dict[str, str]:
    """Sign somebody in, and find a check-in of theirs in each state that there is one in."""
    page.goto("/sign-in")
    page.fill("main input[name=email]", email)
    page.fill("main input[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url(lambda it: not it.endswith("/sign-in"))
    found = {}
    page.goto("/dashboard")
    begin = page.locator("main a[href^='/check-ins/']").first
    if begin.count():
        found["open"] = str(begin.get_attribute("href"))
    if email not in _talks and page.locator("button[value=pain_scanner]").count():
        page.click("button[value=pain_scanner]")
        page.locator("form[action$='/messages'] button, main form button").first.click()
        page.wait_for_load_state()
        _talks[email] = urlsplit(page.url).path
    if email in _talks:
        found["talk"] = _talks[email]
    page.goto("/dots")
    dot = page.locator("main h3 a[href^='/dots/']").first
    if dot.count():
        found["dot"] = str(dot.get_attribute("href"))
        page.goto(found["dot"])
        found["done"] = str(page.locator("main a[href^='/check-ins/']").last.get_attribute("href"))
    for name, (path, link) in LISTS.items() if email == OWNER else ():
        page.goto(path)
        found[name] = str(page.locator(link).first.get_attribute("href"))
    return found


def _founder(url: str, anon_key: str) -> str:
    """Somebody who has told the wizard everything but when to launch; their address."""
    with httpx.Client(base_url=url, headers={"apikey": anon_key}, timeout=60) as http:
        founder = Walker(http, f"founder-{secrets.token_hex(4)}@initech.test", "Fiona Founder")
        founder.sign_up()
        founder.ask("POST", "/api/admin/setup")
        for step, data in TOLD.items():
            founder.ask("PUT", "/api/admin/setup", {"step": step, "data": data})
    return founder.email


def mail_pictures(engine: Browser) -> Iterator[Path]:
    """Every mail in every language, as a window and a phone show it."""
    for width in mails.WIDTHS:
        for look in ("light", "dark"):
            page = engine.new_page(viewport={"width": width, "height": 400}, color_scheme=look)
            for name, (kind, facts) in mails.EXAMPLES.items():
                for language in LANGUAGES:
                    page.set_content(letters.compose(kind, facts, language, app_url=mails.APP).html)
                    file = FOLDER / "mails" / f"{name}-{language}-{width}-{look}.png"
                    page.screenshot(path=file, full_page=True)
                    yield file
            page.close()


def main() -> None:
    """All pictures, and a page that shows them."""
    path = browser.found()
    if path is None:
        sys.exit(browser.NONE_HERE)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running(DATA) as url, sync_playwright() as playwright:
        engine = playwright.chromium.launch(executable_path=path, args=browser.flags())
        anon_key = Folder(DATA).require_running().variables["SUPABASE_ANON_KEY"]
        files = [*pictures(engine, url, anon_key), *mail_pictures(engine)]
        engine.close()
    shown = "".join(
        f'<p>{escape(it.stem)}<br><img src="{escape(str(it.relative_to(FOLDER)))}" width="480"></p>' for it in files
    )
    (FOLDER / "index.html").write_text(f"<!doctype html><title>Every page</title>{shown}", encoding="utf-8")
    print(f"{len(files)} pictures: {FOLDER / 'index.html'}")  # noqa: T201


if __name__ == "__main__":
    main()
