"""Lists come in pages: newest first, and a cursor that says where the next page starts."""

import re
from datetime import UTC, datetime
from typing import Final, Generic, TypeVar
from uuid import UUID

from pydantic import Field

from vizdots.errors import Invalid
from vizdots.shapes import Answer

T = TypeVar("T")

_CURSOR: Final = re.compile(r"(\d{20})-([0-9a-f-]{36})")


class Page(Answer, Generic[T]):
    """A page of a list. `next_cursor` is null on the last one."""

    items: list[T]
    next_cursor: str | None = Field(description="Send it as `cursor` to get the next page; null: this was the last.")


def start(cursor: str | None) -> dict[str, object]:
    """The parameters `before_at` and `before_id` of a page's statement; both None for the first page.

    Raises `not_ours` for a cursor that no page of ours (`app.cursor` in sql/021) has given out.
    """
    if cursor is None:
        return {"before_at": None, "before_id": None}
    match = _CURSOR.fullmatch(cursor)
    try:
        if match:
            at = datetime.strptime(match[1], "%Y%m%d%H%M%S%f").replace(tzinfo=UTC)
            return {"before_at": at, "before_id": UUID(match[2])}
    except ValueError:
        pass
    raise not_ours()


def start_by_name(cursor: str | None) -> dict[str, object]:
    """The parameters `after` and `after_id` of a list by name: what ended the page before, be it there any more or not.

    Raises `not_ours` for what no `id:name` of ours is.
    """
    if cursor is None:
        return {"after": None, "after_id": None}
    last, colon, name = cursor.partition(":")
    try:
        if colon and "\0" not in name:
            return {"after": name, "after_id": UUID(last)}
    except ValueError:
        pass
    raise not_ours()


def not_ours() -> Invalid:
    """The refusal of a cursor that no page of ours has given out."""
    return Invalid("The cursor is not one of ours.", code="invalid_cursor")
