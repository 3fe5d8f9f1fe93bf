"""What an operator turns on with a parameter and a secret: the model, and the legacy tokens."""

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import jwt
import pytest

from tests.deployed.cloud import STAGE
from tests.deployed.conftest import Deployed, Person
from tests.deployed.next_deploy import NextDeploy
from tests.functions.model_server import TURN, ModelServer, model_server, says

JWT_SECRET = "a legacy secret of the tests, long enough for HS256"


@pytest.fixture
def model() -> Iterator[ModelServer]:
    """A server that speaks OpenAI's protocol."""
    with model_server() as server:
        server.will(says(json.dumps(TURN)))
        yield server


def test_a_key_and_a_parameter_let_the_model_ask_and_legacy_tokens_in(
    deployed: Deployed, ana: Person, model: ModelServer, next_deploy: NextDeploy
) -> None:
    legacy = {"Authorization": f"Bearer {legacy_token(deployed.issuer, ana)}"}
    assert deployed.http.get("/api/me", headers=legacy).status_code == 401
    manager = deployed.cloud.client("secretsmanager")
    manager.create_secret(Name=f"vizdots/{STAGE}/openai-api-key", SecretString="sk-test")
    manager.create_secret(Name=f"vizdots/{STAGE}/supabase-jwt-secret", SecretString=JWT_SECRET)

    assert next_deploy.ends_with("stack_update_complete", UseOpenAI="yes", OpenAIBaseUrl=model.url, AcceptHS256="yes")

    assert deployed.http.get("/api/me", headers=legacy).status_code == 200
    session = created(ana.http.post("/api/sessions", json={"agent_code": "pulse"}))["id"]
    ana.http.post(f"/api/sessions/{session}/messages", json={"isOpening": True}).raise_for_status()
    reply = ana.http.post(f"/api/sessions/{session}/messages", json={"message": "Four, I would say."})
    assert reply.json()["message"] == TURN["reply"]
    assert model.asked


def legacy_token(issuer: str, person: Person) -> str:
    """A token as Supabase's older projects sign it."""
    at = int(time.time())
    claims = {
        "iss": f"{issuer}/auth/v1",
        "aud": "authenticated",
        "role": "authenticated",
        "sub": str(person.user_id),
        "email": "ana@acme.test",
        "iat": at,
        "exp": at + 600,
    }
    return jwt.encode(claims, JWT_SECRET, algorithm="HS256")


def created(answer: httpx.Response) -> dict[str, Any]:
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made
