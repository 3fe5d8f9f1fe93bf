"""What the measurements run on: a migrated private PostgreSQL, an issuer of tokens, a member with a history."""

import http.server
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import jwt
import psycopg
from cryptography.hazmat.primitives.asymmetric import ec

from common import migrations
from local.postgres import Server

ROOT: Final = Path(__file__).resolve().parents[2]
SEARCH_PATH: Final = os.pathsep.join([str(ROOT / "layers/common"), str(ROOT / "shared")])
PYTHON: Final = ROOT / ".venv-bench/bin/python"  # what runs in Lambda, and FastAPI: `make bench` makes it
DOTS: Final = 60  # three pages of twenty


@dataclass(frozen=True)
class World:
    """Where things are, and who asks."""

    owner_url: str
    functions_url: str
    issuer_url: str
    token: str
    user_id: UUID
    session_id: UUID

    @property
    def variables(self) -> dict[str, str]:
        """The environment of a function."""
        return {"DATABASE_URL": self.functions_url, "SUPABASE_URL": self.issuer_url, "APP_URL": "http://localhost"}

    def event(self, method: str, path: str, query: dict[str, str] | None = None) -> dict[str, Any]:
        """An HTTP API event of the member."""
        return {
            "version": "2.0",
            "routeKey": f"{method} {path}",
            "rawPath": path,
            "rawQueryString": "&".join(f"{name}={value}" for name, value in (query or {}).items()),
            "queryStringParameters": query or {},
            "headers": {"authorization": f"Bearer {self.token}", "host": "bench", "content-type": "application/json"},
            "requestContext": {
                "accountId": "1",
                "apiId": "bench",
                "domainName": "bench",
                "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"},
                "requestId": "bench-request",
                "stage": "$default",
                "timeEpoch": int(time.time() * 1000),
            },
            "isBase64Encoded": False,
        }


@contextmanager
def world() -> Iterator[World]:
    """All of it, thrown away afterwards."""
    with Server.thrown_away(port=_free_port()) as server, _issuer() as (issuer_url, sign):
        with psycopg.connect(server.url(), autocommit=True) as connection:
            connection.execute("create role vizdots_owner login createrole")
            connection.execute("create database vizdots owner vizdots_owner")
        owner_url, functions_url = server.url("vizdots", "vizdots_owner"), server.url("vizdots", "vizdots_functions")
        migrations.up(owner_url, ROOT / "sql")
        migrations.ensure_login(owner_url, functions_url)
        user_id = uuid4()
        session_id = _live_through(server.url("vizdots"), user_id)
        yield World(owner_url, functions_url, issuer_url, sign(user_id), user_id, session_id)


def _live_through(url: str, user_id: UUID) -> UUID:
    """An organisation, a member, and a history of completed check-ins: inserted, since only reading is measured."""
    with psycopg.connect(url) as connection:
        org = connection.execute(
            "insert into organizations (name, setup_completed_at) values ('Bench', now()) returning id"
        ).fetchone()
        who = {"org": org and org[0], "user": user_id, "dots": DOTS}
        connection.execute(
            "insert into organization_members (org_id, user_id, status, display_name)"
            " values (%(org)s, %(user)s, 'active', 'Ana Alba')",
            who,
        )
        session = connection.execute(
            """
            with made as (
              insert into sessions (org_id, user_id, agent_code, topic_codes, scheduled_for, scheduled_date, started_at,
                completed_at)
              select %(org)s, %(user)s, 'pulse', '{pulse_weekly}', at, at::date, at, at
              from generate_series(now() - %(dots)s * interval '1 day', now(), interval '1 day') as at
              returning id, org_id, user_id, created_at),
            dots as (
              insert into answers (org_id, user_id, session_id, agent_code, topic_code, raw_text, answer_text,
                answer_number, answer_json, language_code)
              select org_id, user_id, id, 'pulse', 'pulse_weekly', 'fine', 'fine', 4, '{"rating": 4}', 'en' from made)
            select id from made limit 1
            """,
            who,
        ).fetchone()
    return UUID(str(session and session[0]))


@contextmanager
def _issuer() -> Iterator[tuple[str, Any]]:
    """An issuer of ES256 tokens with its JWKS on the loopback, as Supabase has it."""
    key = ec.generate_private_key(ec.SECP256R1())
    public = {**json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key.public_key())), "kid": "bench", "alg": "ES256"}
    document = json.dumps({"keys": [public]}).encode()

    class Jwks(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(document)))
            self.end_headers()
            self.wfile.write(document)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Jwks) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{served.server_port}"

        def sign(user_id: UUID) -> str:
            now = int(time.time())
            claims = {"iss": f"{url}/auth/v1", "aud": "authenticated", "role": "authenticated", "sub": str(user_id)}
            claims |= {"iat": now, "exp": now + 3600, "email": "ana@bench.test"}  # type: ignore[dict-item]
            return jwt.encode(claims, key, "ES256", {"kid": "bench"})

        yield url, sign
        served.shutdown()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])
