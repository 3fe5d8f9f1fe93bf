"""Whether the product can do its work."""

from typing import Literal

from vizdots.errors import Unavailable
from vizdots.shapes import Answer
from vizdots.transaction import Json, Transaction


class Health(Answer):
    """What a monitor and an operator want to know."""

    status: Literal["ok"]
    migrations_applied: int
    latest_migration: str
    server_version: str


def checked(db: Transaction) -> Json[Health]:
    """The database's state. Raises Unavailable while its migrations are missing."""
    answer = db.json("select (jsonb_build_object('status', 'ok') || app.health())::text")
    if answer is None:
        raise Unavailable("The migrations haven't been applied.")
    return answer
