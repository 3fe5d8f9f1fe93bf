"""The map against the territory: what template.yaml says, held against the folders and what their handlers say.

Each check returns what is wrong. Each is shown once to find the fault that it is there for.
"""

import copy
import importlib.util
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from local import cloudformation
from tests.unit.reading import secrets_read_by

ROOT = Path(__file__).resolve().parents[2]
WHATEVER_IS_LEFT = {("ANY", "/"), ("ANY", "/{page+}")}
METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE"}

Template = dict[str, Any]
Check = Callable[[Template], list[str]]


# ---- what the template says ------------------------------------------------------------------------------------------


def functions(template: Template) -> dict[str, dict[str, Any]]:
    """Each function's properties by its logical id."""
    return {
        name: resource["Properties"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def variables(template: Template, function: Mapping[str, Any]) -> dict[str, Any]:
    """A function's environment variables, those of Globals included."""
    everybodys = template["Globals"]["Function"]["Environment"]["Variables"]
    return {**everybodys, **function.get("Environment", {}).get("Variables", {})}


def handlers(template: Template) -> dict[str, Path]:
    """The handler of each function, for those whose folder is there."""
    paths = {name: ROOT / str(each["CodeUri"]) / "app.py" for name, each in functions(template).items()}
    return {name: path for name, path in paths.items() if path.exists()}


def folder(function: Mapping[str, Any]) -> str:
    """A function's folder: `api/sessions`."""
    return str(function["CodeUri"]).strip("/").removeprefix("functions/")


def folders() -> set[str]:
    """The folders of functions/ that have a handler."""
    return {str(app.parent.relative_to(ROOT / "functions")) for app in ROOT.glob("functions/*/*/app.py")}


def statements(value: Any) -> Iterator[dict[str, Any]]:
    """Every IAM statement in a part of the template."""
    if isinstance(value, dict):
        if "Effect" in value:
            yield value
        for each in value.values():
            yield from statements(each)
    elif isinstance(value, list):
        for each in value:
            yield from statements(each)


def texts(value: Any) -> Iterator[str]:
    """Every text in a part of the template."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from texts(each)


def secrets_named_in(value: Any) -> set[str]:
    """The secrets that a part of the template names: `database-url`."""
    return {
        found[1] for text in texts(value) for found in re.finditer(r"vizdots/\$\{Stage\}/([a-z0-9-]*[a-z0-9])", text)
    }


# ---- the checks ------------------------------------------------------------------------------------------------------


def every_folder_is_deployed(template: Template) -> list[str]:
    deployed = {folder(each) for each in functions(template).values()}
    return [f"functions/{each} is not deployed" for each in folders() - deployed] + [
        f"functions/{each} is deployed but isn't there" for each in deployed - folders()
    ]


def a_function_is_called_like_its_folder(template: Template) -> list[str]:
    return [
        f"{name} is the function in {folder(each)}"
        for name, each in functions(template).items()
        if name != "".join(word.title() for word in folder(each).split("/")[1].split("_")) + "Function"
    ]


def routes_are_those_of_the_handlers(template: Template) -> list[str]:
    wrong = []
    for name, handler in handlers(template).items():
        function = functions(template)[name]
        events = [each["Properties"] for each in function.get("Events", {}).values() if each["Type"] == "HttpApi"]
        if folder(function).startswith("web/"):
            taken = {(each["Method"], each["Path"]) for each in events}
            wrong += [] if taken == WHATEVER_IS_LEFT else [f"{name}: a console takes {taken}"]
            continue
        mapped = {(each["Method"], re.sub(r"\{(\w+)\+?\}", r"<\1>", each["Path"])) for each in events}
        declared = routes_declared_in(handler)
        wrong += [f"{name}: {route} leads here, but isn't declared" for route in mapped - declared]
        wrong += [f"{name}: {route} is declared, but nothing leads there" for route in declared - mapped]
    return wrong


def routes_declared_in(handler: Path) -> set[tuple[str, str]]:
    """The methods and paths that a handler answers; none where it is no HTTP function."""
    unique = f"handler_{handler.parent.parent.name}_{handler.parent.name}"
    spec = importlib.util.spec_from_file_location(unique, handler)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    app = getattr(module, "app", None)
    routes = [*app._static_routes, *app._dynamic_routes] if app else []
    return {(method, route.path) for route in routes for method in METHODS & set(re.findall(r"\w+", str(route.method)))}


def every_function_waits_for_the_migrations(template: Template) -> list[str]:
    return [
        name
        for name, function in functions(template).items()
        if folder(function) != "deploy/migrate"
        and variables(template, function).get("MIGRATION") != {"Ref": "Migration"}
    ]


def no_power_is_a_blank_cheque(template: Template) -> list[str]:
    wrong = []
    for statement in statements(template["Resources"]):
        for key in ("Action", "Resource", "NotAction", "NotResource"):
            said = list(texts(statement.get(key, [])))
            wrong += [f"{key}: {each}" for each in said if key.startswith("Not") or re.search(r"(^|:)\*$", each)]
    for name, function in functions(template).items():
        policies = function.get("Policies", [])
        wrong += [f"{name}: {each}" for each in policies if not (isinstance(each, dict) and "Ref" in each)]
    return wrong


def a_function_may_read_the_secrets_that_it_reads(template: Template) -> list[str]:
    wrong = []
    for name, handler in handlers(template).items():
        function = functions(template)[name]
        granted = {
            secret
            for policy in function.get("Policies", [])
            for secret in secrets_named_in(template["Resources"].get(policy.get("Ref"), {}))
        }
        told = variables(template, function)
        read = set()
        for variable in secrets_read_by(handler):
            named = secrets_named_in(told.get(f"{variable}_SECRET"))
            wrong += [] if named else [f"{name} reads {variable}, but isn't told its name"]
            read |= named
        wrong += [f"{name} reads {each}, but may not" for each in read - granted]
        wrong += [f"{name} may read {each}, but doesn't" for each in granted - read]
    return wrong


def every_function_has_a_sample_event(template: Template) -> list[str]:
    wanted = {folder(each).replace("/", "_") for each in functions(template).values()}
    there = {each.stem for each in ROOT.glob("events/*.json")}
    return [f"events/{each}.json is missing" for each in wanted - there] + [
        f"events/{each}.json belongs to no function" for each in there - wanted
    ]


def a_function_takes_eight_lines_at_most(_: Template, text: str | None = None) -> list[str]:
    text = text or (ROOT / "template.yaml").read_text()
    blocks = re.findall(r"^  (\w+Function):\n((?:    .*\n)+)", text, re.MULTILINE)
    return [f"{name} takes {1 + body.count(chr(10))} lines" for name, body in blocks if body.count("\n") > 7]


CHECKS: list[Check] = [
    every_folder_is_deployed,
    a_function_is_called_like_its_folder,
    routes_are_those_of_the_handlers,
    every_function_waits_for_the_migrations,
    no_power_is_a_blank_cheque,
    a_function_may_read_the_secrets_that_it_reads,
    every_function_has_a_sample_event,
    a_function_takes_eight_lines_at_most,
]


@pytest.fixture(scope="module")
def template() -> Template:
    return cloudformation.load(ROOT / "template.yaml")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_the_map_is_right(template: Template, check: Check) -> None:
    assert check(template) == []


# ---- each check finds the fault that it is there for -----------------------------------------------------------------


def sessions(template: Template) -> Any:
    return template["Resources"]["SessionsFunction"]["Properties"]


def forget_a_function(template: Template) -> None:
    del template["Resources"]["SessionsFunction"]


def deploy_a_folder_that_is_not_there(template: Template) -> None:
    sessions(template)["CodeUri"] = "functions/api/nowhere/"


def call_a_function_otherwise(template: Template) -> None:
    template["Resources"]["ListFunction"] = template["Resources"].pop("SessionsFunction")


def forget_a_route(template: Template) -> None:
    sessions(template)["Events"].popitem()


def lead_a_route_astray(template: Template) -> None:
    sessions(template)["Events"]["More"] = {"Type": "HttpApi", "Properties": {"Method": "GET", "Path": "/api/more"}}


def let_a_function_go_ahead(template: Template) -> None:
    sessions(template)["Environment"] = {"Variables": {"MIGRATION": ""}}


def allow_every_action(template: Template) -> None:
    (statement,) = statements(template["Resources"]["UsesDatabase"])
    statement["Action"] = ["secretsmanager:*"]


def allow_every_resource(template: Template) -> None:
    (statement,) = statements(template["Resources"]["UsesDatabase"])
    statement["Resource"] = "*"


def allow_all_but(template: Template) -> None:
    (statement,) = statements(template["Resources"]["UsesDatabase"])
    statement["NotAction"] = statement.pop("Action")


def lend_an_administrators_power(template: Template) -> None:
    sessions(template)["Policies"].append("AdministratorAccess")


def withhold_a_power(template: Template) -> None:
    sessions(template)["Policies"].remove({"Ref": "UsesDatabase"})


def lend_a_power_that_is_not_used(template: Template) -> None:
    sessions(template)["Policies"].append({"Ref": "OwnsDatabase"})


def not_tell_a_secrets_name(template: Template) -> None:
    del template["Globals"]["Function"]["Environment"]["Variables"]["DATABASE_URL_SECRET"]


def deploy_a_function_without_an_event(template: Template) -> None:
    template["Resources"]["OtherFunction"] = copy.deepcopy(template["Resources"]["SessionsFunction"])
    template["Resources"]["OtherFunction"]["Properties"]["CodeUri"] = "functions/api/other/"


@pytest.mark.parametrize(
    ("plant", "check"),
    [
        (forget_a_function, every_folder_is_deployed),
        (forget_a_function, every_function_has_a_sample_event),
        (deploy_a_folder_that_is_not_there, every_folder_is_deployed),
        (call_a_function_otherwise, a_function_is_called_like_its_folder),
        (forget_a_route, routes_are_those_of_the_handlers),
        (lead_a_route_astray, routes_are_those_of_the_handlers),
        (let_a_function_go_ahead, every_function_waits_for_the_migrations),
        (allow_every_action, no_power_is_a_blank_cheque),
        (allow_every_resource, no_power_is_a_blank_cheque),
        (allow_all_but, no_power_is_a_blank_cheque),
        (lend_an_administrators_power, no_power_is_a_blank_cheque),
        (withhold_a_power, a_function_may_read_the_secrets_that_it_reads),
        (lend_a_power_that_is_not_used, a_function_may_read_the_secrets_that_it_reads),
        (not_tell_a_secrets_name, a_function_may_read_the_secrets_that_it_reads),
        (deploy_a_function_without_an_event, every_function_has_a_sample_event),
    ],
    ids=lambda it: it.__name__,
)
def test_a_planted_fault_is_found(template: Template, plant: Callable[[Template], None], check: Check) -> None:
    faulty = copy.deepcopy(template)
    plant(faulty)
    assert check(faulty) != []


def test_a_function_of_nine_lines_is_found() -> None:
    text = "Resources:\n  LongFunction:\n" + "    Line: 1\n" * 8
    assert a_function_takes_eight_lines_at_most({}, text) == ["LongFunction takes 9 lines"]
