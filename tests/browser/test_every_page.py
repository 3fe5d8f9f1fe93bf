"""Every page, for everybody: nothing keeps anybody out, nothing overflows, nothing is heavy."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Page, Response

from tests.browser.conftest import Open, Product, Watch
from tests.browser.test_journeys import begin, finish_pulse
from tests.people import FIELD, People
from tools.pages import ADMINS, FOUNDERS, MEMBERS, NEWCOMERS, PUBLIC

AXE: Final = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS: Final = ["color-contrast", "link-in-text-block"]  # what is otherwise in the dark
LOOKS: Final = """async rules => (await axe.run(document, {runOnly: rules})).violations.map(
  it => `${it.id}: ${it.nodes.map(node => node.target.join(' ')).join(', ')}`)"""
NARROW: Final = 320  # CSS pixels: WCAG 2.2, 1.4.10
SMALLEST_TARGET: Final = 44  # CSS pixels
MOST_REQUESTS, MOST_BYTES, MOST_HTML = 6, 120_000, 30_000

# Buttons, fields and links of navigation; a link within a sentence may be as small as its words.
SMALL: Final = """least => [...document.querySelectorAll(
    'button, select, textarea, nav a, a.button, input:not([type=hidden], [type=radio], [type=checkbox]), label.choice')]
  .filter(it => it.checkVisibility() && !it.closest('.visually-hidden, .calendar'))
  .filter(it => it.getBoundingClientRect().height < least - .5)
  .map(it => it.outerHTML.slice(0, 80))"""


@dataclass(frozen=True)
class Seen:
    """A page and the person whom it is for: an address without a name is a stranger's."""

    path: str
    email: str = ""


ALL: Final = [
    *(Seen(path) for path in (*PUBLIC, "{invitation}")),
    *(Seen(path, "ana@acme.test") for path in MEMBERS),
    *(Seen(path, "welcome@acme.test") for path in NEWCOMERS),
    *(Seen(path, People().owner.email) for path in ADMINS),
    *(Seen(path, "fiona@initech.test") for path in FOUNDERS),
    Seen("/setup", "hopeful@initech.test"),
]


@pytest.fixture(scope="module")
def places(product: Product, engine: Any, newcomer: str, founder: str) -> dict[str, str]:
    """Ana's check-ins: one not begun, one under way, one done, and its dot; and somebody's invitation."""
    assert newcomer
    assert founder
    from tests.browser.conftest import sign_in  # noqa: PLC0415

    product.do(
        "update sessions set completed_at = now(), started_at = coalesce(started_at, now()) where completed_at is null"
    )
    context = engine.new_context(base_url=product.url)
    page = context.new_page()
    sign_in(page, "ana@acme.test")
    begin(page, "pulse")
    finish_pulse(page)
    found = {"done": page.url.removeprefix(product.url)}
    begin(page, "focus_tracker")
    found["talk"] = page.url.removeprefix(product.url)
    page.goto("/dashboard")
    page.click("button[value=pain_scanner]")
    page.wait_for_url("**/check-ins/*")
    found["open"] = page.url.removeprefix(product.url)
    context.close()
    dot = product.do("select id from answers where session_id = %s", found["done"].rpartition("/")[2])
    product.invite("looked-at@acme.test", "Luca Looked-at")
    invitation = product.mail("looked-at@acme.test").removeprefix(product.url)
    invited = product.do("select id from organization_members where invited_email = 'looked-at@acme.test'")
    for status in ("bounced", "failed"):  # so that the page of mails has something to mend
        product.invite(f"{status}@acme.test", f"Fay {status.title()}")
        product.do(
            "update email_logs set status = %s, error_type = 'MessageRejected' where to_address = %s",
            status,
            f"{status}@acme.test",
        )
    workflow, twin = work(product)
    return {
        **found,
        "workflow": f"/admin/workflows/{workflow}",
        "twin": twin,
        "dot": f"/dots/{dot}",
        "invitation": invitation,
        "member": f"/admin/members/{People().ana.member_id}",
        "invited": f"/admin/members/{invited}",
        "department": f"/admin/departments/{FIELD}",
    }


def work(product: Product) -> tuple[str, str]:
    """A workflow with all that a page can show of one, and another one that may be the same."""
    people = People()
    steps = [f"step-{nth}-of-a-workflow-that-is-as-long-as-they-get" for nth in range(1, 21)]
    workflow = product.tell(people.ana, *steps, name="Customer complaints", tools=("Excel", "SAP"), sources=("Orders",))
    skipped = json.dumps({"kind": "skipped", "step": {"key": steps[3], "label": steps[3].upper()}})
    for nth in range(20):
        told = steps[: 20 - nth % 5]
        product.tell(people.colleague, *told, workflow=workflow, day=f"2026-02-{nth + 1:02d}", variants=(f"v-{nth}",))
    product.do("update workflow_variants set details = %s, is_allowed = false where variant_key = 'v-19'", skipped)
    more = {"matched_by": "unsure", "similarity": 0.6, "resembles": workflow}
    twin = product.tell(people.admin, *steps[:2], name="Complaints of customers", **more)
    note = "insert into owner_notes (org_id, workflow_id, note_type, note_text, visible_to) values (%s, %s, %s, %s, %s)"
    product.do(note, people.acme, workflow, "policy", "Whoever complains is called back on the same day.", "everyone")
    correct = (
        "insert into workflow_overrides (org_id, workflow_id, status, override_reason, override_payload, created_by,"
        " created_by_type) values (%s, %s, %s, 'So we agreed.', %s, %s, 'owner')"
    )
    payload = {
        "renamed_steps": {steps[0]: "Listen"},
        "locked_steps": [{"key": steps[1], "label": "Reply", "after": steps[0]}],
    }
    for status in ("active", "draft"):
        product.do(correct, people.acme, workflow, status, json.dumps(payload), people.owner.id)
    return workflow, twin


@pytest.fixture
def go(visit: Open, member: Open, watch: Watch, places: dict[str, str]) -> Open:
    """Goes to a page as whoever it is for."""
    watch.expected.append("404|410")  # what Chromium says of a page that answers so

    def there(seen: Seen, **how: Any) -> Page:
        path = seen.path.format(**places)
        return member(seen.email, path, **how) if seen.email else visit(path, **how)

    return there


@pytest.mark.skipif(not AXE.exists(), reason="NO NODE: axe-core isn't installed, so no page is looked at by it")
@pytest.mark.parametrize("seen", ALL, ids=lambda it: it.path)
def test_nothing_keeps_anybody_out_in_the_light_and_in_the_dark(go: Open, seen: Seen) -> None:
    page = go(seen)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(LOOKS, RULES) == []
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert page.evaluate(LOOKS, COLOURS) == []


@pytest.mark.skipif(not AXE.exists(), reason="NO NODE: axe-core isn't installed, so no page is looked at by it")
def test_a_colour_that_fails_in_the_dark_alone_is_found(visit: Open) -> None:
    page = visit("/sign-in")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.evaluate("document.querySelector('main h1').style.color = '#444'")
    assert page.evaluate(LOOKS, COLOURS) == []
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert [each.partition(":")[0] for each in page.evaluate(LOOKS, COLOURS)] == ["color-contrast"]


@pytest.mark.skipif(not AXE.exists(), reason="NO NODE: axe-core isn't installed, so no page is looked at by it")
def test_a_planted_barrier_is_found(visit: Open, watch: Watch) -> None:
    watch.expected.append("404")
    page = visit("/sign-in")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/favicon\"><input>')")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert {each.partition(":")[0] for each in page.evaluate(LOOKS, RULES)} >= {"image-alt", "label"}


@pytest.mark.parametrize("seen", ALL, ids=lambda it: it.path)
def test_nothing_overflows_a_small_phone_and_everything_can_be_hit(go: Open, seen: Seen) -> None:
    page = go(seen, width=NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW
    assert page.evaluate(SMALL, SMALLEST_TARGET) == []
    assert page.locator("h1").count() == 1
    assert not page.title().startswith(" ·")


@pytest.mark.parametrize("email", ["carl@acme.test", "mara@acme.test"])
@pytest.mark.parametrize("path", ["/dashboard", "/dots", "/settings"])
def test_other_languages_fit_a_small_phone_too(member: Open, email: str, path: str) -> None:
    page = member(email, path, width=NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW


@pytest.mark.parametrize("seen", ALL, ids=lambda it: it.path)
def test_a_first_view_is_light(go: Open, seen: Seen) -> None:
    page = go(seen)
    assert page.context.browser is not None
    cold = page.context.browser.new_context(storage_state=page.context.storage_state())
    answers: list[Response] = []
    cold.on("response", lambda it: answers.append(it))  # noqa: PLW0108 - Playwright wants a function of Python
    cold.new_page().goto(page.url)
    sizes = [each.request.sizes() for each in answers]
    cold.close()
    assert answers[0].headers["content-encoding"] == "gzip"
    assert len(answers) <= MOST_REQUESTS
    assert sizes[0]["responseBodySize"] <= MOST_HTML
    assert sum(each["responseBodySize"] + each["responseHeadersSize"] for each in sizes) <= MOST_BYTES


def test_the_watch_sees_what_no_page_should_do(visit: Open, watch: Watch) -> None:
    watch.expected += ["evil.test", "planted", "Refused|Content Security Policy|violates"]
    page = visit("/sign-in")
    page.evaluate("fetch('https://evil.test/').catch(() => console.error('planted'))")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">planted</p>')")
    page.wait_for_function("performance.getEntriesByType('resource').length >= 0")
    assert any("style" in each for each in watch.wrong)
