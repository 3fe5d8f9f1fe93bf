"""The mailbox of `make up` in a real browser: each mail as a person would see it, and none that can do anything."""

from datetime import UTC, datetime
from typing import Final

import httpx
import pytest
from playwright.sync_api import Page, expect

from local.mailbox import box
from local.pool import Pool
from local.ses import Sent
from tests.browser.conftest import PASSWORD, Open, Product, Watch
from tests.browser.test_every_page import AXE, LOOKS, NARROW, RULES, SMALL, SMALLEST_TARGET

AT: Final = datetime(2026, 11, 2, 9, 5, tzinfo=UTC)
READER: Final = "anna-maria.obermeier-schwarzenberger@mailbox.test"
EVIL: Final = "<script>document.title = 'planted'; top.location = '/planted'</script><img src=x onerror='alert(1)'>"


@pytest.fixture(scope="module")
def mail(product: Product) -> str:
    """The page of a mail: somebody has signed up, in German."""
    body = {"email": READER, "password": PASSWORD, "data": {"language": "de"}}
    httpx.post(f"{product.url}/auth/v1/signup", json=body).raise_for_status()
    return page_of(product, READER)


def page_of(product: Product, to: str) -> str:
    """The page of the newest mail to an address."""
    newest = httpx.get(f"{product.url}/mailbox.json", params={"to": to}).json()[0]
    return f"/mailbox/{newest['id']}"


def ways(mail: str) -> list[str]:
    """Every page of the mailbox."""
    return ["/mailbox", "/mailbox?to=nobody", mail, *(f"{mail}?show={it}" for it in ("text", "source")), "/mailbox/0"]


def test_somebody_signs_up_finds_their_mail_and_its_button_leads_on(visit: Open, product: Product) -> None:
    page = visit("/sign-up", language="de-DE", script=False)
    page.fill("main input[name=email]", "way@mailbox.test")
    page.fill("main input[name=password]", PASSWORD)
    page.click("main form button")
    page.goto("/mailbox")
    page.get_by_label("To an address or domain").fill("way@")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Bestätige deine E-Mail-Adresse").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Bestätige deine E-Mail-Adresse")
    letter = page.frame_locator("iframe")
    expect(letter.get_by_role("heading", level=1)).to_contain_text("Bestätige deine")
    with page.context.expect_page() as opened:
        letter.get_by_role("link", name="Adresse bestätigen").click()
    there = opened.value
    there.wait_for_load_state()
    assert there.url.startswith(f"{product.url}/auth/confirm?token_hash=")
    there.click("main form button")
    there.wait_for_url("**/setup")


@pytest.mark.parametrize("width", [600, 375])
def test_the_mail_is_as_wide_as_was_asked_for(visit: Open, mail: str, width: int) -> None:
    page = visit(mail)
    page.locator(f"a[href*='width={width}']").last.click()
    page.wait_for_url(f"**width={width}")
    assert page.frame_locator("iframe").locator("html").evaluate("it => it.clientWidth") == width


def test_the_mail_is_dark_or_light_whatever_the_browser_is(visit: Open, mail: str) -> None:
    def ground(page: Page, look: str) -> str:
        page.get_by_role("link", name=look, exact=True).click()
        page.wait_for_url(f"**look={look.lower()}*")
        card = page.frame_locator("iframe").locator(".card")
        return str(card.evaluate("it => getComputedStyle(it).backgroundColor"))

    light, dark = visit(mail), visit(mail, dark=True)
    assert ground(light, "Light") == ground(dark, "Light")
    assert ground(light, "Dark") == ground(dark, "Dark")
    assert ground(light, "Light") != ground(light, "Dark")


def test_text_and_source_are_a_click_away(visit: Open, mail: str) -> None:
    page = visit(mail, script=False)
    page.get_by_role("link", name="Plain text").click()
    expect(page.get_by_role("region", name="Plain text")).to_contain_text("Adresse bestätigen")
    page.get_by_role("link", name="Headers and source").click()
    expect(page.get_by_text("VizDots <hello@vizdots.example>").last).to_be_visible()
    page.get_by_role("link", name="All mails").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mailbox")


def test_no_mail_can_do_anything(visit: Open, product: Product, watch: Watch) -> None:
    watch.expected.append("Blocked script execution|Content Security Policy|404|frame is sandboxed")
    pool = Pool(product.admin_url)
    with pool.transaction() as db:
        box.put(db, Sent("1", "evil@mailbox.test", EVIL, EVIL, EVIL, {"From": EVIL}, {"template": EVIL}, AT))
    pool.close()
    at = page_of(product, "evil@mailbox.test")
    for path in (at, f"{at}?show=text", f"{at}?show=source", "/mailbox?to=evil@mailbox.test", f"{at}/letter"):
        page = visit(path)
        page.on("dialog", lambda it: pytest.fail(f"a mail said {it.message}"))
        page.wait_for_load_state("networkidle")
        assert page.url.removeprefix(product.url) == path
        assert "planted" not in page.title().partition("<")[0]
    assert not visit(at).locator("main script, main img").count()


@pytest.mark.skipif(not AXE.exists(), reason="NO NODE: axe-core isn't installed, so no page is looked at by it")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_keeps_anybody_out(visit: Open, mail: str, watch: Watch, dark: bool) -> None:
    watch.expected.append("404")
    page = visit(dark=dark)
    for path in ways(mail):
        page.goto(path)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert page.evaluate(LOOKS, RULES) == [], path


def test_nothing_overflows_a_small_phone_and_everything_can_be_hit(visit: Open, mail: str, watch: Watch) -> None:
    watch.expected.append("404")
    page = visit(width=NARROW)
    for path in ways(mail):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW, path
        assert page.evaluate(SMALL, SMALLEST_TARGET) == [], path
        assert page.locator("h1").count() == 1
