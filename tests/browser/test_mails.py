"""Every mail in every language, as a mail program shows it: wide and narrow, in the light and in the dark."""

from collections.abc import Callable, Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Watch
from tests.browser.test_every_page import AXE, LOOKS, RULES, SMALLEST_TARGET
from tools.mails import APP, EXAMPLES, WIDTHS
from vizdots.agents import LANGUAGES, Language
from vizdots.mails import letters

# A mail stands within the page of a mail program, which has its own landmarks: a second main would mislead.
OF_PAGES: Final = ("landmark-one-main", "region")
ONE_OF_EACH: Final = {kind: name for name, (kind, _) in EXAMPLES.items()}
SMALL: Final = """least => [...document.querySelectorAll('a')]
  .filter(it => it.getBoundingClientRect().height < least).map(it => it.textContent)"""

Show = Callable[..., Page]


@pytest.fixture
def show(engine: Browser) -> Iterator[Show]:
    """Shows HTML in a new window; fails the test at its end when that asked anybody for anything, or complained."""
    watch, contexts = Watch(own=""), []

    def shown(html: str = "", *, width: int = 600, dark: bool = False) -> Page:
        context = engine.new_context(viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light")
        watch.over(context)
        contexts.append(context)
        page = context.new_page()
        page.set_content(html)
        return page

    yield shown
    for each in contexts:
        each.close()
    assert watch.left() == []


def html(name: str, language: Language) -> str:
    """An example's HTML."""
    kind, facts = EXAMPLES[name]
    return letters.compose(kind, facts, language, app_url=APP).html


def overflows(page: Page) -> bool:
    """Whether one would have to scroll to the side."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def barriers(page: Page) -> list[str]:
    """What axe finds in the light, and in the dark, which changes colours and nothing else."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    page.emulate_media(color_scheme="light")
    found = page.evaluate(LOOKS, {"type": "tag", "values": RULES})
    page.emulate_media(color_scheme="dark")
    found += page.evaluate(LOOKS, {"type": "rule", "values": ["color-contrast"]})
    return [each for each in found if not each.startswith(OF_PAGES)]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_overflows_and_everything_can_be_hit(show: Show, language: Language, width: int) -> None:
    page = show(width=width)
    for name in EXAMPLES:
        page.set_content(html(name, language))
        assert not overflows(page), name
        assert page.evaluate(SMALL, SMALLEST_TARGET) == [], name
        assert page.locator("h1").count() == 1
        assert page.locator("a.button").count() == 1


@pytest.mark.skipif(not AXE.exists(), reason="NO NODE: axe-core isn't installed, so no mail is looked at by it")
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_keeps_anybody_out_in_the_light_and_in_the_dark(show: Show, language: Language) -> None:
    page = show()
    for name in ONE_OF_EACH.values():
        page.set_content(html(name, language))
        assert barriers(page) == [], name


def test_the_dark_is_dark(show: Show) -> None:
    ground = "getComputedStyle(document.querySelector('{}')).backgroundColor"
    light, dark = show(html("recovery", "en")), show(html("recovery", "en"), dark=True)
    for part in ("body", ".card", ".sunken", "[role=article]"):
        assert light.evaluate(ground.format(part)) != dark.evaluate(ground.format(part)), part


def test_the_preheader_is_there_and_not_shown(show: Show) -> None:
    preheader = show(html("recovery", "en")).get_by_text("With a button, or with the code in this mail.")
    expect(preheader).to_have_count(1)
    expect(preheader).not_to_be_visible()


def test_planted_faults_are_found(show: Show) -> None:
    page = show(html("recovery", "en"), width=375)
    page.evaluate("document.querySelector('h1').style.width = '30rem'")
    assert overflows(page)
    page.evaluate("document.querySelector('a.button').style.padding = '2px'")
    assert page.evaluate(SMALL, SMALLEST_TARGET) == ["Choose a new password"]


@pytest.mark.skipif(not AXE.exists(), reason="NO NODE: axe-core isn't installed, so no mail is looked at by it")
def test_planted_barriers_are_found(show: Show) -> None:
    page = show(html("recovery", "en"))
    page.evaluate("document.documentElement.lang = ''")
    page.evaluate("document.querySelector('.soft').className = ''")  # too dark, in the dark alone
    assert [each.partition(":")[0] for each in barriers(page)] == ["html-has-lang", "color-contrast"]


def test_a_mail_that_asks_somebody_is_found(engine: Browser) -> None:
    watch, context = Watch(own=""), engine.new_context()
    watch.over(context)
    context.new_page().set_content("<img src='https://tracker.test/pixel.gif' alt=''>")
    context.close()
    assert "a request to tracker.test" in watch.left()
