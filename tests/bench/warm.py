"""Warm requests: round trips counted on the wire, and a list of twenty rows beside its bare statement."""

import importlib.util
import json
import os
import time
from collections.abc import Callable
from statistics import median
from types import SimpleNamespace
from typing import Any

import psycopg

from tests.bench.report import Line
from tests.bench.world import ROOT, World
from tests.wire import CountingProxy
from vizdots import pages, sessions

RUNS = 300


def measure(world: World) -> list[Line]:
    """Both in this process: the handler is called as Lambda would call it, warm."""
    from common import db  # noqa: PLC0415 - after its environment is set

    os.environ.update(world.variables)
    lines = []
    with CountingProxy(world.functions_url) as proxy:
        os.environ["DATABASE_URL"] = proxy.url
        for name, path in {
            "me": "/api/me",
            "sessions": "/api/sessions",
            "session": f"/api/sessions/{world.session_id}",
            "user_dots": "/api/user/dots",
            "user_profile": "/api/user/profile",
        }.items():
            call = handler(f"api/{name}")
            event = world.event("GET", path)
            call(event)
            before = proxy.trips
            call(event)
            trips = proxy.trips - before
            lines.append(Line(f"trips GET {name}", f"{trips} round trip(s) to the database", trips, at_most=1))
        db.close()
    os.environ["DATABASE_URL"] = world.functions_url
    lines.append(_list(world))
    db.close()
    return lines


def _list(world: World) -> Line:
    call, event = handler("api/sessions"), world.event("GET", "/api/sessions", {"limit": "20"})
    with psycopg.connect(world.functions_url, autocommit=True, prepare_threshold=None) as connection:
        connection.execute("set role authenticated")
        connection.execute(
            "select set_config('request.jwt.claims', %s, false)", [json.dumps({"sub": str(world.user_id)})]
        )
        parameters = {"status": "all", "limit": 20, **pages.start(None)}
        ours, bare = [], []
        for _ in range(RUNS):
            ours.append(_timed(lambda: call(event)))
            bare.append(_timed(lambda: connection.execute(sessions.LIST, parameters).fetchone()))
    slow, fast = median(ours), median(bare)
    return Line("warm list of 20", f"{slow:.2f} ms against its raw SQL: {fast:.2f} ms", slow / fast, at_most=2.0)


def _timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def handler(name: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The handler of a function (`api/me`), called with an event alone."""
    unique = f"bench_{name.replace('/', '_')}"
    found = importlib.util.spec_from_file_location(unique, ROOT / "functions" / name / "app.py")
    if found is None or found.loader is None:
        raise RuntimeError(f"no function {name}")
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    context = SimpleNamespace(aws_request_id="bench")

    def call(event: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = module.handler(event, context)
        if answer["statusCode"] != 200:
            raise RuntimeError(f"{name} answered {answer}")
        return answer

    return call
