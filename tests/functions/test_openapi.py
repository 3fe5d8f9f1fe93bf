"""The OpenAPI document: current, valid, complete, and true about who may ask and what can go wrong."""

import json
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from local import template
from tests.functions.conftest import Answer, Client
from tools import openapi

DOCUMENT: dict[str, Any] = json.loads(openapi.DOCUMENT.read_text(encoding="utf-8"))
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
}


def model(operation: dict[str, Any], status: str) -> str:
    reference: str = operation["responses"][status]["content"]["application/json"]["schema"]["$ref"]
    return reference.removeprefix("#/components/schemas/")


def test_the_committed_document_is_current() -> None:
    assert openapi.DOCUMENT.read_text(encoding="utf-8") == openapi.text(), (
        "run `make openapi` and commit what it writes"
    )


def test_it_is_openapi_3_1() -> None:
    assert DOCUMENT["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(DOCUMENT).validate()


def test_every_api_route_of_the_template_is_in_it_and_nothing_else() -> None:
    routes = {
        each.key for each in template.read(openapi.ROOT / "template.yaml", parameters={"SupabaseUrl": "x"}).routes
    }
    asked = {key for key in routes if " /api/" in key}
    assert OPERATIONS.keys() == asked


def test_an_operation_is_called_like_its_handler() -> None:
    assert OPERATIONS["GET /api/sessions"]["operationId"] == "list_sessions"
    assert OPERATIONS["POST /api/sessions/{session_id}/messages"]["operationId"] == "take_turn"


def test_an_answer_passed_through_from_the_database_is_documented_by_its_model() -> None:
    assert model(OPERATIONS["GET /api/sessions/{session_id}"], "200") == "Session"
    assert model(OPERATIONS["POST /api/sessions"], "201") == "Session"
    page = DOCUMENT["components"]["schemas"][model(OPERATIONS["GET /api/sessions"], "200")]
    assert page["properties"]["items"]["items"] == {"$ref": "#/components/schemas/SessionSummary"}


def test_who_must_sign_in_reads_so() -> None:
    assert OPERATIONS["GET /api/me"]["security"] == [{"signedIn": []}]
    assert "401" in OPERATIONS["GET /api/me"]["responses"]
    assert "security" not in OPERATIONS["GET /api/health"]
    assert "401" not in OPERATIONS["GET /api/health"]["responses"]


def test_our_own_jobs_bring_their_secret() -> None:
    internal = {key: each for key, each in OPERATIONS.items() if "/api/internal/" in key}
    assert internal
    for each in internal.values():
        assert each["security"] == [{"internalSecret": []}]
        assert "401" in each["responses"]


def test_writes_of_a_person_take_a_key_and_an_organisation() -> None:
    for key, operation in OPERATIONS.items():
        if operation.get("security") != [{"signedIn": []}]:
            continue
        taken = {each.get("$ref") for each in operation["parameters"]}
        assert "#/components/parameters/Organisation" in taken, key
        assert ("#/components/parameters/IdempotencyKey" in taken) == (not key.startswith("GET ")), key


def test_errors_are_problem_documents_and_only_those() -> None:
    assert "HTTPValidationError" not in json.dumps(DOCUMENT)
    for operation in OPERATIONS.values():
        for status, described in operation["responses"].items():
            if status.startswith("2"):
                continue
            name = described["$ref"].removeprefix("#/components/responses/")
            content = DOCUMENT["components"]["responses"][name]["content"]["application/problem+json"]
            assert content["schema"] == {"$ref": "#/components/schemas/Problem"}
            assert str(content["example"]["status"]) == status


def test_only_what_asks_a_model_is_rate_limited() -> None:
    limited = {key for key, each in OPERATIONS.items() if "429" in each["responses"]}
    assert limited == {"POST /api/sessions/{session_id}/messages"}


def follows(answer: Answer, operation: str) -> None:
    """Hold an answer against what the document says of it."""
    described = OPERATIONS[operation]["responses"][str(answer.status)]
    if "$ref" in described:
        described = DOCUMENT["components"]["responses"][described["$ref"].rpartition("/")[2]]
    kind, content = next(iter(described["content"].items()))
    assert answer.headers["content-type"] == kind
    judge = OAS31Validator({**content["schema"], "components": DOCUMENT["components"]})
    assert [error.message for error in judge.iter_errors(answer.body)] == []


def test_what_the_functions_answer_is_what_the_document_says(ana: Client, nobody: Client, check_in: str) -> None:
    follows(nobody.get("/api/health"), "GET /api/health")
    follows(nobody.get("/api/openapi.json"), "GET /api/openapi.json")
    follows(nobody.get("/api/me"), "GET /api/me")  # a problem
    follows(ana.get("/api/me"), "GET /api/me")
    follows(ana.get("/api/sessions"), "GET /api/sessions")
    follows(ana.post("/api/sessions", {"agent_code": "focus_tracker"}), "POST /api/sessions")
    follows(ana.post("/api/sessions", {"agent_code": "focus_tracker"}), "POST /api/sessions")  # open already
    follows(ana.post("/api/sessions", {"agent_code": "nobody"}), "POST /api/sessions")
    for said in ("4, a good week", "3, low"):
        answer = ana.post(f"{check_in}/messages", {"message": said})
        follows(answer, "POST /api/sessions/{session_id}/messages")
    assert answer.body["isComplete"]
    follows(ana.get(check_in), "GET /api/sessions/{session_id}")
    follows(ana.patch(check_in, {"action": "start"}), "PATCH /api/sessions/{session_id}")
    dots = ana.get("/api/user/dots")
    follows(dots, "GET /api/user/dots")
    dot = f"/api/user/dots/{dots.body['items'][0]['id']}"
    follows(ana.patch(dot, {"is_private": True}), "PATCH /api/user/dots/{dot_id}")
    follows(ana.get("/api/user/profile"), "GET /api/user/profile")
    follows(ana.patch("/api/user/profile", {"confirm": True}), "PATCH /api/user/profile")


def test_an_answer_of_another_shape_would_be_seen() -> None:
    with pytest.raises(AssertionError, match="is a required property"):
        follows(Answer(200, {"content-type": "application/json"}, {"status": "ok"}), "GET /api/health")


TWO_MODELS_OF_ONE_NAME = '''
from pydantic import BaseModel
from common.api import api
app = api()
class Thing(BaseModel):
    {field}: int
@app.get("/api/{field}")
def show_{field}() -> Thing:
    """A thing."""
    return Thing({field}=1)
'''


def test_two_models_of_one_name_are_refused_instead_of_mixed_up(tmp_path: Path) -> None:
    for field in ("one", "two"):
        file = tmp_path / f"functions/api/{field}/app.py"
        file.parent.mkdir(parents=True)
        file.write_text(TWO_MODELS_OF_ONE_NAME.format(field=field))
    with pytest.raises(openapi.UndocumentableError, match="two models called Thing"):
        openapi.document(tmp_path)
