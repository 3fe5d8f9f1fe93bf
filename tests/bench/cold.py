"""Cold starts: the first answer of each API function, beside the least that Lambda + psycopg can do and FastAPI."""

from statistics import median

from tests.bench.report import Line
from tests.bench.runtime import cold_start
from tests.bench.world import PYTHON, ROOT, SEARCH_PATH, World

RUNS = 15
ROUTES = {
    "health": "/api/health",
    "me": "/api/me",
    "sessions": "/api/sessions",
    "session": "/api/sessions/{session_id}",
    "user_dots": "/api/user/dots",
    "user_profile": "/api/user/profile",
}


def measure(world: World) -> list[Line]:
    """Each round starts every side once, in turn, so that all of them share the machine's moods."""
    sides = ROOT / "tests/bench/sides"
    took: dict[tuple[str, str], list[float]] = {}
    for _ in range(RUNS + 1):
        for name, path in ROUTES.items():
            event = world.event("GET", path.format(session_id=world.session_id))
            for side, folder in (
                ("raw", sides / "raw"),
                ("ours", ROOT / "functions/api" / name),
                ("fastapi", sides / "fastapi"),
            ):
                variables = {**world.variables, "BENCH_ROUTE": name}
                start = cold_start(PYTHON, folder, event, search_path=SEARCH_PATH, variables=variables)
                if start.answer["statusCode"] != 200:
                    raise RuntimeError(f"{name} of {side} answered {start.answer}")
                took.setdefault((name, side), []).append(start.ms)
    return [line for name in ROUTES for line in _lines(name, {side: took[name, side][1:] for side in SIDES})]


SIDES = ("raw", "ours", "fastapi")


def _lines(name: str, took: dict[str, list[float]]) -> list[Line]:
    raw, ours, fastapi = (median(took[side]) for side in SIDES)
    return [
        Line(f"cold {name}", f"{ours:.0f} ms against psycopg + select 1: {raw:.0f} ms", ours / raw, at_most=2.0),
        Line(f"cold {name}", f"{ours:.0f} ms against FastAPI + Mangum: {fastapi:.0f} ms", ours / fastapi, at_most=0.75),
    ]
