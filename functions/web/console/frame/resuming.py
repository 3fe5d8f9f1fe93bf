"""What somebody was about to send when their session ended: it goes through the sign-in, is looked at, and sent."""

from collections.abc import Iterable
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, ValidationError

from frame import forgery, paths
from frame.session import ONCE

MOST: Final = 100_000  # characters: more than any form of ours takes
RESUME: Final = "resume"
MESSAGE: Final = "message"
PACKED: Final = "packed"  # a file that a form carries along, in no shape that a person would recognise


class Resumed(BaseModel):
    """A form that was not taken: where it was going, and its fields in order."""

    path: Annotated[str, Field(max_length=2_000)]
    fields: Annotated[list[tuple[str, str]], Field(max_length=200)]

    @property
    def shown(self) -> list[str]:
        """What a person can recognise as their own, besides the message, which can still be changed."""
        words = [value for name, value in self.fields if name not in (ONCE, MESSAGE, PACKED)]
        return [each for each in words if each != "on" and any(sign.isalpha() for sign in each)]


def kept(path: str, sent: Iterable[tuple[str, Any]]) -> str:
    """The form as the text of one hidden field; empty for what can't be kept. Never a password, never a token."""
    fields = [
        (name, value)
        for name, value in sent
        if isinstance(value, str) and name not in (forgery.FIELD, RESUME) and "password" not in name
    ]
    told = Resumed(path=path, fields=fields).model_dump_json() if len(path) <= paths.LONGEST else ""
    return told if len(told) <= MOST else ""


def read(sent: str) -> Resumed | None:
    """The form that was kept; None where there is none, or one that leads elsewhere than to a page of ours."""
    if not sent or len(sent) > MOST:
        return None
    try:
        resumed = Resumed.model_validate_json(sent)
    except ValidationError:
        return None
    return resumed if paths.local(resumed.path, "") == resumed.path else None
