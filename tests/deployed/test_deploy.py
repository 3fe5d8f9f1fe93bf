"""What a deploy makes of template.yaml, and what is left of one whose migration fails."""

from common import migrations
from local import template
from tests.deployed.cloud import ROOT, STACK
from tests.deployed.conftest import APP_URL, Deployed
from tests.deployed.next_deploy import NextDeploy

LARGEST = 150_000_000  # bytes; Lambda takes 250 MB of a function with its layers


def test_the_deploy_has_applied_every_migration(deployed: Deployed) -> None:
    assert applied(deployed) == [each.name for each in migrations.files(ROOT / "sql")]


def test_the_layers_are_compiled_and_leave_room_below_lambdas_limit(next_deploy: NextDeploy) -> None:
    unzipped = 0
    for name in ("DependenciesLayer", "CommonLayer", "SharedLayer"):
        with next_deploy.layer(name) as layer:
            unzipped += sum(each.file_size for each in layer.infolist())
            sources = {each for each in layer.namelist() if each.endswith(".py")}
            compiled = {each for each in layer.namelist() if each.endswith(".pyc")}
            assert len(compiled) >= 0.9 * len(sources) > 0, name
    assert unzipped < LARGEST


def test_the_functions_sign_in_as_a_role_that_can_do_nothing_by_itself(deployed: Deployed) -> None:
    role = deployed.database.execute(
        "select rolinherit, rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolcanlogin"
        " from pg_roles where rolname = 'vizdots_functions'"
    ).fetchone()
    assert role == (False, False, False, False, False, True)


def test_every_route_of_the_template_leads_to_its_function(deployed: Deployed) -> None:
    gateway, api = deployed.cloud.client("apigatewayv2"), deployed.cloud.physical("Api")
    integrations = {
        each["IntegrationId"]: each["IntegrationUri"] for each in gateway.get_integrations(ApiId=api)["Items"]
    }
    found = {
        route["RouteKey"]: integrations[route["Target"].removeprefix("integrations/")]
        for route in gateway.get_routes(ApiId=api)["Items"]
    }
    routes = template.read(ROOT / "template.yaml").routes
    assert found.keys() == {route.key for route in routes}
    for route in routes:
        assert f"function:{deployed.cloud.physical(route.function)}/" in found[route.key]


def test_every_function_was_made_after_the_migrations(deployed: Deployed) -> None:
    pages = deployed.cloud.client("cloudformation").get_paginator("describe_stack_events").paginate(StackName=STACK)
    events = [event for page in pages for event in page["StackEvents"]]
    made = [each["LogicalResourceId"] for each in reversed(events) if each["ResourceStatus"] == "CREATE_COMPLETE"]
    functions = set(template.read(ROOT / "template.yaml").functions) - {"MigrateFunction"}
    assert functions <= set(made[made.index("Migration") :])


def test_the_database_answers_through_the_gateway(deployed: Deployed) -> None:
    answer = deployed.http.get("/api/health")
    assert answer.status_code == 200, answer.text
    assert answer.json()["status"] == "ok"


def test_the_console_may_call_the_api_and_nobody_elses_page_may(deployed: Deployed) -> None:
    asked = {"Access-Control-Request-Method": "PATCH", "Access-Control-Request-Headers": "authorization,if-match"}
    ours = deployed.http.options("/api/user/profile", headers={"Origin": APP_URL, **asked})
    assert ours.status_code == 204
    assert ours.headers["access-control-allow-origin"] == APP_URL
    assert "PATCH" in ours.headers["access-control-allow-methods"]
    assert {"authorization", "if-match", "idempotency-key"} <= set(
        ours.headers["access-control-allow-headers"].replace(" ", "").split(",")
    )
    theirs = deployed.http.options("/api/user/profile", headers={"Origin": "https://evil.test", **asked})
    assert theirs.headers.get("access-control-allow-origin") not in ("https://evil.test", "*")


def test_a_migration_that_fails_rolls_the_deploy_back(deployed: Deployed, next_deploy: NextDeploy) -> None:
    before = applied(deployed)
    next_deploy.brings("999_broken.sql", "create table public.half_done (id int);\nselect 1 / 0;\n")
    next_deploy.brings_new_code("HealthFunction")
    assert next_deploy.ends_with("stack_rollback_complete")
    reason = next_deploy.failure_of("Migration")
    assert "999_broken.sql" in reason
    assert "division by zero" in reason
    assert applied(deployed) == before
    assert deployed.database.execute("select to_regclass('public.half_done')").fetchone() == (None,)
    assert deployed.http.get("/api/health").json()["status"] == "ok", "the new code must not have been let in"


def test_a_deploy_that_fails_after_its_migrations_goes_back_to_the_old_code(
    deployed: Deployed, next_deploy: NextDeploy
) -> None:
    before = applied(deployed)
    next_deploy.brings(
        "999_new.sql", "create table public.new (id int);\nalter table public.new enable row level security;\n"
    )
    next_deploy.brings_new_code("HealthFunction")
    next_deploy.breaks("MeFunction")
    assert next_deploy.ends_with("stack_rollback_complete")
    assert applied(deployed) == [*before, "999_new.sql"], "migrations go forward only"
    assert deployed.http.get("/api/health").json()["status"] == "ok"


def applied(deployed: Deployed) -> list[str]:
    """The migrations that the database has."""
    return [name for (name,) in deployed.database.execute("select name from schema_migrations order by version")]
