"""What people write, and how much of it fits: the types of every text that comes in."""

from typing import Annotated, Final

from pydantic import Field, StringConstraints

MESSAGE_LENGTH: Final = 4_000  # characters that a person says at once
REPLY_LENGTH: Final = 4_000  # characters; what was understood of a long workflow still fits
TEXT_LENGTH: Final = 1_000  # characters of a reason or a summary
LABEL_LENGTH: Final = 200  # characters of a name, a step, a tool
NAME_LENGTH: Final = 80  # characters that somebody wants to be called by
LIST_LENGTH: Final = 20  # entries; a process with more steps is two processes

# NUL is refused because PostgreSQL's text and jsonb can't hold it.
WITHOUT_NUL: Final = r"^[^\x00]*$"

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=TEXT_LENGTH, pattern=WITHOUT_NUL)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LABEL_LENGTH, pattern=WITHOUT_NUL)]
Labels = Annotated[list[Label], Field(max_length=LIST_LENGTH)]
Words = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=MESSAGE_LENGTH, pattern=WITHOUT_NUL)
]
