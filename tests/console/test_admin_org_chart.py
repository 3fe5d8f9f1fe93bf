"""The org chart's page, as an admin's browser without a script uses it."""

import gzip
from typing import Final
from uuid import UUID

import psycopg
import pytest

from tests.console.conftest import Console, Page, Visitor
from tests.console.test_injection import PAYLOADS, foreign, ready
from tests.people import ACME, People

CHART: Final = "/admin/org-chart"
MOST_HTML: Final = 30_000  # bytes, packed
MANY: Final = 5_000


def hire(console: Console, count: int, *, span: int, lead: bool = True) -> UUID:
    """So many people on top of those of tests/people.py, `span` to a team; the id of the one above all of them."""
    with psycopg.connect(console.database.admin_url) as connection:
        connection.execute(
            "insert into organization_members (id, org_id, user_id, supervisor, display_name, job_title, status)"
            " select md5('member ' || n)::uuid, %s, md5('member ' || n)::uuid,"
            " case when n > 1 and %s then md5('member ' || (n - 2) / %s + 1)::uuid end,"
            " initcap(translate(left(md5(n::text), 6), '0123456789', 'aeioulmnrs')) || ' '"
            " || initcap(translate(left(md5(n || 'b'), 9), '0123456789', 'aeioulmnrs')),"
            " (array['Technician', 'Planner', 'Fitter', 'Clerk', 'Engineer', 'Team lead'])[n %% 6 + 1], 'active'"
            " from generate_series(1, %s) n",
            (ACME, lead, span, count),
        )
        found = connection.execute("select md5('member 1')::uuid").fetchone()
    assert found
    top: UUID = found[0]
    return top


def shown(page: Page) -> list[str]:
    """Whom the chart shows, in order."""
    assert page.status == 200
    return [text for text, href in page.read.links if href.startswith("/admin/members/")]


def packed(page: Page) -> int:
    return len(gzip.compress(page.html.encode()))


def test_the_chart_is_a_tree_of_lists_that_folds_without_a_script(adam: Visitor) -> None:
    page = adam.open(CHART)
    assert shown(page) == ["Olivia Owner", "Adam Admin", "Mara Manager", "Ana Alba", "Carl Colleague"]
    assert [text.partition(" of ")[2] for text in summaries(page)] == ["Olivia Owner", "Mara Manager"]
    assert summaries(page)[0] == "2 reports, 4 people in all of Olivia Owner"
    assert "Field lead · Field" in page.text
    assert "5 people" in page.text


def summaries(page: Page) -> list[str]:
    return [" ".join(each.partition("</summary>")[0].split()) for each in plain(page.html).split("<summary>")[1:]]


def plain(html: str) -> str:
    return html.replace('<span class="visually-hidden">', "").replace("</span>", "")


def test_each_list_stands_within_the_person_whom_it_is_of(adam: Visitor) -> None:
    html = adam.open(CHART).html
    olivia, mara, ana = (html.index(f">{name}<") for name in ("Olivia Owner", "Mara Manager", "Ana Alba"))
    assert html[olivia:mara].count("<ul>") - html[olivia:mara].count("</ul>") == 1
    assert html[mara:ana].count("<ul>") - html[mara:ana].count("</ul>") == 1


def test_a_part_of_it_is_a_page_with_the_way_back_up(adam: Visitor, people: People) -> None:
    page = adam.open(f"{CHART}?root={people.her_manager.member_id}")
    assert shown(page) == ["Mara Manager", "Ana Alba", "Carl Colleague"]
    assert ("Olivia Owner", f"{CHART}?root={people.owner.member_id}") in page.read.links
    alone = adam.open(f"{CHART}?root={people.ana.member_id}")
    assert "Nobody reports to them." in alone.text


def test_whoever_is_looked_for_is_found_by_a_part_of_their_name(adam: Visitor, people: People) -> None:
    form = adam.open(CHART).form(CHART)
    page = adam.submit(form, q="aNA")
    assert [href for text, href in page.read.links if text in ("Ana Alba", "Mara Manager")] == [
        f"{CHART}?root={people.ana.member_id}",
        f"{CHART}?root={people.her_manager.member_id}",
    ]
    assert "Technician · Field · reports to Mara Manager" in page.text
    assert "Nobody of that name" in adam.submit(form, q="Fred").text  # who has left
    assert "Nobody of that name" in adam.submit(form, q="%").text
    assert "Nobody of that name" in adam.submit(form, q="Stella").text  # of another organisation


def test_many_who_are_found_are_not_all_told(adam: Visitor, console: Console) -> None:
    hire(console, 60, span=7)
    assert "There are more." in adam.open(f"{CHART}?q=a").text


def test_people_without_a_supervisor_stand_by_themselves(adam: Visitor, console: Console) -> None:
    hire(console, 3, span=7, lead=False)
    page = adam.open(CHART)
    before, _, after = page.text.partition("Without a supervisor")
    assert "Olivia Owner" in before
    assert len([name for name in shown(page) if name in after]) == 3


def test_where_nobody_leads_anybody_the_page_says_what_to_do(console: Console, people: People) -> None:
    with psycopg.connect(console.database.admin_url) as connection:
        connection.execute("update organization_members set supervisor = null")
    ready(console, people.admin)
    page = console.signed_in(people.admin).open(CHART)
    assert "Nobody leads anybody yet" in page.text
    assert len(shown(page)) == 5


@pytest.mark.parametrize("span", [3, 7, 40, 200, MANY])
def test_five_thousand_people_are_a_light_page_and_everybody_can_be_reached(
    adam: Visitor, console: Console, span: int
) -> None:
    top = hire(console, MANY, span=span)
    page = adam.open(CHART)
    assert packed(page) <= MOST_HTML
    page = adam.open(f"{CHART}?root={top}")
    assert packed(page) <= MOST_HTML
    if span == MANY:
        seen = shown(page)
        while further := [href for text, href in page.read.links if text == "More people"]:
            page = adam.open(further[0])
            assert packed(page) <= MOST_HTML
            seen += shown(page)
        assert len({*seen}) == MANY


def test_everybody_is_reached_by_opening_what_is_folded(adam: Visitor, console: Console) -> None:
    """From page to page, as somebody does who opens whatever says that there are more."""
    hire(console, 400, span=5)
    ways, seen, been = [CHART], set[str](), set[str]()
    while ways:
        way = ways.pop()
        if way in been:
            continue
        been.add(way)
        page = adam.open(way)
        seen |= {href for _, href in page.read.links if href.startswith("/admin/members/")}
        ways += [href for _, href in page.read.links if href.startswith(f"{CHART}?")]
    assert len(seen) == 405


def test_a_deep_chart_goes_seven_levels_and_on_with_another_page(adam: Visitor, console: Console) -> None:
    top = hire(console, 60, span=1)
    page = adam.open(f"{CHART}?root={top}")
    assert len(shown(page)) == 8
    for _ in range(8):
        further = [href for text, href in page.read.links if href.startswith(CHART) and "in all of" in text]
        page = adam.open(further[-1])
    assert "…" in page.text
    assert "Nobody reports to them." not in page.text


@pytest.mark.parametrize("query", ["root=x", "cursor=x", "root=%00"])
def test_an_address_that_makes_no_sense_is_told_kindly(adam: Visitor, query: str) -> None:
    assert adam.open(f"{CHART}?{query}").status == 422


def test_it_is_for_who_runs_the_organisation(console: Console, people: People, adam: Visitor) -> None:
    ready(console, people.her_manager)
    page = console.signed_in(people.her_manager).open(CHART)
    assert page.status == 403
    assert "Ana" not in page.text
    assert adam.open(f"{CHART}?root={people.stranger.member_id}").status == 404


def test_whatever_somebody_is_called_is_text(adam: Visitor, console: Console, people: People) -> None:
    wrong = []
    for text in PAYLOADS:
        console.look(
            "update organization_members set display_name = %s, job_title = %s where id = %s returning 1",
            text,
            text[:200],
            people.her_manager.member_id,
        )
        ways = (CHART, f"{CHART}?root={people.ana.member_id}", f"{CHART}?root={people.her_manager.member_id}")
        pages = [adam.open(way) for way in ways]
        wrong += [f"{page.path} hides {text}" for page in pages if " ".join(text.split()) not in page.text]
        pages.append(adam.submit(pages[0].form(CHART), q=text))
        wrong += [f"{page.path}: {text}: {it}" for page in pages for it in foreign(page.read)]
    assert wrong == []
