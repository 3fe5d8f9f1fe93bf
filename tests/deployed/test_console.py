"""The console as it was deployed: pages by `$default`, files to keep, and a person's own dashboard."""

import re

from tests.deployed.conftest import Deployed, Person

SECURE = "__Host-vizdots-session"  # what the cookie of the access token is called where the console is on HTTPS


def test_the_front_door_is_a_page_that_runs_nothing_of_others(deployed: Deployed) -> None:
    answer = deployed.http.get("/", headers={"Accept-Language": "de"})
    assert answer.status_code == 200, answer.text
    assert '<html lang="de"' in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["strict-transport-security"].startswith("max-age=")


def test_what_a_page_is_made_of_may_be_kept_for_a_year(deployed: Deployed) -> None:
    found = re.search(r'href="(/static/[^"]+\.css)"', deployed.http.get("/").text)
    assert found
    answer = deployed.http.get(found[1])
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/css")
    assert "immutable" in answer.headers["cache-control"]


def test_whoever_is_signed_in_sees_their_own_dashboard(deployed: Deployed, ana: Person) -> None:
    deployed.database.execute(
        "insert into user_profiles (org_id, user_id, profile_json, confirmed_at)"
        " select org_id, user_id, '{}', now() from organization_members where user_id = %s"
        " on conflict (org_id, user_id) do update set confirmed_at = excluded.confirmed_at",
        (ana.user_id,),
    )
    token = ana.http.headers["authorization"].removeprefix("Bearer ")
    answer = deployed.http.get("/dashboard", headers={"Cookie": f"{SECURE}={token}"})
    assert answer.status_code == 200, answer.text
    assert "Ana" in answer.text


def test_a_stranger_is_led_to_the_sign_in_and_back(deployed: Deployed) -> None:
    answer = deployed.http.get("/dashboard")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/sign-in?next=%2Fdashboard"


def test_an_address_that_there_is_not_is_a_page_too_and_a_problem_to_a_client(deployed: Deployed) -> None:
    page, route = deployed.http.get("/no/such/page"), deployed.http.get("/api/no/such/route")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert (route.status_code, route.json()["code"]) == (404, "no_such_page")


def test_a_sign_in_form_that_was_not_ours_is_refused(deployed: Deployed) -> None:
    answer = deployed.http.post("/sign-in", data={"email": "ana@acme.test", "password": "correct horse battery"})
    assert answer.status_code == 403
    assert "set-cookie" not in {name for name, value in answer.headers.multi_items() if "-session=" in value}
