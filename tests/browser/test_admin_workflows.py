"""What an owner does about a workflow, from end to end, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, Product
from tests.people import People

OWNER = People().owner.email


def opened(member: Open, product: Product, name: str, **how: object) -> Page:
    """The page of a workflow of that name, which Ana and Carl tell of in two ways, and the owner as Ana does."""
    people = People()
    workflow = product.tell(people.ana, "read", "call", "reply", name=name, tools=("Excel",))
    product.tell(people.owner, "read", "call", "reply", workflow=workflow, tools=("Excel",))
    product.tell(people.colleague, "read", "reply", workflow=workflow, variants=("Skips “CALL”",))
    return member(OWNER, f"/admin/workflows/{workflow}", **how)


@pytest.mark.parametrize("script", [True, False], ids=["with a script", "without a script"])
def test_an_owner_corrects_a_workflow_asks_why_and_takes_it_back(member: Open, product: Product, script: bool) -> None:
    page = opened(member, product, f"Complaints {script}", script=script)
    page.get_by_role("link", name="Correct it").click()
    page.get_by_label("Step 1", exact=True).fill("Listen")
    page.get_by_role("button", name="Move down: READ").click()
    expect(page.get_by_label("Step 2", exact=True)).to_have_value("Listen")
    page.get_by_role("button", name="Take out: CALL").click()
    page.get_by_label("What is done").fill("Send flowers")
    page.get_by_label("What is done").press("Enter")
    expect(page.get_by_role("heading", name="What it becomes")).to_be_visible()
    expect(page.locator(".diff")).to_contain_text("Send flowers")
    page.get_by_label("Why, if you like to say").fill("It costs less.")
    page.get_by_role("button", name="Save the correction").last.click()
    expect(page.get_by_role("status")).to_contain_text("Your correction holds.")
    expect(page.locator(".told-steps > li")).to_contain_text(["Listen", "REPLY", "Send flowers"])

    page.get_by_role("link", name="Why are you saying this? REPLY").click()
    expect(page.locator("main")).to_contain_text("Fewer than 5 people say so.")
    expect(page.locator("main")).not_to_contain_text("Ana")
    page.locator('a[href^="/dots/"]').click()
    expect(page.locator("h1")).to_contain_text("How you work")
    page.go_back()
    page.get_by_role("link", name="Complaints").click()

    page.get_by_text("Back to what people told").click()
    page.get_by_role("button", name="Take the correction back").click()
    expect(page.locator(".told-steps > li")).to_contain_text(["READ", "CALL", "REPLY"])


def test_an_owner_marks_a_variant_as_friction_and_says_that_the_rest_is_right(member: Open, product: Product) -> None:
    page = opened(member, product, "Returns")
    page.get_by_role("button", name="Friction").click()
    expect(page.locator(".variants")).to_contain_text("Friction")
    page.get_by_role("button", name="Accurate").click()
    expect(page.locator("main")).to_contain_text("said by an owner")
    page.goto("/admin/workflows")
    expect(page.locator(".work", has_text="Returns")).to_contain_text("1 friction")


def test_two_workflows_become_one(member: Open, product: Product) -> None:
    page = opened(member, product, "Quotes")
    more = {"matched_by": "unsure", "similarity": 0.5, "resembles": page.url.rpartition("/")[2]}
    product.tell(People().admin, "read", "sign", name="Quotations", **more)
    page.reload()
    page.get_by_role("link", name="Look at both").click()
    page.get_by_role("radio", name="Quotes").check()
    page.get_by_role("button", name="Merge them").click()
    expect(page.locator("h1")).to_have_text("Quotes")
    expect(page.locator("main")).to_contain_text("Also called: Quotations")
