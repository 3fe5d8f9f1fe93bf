"""What a deploy makes of template.yaml, and what is left of one whose migration fails."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from common import migrations
from local import cloudformation, template
from tests.deployed.cloud import ROOT, STACK, Cloud
from tests.deployed.conftest import APP_URL, Deployed

BROKEN = "create table public.half_done (id int);\nselect 1 / 0;\n"
NEW_CODE = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'new code'}\n"


def test_the_deploy_has_applied_every_migration(deployed: Deployed) -> None:
    applied = deployed.database.execute("select name from schema_migrations order by version").fetchall()
    assert [name for (name,) in applied] == [each.name for each in migrations.files(ROOT / "sql")]


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
    events = deployed.cloud.client("cloudformation").describe_stack_events(StackName=STACK)["StackEvents"]
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


def test_a_migration_that_fails_rolls_the_deploy_back(deployed: Deployed, tmp_path: Path) -> None:
    cloud, database = deployed.cloud, deployed.database
    before = database.execute("select name from schema_migrations order by version").fetchall()
    stack = cloud.client("cloudformation")
    stack.update_stack(
        StackName=STACK,
        TemplateBody=json.dumps(_with_a_broken_migration_and_new_code(cloud, tmp_path)),
        Parameters=[
            {"ParameterKey": each["ParameterKey"], "UsePreviousValue": True}
            for each in stack.describe_stacks(StackName=STACK)["Stacks"][0]["Parameters"]
        ],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    stack.get_waiter("stack_rollback_complete").wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
    reasons = [
        each.get("ResourceStatusReason", "")
        for each in stack.describe_stack_events(StackName=STACK)["StackEvents"]
        if each["LogicalResourceId"] == "Migration" and each["ResourceStatus"] == "UPDATE_FAILED"
    ]
    assert "999_broken.sql" in reasons[0]
    assert "division by zero" in reasons[0]
    assert database.execute("select name from schema_migrations order by version").fetchall() == before
    assert database.execute("select to_regclass('public.half_done')").fetchone() == (None,)
    answer = deployed.http.get("/api/health")
    assert answer.json()["status"] == "ok", "the new code must not have been let in"


def _with_a_broken_migration_and_new_code(cloud: Cloud, folder: Path) -> dict[str, Any]:
    """The deployed template with one more migration, and other code for one function."""
    told = cloud.client("cloudformation").get_template(StackName=STACK, TemplateStage="Original")["TemplateBody"]
    path = folder / "template.yaml"
    path.write_text(told if isinstance(told, str) else json.dumps(told))
    document = cloudformation.load(path)
    sql, health = (document["Resources"][name]["Properties"] for name in ("SqlLayer", "HealthFunction"))
    files = {f"python/sql/{each.name}": each.read_text() for each in (ROOT / "sql").glob("*.sql")}
    sql["ContentUri"] = _upload(cloud, sql["ContentUri"], {**files, "python/sql/999_broken.sql": BROKEN})
    health["CodeUri"] = _upload(cloud, health["CodeUri"], {"app.py": NEW_CODE})
    return document


def _upload(cloud: Cloud, beside: str, files: dict[str, str]) -> str:
    """A new archive beside that one in S3."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as opened:
        for name, text in files.items():
            opened.writestr(name, text)
    bucket, _, key = beside.removeprefix("s3://").partition("/")
    cloud.client("s3").put_object(Bucket=bucket, Key=f"{key}-changed", Body=archive.getvalue())
    return f"s3://{bucket}/{key}-changed"
