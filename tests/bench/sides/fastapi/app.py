"""The same routes as ours, as FastAPI + Mangum would have them: same tokens, same database door, same rules.

`BENCH_ROUTE` names the one route that this function serves, since a function of ours serves one, too.
"""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI, Query, Request, Response
from mangum import Mangum
from pydantic import BaseModel

from common import db, tokens
from vizdots.transaction import Transaction

app = FastAPI()
AT = datetime.now(UTC)


async def signed_in(request: Request) -> AsyncIterator[Transaction]:
    """A transaction of the person whom the token names."""
    person = tokens.person(request.headers.get("authorization"))
    with db.reading(db.Scope("authenticated", person.claims)) as opened:
        yield opened


Mine = Annotated[Transaction, Depends(signed_in)]


def answer(json: str) -> Response:
    """JSON as the database wrote it."""
    return Response(json, media_type="application/json")


match os.environ["BENCH_ROUTE"]:
    case "health":
        from vizdots import health

        @app.get("/api/health", response_model=health.Health)
        async def show_health() -> Any:
            """The database's state."""
            with db.reading(db.Scope("anon")) as opened:
                return answer(health.checked(opened))

    case "me":
        from vizdots import people

        @app.get("/api/me", response_model=people.Me)
        async def show_me(mine: Mine) -> Any:
            """The caller."""
            return answer(people.me(mine, at=AT))

    case "sessions":
        from vizdots import pages, sessions

        @app.get("/api/sessions", response_model=pages.Page[sessions.SessionSummary])
        async def list_sessions(
            mine: Mine,
            status: sessions.Status = "all",
            limit: Annotated[int, Query(ge=1, le=200)] = 50,
            cursor: str | None = None,
        ) -> Any:
            """The caller's check-ins."""
            return answer(sessions.listed(mine, status=status, limit=limit, cursor=cursor))

        @app.post("/api/sessions", response_model=sessions.Session)
        async def start_session(sent: sessions.NewSession, mine: Mine) -> Any:
            """Start one by hand."""
            return answer(sessions.start_by_hand(mine, sent, at=AT))

    case "session":
        from vizdots import sessions

        class Change(BaseModel):
            """What becomes of it."""

            action: str

        @app.get("/api/sessions/{session_id}", response_model=sessions.Session)
        async def show_session(session_id: UUID, mine: Mine) -> Any:
            """One check-in."""
            return answer(sessions.shown(mine, session_id))

        @app.patch("/api/sessions/{session_id}", response_model=sessions.Session)
        async def change_session(session_id: UUID, sent: Change, mine: Mine) -> Any:
            """Start it."""
            return answer(sessions.started(mine, session_id, at=AT))

    case "user_dots":
        from vizdots import dots

        class Mark(BaseModel):
            """What becomes of it."""

            is_private: bool

        @app.get("/api/user/dots", response_model=dots.Dots)
        async def list_dots(
            mine: Mine, limit: Annotated[int, Query(ge=1, le=200)] = 50, cursor: str | None = None
        ) -> Any:
            """The caller's dots."""
            return answer(dots.listed(mine, at=AT, limit=limit, cursor=cursor))

        @app.patch("/api/user/dots/{dot_id}", response_model=dots.Dot)
        async def mark_dot(dot_id: UUID, sent: Mark, mine: Mine) -> Any:
            """Mark it."""
            return answer(dots.mark(mine, dot_id, is_private=sent.is_private))

    case "user_profile":
        from vizdots import onboarding, profiles

        @app.get("/api/user/profile", response_model=onboarding.OwnProfile)
        async def show_profile(mine: Mine) -> Any:
            """The caller's profile."""
            return answer(onboarding.shown(mine))

        @app.patch("/api/user/profile", response_model=onboarding.OwnProfile)
        async def change_profile(sent: profiles.ProfileChange, mine: Mine) -> Any:
            """Change it."""
            return answer(onboarding.shown(mine))


handler = Mangum(app, lifespan="off")
