"""The product in other languages, from end to end, and no page with a text that nobody translated."""

import re
from collections.abc import Iterator
from typing import Final

import pytest
from babel.dates import get_day_names, get_month_names, get_period_names
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, Open, Product, Watch
from tests.browser.test_journeys import CHECK_IN, SAID, say
from tools import catalogues
from tools.pages import MEMBERS, NEWCOMERS, PUBLIC
from vizdots import translations

ANSWERS: Final = {
    "es": ("4, porque las rutas nuevas funcionan", "3, bajo"),
    "ja": ("4、新しいルートのおかげです", "3、低い"),
}
MONTHS: Final = (*get_month_names("wide", locale="en").values(), *get_month_names("abbreviated", locale="en").values())
DAYS: Final = (*get_day_names("wide", locale="en").values(), *get_day_names("abbreviated", locale="en").values())
HALVES: Final = [get_period_names("abbreviated", locale="en")[half] for half in ("am", "pm")]
FOR_DEVELOPERS: Final = ("/design", "/developers")  # in English
# What a page says to whoever looks, screen readers included; nothing that a person wrote, nothing of another language.
TEXTS: Final = """() => {
  const foreign = "script, style, [lang]:not(html), .bubble, textarea, option, code, pre, .words";
  const said = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) if (!walk.currentNode.parentElement.closest(foreign)) said.push(walk.currentNode.data);
  for (const it of document.querySelectorAll("[aria-label], [placeholder], [title]"))
    if (!it.closest(foreign)) said.push(...["aria-label", "placeholder", "title"].map(name => it.getAttribute(name)));
  return said.filter(Boolean).map(it => it.replace(/\\s+/g, " ").trim()).filter(it => /\\p{L}{2}/u.test(it));
}"""


def english(language: str) -> Iterator[str]:
    """Our own texts that read otherwise in a language."""
    for message in catalogues.read("console", language):
        if isinstance(message.id, str) and message.id and message.string != message.id:
            yield message.id


def left_in_english(page: Page, language: str) -> set[str]:
    """What a page in another language says in English."""
    return {*page.evaluate(TEXTS)} & {*english(language)}


def assert_speaks(page: Page, language: str) -> None:
    """Hold a page against its language."""
    assert page.locator("html").get_attribute("lang") == language
    assert left_in_english(page, language) == set()


@pytest.mark.parametrize("language", ["es", "ja"])
def test_somebody_goes_all_the_way_in_their_language(product: Product, visit: Open, language: str) -> None:
    email = f"new-{language}@acme.test"
    product.invite(email, "Nora New")
    page = visit(product.mail(email), language=language)

    assert_speaks(page, language)
    page.fill("main input[name=password]", PASSWORD)
    page.click("main form button")
    page.wait_for_url("**/welcome")
    page.click("main form button")
    page.wait_for_url("**/welcome/details")
    page.click("main form button")
    page.wait_for_url("**/welcome/language")
    page.select_option("main select[name=language_code]", language)
    page.click("main form button")
    page.wait_for_url("**/dashboard")
    assert_speaks(page, language)

    page.click("button[value=pulse]")
    page.wait_for_url(CHECK_IN)
    assert_speaks(page, language)
    page.click("main form button")
    expect(page.locator(SAID)).to_have_count(1)
    rating, load = ANSWERS[language]
    say(page, rating)
    expect(page.locator(SAID)).to_have_count(2)
    say(page, load)
    expect(page.locator("dl.learned")).to_be_visible()
    assert_speaks(page, language)
    said = (
        "select language_code from answers join organization_members using (org_id, user_id) where invited_email = %s"
    )
    assert product.do(said, email) == language

    page.goto("/dots")
    assert_speaks(page, language)
    expect(page.locator("main dl.stats dd").first).to_have_text("1")


@pytest.mark.parametrize("path", [path for path in PUBLIC if not path.startswith(FOR_DEVELOPERS)])
def test_no_public_page_has_a_text_that_cant_be_translated(visit: Open, watch: Watch, path: str) -> None:
    watch.expected.append("404|410")
    page = visit(f"{path}{'&' if '?' in path else '?'}lang={translations.PSEUDO}")
    assert plain(page) == []


@pytest.mark.parametrize(
    "path", [path for path in (*MEMBERS, *NEWCOMERS) if "{" not in path and path != "/set-password"]
)
def test_no_members_page_has_a_text_that_cant_be_translated(member: Open, newcomer: str, path: str) -> None:
    who = newcomer if path in NEWCOMERS else "ana@acme.test"
    page = member(who, f"{path}?lang={translations.PSEUDO}")
    assert page.url.endswith(f"{path}?lang={translations.PSEUDO}")
    assert plain(page) == []


def test_a_planted_english_text_is_found(visit: Open) -> None:
    page = visit("/sign-in", language="es")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<p>What it does</p>')")
    assert left_in_english(page, "es") == {"What it does"}
    page = visit(f"/sign-in?lang={translations.PSEUDO}")
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<p>Forgot something?</p>')")
    assert plain(page) == ["Forgot something?"]


def plain(page: Page) -> list[str]:
    """What a page in the pseudo-language says plainly: forgotten, where it is no name and no address."""
    calendar = {*MONTHS, *DAYS, *HALVES}  # which Unicode says in each language, and not we
    names = ("VizDots", "Acme", "Ana", "Wanda", "ana@", "welcome@", "$", "⟦")
    said = [it for it in page.evaluate(TEXTS) if "⟧" not in it and not it.startswith(names)]
    return [it for it in said if not set(re.findall(r"[A-Za-z]+", it)) <= calendar]
