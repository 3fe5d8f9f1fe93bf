"""What people come for, from end to end, in a real browser."""

import re
import uuid

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect

from tests.browser.conftest import PASSWORD, Open, Product, Watch, sign_in

SAID = ".bubble-agent:not([aria-hidden])"  # unlike the dots of somebody who is writing
CHECK_IN = re.compile(r"/check-ins/[0-9a-f-]{36}$")


def say(page: Page, text: str) -> None:
    """Write an answer and send it."""
    page.fill("textarea[name=message]", text)
    page.click("form.composer button:not([formaction])")


def begin(page: Page, agent: str = "pulse") -> None:
    """Begin a check-in of one's own choice, and be greeted."""
    page.goto("/dashboard")
    page.click(f"button[value={agent}]")
    page.wait_for_url(CHECK_IN)
    if page.locator("input[name=opening]").count():
        page.click("main form button")
    expect(page.locator(SAID).first).to_be_visible()


def finish_pulse(page: Page) -> None:
    """Answer what a pulse asks."""
    say(page, "4, because the new tours work")
    expect(page.locator(SAID)).to_have_count(2)
    say(page, "3, low")
    expect(page.locator("dl.learned")).to_be_visible()


@pytest.fixture
def nothing_open(product: Product) -> None:
    """Nobody has an open check-in from another test."""
    product.do(
        "update sessions set completed_at = now(), started_at = coalesce(started_at, now()) where completed_at is null"
    )


@pytest.mark.usefixtures("nothing_open")
@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_an_invitation_leads_to_a_password_to_a_check_in_and_to_a_dot(
    product: Product, visit: Open, script: bool
) -> None:
    email = f"new-{script}@acme.test".lower()
    product.invite(email, "Nora New")
    page = visit(product.mail(email), script=script)
    expect(page.locator("main")).to_contain_text("Adam Admin has invited you")
    page.fill("main input[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url("**/welcome")
    page.click("main form button")
    expect(page.locator("input[name=preferred_name]")).to_have_value("Nora")
    page.click("main form button")
    page.wait_for_url("**/welcome/language")
    page.click("main form button")
    page.wait_for_url("**/dashboard")
    expect(page.locator("h1")).to_contain_text("Nora")
    begin(page)
    finish_pulse(page)
    page.goto("/dots")
    expect(page.locator("main dl.stats dd").first).to_have_text("1")
    made = "select count(*) from answers join organization_members using (org_id, user_id) where invited_email = %s"
    assert product.do(made, email) == 1


def test_a_wrong_password_is_told_and_the_address_stays(visit: Open, watch: Watch) -> None:
    watch.expected.append("422")
    page = visit("/sign-in")
    sign_in(page, "ana@acme.test", "not my password")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("main input[name=email]")).to_have_value("ana@acme.test")
    expect(page.locator("main input[name=password]")).to_have_value("")


def test_a_forgotten_password_is_replaced_by_the_mail(product: Product, visit: Open) -> None:
    page = visit("/forgot-password")
    page.fill("main input[name=email]", "adam@acme.test")
    page.click("main form button")
    page.goto(product.mail("adam@acme.test"))
    page.click("main form button")
    page.fill("main input[name=password]", "another correct horse")
    page.click("main form button")
    page.wait_for_url("**/admin")
    page.context.clear_cookies()
    sign_in(page, "adam@acme.test", "another correct horse")
    assert page.url.endswith("/admin")


def forget_tokens(context: BrowserContext) -> None:
    """Let the session end behind the person's back."""
    context.clear_cookies(name=re.compile("session|refresh"))


@pytest.mark.usefixtures("nothing_open")
def test_a_session_that_ends_while_somebody_types_loses_nothing(member: Open, watch: Watch) -> None:
    watch.expected.append("401")
    page = member("ana@acme.test")
    begin(page)
    forget_tokens(page.context)
    say(page, "4, and this must not be lost")
    page.locator("[data-trouble] a").click()
    page.fill("main input[name=email]", "ana@acme.test")
    page.fill("main input[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url(CHECK_IN)
    expect(page.locator("textarea[name=message]")).to_have_value("4, and this must not be lost")


@pytest.mark.usefixtures("nothing_open")
def test_without_a_script_a_session_that_ends_loses_nothing_either(member: Open, watch: Watch) -> None:
    watch.expected.append("401")
    page = member("ana@acme.test", script=False)
    begin(page)
    forget_tokens(page.context)
    say(page, "4, and this must not be lost")
    page.fill("main input[name=email]", "ana@acme.test")
    page.fill("main input[name=password]", PASSWORD)
    page.click("main form button")
    expect(page.locator("main")).to_contain_text("4, and this must not be lost")
    page.click("main form button")
    expect(page.locator(".bubble-person")).to_contain_text("4, and this must not be lost")


@pytest.mark.usefixtures("nothing_open")
def test_a_message_that_could_not_be_sent_is_sent_by_trying_again(member: Open, product: Product, watch: Watch) -> None:
    watch.expected.append("ERR_FAILED|Failed to load")
    page = member("ana@acme.test")
    begin(page)
    cut: list[Route] = []

    def cut_once(route: Route) -> None:
        cut.append(route)
        route.abort() if len(cut) == 1 else route.continue_()

    page.route("**/messages", cut_once)
    say(page, "4, on a train")
    page.locator(".unsent button").click()
    expect(page.locator(SAID)).to_have_count(2)
    expect(page.locator(".unsent")).to_have_count(0)
    assert product.do("select count(*) from session_messages where content = '4, on a train'") == 1


@pytest.mark.usefixtures("nothing_open")
def test_the_keyboard_alone_is_enough(member: Open) -> None:
    page = member("ana@acme.test")

    def go_to(selector: str) -> None:
        target = page.locator(selector).first.element_handle()
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("it => it === document.activeElement", target):
                outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert outline != "none", f"nobody sees that {selector} has the focus"
                return
        raise AssertionError(f"Tab never comes to {selector}")

    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    go_to("button[value=pulse]")
    page.keyboard.press("Enter")
    page.wait_for_url(CHECK_IN)
    go_to("main form button")
    page.keyboard.press("Enter")
    expect(page.locator("textarea[name=message]")).to_be_visible()
    for asked, answer in enumerate(("4, all well", "3, low"), 1):
        expect(page.locator(SAID)).to_have_count(asked)  # while the agent writes, Enter sends nothing
        expect(page.locator("textarea[name=message]")).to_have_value("")
        page.focus("textarea[name=message]")
        page.keyboard.type(answer)
        page.keyboard.press("Enter")
    expect(page.locator("dl.learned")).to_be_visible()
    go_to("a[href='/dots']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/dots")


@pytest.mark.usefixtures("nothing_open")
def test_what_was_misunderstood_is_corrected(member: Open) -> None:
    page = member("ana@acme.test")
    begin(page)
    finish_pulse(page)
    page.get_by_role("link", name="Correct it").click()
    page.locator("input[name=rating][value='2']").check(force=True)
    page.fill("textarea[name=reason]", "It was a hard week")
    page.click("main form button")
    expect(page.locator("dl.learned")).to_contain_text("It was a hard week")
    expect(page.locator("main")).to_contain_text("Corrected by you")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_founder_comes_to_an_organisation(product: Product, visit: Open, watch: Watch, script: bool) -> None:
    watch.expected.append("422")
    email = f"founder-{script}@initech.test".lower()
    product.account(str(uuid.uuid4()), email)
    page = visit("/sign-in", script=script)
    sign_in(page, email)
    page.click("main form[action='/setup'] button")
    zone = "select[name=timezone]"
    own = page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") if script else "Europe/Paris"
    if not script:
        page.select_option(zone, own)
    assert page.input_value(zone) == own
    page.fill("[name=name]", "Initech")
    page.click("main form button")
    page.fill("[name=names]", "Sales")
    page.click("main form button")
    page.fill("[name=list]", "name,email,department\nIda,nobody,Moon")
    page.click("main form[action='/setup/people/list'] button")
    assert "This is not an e-mail address" in page.inner_text("main")
    page.fill("[name=list]", f"name,email,department\nIda,ida-{script}@initech.test,Moon")
    page.click("main form[action='/setup/people/list'] button")
    page.click("main form[action='/setup/people/done'] button")
    page.fill("[name=display_name]", "Fiona Founder")
    page.click("main form[action='/setup/launch'] button")
    assert "Initech is up and running" in page.inner_text("main")
    page.click("main a.button")
    page.wait_for_url("**/admin")
