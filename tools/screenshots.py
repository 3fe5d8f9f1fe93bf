"""make screenshots: a picture of every page as the demo's people see it, into .local/screenshots."""

import sys
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from local.demo.founding import PASSWORD
from tools import browser
from tools.pages import ADMINS, MEMBERS, NEWCOMERS, PUBLIC
from tools.running import ROOT, running

FOLDER: Final = ROOT / ".local/screenshots"
DATA: Final = ROOT / ".local/screenshots-data"
WIDTHS: Final = (1280, 375)  # CSS pixels
EVERYBODY: Final = (  # who, the name of their pictures, and the pages that are theirs
    ("employee@acme.test", "en", MEMBERS),
    ("empleada@acme.test", "es", MEMBERS),
    ("ruth.adler@acme.test", "new", NEWCOMERS),
    ("owner@acme.test", "admin", ADMINS),
)


def pictures(engine: Browser, url: str) -> Iterator[Path]:
    """Take them all, one after the other."""
    for width in WIDTHS:
        for dark in (False, True):
            look = f"{width}-{'dark' if dark else 'light'}"
            yield from _of(engine, url, "nobody", width, dark, look, PUBLIC)
            for email, name, paths in EVERYBODY:
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
        if path.startswith("{") and not all(f"{{{name}}}" not in path or name in places for name in NAMES):
            continue
        page.goto(path.format(**places) if "{" in path else path)
        name = path.strip("/{}").replace("/", "-").replace("}", "").partition("?")[0] or "landing"
        file = FOLDER / f"{name}-{look}.png"
        page.screenshot(path=file, full_page=True)
        yield file
    context.close()


NAMES: Final = ("open", "talk", "done", "dot")
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
    return found


def main() -> None:
    """All pictures, and a page that shows them."""
    path = browser.found()
    if path is None:
        sys.exit(browser.NONE_HERE)
    FOLDER.mkdir(parents=True, exist_ok=True)
    with running(DATA) as url, sync_playwright() as playwright:
        engine = playwright.chromium.launch(executable_path=path, args=browser.flags())
        files = [*pictures(engine, url)]
        engine.close()
    shown = "".join(f'<p>{escape(it.stem)}<br><img src="{escape(it.name)}" width="480"></p>' for it in files)
    (FOLDER / "index.html").write_text(f"<!doctype html><title>Every page</title>{shown}", encoding="utf-8")
    print(f"{len(files)} pictures: {FOLDER / 'index.html'}")  # noqa: T201


if __name__ == "__main__":
    main()
