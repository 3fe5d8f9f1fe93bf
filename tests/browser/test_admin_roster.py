"""People imported in a real browser: each page of the way, on any screen, with and without a script."""

from typing import Any

import pytest
from playwright.sync_api import FilePayload, Page

from tests.browser.conftest import Open, Product, Watch
from tests.browser.test_every_page import AXE, LOOKS, NARROW, RULES, SMALL, SMALLEST_TARGET

IMPORT = "/admin/members/import"
ADMIN = "adam@acme.test"
CLEAN = "name,email,department,supervisor_email\n" + "".join(
    f"Person {n},p{n}@acme.test,{'Field' if n % 2 else f'Team {n}'},mara@acme.test\n" for n in range(30)
)
WRONG = """name,email,department,supervisor_email,is_supervisor
,nora@acme.test,Field,,
Nils,nowhere,Field,,
Nele,nele.of-a-very-long-address.with-many-parts@a-subdomain.of-another.acme.test,Field,a-very-long-address-of-nobody@a-subdomain.acme.test,
Nick,nick@acme.test,Field,nick@acme.test,perhaps
"""


def choose(page: Page, text: str) -> None:
    """Choose a file and have it checked."""
    page.set_input_files("input[type=file]", FilePayload(name="people.csv", mimeType="text/csv", buffer=text.encode()))
    page.click("main form[enctype] button")
    page.wait_for_load_state()


@pytest.mark.skipif(not AXE.exists(), reason="NO NODE: axe-core isn't installed, so no page is looked at by it")
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, NARROW])
@pytest.mark.parametrize(
    "text", ["", WRONG, CLEAN, "name,email\nAna,ana@acme.test\n"], ids=["before", "wrong", "clean", "old"]
)
def test_each_page_of_the_way_keeps_nobody_out_and_fits(
    member: Open, watch: Watch, text: str, width: int, dark: bool
) -> None:
    watch.expected.append("422")
    page = member(ADMIN, IMPORT, width=width, dark=dark)
    if text:
        choose(page, text)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(LOOKS, RULES) == []
    page.evaluate("document.querySelector('.admin-layout nav').hidden = true")  # every page's, and looked at there
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(SMALL, SMALLEST_TARGET) == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_file_is_corrected_and_taken_in(member: Open, product: Product, watch: Watch, script: bool) -> None:
    watch.expected.append("422|404")
    page: Any = member(ADMIN, IMPORT, script=script)
    address = f"new{script}@acme.test".lower()
    choose(page, f"name,email\nNora,{address}\nNils,nowhere\n")
    assert "Line 3" in page.inner_text("main")
    choose(page, f"name,email\nNora,{address}\n")
    page.click("text=Import 1 person")
    page.wait_for_load_state()
    assert product.do("select status from organization_members where invited_email = %s", address) == "invited"
