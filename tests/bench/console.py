"""Pages, warm and behind Mangum: what a page costs besides its statements, against the 25 ms that it may cost."""

import os
import time
from collections.abc import Callable
from statistics import median
from typing import Any, Final

import psycopg
import pytest

from tests.bench.report import Line
from tests.bench.warm import handler
from tests.bench.world import World

RUNS: Final = 100
MAY_COST: Final = 25.0  # ms, of issue 3
PAGES: Final = {
    "landing": "/",
    "dashboard": "/dashboard",
    "check-in": "/check-ins/{session}",
    "my dots": "/dots",
    "settings": "/settings",
}


def measure(world: World) -> list[Line]:
    """In this process: the handler is called as Lambda would call it, and the time within statements is taken off."""
    from common import db  # noqa: PLC0415 - after its environment is set

    os.environ.update(world.variables | {"DATABASE_URL": world.functions_url})
    with psycopg.connect(world.owner_url) as connection:
        connection.execute(
            "insert into user_profiles (org_id, user_id, profile_json, confirmed_at)"
            " select org_id, user_id, '{}', now() from organization_members where user_id = %s"
            " on conflict (org_id, user_id) do update set confirmed_at = excluded.confirmed_at",
            (world.user_id,),
        )
    call = handler("web/console")
    waited = 0.0

    def watched(fetch: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any) -> Any:
            nonlocal waited
            started = time.perf_counter()
            try:
                return fetch(*args)
            finally:
                waited += time.perf_counter() - started

        return timed

    lines = []
    with pytest.MonkeyPatch.context() as patch:
        for door in (db._OneFlight, db.Writing):
            patch.setattr(door, "fetch", watched(door.fetch))
        for name, path in PAGES.items():
            event = world.event("GET", path.format(session=world.session_id))
            event["cookies"] = [f"vizdots-session={world.token}"]
            call(event)  # raises unless it is a page
            own = []
            for _ in range(RUNS):
                waited, started = 0.0, time.perf_counter()
                call(event)
                own.append((time.perf_counter() - started - waited) * 1000)
            cost = median(own)
            lines.append(Line(f"page {name}", f"{cost:.1f} ms besides the database", cost / MAY_COST, at_most=1.0))
    db.close()
    return lines
